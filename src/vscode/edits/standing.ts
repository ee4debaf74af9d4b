import * as vscode from 'vscode';

/** How a document is before something is put into it. */
export function standing(document: vscode.TextDocument): { readonly file: string; readonly before: string; readonly errorsBefore: number } {
  return { file: document.uri.toString(), before: document.getText(), errorsBefore: errorsIn(document.uri) };
}

export function errorsIn(uri: vscode.Uri): number {
  return vscode.languages.getDiagnostics(uri).filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error).length;
}

/**
 * Whether the file's system or its rights forbid writing. The editor itself would take an edit of such a document and
 * could not save it. What a person's own setting `files.readonlyInclude` locks is not told to extensions.
 */
export async function isReadOnly(uri: vscode.Uri): Promise<boolean> {
  if (uri.scheme === 'untitled') return false;
  if (vscode.workspace.fs.isWritableFileSystem(uri.scheme) === false) return true;
  try {
    return ((await vscode.workspace.fs.stat(uri)).permissions ?? 0) === vscode.FilePermission.Readonly;
  } catch {
    // Deleted, or of a kind that has no files: the editor says what it thinks of the edit.
    return false;
  }
}
