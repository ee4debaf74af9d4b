import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { GatewayClient } from '../../core/model/client';
import type { Arm } from '../../core/model/modelCard';
import { formatUsd } from '../../core/model/money';
import type { ClientStore } from '../../core/ports/clientStore';
import { momentText, t } from '../../shared/l10n';
import { plainText } from '../plainText';
import { writeSetting } from '../settings';
import { allTerminalsId, newClientToken } from './clientTokens';
import { clientRow, readLimit, readModels, type SpendingClient, spendText, unknownModels } from './gatewayTexts';

interface ClientsDependencies {
  readonly store: () => Promise<ClientStore>;
  readonly copyToken: (token: string) => Promise<void>;
  /** What can be asked now. */
  readonly arms: () => Promise<readonly Arm[]>;
}

const dayMs = 24 * 60 * 60 * 1000;

/** What each client has cost. One whose cost cannot be read is there without it. */
export function spendOf(store: ClientStore, clients: readonly GatewayClient[]): Promise<readonly SpendingClient[]> {
  return Promise.all(clients.map(async (client) => ({ client, spend: await store.spend(client.id).catch(() => undefined) })));
}

/** The list of the programs that may use the gateway: to add one, to change what it may, to remove it. */
export async function showClients(dependencies: ClientsDependencies): Promise<void> {
  const store = await dependencies.store();
  const now = Date.now();
  const clients = (await spendOf(store, await store.list())).toSorted((one, other) => other.client.createdAt - one.client.createdAt);
  const add: vscode.QuickPickItem & { readonly one?: SpendingClient } = { label: `$(add) ${t('Add a client')}`, description: t('with a token of its own') };
  const rows = clients.map((one) => ({ ...clientRow(one, now), one }));
  const picked = await vscode.window.showQuickPick([add, ...rows], { title: t('Farthing: Gateway Clients'), placeHolder: rows.length === 0 ? t('No program has a token of its own yet') : t('Choose one to change or remove it'), matchOnDetail: true });
  if (!picked) return;
  if (picked.one) await changeClient(store, picked.one, dependencies);
  else await addClient(store, new Set(clients.map(({ client }) => client.name)), dependencies);
}

async function addClient(store: ClientStore, taken: ReadonlySet<string>, { copyToken, arms }: ClientsDependencies): Promise<void> {
  const title = t('Add a client of the gateway');
  const name = await vscode.window.showInputBox({ title, prompt: t('Name of the program'), validateInput: (value) => (value.trim() === '' || value.length > 80 ? t('A name of up to 80 characters.') : taken.has(value.trim()) ? t('There is a client of that name already.') : undefined) });
  if (name === undefined) return;
  const limit = await askLimit(title, undefined);
  if (limit === undefined) return;
  const models = await askModels(title, undefined, await arms());
  if (models === undefined) return;
  const expires = await askExpiry(title);
  if (expires === undefined) return;
  const { token, tokenHash } = newClientToken();
  await store.put({ id: randomUUID(), name: name.trim(), tokenHash, createdAt: Date.now(), ...limit, ...models, ...expires });
  await copyToken(token);
  void vscode.window.showInformationMessage(plainText(t('{0} may use the gateway. Its token is on the clipboard and is shown nowhere: paste it now.', name.trim())));
}

async function changeClient(store: ClientStore, { client, spend }: SpendingClient, { arms }: ClientsDependencies): Promise<void> {
  const title = plainText(client.name);
  const actions = { limit: t('Change its limit'), models: t('Change its models'), expiry: t('Change when it ends'), remove: t('Remove it') };
  const rows = [
    { label: `$(credit-card) ${actions.limit}`, description: client.limit === undefined ? t('no limit of its own') : formatUsd(client.limit), does: 'limit' },
    { label: `$(symbol-misc) ${actions.models}`, description: plainText(client.models?.join(', ') ?? t('all')), does: 'models' },
    // A run of an agent ends with its terminal; until then its time is given anew.
    ...(client.agent === undefined ? [{ label: `$(clock) ${actions.expiry}`, description: client.expiresAt === undefined ? t('never') : momentText(client.expiresAt, { dateStyle: 'medium', timeStyle: 'short' }), does: 'expiresAt' as const }] : []),
    { label: `$(trash) ${actions.remove}`, description: t('its token is refused from then on'), does: 'remove' },
  ] as const;
  const picked = await vscode.window.showQuickPick(rows, { title, placeHolder: spendText({ client, spend }) });
  if (!picked) return;
  if (picked.does === 'remove') return removeClient(store, client);
  const asked = picked.does === 'limit' ? await askLimit(title, client) : picked.does === 'models' ? await askModels(title, client, await arms()) : await askExpiry(title);
  // It may have ended or been removed meanwhile.
  const now = (await store.list()).find(({ id }) => id === client.id);
  if (asked === undefined || now === undefined) return;
  const { [picked.does]: _before, ...rest } = now;
  const changed = { ...rest, ...asked };
  await store.put(changed);
  vscode.window.setStatusBarMessage(plainText(t('{0} changed: {1}', client.name, spendText({ client: changed, spend }))), 10_000);
}

async function removeClient(store: ClientStore, client: GatewayClient): Promise<void> {
  // While the setting is on they would get a client again.
  if (client.id === allTerminalsId) await writeSetting('gateway.agents.allTerminals', undefined);
  await store.remove(client.id);
  const undo = t('Undo');
  const choice = await vscode.window.showInformationMessage(plainText(t('{0} can no longer use the gateway. What it spent stays in the books.', client.name)), undo);
  if (choice !== undo) return;
  await store.put(client);
  if (client.id === allTerminalsId) await writeSetting('gateway.agents.allTerminals', true);
}

/** Undefined: the person left. */
async function askLimit(title: string, client: GatewayClient | undefined): Promise<Pick<GatewayClient, 'limit'> | undefined> {
  const typed = await vscode.window.showInputBox({
    title,
    prompt: t('The most it may cost in all, in US dollars. Empty: no limit of its own; your budgets hold in any case.'),
    value: client?.limit === undefined ? '' : String(client.limit / 1e9),
    validateInput: (value) => (readLimit(value) === false ? t('An amount such as 5 or 0.50, not below zero.') : undefined),
  });
  if (typed === undefined) return undefined;
  const limit = readLimit(typed);
  return limit === false || limit === undefined ? {} : { limit };
}

async function askModels(title: string, client: GatewayClient | undefined, arms: readonly Arm[]): Promise<Pick<GatewayClient, 'models'> | undefined> {
  const typed = await vscode.window.showInputBox({
    title,
    prompt: t('Models it may ask, with commas between and * for any text, such as openai/gpt-5*. Empty: all.'),
    value: client?.models?.join(', ') ?? '',
    // Told, not refused: its provider may be set up later.
    validateInput: (value) => {
      const unknown = unknownModels(value, arms);
      return unknown.length === 0 ? undefined : { message: plainText(t('No model that can be asked now fits {0}.', unknown.join(', '))), severity: vscode.InputBoxValidationSeverity.Warning };
    },
  });
  if (typed === undefined) return undefined;
  const models = readModels(typed);
  return models === undefined ? {} : { models };
}

async function askExpiry(title: string): Promise<Pick<GatewayClient, 'expiresAt'> | undefined> {
  const rows = [
    { label: t('Never'), description: t('until you remove it'), days: undefined },
    { label: t('After a day'), days: 1 },
    { label: t('After a week'), days: 7 },
    { label: t('After 30 days'), days: 30 },
  ];
  const picked = await vscode.window.showQuickPick(rows, { title, placeHolder: t('When does its token end?') });
  if (!picked) return undefined;
  return picked.days === undefined ? {} : { expiresAt: Date.now() + picked.days * dayMs };
}
