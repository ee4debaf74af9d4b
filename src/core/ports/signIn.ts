import type { SignInResult } from '../model/signIn';

/** Chance and the hash of PKCE. */
export interface PkceValues {
  /** Unguessable text of base64url characters made from this many random bytes. */
  random(bytes: number): string;
  /** SHA-256 of an ASCII text, as base64url without padding. */
  sha256(text: string): string;
}

/** Sign-ins under way, one text a provider, where secrets are kept; shared by all windows. Never logged. */
export interface PendingSignIns {
  get(provider: string): Promise<string | undefined>;
  set(provider: string, text: string): Promise<void>;
  delete(provider: string): Promise<void>;
  /** Another window, or this one, began or finished a sign-in with this provider. */
  onChange(listener: (provider: string) => void): () => void;
}

export interface ExchangeRequest {
  readonly provider: string;
  readonly url: string;
  readonly code: string;
  readonly verifier: string;
}

/** One POST that makes a key of a code. Never throws, never repeats itself: a code works once. */
export type ExchangeCode = (request: ExchangeRequest, signal: AbortSignal) => Promise<SignInResult<string>>;

export interface SignInPorts {
  readonly pkce: PkceValues;
  readonly pending: PendingSignIns;
  readonly exchange: ExchangeCode;
}
