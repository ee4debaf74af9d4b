import assert from 'node:assert/strict';
import { type Tried, waitBeforeRetry } from '../../../../src/core/ask/retry';
import type { Failure } from '../../../../src/core/model/failure';

const alone: Tried = { tries: 1, waitedMs: 0, othersLeft: false, tookMs: 100, hopeless: false };
const down: Failure = { kind: 'providerDown', provider: 'acme', status: 503 };
const limited = (retryAfterMs: number): Failure => ({ kind: 'rateLimited', provider: 'acme', retryAfterMs });

/** The shortest and the longest wait that chance can give; undefined: not asked again. */
function check(name: string, failure: Failure, tried: Partial<Tried>, expected: readonly [number, number] | undefined): void {
  it(name, () => {
    const waits = [0, 0.999_999].map((chance) => waitBeforeRetry(failure, { ...alone, ...tried }, chance));
    assert.deepEqual(waits, expected ?? [undefined, undefined]);
  });
}

describe('waitBeforeRetry', () => {
  describe('by class of failure', () => {
    const again: readonly Failure[] = [
      down,
      { kind: 'providerDown', provider: 'acme' },
      { kind: 'rateLimited', provider: 'acme' },
      { kind: 'offline', provider: 'acme' },
      { kind: 'truncated', provider: 'acme' },
      { kind: 'timedOut', provider: 'acme', waitedMs: 1, phase: 'connect' },
      { kind: 'badReply', provider: 'acme', mayRetry: true, detail: 'The answer is empty.' },
    ];
    for (const failure of again) {
      check(`asks again after ${JSON.stringify(failure)}, soon`, failure, {}, [200, 700]);
      check(`and a little later the second time after ${failure.kind}`, failure, { tries: 2 }, [200, 1200]);
      check(`and not a third time after ${failure.kind}`, failure, { tries: 3 }, undefined);
    }
    const never: readonly Failure[] = [
      { kind: 'providerDown', provider: 'acme', status: 500, mayRetry: false },
      { kind: 'rateLimited', provider: 'acme', mayRetry: false },
      { kind: 'badReply', provider: 'acme', detail: 'a web page' },
      { kind: 'timedOut', provider: 'acme', waitedMs: 90_000, phase: 'firstToken' },
      { kind: 'timedOut', provider: 'acme', waitedMs: 45_000, phase: 'stall' },
      { kind: 'badRequest', provider: 'acme', detail: 'HTTP 400' },
      { kind: 'keyMissing', provider: 'acme' },
      { kind: 'keyRejected', provider: 'acme' },
      { kind: 'noCredit', provider: 'acme' },
      { kind: 'modelGone', provider: 'acme', model: 'small' },
      { kind: 'contextTooLong' },
      { kind: 'refused', provider: 'acme' },
      { kind: 'limitReached', provider: 'acme', retryAfterMs: 1 },
      { kind: 'storage', problem: 'locked', detail: '' },
      { kind: 'unexpected', detail: '' },
      { kind: 'cancelled' },
    ];
    for (const failure of never) check(`never asks again after ${JSON.stringify(failure)}`, failure, {}, undefined);
  });

  describe('a told wait', () => {
    check('is kept, with jitter on top', limited(2_000), {}, [2_000, 2_500]);
    check('is kept in milliseconds', limited(250), {}, [250, 750]);
    check('of nothing is a short one all the same', limited(0), {}, [200, 700]);
    check('of an overloaded provider is kept as well', { ...down, retryAfterMs: 1_000 }, {}, [1_000, 1_500]);
    check('of a minute and more is not waited for', limited(60_001), {}, undefined);
    check('of an hour is not waited for', limited(3_600_000), {}, undefined);
    check('counts with the one before it', limited(30_000), { tries: 2, waitedMs: 30_001 }, undefined);
    check('counts with the one before it, up to a minute', limited(29_000), { tries: 2, waitedMs: 30_000 }, [29_000, 29_500]);
  });

  describe('while another model can be asked at once', () => {
    check('waits shortly', down, { othersLeft: true }, [200, 700]);
    check('waits for a pause of two seconds', limited(2_000), { othersLeft: true }, [2_000, 2_500]);
    check('does not wait for longer', limited(3_001), { othersLeft: true }, undefined);
    check('does not wait for longer altogether', limited(2_000), { othersLeft: true, tries: 2, waitedMs: 2_000 }, undefined);
    check('does not repeat a try that took long to fail', down, { othersLeft: true, tookMs: 5_001 }, undefined);
    check('repeats one that took five seconds', down, { othersLeft: true, tookMs: 5_000 }, [200, 700]);
    check('tries no more who is left alone by now', down, { othersLeft: true, hopeless: true }, undefined);
  });

  check('repeats also what took long when there is no other', { kind: 'timedOut', provider: 'acme', waitedMs: 10_000, phase: 'connect' }, { tookMs: 10_000 }, [200, 700]);
  check('asks again who rests when there is no other', down, { hopeless: true }, [200, 700]);
});
