import { type Failure, unreachable } from '../model/failure';
import type { HealthFailure, HealthRecord } from '../model/health';

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const dayMs = 24 * 60 * minuteMs;

/**
 * Failures in a row after which a subject is left alone. Five, as Envoy's outlier detection counts (consecutive_5xx):
 * one question is tried three times, so a single bad moment shuts nobody out, and the second question does.
 */
export const failuresToRest = 5;

/**
 * The first rest of an outage, doubled by each that follows. Shorter than Envoy's 30 s (base_ejection_time): one person
 * asks, not a thousand, and finding out costs one failover.
 */
const firstRestMs = 10 * secondMs;
/** Envoy's max_ejection_time. */
const longestRestMs = 5 * minuteMs;
/** A lost network comes back by itself and for all hosts at once. */
const longestOfflineRestMs = 30 * secondMs;
/** Used when a provider limits the rate without saying for how long. */
const rateLimitMs = 20 * secondMs;
/** Daily limits end within a day. A longer wait is more likely a mistake in a header than the truth. */
const longestToldMs = dayMs;
const keyTroubleMs = 10 * minuteMs;
/** Lists of models are read anew after a day as well. */
const modelGoneMs = dayMs;

/** A failure this long after the one before is the first of a new row. */
const rowMs = 10 * minuteMs;

/**
 * How long the others wait for the one that finds out. Longer than most answers take; when its window dies, this is
 * how long nobody asks.
 */
const probeMs = 2 * minuteMs;

/**
 * `closed`: it is asked. `open`: it rests. `halfOpen`: its rest is over, and one request may find out. `probing`: one
 * is finding out.
 */
export type Phase = 'closed' | 'open' | 'halfOpen' | 'probing';

/** Where a provider or model stands at `now` (epoch milliseconds). */
export function phaseOf(record: HealthRecord | undefined, now: number): Phase {
  if (record?.until === undefined) return 'closed';
  // A clock that was set back must not lengthen a rest.
  if (now < record.until && now >= record.at) return 'open';
  // A limit ends when it says: there is nothing to find out.
  if (record.failure.kind === 'rateLimited') return 'closed';
  return record.probe && now < record.probe.until && now >= record.at ? 'probing' : 'halfOpen';
}

/** Makes `id` the one that finds out, unless somebody else is or there is nothing to find out. */
export function withProbe(record: HealthRecord | undefined, id: string, now: number): HealthRecord | undefined {
  return record && phaseOf(record, now) === 'halfOpen' ? { ...record, probe: { id, until: now + probeMs } } : record;
}

/** Ends a probe that found out nothing: the next request may. */
export function withoutProbe(record: HealthRecord | undefined, id: string): HealthRecord | undefined {
  return record?.probe?.id === id ? { ...record, probe: undefined } : record;
}

/** An answer to a request that left at `startedAt`. It says nothing about what failed after that. */
export function withSuccess(record: HealthRecord | undefined, startedAt: number): HealthRecord | undefined {
  return record && record.at > startedAt ? record : undefined;
}

/** One more failure of the provider, or of the model. Returns the record unchanged when it says nothing about that. */
export function withFailure(record: HealthRecord | undefined, failure: Failure, of: 'provider' | 'model', now: number): HealthRecord | undefined {
  const effect = effectOf(failure);
  if (effect === undefined || (effect.of !== 'both' && effect.of !== of)) return record;
  const phase = phaseOf(record, now);
  const inRow = record && (phase !== 'closed' || (now - record.at <= rowMs && now >= record.at)) ? record : undefined;
  const failures = (inRow?.failures ?? 0) + 1;
  const rests = inRow?.rests ?? 0;
  const counted = { failures, rests, failure: effect.failure, at: now, until: undefined, probe: undefined };
  if (phase === 'open' && record) {
    // Asked all the same, for want of others. A short rest does not end a long one.
    const until = Math.max(record.until ?? 0, now + restMs(effect, Math.max(0, rests - 1)));
    return until === record.until ? { ...record, failures } : { ...counted, until };
  }
  const rest = phase !== 'closed' || failures >= failuresToRest || restsAtOnce(effect, of);
  return rest ? { ...counted, rests: Math.min(rests + 1, 10), until: now + restMs(effect, rests) } : counted;
}

/** A record that is of no use any more. */
export function isPast(record: HealthRecord, now: number): boolean {
  return now - Math.max(record.at, record.until ?? 0) > dayMs;
}

interface Effect {
  readonly failure: HealthFailure;
  readonly of: 'provider' | 'model' | 'both';
}

/** Whom a failure counts against; undefined when it is about this request or this machine. */
function effectOf(failure: Failure): Effect | undefined {
  switch (failure.kind) {
    // Another model of the same provider may answer.
    case 'rateLimited':
    case 'modelGone':
    case 'badReply':
    case 'truncated':
      return { failure, of: 'model' };
    case 'timedOut':
      return { failure, of: failure.phase === 'connect' ? 'provider' : 'model' };
    // One model may be overloaded, or all of them: whichever comes to five first.
    case 'providerDown':
      return { failure, of: 'both' };
    case 'offline':
    case 'keyMissing':
    case 'keyRejected':
    case 'noCredit':
      return { failure, of: 'provider' };
    case 'limitReached':
    case 'noProvider':
    case 'noCandidate':
    case 'contextTooLong':
    // Asked again by the next question: the person may have closed the editor's dialog by mistake.
    case 'consentMissing':
    case 'badRequest':
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
      return undefined;
    default:
      return unreachable(failure);
  }
}

/** What leaves no doubt, and what costs a person a minute each time, is not counted to five. */
function restsAtOnce({ failure }: Effect, of: 'provider' | 'model'): boolean {
  switch (failure.kind) {
    case 'offline':
    case 'badReply':
    case 'truncated':
      return false;
    // It named a time. The model is meant: one that is overloaded does not shut out the others.
    case 'providerDown':
      return of === 'model' && failure.retryAfterMs !== undefined && failure.retryAfterMs > firstRestMs;
    case 'timedOut':
      return failure.phase === 'firstToken';
    default:
      return true;
  }
}

function restMs({ failure }: Effect, rests: number): number {
  const doubled = (first: number, longest = longestRestMs): number => Math.min(first * 2 ** rests, longest);
  switch (failure.kind) {
    case 'rateLimited':
      return failure.retryAfterMs === undefined ? doubled(rateLimitMs) : Math.min(failure.retryAfterMs, longestToldMs);
    case 'providerDown':
      return Math.max(doubled(firstRestMs), Math.min(failure.retryAfterMs ?? 0, longestToldMs));
    case 'offline':
      return doubled(firstRestMs, longestOfflineRestMs);
    case 'modelGone':
      return modelGoneMs;
    case 'keyMissing':
    case 'keyRejected':
    case 'noCredit':
      return keyTroubleMs;
    case 'timedOut':
    case 'badReply':
    case 'truncated':
      return doubled(firstRestMs);
    default:
      return unreachable(failure);
  }
}
