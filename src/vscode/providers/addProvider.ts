import * as vscode from 'vscode';
import type { App } from '../../core/app';
import type { ProviderDefinition } from '../../core/model/provider';
import { type CommandId, commands } from '../../shared/contributions';
import { t } from '../../shared/l10n';
import { runCommand } from '../register';
import { writeSetting } from '../settings';
import { usersOwn } from './usersOwn';

type Switch = NonNullable<ProviderDefinition['switchedOnBy']>;

/** Every way to come to a provider, in the order of the list. */
function ways(): readonly (vscode.QuickPickItem & { readonly command?: CommandId; readonly setting?: Switch; readonly run?: (app: App) => Promise<void> })[] {
  return [
    { label: `$(key) ${t('Enter an API Key')}`, detail: t('OpenAI, Anthropic, OpenRouter and others that Farthing knows.'), command: commands.setApiKey },
    { label: `$(sign-in) ${t('Sign in with {0}', 'OpenRouter')}`, detail: t('In the browser, no key to paste.'), command: commands.signIn },
    { label: `$(server) ${t('Add a Server')}`, detail: t("Your own or another vendor's, when it speaks OpenAI chat completions."), run: addServer },
    { label: `$(vm) ${t('Find Models on This Machine')}`, detail: t('Ollama, LM Studio, vLLM, llama.cpp and others.'), command: commands.findLocalServers },
    { label: `$(vscode) ${t("Use the Editor's Own Models")}`, detail: t('Those that other extensions give to the editor, as part of a subscription.'), setting: 'editorModels.enabled' },
    { label: `$(extensions) ${t('Install a Plug-in')}`, detail: t('A provider described in a JSON file.'), command: commands.installPlugin },
    { label: `$(cloud-download) ${t('Import')}`, detail: t('Providers from Roo Code or Continue, without their keys.'), command: commands.importProviders },
    { label: `$(play) ${t('Start the Demo')}`, detail: t('Three simulated models, no key.'), command: commands.startDemo },
  ];
}

export async function addProvider(app: App): Promise<void> {
  const settings = app.settings();
  const rows = ways().filter(({ command, setting }) => !(setting !== undefined && settings[setting]) && !(command === commands.startDemo && settings['demo.enabled']));
  const picked = await vscode.window.showQuickPick(rows, { title: t('Farthing: Add Provider'), placeHolder: t('How?'), matchOnDetail: true });
  if (picked?.command) await runCommand(picked.command);
  else if (picked?.setting) await writeSetting(picked.setting, true);
  else await picked?.run?.(app);
}

/** Asks for a server's address, name and whether it wants a key, and writes it into the settings. */
export async function addServer(app: App): Promise<void> {
  const before = usersOwn.customProviders();
  /** What is wrong with an entry is said as its schema says it. */
  const problemWith = (what: string, entry: Readonly<Record<string, unknown>>): string | undefined => {
    const problem = app.customProviderProblem([...before, entry]);
    return problem === undefined ? undefined : `${what} ${problem}.`;
  };
  const baseUrl = await vscode.window.showInputBox({
    title: t('Add a Server (1 of 3)'),
    prompt: t('Its address up to and including /v1.'),
    placeHolder: t('{0} or {1}', 'https://example.com/v1', 'http://127.0.0.1:8080/v1'),
    ignoreFocusOut: true,
    validateInput: (text) => problemWith(t('The address'), { id: freeId(before), baseUrl: text.trim() }),
  });
  if (baseUrl === undefined) return;
  const name = await vscode.window.showInputBox({
    title: t('Add a Server (2 of 3)'),
    prompt: t('A short name for it.'),
    value: new URL(baseUrl.trim()).hostname,
    ignoreFocusOut: true,
    validateInput: (text) => problemWith(t('The name'), { id: idFrom(text, before), name: text, baseUrl: baseUrl.trim() }),
  });
  if (name === undefined) return;
  const asks = { label: `$(key) ${t('It asks for a key')}`, auth: 'bearer' } as const;
  const needsKey = await vscode.window.showQuickPick([asks, { label: `$(unlock) ${t('It asks for no key')}`, auth: 'none' } as const], { title: t('Add a Server (3 of 3)'), ignoreFocusOut: true });
  if (!needsKey) return;
  const id = idFrom(name, before);
  await writeSetting('providers.custom', [...before, { id, name: name.trim(), baseUrl: baseUrl.trim(), auth: needsKey.auth }]);
  if (needsKey === asks) await runCommand(commands.setApiKey, id);
}

/** An id made from a name: lower-case letters, digits and dashes, beginning with a letter, taken by no other entry. */
function idFrom(name: string, before: readonly unknown[]): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+/, '').replace(/-+$/, '').slice(0, 24);
  return freeId(before, plain.length < 2 ? 'server' : plain);
}

function freeId(before: readonly unknown[], wish = 'server'): string {
  const taken = new Set(before.map((entry) => (typeof entry === 'object' && entry !== null && 'id' in entry ? entry.id : undefined)));
  let id = wish;
  for (let number = 2; taken.has(id); number += 1) id = `${wish}-${number}`;
  return id;
}
