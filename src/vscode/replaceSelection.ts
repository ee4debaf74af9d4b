import * as vscode from 'vscode';
import type { EditFate } from '../core/model/outcome';
import { FollowedEdits } from './followedEdits';

const scheme = 'farthing-proposal';

/** A place in a document that an answer is about. */
export interface SelectedCode {
  readonly uri: vscode.Uri;
  readonly range: vscode.Range;
  readonly text: string;
}

/**
 * Puts an answer's code where the question came from. Nothing is written before the person has seen the difference
 * and agreed, and nothing at all when the document no longer holds the text that was asked about.
 */
export class Replacements implements vscode.TextDocumentContentProvider, vscode.Disposable {
  #selected: { readonly code: SelectedCode; readonly answerId: string } | undefined;
  readonly #proposals = new Map<string, string>();
  #proposed = 0;
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  #lastEditor: vscode.TextEditor | undefined = vscode.window.activeTextEditor;
  readonly #followed: FollowedEdits;
  readonly #watch = vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor((editor) => {
      if (editor && editor.document.uri.scheme !== scheme && editor.document.uri.scheme !== 'output') this.#lastEditor = editor;
    }),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges, reason }) => contentChanges.length > 0 && this.#followed.changed(document.uri.toString(), reason === vscode.TextDocumentChangeReason.Undo)),
    vscode.workspace.onDidSaveTextDocument(({ uri }) => this.#followed.saved(uri.toString())),
    vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      for (const uri of uris) this.#followed.diagnosed(uri.toString(), () => errorsIn(uri));
    }),
  );

  /** @param onFate told what became of code that was taken into a file */
  constructor(onFate: (answerId: string, fate: EditFate) => void) {
    const after = (ms: number, callback: () => void): (() => void) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    };
    this.#followed = new FollowedEdits({ elapsed: () => performance.now(), after }, onFate, (file) => vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === file)?.getText());
  }

  dispose(): void {
    this.#registration.dispose();
    this.#watch.dispose();
    this.#followed.dispose();
  }

  /** The answer that may replace the selection; undefined when there is none. */
  get answerId(): string | undefined {
    return this.#selected?.answerId;
  }

  offer(code: SelectedCode, answerId: string): void {
    this.#selected = { code, answerId };
  }

  /** The same question asked again: its newest answer may replace the selection. */
  follow(answerId: string, nextAnswerId: string): void {
    if (this.#selected?.answerId === answerId) this.#selected = { ...this.#selected, answerId: nextAnswerId };
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#proposals.get(uri.path) ?? '';
  }

  /** Inserts at the caret of the editor that was used last, as one undo step. `answerId` is the answer it is from. */
  async insertAtCursor(text: string, answerId: string): Promise<void> {
    const editor = vscode.window.activeTextEditor ?? this.#lastEditor;
    if (!editor || editor.document.isClosed) throw new Error(vscode.l10n.t('Open a file and place the cursor where the code should go.'));
    if (await isReadOnly(editor.document.uri)) throw new Error(vscode.l10n.t('This file is read-only, so nothing can be inserted into it.'));
    const shown = await vscode.window.showTextDocument(editor.document, { viewColumn: editor.viewColumn ?? vscode.ViewColumn.One, selection: editor.selection });
    const before = standing(shown.document);
    if (!(await shown.edit((edit) => edit.replace(shown.selection, text)))) throw new Error(vscode.l10n.t('The editor did not accept the change.'));
    this.#followed.taken({ ...before, answerId, code: text });
  }

  /** Shows the difference and applies it only when the person agrees. */
  async replace(answerId: string, text: string): Promise<void> {
    const selected = this.#selected;
    if (!selected || selected.answerId !== answerId) throw new Error(vscode.l10n.t('The selection this answer was about is no longer known.'));
    if (await isReadOnly(selected.code.uri)) throw new Error(vscode.l10n.t('This file is read-only, so nothing can be replaced in it.'));
    const document = await vscode.workspace.openTextDocument(selected.code.uri);
    const range = currentRange(document, selected.code);
    if (!range) throw new Error(vscode.l10n.t('The code has changed since it was asked about. Copy the answer, or ask again.'));
    const replacement = matchIndentation(text, document, range);

    const whole = document.getText();
    const proposed = whole.slice(0, document.offsetAt(range.start)) + replacement + whole.slice(document.offsetAt(range.end));
    // Its own address each time: the editor would show an earlier proposal again.
    const path = `/${answerId}/${++this.#proposed}/${document.uri.path.split('/').pop() ?? 'file'}`;
    this.#proposals.set(path, proposed);
    const proposal = vscode.Uri.from({ scheme, path });
    const apply = vscode.l10n.t('Replace');
    try {
      await vscode.commands.executeCommand('vscode.diff', document.uri, proposal, vscode.l10n.t('{0}: proposed change', path.split('/').pop() ?? ''), { preview: true });
      const choice = await vscode.window.showInformationMessage(vscode.l10n.t('Replace the selection with this change?'), apply, vscode.l10n.t('Discard'));
      await closeDiff(proposal);
      if (choice !== apply) return;
    } finally {
      this.#proposals.delete(path);
    }
    const again = currentRange(document, selected.code);
    if (!again) throw new Error(vscode.l10n.t('The code has changed since it was asked about. Copy the answer, or ask again.'));
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, again, replacement);
    const before = standing(document);
    if (!(await vscode.workspace.applyEdit(edit))) throw new Error(vscode.l10n.t('The editor did not accept the change.'));
    this.#followed.taken({ ...before, answerId, code: replacement });
    const start = document.offsetAt(again.start);
    const replaced = new vscode.Range(again.start, document.positionAt(start + replacement.length));
    this.#selected = { answerId, code: { uri: document.uri, range: replaced, text: replacement } };
    await vscode.window.showTextDocument(document, { selection: replaced });
  }
}

/** How a document is before something is put into it. */
function standing(document: vscode.TextDocument): { readonly file: string; readonly before: string; readonly errorsBefore: number } {
  return { file: document.uri.toString(), before: document.getText(), errorsBefore: errorsIn(document.uri) };
}

function errorsIn(uri: vscode.Uri): number {
  return vscode.languages.getDiagnostics(uri).filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error).length;
}

/**
 * Whether the file's system or its rights forbid writing. The editor itself would take an edit of such a document and
 * could not save it. What a person's own setting `files.readonlyInclude` locks is not told to extensions.
 */
async function isReadOnly(uri: vscode.Uri): Promise<boolean> {
  if (uri.scheme === 'untitled') return false;
  if (vscode.workspace.fs.isWritableFileSystem(uri.scheme) === false) return true;
  try {
    return ((await vscode.workspace.fs.stat(uri)).permissions ?? 0) === vscode.FilePermission.Readonly;
  } catch {
    // Deleted, or of a kind that has no files: the editor says what it thinks of the edit.
    return false;
  }
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

async function closeDiff(proposal: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => tab.input instanceof vscode.TabInputTextDiff && tab.input.modified.toString() === proposal.toString());
  await vscode.window.tabGroups.close(tabs);
}
