import * as vscode from 'vscode';
import type { Wish } from '../../core/edits/proposeChange';
import { t } from '../../shared/l10n';
import type { Target } from './targetFile';

/**
 * Asks where a block goes for which no place was found.
 * @param editor the one that was used last: the cursor and the selection are its own
 * @returns the whole new text; undefined when the person goes back
 */
export async function placeByHand({ uri, label }: Target, text: string, { code }: Wish, editor: vscode.TextEditor | undefined): Promise<string | undefined> {
  const own = editor?.document.uri.toString() === uri.toString() ? editor : vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const block = code.replace(/\r\n?/g, '\n').replace(/\n+$/, '').replaceAll('\n', eol);
  const at = own?.document.offsetAt(own.selection.start);
  const to = own?.document.offsetAt(own.selection.end);
  const end = text === '' || text.endsWith('\n') ? text : text + eol;
  const items: (vscode.QuickPickItem & { readonly text: string })[] = [
    ...(own && at !== undefined && to !== undefined && at !== to ? [{ label: t('Replace the selection'), description: t('lines {0} to {1}', own.selection.start.line + 1, own.selection.end.line + 1), text: text.slice(0, at) + block + text.slice(to) }] : []),
    ...(own && at !== undefined && at === to ? [{ label: t('Insert at the cursor'), description: t('line {0}', own.selection.start.line + 1), text: text.slice(0, at) + block + text.slice(at) }] : []),
    { label: t('Add at the end'), text: `${end}${end === '' ? '' : eol}${block}${eol}` },
    { label: t('Replace the whole file'), text: block + eol },
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: t('Where in {0}?', label), placeHolder: t('No place for this code was found. Nothing is written before you have seen the difference.') });
  return chosen?.text;
}
