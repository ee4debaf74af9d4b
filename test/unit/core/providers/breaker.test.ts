import assert from 'node:assert/strict';
import type { Failure } from '../../../../src/core/model/failure';
import type { HealthRecord } from '../../../../src/core/model/health';
import { failuresToRest, isPast, phaseOf, withFailure, withoutProbe, withProbe, withSuccess } from '../../../../src/core/providers/breaker';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const start = Date.UTC(2026, 2, 18, 12);

const down: Failure = { kind: 'providerDown', provider: 'groq', status: 503 };
const limited: Failure = { kind: 'rateLimited', provider: 'groq', retryAfterMs: 30 * second };

function failing(times: number, failure: Failure = down, now = start, record?: HealthRecord): HealthRecord | undefined {
  let next = record;
  for (let time = 0; time < times; time++) next = withFailure(next, failure, 'model', now);
  return next;
}

/** After how many milliseconds it may be asked again; undefined: it may be asked now. */
function restOf(record: HealthRecord | undefined, now = start): number | undefined {
  return phaseOf(record, now) === 'open' && record?.until !== undefined ? record.until - now : undefined;
}

describe('the breaker', () => {
  const rows: readonly { readonly failure: Failure; readonly provider?: number; readonly model?: number }[] = [
    { failure: { kind: 'rateLimited', provider: 'groq' }, model: 20 * second },
    { failure: { kind: 'rateLimited', provider: 'groq', retryAfterMs: 3 * second }, model: 3 * second },
    { failure: { kind: 'rateLimited', provider: 'groq', retryAfterMs: 5 * hour }, model: 5 * hour },
    { failure: { kind: 'rateLimited', provider: 'groq', retryAfterMs: 30 * 24 * hour }, model: 24 * hour },
    { failure: { kind: 'modelGone', provider: 'groq', model: 'small' }, model: 24 * hour },
    { failure: { kind: 'timedOut', provider: 'groq', waitedMs: 90 * second, phase: 'firstToken' }, model: 10 * second },
    { failure: { kind: 'providerDown', provider: 'groq', status: 529, retryAfterMs: 30 * second }, model: 30 * second },
    { failure: { kind: 'keyRejected', provider: 'groq' }, provider: 10 * minute },
    { failure: { kind: 'keyMissing', provider: 'groq' }, provider: 10 * minute },
    { failure: { kind: 'noCredit', provider: 'groq' }, provider: 10 * minute },
  ];
  for (const { failure, provider, model } of rows) {
    it(`rests the ${provider === undefined ? 'model' : 'provider'} ${(provider ?? model ?? 0) / second} s after one ${JSON.stringify(failure)}`, () => {
      assert.equal(restOf(withFailure(undefined, failure, 'provider', start)), provider);
      assert.equal(restOf(withFailure(undefined, failure, 'model', start)), model);
    });
  }

  const counted: readonly { readonly failure: Failure; readonly of: readonly ('provider' | 'model')[] }[] = [
    { failure: down, of: ['provider', 'model'] },
    { failure: { kind: 'providerDown', provider: 'groq', retryAfterMs: 2 * second }, of: ['provider', 'model'] },
    { failure: { kind: 'offline', provider: 'groq' }, of: ['provider'] },
    { failure: { kind: 'timedOut', provider: 'groq', waitedMs: 1, phase: 'stall' }, of: ['model'] },
    { failure: { kind: 'timedOut', provider: 'groq', waitedMs: 1, phase: 'connect' }, of: ['provider'] },
    { failure: { kind: 'badReply', provider: 'groq', detail: '' }, of: ['model'] },
    { failure: { kind: 'truncated', provider: 'groq' }, of: ['model'] },
  ];
  for (const { failure, of } of counted) {
    it(`counts ${JSON.stringify(failure)} against the ${of.join(' and the ')} up to ${failuresToRest}`, () => {
      for (const subject of ['provider', 'model'] as const) {
        let record: HealthRecord | undefined;
        const phases = Array.from({ length: failuresToRest }, () => phaseOf((record = withFailure(record, failure, subject, start)), start));
        assert.deepEqual(phases, [...Array.from({ length: failuresToRest - 1 }, () => 'closed'), of.includes(subject) ? 'open' : 'closed'], subject);
      }
    });
  }

  const harmless: readonly Failure[] = [
    { kind: 'cancelled' },
    { kind: 'contextTooLong' },
    { kind: 'badRequest', provider: 'groq', detail: '' },
    { kind: 'refused', provider: 'groq' },
    { kind: 'limitReached', provider: 'groq', retryAfterMs: 1 },
    { kind: 'consentMissing', provider: 'editor', model: 'small' },
    { kind: 'storage', problem: 'locked', detail: '' },
    { kind: 'unexpected', detail: '' },
  ];
  for (const failure of harmless) {
    it(`holds ${failure.kind} against nobody`, () => {
      const before = failing(2);
      for (const of of ['provider', 'model'] as const) {
        assert.equal(withFailure(undefined, failure, of, start), undefined);
        assert.equal(withFailure(before, failure, of, start), before);
      }
    });
  }

  it('goes round: closed, open, half-open, probing, and closed after an answer', () => {
    const open = failing(failuresToRest);
    assert.equal(phaseOf(open, start), 'open');
    assert.equal(phaseOf(open, start + 10 * second), 'halfOpen');
    const now = start + 10 * second;
    const probing = withProbe(open, 'first', now);
    assert.equal(phaseOf(probing, now), 'probing');
    assert.equal(withProbe(probing, 'second', now)?.probe?.id, 'first', 'one only');
    assert.equal(phaseOf(withoutProbe(probing, 'second'), now), 'probing', 'nobody ends the probe of another');
    assert.equal(phaseOf(withoutProbe(probing, 'first'), now), 'halfOpen');
    assert.equal(withSuccess(probing, now), undefined);
  });

  it('gives no probe to who is asked anyway or rests', () => {
    assert.equal(withProbe(undefined, 'one', start), undefined);
    assert.equal(withProbe(failing(1), 'one', start)?.probe, undefined);
    assert.equal(withProbe(failing(failuresToRest), 'one', start)?.probe, undefined);
  });

  it('opens again at one failed probe, twice as long each time, up to five minutes', () => {
    let now = start;
    let record = failing(failuresToRest);
    const rests = Array.from({ length: 8 }, () => {
      const rest = restOf(record, now) ?? 0;
      now += rest;
      record = withFailure(withProbe(record, 'probe', now), down, 'model', now);
      return rest / second;
    });
    assert.deepEqual(rests, [10, 20, 40, 80, 160, 300, 300, 300]);
  });

  it('rests half a minute at most for a network that is gone', () => {
    let now = start;
    let record: HealthRecord | undefined;
    const rests = Array.from({ length: 12 }, () => {
      record = withFailure(record, { kind: 'offline', provider: 'groq' }, 'provider', now);
      const rest = restOf(record, now) ?? 0;
      now += rest;
      return rest / second;
    });
    assert.deepEqual(rests.slice(4), [10, 20, 30, 30, 30, 30, 30, 30]);
  });

  it('gives a probe up whose window died', () => {
    const now = start + 10 * second;
    const probing = withProbe(failing(failuresToRest), 'lost', now);
    assert.equal(phaseOf(probing, now + 2 * minute - 1), 'probing');
    assert.equal(phaseOf(probing, now + 2 * minute), 'halfOpen');
  });

  it('needs no probe after a limit: it ends when it says', () => {
    const record = failing(1, limited);
    assert.equal(phaseOf(record, start + 30 * second - 1), 'open');
    assert.equal(phaseOf(record, start + 30 * second), 'closed');
  });

  it('does not let an answer to an earlier request end what came later', () => {
    const record = failing(1, limited, start);
    assert.equal(withSuccess(record, start - 1), record);
    assert.equal(withSuccess(record, start), undefined);
  });

  it('keeps the longer of two rests', () => {
    const gone = failing(1, { kind: 'modelGone', provider: 'groq', model: 'small' });
    const both = failing(1, limited, start, gone);
    assert.equal(both?.failure.kind, 'modelGone');
    assert.equal(restOf(both), 24 * hour);
    const longer = failing(1, { ...limited, retryAfterMs: hour }, start, failing(1, limited));
    assert.equal(restOf(longer), hour);
  });

  it('begins to count anew when the last failure is long ago', () => {
    const old = failing(failuresToRest - 1);
    assert.equal(phaseOf(failing(1, down, start + 10 * minute, old), start + 10 * minute), 'open');
    assert.equal(phaseOf(failing(1, down, start + 10 * minute + 1, old), start + 10 * minute + 1), 'closed');
  });

  it('is not prolonged by a clock that is set back', () => {
    const record = failing(1, { kind: 'keyRejected', provider: 'groq' }, start);
    assert.equal(record, undefined);
    const rejected = withFailure(undefined, { kind: 'keyRejected', provider: 'groq' }, 'provider', start);
    assert.equal(phaseOf(rejected, start - hour), 'halfOpen');
    assert.equal(phaseOf(withProbe(failing(failuresToRest), 'one', start + 10 * second), start - hour), 'halfOpen');
  });

  it('is forgotten a day after it was of use', () => {
    const once = failing(1);
    const gone = failing(1, { kind: 'modelGone', provider: 'groq', model: 'small' });
    assert.ok(once && gone);
    assert.deepEqual([24 * hour, 24 * hour + 1].map((later) => isPast(once, start + later)), [false, true]);
    assert.equal(isPast(gone, start + 48 * hour), false);
  });
});
