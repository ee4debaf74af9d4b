import * as path from 'node:path';
import * as vscode from 'vscode';
import type { App } from '../core/app';
import type { ProviderDefinition } from '../core/model/provider';
import type { Log } from '../core/ports/log';
import { mostPluginBytes } from '../core/ports/pluginFiles';
import { commands } from '../shared/contributions';
import { t } from '../shared/l10n';
import { withProgress } from './keyCommands';
import { plainText } from './plainText';
import { originText, previewText, problemsText, problemText } from './pluginTexts';
import { runCommand } from './register';

/** Asks for a file or an address, shows what it would do, and keeps it only if the person says so. */
export async function installPlugin(app: App, log: Log): Promise<void> {
  const text = await chooseText(app);
  if (text === undefined) return;
  const read = await app.plugins.preview(text);
  if (!read.ok) {
    for (const problem of read.problems) log.warn(`not a provider plug-in: ${problemText(problem)}`);
    const other = t('Choose another');
    if ((await vscode.window.showErrorMessage(plainText(`${t('This is not a provider plug-in that can be installed.')} ${problemsText(read.problems)}`), other)) === other) await installPlugin(app, log);
    return;
  }
  const { question, detail, confirm } = previewText(read.preview);
  if ((await vscode.window.showInformationMessage(question, { modal: true, detail }, confirm)) !== confirm) return;
  await app.plugins.install(read.preview, text);
  const { definition } = read.preview.plugin;
  const state = (await app.providers()).find(({ provider }) => provider.id === definition.id);
  const setKey = t('Set API Key');
  const needsKey = definition.auth !== 'none' && state?.hasKey === false;
  const choice = await vscode.window.showInformationMessage(plainText([read.preview.replaces?.plugin ? t('The provider {0} is updated.', definition.name) : t('The provider {0} is installed.', definition.name), ...(needsKey ? [t('It can be asked once its API key is set.')] : [])].join(' ')), ...(needsKey ? [setKey] : []));
  if (choice === setKey) await runCommand(commands.setApiKey, definition.id);
}

async function chooseText(app: App): Promise<string | undefined> {
  const file = { label: `$(file) ${t('From a file')}` };
  const address = { label: `$(link) ${t('From an https address')}` };
  const from = await vscode.window.showQuickPick([file, address], { title: t('Farthing: Install Provider Plug-in'), placeHolder: t('What it would do is shown before anything is installed') });
  if (from === file) return textOfFile();
  return from === address ? textAt(app) : undefined;
}

async function textOfFile(): Promise<string | undefined> {
  const [file] = (await vscode.window.showOpenDialog({ title: t('Provider plug-in'), openLabel: t('Preview'), canSelectMany: false, filters: { [t('Provider plug-in')]: ['json'] } })) ?? [];
  if (!file) return undefined;
  const { size, type } = await vscode.workspace.fs.stat(file);
  if ((type & vscode.FileType.File) !== 0 && size <= mostPluginBytes) return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  void vscode.window.showErrorMessage(plainText(t('{0} is larger than {1} kB or no file, so it is no plug-in.', path.basename(file.path), mostPluginBytes / 1024)));
  return undefined;
}

async function textAt(app: App): Promise<string | undefined> {
  const address = await vscode.window.showInputBox({
    title: t('Address of a provider plug-in'),
    prompt: t('It is only read and shown; nothing is installed without asking.'),
    placeHolder: 'https://example.com/acme.farthing-provider.json',
    ignoreFocusOut: true,
    validateInput: (value) => (/^https?:\/\/[^\s/]/.test(value.trim()) ? undefined : t('An address that begins with https://')),
  });
  if (address === undefined) return undefined;
  const read = await withProgress(t('Reading the provider plug-in'), (signal) => app.plugins.download(address.trim(), signal));
  if (read === undefined) return undefined;
  if (read.ok) return read.text;
  const again = t('Choose another');
  const choice = await vscode.window.showErrorMessage(plainText(t('The provider plug-in could not be read. {0}', read.reason)), again);
  return choice === again ? chooseText(app) : undefined;
}

/** Removes a file of the folder after asking, with its key if the person wants. */
export async function removePlugin(app: App): Promise<void> {
  const installed = await app.plugins.installed();
  const contributed = app.plugins.inForce().filter(({ definition }) => definition.origin?.kind === 'extension');
  if (installed.length + contributed.length === 0) {
    const install = t('Install One');
    if ((await vscode.window.showInformationMessage(t('No provider plug-in is installed.'), install)) === install) await runCommand(commands.installPlugin);
    return;
  }
  const rows = [
    ...installed.map((one) => ({ label: plainText(one.definition?.name ?? one.file), description: one.definition ? plainText(new URL(one.definition.baseUrl).host) : t('not valid'), detail: plainText(one.file), file: one })),
    ...contributed.map(({ definition }) => ({ label: plainText(definition.name), description: plainText(new URL(definition.baseUrl).host), detail: plainText(t('{0}; it goes with it', originText(definition.origin) ?? '')), file: undefined })),
  ];
  const picked = await vscode.window.showQuickPick(rows, { title: t('Farthing: Remove Provider Plug-in'), placeHolder: t('Which one?'), matchOnDetail: true, matchOnDescription: true });
  if (!picked) return;
  if (!picked.file) {
    await vscode.commands.executeCommand('workbench.view.extensions');
    return;
  }
  const { file, definition } = picked.file;
  const hasKey = definition !== undefined && (await app.keysOf(definition)).length > 0;
  const remove = t('Remove');
  const removeAll = t('Remove with Its Key');
  const choice = await vscode.window.showWarningMessage(
    plainText(t('Remove the provider {0}?', definition?.name ?? file)),
    { modal: true, detail: plainText([t('The file {0} is deleted.', file), ...(hasKey ? [t('Its API key stays in this editor unless it is removed as well; at the provider it stays valid.')] : []), t('What was asked and what it cost stays in the books.')].join(' ')) },
    remove,
    ...(hasKey ? [removeAll] : []),
  );
  if (choice === undefined) return;
  if (choice === removeAll && definition) await removeKeys(app, definition);
  await app.plugins.remove(file);
}

async function removeKeys(app: App, definition: ProviderDefinition): Promise<void> {
  for (const { name } of await app.keysOf(definition)) await app.removeKey(definition, name);
}

/** Shows the folder: in the system's file manager where that is on this machine, else in a dialog that opens its files. */
export async function openPluginsFolder(app: App): Promise<void> {
  await app.plugins.opened();
  const folder = vscode.Uri.file(app.plugins.folder);
  if (vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined) {
    await vscode.env.openExternal(folder);
    return;
  }
  const [file] = (await vscode.window.showOpenDialog({ title: t('Provider plug-ins'), openLabel: t('Open'), defaultUri: folder, canSelectMany: false })) ?? [];
  if (file) await vscode.window.showTextDocument(file);
}
