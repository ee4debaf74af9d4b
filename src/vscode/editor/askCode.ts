import * as vscode from 'vscode';
import { selectionText } from '../../core/editorTasks/selectionText';
import { tasks } from '../../core/editorTasks/tasks';
import { t } from '../../shared/l10n';
import type { ChatSession } from '../chat/chatSession';
import { plainText } from '../plainText';
import type { Replacements, SelectedCode } from '../replaceSelection';
import { codeAt, placeText, problemsIn } from './place';

/** Where the commands of the editor ask, and where answers may put their code. */
export interface AskingEditor {
  readonly chat: ChatSession;
  readonly replacements: Replacements;
}

/** What "Ask" offers, in the order of the submenu. */
const offered = () =>
  [
    { task: 'explain', icon: 'question', label: t('Explain') },
    { task: 'fix', icon: 'wrench', label: t('Fix') },
    { task: 'improve', icon: 'sparkle', label: t('Improve') },
    { task: 'tests', icon: 'beaker', label: t('Write tests') },
    { task: 'document', icon: 'book', label: t('Document') },
  ] as const;

/** "Ask Cheapest Capable Model": what to do with the selection, or with the symbol or file around the caret. */
export function askSelection(asking: AskingEditor): Promise<void> {
  return askAbout(asking, chooseTask);
}

/** One of the ready-made things, without a further question. */
export function askTask(asking: AskingEditor, task: OfferedTask): Promise<void> {
  return askAbout(asking, async () => wishOf(task));
}

type OfferedTask = ReturnType<typeof offered>[number]['task'];

/** What the model is asked, and what the conversation is called when that is not the person's own words. */
interface Wish {
  readonly ask: string;
  readonly name?: string;
}

function wishOf(task: OfferedTask): Wish {
  const name = offered().find((one) => one.task === task)?.label;
  return { ask: tasks[task], ...(name === undefined ? {} : { name }) };
}

async function askAbout({ chat, replacements }: AskingEditor, choose: (place: string) => Promise<Wish | undefined>): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    await chat.focus();
    return;
  }
  const { document } = editor;
  const found = await codeAt(editor);
  // What stands there now: the document may change while the person chooses.
  const code: SelectedCode = { uri: document.uri, range: found.range, text: document.getText(found.range) };
  if (code.text.trim() === '') {
    void vscode.window.showInformationMessage(t('There is no code here to ask about.'));
    return;
  }
  const wish = await choose(t('{0} of {1}', found.what, vscode.workspace.asRelativePath(document.uri)));
  if (!wish) return;

  const place = placeText(document.uri, found.range);
  const { ask, name } = wish;
  const text = selectionText({ ask, place, code: code.text, language: document.languageId, problems: problemsIn(document, found.range) });
  const answerId = await chat.askInNewThread({ text, shown: name === undefined ? `${ask}\n\n${place}` : `${name}: ${place}`, language: document.languageId });
  if (answerId) replacements.offer(code, answerId);
}

async function chooseTask(place: string): Promise<Wish | undefined> {
  const picker = vscode.window.createQuickPick();
  picker.title = t('Ask Cheapest Capable Model');
  picker.placeholder = t('What to do with the {0}? Choose, or type a question and press Enter.', place);
  const items = offered().map(({ label, icon, task }) => ({ label: `$(${icon}) ${label}`, detail: tasks[task], wish: wishOf(task) }));
  picker.items = items;
  // Enter may come before the row of what was typed is seen: what is active until then was chosen by the editor's search, if it is known at all.
  let unseen: vscode.QuickPickItem | undefined;
  picker.onDidChangeValue((value) => {
    const typed = value.trim();
    // The typed question stays on top and always visible, so that Enter asks what was written.
    unseen = typed === '' ? undefined : { label: `$(comment) ${plainText(typed)}`, description: t('Ask this'), alwaysShow: true };
    picker.items = unseen ? [unseen, ...items] : items;
  });
  picker.onDidChangeActive(([active]) => {
    if (active === unseen) unseen = undefined;
  });
  const chosen = await new Promise<vscode.QuickPickItem | undefined>((resolve) => {
    picker.onDidAccept(() => resolve(unseen ?? picker.activeItems[0]));
    picker.onDidHide(() => resolve(undefined));
    picker.show();
  });
  const typed = picker.value.trim();
  picker.dispose();
  if (!chosen) return undefined;
  return items.find(({ label }) => label === chosen.label)?.wish ?? (typed === '' ? undefined : { ask: typed });
}
