import type { ProviderLimits } from '../model/providerLimits';
import { type Traffic, type Verdict, windowMs } from '../ports/limitStore';

/** The limits set for a provider; undefined when there is none. */
export function limitsFor(set: Readonly<Record<string, ProviderLimits>>, provider: string): ProviderLimits | undefined {
  // A server of one's own may have the name of something that every object has.
  const limits = Object.hasOwn(set, provider) ? set[provider] : undefined;
  return limits && Object.values(limits).some((limit) => limit !== undefined) ? limits : undefined;
}

/**
 * Whether a request may go now, and if not, when it will at the earliest: a log of the last minute (a sliding window,
 * which is never passed, where buckets that are refilled let twice the limit through around a full one), served in the
 * order of arrival, so that a large request is not overtaken by small ones for ever.
 *
 * A request that alone needs more tokens than the limit goes when no other counts: only the provider can say whether it
 * takes it.
 */
export function turnAt(limits: ProviderLimits, { started, ahead }: Traffic, tokens: number, now: number): Verdict {
  const log = started.map(({ at, tokens: used }) => ({ at, tokens: used }));
  let at = now;
  for (const needed of [...ahead, tokens]) {
    at = earliest(limits, log, needed, at);
    log.push({ at, tokens: needed });
  }
  const running = started.filter((one) => one.running).length;
  const isFull = limits.concurrent !== undefined && running + ahead.length >= limits.concurrent;
  if (!isFull && ahead.length === 0 && at <= now) return { go: true };
  return { go: false, untilMs: isFull && at <= now ? undefined : at };
}

/** The first moment from `from` on at which the log has room for one more of so many tokens. `log` is in order of time. */
function earliest({ requestsPerMinute = Infinity, tokensPerMinute = Infinity }: ProviderLimits, log: readonly { readonly at: number; readonly tokens: number }[], tokens: number, from: number): number {
  const counted = log.filter(({ at }) => at > from - windowMs);
  const needed = Math.min(tokens, tokensPerMinute);
  let requests = counted.length;
  let used = counted.reduce((total, one) => total + one.tokens, 0);
  let at = from;
  for (const one of counted) {
    if (requests < requestsPerMinute && used + needed <= tokensPerMinute) break;
    at = one.at + windowMs;
    requests -= 1;
    used -= one.tokens;
  }
  return at;
}
