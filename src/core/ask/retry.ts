import type { Failure } from '../model/failure';

/** The first try and two more (S9 of the security notes). More only delays the next candidate. */
const mostTries = 3;

/** Backoff as the vendors' own clients do it: openai-node and anthropic-sdk begin at half a second and stop at eight. */
const firstBackoffMs = 500;
const longestBackoffMs = 8_000;

/** Asking again sooner meets the same trouble. */
const leastWaitMs = 200;
/** Added to a wait that a provider told: every client that it turned away was told the same. */
const jitterMs = 500;

/** Longer waits than this, all together, are not waited for: the next candidate is asked, or the person told when to come back. */
const longestWaitMs = 60_000;

/**
 * While another able model can be asked at once, waiting longer than a first word usually takes costs the person more
 * than the other model's price. A short pause is still worth it: the first choice is the cheapest that is able enough.
 */
const patienceMs = 3_000;

/** A try that took longer than this to fail would take as long again: with another model at hand it is not repeated. */
const slowFailureMs = 5_000;

export interface Tried {
  /** How often this candidate was asked, 1 or more. */
  readonly tries: number;
  /** How long the person has waited between those, in milliseconds. */
  readonly waitedMs: number;
  /** Another candidate can be asked at once. */
  readonly othersLeft: boolean;
  /** How long the last try took to fail, in milliseconds. */
  readonly tookMs: number;
  /** It failed too often lately to be asked by others, or somebody else just failed of the same missing network. */
  readonly hopeless: boolean;
}

/**
 * How long to wait before the same candidate is asked again after a failure that nothing was shown of, in milliseconds;
 * undefined: it is not. Full jitter (Brooker, "Exponential Backoff And Jitter", 2015), because windows and people that
 * failed together must not come back together. `chance` is from 0 up to 1.
 */
export function waitBeforeRetry(failure: Failure, { tries, waitedMs, othersLeft, tookMs, hopeless }: Tried, chance: number): number | undefined {
  if (tries >= mostTries || !isWorthRetrying(failure) ) return undefined;
  if (othersLeft && (hopeless || tookMs > slowFailureMs)) return undefined;
  const told = 'retryAfterMs' in failure ? failure.retryAfterMs : undefined;
  const backoffMs = Math.min(firstBackoffMs * 2 ** (tries - 1), longestBackoffMs);
  const waitMs = Math.round(told === undefined ? leastWaitMs + chance * backoffMs : Math.max(told, leastWaitMs) + chance * jitterMs);
  const limitMs = othersLeft ? patienceMs : longestWaitMs;
  return waitedMs + waitMs > limitMs ? undefined : waitMs;
}

/** Whether the same request may well succeed in a moment. What the provider said of it counts more than its status. */
function isWorthRetrying(failure: Failure): boolean {
  switch (failure.kind) {
    case 'rateLimited':
    case 'providerDown':
      return failure.mayRetry ?? true;
    // A page of a proxy stays what it is; an empty answer does not, and its wire says so.
    case 'badReply':
      return failure.mayRetry ?? false;
    case 'offline':
    case 'truncated':
      return true;
    // Who did not begin within the time allowed may be at work still, at the person's cost.
    case 'timedOut':
      return failure.phase === 'connect';
    default:
      return false;
  }
}
