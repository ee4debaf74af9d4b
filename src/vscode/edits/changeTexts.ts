import * as vscode from 'vscode';

/** A file becomes another text; undefined is no file. */
export interface TextChange {
  readonly uri: vscode.Uri;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/**
 * Makes changes of files as one step that the editor can undo. Files that had no unsaved changes are saved where the
 * person lets the editor save what it refactors; the others stay unsaved. False when the editor refused.
 */
export async function changeTexts(changes: readonly TextChange[]): Promise<boolean> {
  const edit = new vscode.WorkspaceEdit();
  const toSave: vscode.TextDocument[] = [];
  for (const { uri, before, after } of changes) {
    if (after === undefined) edit.deleteFile(uri, { ignoreIfNotExists: true });
    else if (before === undefined) edit.createFile(uri, { contents: new TextEncoder().encode(after), overwrite: false });
    else {
      const document = await vscode.workspace.openTextDocument(uri);
      const { start, end, text } = difference(document.getText(), after);
      edit.replace(uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
      if (!document.isDirty && !document.isUntitled) toSave.push(document);
    }
  }
  if (!(await vscode.workspace.applyEdit(edit))) return false;
  if (vscode.workspace.getConfiguration('files').get<boolean>('refactoring.autoSave', true)) for (const document of toSave) await document.save();
  return true;
}

/** The smallest range in which two texts differ: cursors and marks outside stay where they are. */
function difference(before: string, after: string): { readonly start: number; readonly end: number; readonly text: string } {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  // Not in the middle of a line end or of a character.
  while (start > 0 && /[\r\uD800-\uDBFF]/.test(before[start - 1] ?? '')) start -= 1;
  let same = 0;
  while (same < most - start && before.at(-1 - same) === after.at(-1 - same)) same += 1;
  while (same > 0 && /[\n\uDC00-\uDFFF]/.test(before.at(-same) ?? '')) same -= 1;
  return { start, end: before.length - same, text: after.slice(start, after.length - same) };
}
