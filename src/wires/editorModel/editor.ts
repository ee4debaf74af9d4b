import type * as vscode from 'vscode';

/**
 * What this wire uses of the editor, handed in so that tests can play the editor. `vscode` itself fits; only the entry
 * of the wire imports it.
 */
export interface Editor {
  readonly lm: Pick<typeof vscode.lm, 'selectChatModels'>;
  readonly LanguageModelChatMessage: Pick<typeof vscode.LanguageModelChatMessage, 'User' | 'Assistant'>;
  readonly LanguageModelTextPart: typeof vscode.LanguageModelTextPart;
  readonly LanguageModelToolCallPart: typeof vscode.LanguageModelToolCallPart;
  readonly LanguageModelToolResultPart: typeof vscode.LanguageModelToolResultPart;
  readonly LanguageModelDataPart: Pick<typeof vscode.LanguageModelDataPart, 'image'>;
  readonly LanguageModelChatToolMode: Pick<typeof vscode.LanguageModelChatToolMode, 'Required'>;
  readonly CancellationTokenSource: typeof vscode.CancellationTokenSource;
}

/** Models that Farthing itself may give to the editor are not asked here: a question would come back to where it began. */
const ownVendor = 'farthing';

/** All models of the editor but our own. Rejects when the editor cannot say. */
export async function editorModels({ lm }: Pick<Editor, 'lm'>): Promise<readonly vscode.LanguageModelChat[]> {
  return (await lm.selectChatModels()).filter(({ vendor }) => vendor.toLowerCase() !== ownVendor);
}

/** Our id of a model: ids are unique only within a vendor. */
export function idOfModel({ vendor, id }: Pick<vscode.LanguageModelChat, 'vendor' | 'id'>): string {
  return `${vendor}/${id}`;
}
