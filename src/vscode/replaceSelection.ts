import * as vscode from 'vscode';
import type { EditFate } from '../core/model/outcome';
import { t } from '../shared/l10n';
import { errorsIn, isReadOnly, standing } from './edits/standing';
import { Proposals, proposalScheme } from './edits/proposals';
import { FollowedEdits, type TakenCode } from './followedEdits';

/** A place in a document that an answer is about. */
export interface SelectedCode {
  readonly uri: vscode.Uri;
  readonly range: vscode.Range;
  readonly text: string;
}

/** What answers may replace, where their code may go, and what becomes of it there. */
export class Replacements implements vscode.Disposable {
  #selected: { readonly code: SelectedCode; readonly answerId: string } | undefined;
  readonly #offered = new vscode.EventEmitter<string>();
  /** Told the answer that may replace the selection from now on: it may have ended before. */
  readonly onOffered = this.#offered.event;
  readonly proposals = new Proposals();
  #lastEditor: vscode.TextEditor | undefined = vscode.window.activeTextEditor;
  readonly #followed: FollowedEdits;
  readonly #watch = vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor((editor) => {
      if (editor && editor.document.uri.scheme !== proposalScheme && editor.document.uri.scheme !== 'output') this.#lastEditor = editor;
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
    this.#offered.dispose();
    this.proposals.dispose();
    this.#watch.dispose();
    this.#followed.dispose();
  }

  /** The answer that may replace the selection; undefined when there is none. */
  get answerId(): string | undefined {
    return this.#selected?.answerId;
  }

  offer(code: SelectedCode, answerId: string): void {
    this.#selected = { code, answerId };
    this.#offered.fire(answerId);
  }

  /** The same question asked again: its newest answer may replace the selection. */
  follow(answerId: string, nextAnswerId: string): void {
    if (this.#selected?.answerId === answerId) this.#selected = { ...this.#selected, answerId: nextAnswerId };
  }

  /** The code an answer was asked about, while its selection is known. */
  codeOf(answerId: string): SelectedCode | undefined {
    return this.#selected?.answerId === answerId ? this.#selected.code : undefined;
  }

  /** The editor that was used last, also while a page has the focus. */
  get lastEditor(): vscode.TextEditor | undefined {
    const editor = vscode.window.activeTextEditor ?? this.#lastEditor;
    return editor && !editor.document.isClosed ? editor : undefined;
  }

  /** Code of an answer is in a file now: what becomes of it is followed. */
  taken(code: TakenCode): void {
    this.#followed.taken(code);
  }

  /** All that an answer gave has been taken back. */
  takenBack(answerId: string): void {
    this.#followed.takenBack(answerId);
  }

  /** Inserts at the caret of the editor that was used last, as one undo step. `answerId` is the answer it is from. */
  async insertAtCursor(text: string, answerId: string): Promise<void> {
    const editor = this.lastEditor;
    if (!editor) throw new Error(t('Open a file and place the cursor where the code should go.'));
    if (await isReadOnly(editor.document.uri)) throw new Error(t('This file is read-only, so nothing can be inserted into it.'));
    const shown = await vscode.window.showTextDocument(editor.document, { viewColumn: editor.viewColumn ?? vscode.ViewColumn.One, selection: editor.selection });
    const before = standing(shown.document);
    if (!(await shown.edit((edit) => edit.replace(shown.selection, text)))) throw new Error(t('The editor did not accept the change.'));
    this.#followed.taken({ ...before, answerId, code: text });
  }
}
