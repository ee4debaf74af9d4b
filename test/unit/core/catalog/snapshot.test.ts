import assert from 'node:assert/strict';
import snapshotJson from '../../../../src/core/catalog/snapshot.json';
import { findByName, isChatModel, isMovingName, nameIndex } from '../../../../src/core/catalog/modelNames';
import { readSnapshot } from '../../../../src/core/catalog/snapshot';
import { SnapshotError } from '../../../../src/core/catalog/snapshotValue';
import { domains } from '../../../../src/core/model/modelCard';
import { ratesAt } from '../../../../src/core/model/price';
import { builtInProviders } from '../../../../src/core/providers/definitions';

const text = JSON.stringify(snapshotJson);
const snapshot = readSnapshot(text);

describe('the shipped snapshot', () => {
  it('is dated and not larger than agreed', () => {
    assert.match(snapshot.asOf, /^20\d\d-\d\d-\d\d$/);
    assert.ok(Buffer.byteLength(text) <= 160_000, `${Buffer.byteLength(text)} bytes`);
  });

  it('has measured models and places to ask at all providers', () => {
    assert.ok(snapshot.cards.filter((card) => card.efforts.some((row) => row.abilities.code !== undefined)).length > 150);
    const sold = new Set(snapshot.cards.flatMap((card) => card.offers.map((offer) => offer.provider)));
    assert.deepEqual([...sold].toSorted(), builtInProviders.map((provider) => provider.id).toSorted());
  });

  it('has each card and each place once', () => {
    const ids = snapshot.cards.map((card) => card.id);
    assert.equal(new Set(ids).size, ids.length);
    const places = snapshot.cards.flatMap((card) => [...card.offers, ...card.retired].map((offer) => `${offer.provider}/${offer.model}`));
    assert.deepEqual(places.filter((place, index) => places.indexOf(place) !== index), []);
  });

  it('has one default effort on each card, and all domains or none', () => {
    for (const card of snapshot.cards) {
      assert.equal(card.efforts.filter((row) => row.isDefault).length, 1, card.id);
      assert.equal(new Set(card.efforts.map((row) => row.effort)).size, card.efforts.length, card.id);
      for (const row of card.efforts) assert.ok([0, domains.length].includes(Object.keys(row.abilities).length), card.id);
    }
  });

  it('has figures in their ranges', () => {
    for (const card of snapshot.cards) {
      assert.ok(card.contextTokens >= 1024 && card.contextTokens <= 20_000_000, `${card.id} context ${card.contextTokens}`);
      assert.ok(card.maxOutputTokens >= 256 && card.maxOutputTokens <= card.contextTokens, `${card.id} output ${card.maxOutputTokens}`);
      for (const row of card.efforts) {
        assert.ok(row.verbosity >= 0.5 && row.verbosity <= 20, card.id);
        for (const { shift, sd } of Object.values(row.specialties ?? {})) assert.ok(Math.abs(shift) < 3 && sd > 0 && sd < 2, card.id);
        for (const ability of Object.values(row.abilities)) assert.ok(Math.abs(ability.z) < 4 && ability.sd > 0 && ability.sd < 2, card.id);
      }
      for (const { price, free, model } of [...card.offers, ...card.retired]) {
        assert.equal(free, model.endsWith(':free'), model);
        if (price === undefined) continue;
        if (free) assert.deepEqual([price.input, price.output], [0, 0], model);
        // 0.001 to 1000 USD per 1M tokens.
        else for (const figure of [price.input, price.output]) assert.ok(figure >= 1e6 && figure <= 1e12, `${model} ${figure}`);
        assert.ok((price.cacheRead ?? 0) <= price.input, model);
        assert.match(price.asOf, /^20\d\d-\d\d-\d\d$/);
        assert.equal(price.source, 'snapshot');
      }
    }
  });

  it('sells only what its provider answers on this wire, under names that stay', () => {
    for (const card of snapshot.cards) {
      for (const offer of card.offers) {
        const provider = builtInProviders.find((one) => one.id === offer.provider);
        assert.ok(provider && isChatModel(offer.model) && !isMovingName(offer.model) && !provider.otherWireModels?.test(offer.model), `${offer.provider}/${offer.model}`);
      }
    }
  });

  it('knows what a few models cost', () => {
    const priceOf = (provider: string, model: string) => {
      const price = snapshot.cards.flatMap((card) => card.offers).find((offer) => offer.provider === provider && offer.model === model)?.price;
      return price && [price.input / 1e9, price.output / 1e9, (price.cacheRead ?? NaN) / 1e9];
    };
    assert.deepEqual(priceOf('openai', 'gpt-4.1'), [2, 8, 0.5]);
    assert.deepEqual(priceOf('groq', 'openai/gpt-oss-120b'), [0.15, 0.6, 0.075]);
    assert.deepEqual(priceOf('openrouter', 'nvidia/nemotron-3-ultra-550b-a55b:free'), [0, 0, NaN]);
    assert.deepEqual(priceOf('anthropic', 'claude-haiku-4-5-20251001'), [1, 5, 0.1]);
    // Listed at zero, which is not free.
    assert.equal(priceOf('google', 'gemma-4-31b-it'), undefined);
  });

  it('knows what writing into the cache costs with Anthropic, also of models that are only in the books', () => {
    const places = snapshot.cards.flatMap((card) => [...card.offers, ...card.retired]).filter((offer) => offer.provider === 'anthropic');
    assert.ok(places.length > 20);
    for (const { model, price } of places) {
      if (price === undefined) continue;
      // Rounded by the vendor: 0.25 × 1.25 is sold at 0.30.
      if (!model.startsWith('claude-3-haiku')) assert.equal((price.cacheWrite ?? 0) / price.input, 1.25, model);
      assert.equal((price.cacheWrite1h ?? 0) / price.input, 2, model);
    }
  });

  it('knows what long prompts, other hours, other days and other tiers cost', () => {
    const priceOf = (provider: string, model: string) => snapshot.cards.flatMap((card) => card.offers).find((offer) => offer.provider === provider && offer.model === model)?.price;
    const usd = (provider: string, model: string, inputTokens: number, at: string) => {
      const price = priceOf(provider, model) ?? assert.fail(model);
      const { input, output } = ratesAt(price, inputTokens, Date.parse(at));
      return [input / 1e9, output / 1e9];
    };
    assert.deepEqual(usd('google', 'gemini-2.5-pro', 200_000, '2026-11-20'), [1.25, 10]);
    assert.deepEqual(usd('google', 'gemini-2.5-pro', 200_001, '2026-11-20'), [2.5, 15]);
    assert.deepEqual(usd('xai', 'grok-4.6', 200_000, '2026-11-20'), [4, 12]);
    assert.deepEqual(usd('deepseek', 'deepseek-v4-pro', 1, '2026-11-20T02:00Z'), [1.32, 3.96]);
    assert.deepEqual(usd('deepseek', 'deepseek-v4-pro', 1, '2026-11-20T05:00Z'), [0.66, 1.98]);
    assert.deepEqual(usd('google', 'gemini-3.8-flash', 1, '2027-01-01'), [1.5, 7.5]);
    assert.deepEqual(priceOf('openai', 'gpt-5.5')?.tiers, { flex: [1, 2], batch: [1, 2], priority: [5, 2] });
    assert.deepEqual(priceOf('anthropic', 'claude-opus-4-6')?.surcharges, { us: [11, 10] });
    assert.equal(priceOf('anthropic', 'claude-opus-4-5')?.surcharges, undefined);
  });

  it('has one card for a model, however it is spelled', () => {
    for (const [model, id] of [['claude-opus-5-5', 'claude-opus-5.5'], ['claude-haiku-4-5-20251001', 'claude-haiku-4.5']]) {
      const card = snapshot.cards.find(({ offers }) => offers.some((offer) => offer.provider === 'anthropic' && offer.model === model));
      assert.equal(card?.id, id);
      assert.ok(card?.offers.some((offer) => offer.provider === 'openrouter'));
    }
  });

  it('offers an effort with Anthropic only where the model takes it', () => {
    const offerOf = (model: string) => snapshot.cards.flatMap((card) => card.offers).find((offer) => offer.model === model);
    assert.deepEqual(offerOf('claude-opus-5-5')?.efforts, ['low', 'medium', 'high', 'xhigh']);
    assert.deepEqual(offerOf('claude-opus-4-6')?.efforts, ['none', 'low', 'medium', 'high']);
    assert.deepEqual(offerOf('claude-haiku-4-5-20251001')?.efforts, ['none', 'low', 'medium', 'high']);
  });

  it('orders abilities as everybody would', () => {
    const code = (id: string) => snapshot.cards.find((card) => card.id === id)?.efforts.find((row) => row.isDefault)?.abilities.code?.z ?? NaN;
    assert.ok(code('gpt-5.6-sol') > code('gpt-5.6-luna') && code('gpt-5.6-luna') > code('llama-3.1-8b'));
  });

  it('knows models by the names Ollama gives them, and no smaller one for a larger', () => {
    const index = nameIndex(snapshot.cards.map((card) => ({ id: card.id, names: [...card.aliases, ...card.offers.map((offer) => offer.model)] })));
    const rows: readonly (readonly [string, string | undefined])[] = [
      ['qwen3:8b', 'qwen3-8b'],
      ['gpt-oss:20b', 'gpt-oss-20b'],
      ['llama3.1:8b-instruct-q4_K_M', 'llama-3.1-8b'],
      ['gemma3:12b', 'gemma-3-12b'],
      ['deepseek-r1:8b', 'deepseek-r1-0528-qwen3-8b'],
      ['deepseek-r1:1.5b', undefined],
      ['deepseek-r1:latest', undefined],
      ['qwen3:latest', undefined],
      ['my-own:8b', undefined],
    ];
    assert.deepEqual(rows.map(([name]) => [name, findByName(index, name)]), rows);
  });
});

describe('readSnapshot', () => {
  const damaged: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['half a file', text.slice(0, 5000)],
    ['another format', '{"format":3}'],
    ['a list', '[]'],
    ['no models', '{"format":2,"asOf":"2026-01-01","providers":[],"dates":[],"domains":[]}'],
    ['an unknown domain', '{"format":2,"asOf":"2026-01-01","providers":[],"dates":[],"domains":["luck"],"models":[]}'],
    ['a card without an id', '{"format":2,"asOf":"2026-01-01","providers":[],"dates":[],"domains":[],"models":[[]]}'],
    ['an unknown effort', '{"format":2,"asOf":"2026-01-01","providers":[],"dates":[],"domains":[],"models":[["a",0,1,1,"",[["z",1,1]]]]}'],
    ['an offer of an unknown provider', '{"format":2,"asOf":"2026-01-01","providers":[],"dates":["2026-01-01"],"domains":[],"models":[["a",0,1,1,"",[["n",1,1]],[[3,"a"]]]]}'],
  ];
  for (const [name, value] of damaged) it(`says that ${name} is damaged`, () => assert.throws(() => readSnapshot(value), SnapshotError));

  it('reads rows without their tails', () => {
    const { cards } = readSnapshot('{"format":2,"asOf":"2026-01-01","providers":["p"],"dates":["2026-01-01"],"domains":["code"],"models":[["a",0,1000,100,"tz",[["n",1,1]],[[0,"m"],[0,"n",[1,2]]]]]}');
    assert.deepEqual(cards, [
      {
        id: 'a',
        name: 'a',
        contextTokens: 1000,
        maxOutputTokens: 100,
        capabilities: ['tools'],
        efforts: [{ effort: 'none', isDefault: true, abilities: {}, verbosity: 1 }],
        offers: [
          { provider: 'p', model: 'm', price: undefined, free: false, efforts: [] },
          { provider: 'p', model: 'n', price: { input: 1e9, output: 2e9, asOf: '2026-01-01', source: 'snapshot' }, free: false, efforts: [] },
        ],
        retired: [],
        aliases: [],
      },
    ]);
  });
});
