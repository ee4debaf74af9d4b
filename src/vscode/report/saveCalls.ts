import * as vscode from 'vscode';
import type { App } from '../../core/app';
import type { CallRecord } from '../../core/model/call';
import { t } from '../../shared/l10n';
import type { ExportFormat } from '../../shared/reportProtocol';
import { callObject, type ClientNames, csvHeader, csvLine } from './callRows';

const names: Readonly<Record<ExportFormat, string>> = { csv: 'CSV', json: 'JSON' };

/** Asks for a place and writes the calls of the last so many days there; undefined days are all of them. */
export async function saveCalls(app: App, days: number | undefined, format: ExportFormat): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = `farthing-calls-${days === undefined ? 'all' : `${days}-days`}.${format}`;
  const target = await vscode.window.showSaveDialog({ title: t('Save Calls'), filters: { [names[format]]: [format] }, ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, file) } : {}) });
  if (!target) return;
  const calls = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: t('Reading the ledger'), cancellable: true }, async (progress, token) => {
    const clients: ClientNames = new Map((await (await app.clients()).list()).map(({ id, name }) => [id, name]));
    const lines: string[] = [];
    for await (const page of app.pastCalls(days)) {
      if (token.isCancellationRequested) return undefined;
      lines.push(...page.map((call) => lineOf(call, clients, format)));
      progress.report({ message: t('{0} calls', lines.length) });
    }
    return lines;
  });
  if (!calls) return;
  const text = format === 'csv' ? csvHeader + calls.join('') : `[${calls.map((line) => `\n  ${line}`).join(',')}\n]\n`;
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  const open = t('Open');
  void vscode.window.showInformationMessage(t('{0} calls were saved.', calls.length), open).then((choice) => choice === open && vscode.commands.executeCommand('vscode.open', target));
}

function lineOf(call: CallRecord, clients: ClientNames, format: ExportFormat): string {
  return format === 'csv' ? csvLine(call, clients) : JSON.stringify(callObject(call, clients));
}
