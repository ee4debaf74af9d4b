import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { worstCost } from '../../../../src/core/budget/worstCase';
import { pricePerMillion } from '../../../../src/core/model/money';
import { costOf, type Price } from '../../../../src/core/model/price';
import { noUsage } from '../../../../src/core/model/usage';

const price = (input: number, output: number, cacheWrite?: number): Price => ({
  input: pricePerMillion(input),
  output: pricePerMillion(output),
  ...(cacheWrite === undefined ? {} : { cacheRead: pricePerMillion(input / 10), cacheWrite: pricePerMillion(cacheWrite) }),
  asOf: '2026-03-01',
  source: 'snapshot',
});

/** Prices per million tokens as vendors write them, to a thousandth of a dollar. */
const prices = fc.record({ input: fc.integer({ min: 0, max: 100_000 }), output: fc.integer({ min: 1, max: 500_000 }), write: fc.option(fc.integer({ min: 0, max: 200_000 }), { nil: undefined }) }).map(({ input, output, write }) => price(input / 1_000, output / 1_000, write === undefined ? undefined : write / 1_000));
const tokens = fc.integer({ min: 0, max: 2_000_000 });

describe('worstCost', () => {
  const rows: readonly { readonly why: string; readonly offer: Parameters<typeof worstCost>[0]; readonly expected: number | undefined }[] = [
    { why: 'all tokens at their price', offer: { price: price(1, 4), free: false }, expected: 1_000_000 + 400_000 },
    { why: 'input at the price of writing a cache when that is dearer', offer: { price: price(1, 4, 1.25), free: false }, expected: 1_250_000 + 400_000 },
    { why: 'nothing of a free offer', offer: { price: price(1, 4), free: true }, expected: 0 },
    { why: 'no figure without a price', offer: { price: undefined, free: false }, expected: undefined },
  ];
  for (const { why, offer, expected } of rows) {
    it(`takes ${why}`, () => assert.equal(worstCost(offer, { inputTokens: 1_000, maxOutputTokens: 100 }, 0), expected));
  }

  it('is never below what any split of the input costs', () => {
    fc.assert(
      fc.property(prices, tokens, tokens, fc.float({ min: 0, max: 1, noNaN: true }), fc.float({ min: 0, max: 1, noNaN: true }), (one, inputTokens, maxOutputTokens, cached, written) => {
        const usage = { ...noUsage, inputTokens, cachedInputTokens: Math.floor(inputTokens * cached), cacheWriteTokens: Math.floor(inputTokens * written), outputTokens: maxOutputTokens };
        return costOf(usage, one) <= (worstCost({ price: one, free: false }, { inputTokens, maxOutputTokens }, 0) ?? -1);
      }),
    );
  });
});
