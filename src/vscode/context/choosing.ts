import * as vscode from 'vscode';
import { webAddress } from '../../core/context/webAddress';
import { bounded } from '../../core/editorTasks/bounded';
import { readable } from '../../core/editorTasks/terminalText';
import { t } from '../../shared/l10n';
import { plainText } from '../plainText';
import type { TerminalCommand } from '../terminalCommands';
import type { SomeKind } from './completions';
import type { FileList } from './fileList';
import { diffRepositories } from './gitDiffs';
import { nameOf, textOf } from './readers';
import { takenRow } from './takenRow';
import { readWebPage, type WebPage } from './webPage';
import type { ContextWish } from './wish';

export interface ChoosingParts {
  readonly files: FileList;
  readonly terminals: () => readonly TerminalCommand[];
  readonly countTokens: (text: string) => number;
}

/** Characters of an output of a terminal that go with a question. */
const mostOutput = 24_000;
/** A file with more tokens than this is offered in parts. */
const largeTokens = 25_000;
const firstLines = 400;
const mostRows = 500;

/** Asks in lists of the editor what of a kind is meant. Undefined: the person went away. Throws a sentence where there is nothing to choose. */
export async function chooseWish(parts: ChoosingParts, kind: SomeKind): Promise<ContextWish | undefined> {
  switch (kind) {
    case 'file':
    case 'image':
    case 'folder':
      return chooseFile(parts, kind);
    case 'selection':
      return selectionWish();
    case 'problems':
      return chooseProblems();
    case 'diff':
      return chooseDiff();
    case 'terminal':
      return chooseTerminal(parts.terminals());
    case 'openEditors':
      return { kind: 'openEditors' };
    case 'symbol':
      return chooseSymbol();
    case 'page': {
      const url = await vscode.window.showInputBox({ title: t('Attach a Web Page'), prompt: t('The address of the page. Its text is read without an account and without cookies.'), placeHolder: 'https://', validateInput: (typed) => (typed.trim() === '' || webAddress(typed).ok ? undefined : t('This is no address of the web.')) });
      return url === undefined || url.trim() === '' ? undefined : pageWish(url);
    }
    case 'notebook': {
      const editor = vscode.window.activeNotebookEditor;
      if (!editor || editor.notebook.cellCount === 0) throw new Error(t('Open a notebook and select a cell first.'));
      return { kind: 'notebook', uri: editor.notebook.cellAt(editor.selection.start).document.uri.toString() };
    }
  }
}

/** What is selected in the editor that was used last. */
function selectionWish(): ContextWish {
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors.find(({ selection }) => !selection.isEmpty);
  if (!editor || editor.selection.isEmpty) throw new Error(t('Nothing is selected in an editor.'));
  return selectionOf(editor);
}

export function selectionOf({ document, selection: { start, end } }: vscode.TextEditor): ContextWish {
  // A selection that ends before the first character of a line does not mean that line.
  const to = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  return { kind: 'selection', uri: document.uri.toString(), lines: { from: start.line, to } };
}

async function chooseFile({ files }: ChoosingParts, kind: 'file' | 'folder' | 'image'): Promise<ContextWish | undefined> {
  const picker = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly uri: vscode.Uri }>();
  picker.placeholder = kind === 'folder' ? t('Which folder?') : kind === 'image' ? t('Which image?') : t('Which file?');
  picker.matchOnDescription = true;
  picker.busy = true;
  picker.show();
  const listed = files.list().then((index) => {
    const fill = (): void => {
      const { found } = index.search(picker.value, mostRows, ({ isFolder, path }) => (isFolder !== (kind === 'folder') || (kind === 'image' && !/\.(png|jpe?g|gif|webp)$/i.test(path)) ? -5_000 : 0));
      // The list is searched here, in all of it; the editor would search only what it shows.
      picker.items = found.filter(({ score }) => score > -1_000).map(({ item: { uri, path } }) => ({ label: plainText(nameOf(uri)), description: plainText(path), uri, alwaysShow: true }));
    };
    fill();
    picker.busy = false;
    return picker.onDidChangeValue(fill);
  });
  try {
    const uri = (await takenRow(picker, () => listed))?.uri.toString();
    if (uri === undefined) return undefined;
    return { kind: kind === 'folder' ? 'folder' : 'file', uri };
  } finally {
    picker.dispose();
    void listed.then((listening) => void listening.dispose(), () => undefined);
  }
}

async function chooseProblems(): Promise<ContextWish | undefined> {
  const uri = vscode.window.activeTextEditor?.document.uri ?? tabUri();
  const all = vscode.languages.getDiagnostics().reduce((sum, [, diagnostics]) => sum + diagnostics.length, 0);
  if (!uri || vscode.languages.getDiagnostics(uri).length === 0) return { kind: 'problems' };
  const here = { label: t('Of {0}', plainText(nameOf(uri))), description: String(vscode.languages.getDiagnostics(uri).length), uri: uri.toString() };
  const chosen = await vscode.window.showQuickPick([here, { label: t('Of all files'), description: String(all), uri: undefined }], { placeHolder: t('Which problems?') });
  return chosen && { kind: 'problems', ...(chosen.uri === undefined ? {} : { uri: chosen.uri }) };
}

function tabUri(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.all.map(({ activeTab }) => activeTab?.input).find((one) => one instanceof vscode.TabInputText);
  return input instanceof vscode.TabInputText ? input.uri : undefined;
}

async function chooseDiff(): Promise<ContextWish | undefined> {
  const repositories = await diffRepositories();
  if (typeof repositories === 'string') throw new Error(repositories);
  const chosenRoot = repositories.length === 1 ? repositories[0] : (await vscode.window.showQuickPick(repositories.map((repository) => ({ label: plainText(nameOf(repository.rootUri)), repository })), { placeHolder: t('Of which repository?') }))?.repository;
  if (!chosenRoot) return undefined;
  const root = chosenRoot.rootUri.toString();
  const { indexChanges, workingTreeChanges } = chosenRoot.state;
  const rows = [
    { label: t('Changes not staged'), description: t('files: {0}', workingTreeChanges.length), what: 'unstaged' as const },
    { label: t('Staged changes'), description: t('files: {0}', indexChanges.length), what: 'staged' as const },
    { label: t('Changes against a branch…'), description: '', what: 'branch' as const },
  ];
  const chosen = await vscode.window.showQuickPick(rows, { placeHolder: t('Which changes?') });
  if (!chosen) return undefined;
  if (chosen.what !== 'branch') return { kind: 'diff', root, what: chosen.what };
  const names = (await chosenRoot.getBranches({ remote: true, count: 200 })).flatMap(({ name }) => (name === undefined ? [] : [name]));
  const branch = await vscode.window.showQuickPick(names.map((name) => ({ label: plainText(name), name })), { placeHolder: t('Against which branch?') });
  return branch && { kind: 'diff', root, what: 'branch', branch: branch.name };
}

async function chooseTerminal(commands: readonly TerminalCommand[]): Promise<ContextWish | undefined> {
  if (!vscode.workspace.isTrusted) throw new Error(t('This folder is not trusted, so terminals are not read.'));
  if (commands.length === 0) throw new Error(t('No command of a terminal is known. Run one; if you have, the shell does not tell the editor of its commands.'));
  const rows = commands.map((heard) => ({ label: plainText(heard.command), description: heard.exitCode === undefined ? '' : t('code {0}', heard.exitCode), heard }));
  const chosen = rows.length === 1 ? rows[0] : await vscode.window.showQuickPick(rows, { placeHolder: t('Which command? The last one is the first.') });
  return chosen && terminalWish(chosen.heard);
}

function terminalWish({ command, output, exitCode }: TerminalCommand): ContextWish {
  const shown = bounded(readable(output), mostOutput);
  return { kind: 'terminal', label: command.split('\n', 1)[0]?.slice(0, 200) ?? '', text: [`$ ${command}`, shown, ...(exitCode === undefined ? [] : [`[ended with code ${exitCode}]`])].join('\n') };
}

async function chooseSymbol(): Promise<ContextWish | undefined> {
  const picker = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly symbol: vscode.SymbolInformation }>();
  picker.placeholder = t('Name of a function, class or other symbol');
  let turn = 0;
  const search = async (value: string): Promise<void> => {
    const mine = ++turn;
    picker.busy = value.trim() !== '';
    if (!picker.busy) return;
    const found = await vscode.commands.executeCommand<readonly vscode.SymbolInformation[] | undefined>('vscode.executeWorkspaceSymbolProvider', value).then((symbols) => symbols ?? [], () => []);
    if (mine !== turn) return;
    picker.busy = false;
    picker.items = found.slice(0, mostRows).map((symbol) => ({ label: plainText(symbol.name), description: plainText(`${vscode.workspace.asRelativePath(symbol.location.uri)}:${symbol.location.range.start.line + 1}`), alwaysShow: true, symbol }));
  };
  let searched = Promise.resolve();
  const listening = picker.onDidChangeValue((value) => {
    searched = search(value);
  });
  picker.show();
  try {
    const chosen = (await takenRow(picker, () => searched))?.symbol;
    return chosen && (await symbolWish(chosen.location.uri, chosen.location.range, chosen.name));
  } finally {
    listening.dispose();
    picker.dispose();
  }
}

/** The whole of a symbol: those of a workspace often come with the place of their name only. */
export async function symbolWish(uri: vscode.Uri, range: vscode.Range, name: string): Promise<ContextWish> {
  const inside = range.isSingleLine ? symbolsAround(await documentSymbols(uri), range.start).at(-1) : undefined;
  const whole = inside?.name === name || (inside && inside.range.start.line === range.start.line) ? inside.range : range;
  return { kind: 'symbol', uri: uri.toString(), name, lines: { from: whole.start.line, to: whole.end.line } };
}

async function documentSymbols(uri: vscode.Uri): Promise<readonly vscode.DocumentSymbol[]> {
  try {
    const found = await vscode.commands.executeCommand<readonly vscode.DocumentSymbol[] | undefined>('vscode.executeDocumentSymbolProvider', uri);
    // Older providers give symbols without children.
    return (found ?? []).filter((symbol) => 'children' in symbol);
  } catch {
    return [];
  }
}

/** From the outermost to the innermost. */
function symbolsAround(symbols: readonly vscode.DocumentSymbol[], position: vscode.Position): readonly vscode.DocumentSymbol[] {
  const around = symbols.find(({ range }) => range.contains(position));
  return around ? [around, ...symbolsAround(around.children, position)] : [];
}

/** A file as a whole; one that is large is offered in parts, so that nobody pays for all of it unawares. Undefined: the person went away. */
export async function fileWish({ countTokens }: ChoosingParts, uri: vscode.Uri): Promise<ContextWish | undefined> {
  const whole: ContextWish = { kind: 'file', uri: uri.toString() };
  const read = await textOf(uri);
  if (read.state !== 'text') return whole;
  const tokens = countTokens(read.text);
  if (tokens <= largeTokens) return whole;
  const lines = read.text.split('\n');
  const about = (text: string): string => t('≈{0} tokens', countTokens(text));
  const symbols = (await documentSymbols(uri)).flatMap((symbol) => [symbol, ...symbol.children.filter(({ range }) => !range.isSingleLine)]);
  const rows: (vscode.QuickPickItem & { readonly wish: ContextWish })[] = [
    ...(lines.length > firstLines ? [{ label: t('The first {0} lines', firstLines), description: about(lines.slice(0, firstLines).join('\n')), wish: { ...whole, lines: { from: 0, to: firstLines - 1 } } }] : []),
    { label: t('The whole file'), description: about(read.text), wish: whole },
    ...symbols.slice(0, mostRows).map(({ name, detail, range }) => ({ label: plainText(name), description: plainText(detail), detail: t('lines {0} to {1}', range.start.line + 1, range.end.line + 1), wish: { kind: 'symbol' as const, uri: uri.toString(), name, lines: { from: range.start.line, to: range.end.line } } })),
  ];
  return (await vscode.window.showQuickPick(rows, { title: t('{0} is large', plainText(nameOf(uri))), placeHolder: t('Which part of it goes with the question?') }))?.wish;
}

/** Reads a page, after asking. Undefined: the person does not want to; throws a sentence when it cannot be read. */
export async function pageWish(url: string): Promise<ContextWish | undefined> {
  const led: string[] = [];
  const page = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: t('Reading {0}', plainText(url).slice(0, 120)), cancellable: true }, (_progress, token) => {
    const cancel = new AbortController();
    token.onCancellationRequested(() => cancel.abort());
    return readWebPage(url, {
      signal: cancel.signal,
      mayAsk: async (address) => {
        if (address.from !== undefined) led.push(address.host);
        return mayAsk(address);
      },
    });
  });
  if (!page.ok) {
    if (page.why === 'declined' || page.why === 'cancelled') return undefined;
    throw new Error(pageSentence(page));
  }
  const notes = [...(led.length > 0 ? [t('Led on to {0}.', led.join(', '))] : []), ...(page.isCut ? [t('It is longer than what is read; the rest is left out.')] : [])];
  return { kind: 'page', url: page.url, title: page.title, text: page.text, note: notes.join(' ') };
}

async function mayAsk({ url, host, isPrivate, from }: { readonly url: string; readonly host: string; readonly isPrivate: boolean; readonly from?: string }): Promise<boolean> {
  const read = t('Read Page');
  const question = from === undefined ? t('Read a page of {0} and attach its text?', host) : t('{0} leads on to {1}. Read the page there?', from, host);
  if ((await vscode.window.showInformationMessage(plainText(question), { modal: true, detail: plainText(url) }, read)) !== read) return false;
  if (!isPrivate) return true;
  const anyway = t('Read It All the Same');
  return (await vscode.window.showWarningMessage(plainText(t('{0} is on this machine or in its network. What it answers goes to a model.', host)), { modal: true, detail: plainText(url) }, anyway)) === anyway;
}

function pageSentence({ why, detail = '' }: Extract<WebPage, { ok: false }>): string {
  switch (why) {
    case 'notAnAddress':
      return t('This is no address of the web.');
    case 'notTheWeb':
      return t('Only pages of http and https are read.');
    case 'holdsPassword':
      return t('The address holds a name or a password, so it is not asked for.');
    case 'tooManyRedirects':
      return t('The page leads on and on to others.');
    case 'noText':
      return t('The page has no text that can be read ({0}).', detail);
    case 'privateAddress':
      return t('{0} leads to this machine or its network, so it is not asked for. Type the address itself if you want that.', detail);
    case 'declined':
    case 'cancelled':
    case 'failed':
      return t('The page could not be read: {0}.', detail);
  }
}
