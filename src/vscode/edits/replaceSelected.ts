import * as vscode from 'vscode';
import { t } from '../../shared/l10n';
import type { Replacements, SelectedCode } from '../replaceSelection';
import { isReadOnly, standing } from './standing';

/**
 * Puts an answer's code where the question came from. Nothing is written before the person has seen the difference
 * and agreed, and nothing at all when the document no longer holds the text that was asked about. @throws Error with a sentence
 */
export async function replaceSelected(replacements: Replacements, answerId: string, text: string): Promise<void> {
  const code = replacements.codeOf(answerId);
  if (!code) throw new Error(t('The selection this answer was about is no longer known.'));
  if (await isReadOnly(code.uri)) throw new Error(t('This file is read-only, so nothing can be replaced in it.'));
  const document = await vscode.workspace.openTextDocument(code.uri);
  const range = currentRange(document, code);
  if (!range) throw new Error(t('The code has changed since it was asked about. Copy the answer, or ask again.'));
  const replacement = matchIndentation(text, document, range);

  const whole = document.getText();
  const proposed = whole.slice(0, document.offsetAt(range.start)) + replacement + whole.slice(document.offsetAt(range.end));
  const proposal = replacements.proposals.add(document.uri.path, proposed);
  // A cell of a notebook and a file without a name are of a language that their address does not tell.
  const beside = await vscode.workspace.openTextDocument(proposal);
  if (beside.languageId !== document.languageId) await vscode.languages.setTextDocumentLanguage(beside, document.languageId);
  const apply = t('Replace');
  try {
    await vscode.commands.executeCommand('vscode.diff', document.uri, proposal, t('{0}: proposed change', proposal.path.split('/').pop() ?? ''), { preview: true });
    const choice = await vscode.window.showInformationMessage(t('Replace the selection with this change?'), apply, t('Discard'));
    if (choice !== apply) return;
  } finally {
    await replacements.proposals.remove(proposal);
  }
  // Before the change: over a slow connection, whoever has seen that may have gone on before it comes to the front. What cannot be shown is changed all the same.
  const shown = await vscode.window.showTextDocument(document).then((editor) => editor, () => undefined);
  const again = currentRange(document, code);
  if (!again) throw new Error(t('The code has changed since it was asked about. Copy the answer, or ask again.'));
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, again, replacement);
  const before = standing(document);
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error(t('The editor did not accept the change.'));
  replacements.taken({ ...before, answerId, code: replacement });
  const start = document.offsetAt(again.start);
  const replaced = new vscode.Range(again.start, document.positionAt(start + replacement.length));
  replacements.offer({ uri: document.uri, range: replaced, text: replacement }, answerId);
  if (!shown) return;
  shown.selection = new vscode.Selection(replaced.start, replaced.end);
  shown.revealRange(replaced);
}

/** Where the text that was asked about stands now: its old place, or the only other place with exactly that text. */
function currentRange(document: vscode.TextDocument, code: SelectedCode): vscode.Range | undefined {
  if (document.getText(code.range) === code.text) return code.range;
  const whole = document.getText();
  const first = whole.indexOf(code.text);
  if (code.text === '' || first < 0 || whole.indexOf(code.text, first + 1) >= 0) return undefined;
  return new vscode.Range(document.positionAt(first), document.positionAt(first + code.text.length));
}

/**
 * Models drop the common indentation of what they are given, end with a newline or not as they please, and know one
 * line ending. The replacement takes all three from the place it goes to.
 */
function matchIndentation(text: string, document: vscode.TextDocument, range: vscode.Range): string {
  const original = document.getText(range);
  const indent = /^[ \t]*/.exec(document.lineAt(range.start.line).text)?.[0] ?? '';
  const lines = text.replace(/\r\n/g, '\n').replace(/\n+$/, '').split('\n');
  const needsIndent = indent !== '' && !lines[0]?.startsWith(indent);
  const startsInside = range.start.character > 0 && range.start.character <= indent.length ? indent.slice(range.start.character) : range.start.character === 0 ? indent : '';
  const indented = needsIndent ? lines.map((line, index) => (line === '' ? line : index === 0 ? startsInside + line : indent + line)) : range.start.character > 0 ? [lines[0]?.trimStart() ?? '', ...lines.slice(1)] : lines;
  const joined = indented.join(document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n');
  return original.endsWith('\n') ? joined + (document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n') : joined;
}
