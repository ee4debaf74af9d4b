import type { SignInResult, SignInTrouble } from '../../core/model/signIn';
import type { ExchangeCode, ExchangeRequest } from '../../core/ports/signIn';
import { cleanDetail } from '../http/cleanDetail';
import { errorFactsOfText } from '../http/errorFacts';
import { objectOf, parseJson } from '../http/jsonValue';
import { readNetworkFailure } from '../http/readNetworkFailure';
import { readerOf, textOf } from '../http/replyBody';
import type { Fetch } from '../http/sender';
import { Silence } from '../http/silence';

/** For the one request, in milliseconds. */
const exchangeMs = 30_000;
/** A key is a line. */
const maxReplyBytes = 64 * 1024;

/** The exchange of PKCE as OpenRouter has it: https://openrouter.ai/docs/guides/overview/auth/oauth (November 2026). */
export function codeExchange(options: { readonly fetch?: Fetch } = {}): ExchangeCode {
  // Looked up at each request, because the editor puts its own in place after start.
  const fetch: Fetch = (input, init) => (options.fetch ?? globalThis.fetch)(input, init);
  return (request, signal) => exchangeCode(fetch, request, signal);
}

async function exchangeCode(fetch: Fetch, { provider, url, code, verifier }: ExchangeRequest, signal: AbortSignal): Promise<SignInResult<string>> {
  const silence = new Silence({ firstTokenMs: exchangeMs, idleMs: exchangeMs }, signal);
  const startedAt = performance.now();
  const failed = (failure: Extract<SignInTrouble, { kind: 'failed' }>['failure']): SignInResult<string> => ({ ok: false, trouble: { kind: 'failed', provider, failure } });
  const stopped = () => failed(silence.halted === 'cancelled' ? { kind: 'cancelled' } : { kind: 'timedOut', provider, waitedMs: exchangeMs, phase: 'firstToken' });
  // Neither may come back in words that are shown.
  const clean = (words: string | undefined) => cleanDetail(cleanDetail(words, code), verifier);
  try {
    const response = await silence.wait(
      fetch(url, {
        method: 'POST',
        headers: { 'user-agent': 'Farthing', accept: 'application/json', 'content-type': 'application/json' },
        body: JSON.stringify({ code, code_verifier: verifier, code_challenge_method: 'S256' }),
        // A code and its verifier are for one host.
        redirect: 'manual',
        signal: silence.signal,
      }),
    );
    const { text, whole } = await silence.wait(textOf(readerOf(response, silence.signal), maxReplyBytes));
    if (silence.halted !== undefined) return stopped();
    if (!response.ok) return notExchanged(provider, response.status, clean(errorFactsOfText(text).words), failed);
    const key = whole ? objectOf(parseJson(text)?.value)?.['key'] : undefined;
    if (typeof key !== 'string' || !/^[\x21-\x7e]{8,500}$/.test(key)) return failed({ kind: 'badReply', provider, detail: 'The reply to the sign-in holds no key.' });
    return { ok: true, value: key };
  } catch (error) {
    return silence.halted === undefined ? failed(readNetworkFailure(provider, error, performance.now() - startedAt)) : stopped();
  } finally {
    silence.close();
  }
}

/** OpenRouter says 400 and 403 of a code that is unknown, used, too old, or of another verifier. */
function notExchanged(provider: string, status: number, words: string | undefined, failed: (failure: Extract<SignInTrouble, { kind: 'failed' }>['failure']) => SignInResult<string>): SignInResult<string> {
  const detail = words === undefined ? {} : { detail: words };
  if (status >= 300 && status < 400) return failed({ kind: 'badReply', provider, detail: `HTTP ${status}: the address redirects elsewhere.` });
  if (status === 400 || status === 401 || status === 403) return { ok: false, trouble: { kind: 'codeRefused', provider, ...detail } };
  if (status === 429) return failed({ kind: 'rateLimited', provider, ...detail });
  if (status >= 500) return failed({ kind: 'providerDown', provider, status, ...detail });
  return failed({ kind: 'badReply', provider, detail: `HTTP ${status}${words === undefined ? '' : `: ${words}`}` });
}
