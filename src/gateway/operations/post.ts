/** What came back: an HTTP status, and how long to wait where it says so. */
interface Posted {
  readonly status: number;
  /** Milliseconds, of `Retry-After` in seconds. */
  readonly retryAfterMs?: number;
}

/** Sends one request. Rejects when there was no reply. */
export type Post = (url: string, headers: Readonly<Record<string, string>>, body: string) => Promise<Posted>;

/** A receiver that takes longer has not received it, in milliseconds. */
const patienceMs = 10_000;

/** Follows no redirect, so that what was meant for one address, and its signature, reaches no other; reads nothing of the reply. */
export const httpPost: Post = async (url, headers, body) => {
  const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal: AbortSignal.timeout(patienceMs) });
  await response.body?.cancel();
  const seconds = /^\d{1,5}$/.exec(response.headers.get('retry-after') ?? '')?.[0];
  return { status: response.status, ...(seconds === undefined ? {} : { retryAfterMs: Number(seconds) * 1000 }) };
};

/** An address for the log: what follows the host is often a secret. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'an address that is none';
}
