import * as vscode from 'vscode';
import type { App } from '../../core/app';
import { jsonOf } from '../../core/chatFiles/chatJson';
import { markdownOf } from '../../core/chatFiles/chatMarkdown';
import { mostChatFileBytes, type ReadChats, readChats } from '../../core/chatFiles/readChats';
import type { StoredThread, Thread } from '../../core/model/thread';
import { t } from '../../shared/l10n';
import type { ChatSession } from '../chat/chatSession';
import { tell } from '../failureTexts';
import { withProgress } from '../keyCommands';
import { plainText } from '../plainText';
import { dayOf } from './days';

/** How many chats are offered to choose from. */
const mostOffered = 500;

/** Asks for the form and the place, and writes one chat, or all of them. `argument` may be the id of a chat; without it the one that is open. */
export async function exportChat(app: App, chat: ChatSession, argument: unknown): Promise<void> {
  const threadId = typeof argument === 'string' ? argument : chat.threadId;
  const open = threadId === undefined ? undefined : await app.conversations.open(threadId);
  const form = await chooseForm(open?.thread);
  if (!form) return;
  if (form.all) return exportAll(app);
  const stored = open ?? (await chooseChat(app));
  if (!stored) return;
  const target = await chooseTarget(stored.thread.title, form.extension);
  if (!target) return;
  await write(target, form.extension === 'md' ? [new TextEncoder().encode(markdownOf(stored, app.providerName))] : piecesOf([stored]));
  await tellWritten(target, t('The chat is exported.'));
}

interface Form extends vscode.QuickPickItem {
  readonly extension: 'md' | 'json';
  readonly all: boolean;
}

async function chooseForm(thread: Thread | undefined): Promise<Form | undefined> {
  const which = thread ? plainText(thread.title) : t('a chat that you choose');
  const forms: readonly Form[] = [
    { label: t('Markdown'), description: which, detail: t('To read: questions, what went with them, answers with model and cost'), extension: 'md', all: false },
    { label: t('JSON'), description: which, detail: t('To keep, or to import again: everything but the files that were read'), extension: 'json', all: false },
    { label: t('All Chats as JSON'), detail: t('The archived as well'), extension: 'json', all: true },
  ];
  return vscode.window.showQuickPick(forms, { title: t('Farthing: Export Chat'), placeHolder: t('In which form?') });
}

async function chooseChat(app: App): Promise<StoredThread | undefined> {
  const threads = await app.conversations.list({ limit: mostOffered });
  if (threads.length === 0) {
    void vscode.window.showInformationMessage(t('There is no chat yet.'));
    return undefined;
  }
  const rows = threads.map((thread) => ({ label: plainText(thread.title), description: dayOf(thread.updatedAt), id: thread.id }));
  const chosen = await vscode.window.showQuickPick(rows, { title: t('Farthing: Export Chat'), placeHolder: t('Which chat?'), matchOnDescription: true });
  return chosen && app.conversations.open(chosen.id);
}

/** Into one file, or as many as it takes for each to be imported again. */
async function exportAll(app: App): Promise<void> {
  const target = await chooseTarget(t('Farthing chats'), 'json');
  if (!target) return;
  let chats = 0;
  let files = 0;
  const isDone = await withProgress(t('Exporting chats'), async (signal) => {
    for await (const group of inGroups(app.conversations.everything())) {
      if (signal.aborted) return false;
      files += 1;
      chats += group.length;
      await write(files === 1 ? target : numbered(target, files), piecesOf(group));
    }
    if (files === 0) await write(target, piecesOf([]));
    return true;
  });
  const done = chats === 1 ? t('1 chat is exported.') : t('{0} chats are exported.', chats);
  if (isDone || chats > 0) await tellWritten(target, files > 1 ? t('{0} They are in {1} files.', done, files) : done);
}

/** Some megabytes of text each: what is around it and what quoting adds is left room for. */
async function* inGroups(chats: AsyncIterable<StoredThread>): AsyncGenerator<readonly StoredThread[], void> {
  let group: StoredThread[] = [];
  let size = 0;
  for await (const chat of chats) {
    const added = JSON.stringify(chat).length;
    if (group.length > 0 && size + added > mostChatFileBytes / 4) {
      yield group;
      group = [];
      size = 0;
    }
    group.push(chat);
    size += added;
    await pause();
  }
  if (group.length > 0) yield group;
}

/** The window answers in between, if only to hear that it shall stop. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function numbered(target: vscode.Uri, number: number): vscode.Uri {
  return target.with({ path: target.path.replace(/(\.json)?$/, `-${number}.json`) });
}

function piecesOf(chats: Iterable<StoredThread>): readonly Uint8Array[] {
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  for (const piece of jsonOf(chats, Date.now())) pieces.push(encoder.encode(piece));
  return pieces;
}

async function chooseTarget(title: string, extension: Form['extension']): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = `${fileName(title)}.${extension}`;
  return vscode.window.showSaveDialog({ title: t('Export Chat'), filters: extension === 'md' ? { Markdown: ['md'] } : { JSON: ['json'] }, ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, file) } : {}) });
}

/** A title as the name of a file on every system: letters, numbers and hyphens. */
function fileName(title: string): string {
  const name = title.normalize('NFC').replaceAll(/[^\p{L}\p{N}\p{M}]+/gu, '-').replaceAll(/^-+|-+$/g, '').slice(0, 60);
  return name === '' ? 'chat' : name;
}

async function write(target: vscode.Uri, pieces: readonly Uint8Array[]): Promise<void> {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  await vscode.workspace.fs.writeFile(target, whole);
}

async function tellWritten(target: vscode.Uri, sentence: string): Promise<void> {
  const open = t('Open');
  if ((await vscode.window.showInformationMessage(sentence, open)) === open) await vscode.commands.executeCommand('vscode.open', target);
}

/** Asks for a file and keeps the chats in it as new ones; says why when it is none. */
export async function importChats(app: App, chat: ChatSession): Promise<void> {
  const [file] = (await vscode.window.showOpenDialog({ title: t('Import Chats'), openLabel: t('Import'), canSelectMany: false, filters: { 'Farthing JSON': ['json'] } })) ?? [];
  if (!file) return;
  const { size } = await vscode.workspace.fs.stat(file);
  const read: ReadChats = size > mostChatFileBytes ? { ok: false, why: 'tooLarge' } : readChats(new TextDecoder().decode(await vscode.workspace.fs.readFile(file)));
  if (!read.ok) {
    const other = t('Choose Another');
    if ((await vscode.window.showErrorMessage(plainText(t('Nothing was imported. {0}', problemOf(read))), other)) === other) await importChats(app, chat);
    return;
  }
  const { threadIds, failure } = await withProgress(t('Importing chats'), (signal) => app.conversations.importThreads(read.chats, signal));
  const done = threadIds.length === 1 ? t('1 chat is imported.') : t('{0} chats are imported.', threadIds.length);
  const undo = t('Undo');
  const open = t('Open');
  const offered = threadIds.length === 0 ? [] : [...(threadIds.length === 1 ? [open] : []), undo];
  const choice = await (failure ? vscode.window.showWarningMessage(plainText(t('{0} The others could not be kept. {1}', done, tell(failure, { nameOf: app.providerName, now: Date.now() }).sentence)), ...offered) : vscode.window.showInformationMessage(done, ...offered));
  if (choice === undo) for (const id of threadIds) await app.conversations.delete(id);
  const [only] = threadIds;
  if (choice === open && only !== undefined) await chat.goTo(only);
}

function problemOf(read: Extract<ReadChats, { ok: false }>): string {
  switch (read.why) {
    case 'notJson':
      return t('The file is not JSON.');
    case 'notOurs':
      return t('The file holds no chats exported by Farthing.');
    case 'newer':
      return t('The file is of a newer version of Farthing (format {0}). Update the extension to import it.', read.version);
    case 'tooLarge':
      return t('The file is larger than {0} MB.', mostChatFileBytes / 1024 / 1024);
    case 'wrong':
      return t('In the file, {0} {1}.', read.where, read.problem);
  }
}
