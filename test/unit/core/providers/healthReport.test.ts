import assert from 'node:assert/strict';
import type { CallFact, HealthRecord } from '../../../../src/core/model/health';
import { healthReport, type HealthFigures } from '../../../../src/core/providers/healthReport';

const now = Date.UTC(2026, 2, 18, 12);

function call(changes: Partial<CallFact> = {}): CallFact {
  return { provider: 'groq', model: 'small', endedAt: now - 1000, outcome: 'complete', failure: undefined, firstTokenMs: 300, totalMs: 2000, ...changes };
}

function failed(failure: string, changes: Partial<CallFact> = {}): CallFact {
  return call({ outcome: 'failed', failure, firstTokenMs: undefined, ...changes });
}

function record(failure: HealthRecord['failure'], until: number | undefined, changes: Partial<HealthRecord> = {}): HealthRecord {
  return { failures: 5, rests: 1, failure, at: now - 1000, until, probe: undefined, ...changes };
}

function report(calls: readonly CallFact[], records: readonly { readonly model?: string; readonly record: HealthRecord }[] = []) {
  return healthReport({ calls, records: records.map((one) => ({ subject: { provider: 'groq', model: one.model }, record: one.record })), now });
}

function figures(calls: readonly CallFact[]): Partial<HealthFigures> {
  const [provider] = report(calls);
  assert.ok(provider);
  const { calls: count, successRate, p50Ms, p95Ms, totalP50Ms, totalP95Ms, lastFailure } = provider;
  return { calls: count, successRate, p50Ms, p95Ms, totalP50Ms, totalP95Ms, lastFailure };
}

describe('the figures of the last calls', () => {
  it('are percentiles of answers and the share of calls that were answered', () => {
    const calls = Array.from({ length: 100 }, (_, index) => call({ firstTokenMs: 100 + index, totalMs: 1000 + index }));
    assert.deepEqual(figures(calls), { calls: 100, successRate: 1, p50Ms: 149, p95Ms: 194, totalP50Ms: 1049, totalP95Ms: 1094, lastFailure: undefined });
    assert.equal(figures(calls.toReversed()).p95Ms, 194);
  });

  it('of one call are that call', () => {
    assert.deepEqual(figures([call()]), { calls: 1, successRate: 1, p50Ms: 300, p95Ms: 300, totalP50Ms: 2000, totalP95Ms: 2000, lastFailure: undefined });
  });

  it('count what the provider is to blame for', () => {
    const kinds = ['rateLimited', 'providerDown', 'offline', 'timedOut', 'badReply', 'truncated', 'modelGone', 'keyRejected', 'noCredit'];
    assert.deepEqual(figures([failed('providerDown', { endedAt: now - 5 }), ...kinds.map((kind) => failed(kind)), call()]), { calls: 11, successRate: 1 / 11, p50Ms: 300, p95Ms: 300, totalP50Ms: 2000, totalP95Ms: 2000, lastFailure: { kind: 'providerDown', at: now - 5 } });
  });

  it('leave out what says nothing of the provider', () => {
    const others = ['cancelled', 'contextTooLong', 'badRequest', 'refused', 'keyMissing', 'budgetReached', 'unexpected', 'somethingNew'].map((kind) => failed(kind));
    assert.deepEqual(figures([...others, call({ outcome: 'cancelled' }), call({ outcome: 'crashed' }), call({ outcome: 'truncated' })]), { calls: 1, successRate: 1, p50Ms: 300, p95Ms: 300, totalP50Ms: 2000, totalP95Ms: 2000, lastFailure: undefined });
  });

  it('are unknown and not zero where nothing was measured', () => {
    assert.deepEqual(figures([failed('cancelled')]), { calls: 0, successRate: undefined, p50Ms: undefined, p95Ms: undefined, totalP50Ms: undefined, totalP95Ms: undefined, lastFailure: undefined });
  });

  it('are of the newest hundred calls of each model', () => {
    const calls = [...Array.from({ length: 100 }, () => call()), ...Array.from({ length: 50 }, () => failed('providerDown')), call({ model: 'large' })];
    assert.equal(figures(calls).successRate, 1);
    assert.deepEqual(report(calls)[0]?.models.map(({ model, calls: count }) => [model, count]), [['small', 100], ['large', 1]]);
  });
});

describe('how it stands', () => {
  const down = { kind: 'providerDown', provider: 'groq', status: 503 } as const;
  const limited = { kind: 'rateLimited', provider: 'groq', retryAfterMs: 30_000 } as const;
  const rejected = { kind: 'keyRejected', provider: 'groq' } as const;
  const times = (count: number, ms: number) => Array.from({ length: count }, () => call({ firstTokenMs: ms }));
  const rows: readonly { readonly name: string; readonly calls?: readonly CallFact[]; readonly records?: Parameters<typeof report>[1]; readonly whole: string; readonly small: string }[] = [
    { name: 'ok after an answer', calls: [call()], whole: 'ok', small: 'ok' },
    { name: 'unknown when only cancelled', calls: [failed('cancelled')], whole: 'unknown', small: 'unknown' },
    { name: 'slow when half of five answers began after more than ten seconds', calls: times(5, 10_001), whole: 'slow', small: 'slow' },
    { name: 'not slow at ten seconds', calls: times(5, 10_000), whole: 'ok', small: 'ok' },
    { name: 'not slow by four answers', calls: times(4, 60_000), whole: 'ok', small: 'ok' },
    { name: 'down with the provider', calls: [call()], records: [{ record: record(down, now + 7) }], whole: 'down until 7', small: 'ok' },
    { name: 'down until the probe is over', calls: [call()], records: [{ record: record(down, now - 7, { probe: { id: 'x', until: now + 5 } }) }], whole: 'down until 0', small: 'ok' },
    { name: 'as its figures say when it may be asked again', calls: [call()], records: [{ record: record(down, now - 7) }], whole: 'ok', small: 'ok' },
    { name: 'as its figures say while failures are only counted', calls: [call()], records: [{ model: 'small', record: record(down, undefined) }], whole: 'ok', small: 'ok' },
    { name: 'rate limited with all its models', calls: [call()], records: [{ model: 'small', record: record(limited, now + 9) }], whole: 'rateLimited until 9', small: 'rateLimited until 9' },
    { name: 'ok with one of its models', calls: [call(), call({ model: 'large' })], records: [{ model: 'small', record: record(limited, now + 9) }], whole: 'ok', small: 'rateLimited until 9' },
    { name: 'without a key', records: [{ record: record(rejected, now + 9) }, { model: 'small', record: record(down, undefined) }], whole: 'noKey', small: 'unknown' },
  ];
  for (const { name, calls = [], records = [], whole, small } of rows) {
    it(name, () => {
      const [provider] = report(calls, records);
      const told = [provider?.status, provider?.models.find(({ model }) => model === 'small')?.status].map((status) => `${status?.state}${status && 'untilMs' in status ? ` until ${status.untilMs - now}` : ''}`);
      assert.deepEqual(told, [whole, small]);
    });
  }

  it('is told of everybody who was asked or rests, and nobody else', () => {
    assert.deepEqual(healthReport({ calls: [], records: [], now }), []);
    const found = healthReport({ calls: [call(), call({ provider: 'openai', model: 'gpt' })], records: [{ subject: { provider: 'mistral', model: undefined }, record: record({ kind: 'offline', provider: 'mistral' }, now + 1) }], now });
    assert.deepEqual(found.map(({ provider, models }) => [provider, models.map(({ model }) => model)]), [['groq', ['small']], ['openai', ['gpt']], ['mistral', []]]);
  });
});
