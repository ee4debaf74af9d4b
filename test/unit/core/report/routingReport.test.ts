import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { CallRecord } from '../../../../src/core/model/call';
import { asArmId } from '../../../../src/core/model/modelCard';
import { nano, zeroDollars } from '../../../../src/core/model/money';
import type { Outcome } from '../../../../src/core/model/outcome';
import type { PredictionReport, RoutingReport } from '../../../../src/core/model/report';
import { StorageError } from '../../../../src/core/ports/ledgerStore';
import { routingReport } from '../../../../src/core/report/routingReport';
import { median, proportion } from '../../../../src/core/report/statistics';
import { noon } from '../../../support/calls';
import { FakeLedgerStore } from '../../../support/fakeLedgerStore';
import { FakeOutcomeStore } from '../../../support/fakeOutcomeStore';
import { call, type CallSketch, outcome } from '../../../support/reportCalls';

interface Books {
  readonly calls?: readonly CallRecord[];
  readonly outcomes?: readonly Outcome[];
  readonly trials?: FakeLedgerStore['trialCounts'];
}

async function report({ calls = [], outcomes = [], trials = { enough: 0, all: 0 } }: Books, signal = new AbortController().signal, onProgress?: (calls: number) => void): Promise<RoutingReport> {
  const history = new FakeLedgerStore();
  for (const one of calls) await history.settle(one);
  history.trialCounts = trials;
  const store = new FakeOutcomeStore(history);
  for (const one of outcomes) await store.put(one);
  return routingReport({ history, outcomes: store }, { realm: 'real', from: noon - 1, to: noon + 1 }, signal, onProgress);
}

describe('proportion', () => {
  // Values of the interval as they are published.
  const rows: readonly [number, number, number, number][] = [
    [0, 0, 0, 1],
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [8, 10, 0.4902, 0.9433],
    [80, 100, 0.7112, 0.8666],
    [1, 1, 0.2065, 1],
  ];
  for (const [hits, of, low, high] of rows) {
    it(`${hits} of ${of}: ${low} to ${high}`, () => {
      const found = proportion(hits, of);
      assert.ok(Math.abs(found.low - low) < 1e-4 && Math.abs(found.high - high) < 1e-4, JSON.stringify(found));
    });
  }

  it('always holds the share', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e6 }), fc.nat({ max: 1e6 }), (one, other) => {
        const { low, high } = proportion(Math.min(one, other), Math.max(one, other));
        const share = Math.max(one, other) === 0 ? 0.5 : Math.min(one, other) / Math.max(one, other);
        assert.ok(low >= 0 && high <= 1 && low <= share && share <= high);
      }),
    );
  });
});

describe('median', () => {
  for (const [values, expected] of [[[], undefined], [[3], 3], [[10, 9, 1], 9], [[4, -1, 2, 100], 3]] as const) {
    it(`${values.join(', ') || 'nothing'}: ${expected}`, () => {
      assert.equal(median(values), expected);
    });
  }
});

describe('the report of an empty period', () => {
  it('claims nothing', async () => {
    const { spend, savings, prediction, selection } = await report({});
    assert.deepEqual(spend, { total: 0, calls: 0, unknown: 0, questions: 0, requests: 0, side: 0, models: [], purposes: [] });
    assert.ok(savings.comparisons.every(({ questions }) => questions === 0));
    assert.deepEqual([prediction.all.calls, prediction.all.error, prediction.all.bias], [0, undefined, undefined]);
    assert.deepEqual([selection.enough.of, selection.quiet.of, selection.cheaperEnough.of, selection.calibration, selection.brier], [0, 0, 0, [], undefined]);
  });
});

describe('what was spent', () => {
  it('is told by model, the dearest first, with the calls on the side', async () => {
    const { spend } = await report({
      calls: [call({ amount: 10 }), call({ amount: 20 }), call({ model: 'large', amount: 500 }), call({ model: 'small', amount: 3, change: { purpose: 'judge' } }), call({ model: 'small', amount: 'unknown' })],
    });
    assert.deepEqual(spend, { total: 533, calls: 5, unknown: 1, questions: 4, requests: 0, side: 3, models: [{ model: 'large', amount: 500, calls: 1 }, { model: 'mid', amount: 30, calls: 2 }, { model: 'small', amount: 3, calls: 2 }], purposes: [{ purpose: 'chat', amount: 530, calls: 4 }, { purpose: 'judge', amount: 3, calls: 1 }] });
  });

  it('is told by what it was for, and requests of programs are no questions', async () => {
    const { spend } = await report({
      calls: [
        ...(['editor-chat', 'gateway', 'agent:claude', 'agent:claude'] as const).map((purpose) => call({ amount: 10, change: { purpose } })),
        ...(['tool', 'embedding'] as const).map((purpose) => call({ amount: 7, change: { purpose } })),
        call({ amount: 1 }),
      ],
    });
    assert.partialDeepStrictEqual(spend, { total: 55, questions: 1, requests: 4, side: 0 });
    assert.deepEqual(spend.purposes.map(({ purpose, amount }) => [purpose, amount]), [['agent:claude', 20], ['editor-chat', 10], ['gateway', 10], ['tool', 7], ['embedding', 7], ['chat', 1]]);
  });

  it('never adds play money', async () => {
    const { spend } = await report({ calls: [call({ amount: 10 }), call({ amount: 1000, change: { realm: 'demo' } })] });
    assert.equal(spend.total, 10);
  });

  it('keeps to the period', async () => {
    const { spend } = await report({ calls: [call({ amount: 1 }), call({ amount: 10, change: { startedAt: noon - 2 } }), call({ amount: 100, change: { startedAt: noon + 1 } })] });
    assert.equal(spend.total, 1);
  });
});

describe('the prediction of cost', () => {
  const of = async (...sketches: CallSketch[]): Promise<PredictionReport> => (await report({ calls: sketches.map(call) })).prediction;
  const between = (amount: number): CallSketch => ({ amount, expected: [50, 100, 200] });

  it('is covered from its lower to its upper end, both included', async () => {
    const { all } = await of(between(49), between(50), between(100), between(200), between(201));
    assert.partialDeepStrictEqual(all, { calls: 5, below: 1, above: 1, covered: { hits: 3, of: 5 } });
  });

  it('is off by the median distance from the likely cost, with its direction', async () => {
    const { all } = await of(between(80), between(110), between(150));
    assert.ok(all.error !== undefined && Math.abs(all.error - 0.2) < 1e-12);
    assert.ok(all.bias !== undefined && Math.abs(all.bias - 0.1) < 1e-12);
  });

  it('is told by model, the most asked first', async () => {
    const { models } = await of({ ...between(100), model: 'large' }, between(100), between(300));
    assert.deepEqual(models.map(({ model, calls, above }) => ({ model, calls, above })), [{ model: 'mid', calls: 2, above: 1 }, { model: 'large', calls: 1, above: 0 }]);
  });

  const leftOut: readonly [keyof PredictionReport['leftOut'], CallSketch][] = [
    ['unfinished', { change: { outcome: 'cancelled' } }],
    ['unfinished', { change: { outcome: 'failed' } }],
    ['unfinished', { change: { outcome: 'crashed' } }],
    ['unfinished', { change: { outcome: 'truncated', failure: 'truncated' } }],
    ['old', { old: true }],
    ['unpriced', { amount: 'unknown' }],
    ['free', { amount: 0, expected: [0, 0, 0] }],
    ['free', { change: { charge: { amount: zeroDollars, source: 'subscription', estimatedUsage: false } } }],
    ['named', { how: 'pinned', change: { purpose: 'gateway' } }],
    ['uncounted', { change: { charge: { amount: nano(5), source: 'snapshot', estimatedUsage: true } } }],
  ];
  for (const [why, sketch] of leftOut) {
    it(`is not judged by a call that is ${why}: ${JSON.stringify(sketch.change ?? sketch)}`, async () => {
      const found = await of(between(100), sketch);
      assert.equal(found.all.calls, 1);
      assert.deepEqual(found.leftOut, { unfinished: 0, free: 0, unpriced: 0, uncounted: 0, old: 0, named: 0, [why]: 1 });
    });
  }

  it('is judged by an answer that reached its limit', async () => {
    assert.equal((await of({ ...between(100), change: { outcome: 'truncated' } })).all.calls, 1);
  });

  it('draws the newest calls, and not more than can be seen', async () => {
    const { points, all } = await of(...Array.from({ length: 700 }, (_, at) => ({ ...between(100 + at), change: { startedAt: noon } })));
    assert.equal(all.calls, 700);
    assert.equal(points.length, 300);
    assert.equal(points.at(-1)?.actual, 799);
  });
});

describe('the choice', () => {
  const q = (id: string, sketch: CallSketch = {}): CallRecord => call({ question: id, ...sketch });

  it('was enough where nothing says otherwise, among those of which something is known', async () => {
    const { selection } = await report({
      calls: ['a', 'b', 'c', 'd'].map((id) => q(id)),
      outcomes: [outcome('a', 'rating', 1), outcome('b', 'better', 0, { weight: 0.5 }), outcome('c', 'followed', 1, { weight: 0.25 })],
    });
    assert.partialDeepStrictEqual(selection, { enough: { hits: 1, of: 2 }, quiet: { hits: 3, of: 4 } });
  });

  const signs: readonly [string, readonly Outcome[], 'enough' | 'not enough' | 'unknown'][] = [
    ['a rating wins over what was done', [outcome('a', 'rating', 1), outcome('a', 'better', 0, { weight: 0.5 })], 'enough'],
    ['of equals the newest', [outcome('a', 'undone', 0, { weight: 0.5, at: noon + 5 }), outcome('a', 'better', 1, { weight: 0.5 })], 'not enough'],
    ['asked again in the same way', [outcome('a', 'retry', 0, { weight: 0.2 })], 'not enough'],
    ['who only went on is not known to be content', [outcome('a', 'followed', 1, { weight: 0.25 })], 'unknown'],
    ['slow is not bad', [outcome('a', 'rating', 0, { weight: 0.1, reason: 'tooSlow' })], 'unknown'],
    ['what was said of another model', [outcome('a', 'judge', 0, { arm: asArmId('acme/small') })], 'unknown'],
    ['what was said of play money', [outcome('a', 'rating', 0, { realm: 'demo' })], 'unknown'],
    ['a judge', [outcome('a', 'judge', 0.5, { weight: 0.7 })], 'enough'],
  ];
  for (const [name, outcomes, expected] of signs) {
    it(`${name}: ${expected}`, async () => {
      const { enough } = (await report({ calls: [q('a')], outcomes })).selection;
      assert.deepEqual([enough.hits, enough.of], expected === 'unknown' ? [0, 0] : [expected === 'enough' ? 1 : 0, 1]);
    });
  }

  it('is the router\'s only where it chose', async () => {
    const hows = ['routed', 'failover', 'budget', 'pinned', 'better', 'cheaper'] as const;
    const { selection } = await report({ calls: hows.map((how) => q(how, { how, pinned: {} })) });
    assert.equal(selection.quiet.of, 3);
  });

  it('could have been cheaper where a trial, or a step down that was kept, says so', async () => {
    const { selection } = await report({
      calls: [q('a', { how: 'cheaper' }), q('b', { how: 'cheaper' }), q('c')],
      outcomes: [outcome('b', 'rating', 0)],
      trials: { enough: 5, all: 10 },
    });
    assert.partialDeepStrictEqual(selection.cheaperEnough, { hits: 6, of: 12 });
  });

  it('is calibrated where as many answers are good as was told', async () => {
    const calls = Array.from({ length: 10 }, (_, at) => q(`q${at}`, { p: at < 5 ? 0.75 : 0.97 }));
    const outcomes = calls.map((_, at) => outcome(`q${at}`, 'rating', at === 0 ? 0 : 1));
    const { selection } = await report({ calls, outcomes });
    assert.deepEqual(selection.calibration.map(({ from, to, told, enough: { hits, of } }) => ({ from, to, told: Math.round(told * 1e6) / 1e6, hits, of })), [
      { from: 0.7, to: 0.8, told: 0.75, hits: 4, of: 5 },
      { from: 0.95, to: 1, told: 0.97, hits: 5, of: 5 },
    ]);
    assert.ok(Math.abs((selection.brier ?? 0) - (0.75 ** 2 + 4 * 0.25 ** 2 + 5 * 0.03 ** 2) / 10) < 1e-12);
  });

  it('has a place for a chance of one', async () => {
    const { selection } = await report({ calls: [q('a', { p: 1 })], outcomes: [outcome('a', 'rating', 1)] });
    assert.equal(selection.calibration.length, 1);
  });
});

describe('reading the report', () => {
  it('tells how far it is, and stops when it is told to', async () => {
    const calls = Array.from({ length: 10 }, () => call());
    const told: number[] = [];
    await report({ calls }, undefined, (count) => told.push(count));
    assert.deepEqual(told, [3, 6, 9, 10]);
    const stop = new AbortController();
    await assert.rejects(report({ calls }, stop.signal, () => stop.abort()), { name: 'AbortError' });
  });

  it('fails with what the books say', async () => {
    const history = new FakeLedgerStore();
    const outcomes = new FakeOutcomeStore(history);
    outcomes.fails.set('list', new StorageError('locked', 'no'));
    await assert.rejects(routingReport({ history, outcomes }, { realm: 'real', from: 0, to: 1 }, new AbortController().signal), { name: 'StorageError' });
  });
});
