import type { Failure } from '../../../core/model/failure';
import { cleanDetail } from '../cleanDetail';
import { errorFacts, errorFactsOfText, type ErrorFacts } from '../errorFacts';
import type { FailedReply, FailureContext } from '../failedReply';
import { lastingWords, unsupportedWords } from '../sayings';
import { type RetryAdvice, retryAdvice, retryAfterMs, waitOf } from '../retryAfter';

/**
 * The failure that a reply means. This file is the only one of the OpenAI protocols that looks at a provider's words,
 * because many providers say with words what others say with a status. Sources: the error pages of OpenAI, OpenRouter,
 * Together, Hugging Face, DeepSeek, Groq, Cerebras, Mistral, xAI and Gemini, and issue threads of clients; each has a row
 * in the tests.
 */
export function readFailure(context: FailureContext, { status, headers, body }: FailedReply): Failure {
  const facts = errorFactsOfText(body);
  return decide(context, facts, status, retryAdvice(headers, context.nowMs));
}

/** The failure that a chunk or a body with status 200 means. */
export function readErrorInReply(context: FailureContext, value: unknown): Failure {
  const facts = errorFacts(value);
  return decide(context, facts, facts.status, retryAdvice(context.headers, context.nowMs));
}

function decide(context: FailureContext, facts: ErrorFacts, status: number | undefined, advice: RetryAdvice): Failure {
  const { provider, model } = context;
  const words = facts.words ?? '';
  const clean = cleanDetail(facts.words, context.key);
  const detail = clean === undefined ? {} : { detail: clean };
  const wait = advice.retryAfterMs ?? waitOf(facts.retryDelay, context.nowMs) ?? waitInBody(facts, words, context.nowMs);
  const mayRetry = advice.mayRetry ?? (lastingWords.test(words) ? false : undefined);
  const retry: RetryAdvice = { ...(wait === undefined ? {} : { retryAfterMs: wait }), ...(mayRetry === undefined ? {} : { mayRetry }) };
  const says = (pattern: RegExp) => pattern.test(words);
  const has = (...codes: readonly string[]) => codes.some((code) => facts.codes.has(code));
  // A server's own fault is its own fault, whatever words it quotes.
  const serverFault = status !== undefined && status >= 500;

  // A page for a browser, or a redirect: something else than the provider answers there.
  if (status !== undefined && status >= 300 && status < 400) return { kind: 'badReply', provider, detail: `HTTP ${status}: the address redirects elsewhere${clean === undefined ? '' : ` (${clean})`}.` };
  if (status === 407) return { kind: 'offline', provider, proxy: true, detail: clean ?? 'The proxy asks for a sign-in (HTTP 407).' };
  if (facts.html && status !== undefined && status < 500 && status !== 401 && status !== 429) return { kind: 'badReply', provider, detail: `HTTP ${status}, a web page: ${clean ?? 'without a title'}` };

  if (!serverFault) {
    if (status === 401 || has('invalid_api_key', 'authentication_error', 'api_key_invalid', 'unauthenticated', 'invalid_authentication') || says(keyWords)) return { kind: 'keyRejected', provider, ...detail };
    if (status === 402 || isOutOfCredit(facts, words, status)) return { kind: 'noCredit', provider, ...detail };
    if (status === 413 || has('context_length_exceeded', 'string_above_max_length', 'request_too_large', 'model_max_prompt_tokens_exceeded', 'exceed_context_size_error') || says(contextWords)) return { kind: 'contextTooLong', ...tokensIn(words), ...detail };
    if (facts.flagged || has(...refusalCodes) || says(refusalWords)) return { kind: 'refused', provider, ...detail };
    if (has('unsupported_country_region_territory') || says(regionWords)) return { kind: 'refused', provider, ...detail };
    if (has(...modelCodes) || says(modelWords)) return { kind: 'modelGone', provider, model, ...detail };
  }
  // Azure, of a resource that only some networks may reach. The key is good.
  if (status === 403 && says(/virtual network|firewall rules|private endpoint|public access is disabled/i)) return { kind: 'badRequest', provider, elsewhere: true, detail: clean ?? 'HTTP 403' };
  if (status === 403) return { kind: 'keyRejected', provider, ...detail };
  if (status === 404 || status === 410) {
    // The path is wrong when the body does not speak the protocol, or says so itself.
    if (!facts.json || has('unknown_url') || words === '' || says(/^(?:resource )?not found$|unknown request url|invalid url|no route|cannot post|page not found/i)) return { kind: 'badReply', provider, detail: `HTTP ${status}: ${clean ?? 'no such address'}. The base URL may be wrong, or lack its /v1.` };
    return { kind: 'modelGone', provider, model, ...detail };
  }
  if (status === 405 || status === 415) return { kind: 'badReply', provider, detail: `HTTP ${status}: ${clean ?? 'not a chat address'}` };
  if (status === 429 || (!serverFault && (has('rate_limit_exceeded', 'rate_limit_error', 'resource_exhausted', 'too_many_requests', 'requests', 'tokens') || says(/\brate[- ]limit|too many requests/i)))) return { kind: 'rateLimited', provider, ...retry, ...detail };
  // In a stream, or in a response that failed: what is wrong is in the request, and no model will like it better later.
  if (status === undefined && (has('invalid_request_error') || [...facts.codes].some((code) => code.includes('image')))) return { kind: 'badRequest', provider, detail: clean ?? 'The request was refused.' };
  if (status === undefined || serverFault || status === 408 || status === 409 || status === 425 || status === 498 || status === 499) return { kind: 'providerDown', provider, ...(status === undefined ? {} : { status }), ...retry, ...detail };
  return { kind: 'badRequest', provider, ...(unsupportedWords.test(words) ? { elsewhere: true } : {}), detail: clean ?? `HTTP ${status}` };
}

const keyWords = /\b(?:api[ _-]?key|access token|bearer token|credentials?)\b[^.]{0,40}\b(?:not valid|invalid|incorrect|expired|revoked|not found)|\b(?:invalid|incorrect|wrong|missing|no)\b[^.]{0,20}\b(?:api[ _-]?key|credentials|authentication token|username or password)\b|no auth credentials/i;
const contextWords = /maximum (?:context|prompt|input|sequence) length|context[ _-]?(?:length|window|size)|(?:prompt|input|request|messages?|conversation) (?:is|are|was)? ?too (?:long|large)|too many (?:input )?tokens|request too large|input tokens? exceeds?|input token count|reduce the length of|(?:exceeds?|longer than|larger than|over) [^.]{0,60}\b(?:tokens? allowed|maximum number of tokens|model['’]?s? (?:maximum|limit)|token limit)|too large for model|`?inputs`? tokens \+/i;
const refusalCodes: readonly string[] = ['content_filter', 'content_policy_violation', 'content_policy', 'responsibleaipolicyviolation', 'moderation', 'moderation_blocked', 'invalid_prompt', 'prohibited_content', 'data_inspection_failed', 'safety', 'policy_violation', 'bio_policy', 'misalignment_policy_violation', 'image_content_policy_violation', '1301'];
const refusalWords = /content (?:exists risk|policy|management policy|violates|filter)|usage (?:policy|policies|guidelines)|(?:input|prompt|content|request) (?:was|were|is|has been) (?:flagged|blocked|rejected by)|flagged as|prohibited[_ ]content|moderation|inappropriate content|data_inspection_failed|safety (?:system|filter|reasons)/i;
const regionWords = /(?:country|region|territory|location)[^.]{0,40}(?:not (?:supported|available|allowed)|unsupported)|not (?:supported|available) in your (?:country|region|location)/i;
const modelCodes: readonly string[] = ['model_not_found', 'model_not_available', 'model_not_supported', 'model_decommissioned', 'model_terms_required', 'invalid_model', 'unknown_model', 'model_access_denied', 'deploymentnotfound'];
const modelWords = /\bmodels?\b[^.]{0,120}\b(?:does not exist|do not exist|not exist|not found|is not found|was not found|no longer (?:available|supported)|has been (?:decommissioned|deprecated|removed|retired)|is not (?:available|supported|accessible)|not supported by any provider|is not a valid model)|is not a valid model|invalid model\b|unknown model|unable to access model|no (?:allowed|available|such) (?:models?|providers?)|no endpoints found|not have access to (?:the )?model|is not a chat model|unsupported model|does not work with the specified model/i;

function isOutOfCredit(facts: ErrorFacts, words: string, status: number | undefined): boolean {
  const codes = ['insufficient_quota', 'billing_hard_limit_reached', 'billing_not_active', 'insufficient_balance', 'insufficient_credits', 'credits_exhausted', 'payment_required', 'exceeded_current_quota_error', 'billing_error'];
  if (codes.some((code) => facts.codes.has(code))) return true;
  if (/insufficient (?:balance|credits?|funds|quota)|(?:credit|account) balance is too low|out of credits?|requires more credits|more credits,|(?:used all|any|no) (?:available |remaining )?credits|exceeded your monthly (?:included )?credits|(?:monthly )?spending limit|billing (?:hard limit|is not active|not active)|payment required|no active billing|\btop up\b/i.test(words)) return true;
  // Google says the same sentence for a limit per minute, with a wait beside it.
  return /exceeded your current quota/i.test(words) && status === 429 && !facts.codes.has('resource_exhausted') && facts.retryDelay === undefined;
}

function waitInBody(facts: ErrorFacts, words: string, nowMs: number): number | undefined {
  if (facts.headers.size > 0) {
    const { headers } = facts;
    const inBody = retryAfterMs({ get: (name) => headers.get(name.toLowerCase()) ?? null, forEach: (callback) => headers.forEach(callback) }, nowMs);
    if (inBody !== undefined) return inBody;
  }
  // OpenAI and Groq: "Please try again in 1.242s." Google: "Please retry in 43.5s."
  const said = /(?:try again|retry)(?: after| in)? ((?:\d+(?:\.\d+)?(?:ms|h|m|s))+|\d+(?:\.\d+)? seconds?)/i.exec(words)?.[1];
  return waitOf(said?.replace(/ seconds?$/, 's'), nowMs);
}

const number = String.raw`(\d{1,3}(?:,\d{3})+|\d+)`;
const availablePatterns = [
  new RegExp(String.raw`(?:maximum|max(?:imum)? (?:context|prompt|input|sequence) length|limit)[^\d.]{0,60}?${number}`, 'i'),
  new RegExp(String.raw`must be <= ?${number}`, 'i'),
  new RegExp(String.raw`(?:>|with) ${number}(?: tokens)? max`, 'i'),
  new RegExp(String.raw`context (?:size|window|length)[^\d.]{0,30}?${number}`, 'i'),
];
const neededPatterns = [
  new RegExp(String.raw`requested[^\d.]{0,30}?${number}`, 'i'),
  new RegExp(String.raw`(?:resulted in|request contains|prompt contains|current length is|given:|input token count|too long:|request \()[^\d.]{0,12}?${number}`, 'i'),
  new RegExp(String.raw`${number} tokens? >`, 'i'),
];

/** Tokens asked for and allowed, where the sentence says them. */
function tokensIn(words: string): { readonly neededTokens?: number; readonly availableTokens?: number } {
  const needed = firstNumber(neededPatterns, words);
  const available = firstNumber(/>\s*\d/.test(words) ? availablePatterns.slice(2) : availablePatterns, words);
  return { ...(needed === undefined ? {} : { neededTokens: needed }), ...(available === undefined ? {} : { availableTokens: available }) };
}

function firstNumber(patterns: readonly RegExp[], words: string): number | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(words)?.[1];
    if (found !== undefined) return Number(found.replaceAll(',', ''));
  }
  return undefined;
}
