import type * as vscode from 'vscode';

/** What of the editor's API messages and answers are made of, handed in so that tests can play the editor. `vscode` itself fits. */
export interface EditorParts {
  readonly LanguageModelTextPart: typeof vscode.LanguageModelTextPart;
  readonly LanguageModelToolCallPart: typeof vscode.LanguageModelToolCallPart;
  readonly LanguageModelToolResultPart: typeof vscode.LanguageModelToolResultPart;
  readonly LanguageModelDataPart: new (data: Uint8Array, mimeType: string) => vscode.LanguageModelDataPart;
  readonly LanguageModelPromptTsxPart: typeof vscode.LanguageModelPromptTsxPart;
}
