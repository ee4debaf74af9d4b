import * as path from 'node:path';
import * as vscode from 'vscode';
import type { App } from '../core/app';
import type { BadPlugin } from '../core/model/plugin';
import type { ProviderDefinition } from '../core/model/provider';
import type { Log } from '../core/ports/log';
import { t } from '../shared/l10n';
import { plainText } from './plainText';
import { badText, originText, problemText } from './pluginTexts';

/**
 * Tells once of each plug-in that is not in force, with a way to its file, and asks once about each contributed provider
 * that needs no key.
 */
export function pluginNotices(app: App, log: Log): vscode.Disposable {
  let told: ReadonlySet<string> = new Set();
  const look = (): void => {
    const texts = new Map<string, () => Promise<void>>();
    for (const bad of app.plugins.bad()) texts.set(badText(bad), () => tellBad(app, log, bad));
    for (const { definition } of app.plugins.waiting()) texts.set(`${definition.id} ${originText(definition.origin)}`, () => askForConsent(app, definition));
    const before = told;
    // What was mended and is broken again is told again.
    told = new Set(texts.keys());
    for (const [text, tell] of texts) if (!before.has(text)) tell().catch((error: unknown) => log.error('a plug-in could not be told of', error));
  };
  void app.plugins.opened().then(look);
  // Settings can take an id that a plug-in had.
  return { dispose: app.onSetupChanged(look) };
}

async function tellBad({ plugins }: App, log: Log, bad: BadPlugin): Promise<void> {
  const { source, problems } = bad;
  for (const problem of problems) log.warn(`${source.kind === 'file' ? source.file : source.extension}: ${problemText(problem)}`);
  const open = t('Open File');
  const choice = await vscode.window.showWarningMessage(plainText(badText(bad)), ...(source.kind === 'file' ? [open] : []));
  if (choice === open && source.kind === 'file') await vscode.window.showTextDocument(vscode.Uri.file(path.join(plugins.folder, source.file)));
}

async function askForConsent({ plugins }: App, definition: ProviderDefinition): Promise<void> {
  const use = t('Use It');
  const { name, origin, baseUrl } = definition;
  const { host } = new URL(baseUrl);
  const question = origin?.kind === 'extension' ? t('The provider {0} of the extension {1} needs no key. Questions it is chosen for are sent to {2}. Use it?', name, origin.extension, host) : t('The provider {0} of the plug-in {1} needs no key. Questions it is chosen for are sent to {2}. Use it?', name, origin?.file ?? '', host);
  if ((await vscode.window.showInformationMessage(plainText(question), use, t('Not Now'))) === use) await plugins.consent(definition);
}
