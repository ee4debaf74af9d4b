import { setTimeout as wait } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { App } from '../core/app';
import { keyNameOf, type ProviderDefinition } from '../core/model/provider';
import { canSignIn } from '../core/model/signIn';
import type { FoundKeys } from './foundKeys';
import { tell } from './failureTexts';
import { plainText } from './plainText';
import { originText } from './pluginTexts';
import { failureWords } from './providers/rows';

const setKeyTitle = 'Set API Key';

/** Asks for a provider and a key, checks the key with the provider, and keeps it. Says in plain words how it went. */
export async function setApiKey(app: App, foundKeys: FoundKeys, chosen?: string): Promise<void> {
  const provider = await chooseProvider(app, chosen, setKeyTitle, () => true);
  if (!provider) return;
  const found = await foundKeys.find(provider);
  const signIn = { label: '$(sign-in) Sign in with the browser', description: 'no key to paste' };
  const use = { label: `$(key) Use ${found?.variable ?? ''}`, description: plainText(`found in ${found?.where ?? ''}`) };
  const enter = { label: '$(edit) Enter a key' };
  const ways: readonly vscode.QuickPickItem[] = [...(canSignIn(provider) ? [signIn] : []), ...(found ? [use] : []), enter];
  const how = ways.length === 1 ? enter : await vscode.window.showQuickPick(ways, { title: plainText(`API key for ${provider.name}`), placeHolder: 'How?' });
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
    ...stored.map(({ name, shown, trouble }, index) => ({ label: `$(replace) Replace key ${index + 1}`, description: plainText(trouble === undefined ? shown : `${shown} · ${failureWords(trouble)}`), place: { name } })),
    { label: '$(add) Add another key', description: 'used in turn with what is there', place: 'beside' },
  ];
  return (await vscode.window.showQuickPick(rows, { title: plainText(`API keys for ${provider.name}`), placeHolder: 'Replace a key, or add one' }))?.place;
}

/** Checks a key with its provider and stores it; a refused key is stored only if the person insists. */
export async function checkAndKeep(app: App, provider: ProviderDefinition, key: string, place: KeyPlace = {}): Promise<void> {
  const now = (await app.providers()).find((state) => state.provider.id === provider.id)?.provider;
  // The person was shown a host. A plug-in or a setting may name another by now.
  if (!now || keyNameOf(now) !== keyNameOf(provider)) {
    void vscode.window.showErrorMessage(plainText(`${provider.name} has another address than a moment ago, or is gone, so the key was neither sent nor kept.`));
    return;
  }
  const check = await withProgress(plainText(`Checking the key with ${provider.name}`), (signal) => app.checkKey(provider.id, key, signal));
  if (check.ok) {
    if (!(await keepKey(app, provider, key, place))) return;
    await tellKept(app, `${provider.name} accepted the key${check.note ? ` (${check.note})` : ''}. It is kept in the editor's secret storage.`);
    return;
  }
  const { failure } = check;
  if (failure.kind === 'cancelled') return;
  const told = tell(failure, { nameOf: app.providerName, now: Date.now() });
  const again = 'Enter it again';
  const keep = 'Keep it anyway';
  const page = 'Open the key page';
  const rejected = failure.kind === 'keyRejected';
  const choice = await vscode.window.showErrorMessage(plainText(rejected ? `${provider.name} did not accept this key. It was not kept.` : `The key could not be checked, so it was not kept. ${told.sentence}`), { detail: told.detail ?? '', modal: false }, ...(rejected ? [again, ...(provider.keyUrl ? [page] : [])] : [keep, again]));
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
  if (!added) void vscode.window.showInformationMessage(plainText(`This key is stored for ${provider.name} already.`));
  return added;
}

/** Says that a key could not be put where keys belong. */
export function tellKeyInMemory(): void {
  void vscode.window.showWarningMessage("The editor's store for keys does not open, so the key is kept until this window closes, and nowhere else. On Linux, install or unlock a keyring such as gnome-keyring or KWallet, then set the key again.");
}

/** Says that a key is kept. Who tries the demo is offered to leave it. */
export async function tellKept(app: App, sentence: string): Promise<void> {
  const leave = 'Leave the demo';
  const choice = await vscode.window.showInformationMessage(plainText(sentence), ...(app.realm() === 'demo' ? [leave] : []));
  if (choice === leave) await vscode.commands.executeCommand('farthing.leaveDemo');
}

/** Removes a key after asking; the provider's own page is where a key is made invalid. */
export async function removeApiKey(app: App, chosen?: string): Promise<void> {
  const provider = await chooseProvider(app, chosen, 'Remove API Key', (state) => state.hasKey);
  if (!provider) return;
  const stored = await app.keysOf(provider);
  const one = stored.length < 2 ? stored[0] : (await vscode.window.showQuickPick(stored.map((key, index) => ({ label: `$(key) Key ${index + 1}`, description: plainText(key.shown), key })), { title: plainText(`Remove an API key of ${provider.name}`) }))?.key;
  if (!one) return;
  const remove = 'Remove';
  const which = stored.length < 2 ? 'the API key' : `the API key ${one.shown}`;
  const choice = await vscode.window.showWarningMessage(plainText(`Remove ${which} of ${provider.name} from this editor?`), { modal: true, detail: 'The key itself stays valid at the provider.' }, remove);
  if (choice === remove) await app.removeKey(provider, one.name);
}

/** Says why there is no model to show, with a way on. */
export async function tellNobody(app: App): Promise<void> {
  const isSetUp = (await app.providers()).some(({ askable }) => askable);
  const add = 'Add Provider';
  const check = 'Check Configuration';
  const demo = 'Try the Demo';
  const sentence = isSetUp ? 'No model can be asked: the providers that are set up told of none.' : 'No provider is set up yet.';
  const choice = await vscode.window.showInformationMessage(sentence, ...(isSetUp ? [check, add] : [add, demo]));
  if (choice === add) await vscode.commands.executeCommand('farthing.addProvider');
  else if (choice === check) await vscode.commands.executeCommand('farthing.checkConfiguration');
  else if (choice === demo) await vscode.commands.executeCommand('farthing.startDemo');
}

/** Asks every provider that can be asked whether it answers, and shows the answers side by side. */
export async function checkProviders(app: App): Promise<void> {
  const states = (await app.providers()).filter(({ askable }) => askable);
  if (states.length === 0) return tellNobody(app);
  const checks = await untilStopped('Checking providers', (signal) => Promise.all(states.map(async ({ provider }) => ({ provider, check: await app.checkKey(provider.id, undefined, signal) }))));
  if (checks === undefined) return;
  const items = checks.map(({ provider, check }) => {
    if (check.ok) return { label: `$(pass) ${plainText(provider.name)}`, description: plainText(check.note ?? 'answers'), provider };
    const told = tell(check.failure, { nameOf: app.providerName, now: Date.now() });
    return { label: `$(error) ${plainText(provider.name)}`, description: plainText(told.sentence), ...(told.detail === undefined ? {} : { detail: plainText(told.detail) }), provider };
  });
  const picked = await vscode.window.showQuickPick(items, { title: 'Farthing: Check Providers', placeHolder: 'Choose one to enter its key again' });
  if (picked && picked.provider.auth !== 'none') await vscode.commands.executeCommand('farthing.setApiKey', picked.provider.id);
}

async function chooseProvider(app: App, chosen: string | undefined, title: string, accepts: (state: { readonly hasKey: boolean }) => boolean): Promise<ProviderDefinition | undefined> {
  const states = (await app.providers()).filter((state) => state.provider.auth !== 'none' && accepts(state));
  const direct = states.find(({ provider }) => provider.id === chosen);
  if (direct) return direct.provider;
  if (states.length === 0) {
    void vscode.window.showInformationMessage('No API key is stored, so there is none to remove.');
    return undefined;
  }
  const items = states.map((state) => ({ label: plainText(state.provider.name), description: state.hasKey ? 'key set' : canSignIn(state.provider) && title === setKeyTitle ? 'or sign in with the browser' : '', detail: plainText([new URL(state.provider.baseUrl).host, originText(state.provider.origin)].filter((part) => part !== undefined).join(', ')), provider: state.provider }));
  return (await vscode.window.showQuickPick(items, { title: `Farthing: ${title}`, placeHolder: 'Which provider?', matchOnDetail: true }))?.provider;
}

export async function askForKey(provider: ProviderDefinition): Promise<string | undefined> {
  const input = vscode.window.createInputBox();
  input.title = plainText(`API key for ${provider.name}`);
  const origin = originText(provider.origin);
  // The editor makes links of what looks like one here, too.
  input.prompt = plainText(`It is sent to ${new URL(provider.baseUrl).host} and kept in the editor's secret storage.${origin === undefined ? '' : ` The provider is described by: ${origin}.`}`);
  input.placeholder = provider.keyPrefix ? `${provider.keyPrefix}…` : 'API key';
  input.password = true;
  input.ignoreFocusOut = true;
  const openPage: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('link-external'), tooltip: 'Open the page where keys are made' };
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
      input.validationMessage = value === '' ? 'Paste the key, or press Escape.' : invalidKey(value);
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
  return /^[\x21-\x7e]*$/.test(value.trim()) ? undefined : 'A key has no spaces or special characters. Was more than the key pasted?';
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
