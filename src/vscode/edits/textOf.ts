import * as vscode from 'vscode';

/** The text of a file as the editor has it, changes that are not saved included; undefined for what is no text. */
export async function textOf(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return (await vscode.workspace.openTextDocument(uri)).getText();
  } catch {
    return undefined;
  }
}
