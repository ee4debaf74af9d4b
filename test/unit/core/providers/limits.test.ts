import assert from 'node:assert/strict';
import type { ProviderLimits } from '../../../../src/core/model/providerLimits';
import { type Traffic, type Verdict, windowMs } from '../../../../src/core/ports/limitStore';
import { turnAt } from '../../../../src/core/providers/limits';

const now = 1_000_000;

/** Seconds ago, tokens, and whether it still runs. */
type Started = readonly [ago: number, tokens?: number, running?: boolean];

function traffic(started: readonly Started[], ahead: readonly number[] = []): Traffic {
  return { started: started.map(([ago, tokens = 0, running = false]) => ({ at: now - ago * 1000, tokens, running })), ahead };
}

const go: Verdict = { go: true };
/** Waits until the request of so many seconds ago no longer counts. */
const whenLeft = (ago: number): Verdict => ({ go: false, untilMs: now - ago * 1000 + windowMs });
const unknown: Verdict = { go: false, untilMs: undefined };

describe('turnAt', () => {
  const rows: readonly (readonly [name: string, limits: ProviderLimits, started: readonly Started[], ahead: readonly number[], tokens: number, expected: Verdict])[] = [
    ['goes when nothing was asked', { requestsPerMinute: 1 }, [], [], 10, go],
    ['goes below the limit of requests', { requestsPerMinute: 3 }, [[20], [10]], [], 10, go],
    ['waits at the limit for the oldest to leave', { requestsPerMinute: 2 }, [[20], [10]], [], 10, whenLeft(20)],
    ['does not count what is older than the window', { requestsPerMinute: 1 }, [[61]], [], 10, go],
    ['counts what is just inside it', { requestsPerMinute: 1 }, [[60.999]], [], 10, whenLeft(60.999)],
    ['waits for two to leave after the limit was lowered', { requestsPerMinute: 1 }, [[20], [10]], [], 10, whenLeft(10)],
    ['does not overtake one that would fit as well', { requestsPerMinute: 5 }, [[10]], [7], 10, { go: false, untilMs: now }],
    ['waits behind the one ahead for the next to leave', { requestsPerMinute: 2 }, [[20], [10]], [7], 10, whenLeft(10)],
    ['waits a whole window behind as many as fit into one', { requestsPerMinute: 1 }, [[20]], [7], 10, { go: false, untilMs: now - 20_000 + 2 * windowMs }],
    ['goes when its tokens just fit', { tokensPerMinute: 100 }, [[10, 60]], [], 40, go],
    ['waits when they are one too many', { tokensPerMinute: 100 }, [[10, 60]], [], 41, whenLeft(10)],
    ['waits only for as many to leave as needed', { tokensPerMinute: 100 }, [[30, 10], [20, 50], [10, 40]], [], 60, whenLeft(20)],
    ['counts the tokens of those ahead', { tokensPerMinute: 100 }, [[10, 50]], [60], 60, { go: false, untilMs: now - 10_000 + 2 * windowMs }],
    ['lets go alone what is larger than the limit', { tokensPerMinute: 100 }, [], [], 5000, go],
    ['lets nothing beside what is larger than the limit', { tokensPerMinute: 100 }, [[5, 1]], [], 5000, whenLeft(5)],
    ['goes beside as many as may run', { concurrent: 2 }, [[30, 0, true], [20]], [], 10, go],
    ['waits without a time for one of them to end', { concurrent: 1 }, [[30, 0, true]], [], 10, unknown],
    ['still counts as running what is older than the window', { concurrent: 1 }, [[300, 0, true]], [], 10, unknown],
    ['counts those ahead as running', { concurrent: 2 }, [[30, 0, true]], [7], 10, unknown],
    ['tells the time of the limit that is sure to hold longer', { concurrent: 1, requestsPerMinute: 1 }, [[30, 0, true]], [], 10, whenLeft(30)],
    ['goes with every limit set and nothing asked', { concurrent: 1, requestsPerMinute: 1, tokensPerMinute: 1 }, [], [], 10, go],
    ['goes without any limit', {}, [[1, 1e6, true]], [], 1e9, go],
  ];
  for (const [name, limits, started, ahead, tokens, expected] of rows) {
    it(name, () => assert.deepEqual(turnAt(limits, traffic(started, ahead), tokens, now), expected));
  }
});
