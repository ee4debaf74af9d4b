import { setTimeout as wait } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { App } from '../core/app';
import { keyNameOf, type ProviderDefinition } from '../core/model/provider';
import { canSignIn } from '../core/model/signIn';
import { t } from '../shared/l10n';
import type { FoundKeys } from './foundKeys';
import { tell } from './failureTexts';
import { plainText } from './plainText';
import { originText } from './pluginTexts';
import { failureWords } from './providers/rows';

/** Asks for a provider and a key, checks the key with the provider, and keeps it. Says in plain words how it went. */
export async function setApiKey(app: App, foundKeys: FoundKeys, chosen?: string): Promise<void> {
  const provider = await chooseProvider(app, chosen, t('Farthing: Set API Key'), () => true, true);
  if (!provider) return;
  const found = await foundKeys.find(provider);
  const signIn = { label: `$(sign-in) ${t('Sign in with the browser')}`, description: t('no key to paste') };
  const use = { label: `$(key) ${t('Use {0}', found?.variable ?? '')}`, description: plainText(t('found in {0}', found?.where ?? '')) };
  const enter = { label: `$(edit) ${t('Enter a key')}` };
  const ways: readonly vscode.QuickPickItem[] = [...(canSignIn(provider) ? [signIn] : []), ...(found ? [use] : []), enter];
  const how = ways.length === 1 ? enter : await vscode.window.showQuickPick(ways, { title: plainText(t('API key for {0}', provider.name)), placeHolder: t('How?') });
  if (how === signIn) await vscode.commands.executeCommand('farthing.signIn', provider.id);
  if (how === undefined || how === signIn) return;
  const place = await choosePlace(app, provider);
  if (!place) return;
  const key = how === use ? found?.read() : await askForKey(provider);
  if (key) await checkAndKeep(app, provider, key, place);
}

/** Where a key goes: in the place of the one of that name, by default the first, or beside those there are. */
type KeyPlace = { readonly name?: string } | 'beside';

/** Asks where a new key goes when there are some. Undefined: the person left. */
async function choosePlace(app: App, provider: ProviderDefinition): Promise<KeyPlace | undefined> {
  const stored = await app.keysOf(provider);
  if (stored.length === 0) return {};
  const rows: readonly (vscode.QuickPickItem & { readonly place: KeyPlace })[] = [
    ...stored.map(({ name, shown, trouble }, index) => ({ label: `$(replace) ${t('Replace key {0}', index + 1)}`, description: plainText(trouble === undefined ? shown : `${shown} · ${failureWords(trouble)}`), place: { name } })),
    { label: `$(add) ${t('Add another key')}`, description: t('used in turn with what is there'), place: 'beside' },
  ];
  return (await vscode.window.showQuickPick(rows, { title: plainText(t('API keys for {0}', provider.name)), placeHolder: t('Replace a key, or add one') }))?.place;
}

/** Checks a key with its provider and stores it; a refused key is stored only if the person insists. */
export async function checkAndKeep(app: App, provider: ProviderDefinition, key: string, place: KeyPlace = {}): Promise<void> {
  const now = (await app.providers()).find((state) => state.provider.id === provider.id)?.provider;
  // The person was shown a host. A plug-in or a setting may name another by now.
  if (!now || keyNameOf(now) !== keyNameOf(provider)) {
    void vscode.window.showErrorMessage(plainText(t('{0} has another address than a moment ago, or is gone, so the key was neither sent nor kept.', provider.name)));
    return;
  }
  const check = await withProgress(plainText(t('Checking the key with {0}', provider.name)), (signal) => app.checkKey(provider.id, key, signal));
  if (check.ok) {
    if (!(await keepKey(app, provider, key, place))) return;
    await tellKept(app, check.note ? t("{0} accepted the key ({1}). It is kept in the editor's secret storage.", provider.name, check.note) : t("{0} accepted the key. It is kept in the editor's secret storage.", provider.name));
    return;
  }
  const { failure } = check;
  if (failure.kind === 'cancelled') return;
  const told = tell(failure, { nameOf: app.providerName, now: Date.now() });
  const again = t('Enter it again');
  const keep = t('Keep it anyway');
  const page = t('Open the key page');
  const rejected = failure.kind === 'keyRejected';
  const choice = await vscode.window.showErrorMessage(plainText(rejected ? t('{0} did not accept this key. It was not kept.', provider.name) : t('The key could not be checked, so it was not kept. {0}', told.sentence)), { detail: told.detail ?? '', modal: false }, ...(rejected ? [again, ...(provider.keyUrl ? [page] : [])] : [keep, again]));
  if (choice === keep) await keepKey(app, provider, key, place);
  if (choice === page && provider.keyUrl) await vscode.env.openExternal(vscode.Uri.parse(provider.keyUrl));
  if (choice === again) {
    const next = await askForKey(provider);
    if (next) await checkAndKeep(app, provider, next, place);
  }
}

/** False: the provider has this key already, and the person was told. */
async function keepKey(app: App, provider: ProviderDefinition, key: string, place: KeyPlace): Promise<boolean> {
  if (place !== 'beside') {
    await app.setKey(provider, key, place.name);
    return true;
  }
  const added = await app.addKey(provider, key);
  if (!added) void vscode.window.showInformationMessage(plainText(t('This key is stored for {0} already.', provider.name)));
  return added;
}

/** Says that a key could not be put where keys belong. */
export function tellKeyInMemory(): void {
  void vscode.window.showWarningMessage(t("The editor's store for keys does not open, so the key is kept until this window closes, and nowhere else. On Linux, install or unlock a keyring such as gnome-keyring or KWallet, then set the key again."));
}

/** Says that a key is kept. Who tries the demo is offered to leave it. */
export async function tellKept(app: App, sentence: string): Promise<void> {
  const leave = t('Leave the demo');
  const choice = await vscode.window.showInformationMessage(plainText(sentence), ...(app.realm() === 'demo' ? [leave] : []));
  if (choice === leave) await vscode.commands.executeCommand('farthing.leaveDemo');
}

/** Removes a key after asking; the provider's own page is where a key is made invalid. */
export async function removeApiKey(app: App, chosen?: string): Promise<void> {
  const provider = await chooseProvider(app, chosen, t('Farthing: Remove API Key'), (state) => state.hasKey);
  if (!provider) return;
  const stored = await app.keysOf(provider);
  const one = stored.length < 2 ? stored[0] : (await vscode.window.showQuickPick(stored.map((key, index) => ({ label: `$(key) ${t('Key {0}', index + 1)}`, description: plainText(key.shown), key })), { title: plainText(t('Remove an API key of {0}', provider.name)) }))?.key;
  if (!one) return;
  const remove = t('Remove');
  const question = stored.length < 2 ? t('Remove the API key of {0} from this editor?', provider.name) : t('Remove the API key {0} of {1} from this editor?', one.shown, provider.name);
  const choice = await vscode.window.showWarningMessage(plainText(question), { modal: true, detail: t('The key itself stays valid at the provider.') }, remove);
  if (choice === remove) await app.removeKey(provider, one.name);
}

/** Says why there is no model to show, with a way on. */
export async function tellNobody(app: App): Promise<void> {
  const isSetUp = (await app.providers()).some(({ askable }) => askable);
  const add = t('Add Provider');
  const check = t('Check Configuration');
  const demo = t('Try the Demo');
  const sentence = isSetUp ? t('No model can be asked: the providers that are set up told of none.') : t('No provider is set up yet.');
  const choice = await vscode.window.showInformationMessage(sentence, ...(isSetUp ? [check, add] : [add, demo]));
  if (choice === add) await vscode.commands.executeCommand('farthing.addProvider');
  else if (choice === check) await vscode.commands.executeCommand('farthing.checkConfiguration');
  else if (choice === demo) await vscode.commands.executeCommand('farthing.startDemo');
}

/** Asks every provider that can be asked whether it answers, and shows the answers side by side. */
export async function checkProviders(app: App): Promise<void> {
  const states = (await app.providers()).filter(({ askable }) => askable);
  if (states.length === 0) return tellNobody(app);
  const checks = await untilStopped(t('Checking providers'), (signal) => Promise.all(states.map(async ({ provider }) => ({ provider, check: await app.checkKey(provider.id, undefined, signal) }))));
  if (checks === undefined) return;
  const items = checks.map(({ provider, check }) => {
    if (check.ok) return { label: `$(pass) ${plainText(provider.name)}`, description: plainText(check.note ?? t('answers')), provider };
    const told = tell(check.failure, { nameOf: app.providerName, now: Date.now() });
    return { label: `$(error) ${plainText(provider.name)}`, description: plainText(told.sentence), ...(told.detail === undefined ? {} : { detail: plainText(told.detail) }), provider };
  });
  const picked = await vscode.window.showQuickPick(items, { title: t('Farthing: Check Providers'), placeHolder: t('Choose one to enter its key again') });
  if (picked && picked.provider.auth !== 'none') await vscode.commands.executeCommand('farthing.setApiKey', picked.provider.id);
}

async function chooseProvider(app: App, chosen: string | undefined, title: string, accepts: (state: { readonly hasKey: boolean }) => boolean, mayBeNew = false): Promise<ProviderDefinition | undefined> {
  const states = (await app.providers()).filter((state) => state.provider.auth !== 'none' && accepts(state));
  const direct = states.find(({ provider }) => provider.id === chosen);
  if (direct) return direct.provider;
  if (states.length === 0) {
    void vscode.window.showInformationMessage(t('No API key is stored, so there is none to remove.'));
    return undefined;
  }
  const items = states.map((state) => ({ label: plainText(state.provider.name), description: state.hasKey ? t('key set') : canSignIn(state.provider) && mayBeNew ? t('or sign in with the browser') : '', detail: plainText([new URL(state.provider.baseUrl).host, originText(state.provider.origin)].filter((part) => part !== undefined).join(', ')), provider: state.provider }));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: t('Which provider?'), matchOnDetail: true }))?.provider;
}

export async function askForKey(provider: ProviderDefinition): Promise<string | undefined> {
  const input = vscode.window.createInputBox();
  input.title = plainText(t('API key for {0}', provider.name));
  const origin = originText(provider.origin);
  // The editor makes links of what looks like one here, too.
  input.prompt = plainText([t("It is sent to {0} and kept in the editor's secret storage.", new URL(provider.baseUrl).host), ...(origin === undefined ? [] : [t('The provider is described by: {0}.', origin)])].join(' '));
  input.placeholder = provider.keyPrefix ? `${provider.keyPrefix}…` : t('API key');
  input.password = true;
  input.ignoreFocusOut = true;
  const openPage: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('link-external'), tooltip: t('Open the page where keys are made') };
  if (provider.keyUrl) input.buttons = [openPage];
  input.onDidTriggerButton(() => {
    if (provider.keyUrl) void vscode.env.openExternal(vscode.Uri.parse(provider.keyUrl));
  });
  const key = await new Promise<string | undefined>((resolve) => {
    input.onDidChangeValue((value) => {
      input.validationMessage = invalidKey(value);
    });
    input.onDidAccept(() => {
      const value = input.value.trim();
      input.validationMessage = value === '' ? t('Paste the key, or press Escape.') : invalidKey(value);
      if (!input.validationMessage) resolve(value);
    });
    input.onDidHide(() => resolve(undefined));
    input.show();
  });
  input.dispose();
  return key;
}

/** What cannot go into an HTTP header is no key. */
function invalidKey(value: string): string | undefined {
  return /^[\x21-\x7e]*$/.test(value.trim()) ? undefined : t('A key has no spaces or special characters. Was more than the key pasted?');
}

/** What takes no longer shows no progress: it would only flash, and take the place of the notification that follows. Milliseconds. */
const unseenMs = 400;

/** Runs something that may take more than a second, with progress and a way to cancel once it has taken a moment. */
export async function withProgress<T>(title: string, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const running = task(abort.signal);
  const isQuick = await Promise.race([running.then(() => true), wait(unseenMs, false)]);
  if (isQuick) return running;
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, (_progress, token) => {
    token.onCancellationRequested(() => abort.abort());
    return running;
  });
}

/** Like `withProgress`, for what only reads: undefined as soon as the person stops it, who then wants to hear no more of it. */
export function untilStopped<T>(title: string, task: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
  return withProgress(title, (signal) => Promise.race([task(signal), new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }))]));
}
