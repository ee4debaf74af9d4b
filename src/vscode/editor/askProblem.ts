import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { problemLine, selectionText } from '../../core/editorTasks/selectionText';
import { tasks } from '../../core/editorTasks/tasks';
import { t } from '../../shared/l10n';
import type { SelectedCode } from '../replaceSelection';
import type { AskingEditor } from './askCode';
import { codeAround, placeText, reportedProblem } from './place';
import type { ProblemArgument } from './quickFixes';

const place = z.int().check(z.minimum(0));

const problemArgument: z.ZodMiniType<ProblemArgument> = z.object({
  uri: z.string(),
  range: z.tuple([place, place, place, place]),
  message: z.string(),
  severity: z.int(),
  source: z.exactOptional(z.string()),
  code: z.exactOptional(z.string()),
});

/** Asks to fix or explain one problem: the one it is told of, else the first at the caret. */
export async function askProblem({ chat, replacements }: AskingEditor, task: 'fixProblem' | 'explainProblem', argument: unknown): Promise<void> {
  const found = problemOf(argument) ?? problemAtCaret();
  if (!found) {
    void vscode.window.showInformationMessage(t('There is no problem at the cursor.'));
    return;
  }
  const document = await vscode.workspace.openTextDocument(found.uri);
  const range = await codeAround(document, document.validateRange(found.problem.range));
  const code: SelectedCode = { uri: document.uri, range, text: document.getText(range) };
  const at = placeText(document.uri, range);
  const text = selectionText({ ask: tasks[task], place: at, code: code.text, language: document.languageId, problems: problemLine(reportedProblem(found.problem)) });
  const answerId = await chat.askInNewThread({ text, shown: `${task === 'fixProblem' ? t('Fix') : t('Explain')}: ${found.problem.message} (${at})`, language: document.languageId });
  if (answerId) replacements.offer(code, answerId);
}

/** By their numbers. */
const severities = () => {
  const { Error, Warning, Information, Hint } = vscode.DiagnosticSeverity;
  return [Error, Warning, Information, Hint];
};

interface Found {
  readonly uri: vscode.Uri;
  readonly problem: vscode.Diagnostic;
}

function problemOf(argument: unknown): Found | undefined {
  const read = problemArgument.safeParse(argument);
  if (!read.success) return undefined;
  const { uri, range, message, severity, source, code } = read.data;
  const problem = new vscode.Diagnostic(new vscode.Range(...range), message, severities()[severity]);
  if (source !== undefined) problem.source = source;
  if (code !== undefined) problem.code = code;
  return { uri: vscode.Uri.parse(uri, true), problem };
}

function problemAtCaret(): Found | undefined {
  const editor = vscode.window.activeTextEditor;
  const problem = editor && vscode.languages.getDiagnostics(editor.document.uri).find(({ range }) => range.contains(editor.selection.active));
  return problem && { uri: editor.document.uri, problem };
}
