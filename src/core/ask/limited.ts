import type { Failure } from '../model/failure';
import type { ProviderLimits } from '../model/providerLimits';
import type { Clock } from '../ports/clock';
import { storageFailure } from '../ports/ledgerStore';
import type { LimitStore, Turn, Verdict } from '../ports/limitStore';
import type { Log } from '../ports/log';
import { turnAt } from '../providers/limits';
import { type AttemptResult, type AttemptWrapper, type Elsewhere, notSent } from './attempt';
import { pause } from './pause';

export interface LimitedDependencies {
  /** What the person allows this provider; undefined: anything. */
  readonly providerLimits: (provider: string) => ProviderLimits | undefined;
  readonly turns: LimitStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Id of this process in the books. */
  readonly window: string;
}

/** Another provider is asked when the wait for this one would be longer than this, in milliseconds. An equal one costs nothing more, so nobody waits. */
const longestWaitMs: Readonly<Record<Elsewhere, number>> = { nobody: Infinity, somebody: 30_000, equal: 0 };

/** How often a waiting turn looks whether it may go, in milliseconds: a place may become free in another window, which cannot tell. */
const lookEveryMs = 500;
const soonestLookMs = 50;

/** A wait that is longer or shorter than was told by less than this, in milliseconds, is not told again. */
const sameWaitMs = 1_000;

/**
 * Lets an attempt wait for its turn where the person has set limits for the provider, in one queue with all windows.
 * Without limits it does nothing, and reads nothing.
 */
export function limited({ providerLimits, turns, clock, log, window }: LimitedDependencies): AttemptWrapper {
  /** Ended turns with what they used, until they are written: a turn of this process holds its place until then. */
  const ended = new Map<string, number | undefined>();
  /** Aborted when a turn of this window ends, so that the next one need not wait for its look. */
  let freed = new AbortController();
  const writeEnded = async (): Promise<void> => {
    for (const [id, used] of ended) {
      try {
        await turns.leave(id, clock.now(), used);
        ended.delete(id);
      } catch (error) {
        log.error('the end of a request could not be written to the queue of its provider yet', error);
        return;
      }
    }
  };

  return (next) =>
    async function* attempt(input, signal) {
      const { provider } = input.candidate.arm.offer;
      if (!providerLimits(provider)) return yield* next(input, signal);

      const { inputTokens, outputTokens } = input.expected();
      const turn: Turn = { id: input.callId, provider, window, tokens: inputTokens + outputTokens };
      // Read at each look: a person may raise a limit because of the wait.
      const look = async (): Promise<Verdict | Failure> => {
        const now = clock.now();
        try {
          return await turns.enter(turn, now, (traffic) => turnAt(providerLimits(provider) ?? {}, traffic, turn.tokens, now));
        } catch (error) {
          return storageFailure(error);
        }
      };
      const since = clock.elapsed();
      let used: number | undefined;
      let told: { readonly untilMs: number | undefined } | undefined;
      try {
        for (;;) {
          if (signal.aborted) return notSent({ kind: 'cancelled' });
          await writeEnded();
          const verdict = await look();
          if ('kind' in verdict) return notSent(verdict);
          if (verdict.go) break;
          const { untilMs } = verdict;
          const waitMs = untilMs === undefined ? lookEveryMs : untilMs - clock.now();
          if (clock.elapsed() - since + waitMs > longestWaitMs[input.elsewhere()]) return notSent({ kind: 'limitReached', provider, ...(untilMs === undefined ? {} : { retryAfterMs: waitMs }) });
          if (!told || !isSameWait(told.untilMs, untilMs)) {
            told = { untilMs };
            yield { type: 'answer-waiting', candidate: input.candidate, reason: 'limit', untilMs };
          }
          await pause(clock, Math.min(Math.max(waitMs, soonestLookMs), lookEveryMs), AbortSignal.any([signal, freed.signal]));
        }
        // Should the consumer leave from here on, what was sent is unknown, so the estimate counts.
        used = turn.tokens;
        const result = yield* next(input, signal);
        used = tokensUsed(turn, result);
        return result;
      } finally {
        ended.set(turn.id, used);
        await writeEnded();
        freed.abort();
        freed = new AbortController();
      }
    };
}

function isSameWait(one: number | undefined, other: number | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && Math.abs(one - other) < sameWaitMs);
}

/** As the books have it; undefined for a request that never left. */
function tokensUsed({ tokens }: Turn, { sent, receipt }: AttemptResult): number | undefined {
  if (!sent) return undefined;
  return receipt ? receipt.usage.inputTokens + receipt.usage.outputTokens : tokens;
}
