import * as vscode from 'vscode';
import { selectionText } from '../shared/selectionText';
import type { ChatView } from './chat/chatView';
import { plainText } from './plainText';
import type { Replacements, SelectedCode } from './replaceSelection';

/** A ready-made thing to do with code; `ask` is what the model reads. */
interface QuickTask {
  readonly label: string;
  readonly icon: string;
  readonly ask: string;
}

const quickTasks: readonly QuickTask[] = [
  { label: 'Explain', icon: 'question', ask: 'Explain what this code does, and anything in it that is surprising.' },
  { label: 'Fix', icon: 'wrench', ask: 'Find and fix what is wrong in this code. Give the whole corrected code in one block, then say briefly what was wrong.' },
  { label: 'Improve', icon: 'sparkle', ask: 'Improve this code: clearer, simpler, faster where it matters, with the same behaviour. Give the whole improved code in one block, then say briefly what changed.' },
  { label: 'Write tests', icon: 'beaker', ask: 'Write tests for this code, in the test framework that its project most likely uses. Cover the edge cases.' },
];

/** Lines of the problems at the code, at most; more would cost more than it helps. */
const mostProblems = 10;

/** "Ask Cheapest Capable Model": what to do with the selection, or with the symbol or file around the caret. */
export async function askSelection({ chat, replacements }: { readonly chat: ChatView; readonly replacements: Replacements }): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    await chat.focus();
    return;
  }
  const { document } = editor;
  const found = await codeAt(editor);
  // What stands there now: the document may change while the person chooses.
  const code: SelectedCode = { uri: document.uri, range: found.range, text: document.getText(found.range) };
  const path = vscode.workspace.asRelativePath(document.uri);
  const ask = await chooseTask(`${found.what} of ${path}`);
  if (!ask) return;

  const place = `${path}:${found.range.start.line + 1}-${found.range.end.line + 1}`;
  const problems = problemsIn(document, found.range);
  const text = selectionText({ ask, place, code: code.text, language: document.languageId, problems });
  const answerId = await chat.askInNewThread({ text, shown: `${ask}\n\n${place}`, language: document.languageId });
  if (answerId) replacements.offer(code, answerId);
}

async function chooseTask(place: string): Promise<string | undefined> {
  const picker = vscode.window.createQuickPick();
  picker.title = 'Ask Cheapest Capable Model';
  picker.placeholder = `What to do with the ${place}? Choose, or type a question and press Enter.`;
  const items: vscode.QuickPickItem[] = quickTasks.map(({ label, icon, ask }) => ({ label: `$(${icon}) ${label}`, detail: ask }));
  picker.items = items;
  picker.onDidChangeValue((value) => {
    const typed = value.trim();
    // The typed question stays on top and always visible, so that Enter asks what was written.
    picker.items = typed === '' ? items : [{ label: `$(comment) ${plainText(typed)}`, description: 'Ask this', alwaysShow: true }, ...items];
  });
  const chosen = await new Promise<vscode.QuickPickItem | undefined>((resolve) => {
    picker.onDidAccept(() => resolve(picker.activeItems[0]));
    picker.onDidHide(() => resolve(undefined));
    picker.show();
  });
  const typed = picker.value.trim();
  picker.dispose();
  if (!chosen) return undefined;
  return quickTasks.find(({ label, icon }) => chosen.label === `$(${icon}) ${label}`)?.ask ?? (typed === '' ? undefined : typed);
}

/** The selection, else the innermost symbol around the caret, else the whole file. */
async function codeAt(editor: vscode.TextEditor): Promise<{ readonly range: vscode.Range; readonly what: string }> {
  const { document, selection } = editor;
  if (!selection.isEmpty) return { range: withIndentation(document, selection), what: 'selection' };
  const symbol = await enclosingSymbol(document, selection.active);
  if (symbol) return { range: withIndentation(document, symbol.range), what: `symbol "${symbol.name}"` };
  return { range: new vscode.Range(new vscode.Position(0, 0), document.lineAt(document.lineCount - 1).range.end), what: 'whole file' };
}

/** From the beginning of its first line when only space is before it: otherwise the first line alone would lose its indentation. */
function withIndentation(document: vscode.TextDocument, { start, end }: vscode.Range): vscode.Range {
  const before = document.lineAt(start.line).text.slice(0, start.character);
  return new vscode.Range(before.trim() === '' ? start.with({ character: 0 }) : start, end);
}

async function enclosingSymbol(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.DocumentSymbol | undefined> {
  const found = await vscode.commands.executeCommand<readonly (vscode.DocumentSymbol | vscode.SymbolInformation)[] | undefined>('vscode.executeDocumentSymbolProvider', document.uri);
  let symbols = (found ?? []).filter((symbol): symbol is vscode.DocumentSymbol => 'children' in symbol);
  let innermost: vscode.DocumentSymbol | undefined;
  for (;;) {
    const next = symbols.find((symbol) => symbol.range.contains(position) && isCode(symbol.kind));
    if (!next) return innermost;
    innermost = next;
    symbols = next.children;
  }
}

/** Symbols worth asking about as a whole; a lone variable or property is not. */
function isCode(kind: vscode.SymbolKind): boolean {
  const { Class, Constructor, Enum, Function, Interface, Method, Module, Namespace, Struct } = vscode.SymbolKind;
  return [Class, Constructor, Enum, Function, Interface, Method, Module, Namespace, Struct].includes(kind);
}

function problemsIn(document: vscode.TextDocument, range: vscode.Range): string {
  return vscode.languages
    .getDiagnostics(document.uri)
    .filter((problem) => problem.severity <= vscode.DiagnosticSeverity.Warning && problem.range.intersection(range))
    .slice(0, mostProblems)
    .map((problem) => `- line ${problem.range.start.line + 1}: ${problem.message}`)
    .join('\n');
}
