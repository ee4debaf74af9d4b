import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { formatPerMillion, formatTotalUsd, formatUsd, fromUsd, nano, pricePerMillion, sumDollars } from '../../../../src/core/model/money';
import { costOf, type Price } from '../../../../src/core/model/price';
import { noUsage } from '../../../../src/core/model/usage';

describe('money', () => {
  const shown: readonly (readonly [number | undefined, string])[] = [
    [undefined, '—'],
    [0, '$0.00'],
    [420_000_000, '$0.42'],
    [5_000_000_000, '$5.00'],
    [1_234_567_890_000, '$1234.57'],
    [54_000, '$0.000054'],
    [420_000, '$0.00042'],
    [9_900_000, '$0.0099'],
    [99_400_000, '$0.099'],
    [1, '$0.000000001'],
    [-420_000_000, '-$0.42'],
  ];
  for (const [amount, text] of shown) it(`shows ${amount} as ${text}`, () => assert.equal(formatUsd(amount === undefined ? undefined : nano(amount)), text));

  const totals: readonly (readonly [number, string])[] = [
    [0, '$0.00'],
    [1, '<$0.01'],
    [9_999_999, '<$0.01'],
    [10_000_000, '$0.01'],
    [420_000_000, '$0.42'],
  ];
  for (const [amount, text] of totals) it(`shows a total of ${amount} as ${text}`, () => assert.equal(formatTotalUsd(nano(amount)), text));

  it('refuses what is no whole number', () => {
    for (const value of [0.5, NaN, Infinity, 2 ** 53]) assert.throws(() => nano(value), RangeError);
  });

  it('sums exactly where floating point would drift', () => {
    assert.equal(sumDollars(Array.from({ length: 10 }, () => fromUsd(0.1))), fromUsd(1));
  });

  it('shows a price as vendors print it', () => assert.equal(formatPerMillion(pricePerMillion(2.5)), '$2.50'));
});

describe('costOf', () => {
  const price: Price = { input: pricePerMillion(3), output: pricePerMillion(15), cacheRead: pricePerMillion(0.3), cacheWrite: pricePerMillion(3.75), asOf: '2026-01-01', source: 'snapshot' };
  const cases: readonly (readonly [string, Partial<typeof noUsage>, number])[] = [
    ['nothing', {}, 0],
    ['fresh input', { inputTokens: 1_000 }, 3_000_000],
    ['output', { outputTokens: 1_000 }, 15_000_000],
    ['a cached part at its own price', { inputTokens: 1_000, cachedInputTokens: 900 }, 300_000 + 270_000],
    ['a written part at its own price', { inputTokens: 1_000, cacheWriteTokens: 400 }, 1_800_000 + 1_500_000],
    ['no more cached than there is', { inputTokens: 100, cachedInputTokens: 900 }, 30_000],
    ['reasoning inside the output, once', { outputTokens: 1_000, reasoningTokens: 800 }, 15_000_000],
  ];
  for (const [what, usage, expected] of cases) it(`charges ${what}`, () => assert.equal(costOf({ ...noUsage, ...usage }, price), expected));

  it('takes the input price for a cache without one', () => {
    const { cacheRead: _read, cacheWrite: _write, ...plain } = price;
    assert.equal(costOf({ ...noUsage, inputTokens: 1_000, cachedInputTokens: 500, cacheWriteTokens: 200 }, plain), 3_000_000);
  });

  it('rounds a part of a nano-dollar up, once', () => {
    const cheap: Price = { input: pricePerMillion(0.0375), output: pricePerMillion(0.15), asOf: '', source: 'live' };
    // 1 × 37.5 + 1 × 150 nano-dollars.
    assert.equal(costOf({ ...noUsage, inputTokens: 1, outputTokens: 1 }, cheap), 188);
  });

  it('is exact beyond what a double holds, and grows with usage', () => {
    const dear: Price = { ...price, output: pricePerMillion(600) };
    assert.equal(costOf({ ...noUsage, outputTokens: 10_000_000 }, dear), 6_000_000_000_000);
    fc.assert(
      fc.property(fc.nat(2_000_000), fc.nat(2_000_000), (input, output) => {
        const one = costOf({ ...noUsage, inputTokens: input, outputTokens: output }, price);
        assert.ok(one <= costOf({ ...noUsage, inputTokens: input + 1, outputTokens: output }, price));
      }),
    );
  });
});
