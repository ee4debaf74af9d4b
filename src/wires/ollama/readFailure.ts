import type { Failure } from '../../core/model/failure';
import { cleanDetail } from '../http/cleanDetail';
import { errorFacts, errorFactsOfText, type ErrorFacts } from '../http/errorFacts';
import { codeOf, readNetworkFailure } from '../http/readNetworkFailure';
import type { RetryAdvice } from '../http/retryAfter';
import { lastingWords, unsupportedWords } from '../http/sayings';

/** What a failure is told with. */
export interface FailureContext {
  readonly provider: string;
  readonly model: string;
}

/**
 * The failure that a reply without success means. With `readErrorInReply` the only place that looks at the server's
 * words: it says most things with status 400 or 500 and one sentence under `error` (server/routes.go).
 */
export function readFailure(context: FailureContext, status: number, body: string, advice: RetryAdvice = {}): Failure {
  return decide(context, errorFactsOfText(body), status, advice);
}

/** The failure that an error line in a stream means. */
export function readErrorInReply(context: FailureContext, error: unknown): Failure {
  const facts = errorFacts(error);
  return decide(context, facts, facts.status, {});
}

/** The failure that something thrown by the transport means. `waitedMs` is how long it took. */
export function readUnreached(provider: string, error: unknown, waitedMs: number): Failure {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED' || code === 'ERR_CONNECTION_REFUSED') return { kind: 'offline', provider, detail: 'Ollama is not running. Start it with "ollama serve" or its app, or install it from ollama.com.' };
  return readNetworkFailure(provider, error, waitedMs);
}

function decide({ provider, model }: FailureContext, facts: ErrorFacts, status: number | undefined, advice: RetryAdvice): Failure {
  const words = facts.words ?? '';
  const clean = cleanDetail(facts.words, undefined);
  const detail = clean === undefined ? {} : { detail: clean };
  const says = (pattern: RegExp) => pattern.test(words);

  if (status !== undefined && status >= 300 && status < 400) return { kind: 'badReply', provider, detail: `HTTP ${status}: the address redirects elsewhere.` };
  if (facts.html) return { kind: 'badReply', provider, detail: `HTTP ${status ?? 200}, a web page: ${clean ?? 'without a title'}` };
  if (facts.codes.has('exceed_context_size_error') || says(/exceeds? the (?:available )?context|context (?:length|size)|prompt is too long|prompt is longer/i)) return { kind: 'contextTooLong', ...tokensIn(words), ...detail };
  if (says(/model\b.*\bnot found|try pulling/i)) return { kind: 'modelGone', provider, model, detail: cleanDetail(`The model is not on this machine. Get it with: ollama pull ${model}`, undefined) ?? '' };
  // The library answers a pull of a name it does not know with its lack of a file.
  if (says(/manifest\b.*\b(?:file does not exist|not found|unknown)/i)) return { kind: 'modelGone', provider, model, detail: 'The library has no model of this name.' };
  // A sign-in of Ollama's own, for models that run on its servers. There is no key to enter here.
  if (status === 401 || status === 403) return { kind: 'badRequest', provider, elsewhere: true, detail: `${clean ?? `HTTP ${status}`}. Sign in with: ollama signin` };
  if (status === 429 || says(/server busy|maximum pending requests/i)) return { kind: 'rateLimited', provider, ...advice, ...detail };
  if (status === 404 || status === 405) return { kind: 'badReply', provider, detail: `HTTP ${status}: ${clean ?? 'no such address'}. Something else than Ollama may answer there.` };
  // Too little memory, a runner that ended, or a version too old for the model: the server's own words say which.
  if (status === undefined || status >= 500 || status === 408) return { kind: 'providerDown', provider, ...(status === undefined ? {} : { status }), ...(says(lastingWords) ? { mayRetry: false } : {}), ...advice, ...detail };
  return { kind: 'badRequest', provider, ...(says(unsupportedWords) ? { elsewhere: true } : {}), detail: clean ?? `HTTP ${status}` };
}

/** llama.cpp: "request (8889 tokens) exceeds the available context size (4096 tokens)". */
function tokensIn(words: string): { readonly neededTokens?: number; readonly availableTokens?: number } {
  const found = /\((\d{1,9}) tokens\).*\((\d{1,9}) tokens\)/.exec(words);
  return found === null ? {} : { neededTokens: Number(found[1]), availableTokens: Number(found[2]) };
}
