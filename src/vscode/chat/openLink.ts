import * as vscode from 'vscode';
import { t } from '../../shared/l10n';

/** Only addresses of the web, and only after the editor has asked the person. */
export async function openLink(url: string): Promise<void> {
  const uri = vscode.Uri.parse(url, true);
  if (uri.scheme === 'https' || uri.scheme === 'http' || uri.scheme === 'mailto') await vscode.env.openExternal(uri);
  else throw new Error(t('Only addresses of the web and of mail are opened.'));
}
