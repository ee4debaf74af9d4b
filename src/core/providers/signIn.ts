import * as z from 'zod/mini';
import type { ProviderDefinition, SignInAddresses } from '../model/provider';
import { type ClaimedSignIn, type PendingSignIn, type SignedIn, signInMs, type SignInProvider, type SignInResult, type SignInTrouble } from '../model/signIn';
import type { Clock } from '../ports/clock';
import type { SignInPorts } from '../ports/signIn';
import type { KeyCheck } from '../ports/wire';
import { isLoopback } from './customProvider';

/** 32 bytes are 43 characters, the shortest verifier RFC 7636 allows and more than anybody guesses. */
const randomBytes = 32;

/** Where the browser goes when the editor has no address that the provider can return to: the code is then copied from there. */
const pasteCallback = 'http://localhost:3000/farthing';

export interface SignInDependencies extends SignInPorts {
  readonly clock: Pick<Clock, 'now'>;
  /** Id of this process. */
  readonly window: string;
  readonly provider: (id: string) => ProviderDefinition | undefined;
  readonly checkKey: (provider: string, key: string, signal: AbortSignal) => Promise<KeyCheck>;
  readonly setKey: (provider: ProviderDefinition, key: string) => Promise<void>;
}

/**
 * Signing in with the browser by PKCE. Any window may finish what another began: what is under way is in the pending
 * store. Invariant: a callback does something only when it names a sign-in that was begun here less than ten minutes
 * ago, and only once. Invariant: code, verifier and key are in no failure and no log.
 */
export class SignIns {
  /** The claim under way: the next one waits, so that a pasted address and the browser's own never both find the sign-in. */
  #claiming: Promise<unknown> = Promise.resolve();

  constructor(private readonly dependencies: SignInDependencies) {}

  /** Begins a sign-in; one that was under way with the same provider can no longer be finished. */
  async begin(provider: SignInProvider): Promise<PendingSignIn> {
    const { pkce, pending, clock, window } = this.dependencies;
    const begun: PendingSignIn = { provider: provider.id, exchangeUrl: provider.signIn.exchangeUrl, state: pkce.random(randomBytes), verifier: pkce.random(randomBytes), beganAt: clock.now(), window };
    await pending.set(provider.id, JSON.stringify(begun));
    return begun;
  }

  /**
   * The page to send the browser to. `callback` undefined, or one that the provider cannot return to: the browser ends on
   * a page that does not exist, and the person pastes its address.
   */
  page({ signIn }: SignInProvider, { state, verifier }: PendingSignIn, callback: string | undefined): { readonly url: string; readonly returns: boolean } {
    const returns = callback !== undefined && takesCallback(signIn, callback);
    const url = new URL(signIn.authorizeUrl);
    url.searchParams.set('callback_url', returns ? callback : `${pasteCallback}?state=${state}`);
    url.searchParams.set('code_challenge', this.dependencies.pkce.sha256(verifier));
    url.searchParams.set('code_challenge_method', 'S256');
    return { url: url.href, returns };
  }

  /** Takes what the browser came back with for the sign-in it belongs to. That is gone afterwards, whatever comes of it. */
  claim(provider: string, query: string): Promise<SignInResult<ClaimedSignIn>> {
    return this.#claim(readCallback(provider, query));
  }

  /** The same for the address of the page a person ended on, or for the code alone, which then belongs to `begun`. */
  claimPasted(begun: PendingSignIn, text: string): Promise<SignInResult<ClaimedSignIn>> {
    return this.#claim(readPasted(begun, text));
  }

  /** Makes a key of the code, checks it with the provider and stores it. */
  async finish({ pending, code }: ClaimedSignIn, signal: AbortSignal): Promise<SignInResult<SignedIn>> {
    const { exchange, checkKey, setKey } = this.dependencies;
    const provider = this.dependencies.provider(pending.provider);
    if (!provider) return no({ kind: 'unexpected' });
    const exchanged = await exchange({ provider: provider.id, url: pending.exchangeUrl, code, verifier: pending.verifier }, signal);
    if (!exchanged.ok) return exchanged;
    const check = await checkKey(provider.id, exchanged.value, signal);
    if (signal.aborted) return no({ kind: 'failed', provider: provider.id, failure: { kind: 'cancelled' } });
    if (!check.ok && check.failure.kind === 'keyRejected') return no({ kind: 'failed', provider: provider.id, failure: check.failure });
    // Handed out a moment ago: a network that fails now is no reason to throw the key away.
    await setKey(provider, exchanged.value);
    return { ok: true, value: { provider, checked: check.ok, ...(check.ok && check.note !== undefined ? { note: check.note } : {}) } };
  }

  /** Whether this very sign-in can still be finished, by any window. */
  async isPending({ provider, state }: PendingSignIn): Promise<boolean> {
    return (await this.#pending(provider))?.state === state;
  }

  /** Ends a sign-in that nobody waits for any more. A newer one with the same provider stays. */
  async forget(begun: PendingSignIn): Promise<void> {
    if (await this.isPending(begun)) await this.dependencies.pending.delete(begun.provider);
  }

  onChange(listener: (provider: string) => void): () => void {
    return this.dependencies.pending.onChange(listener);
  }

  #claim(callback: Callback): Promise<SignInResult<ClaimedSignIn>> {
    const claimed = this.#claiming.then(() => this.#claimNow(callback));
    this.#claiming = claimed.catch(() => undefined);
    return claimed;
  }

  async #claimNow({ provider, state, code, error }: Callback): Promise<SignInResult<ClaimedSignIn>> {
    const pending = await this.#pending(provider);
    // Not a word about which part did not fit, and a sign-in under way is not disturbed by an address that anybody can open.
    if (!pending || state === undefined || state !== pending.state) return no({ kind: 'unexpected', ...(this.dependencies.provider(provider) ? { provider } : {}) });
    await this.dependencies.pending.delete(provider);
    const age = this.dependencies.clock.now() - pending.beganAt;
    // A sign-in from the future: the clock was set back meanwhile.
    if (Math.abs(age) > signInMs) return no({ kind: 'expired', provider });
    if (this.dependencies.provider(provider)?.signIn?.exchangeUrl !== pending.exchangeUrl) return no({ kind: 'unexpected' });
    if (error !== undefined) return no({ kind: 'refused', provider, ...(error === '' || error === 'access_denied' ? {} : { detail: error.slice(0, 200) }) });
    return code === undefined ? no({ kind: 'noCode', provider }) : { ok: true, value: { pending, code } };
  }

  async #pending(provider: string): Promise<PendingSignIn | undefined> {
    const text = await this.dependencies.pending.get(provider);
    const read = text === undefined ? undefined : pendingSchema.safeParse(parseJson(text));
    return read?.success === true ? read.data : undefined;
  }
}

/** What the browser came back with, or what was pasted in its place. Untrusted: any page can open such an address. */
interface Callback {
  readonly provider: string;
  readonly state: string | undefined;
  readonly code: string | undefined;
  /** The provider's word for a refusal, e.g. `access_denied`. */
  readonly error: string | undefined;
}

/**
 * What an address that the browser came back to says. Providers put the code behind a query that is there already, some
 * with a second question mark, which the page of an editor on the web then takes for a part of the state.
 */
function readCallback(provider: string, query: string): Callback {
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const [first = '', ...behind] = value.split('?');
    for (const [key, text] of [[name, first], ...new URLSearchParams(behind.join('&'))] as const) if (!parameters.has(key)) parameters.set(key, text);
  }
  const code = parameters.get('code');
  return { provider, state: parameters.get('state'), code: code !== undefined && isCode(code) ? code : undefined, error: parameters.get('error') };
}

/** What a person pasted: the address of the page they ended on, or the code alone, which then belongs to what is under way. */
function readPasted({ provider, state }: PendingSignIn, text: string): Callback {
  const pasted = text.trim();
  const question = pasted.indexOf('?');
  if (question !== -1) return readCallback(provider, pasted.slice(question + 1));
  return { provider, state, code: isCode(pasted) ? pasted : undefined, error: undefined };
}

/** Https at the ports the provider takes, http on this machine, and the schemes of editors. */
function takesCallback({ callbackPorts }: SignInAddresses, callback: string): boolean {
  const url = URL.canParse(callback) ? new URL(callback) : undefined;
  if (url === undefined) return false;
  if (url.protocol === 'http:') return isLoopback(url.hostname);
  return url.protocol !== 'https:' || callbackPorts === undefined || callbackPorts.includes(url.port === '' ? 443 : Number(url.port));
}

function isCode(text: string): boolean {
  return /^[\x21-\x7e]{4,2000}$/.test(text);
}

const pendingSchema = z.object({ provider: z.string(), exchangeUrl: z.string(), state: z.string().check(z.minLength(20)), verifier: z.string().check(z.minLength(43)), beganAt: z.number(), window: z.string() });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function no(trouble: SignInTrouble): { readonly ok: false; readonly trouble: SignInTrouble } {
  return { ok: false, trouble };
}
