import * as vscode from 'vscode';
import type { App } from '../core/app';
import { unexpected } from '../core/model/failure';
import { canSignIn, type ClaimedSignIn, type PendingSignIn, type SignedIn, signInMs, type SignInProvider, type SignInResult, type SignInTrouble } from '../core/model/signIn';
import type { Log } from '../core/ports/log';
import { commands } from '../shared/contributions';
import { t } from '../shared/l10n';
import { type SignInAction, signInLabel, tellSignIn } from './failureTexts';
import { tellKept, withProgress } from './keyCommands';
import { plainText } from './plainText';
import { runCommand } from './register';

/** Path of the callback below the extension's own address; the provider's id follows. */
const callbackPath = '/sign-in/';

/** How the browser came back. `elsewhere`: another window has it, or a newer sign-in took its place. */
type Return = { readonly kind: 'returned'; readonly claimed: SignInResult<ClaimedSignIn> } | { readonly kind: 'expired' | 'cancelled' | 'elsewhere' };

/** How a sign-in ended for the window that began it. */
type End = { readonly kind: 'finished'; readonly result: SignInResult<SignedIn> } | Exclude<Return, { readonly kind: 'returned' }>;

interface Waiting {
  readonly begun: PendingSignIn;
  readonly resolve: (returned: Return) => void;
}

/**
 * Signing in with the browser: sends it to the provider's page, waits for it to come back to the extension's address in
 * this window or another, and stores the key it ends in.
 *
 * Anybody can open the extension's address, so a callback does nothing unless it names a sign-in of ours (`SignIns`). A
 * key is stored without another question only in the window where the sign-in was begun and still waits; where it comes
 * back to another window, the person there is asked first.
 */
export class BrowserSignIn implements vscode.UriHandler, vscode.Disposable {
  readonly #waiting = new Map<string, Waiting>();
  readonly #stopListening: () => void;
  /** Providers whose callback is being looked at here: the sign-in that goes meanwhile goes because of it. */
  readonly #looking = new Set<string>();
  /** One notice about callbacks that nobody waits for is enough. */
  #unexpectedIsShown = false;

  constructor(
    private readonly app: App,
    private readonly extensionId: string,
    private readonly log: Log,
  ) {
    this.#stopListening = app.signIns.onChange((provider) => void this.#follow(provider));
  }

  dispose(): void {
    this.#stopListening();
    for (const { resolve } of this.#waiting.values()) resolve({ kind: 'elsewhere' });
  }

  /** Signs in with this provider, or with the one that the person chooses. */
  async start(chosen: string | undefined): Promise<void> {
    const provider = await this.#choose(chosen);
    if (!provider) return;
    const begun = await this.app.signIns.begin(provider);
    const page = this.app.signIns.page(provider, begun, await this.#callback(begun));
    this.log.info(`sign-in with ${provider.id} begun${page.returns ? '' : ', to be finished by pasting'}`);
    if (page.returns) return this.#waitFor(provider, begun, page.url);
    await openInBrowser(page.url);
    return this.#paste(provider, begun);
  }

  /** Called by the editor for an address of this extension. Never rejects. */
  async handleUri(uri: vscode.Uri): Promise<void> {
    const provider = uri.path.startsWith(callbackPath) ? uri.path.slice(callbackPath.length) : '';
    this.#looking.add(provider);
    try {
      const claimed = await this.app.signIns.claim(provider, uri.query);
      const waiting = this.#waiting.get(provider);
      if (claimed.ok && waiting?.begun.state === claimed.value.pending.state) waiting.resolve({ kind: 'returned', claimed });
      else if (!claimed.ok && claimed.trouble.kind !== 'unexpected' && waiting) waiting.resolve({ kind: 'returned', claimed });
      else if (!claimed.ok) await this.#tell(claimed.trouble);
      else if (await this.#confirm(claimed.value)) await this.#finish(claimed.value);
    } catch (error) {
      this.log.error('a sign-in could not be finished', error);
      await this.#tell({ kind: 'failed', provider, failure: unexpected(error) });
    } finally {
      this.#looking.delete(provider);
    }
  }

  async #choose(chosen: string | undefined): Promise<SignInProvider | undefined> {
    const providers = (await this.app.providers()).map(({ provider }) => provider).filter(canSignIn);
    const direct = providers.find(({ id }) => id === chosen) ?? (providers.length === 1 ? providers[0] : undefined);
    if (direct) return direct;
    const rows = providers.map((provider) => ({ label: plainText(provider.name), detail: new URL(provider.signIn.authorizeUrl).host, provider }));
    return (await vscode.window.showQuickPick(rows, { title: t('Farthing: Sign In'), placeHolder: t('With which provider?'), matchOnDetail: true }))?.provider;
  }

  /** Where the provider can send the browser back to; undefined when this editor has no such address. */
  async #callback({ provider, state }: PendingSignIn): Promise<string | undefined> {
    const own = vscode.Uri.from({ scheme: vscode.env.uriScheme, authority: this.extensionId, path: `${callbackPath}${provider}`, query: `state=${state}` });
    try {
      // On the web this is a page of the editor's server that hands the address on to this window.
      return (await vscode.env.asExternalUri(own)).toString(true);
    } catch (error) {
      this.log.warn(`this editor has no address to come back to: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  async #waitFor(provider: SignInProvider, begun: PendingSignIn, url: string): Promise<void> {
    const end = await this.#whileWaiting(provider, begun, url);
    if (end.kind === 'elsewhere') return;
    if (end.kind === 'finished') return this.#tellEnd(end.result);
    if (end.kind === 'expired') {
      await this.app.signIns.forget(begun);
      return this.#tell({ kind: 'expired', provider: provider.id });
    }
    const paste = t('Paste the code');
    const again = signInLabel('signIn');
    const choice = await vscode.window.showInformationMessage(plainText(t('The sign-in with {0} was stopped. Nothing was stored.', provider.name)), again, paste);
    // Until now the browser might still have come back.
    if (choice === paste) return this.#paste(provider, begun);
    await this.app.signIns.forget(begun);
    if (choice === again) await this.start(provider.id);
  }

  #whileWaiting(provider: SignInProvider, begun: PendingSignIn, url: string): Promise<End> {
    this.#waiting.get(provider.id)?.resolve({ kind: 'elsewhere' });
    return withProgress(plainText(t('Waiting for your browser: sign in with {0} there', provider.name)), async (signal) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const returned = await new Promise<Return>((resolve) => {
        this.#waiting.set(provider.id, { begun, resolve });
        timer = setTimeout(() => resolve({ kind: 'expired' }), signInMs);
        signal.addEventListener('abort', () => resolve({ kind: 'cancelled' }), { once: true });
        // After somebody waits: a browser that is signed in already comes back at once.
        openInBrowser(url).then(undefined, (error: unknown) => this.log.error('the browser could not be opened', error));
      });
      clearTimeout(timer);
      if (this.#waiting.get(provider.id)?.begun === begun) this.#waiting.delete(provider.id);
      if (returned.kind !== 'returned') return returned;
      return { kind: 'finished', result: returned.claimed.ok ? await this.app.signIns.finish(returned.claimed.value, signal) : returned.claimed };
    });
  }

  /** A sign-in that this window waits for may be finished by another. */
  async #follow(provider: string): Promise<void> {
    const waiting = this.#waiting.get(provider);
    if (!waiting || (await this.app.signIns.isPending(waiting.begun)) || this.#looking.has(provider)) return;
    waiting.resolve({ kind: 'elsewhere' });
  }

  /** The way without an address to come back to. */
  async #paste(provider: SignInProvider, begun: PendingSignIn): Promise<void> {
    const pasted = await vscode.window.showInputBox({
      title: plainText(t('Sign in with {0}', provider.name)),
      prompt: t('When the browser ends on a page that cannot be shown, copy that page’s whole address and paste it here.'),
      placeHolder: 'http://localhost:3000/farthing?state=…&code=…',
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() === '' ? t('Paste the address, or press Escape.') : undefined),
    });
    if (pasted === undefined) return this.app.signIns.forget(begun);
    const claimed = await this.app.signIns.claimPasted(begun, pasted);
    return claimed.ok ? this.#finish(claimed.value) : this.#tell(claimed.trouble);
  }

  /** Another window began this, or this one long ago: the person is asked before a key is stored. */
  async #confirm({ pending }: ClaimedSignIn): Promise<boolean> {
    const name = this.app.providerName(pending.provider);
    const use = t('Use This Account');
    const choice = await vscode.window.showWarningMessage(plainText(t('Use this {0} account for Farthing?', name)), { modal: true, detail: t('A sign-in came back that was begun in another window of this editor, or before this one was loaded. If you did not begin it, cancel.') }, use);
    return choice === use;
  }

  async #finish(claimed: ClaimedSignIn): Promise<void> {
    const name = this.app.providerName(claimed.pending.provider);
    await this.#tellEnd(await withProgress(plainText(t('Signing in with {0}', name)), (signal) => this.app.signIns.finish(claimed, signal)));
  }

  async #tellEnd(result: SignInResult<SignedIn>): Promise<void> {
    if (!result.ok) return this.#tell(result.trouble);
    this.log.info(`signed in with ${result.value.provider.id}${result.value.checked ? '' : ', not checked yet'}`);
    await tellKept(this.app, signedInSentence(result.value));
  }

  async #tell(trouble: SignInTrouble): Promise<void> {
    this.log.warn(`sign-in${trouble.provider === undefined ? '' : ` with ${trouble.provider}`} not finished: ${trouble.kind === 'failed' ? trouble.failure.kind : trouble.kind}`);
    const told = tellSignIn(trouble, { nameOf: this.app.providerName, now: Date.now() });
    if (!told || (trouble.kind === 'unexpected' && this.#unexpectedIsShown)) return;
    this.#unexpectedIsShown ||= trouble.kind === 'unexpected';
    const rows = told.actions.map((action) => ({ title: signInLabel(action), action }));
    const choice = await vscode.window.showWarningMessage(plainText(told.detail === undefined ? told.sentence : `${told.sentence} (${told.detail})`), ...rows);
    if (trouble.kind === 'unexpected') this.#unexpectedIsShown = false;
    if (choice) await this.#act(choice.action, trouble.provider);
  }

  async #act(action: SignInAction, provider: string | undefined): Promise<void> {
    if (action === 'signIn') await this.start(provider);
    else if (action === 'setKey') await runCommand(commands.setApiKey, provider);
    else await runCommand(commands.showLog);
  }
}

/** As text: an address object loses the escapes within its query. The editor may ask whether to open it. */
function openInBrowser(url: string): Thenable<unknown> {
  return vscode.commands.executeCommand('vscode.open', url);
}

function signedInSentence({ provider, checked, note }: SignedIn): string {
  const kept = t("The key is kept in the editor's secret storage.");
  const signedIn = note === undefined || !checked ? t('Signed in with {0}.', provider.name) : t('Signed in with {0} ({1}).', provider.name, note);
  return [signedIn, kept, ...(checked ? [] : [t('It could not be checked yet; Check Providers does it again.')])].join(' ');
}
