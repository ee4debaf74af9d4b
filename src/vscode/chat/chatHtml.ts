import * as vscode from 'vscode';
import { pageHtml } from '../pageHtml';

/** The page of the chat. `tabId`: of the tab it is in, for the page to keep. */
export function chatHtml(webview: vscode.Webview, extensionUri: vscode.Uri, nonce: string, tabId?: string): string {
  return pageHtml(webview, extensionUri, nonce, 'chat', 'Farthing', tabId === undefined ? '' : ` data-tab="${tabId}"`);
}

/** What the page may do, wherever it is shown. */
export function chatOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist', 'webview'), vscode.Uri.joinPath(extensionUri, 'media')] };
}
