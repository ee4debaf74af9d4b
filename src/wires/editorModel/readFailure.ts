import type { Failure } from '../../core/model/failure';
import { cleanDetail } from '../http/cleanDetail';

export interface FailureContext {
  readonly provider: string;
  readonly model: string;
}

/** What the editor's errors hold that matters. Read by shape: an error from another extension is of no class of ours. */
interface ErrorFacts {
  readonly codes: ReadonlySet<string>;
  readonly words: string;
}

/** Longer chains of causes than any extension makes. */
const longestChain = 6;

/**
 * The failure that something thrown by `sendRequest` or its stream means: by the code of `LanguageModelError` where it has
 * one, else by the words of the extension that gives the model. The only place of this wire that looks at words.
 */
export function readFailure({ provider, model }: FailureContext, error: unknown): Failure {
  const { codes, words } = factsOf(error);
  const clean = cleanDetail(words, undefined);
  const detail = clean === undefined ? {} : { detail: clean };
  const says = (pattern: RegExp) => pattern.test(words);

  if (codes.has('NoPermissions')) return { kind: 'consentMissing', provider, model, ...detail };
  if (codes.has('NotFound')) return { kind: 'modelGone', provider, model, ...detail };
  // Copilot names what is used up `ChatQuotaExceeded`; the API's own word for limits is `Blocked`.
  if (codes.has('ChatQuotaExceeded') || codes.has('quotaExceeded') || says(/quota|premium request|monthly limit|out of credits|allowance/i)) return { kind: 'noCredit', provider, ...detail };
  if (codes.has('Blocked') || codes.has('ChatRateLimited') || codes.has('rateLimited') || says(/rate[- ]?limit|too many requests|\b429\b/i)) return { kind: 'rateLimited', provider, ...detail };
  if (says(/(?:prompt|message|request|input)[^.]{0,40}too (?:long|large)|context (?:length|window)|max_prompt_tokens|exceeds? the (?:token )?limit/i)) return { kind: 'contextTooLong', ...detail };
  if (says(/responsible ai|content (?:filter|policy)|filtered|off[- ]?topic/i)) return { kind: 'refused', provider, ...detail };
  if (says(/ENOTFOUND|ENETUNREACH|EAI_AGAIN|ERR_INTERNET_DISCONNECTED|ERR_NAME_NOT_RESOLVED|network (?:changed|is unreachable)/)) return { kind: 'offline', provider, ...detail };
  return { kind: 'providerDown', provider, ...detail };
}

/** Codes and words of an error and of its causes; the words of the innermost, which says most. */
function factsOf(error: unknown): ErrorFacts {
  const codes = new Set<string>();
  let words = '';
  let current: unknown = error;
  for (let depth = 0; depth < longestChain && typeof current === 'object' && current !== null; depth += 1) {
    if ('code' in current && typeof current.code === 'string') codes.add(current.code);
    if ('name' in current && typeof current.name === 'string') codes.add(current.name);
    if ('message' in current && typeof current.message === 'string' && current.message !== '') words = current.message;
    current = 'cause' in current ? current.cause : undefined;
  }
  return { codes, words: words === '' && typeof error === 'string' ? error : words };
}
