import * as vscode from 'vscode';
import type { App } from '../core/app';

/** Extensions give the editor models and take them back at any time: when somebody signs in, or a subscription ends. */
export function followEditorModels(app: App): vscode.Disposable {
  return vscode.lm.onDidChangeChatModels(() => app.modelsChanged('editorModel'));
}
