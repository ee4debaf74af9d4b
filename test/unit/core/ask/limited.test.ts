import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type Attempt, type AttemptInput, type AttemptResult, notSent } from '../../../../src/core/ask/attempt';
import { limited } from '../../../../src/core/ask/limited';
import type { AnswerEvent } from '../../../../src/core/model/ask';
import { idOfArm } from '../../../../src/core/model/modelCard';
import { zeroDollars } from '../../../../src/core/model/money';
import type { ProviderLimits } from '../../../../src/core/model/providerLimits';
import type { Candidate } from '../../../../src/core/model/route';
import { noUsage } from '../../../../src/core/model/usage';
import { StorageError } from '../../../../src/core/ports/ledgerStore';
import { windowMs } from '../../../../src/core/ports/limitStore';
import { arm } from '../../../support/cards';
import { FakeClock } from '../../../support/fakeClock';
import { FakeLimitStore } from '../../../support/fakeLimitStore';
import { question } from '../../../support/testApp';

const oneArm = arm({ model: 'large' });
const candidate: Candidate = { id: idOfArm(oneArm), arm: oneArm, capable: undefined, estimate: undefined, expected: undefined };

function input(callId: string, changes: Partial<AttemptInput> = {}): AttemptInput {
  return { callId, question: 'q', decided: () => ({ quality: 'balanced', tier: 'simple', difficulty: -4, domains: { code: 1 } }), request: question('hi'), candidate, maxOutputTokens: 100, worstInputTokens: 50, expected: () => ({ inputTokens: 30, outputTokens: 20 }), elsewhere: () => 'nobody', ...changes };
}

/** An answer of so many tokens; 0 was not sent. */
function result(tokens: number): AttemptResult {
  if (tokens === 0) return notSent({ kind: 'noProvider' });
  const usage = { ...noUsage, inputTokens: tokens - 1, outputTokens: 1 };
  return { ...notSent({ kind: 'cancelled' }), failure: undefined, sent: true, receipt: { callId: '', arm: candidate.id, usage, charge: { amount: zeroDollars, source: 'user', estimatedUsage: false }, timing: { firstTokenMs: 1, totalMs: 2 } } };
}

/** Lets everything run that does not wait for the clock. */
const flush = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setUp(limits: ProviderLimits | undefined) {
  const clock = new FakeClock();
  const turns = new FakeLimitStore();
  const logged: string[] = [];
  /** Calls that left, and when, in milliseconds since the start. */
  const left: string[] = [];
  const start = clock.now();
  const ends = new Map<string, (tokens: number) => void>();
  const call: Attempt = async function* ({ callId }) {
    left.push(`${callId} ${clock.now() - start}`);
    yield { type: 'text-delta', text: callId };
    return result(await new Promise<number>((resolve) => ends.set(callId, resolve)));
  };
  const windowNamed = (window: string) => limited({ providerLimits: () => limits, turns, clock, window, log: { info: () => undefined, warn: () => undefined, error: (message) => logged.push(message) } })(call);
  const first = windowNamed('window-1');
  /** Asks and notes what comes; `ended` once it has. */
  const ask = (one: AttemptInput, { attempt = first, signal = new AbortController().signal } = {}) => {
    const asked = { events: new Array<AnswerEvent>(), ended: undefined as AttemptResult | undefined };
    void (async () => {
      const stream = attempt(one, signal);
      for (let next = await stream.next(); ; next = await stream.next()) {
        if (next.done) return void (asked.ended = next.value);
        asked.events.push(next.value);
      }
    })();
    return asked;
  };
  const end = async (callId: string, tokens = 50) => {
    ends.get(callId)?.(tokens);
    await flush();
  };
  const pass = async (ms: number) => {
    await flush();
    // In steps, because each look sets up the next.
    for (let rest = ms; rest > 0; rest -= 100) {
      clock.advance(Math.min(rest, 100));
      await flush();
    }
  };
  return { clock, turns, logged, left, start, ask, end, pass, windowNamed };
}

function waits(events: readonly AnswerEvent[]): readonly (number | undefined)[] {
  return events.flatMap((event) => (event.type === 'answer-waiting' ? [event.untilMs] : []));
}

describe('an attempt with limits', () => {
  it('reads nothing where no limit is set', async () => {
    const { ask, end, turns, left } = setUp(undefined);
    const asked = ask(input('a'));
    await flush();
    await end('a');
    assert.deepEqual(left, ['a 0']);
    assert.equal(asked.ended?.sent, true);
    assert.equal(turns.transactions, 0);
  });

  it('lets the third of two a minute wait, says until when, and lets it go then', async () => {
    const { ask, end, pass, left, start } = setUp({ requestsPerMinute: 2 });
    ask(input('a'));
    await pass(1_000);
    ask(input('b'));
    await end('a');
    await end('b');
    const third = ask(input('c'));
    await flush();
    assert.deepEqual(waits(third.events), [start + windowMs]);
    await pass(windowMs);
    assert.deepEqual(left, ['a 0', 'b 1000', `c ${windowMs}`]);
    assert.equal(waits(third.events).length, 1);
  });

  it('waits for an answer to end without knowing when, and goes at once when it does', async () => {
    const { ask, end, pass, left } = setUp({ concurrent: 1 });
    ask(input('a'));
    const second = ask(input('b'));
    await pass(2_100);
    assert.deepEqual(waits(second.events), [undefined]);
    await end('a');
    assert.deepEqual(left, ['a 0', 'b 2100']);
  });

  it('looks twice a second for what ends in another window', async () => {
    const { ask, end, pass, left, windowNamed } = setUp({ concurrent: 1 });
    ask(input('a'));
    await flush();
    ask(input('b'), { attempt: windowNamed('window-2') });
    await pass(2_100);
    await end('a');
    await pass(400);
    assert.deepEqual(left, ['a 0', 'b 2500']);
  });

  it('says it again when the wait becomes another one', async () => {
    const { ask, pass, start } = setUp({ requestsPerMinute: 1 });
    ask(input('a'));
    const stop = new AbortController();
    ask(input('b'), { signal: stop.signal });
    const third = ask(input('c'));
    await pass(1_000);
    assert.deepEqual(waits(third.events), [start + 2 * windowMs]);
    stop.abort();
    await pass(500);
    assert.deepEqual(waits(third.events), [start + 2 * windowMs, start + windowMs]);
  });

  it('counts what was used in the end, not what was expected', async () => {
    const { ask, end, left } = setUp({ tokensPerMinute: 100 });
    ask(input('a', { expected: () => ({ inputTokens: 80, outputTokens: 20 }) }));
    await flush();
    await end('a', 10);
    ask(input('b', { expected: () => ({ inputTokens: 70, outputTokens: 20 }) }));
    await flush();
    assert.deepEqual(left, ['a 0', 'b 0']);
  });

  it('does not count what was never sent', async () => {
    const { ask, end, turns } = setUp({ requestsPerMinute: 1 });
    ask(input('a'));
    await flush();
    await end('a', 0);
    assert.deepEqual(turns.turns, []);
  });

  it('leaves no trace when it is stopped while it waits', async () => {
    const { ask, pass, turns, clock, left } = setUp({ requestsPerMinute: 1 });
    ask(input('a'));
    const stop = new AbortController();
    const second = ask(input('b'), { signal: stop.signal });
    await pass(3_200);
    stop.abort();
    await flush();
    assert.deepEqual(second.ended?.failure, { kind: 'cancelled' });
    assert.deepEqual(turns.turns.map(({ id }) => id), ['a']);
    assert.equal(clock.pending, 0);
    assert.deepEqual(left, ['a 0']);
  });

  it('does not begin when it is stopped before', async () => {
    const { ask, turns } = setUp({ requestsPerMinute: 1 });
    const asked = ask(input('a'), { signal: AbortSignal.abort() });
    await flush();
    assert.deepEqual(asked.ended?.failure, { kind: 'cancelled' });
    assert.deepEqual(turns.turns, []);
  });

  it('leaves its place when the consumer leaves while it waits', async () => {
    const { ask, windowNamed, turns } = setUp({ concurrent: 1 });
    ask(input('a'));
    await flush();
    const stream = windowNamed('window-1')(input('b'), new AbortController().signal);
    assert.equal((await stream.next()).done, false);
    await stream.return(notSent({ kind: 'cancelled' }));
    assert.deepEqual(turns.turns.map(({ id }) => id), ['a']);
  });

  it('counts the estimate when the consumer leaves in the middle of the answer', async () => {
    const { windowNamed, turns } = setUp({ concurrent: 1 });
    const stream = windowNamed('window-1')(input('a'), new AbortController().signal);
    await stream.next();
    await stream.return(notSent({ kind: 'cancelled' }));
    const [turn] = turns.turns;
    assert.equal(turn?.used, 50);
    assert.notEqual(turn?.endedAt, undefined);
  });

  const long = { requestsPerMinute: 1 } as const;
  it('gives way to another provider when the wait is longer than 30 s', async () => {
    const { ask, turns, pass } = setUp(long);
    ask(input('a'));
    await pass(windowMs - 30_001);
    const second = ask(input('b', { elsewhere: () => 'somebody' }));
    await flush();
    assert.deepEqual(second.ended?.failure, { kind: 'limitReached', provider: 'acme', retryAfterMs: 30_001 });
    assert.deepEqual(waits(second.events), []);
    assert.deepEqual(turns.turns.map(({ id }) => id), ['a']);
  });

  it('waits 30 s where there is another provider', async () => {
    const { ask, pass, left } = setUp(long);
    ask(input('a'));
    await pass(windowMs - 30_000);
    ask(input('b', { elsewhere: () => 'somebody' }));
    await pass(30_000);
    assert.deepEqual(left, ['a 0', `b ${windowMs}`]);
  });

  it('gives way after 30 s when it cannot know how long it will be', async () => {
    const { ask, pass, turns } = setUp({ concurrent: 1 });
    ask(input('a'));
    const second = ask(input('b', { elsewhere: () => 'somebody' }));
    await pass(29_400);
    assert.deepEqual(second.events.map(({ type }) => type), ['answer-waiting']);
    await pass(700);
    assert.deepEqual(second.ended?.failure, { kind: 'limitReached', provider: 'acme' });
    assert.deepEqual(turns.turns.map(({ id }) => id), ['a']);
  });

  it('does not wait where the same is to be had for the same money', async () => {
    const { ask } = setUp({ concurrent: 1 });
    ask(input('a'));
    await flush();
    const second = ask(input('b', { elsewhere: () => 'equal' }));
    await flush();
    assert.deepEqual(second.ended?.failure, { kind: 'limitReached', provider: 'acme' });
    assert.deepEqual(second.events, []);
  });

  it('waits as long as it takes where there is none', async () => {
    const { ask, pass, left } = setUp(long);
    for (const id of ['a', 'b', 'c']) ask(input(id));
    await pass(2 * windowMs + 200);
    assert.deepEqual(left, ['a 0', `b ${windowMs}`, `c ${2 * windowMs}`]);
  });

  it('sends nothing when the queue cannot be kept', async () => {
    const { ask, turns, left } = setUp(long);
    turns.failNext.set('enter', new StorageError('full', 'The disk is full.'));
    const asked = ask(input('a'));
    await flush();
    assert.deepEqual(asked.ended?.failure, { kind: 'storage', problem: 'full', detail: 'The disk is full.' });
    assert.deepEqual(left, []);
  });

  it('writes with the next what could not be written at the end', async () => {
    const { ask, end, turns, logged, pass, left } = setUp({ concurrent: 1 });
    ask(input('a'));
    await flush();
    turns.failNext.set('leave', new StorageError('locked', 'busy'));
    await end('a', 7);
    assert.equal(logged.length, 1);
    ask(input('b'));
    await pass(1_000);
    assert.deepEqual(left, ['a 0', 'b 0']);
    assert.equal(turns.turns[0]?.used, 7);
  });

  it('serves two windows in the order in which they came', async () => {
    const { ask, pass, left, windowNamed } = setUp({ requestsPerMinute: 1 });
    const second = windowNamed('window-2');
    const order = ['a', 'b', 'c', 'd'];
    for (const [index, id] of order.entries()) {
      ask(input(id), index % 2 === 0 ? {} : { attempt: second });
      await flush();
    }
    await pass(3 * windowMs + 2_000);
    assert.deepEqual(left.map((line) => line.split(' ')[0]), order);
  });

  it('never passes a limit, whoever asks when, and serves everybody in order', async () => {
    const asking = fc.record({ afterMs: fc.integer({ min: 0, max: 20_000 }), runsMs: fc.integer({ min: 100, max: 90_000 }), tokens: fc.integer({ min: 21, max: 80 }), window: fc.integer({ min: 0, max: 2 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.record({ requestsPerMinute: fc.integer({ min: 1, max: 4 }), tokensPerMinute: fc.integer({ min: 80, max: 200 }), concurrent: fc.integer({ min: 1, max: 3 }) }),
        fc.array(asking, { minLength: 1, maxLength: 8 }),
        async (limits, plan) => {
          const { ask, end, clock, left, windowNamed, start } = setUp(limits);
          const windows = [0, 1, 2].map((index) => windowNamed(`window-${index}`));
          const due = plan.reduce<number[]>((times, { afterMs }) => [...times, (times.at(-1) ?? 0) + afterMs], []);
          const running = new Map<number, number>();
          for (let asked = 0, served = 0; served < plan.length; ) {
            const now = clock.now() - start;
            assert.ok(now < 60 * 60_000, 'somebody waits for ever');
            for (; asked < plan.length && (due[asked] ?? 0) <= now; asked++) {
              const one = plan[asked];
              const attempt = windows[one?.window ?? 0];
              if (one && attempt) ask(input(String(asked), { expected: () => ({ inputTokens: one.tokens - 20, outputTokens: 20 }) }), { attempt });
              await flush();
            }
            for (; served < left.length; served++) {
              assert.equal(left[served]?.split(' ')[0], String(served));
              running.set(served, now + (plan[served]?.runsMs ?? 0));
            }
            assert.ok(running.size <= limits.concurrent, `${running.size} at once`);
            const started = left.map((line) => Number(line.split(' ')[1]));
            const recent = [...started.entries()].filter(([, at]) => at > now - windowMs);
            assert.ok(recent.length <= limits.requestsPerMinute, `${recent.length} requests`);
            const tokens = recent.reduce((sum, [index]) => sum + (plan[index]?.tokens ?? 0), 0);
            assert.ok(tokens <= limits.tokensPerMinute, `${tokens} tokens`);
            for (const [index, until] of running) {
              if (until > now) continue;
              running.delete(index);
              await end(String(index), plan[index]?.tokens);
            }
            clock.advance(500);
            await flush();
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
