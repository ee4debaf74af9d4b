import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { worstCost } from '../../../../src/core/budget/worstCase';
import { nano, type NanoPerMillion, pricePerMillion } from '../../../../src/core/model/money';
import { chargedPrice, type ChargedPrice, costOf, type Price, type Rates, ratesAt, type SpecialRates } from '../../../../src/core/model/price';
import { noUsage, type Usage } from '../../../../src/core/model/usage';

const usd = pricePerMillion;
const base: Price = { input: usd(1), output: usd(4), asOf: '2026-11-01', source: 'snapshot' };
const at = (text: string) => Date.parse(`${text}:00Z`);

describe('ratesAt', () => {
  const special = (input: number, when: Omit<SpecialRates, keyof Rates>): SpecialRates => ({ input: usd(input), output: usd(4), ...when });
  const rows: readonly (readonly [string, readonly SpecialRates[], number, string, number])[] = [
    ['no special', [], 10, '2026-11-20T12:00', 1],
    ['a prompt as long as the step', [special(2, { above: 200_000 })], 200_000, '2026-11-20T12:00', 1],
    ['one token more', [special(2, { above: 200_000 })], 200_001, '2026-11-20T12:00', 2],
    ['the last step that fits', [special(2, { above: 10 }), special(3, { above: 20 }), special(4, { above: 1000 })], 21, '2026-11-20T12:00', 3],
    ['the first minute of the peak', [special(2, { minutes: [60, 240] })], 1, '2026-11-20T01:00', 2],
    ['the last minute of the peak', [special(2, { minutes: [60, 240] })], 1, '2026-11-20T03:59', 2],
    ['the end of the peak', [special(2, { minutes: [60, 240] })], 1, '2026-11-20T04:00', 1],
    ['a window across midnight, before it', [special(2, { minutes: [990, 30] })], 1, '2026-11-20T23:59', 2],
    ['a window across midnight, after it', [special(2, { minutes: [990, 30] })], 1, '2026-11-20T00:29', 2],
    ['a window across midnight, out of it', [special(2, { minutes: [990, 30] })], 1, '2026-11-20T00:30', 1],
    ['a working day', [special(2, { minutes: [60, 240], weekdays: true })], 1, '2026-11-20T02:00', 2],
    ['a Saturday', [special(2, { minutes: [60, 240], weekdays: true })], 1, '2026-11-21T02:00', 1],
    ['a Sunday', [special(2, { weekdays: true })], 1, '2026-11-22T02:00', 1],
    ['before a change', [special(2, { from: at('2027-01-01T00:00') })], 1, '2026-12-31T23:59', 1],
    ['from a change on', [special(2, { from: at('2027-01-01T00:00') })], 1, '2027-01-01T00:00', 2],
    ['until a change', [special(2, { until: at('2026-08-17T00:00') })], 1, '2026-08-16T23:59', 2],
    ['when it changes', [special(2, { until: at('2026-08-17T00:00') })], 1, '2026-08-17T00:00', 1],
    ['before 1970', [special(2, { minutes: [60, 240] })], 1, '1969-12-31T02:00', 2],
  ];
  for (const [why, specials, tokens, moment, input] of rows) {
    it(`knows ${why}`, () => assert.equal(ratesAt({ ...base, specials }, tokens, at(moment)).input, usd(input)));
  }
});

describe('costOf', () => {
  const rows: readonly (readonly [string, Partial<Usage>, Partial<ChargedPrice>, number])[] = [
    ['writes for five minutes and for an hour at theirs', { inputTokens: 1000, cacheWriteTokens: 600, cacheWrite1hTokens: 200 }, { cacheWrite: usd(1.25), cacheWrite1h: usd(2) }, 400_000 + 500_000 + 400_000],
    ['an hour as five minutes when it has no price', { inputTokens: 1000, cacheWriteTokens: 600, cacheWrite1hTokens: 200 }, { cacheWrite: usd(1.25) }, 400_000 + 750_000],
    ['more for an hour than written as written', { inputTokens: 100, cacheWriteTokens: 50, cacheWrite1hTokens: 80 }, { cacheWrite1h: usd(2) }, 50_000 + 100_000],
    ['reasoning at its price', { outputTokens: 100, reasoningTokens: 40 }, { reasoning: usd(3) }, 60 * 4000 + 40 * 3000],
    ['reasoning as output when it has no price', { outputTokens: 100, reasoningTokens: 40 }, {}, 400_000],
    ['cached as fresh when it has no price', { inputTokens: 100, cachedInputTokens: 80 }, {}, 100_000],
    ['a fee for the call', { inputTokens: 100 }, { perCall: nano(5_000_000) }, 5_100_000],
    ['a minimum', { inputTokens: 100 }, { atLeast: nano(1_000_000) }, 1_000_000],
    ['more than the minimum', { inputTokens: 2000 }, { atLeast: nano(1_000_000) }, 2_000_000],
    ['half for flex', { inputTokens: 3 }, { share: [1, 2] }, 1500],
    ['the share of the tokens and not of the fee', { inputTokens: 1000 }, { share: [1, 2], perCall: nano(7) }, 500_007],
    ['rounded up once, after the share', { inputTokens: 1 }, { input: 3 as NanoPerMillion, share: [11, 10] }, 1],
  ];
  for (const [why, usage, price, expected] of rows) it(`charges ${why}`, () => assert.equal(costOf({ ...noUsage, ...usage }, { ...base, ...price }), expected));
});

const rate = fc.integer({ min: 0, max: 2e11 }).map((value) => value as NanoPerMillion);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const present = (values: object) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
const rates: fc.Arbitrary<Rates> = fc
  .record({ input: rate, output: rate, cacheRead: maybe(rate), cacheWrite: maybe(rate), cacheWrite1h: maybe(rate), reasoning: maybe(rate) })
  .map(({ input, output, ...rest }) => ({ input, output, ...present(rest) }));
const tokens = fc.integer({ min: 0, max: 3_000_000 });
const moment = fc.integer({ min: at('2026-01-01T00:00'), max: at('2027-12-31T00:00') });
const specials: fc.Arbitrary<readonly SpecialRates[]> = fc.array(
  fc
    .tuple(rates, fc.record({ above: maybe(tokens), from: maybe(moment), until: maybe(moment), minutes: maybe(fc.tuple(fc.nat(1440), fc.nat(1440))), weekdays: maybe(fc.boolean()) }))
    .map(([own, when]) => ({ ...own, ...present(when) })),
  { maxLength: 4 },
);
const fee = maybe(fc.nat(1e10).map(nano));
const prices: fc.Arbitrary<Price> = fc
  .record({ own: rates, specials: maybe(specials), surcharges: maybe(fc.constant({ us: [11, 10] as const, fast: [5, 3] as const })), perCall: fee, atLeast: fee })
  .map(({ own, ...rest }) => ({ ...own, ...present(rest), asOf: '2026-11-01', source: 'snapshot' }));
const usages: fc.Arbitrary<Usage> = fc
  .record({ inputTokens: tokens, cachedInputTokens: tokens, cacheWriteTokens: tokens, cacheWrite1hTokens: tokens, outputTokens: tokens, reasoningTokens: tokens })
  .map((counts) => ({ ...noUsage, ...counts }));

/** The definition, in whole numbers over one denominator, with nothing shared with the code under test but the types. */
function reference(usage: Usage, price: ChargedPrice): bigint {
  const n = (value: number | undefined) => BigInt(value ?? 0);
  const least = (one: bigint, other: bigint) => (one < other ? one : other);
  const input = n(usage.inputTokens);
  const cached = least(n(usage.cachedInputTokens), input);
  const written = least(n(usage.cacheWriteTokens), input - cached);
  const hour = least(n(usage.cacheWrite1hTokens), written);
  const reasoning = least(n(usage.reasoningTokens), n(usage.outputTokens));
  const parts: readonly (readonly [bigint, number])[] = [
    [input - cached - written, price.input],
    [cached, price.cacheRead ?? price.input],
    [written - hour, price.cacheWrite ?? price.input],
    [hour, price.cacheWrite1h ?? price.cacheWrite ?? price.input],
    [n(usage.outputTokens) - reasoning, price.output],
    [reasoning, price.reasoning ?? price.output],
  ];
  const denominator = 1_000_000n * n(price.share?.[1] ?? 1);
  const numerator = parts.reduce((sum, [count, one]) => sum + count * BigInt(one), 0n) * n(price.share?.[0] ?? 1) + n(price.perCall) * denominator;
  const up = numerator / denominator + (numerator % denominator === 0n ? 0n : 1n);
  return up > n(price.atLeast) ? up : n(price.atLeast);
}

describe('exact money', () => {
  it('is the sum over one denominator, rounded up once', () => {
    fc.assert(fc.property(usages, prices, moment, fc.constantFrom([], ['us'], ['fast'], ['us', 'fast']), (usage, price, now, served) => {
      const charged = chargedPrice(price, { ...usage, served }, now);
      assert.ok(charged);
      assert.equal(BigInt(costOf(usage, charged)), reference(usage, charged));
    }));
  });

  it('never passes what was held for it, at that moment or later', () => {
    fc.assert(fc.property(usages, prices, moment, fc.nat(1e9), tokens, tokens, fc.constantFrom([], ['us'], ['fast'], ['us', 'fast']), (usage, price, now, laterMs, moreInput, moreOutput, served) => {
      const held = worstCost({ price, free: false }, { inputTokens: usage.inputTokens + moreInput, maxOutputTokens: usage.outputTokens + moreOutput }, now);
      const charged = chargedPrice(price, { ...usage, served }, now + laterMs);
      assert.ok(held !== undefined && charged);
      assert.ok(costOf(usage, charged) <= held);
    }), { numRuns: 500 });
  });

  it('rises with every count', () => {
    // Where reading or writing a cache is no dearer than the next coarser way to count the same token.
    const counts = ['inputTokens', 'outputTokens'] as const;
    fc.assert(fc.property(usages, rates, fc.constantFrom(...counts), fc.nat(1000), (usage, own, which, more) => {
      // Another fresh token, or another plain one of output: what was cached or thought stays.
      const plain: Usage = { ...usage, cachedInputTokens: 0, cacheWriteTokens: 0, cacheWrite1hTokens: 0, reasoningTokens: 0 };
      assert.ok(costOf(plain, own) <= costOf({ ...plain, [which]: plain[which] + more }, own));
    }));
  });

  it('is within a nano-dollar of the sum of its parts', () => {
    fc.assert(fc.property(tokens, tokens, rates, (input, output, own) => {
      const both = costOf({ ...noUsage, inputTokens: input, outputTokens: output }, own);
      const parts = costOf({ ...noUsage, inputTokens: input }, own) + costOf({ ...noUsage, outputTokens: output }, own);
      assert.ok(both <= parts && parts <= both + 1);
    }));
  });
});
