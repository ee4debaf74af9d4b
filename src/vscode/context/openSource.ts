import * as vscode from 'vscode';
import { webAddress } from '../../core/context/webAddress';
import type { ContextItem } from '../../core/model/contextItem';
import { isReadable } from './readers';
import type { ContextWish } from './wish';

/** Shows where something is that goes with a question. */
export async function openWish(wish: ContextWish | undefined): Promise<void> {
  if (!wish) return;
  if (wish.kind === 'page') return openPage(wish.url);
  if (wish.kind === 'problems') return void (await vscode.commands.executeCommand('workbench.actions.view.problems'));
  if (wish.kind === 'diff') return void (await vscode.commands.executeCommand('workbench.view.scm'));
  if (wish.kind === 'terminal') return void (await vscode.commands.executeCommand('workbench.action.terminal.focus'));
  if (!('uri' in wish) || wish.uri === undefined) return;
  const uri = vscode.Uri.parse(wish.uri);
  if (wish.kind === 'folder') return void (await vscode.commands.executeCommand('revealInExplorer', uri));
  await show(uri, 'lines' in wish ? wish.lines : undefined);
}

/** Where something was from that went with a question. What stood there only then is shown as a text. */
export async function openItem(item: ContextItem | undefined): Promise<void> {
  if (!item) return;
  if (item.kind === 'page' && item.source !== undefined) return openPage(item.source);
  if (item.kind === 'folder' && item.source !== undefined) return void (await vscode.commands.executeCommand('revealInExplorer', vscode.Uri.parse(item.source)));
  if (item.source !== undefined && item.kind !== 'problems') return show(vscode.Uri.parse(item.source), item.lines);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: item.text, language: item.language === 'diff' ? 'diff' : 'plaintext' }), { preview: true });
}

/** An item may come from an imported chat: only what is of the web is opened. */
async function openPage(url: string): Promise<void> {
  const address = webAddress(url);
  if (address.ok) await vscode.env.openExternal(vscode.Uri.parse(address.url, true));
}

async function show(uri: vscode.Uri, lines: { readonly from: number; readonly to: number } | undefined): Promise<void> {
  if (!isReadable(uri)) return;
  await vscode.commands.executeCommand('vscode.open', uri, lines ? { selection: new vscode.Range(lines.from, 0, lines.to, Number.MAX_SAFE_INTEGER) } : {});
}
