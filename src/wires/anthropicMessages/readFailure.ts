import type { Failure } from '../../core/model/failure';
import { cleanDetail } from '../http/cleanDetail';
import { errorFacts, errorFactsOfText, type ErrorFacts } from '../http/errorFacts';
import type { FailedReply, FailureContext } from '../http/failedReply';
import { type RetryAdvice, retryAdvice } from '../http/retryAfter';
import { unsupportedWords } from '../http/sayings';

/**
 * The failure that a reply means. This file is the only one of the wire that looks at the provider's words: with status
 * 400 it says several things that are not faults of the request. Sources: the vendor's page on errors (November 2026) and
 * issue threads of clients; each has a row in the tests.
 */
export function readFailure(context: FailureContext, { status, headers, body }: FailedReply): Failure {
  return decide(context, errorFactsOfText(body), status, retryAdvice(headers, context.nowMs));
}

/** The failure that an event, or a body with status 200, means. */
export function readErrorInReply(context: FailureContext, value: unknown): Failure {
  const facts = errorFacts(value);
  return decide(context, facts, facts.status, retryAdvice(context.headers, context.nowMs));
}

function decide(context: FailureContext, facts: ErrorFacts, status: number | undefined, retry: RetryAdvice): Failure {
  const { provider, model } = context;
  const words = facts.words ?? '';
  const clean = cleanDetail(facts.words, context.key);
  const detail = clean === undefined ? {} : { detail: clean };
  const says = (pattern: RegExp) => pattern.test(words);
  const is = (type: string, ...statuses: readonly number[]) => facts.codes.has(type) || (status !== undefined && statuses.includes(status));

  if (status !== undefined && status >= 300 && status < 400) return { kind: 'badReply', provider, detail: `HTTP ${status}: the address redirects elsewhere${clean === undefined ? '' : ` (${clean})`}.` };
  if (status === 407) return { kind: 'offline', provider, proxy: true, detail: clean ?? 'The proxy asks for a sign-in (HTTP 407).' };
  if (facts.html && status !== undefined && status < 500 && status !== 401 && status !== 429) return { kind: 'badReply', provider, detail: `HTTP ${status}, a web page: ${clean ?? 'without a title'}` };

  // A server's own fault is its own fault, whatever words it quotes.
  if (is('overloaded_error', 529) || is('api_error') || is('timeout_error', 408) || (status !== undefined && status >= 500)) {
    // In a stream the status is 200, so that the type says it: 529 is what it would have been.
    const shown = status ?? (facts.codes.has('overloaded_error') ? 529 : undefined);
    return { kind: 'providerDown', provider, ...(shown === undefined ? {} : { status: shown }), ...retry, ...detail };
  }
  if (is('billing_error', 402) || says(creditWords)) return { kind: 'noCredit', provider, ...detail };
  // A browser's `Origin` header, put in by something on the way. The key is good.
  if (says(/^CORS requests/i)) return { kind: 'badRequest', provider, elsewhere: true, detail: clean ?? 'CORS requests are not allowed.' };
  if (is('authentication_error', 401) || says(/organization has been disabled/i)) return { kind: 'keyRejected', provider, ...detail };
  // Also longer than 32 MB: another model of this provider will not take it either, but another provider may.
  if (is('request_too_large', 413) || says(contextWords)) return { kind: 'contextTooLong', ...tokensIn(words), ...detail };
  if (is('rate_limit_error', 429)) return { kind: 'rateLimited', provider, ...retry, ...detail };
  if (says(refusalWords)) return { kind: 'refused', provider, ...detail };
  if (is('not_found_error', 404) || says(modelWords)) {
    if (says(/model/i)) return { kind: 'modelGone', provider, model, ...detail };
    return { kind: 'badReply', provider, detail: `HTTP ${status ?? 404}: ${clean ?? 'no such address'}. The base URL may be wrong, or lack its /v1.` };
  }
  if (is('permission_error', 403)) return says(/\bmodel\b/i) ? { kind: 'modelGone', provider, model, ...detail } : { kind: 'keyRejected', provider, ...detail };
  if (status === 405 || status === 415) return { kind: 'badReply', provider, detail: `HTTP ${status}: ${clean ?? 'not a chat address'}` };
  if (status === undefined && !is('invalid_request_error')) return { kind: 'providerDown', provider, ...retry, ...detail };
  if (status === 409) return { kind: 'providerDown', provider, status, ...retry, ...detail };
  return { kind: 'badRequest', provider, ...(unsupportedWords.test(words) ? { elsewhere: true } : {}), detail: clean ?? `HTTP ${status ?? 400}` };
}

/** Prepaid credit that is used up, or a limit the customer has set: both with status 400, the second also with 429. */
const creditWords = /credit balance is too low|specified (?:workspace )?API usage limits|(?:monthly |workspace )?spend(?:ing)? (?:limit|cap)|purchase credits/i;
const contextWords = /prompt is too long|exceed(?:s)? (?:the )?(?:model's )?context (?:limit|window)|request exceeds the maximum (?:size|allowed number of bytes)|input is too long/i;
const refusalWords = /content filtering policy|usage polic(?:y|ies)|violates our/i;
const modelWords = /\bmodel\b[^.]{0,80}\b(?:does not exist|not found|is not available|has been (?:retired|deprecated)|is not supported)/i;

/** "prompt is too long: 210000 tokens > 200000 maximum", "…exceed context limit: 199000 + 8192 > 200000". */
function tokensIn(words: string): { readonly neededTokens?: number; readonly availableTokens?: number } {
  const found = /(\d+)(?: tokens)?(?: \+ (\d+))? > (\d+)/.exec(words);
  if (found === null) return {};
  return { neededTokens: Number(found[1]) + Number(found[2] ?? 0), availableTokens: Number(found[3]) };
}
