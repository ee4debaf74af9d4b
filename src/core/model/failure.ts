import type { BudgetScope } from './budget';
import type { NanoDollars } from './money';

/**
 * Everything that can go wrong with an ask, closed. Each has its sentence and button in one file beside the view.
 * `detail` is the provider's own words with keys removed, for the log and the expandable line, never for decisions.
 * `mayRetry` is what the provider said of asking it again (`x-should-retry`), or the wire knows; without it the kind decides.
 * `mayBeBilled`: the connection broke after the request had left, so that nobody knows whether it was read and billed;
 * without it nothing had left, or the provider said no.
 */
export type Failure =
  | { readonly kind: 'noProvider' }
  | { readonly kind: 'noCandidate'; readonly reason: string }
  | { readonly kind: 'keyMissing'; readonly provider: string }
  | { readonly kind: 'keyRejected'; readonly provider: string; readonly detail?: string }
  | { readonly kind: 'noCredit'; readonly provider: string; readonly detail?: string }
  /** The person has not let Farthing use this model of the editor. */
  | { readonly kind: 'consentMissing'; readonly provider: string; readonly model: string; readonly detail?: string }
  | { readonly kind: 'modelGone'; readonly provider: string; readonly model: string; readonly detail?: string }
  | { readonly kind: 'rateLimited'; readonly provider: string; readonly retryAfterMs?: number; readonly mayRetry?: boolean; readonly detail?: string }
  /** The person's own limit for this provider leaves no room for so long that another one was asked. */
  | { readonly kind: 'limitReached'; readonly provider: string; readonly retryAfterMs?: number }
  | { readonly kind: 'providerDown'; readonly provider: string; readonly status?: number; readonly retryAfterMs?: number; readonly mayRetry?: boolean; readonly mayBeBilled?: true; readonly detail?: string }
  /** `proxy`: the network's own proxy lets nobody through who has not signed in to it. */
  | { readonly kind: 'offline'; readonly provider: string; readonly proxy?: true; readonly mayBeBilled?: true; readonly detail?: string }
  | { readonly kind: 'timedOut'; readonly provider: string; readonly waitedMs: number; readonly phase: 'connect' | 'firstToken' | 'stall' }
  /** `longer`: others are offered that read so much, but another one was named or the person's lists leave them out. */
  | { readonly kind: 'contextTooLong'; readonly neededTokens?: number; readonly availableTokens?: number; readonly longer?: true; readonly detail?: string }
  /** `elsewhere`: it is this place that does not take it, another one may. */
  | { readonly kind: 'badRequest'; readonly provider: string; readonly elsewhere?: boolean; readonly detail: string }
  | { readonly kind: 'refused'; readonly provider: string; readonly detail?: string }
  | { readonly kind: 'badReply'; readonly provider: string; readonly mayRetry?: boolean; readonly detail: string }
  | { readonly kind: 'truncated'; readonly provider: string; readonly detail?: string }
  | { readonly kind: 'budgetReached'; readonly scope: BudgetScope; readonly spent: NanoDollars; readonly limit: NanoDollars; readonly needed: NanoDollars; readonly resetsAt?: number; readonly mayAllow: boolean }
  | { readonly kind: 'priceUnknown'; readonly provider: string; readonly model: string }
  | { readonly kind: 'storage'; readonly problem: 'locked' | 'corrupt' | 'full' | 'readonly' | 'other'; readonly detail: string }
  /** The model stopped because the answer was as long as allowed, not because it was done. `by`: what had no room for a longer one; undefined where it was as long as the settings allow. */
  | { readonly kind: 'lengthReached'; readonly provider: string; readonly by?: 'budget' | 'context' }
  /** The model thought, and stopped without a word of an answer. */
  | { readonly kind: 'onlyReasoned'; readonly provider: string }
  /** The place where the editor keeps keys does not open. */
  | { readonly kind: 'keysUnavailable'; readonly detail?: string }
  /** An answer is still being written in this conversation. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'unexpected'; readonly detail: string };

export type FailureKind = Failure['kind'];

/**
 * What to do with a failure before the first token was shown. `next`: another candidate may succeed. `stop`: no
 * candidate would, or it would cost the user something they did not choose.
 */
export function afterFailure(failure: Failure): 'next' | 'stop' {
  switch (failure.kind) {
    case 'keyMissing':
    case 'keyRejected':
    case 'noCredit':
    case 'consentMissing':
    case 'modelGone':
    case 'rateLimited':
    case 'limitReached':
    case 'providerDown':
    case 'offline':
    case 'timedOut':
    case 'contextTooLong':
    case 'badReply':
    case 'truncated':
      return 'next';
    case 'badRequest':
      return failure.elsewhere === true ? 'next' : 'stop';
    case 'noProvider':
    case 'noCandidate':
    case 'refused':
    case 'budgetReached':
    case 'priceUnknown':
    case 'storage':
    case 'lengthReached':
    case 'onlyReasoned':
    case 'keysUnavailable':
    case 'busy':
    case 'cancelled':
    case 'unexpected':
      return 'stop';
    default:
      return unreachable(failure);
  }
}

/** The failure for something that nobody expected to be thrown, or for a store of keys that does not open. */
export function unexpected(error: unknown): Failure {
  if (error instanceof Error && error.name === 'KeysUnavailable') return { kind: 'keysUnavailable', detail: error.message };
  return { kind: 'unexpected', detail: error instanceof Error ? error.message : String(error) };
}

/** Makes a forgotten case a compile error, and a lie at run time loud. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
