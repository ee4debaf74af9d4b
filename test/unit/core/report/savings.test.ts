import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { nano, pricePerMillion, zeroDollars } from '../../../../src/core/model/money';
import type { Against, Comparison, SavingsReport, Span } from '../../../../src/core/model/report';
import { addSpans, costInstead, tokenizerSpread, verbositySpread } from '../../../../src/core/report/instead';
import { Questions } from '../../../../src/core/report/questions';
import { mixOf, savings, shareOfBest } from '../../../../src/core/report/savings';
import { alternative, call, type CallSketch, costAt } from '../../../support/reportCalls';

function reported(sketches: readonly CallSketch[], retried: readonly string[] = []): SavingsReport {
  const questions = new Questions();
  for (const sketch of sketches) questions.add(call(sketch));
  return savings(questions, new Set(retried));
}

function against(report: SavingsReport, name: Against): Comparison {
  const found = report.comparisons.find((one) => one.against === name);
  assert.ok(found, name);
  return found;
}

const mid = costAt('mid', 1000, 500);
const large = costAt('large', 1000, 500);
const small = costAt('small', 1000, 500);

describe('costInstead', () => {
  const answered = { arm: 'acme/mid', amount: nano(3_000_000), inputTokens: 1000, cachedInputTokens: 0, outputTokens: 500, verbosity: 1 };
  const rows: readonly [string, Partial<typeof answered>, Parameters<typeof alternative>[1], number | undefined][] = [
    ['the same tokens at the other price', {}, {}, large],
    ['the same arm costs what it did, whatever the price became', {}, { arm: call({ model: 'mid' }).arm }, 3_000_000],
    ['a wordier one writes more', {}, { verbosity: 3 }, costAt('large', 1000, 1500)],
    ['one half as wordy writes half', { verbosity: 2 }, {}, costAt('large', 1000, 250)],
    ['nobody writes more than allowed', {}, { verbosity: 8, outputLimit: 2048 }, costAt('large', 1000, 2048)],
    ['without a price nothing is known', {}, { unpriced: true }, undefined],
  ];
  for (const [name, change, other, expected] of rows) {
    it(name, () => {
      assert.equal(costInstead({ ...answered, ...change }, alternative('large', other))?.likely, expected);
    });
  }

  it('counts the cached part at the cache price of the other', () => {
    const { rates } = alternative('large');
    assert.ok(rates);
    const cached = costInstead({ ...answered, cachedInputTokens: 1000 }, alternative('large', { rates: { ...rates, cacheRead: pricePerMillion(0) } }));
    assert.equal(cached?.likely, costAt('large', 0, 500));
  });

  it('is between shorter answers in fewer tokens and longer ones in more', () => {
    const span = costInstead(answered, alternative('large'));
    assert.deepEqual(span, {
      low: costAt('large', Math.round(1000 / tokenizerSpread), Math.round(500 / verbositySpread / tokenizerSpread)),
      likely: large,
      high: costAt('large', Math.round(1000 * tokenizerSpread), Math.round(500 * verbositySpread * tokenizerSpread)),
    });
  });
});

describe('savings', () => {
  it('compares what was paid with always the ablest', () => {
    const { questions, paid, instead, arm } = against(reported([{}, { model: 'large' }]), 'ablest');
    assert.deepEqual({ questions, paid, likely: instead.likely, arm }, { questions: 2, paid: mid + large, likely: 2 * large, arm: 'acme/large' });
  });

  it('has no saving where the ablest was asked', () => {
    const { paid, instead } = against(reported([{ model: 'large' }]), 'ablest');
    assert.deepEqual(instead, { low: paid, likely: paid, high: paid });
  });

  it('knows no pinned model where none was ever pinned', () => {
    assert.deepEqual(reported([{}]).comparisons.map((one) => one.against), ['ablest', 'mix']);
  });

  it('compares every question with the model that was pinned last, at its price of then', () => {
    const report = reported([{}, { model: 'large', how: 'pinned', pinned: {} }]);
    assert.partialDeepStrictEqual(against(report, 'pinned'), { questions: 2, paid: mid + large, instead: { likely: 2 * large }, arm: 'acme/large' });
  });

  it('mixes the best and the cheapest to the same chance', () => {
    // 0.8 is 4/7 of the way from 0.6 to 0.95.
    const { share, instead, paid } = against(reported([{}, {}]), 'mix');
    assert.ok(share !== undefined && Math.abs(share - 4 / 7) < 1e-9);
    assert.equal(instead.likely, Math.round(((4 / 7) * large + (3 / 7) * small) * 2));
    assert.equal(paid, 2 * mid);
  });

  it('counts requests of programs that the router answered', () => {
    const sketches = (['gateway', 'editor-chat', 'agent:claude'] as const).map((purpose): CallSketch => ({ change: { purpose } }));
    assert.partialDeepStrictEqual(against(reported(sketches), 'ablest'), { questions: 3, paid: 3 * mid, instead: { likely: 3 * large } });
  });

  const extras: readonly [string, readonly CallSketch[], readonly string[], number, number][] = [
    ['side calls are our own cost', [{}, { change: { purpose: 'judge' } }, { change: { purpose: 'title' } }, { change: { purpose: 'shadow' } }, { change: { purpose: 'experiment' } }], [], 1, 5 * mid],
    ['a step up is paid again, and compared with nobody', [{}, { model: 'large', how: 'better' }], [], 1, mid + large],
    ['a step down as well', [{}, { model: 'small', how: 'cheaper' }], [], 1, mid + small],
    ['one question asked twice is one question', [{ question: 'first' }, { question: 'second' }], ['first'], 1, 2 * mid],
    ['failed tries of a question count with it', [{ question: 'q', amount: 100, change: { outcome: 'failed', failure: 'timedOut' } }, { question: 'q' }], [], 1, mid + 100],
    ['a question that was never answered', [{}, { amount: 100, change: { outcome: 'failed', failure: 'timedOut' } }], [], 1, mid + 100],
    ['one that was stopped was read as far as it went', [{ change: { outcome: 'cancelled', failure: 'cancelled' } }], [], 1, mid],
    ['vectors and questions of tools cost what they cost, whoever answers', [{}, { change: { purpose: 'embedding' } }, { change: { purpose: 'tool' } }], [], 1, mid],
    ['one that was stopped before its first word', [{}, { output: 0, amount: 0, change: { outcome: 'cancelled', failure: 'cancelled' } }], [], 1, mid],
  ];
  for (const [name, sketches, retried, questions, paid] of extras) {
    it(name, () => {
      const found = against(reported(sketches, retried), 'ablest');
      assert.deepEqual({ questions: found.questions, paid: found.paid, instead: found.instead.likely }, { questions, paid, instead: large });
    });
  }

  const leftOut: readonly [string, CallSketch, Partial<Comparison['leftOut']>][] = [
    ['from before it was kept', { old: true }, { old: 1 }],
    ['a cost that nobody knows', { amount: 'unknown' }, { unpriced: 1 }],
    ['an alternative whose price nobody knows', { ablest: { unpriced: true } }, { unpriced: 1 }],
    ['no alternative at all', { ablest: null }, { unpriced: 1 }],
    ['part of a subscription', { amount: 0, change: { charge: { amount: zeroDollars, source: 'subscription', estimatedUsage: false } } }, { included: 1 }],
    ['a model that a program named', { how: 'pinned', pinned: {}, change: { purpose: 'agent:claude' } }, { named: 1 }],
    ['neither answered nor known', { amount: 'unknown', change: { outcome: 'failed' } }, { unpriced: 1 }],
  ];
  for (const [name, sketch, expected] of leftOut) {
    it(`leaves out and counts: ${name}`, () => {
      const found = against(reported([{}, sketch]), 'ablest');
      assert.deepEqual({ leftOut: found.leftOut, questions: found.questions, paid: found.paid }, { leftOut: { old: 0, included: 0, unpriced: 0, unfinished: 0, named: 0, ...expected }, questions: 1, paid: mid });
    });
  }

  it('says nothing of nothing', () => {
    assert.deepEqual(reported([]).comparisons.map(({ questions, paid, share }) => ({ questions, paid, share })), [{ questions: 0, paid: 0, share: undefined }, { questions: 0, paid: 0, share: undefined }]);
  });
});

const dollars = fc.integer({ min: 0, max: 1e12 }).map(nano);
const span: fc.Arbitrary<Span> = fc.tuple(dollars, dollars, dollars).map((three) => {
  const [low = zeroDollars, likely = zeroDollars, high = zeroDollars] = three.toSorted((one, other) => one - other);
  return { low, likely, high };
});
const chance = fc.double({ min: 0, max: 1, noNaN: true });

describe('a mix of equal quality', () => {
  it('is between the cheapest and the best where prices are ordered so, in all three figures', () => {
    fc.assert(
      fc.property(span, span, chance, chance, chance, (cheapest, more, ...chances) => {
        const best = addSpans(cheapest, more);
        const mix = mixOf(shareOfBest(...chances), best, cheapest);
        for (const figure of ['low', 'likely', 'high'] as const) assert.ok(mix[figure] >= cheapest[figure] && mix[figure] <= best[figure]);
      }),
    );
  });

  it('is as good as what was paid for whenever that lies between them', () => {
    fc.assert(
      fc.property(fc.tuple(chance, chance, chance), (three) => {
        const [cheapest = 0, ours = 0, best = 0] = three.toSorted((one, other) => one - other);
        const share = shareOfBest(ours, best, cheapest);
        assert.ok(Math.abs(share * best + (1 - share) * cheapest - ours) < 1e-9);
      }),
    );
  });

  const sketch: fc.Arbitrary<CallSketch> = fc.record({ model: fc.constantFrom('small', 'mid', 'large'), input: fc.integer({ min: 0, max: 1e5 }), output: fc.integer({ min: 0, max: 4000 }), p: chance });

  it('costs never more than always the best, and never less than always the cheapest, whatever was asked', () => {
    fc.assert(
      fc.property(fc.array(sketch, { minLength: 1, maxLength: 20 }), (sketches) => {
        const report = reported(sketches);
        const mix = against(report, 'mix').instead.likely;
        const cheapest = sketches.reduce((sum, { input = 0, output = 0 }) => sum + costAt('small', input, output), 0);
        assert.ok(mix <= against(report, 'ablest').instead.likely && mix >= cheapest);
      }),
    );
  });
});

describe('the span of a cost', () => {
  it('is in order whatever was used', () => {
    const used = fc.record({ inputTokens: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), cachedInputTokens: fc.integer({ min: 0, max: 1e6 }), outputTokens: fc.integer({ min: 0, max: 1e5 }), verbosity: fc.double({ min: 0.1, max: 20, noNaN: true }) });
    fc.assert(
      fc.property(used, fc.integer({ min: 1, max: 1e5 }), fc.double({ min: 0.1, max: 20, noNaN: true }), (tokens, outputLimit, verbosity) => {
        const found = costInstead({ ...tokens, arm: 'acme/mid', amount: zeroDollars }, alternative('large', { outputLimit, verbosity }));
        assert.ok(found && found.low <= found.likely && found.likely <= found.high, JSON.stringify(found));
      }),
    );
  });
});
