import assert from 'node:assert/strict';
import { chargeFor } from '../../../../src/core/budget/charge';
import type { Offer } from '../../../../src/core/model/modelCard';
import { nano, pricePerMillion } from '../../../../src/core/model/money';
import type { Charge, Price } from '../../../../src/core/model/price';
import { noUsage, type Usage } from '../../../../src/core/model/usage';

const price: Price = { input: pricePerMillion(1), output: pricePerMillion(4), cacheRead: pricePerMillion(0.1), cacheWrite: pricePerMillion(1.25), asOf: '2026-03-01', source: 'live' };
const usage = (changes: Partial<Usage>): Usage => ({ ...noUsage, ...changes });

describe('chargeFor', () => {
  const rows: readonly { readonly why: string; readonly usage: Usage; readonly offer: Pick<Offer, 'price' | 'free'>; readonly expected: Charge }[] = [
    { why: 'tokens at their price', usage: usage({ inputTokens: 1_000, outputTokens: 100 }), offer: { price, free: false }, expected: { amount: nano(1_400_000), source: 'live', estimatedUsage: false } },
    { why: 'cached and written tokens at theirs', usage: usage({ inputTokens: 1_000, cachedInputTokens: 500, cacheWriteTokens: 200 }), offer: { price, free: false }, expected: { amount: nano(300_000 + 50_000 + 250_000), source: 'live', estimatedUsage: false } },
    { why: 'usage that was counted here', usage: usage({ inputTokens: 1, estimated: true }), offer: { price, free: false }, expected: { amount: nano(1_000), source: 'live', estimatedUsage: true } },
    { why: 'the bill before the price', usage: usage({ inputTokens: 1_000, billed: nano(7), estimated: true }), offer: { price, free: false }, expected: { amount: nano(7), source: 'billed', estimatedUsage: false } },
    { why: 'the bill without a price', usage: usage({ billed: nano(7) }), offer: { price: undefined, free: false }, expected: { amount: nano(7), source: 'billed', estimatedUsage: false } },
    { why: 'a bill of nothing', usage: usage({ inputTokens: 5, billed: nano(0) }), offer: { price, free: false }, expected: { amount: nano(0), source: 'billed', estimatedUsage: false } },
    { why: 'the bill of a free offer', usage: usage({ billed: nano(3) }), offer: { price: undefined, free: true }, expected: { amount: nano(3), source: 'billed', estimatedUsage: false } },
    { why: 'the price when the bill is negative', usage: usage({ inputTokens: 1, billed: nano(-7) }), offer: { price, free: false }, expected: { amount: nano(1_000), source: 'live', estimatedUsage: false } },
    { why: 'nothing for a free offer', usage: usage({ inputTokens: 5 }), offer: { price: undefined, free: true }, expected: { amount: nano(0), source: 'snapshot', estimatedUsage: false } },
    { why: 'an unknown cost without a price', usage: usage({ inputTokens: 5 }), offer: { price: undefined, free: false }, expected: { amount: undefined, source: 'unknown', estimatedUsage: false } },
    { why: 'an unknown cost even for no tokens', usage: noUsage, offer: { price: undefined, free: false }, expected: { amount: undefined, source: 'unknown', estimatedUsage: false } },
  ];
  for (const { why, usage: used, offer, expected } of rows) {
    it(`charges ${why}`, () => {
      const charge = chargeFor(used, offer, 0);
      const { price: kept, ...rest } = charge.amount === undefined ? { ...charge, price: undefined } : charge;
      assert.deepEqual(rest, expected.amount === undefined ? expected : { ...expected });
      // What was charged by a price names it.
      assert.equal(kept !== undefined, offer.price !== undefined && expected.source !== 'billed');
    });
  }

  it('keeps the price with the charge, as it was at that moment', () => {
    const noon = Date.UTC(2026, 10, 20, 12);
    const stepped: Price = { ...price, specials: [{ above: 200_000, input: pricePerMillion(2), output: pricePerMillion(6), cacheRead: pricePerMillion(0.2) }], tiers: { flex: [1, 2] } };
    const charge = chargeFor(usage({ inputTokens: 200_001, served: ['flex'] }), { price: stepped, free: false }, noon);
    assert.deepEqual(charge.amount !== undefined && charge.price, { input: 2e9, output: 6e9, cacheRead: 2e8, share: [1, 2], asOf: '2026-03-01' });
  });

  it('does not know the cost of being served in a way that has no price here', () => {
    const tiered: Price = { ...price, tiers: { flex: [1, 2] } };
    assert.deepEqual(chargeFor(usage({ inputTokens: 10, served: ['ultrafast'] }), { price: tiered, free: false }, 0), { amount: undefined, source: 'unknown', estimatedUsage: false });
    // A price without tiers, such as a person's own, holds however it was served.
    assert.equal(chargeFor(usage({ inputTokens: 10, served: ['ultrafast'] }), { price, free: false }, 0).amount, 10_000);
  });
});
