import { homedir } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { App } from '../core/app';
import type { ImportStep } from '../core/model/importStep';
import { commands } from '../shared/contributions';
import { t } from '../shared/l10n';
import { plainText } from './plainText';
import { runCommand } from './register';
import { writeSetting } from './settings';

/** Settings of an extension are a few kilobytes. Reading YAML takes seconds for a few megabytes, in which the editor's extensions stand still. */
const mostBytes = 512 * 1024;

/** Where Continue keeps its configuration. Roo Code's is exported by hand, to a place of the person's choice. */
const usualFiles = ['.continue/config.yaml', '.continue/config.json'];

/** Takes over the providers that another extension knows, without their keys, after showing what would be added. */
export async function importProviders(app: App, parseYaml: (text: string) => unknown): Promise<void> {
  const file = await chooseFile();
  if (!file) return;
  const read = await readFile(file, parseYaml).then((value) => (value === undefined ? { ok: false, problem: t('This file is too large to be the settings of an extension.') } as const : app.readImport(value)), (error: unknown) => ({ ok: false, problem: t('The file could not be read: {0}', (error instanceof Error ? error.message : String(error)).split('\n', 1).join()) }) as const);
  if (!read.ok) {
    const again = t('Choose another file');
    if ((await vscode.window.showErrorMessage(plainText(read.problem), again)) === again) await importProviders(app, parseYaml);
    return;
  }
  const skipped = read.steps.filter((step) => step.kind === 'skipped');
  const useful = read.steps.filter((step) => step.kind !== 'skipped');
  const leftOut = skipped.length === 0 ? [] : [t('Left out: {0}.', skipped.map(({ name, why }) => `${name}: ${why}`).join('; '))];
  if (useful.length === 0) {
    void vscode.window.showInformationMessage(plainText([t('There is nothing in it to take over.'), ...leftOut].join(' ')));
    return;
  }
  const picked = await vscode.window.showQuickPick(useful.map((step) => ({ ...rowOf(app, step), step, picked: true })), { canPickMany: true, title: t('Import from {0}', read.from), placeHolder: t('Keys are not taken over; they are asked for afterwards'), matchOnDetail: true });
  if (!picked || picked.length === 0) return;
  await apply(app, picked.map(({ step }) => step));
  const needKey = picked.flatMap(({ step }) => (step.kind === 'builtIn' ? [step.provider] : step.kind === 'azure' || (step.kind === 'server' && step.entry.auth === undefined) ? [step.entry.id] : []));
  const setKeys = needKey.length === 1 ? t('Set its key') : t('Set their keys');
  const choice = await vscode.window.showInformationMessage(plainText([t(picked.length === 1 ? '{0} provider was taken over. Keys were not.' : '{0} providers were taken over. Keys were not.', picked.length), ...leftOut].join(' ')), ...(needKey.length === 0 ? [] : [setKeys]));
  if (choice) for (const id of needKey) await runCommand(commands.setApiKey, id);
}

async function chooseFile(): Promise<vscode.Uri | undefined> {
  const candidates = usualFiles.map((name) => vscode.Uri.file(path.join(homedir(), name)));
  const found = (await Promise.all(candidates.map(async (uri) => ((await exists(uri)) ? [uri] : [])))).flat();
  const other = { label: `$(folder-opened) ${t('Choose a file…')}`, description: t("Roo Code's export or Continue's configuration"), uri: undefined };
  const picked = found.length === 0 ? other : await vscode.window.showQuickPick([...found.map((uri) => ({ label: '$(file) Continue', description: uri.fsPath, uri })), other], { title: t('Farthing: Import Providers'), placeHolder: t('From where?') });
  if (!picked) return undefined;
  if (picked.uri) return picked.uri;
  return (await vscode.window.showOpenDialog({ title: t('Import Providers'), openLabel: t('Read'), filters: { [t('Settings of Roo Code or Continue')]: ['json', 'yaml', 'yml'] } }))?.[0];
}

/** Undefined when it is larger than any settings are. */
async function readFile(uri: vscode.Uri, parseYaml: (text: string) => unknown): Promise<unknown> {
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > mostBytes) return undefined;
  return parseYaml(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)));
}

/** Everything is shown with the host that prompts would be sent to. */
function rowOf(app: App, step: Exclude<ImportStep, { kind: 'skipped' }>): vscode.QuickPickItem {
  switch (step.kind) {
    case 'builtIn':
      return { label: plainText(app.providerName(step.provider)), description: t('built in, needs its key') };
    case 'server':
      return { label: plainText(step.entry.name), description: plainText(step.host), detail: plainText(`${step.entry.baseUrl}${step.entry.models ? ` · ${step.entry.models.join(', ')}` : ''}`) };
    case 'azure':
      return { label: 'Azure OpenAI', description: plainText(step.host), detail: plainText(Object.entries(step.entry.deployments).map(([deployment, model]) => (deployment === model ? model : `${deployment} (${model})`)).join(', ')) };
    case 'ollama':
      return { label: 'Ollama', description: t('on this machine; will be switched on') };
    case 'editorModels':
      return { label: t('Models of the editor'), description: t('will be switched on') };
  }
}

async function apply(app: App, steps: readonly ImportStep[]): Promise<void> {
  const settings = app.settings();
  const servers = steps.flatMap((step) => (step.kind === 'server' ? [step.entry] : []));
  const azure = steps.flatMap((step) => (step.kind === 'azure' ? [step.entry] : []));
  if (servers.length > 0) await writeSetting('providers.custom', [...listOf(settings['providers.custom']), ...servers]);
  if (azure.length > 0) await writeSetting('providers.azure', [...listOf(settings['providers.azure']), ...azure]);
  if (steps.some(({ kind }) => kind === 'ollama')) await writeSetting('ollama.enabled', true);
  if (steps.some(({ kind }) => kind === 'editorModels')) await writeSetting('editorModels.enabled', true);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(() => true, () => false);
}
