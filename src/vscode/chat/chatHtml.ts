import type * as vscode from 'vscode';
import { pageHtml } from '../pageHtml';

/** The page of the chat. */
export function chatHtml(webview: vscode.Webview, extensionUri: vscode.Uri, nonce: string): string {
  return pageHtml(webview, extensionUri, nonce, 'chat', 'Farthing');
}
