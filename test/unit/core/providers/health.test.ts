import assert from 'node:assert/strict';
import type { Failure } from '../../../../src/core/model/failure';
import type { Arm } from '../../../../src/core/model/modelCard';
import { Health } from '../../../../src/core/providers/health';
import { FakeClock } from '../../../support/fakeClock';

const second = 1000;
const minute = 60 * second;

function armAt(provider: string, model: string, effort: 'none' | 'high' = 'none'): Arm {
  const row = { effort, isDefault: effort === 'none', abilities: {}, verbosity: 1 };
  return { card: { id: model, name: model, contextTokens: 1000, maxOutputTokens: 100, capabilities: [], efforts: [row], offers: [] }, effort: row, offer: { provider, model, price: undefined, free: false } };
}

const arm = armAt('groq', 'small');
const sibling = armAt('groq', 'small', 'high');
const other = armAt('groq', 'large');
const elsewhere = armAt('openai', 'small');

describe('Health', () => {
  const rows: readonly { readonly failure: Failure; readonly forMs: number; readonly whole: boolean }[] = [
    { failure: { kind: 'rateLimited', provider: 'groq' }, forMs: 20 * second, whole: false },
    { failure: { kind: 'rateLimited', provider: 'groq', retryAfterMs: 3000 }, forMs: 3 * second, whole: false },
    { failure: { kind: 'rateLimited', provider: 'groq', retryAfterMs: 86_400_000 }, forMs: 10 * minute, whole: false },
    { failure: { kind: 'providerDown', provider: 'groq', status: 503 }, forMs: 10 * second, whole: true },
    { failure: { kind: 'providerDown', provider: 'groq', status: 503, retryAfterMs: 30_000 }, forMs: 30 * second, whole: true },
    { failure: { kind: 'offline', provider: 'groq' }, forMs: 10 * second, whole: true },
    { failure: { kind: 'timedOut', provider: 'groq', waitedMs: 1, phase: 'firstToken' }, forMs: 10 * second, whole: true },
    { failure: { kind: 'modelGone', provider: 'groq', model: 'small' }, forMs: 24 * 60 * minute, whole: false },
    { failure: { kind: 'keyRejected', provider: 'groq' }, forMs: 10 * minute, whole: true },
    { failure: { kind: 'keyMissing', provider: 'groq' }, forMs: 10 * minute, whole: true },
    { failure: { kind: 'noCredit', provider: 'groq' }, forMs: 10 * minute, whole: true },
  ];
  for (const { failure, forMs, whole } of rows) {
    it(`rests ${whole ? 'the provider' : 'the model'} for ${forMs / second} s after ${JSON.stringify(failure)}`, () => {
      const clock = new FakeClock();
      const health = new Health(clock);
      health.failed(arm, failure);
      assert.deepEqual([arm, sibling, other, elsewhere].map((one) => health.isAvailable(one)), [false, false, !whole, true]);
      assert.equal(health.coolingUntil(arm)?.until, clock.now() + forMs);
      clock.advance(forMs - 1);
      assert.equal(health.isAvailable(arm), false);
      clock.advance(1);
      assert.deepEqual([arm, sibling, other].map((one) => health.isAvailable(one)), [true, true, true]);
    });
  }

  const harmless: readonly Failure[] = [
    { kind: 'cancelled' },
    { kind: 'contextTooLong' },
    { kind: 'badRequest', provider: 'groq', detail: '' },
    { kind: 'refused', provider: 'groq' },
    { kind: 'badReply', provider: 'groq', detail: '' },
    { kind: 'truncated', provider: 'groq' },
    { kind: 'storage', problem: 'locked', detail: '' },
    { kind: 'unexpected', detail: '' },
  ];
  for (const failure of harmless) {
    it(`rests nobody after ${failure.kind}`, () => {
      const health = new Health(new FakeClock());
      health.failed(arm, failure);
      assert.equal(health.isAvailable(arm), true);
    });
  }

  it('doubles the rest of a provider that stays down, to five minutes', () => {
    const clock = new FakeClock();
    const health = new Health(clock);
    const rests = Array.from({ length: 8 }, () => {
      health.failed(arm, { kind: 'providerDown', provider: 'groq' });
      const rest = (health.coolingUntil(arm)?.until ?? 0) - clock.now();
      clock.advance(rest);
      return rest / second;
    });
    assert.deepEqual(rests, [10, 20, 40, 80, 160, 300, 300, 300]);
  });

  it('begins again at ten seconds after a success', () => {
    const clock = new FakeClock();
    const health = new Health(clock);
    health.failed(arm, { kind: 'offline', provider: 'groq' });
    health.failed(arm, { kind: 'offline', provider: 'groq' });
    health.succeeded(other);
    assert.equal(health.isAvailable(arm), true);
    health.failed(arm, { kind: 'offline', provider: 'groq' });
    assert.equal(health.coolingUntil(arm)?.until, clock.now() + 10 * second);
  });

  it('forgets key trouble when the key changes, and nothing else', () => {
    const health = new Health(new FakeClock());
    health.failed(arm, { kind: 'keyRejected', provider: 'groq' });
    health.failed(elsewhere, { kind: 'providerDown', provider: 'openai' });
    health.keyChanged('openai');
    assert.deepEqual([arm, elsewhere].map((one) => health.isAvailable(one)), [false, false]);
    health.keyChanged('groq');
    assert.deepEqual([arm, elsewhere].map((one) => health.isAvailable(one)), [true, false]);
  });

  it('keeps the longer of two rests', () => {
    const clock = new FakeClock();
    const health = new Health(clock);
    health.failed(arm, { kind: 'modelGone', provider: 'groq', model: 'small' });
    health.failed(arm, { kind: 'rateLimited', provider: 'groq' });
    assert.equal(health.coolingUntil(arm)?.failure.kind, 'modelGone');
    health.failed(arm, { kind: 'keyRejected', provider: 'groq' });
    health.failed(arm, { kind: 'offline', provider: 'groq' });
    assert.equal(health.coolingUntil(other)?.failure.kind, 'keyRejected');
  });

  it('never rests the demo, whose faults are asked for', () => {
    const health = new Health(new FakeClock());
    const demo = armAt('demo', 'demo-small');
    for (const { failure } of rows) health.failed(demo, failure);
    assert.equal(health.isAvailable(demo), true);
  });

  it('names the arms that rest', () => {
    const health = new Health(new FakeClock());
    assert.equal(health.unavailable([arm, other]).size, 0);
    health.failed(arm, { kind: 'rateLimited', provider: 'groq' });
    assert.deepEqual([...health.unavailable([arm, sibling, other, elsewhere])], ['groq/small', 'groq/small#high']);
  });
});
