import * as vscode from 'vscode';
import { type CellOutput, cellText } from '../../core/editorTasks/cellText';
import { tasks } from '../../core/editorTasks/tasks';
import { t } from '../../shared/l10n';
import type { SelectedCode } from '../replaceSelection';
import type { AskingEditor } from './askCode';
import { problemsIn, wholeOf } from './place';

/** The kind under which notebooks keep an error; its data is JSON. */
const errorMime = 'application/vnd.code.notebook.error';
/** Kinds that are text for people. What draws itself (HTML, JavaScript, widgets) is left out when there is a text as well. */
const textMimes = ['text/plain', 'application/vnd.code.notebook.stdout', 'application/vnd.code.notebook.stderr', 'text/markdown', 'application/json', 'text/x-json'];

/** Bytes of an output that are looked at: the prompt takes far less. */
const mostBytes = 200_000;

/** Asks about a cell of a notebook: the one whose button was pressed, else the one that is selected. */
export async function askCell({ chat, replacements }: AskingEditor, task: 'explainCell' | 'fixCell' | 'improveCell', argument: unknown): Promise<void> {
  const cell = cellOf(argument) ?? selectedCell();
  if (!cell) {
    void vscode.window.showInformationMessage(t('Open a notebook and select a cell first.'));
    return;
  }
  const { document } = cell;
  const range = wholeOf(document);
  const code: SelectedCode = { uri: document.uri, range, text: document.getText() };
  if (code.text.trim() === '') {
    void vscode.window.showInformationMessage(t('This cell is empty, so there is nothing to ask about.'));
    return;
  }
  const place = t('{0}, cell {1}', vscode.workspace.asRelativePath(cell.notebook.uri), cell.index + 1);
  const text = cellText({ ask: tasks[task], place, code: code.text, language: document.languageId, outputs: outputsOf(cell), problems: problemsIn(document, range) });
  const answerId = await chat.askInNewThread({ text, shown: `${names()[task]}: ${place}`, language: document.languageId, purpose: 'notebook' });
  if (answerId) replacements.offer(code, answerId);
}

const names = () => ({ explainCell: t('Explain'), fixCell: t('Fix'), improveCell: t('Improve') });

/** The editor gives the cell to the commands of its toolbar. */
function cellOf(argument: unknown): vscode.NotebookCell | undefined {
  return vscode.workspace.notebookDocuments.flatMap((notebook) => notebook.getCells()).find((cell) => cell === argument);
}

function selectedCell(): vscode.NotebookCell | undefined {
  const editor = vscode.window.activeNotebookEditor;
  return editor && editor.notebook.cellCount > 0 ? editor.notebook.cellAt(editor.selection.start) : undefined;
}

/** One for each output: its error, else its text, else what is left out. */
function outputsOf({ outputs }: vscode.NotebookCell): readonly CellOutput[] {
  return outputs.flatMap(({ items }): CellOutput[] => {
    const error = items.find(({ mime }) => mime === errorMime);
    if (error) return [{ kind: 'error', text: errorText(textIn(error)) }];
    const [text] = textMimes.flatMap((wanted) => items.filter(({ mime }) => mime === wanted));
    if (text) return [{ kind: text.mime.endsWith('stderr') ? 'error' : 'text', text: textIn(text) }];
    return items.slice(0, 1).map(({ mime }) => ({ kind: 'leftOut', type: mime }));
  });
}

function textIn({ data }: vscode.NotebookCellOutputItem): string {
  return new TextDecoder().decode(data.subarray(0, mostBytes));
}

/** `name: message` and the stack, which in Python repeats them at its end. */
function errorText(json: string): string {
  try {
    const error: unknown = JSON.parse(json);
    if (typeof error !== 'object' || error === null) return json;
    const part = (key: string): string => (key in error ? String(Reflect.get(error, key) ?? '') : '');
    const title = [part('name'), part('message')].filter((text) => text !== '').join(': ');
    return [title, part('stack')].filter((text) => text !== '').join('\n');
  } catch {
    return json;
  }
}
