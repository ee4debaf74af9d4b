import assert from 'node:assert/strict';
import { calcPrice, findProvider, type MatchLogic } from '@pydantic/genai-prices';
import { Catalogue } from '../../../../src/core/catalog/catalogue';
import { isChatModel } from '../../../../src/core/catalog/modelNames';
import { matcherOf, PriceSheet, priceSpellings } from '../../../../src/core/catalog/priceSheet';
import { readSnapshot } from '../../../../src/core/catalog/snapshot';
import { SnapshotError } from '../../../../src/core/catalog/snapshotValue';
import snapshotJson from '../../../../src/core/catalog/snapshot.json';
import { chargedPrice, costOf } from '../../../../src/core/model/price';
import { noUsage } from '../../../../src/core/model/usage';

const catalogue = new Catalogue(readSnapshot(JSON.stringify(snapshotJson)));
const november = Date.UTC(2026, 10, 20, 12);

describe('PriceSheet', () => {
  const sheet = new PriceSheet({ acme: [[['small', 'small-2026'], [1, 2]], ['^smal', [3, 4]], ['$-mini', [5, 6]], ['*vision', [7, 8]], ['/^big-\\d+$', [9, 10]], ['smaller', [11, 12]]] }, [], '2026-09-23');
  const rows: readonly (readonly [string, string, number | undefined])[] = [
    ['acme', 'small', 1],
    ['acme', 'small-2026', 1],
    ['acme', 'smallish', 3],
    // The first row that knows an id counts, whether it names it or describes it.
    ['acme', 'smaller', 3],
    ['acme', 'other-mini', 5],
    ['acme', 'a-vision-b', 7],
    ['acme', 'big-12', 9],
    ['acme', 'big-x', undefined],
    ['other', 'small', undefined],
    ['toString', 'small', undefined],
  ];
  for (const [list, model, input] of rows) it(`knows ${input ?? 'nothing'} of ${list}/${model}`, () => assert.equal(sheet.find(list, model)?.input, input === undefined ? undefined : input * 1e9));

  it('says that a damaged row is damaged', () => {
    for (const row of [['a', 1], ['a', [1, 2, 0, 0, 0, 0, 1]], ['a', [1, 2, 0, 0, 0, 0, 0, 0, [[{ from: 'soon' }, 1, 2]]]], ['a', [1, 2, 'x']]]) {
      assert.throws(() => new PriceSheet({ acme: [row] }, [], '').find('acme', 'a'), SnapshotError, JSON.stringify(row));
    }
  });
});

describe('matcherOf', () => {
  it('is for rules, and not for names', () => {
    assert.equal(matcherOf('gpt-4.1'), undefined);
    assert.deepEqual(['^gpt', '$-mini', '*4.1', '/^gpt-\\d'].map((rule) => matcherOf(rule)?.('gpt-4.1')), [true, false, true, true]);
  });
});

describe('priceSpellings', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['models/Gemini-2.5-Pro', 'gemini-2.5-pro'],
    ['anthropic/claude-sonnet-4.5', 'claude-sonnet-4-5'],
    ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5'],
    ['gpt-4o-20240806', 'gpt-4o-2024-08-06'],
    ['openai/gpt-4.1:nitro', 'openai/gpt-4.1'],
    ['openrouter/openai/gpt-4.1', 'openai/gpt-4.1'],
    ['openai/gpt-4.1:floor', 'gpt-4.1'],
  ];
  for (const [model, spelling] of rows) it(`${model} may be ${spelling}`, () => assert.ok(priceSpellings(model).includes(spelling)));
  for (const [model, other] of [['gpt-4.1', 'gpt-4'], ['gpt-4.1-mini', 'gpt-4.1'], ['x:batch', 'x'], ['x:free', 'x'], ['llama-3-8b-instruct', 'llama-3-8b'], ['o1-mini', 'o1']] as const) {
    it(`${model} is not ${other}`, () => assert.ok(!priceSpellings(model).includes(other)));
  }
});

describe('the price of a model, however it is spelled', () => {
  // USD per 1M: input, output, cache read where it has a price of its own.
  const rows: readonly (readonly [string, string, readonly number[] | undefined])[] = [
    ['openai', 'gpt-4.1', [2, 8, 0.5]],
    ['openai', 'gpt-4.1-2025-04-14', [2, 8, 0.5]],
    ['openai', 'gpt-4.1-mini', [0.4, 1.6, 0.1]],
    ['openai', 'gpt-4.1-mini-2025-04-14', [0.4, 1.6, 0.1]],
    ['openai', 'gpt-4.1-nano', [0.1, 0.4, 0.025]],
    ['openai', 'gpt-4', [30, 60]],
    ['openai', 'gpt-4o-2024-05-13', [5, 15]],
    ['openai', 'gpt-4o-2024-08-06', [2.5, 10, 1.25]],
    ['openai', 'o1', [15, 60, 7.5]],
    ['openai', 'o1-mini', [1.1, 4.4, 0.55]],
    ['openai', 'gpt-4.1-huge', undefined],
    ['openai', 'gpt-9', undefined],
    ['anthropic', 'claude-sonnet-4-5-20250929', [3, 15, 0.3]],
    ['anthropic', 'claude-sonnet-4.5', [3, 15, 0.3]],
    ['anthropic', 'claude-3-5-haiku-latest', [0.8, 4, 0.08]],
    ['google', 'models/gemini-2.5-pro', [1.25, 10, 0.125]],
    ['openrouter', 'openai/gpt-4.1:nitro', [2, 8, 0.5]],
    ['openrouter', 'openai/gpt-4.1:floor', [2, 8, 0.5]],
    ['openrouter', 'openrouter/openai/gpt-4.1', [2, 8, 0.5]],
    ['together', 'together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo', [0.88, 0.88]],
    ['openrouter', 'anybody/anything:free', [0, 0]],
    ['openrouter', 'openrouter/auto', undefined],
    ['huggingface', 'openai/gpt-oss-20b:groq', [0.1, 0.5]],
    ['deepseek', 'deepseek-flash', [0.15, 0.6, 0.003]],
    ['mine', 'gpt-4.1', undefined],
    ['mine', 'gpt-4.1:free', undefined],
  ];
  for (const [id, model, expected] of rows) {
    it(`${id}/${model}: ${expected?.join(', ') ?? 'unknown'}`, () => {
      const price = catalogue.priceOf({ id }, model);
      assert.deepEqual(price && [price.input, price.output, ...(price.cacheRead === undefined ? [] : [price.cacheRead])].map((one) => one / 1e9), expected);
    });
  }

  it('is that of whoever’s models are sold', () => {
    assert.equal(catalogue.priceOf({ id: 'azure', sellsModelsOf: 'openai' }, 'gpt-4.1-mini')?.input, 4e8);
    assert.equal(catalogue.priceOf({ id: 'azure', sellsModelsOf: 'openai' }, 'our-deployment'), undefined);
  });
});

/** Their engine is the second opinion: another program, floating point, the same table. */
describe('every price that came from the table', () => {
  const usages = [
    { inputTokens: 1000, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 500 },
    { inputTokens: 120_000, cachedInputTokens: 100_000, cacheWriteTokens: 7_000, outputTokens: 9_999 },
    { inputTokens: 300_000, cachedInputTokens: 123_456, cacheWriteTokens: 54_321, outputTokens: 12_345 },
  ];
  // Working days: their table does not know of weekends.
  const moments = ['2025-03-04T02:00Z', '2025-03-04T18:00Z', '2026-06-15T12:00Z', '2026-08-19T03:30Z', '2026-11-18T08:00Z', '2026-11-18T12:00Z', '2027-02-02T12:00Z'].map((text) => new Date(text));

  for (const [id, theirs] of [['openai', 'openai'], ['anthropic', 'anthropic'], ['google', 'google'], ['groq', 'groq'], ['cerebras', 'cerebras'], ['mistral', 'mistral'], ['xai', 'x-ai'], ['together', 'together'], ['deepseek', 'deepseek'], ['openrouter', 'openrouter']] as const) {
    it(`costs at ${id} what the table’s own engine says`, () => {
      let compared = 0;
      const provider = findProvider({ providerId: theirs }) ?? assert.fail(theirs);
      for (const model of provider.models.flatMap((one) => (isChatModel(one.id) ? exactNames(one.match) : []))) {
        const price = catalogue.priceOf({ id }, model);
        // What the newer source knows is of another day.
        if (price === undefined || price.asOf !== '2026-09-23' || model.endsWith(':free')) continue;
        for (const at of moments) {
          // Before it changed, their peak hours hold where the price was flat: https://github.com/pydantic/genai-prices/issues/582
          if (id === 'deepseek' && model.includes('v4') && at < new Date('2026-08-17')) continue;
          for (const usage of usages) {
            const { total_price: expected } = calcPrice({ input_tokens: usage.inputTokens, cache_read_tokens: usage.cachedInputTokens, cache_write_tokens: usage.cacheWriteTokens, output_tokens: usage.outputTokens }, model, { provider, timestamp: at }) ?? assert.fail(model);
            const charged = chargedPrice(price, usage, at.getTime()) ?? assert.fail(model);
            const cost = costOf({ ...noUsage, ...usage }, charged);
            assert.ok(Math.abs(cost - expected * 1e9) < 1.01, `${id}/${model} at ${at.toISOString()}: ${cost} for ${expected * 1e9}`);
            compared += 1;
          }
        }
      }
      assert.ok(compared > 20, `${compared} compared`);
    });
  }

  it('holds no price of nothing', () => {
    for (const [list, rows] of Object.entries(snapshotJson.sheet)) {
      for (const [names] of rows) {
        const model = String(Array.isArray(names) ? names[0] : names);
        if (/^[\^$*/]/.test(model)) continue;
        const price = catalogue.priceOf({ id: list }, model);
        assert.ok(price && price.input > 0 && price.output > 0 && chargedPrice(price, noUsage, november), `${list}/${model}`);
      }
    }
  });
});

function exactNames(match: MatchLogic): readonly string[] {
  if ('or' in match) return match.or.flatMap(exactNames);
  return 'equals' in match ? [match.equals.toLowerCase()] : [];
}
