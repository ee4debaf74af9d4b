import assert from 'node:assert/strict';
import { Catalogue } from '../../../../src/core/catalog/catalogue';
import type { ServedOffer, Snapshot, SnapshotCard } from '../../../../src/core/catalog/snapshot';
import { readUserPrices } from '../../../../src/core/catalog/userPrices';
import { type Arm, asArmId, type Effort, type EffortRow, effortToSend, idOfArm } from '../../../../src/core/model/modelCard';
import { pricePerMillion } from '../../../../src/core/model/money';
import type { ProviderDefinition } from '../../../../src/core/model/provider';
import type { ListedModel } from '../../../../src/core/ports/wire';
import { builtInProviders, demoProvider, ollamaProvider, openAiCompatible } from '../../../../src/core/providers/definitions';

const at = Date.UTC(2026, 10, 21, 9);

function offer(provider: string, model: string, usd: readonly [number, number] | undefined, more: Partial<ServedOffer> = {}): ServedOffer {
  const price = usd && { input: pricePerMillion(usd[0]), output: pricePerMillion(usd[1]), asOf: '2026-11-10', source: 'snapshot' as const };
  return { provider, model, price, free: false, efforts: [], ...more };
}

function row(effort: Effort, isDefault: boolean): EffortRow {
  return { effort, isDefault, abilities: { code: { z: 1, sd: 0.2 } }, verbosity: 1 };
}

function card(id: string, efforts: readonly EffortRow[], offers: readonly ServedOffer[], more: Partial<SnapshotCard> = {}): SnapshotCard {
  return { id, name: id, contextTokens: 100_000, maxOutputTokens: 10_000, capabilities: ['tools'], efforts, offers, retired: [], aliases: [], ...more };
}

const snapshot: Snapshot = {
  asOf: '2026-11-10',
  cards: [
    card('alpha', [row('high', true), row('none', false), row('low', false)], [offer('openai', 'alpha', [2, 8], { efforts: ['none', 'low', 'high'] }), offer('together', 'maker/Alpha', [1, 4])]),
    card('beta', [row('none', true)], [offer('openai', 'beta', [0.2, 0.8], { contextTokens: 20_000, maxOutputTokens: 2000 }), offer('groq', 'maker/beta', [0.1, 0.4])], { aliases: ['beta:7b'], retired: [offer('groq', 'maker/beta-old', [0.3, 0.9])] }),
    card('gamma', [row('none', true)], [offer('openrouter', 'maker/gamma', [3, 9]), offer('openrouter', 'maker/gamma:free', [0, 0], { free: true })]),
    card('nowhere', [row('none', true)], []),
  ],
};

const custom = openAiCompatible({ id: 'mine', name: 'Mine', baseUrl: 'http://localhost:1234/v1', auth: 'none', local: true });

function provider(id: string): ProviderDefinition {
  return [...builtInProviders, demoProvider, ollamaProvider, custom].find((one) => one.id === id) ?? assert.fail(id);
}

function catalogueWith({ lists = {}, prices = {} }: { lists?: Readonly<Record<string, readonly ListedModel[]>>; prices?: object }): Catalogue {
  const catalogue = new Catalogue(snapshot);
  for (const [id, models] of Object.entries(lists)) catalogue.setListing(provider(id), { at, models });
  const read = readUserPrices(prices, '2026-11-21');
  assert.deepEqual(read.problems, []);
  catalogue.setUserPrices(read.prices);
  return catalogue;
}

function shown(arm: Arm): string {
  const { price } = arm.offer;
  return `${idOfArm(arm)} ${price ? `${price.input / 1e9}/${price.output / 1e9} ${price.source} ${price.asOf}` : 'unknown'}`;
}

describe('Catalogue.arms', () => {
  const none = {};
  const rows: readonly { readonly name: string; readonly with: Parameters<typeof catalogueWith>[0]; readonly at: readonly string[]; readonly expected: readonly string[] }[] = [
    { name: 'are one for each effort the provider takes by name', with: none, at: ['openai'], expected: ['openai/alpha 2/8 snapshot 2026-11-10', 'openai/alpha#none 2/8 snapshot 2026-11-10', 'openai/alpha#low 2/8 snapshot 2026-11-10', 'openai/beta 0.2/0.8 snapshot 2026-11-10'] },
    { name: 'are only the default where it takes none', with: none, at: ['together'], expected: ['together/maker/Alpha 1/4 snapshot 2026-11-10'] },
    { name: 'leave out retired offers', with: none, at: ['groq'], expected: ['groq/maker/beta 0.1/0.4 snapshot 2026-11-10'] },
    { name: 'are nothing for nobody', with: none, at: [], expected: [] },
    { name: 'hold the demo', with: none, at: ['demo'], expected: ['demo/demo-small 0.1/0.4 snapshot 2026-11-21', 'demo/demo-medium 0.75/4.5 snapshot 2026-11-21', 'demo/demo-large 5/25 snapshot 2026-11-21'] },
    { name: 'take the live price', with: { lists: { groq: [{ id: 'maker/beta', inputUsd: 0.5, outputUsd: 1, cacheReadUsd: 0.05 }] } }, at: ['groq'], expected: ['groq/maker/beta 0.5/1 live 2026-11-21'] },
    { name: 'keep the snapshot price where the list has none', with: { lists: { groq: [{ id: 'maker/beta' }] } }, at: ['groq'], expected: ['groq/maker/beta 0.1/0.4 snapshot 2026-11-10'] },
    { name: 'keep it where the list says zero', with: { lists: { groq: [{ id: 'maker/beta', inputUsd: 0, outputUsd: 0 }] } }, at: ['groq'], expected: ['groq/maker/beta 0.1/0.4 snapshot 2026-11-10'] },
    { name: 'keep it where the list is in another unit', with: { lists: { groq: [{ id: 'maker/beta', inputUsd: 150_000_000, outputUsd: 1 }] } }, at: ['groq'], expected: ['groq/maker/beta 0.1/0.4 snapshot 2026-11-10'] },
    { name: 'bring back what is listed again', with: { lists: { groq: [{ id: 'maker/beta-old' }] } }, at: ['groq'], expected: ['groq/maker/beta-old 0.3/0.9 snapshot 2026-11-10'] },
    { name: 'drop what is listed no more', with: { lists: { openai: [{ id: 'beta' }] } }, at: ['openai'], expected: ['openai/beta 0.2/0.8 snapshot 2026-11-10'] },
    { name: 'take the person’s price before the live one', with: { lists: { groq: [{ id: 'maker/beta', inputUsd: 0.5, outputUsd: 1 }] }, prices: { 'groq/maker/beta': { input: 7, output: 9 } } }, at: ['groq'], expected: ['groq/maker/beta 7/9 user 2026-11-21'] },
    { name: 'take the person’s price before the snapshot, at every effort', with: { prices: { 'openai/alpha': { input: 7, output: 9 } } }, at: ['openai'], expected: ['openai/alpha 7/9 user 2026-11-21', 'openai/alpha#none 7/9 user 2026-11-21', 'openai/alpha#low 7/9 user 2026-11-21', 'openai/beta 0.2/0.8 snapshot 2026-11-10'] },
    { name: 'leave out what is no chat model', with: { lists: { openai: [{ id: 'text-embedding-9' }, { id: 'beta' }, { id: 'gpt-9-deep-research' }] } }, at: ['openai'], expected: ['openai/beta 0.2/0.8 snapshot 2026-11-10'] },
    { name: 'know the free one', with: { lists: { openrouter: [{ id: 'maker/gamma:free', inputUsd: 0, outputUsd: 0 }] } }, at: ['openrouter'], expected: ['openrouter/maker/gamma:free 0/0 live 2026-11-21'] },
    { name: 'have no price on a server of one’s own', with: { lists: { mine: [{ id: 'beta:7b', inputUsd: 0, outputUsd: 0 }, { id: 'secret-model' }] } }, at: ['mine'], expected: ['mine/beta:7b unknown', 'mine/secret-model unknown'] },
    { name: 'have the price one gives to it', with: { lists: { mine: [{ id: 'secret-model' }] }, prices: { 'mine/secret-model': { input: 0, output: 0 } } }, at: ['mine'], expected: ['mine/secret-model 0/0 user 2026-11-21'] },
    { name: 'hold a model that only a person’s price names', with: { prices: { 'mine/maker/other': { input: 1, output: 2 } } }, at: ['mine'], expected: ['mine/maker/other 1/2 user 2026-11-21'] },
    { name: 'are free where everything runs on one’s own machine', with: { lists: { ollama: [{ id: 'beta:7b' }, { id: 'secret-model', inputUsd: 5, outputUsd: 5 }, { id: 'alpha:cloud' }] } }, at: ['ollama'], expected: ['ollama/beta:7b 0/0 live 2026-11-21', 'ollama/secret-model 0/0 live 2026-11-21'] },
    { name: 'cost what the person says even there', with: { lists: { ollama: [{ id: 'beta:7b' }] }, prices: { 'ollama/beta:7b': { input: 0.01, output: 0.02 } } }, at: ['ollama'], expected: ['ollama/beta:7b 0.01/0.02 user 2026-11-21'] },
    { name: 'are one for each effort that the list tells', with: { lists: { ollama: [{ id: 'alpha', efforts: ['none', 'high'] }] } }, at: ['ollama'], expected: ['ollama/alpha 0/0 live 2026-11-21', 'ollama/alpha#none 0/0 live 2026-11-21'] },
    { name: 'list a model twice only once', with: { lists: { groq: [{ id: 'maker/beta' }, { id: 'maker/beta' }] } }, at: ['groq'], expected: ['groq/maker/beta 0.1/0.4 snapshot 2026-11-10'] },
    { name: 'of the demo stay when it is listed', with: { lists: { demo: [{ id: 'demo-small' }] } }, at: ['demo'], expected: ['demo/demo-small 0.1/0.4 snapshot 2026-11-21'] },
  ];
  for (const { name, with: given, at: ids, expected } of rows) {
    it(name, () => assert.deepEqual(catalogueWith(given).arms(ids.map((id) => ({ id }))).map(shown), expected));
  }

  describe('with a price by steps in the snapshot', () => {
    const step = { above: 200_000, input: pricePerMillion(6), output: pricePerMillion(20) };
    const stepped = { ...snapshot, cards: [card('delta', [row('none', true)], [{ ...offer('openrouter', 'maker/delta', [3, 9]), price: { input: pricePerMillion(3), output: pricePerMillion(9), cacheWrite1h: pricePerMillion(6), surcharges: { us: [11, 10] }, specials: [step, { until: 5, input: pricePerMillion(1), output: pricePerMillion(2) }], asOf: '2026-11-10', source: 'snapshot' } }])] } satisfies Snapshot;
    const priced = (inputUsd: number, outputUsd: number) => {
      const catalogue = new Catalogue(stepped);
      catalogue.setListing(provider('openrouter'), { at, models: [{ id: 'maker/delta', inputUsd, outputUsd, perCallUsd: 0.001, reasoningUsd: 12 }] });
      return catalogue.arms([{ id: 'openrouter' }])[0]?.offer.price;
    };

    it('keep all of it where the list agrees', () =>
      assert.deepEqual(priced(3, 9), { input: 3e9, output: 9e9, cacheWrite1h: 6e9, reasoning: 12e9, perCall: 1e6, surcharges: { us: [11, 10] }, specials: stepped.cards[0]?.offers[0]?.price?.specials, asOf: '2026-11-21', source: 'live' }));
    it('keep the steps where it does not, none cheaper than the list', () => assert.deepEqual(priced(8, 10)?.specials, [{ above: 200_000, input: 8e9, output: 20e9 }]));
    it('have the person’s price alone', () => {
      const catalogue = new Catalogue(stepped);
      catalogue.setUserPrices(readUserPrices({ 'openrouter/maker/delta': { input: 1, output: 2 } }, '2026-11-21').prices);
      assert.deepEqual(catalogue.arms([{ id: 'openrouter' }])[0]?.offer.price, { input: 1e9, output: 2e9, asOf: '2026-11-21', source: 'user' });
    });
  });

  it('of a recognised model have its abilities, of an unknown one none', () => {
    const arms = catalogueWith({ lists: { mine: [{ id: 'someone/Alpha-FP8' }, { id: 'secret-model', contextTokens: 5000 }] } }).arms([custom]);
    assert.deepEqual(arms.map((arm) => [arm.card.id, arm.card.contextTokens, arm.effort.effort, arm.effort.abilities.code?.z]), [
      ['alpha', 100_000, 'high', 1],
      ['secret-model', 5000, 'none', undefined],
    ]);
  });

  it('are recognised by another name that the list tells', () => {
    const arms = catalogueWith({ lists: { ollama: [{ id: 'beta:latest', knownAs: ['beta:7.2b', 'beta:7b'] }, { id: 'other:latest', knownAs: ['other:7b'] }] } }).arms([ollamaProvider]);
    assert.deepEqual(arms.map((arm) => [arm.card.id, arm.offer.model]), [
      ['beta', 'beta:latest'],
      ['other:latest', 'other:latest'],
    ]);
  });

  describe('of a place that sells another’s models under its own names', () => {
    const reseller: ProviderDefinition = { ...custom, id: 'reseller', sellsModelsOf: 'openai', otherWireModels: /closed/ };
    const arms = (models: readonly ListedModel[], prices: object = {}) => {
      const catalogue = new Catalogue(snapshot);
      catalogue.setListing(reseller, { at, models });
      catalogue.setUserPrices(readUserPrices(prices, '2026-11-21').prices);
      return catalogue.arms([reseller]);
    };

    it('are known by the model, whatever the name says', () => {
      const found = arms([{ id: 'beta', model: 'alpha' }, { id: 'whisper-team', model: 'Beta-2026-01-01' }]);
      assert.deepEqual(found.map((arm) => [arm.card.id, arm.card.contextTokens]), [['alpha', 100_000], ['alpha', 100_000], ['alpha', 100_000], ['beta', 20_000]]);
      assert.deepEqual(found.map(shown), ['reseller/beta 2/8 snapshot 2026-11-10', 'reseller/beta#none 2/8 snapshot 2026-11-10', 'reseller/beta#low 2/8 snapshot 2026-11-10', 'reseller/whisper-team 0.2/0.8 snapshot 2026-11-10']);
    });

    it('are not free while anything of their price costs something', () => {
      assert.deepEqual(arms([{ id: 'x', model: 'beta' }], { 'reseller/x': { input: 0, output: 0, perCall: 0.01 } }).map((arm) => [arm.offer.free, arm.offer.price?.perCall]), [[false, 1e7]]);
      assert.deepEqual(arms([{ id: 'x', model: 'beta' }], { 'reseller/x': { input: 0, output: 0, cacheRead: 0 } }).map((arm) => arm.offer.free), [true]);
    });
    it('cost what the person says, once', () => assert.deepEqual(arms([{ id: 'x', model: 'beta' }], { 'reseller/x': { input: 3, output: 4 } }).map(shown), ['reseller/x 3/4 user 2026-11-21']));
    it('are not there when the model answers on no wire of ours', () => assert.deepEqual(arms([{ id: 'x', model: 'closed' }, { id: 'y', model: 'text-embedding-9' }]), []));
    it('have no price when nobody knows the model', () => assert.deepEqual(arms([{ id: 'x', model: 'secret' }]).map((arm) => [shown(arm), arm.card.name]), [['reseller/x unknown', 'secret']]));
    it('have the price by which they are billed', () => {
      const catalogue = new Catalogue(snapshot);
      catalogue.setListing(reseller, { at, models: [{ id: 'x', model: 'alpha' }] });
      assert.equal(catalogue.priceOf(reseller, 'x')?.input, 2e9);
    });
  });

  it('can do what their place says', () => {
    const can = (models: readonly ListedModel[]) => catalogueWith({ lists: { ollama: models } }).arms([ollamaProvider]).map((arm) => arm.card.capabilities);
    assert.deepEqual(can([{ id: 'beta:7b' }]), [['tools']]);
    assert.deepEqual(can([{ id: 'beta:7b', capabilities: ['json', 'vision'] }, { id: 'secret-model', capabilities: ['json'] }]), [['json', 'vision'], ['json']]);
  });

  it('say nothing of effort to a model that nobody knows', () => {
    const [arm] = catalogueWith({ lists: { ollama: [{ id: 'secret-model', efforts: ['none', 'high'] }] } }).arms([ollamaProvider]);
    assert.equal(arm && effortToSend(arm), 'none');
  });

  it('say where free is free', () => {
    const free = (given: Parameters<typeof catalogueWith>[0], id: string) => catalogueWith(given).arms([{ id }]).map((arm) => arm.offer.free);
    assert.deepEqual(free({}, 'openrouter'), [false, true]);
    assert.deepEqual(free({ prices: { 'groq/maker/beta': { input: 0, output: 0 } } }, 'groq'), [true]);
    assert.deepEqual(free({ lists: { ollama: [{ id: 'x' }] } }, 'ollama'), [true]);
    assert.deepEqual(free({ lists: { ollama: [{ id: 'x' }] }, prices: { 'ollama/x': { input: 0, output: 1 } } }, 'ollama'), [false]);
    assert.deepEqual(free({ lists: { mine: [{ id: 'x' }] }, prices: { 'mine/x': { input: 0, output: 1 } } }, 'mine'), [false]);
  });

  it('carry the limits of their place', () => {
    const limits = (given: Parameters<typeof catalogueWith>[0], id: string) => catalogueWith(given).arms([{ id }]).map((arm) => [arm.card.contextTokens, arm.card.maxOutputTokens]);
    assert.deepEqual(limits({}, 'openai').at(-1), [20_000, 2000]);
    assert.deepEqual(limits({}, 'groq'), [[100_000, 10_000]]);
    assert.deepEqual(limits({ lists: { groq: [{ id: 'maker/beta', contextTokens: 30_000, maxOutputTokens: 500 }] } }, 'groq'), [[30_000, 500]]);
    assert.deepEqual(limits({ lists: { openai: [{ id: 'beta', contextTokens: 500_000 }] } }, 'openai'), [[20_000, 2000]]);
  });

  it('are the same array until something changes', () => {
    const catalogue = catalogueWith({});
    const first = catalogue.arms([{ id: 'openai' }, { id: 'groq' }]);
    assert.equal(catalogue.arms([{ id: 'groq' }, { id: 'openai' }]), first);
    catalogue.setListing(provider('groq'), { at, models: [{ id: 'maker/beta' }] });
    assert.notEqual(catalogue.arms([{ id: 'openai' }, { id: 'groq' }]), first);
  });

  it('go back to the snapshot when a list is taken away', () => {
    const catalogue = catalogueWith({ lists: { groq: [{ id: 'other' }] } });
    catalogue.setListing(provider('groq'), undefined);
    assert.deepEqual(catalogue.arms([{ id: 'groq' }]).map(idOfArm), ['groq/maker/beta']);
  });
});

describe('Catalogue.find', () => {
  it('finds any arm by its id, and only by its id', () => {
    const catalogue = catalogueWith({ lists: { mine: [{ id: 'secret-model' }] } });
    for (const id of ['openai/alpha', 'openai/alpha#low', 'mine/secret-model', 'demo/demo-large']) assert.equal(catalogue.find(asArmId(id)) && idOfArm(catalogue.find(asArmId(id)) ?? assert.fail()), id);
    for (const id of ['openai/alpha#high', 'groq/maker/beta-old', 'openai/none', '']) assert.equal(catalogue.find(asArmId(id)), undefined);
  });
});

describe('Catalogue.priceOf', () => {
  const rows: readonly (readonly [string, string, number | undefined])[] = [
    ['groq', 'maker/beta', 0.5],
    ['groq', 'maker/beta-old', 0.3],
    ['openai', 'alpha', 7],
    ['demo', 'demo-small', 0.1],
    ['mine', 'secret-model', undefined],
    ['ollama', 'beta:7b', 0],
    ['gone', 'alpha', undefined],
  ];
  const catalogue = catalogueWith({ lists: { groq: [{ id: 'maker/beta', inputUsd: 0.5, outputUsd: 1 }], mine: [{ id: 'secret-model' }], ollama: [{ id: 'beta:7b' }] }, prices: { 'openai/alpha': { input: 7, output: 9 } } });
  for (const [id, model, expected] of rows) {
    it(`knows ${expected ?? 'nothing'} of ${id}/${model}`, () => assert.equal(catalogue.priceOf({ id }, model)?.input, expected === undefined ? undefined : expected * 1e9));
  }
});

describe('effortToSend', () => {
  const arms = new Catalogue(snapshot).arms([{ id: 'openai' }, { id: 'together' }]);
  const rows: readonly (readonly [string, string])[] = [
    ['openai/alpha', 'high'],
    ['openai/alpha#low', 'low'],
    ['openai/alpha#none', 'off'],
    ['openai/beta', 'none'],
    ['together/maker/Alpha', 'none'],
  ];
  for (const [id, expected] of rows) it(`is ${expected} for ${id}`, () => assert.equal(effortToSend(arms.find((arm) => idOfArm(arm) === id) ?? assert.fail()), expected));
});
