import type { Failure } from './failure';
import type { ProviderDefinition, SignInAddresses } from './provider';

/** How long the browser may take, in milliseconds. The codes of OpenRouter live as long. */
export const signInMs = 10 * 60 * 1000;

export type SignInProvider = ProviderDefinition & { readonly signIn: SignInAddresses };

/** Whether a key can be had by signing in with the browser. */
export function canSignIn(provider: ProviderDefinition): provider is SignInProvider {
  return provider.signIn !== undefined && provider.auth !== 'none';
}

/**
 * A sign-in that was begun and waits for the browser to come back. `verifier` is a secret until the sign-in is over: this
 * is kept in the editor's secret storage, where every window can finish it, and nowhere else.
 */
export interface PendingSignIn {
  /** Id of the provider. */
  readonly provider: string;
  /** Where its code goes: a provider of the same id at another address must not get it. */
  readonly exchangeUrl: string;
  /** Unguessable, in the callback's address: only who saw the sign-in's page knows it. */
  readonly state: string;
  readonly verifier: string;
  /** Epoch milliseconds. */
  readonly beganAt: number;
  /** Id of the process that began it. */
  readonly window: string;
}

/** A callback that belongs to a sign-in of ours; it can be finished once. */
export interface ClaimedSignIn {
  readonly pending: PendingSignIn;
  readonly code: string;
}

/** What a person is told at the end. `checked` false: the key is stored, but its provider could not be asked about it now. */
export interface SignedIn {
  readonly provider: ProviderDefinition;
  readonly checked: boolean;
  readonly note?: string;
}

/** Why a sign-in came to nothing. Nothing was stored and nothing changed in any of these cases. */
export type SignInTrouble =
  /** No such sign-in was begun, or it was finished already: an old page, or a forged address. */
  | { readonly kind: 'unexpected'; readonly provider?: string }
  | { readonly kind: 'expired'; readonly provider: string }
  /** The person, or the provider, said no on the page. */
  | { readonly kind: 'refused'; readonly provider: string; readonly detail?: string }
  /** The page came back without a code. */
  | { readonly kind: 'noCode'; readonly provider: string }
  /** The provider did not take the code: too late, or used before. */
  | { readonly kind: 'codeRefused'; readonly provider: string; readonly detail?: string }
  | { readonly kind: 'failed'; readonly provider: string; readonly failure: Failure };

export type SignInResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly trouble: SignInTrouble };
