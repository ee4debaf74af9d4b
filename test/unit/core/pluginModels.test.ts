import assert from 'node:assert/strict';
import type { SnapshotCard } from '../../../src/core/catalog/snapshot';
import { domains } from '../../../src/core/model/modelCard';
import { answer } from '../../support/fakeWire';
import { collect, question, testApp, textOf } from '../../support/testApp';

const never = new AbortController().signal;
const acme = {
  farthing: 1,
  id: 'acme',
  name: 'Acme',
  wire: 'openaiChat',
  baseUrl: 'https://api.acme.example/v1',
  auth: 'bearer',
  pricesSeen: '2026-11-20',
  quirks: { extraHeaders: { 'X-Title': 'Farthing' } },
  models: [{ id: 'acme/big-8b', knownAs: ['big-8b'], contextTokens: 20_000, maxOutputTokens: 1000, efforts: ['none'], price: { input: 1, output: 4, cacheRead: 0.5 } }, { id: 'odd', capabilities: ['json'] }],
};

const known: SnapshotCard = {
  id: 'big-8b',
  name: 'Big 8B',
  contextTokens: 40_000,
  maxOutputTokens: 8192,
  capabilities: ['tools', 'json'],
  efforts: [{ effort: 'none', isDefault: true, abilities: Object.fromEntries(domains.map((domain) => [domain, { z: 1, sd: 0.1 }])), verbosity: 1 }],
  offers: [],
  retired: [],
  aliases: ['big:8b'],
};

function appWith(plugin: object, { keys = { 'acme@api.acme.example': 'the-key' }, settings = {} }: { readonly keys?: Readonly<Record<string, string>>; readonly settings?: object } = {}) {
  return testApp({ settings: { 'demo.enabled': false, ...settings }, cards: [known], keys, pluginFiles: { 'acme.json': JSON.stringify({ ...acme, ...plugin }) } });
}

/** Lets everything that was begun come to its end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}

describe('models of a plug-in', () => {
  it('are known by the names they have elsewhere, at the price the plug-in states', async () => {
    const { app } = appWith({});
    const shown = (await app.models()).map(({ id, arm: { card, offer } }) => [id, card.id, card.contextTokens, card.maxOutputTokens, card.capabilities, offer.price?.input, offer.price?.cacheRead, offer.price?.source, offer.price?.asOf]);
    assert.deepEqual(shown, [
      ['acme/acme/big-8b', 'big-8b', 20_000, 1000, ['tools', 'json'], 1e9, 5e8, 'snapshot', '2026-11-20'],
      ['acme/odd', 'odd', 32_768, 8192, ['json'], undefined, undefined, undefined, undefined],
    ]);
  });

  it('are asked with the key of their host and paid at their price', async () => {
    const { app, wire, ledger } = appWith({});
    wire.will('acme/big-8b', answer('It can be repeated.', { input: 1000, output: 200 }));
    assert.equal(textOf(await collect(app.ask(question('What does idempotent mean?'), never))), 'It can be repeated.');
    const [call] = ledger.calls.values();
    assert.deepEqual([call?.arm, call?.charge.amount, call?.charge.source], ['acme/acme/big-8b', 1_800_000, 'snapshot']);
    assert.deepEqual([wire.requests[0]?.key, wire.requests[0]?.endpoint.baseUrl, wire.requests[0]?.endpoint.provider.extraHeaders], ['the-key', 'https://api.acme.example/v1', { 'X-Title': 'Farthing' }]);
  });

  it('cost what the person says', async () => {
    const { app } = appWith({}, { settings: { prices: { 'acme/acme/big-8b': { input: 7, output: 9 } } } });
    const [first] = await app.models();
    assert.deepEqual([first?.arm.offer.price?.input, first?.arm.offer.price?.source], [7e9, 'user']);
  });

  for (const [name, keys] of [
    ['of the same provider at another host', { 'acme@old.example': 'the-key' }],
    ['of another provider', { openai: 'the-key', acme: 'the-key' }],
  ] as const) {
    it(`are not asked with a key ${name}`, async () => {
      const { app } = appWith({}, { keys });
      assert.equal((await app.providers()).find(({ provider }) => provider.id === 'acme')?.askable, false);
    });
  }

  it('are free on this machine where the plug-in says so', async () => {
    const { app } = appWith({ baseUrl: 'http://127.0.0.1:8000/v1', auth: 'none', free: true, models: [{ id: 'm' }] });
    assert.deepEqual((await app.models()).map(({ arm }) => arm.offer.free), [true]);
  });

  it('are those that the provider lists, at the price the plug-in states', async () => {
    const { app, wire } = appWith({ quirks: { modelsPath: '/models', excludedModels: ['*-old'] } });
    wire.models = [{ id: 'acme/big-8b', contextTokens: 10_000 }, { id: 'new-one' }, { id: 'big-old' }];
    await app.refreshModels(never);
    assert.deepEqual((await app.models()).map(({ id, arm }) => [id, arm.offer.price?.input, arm.card.contextTokens]), [
      ['acme/acme/big-8b', 1e9, 10_000],
      ['acme/new-one', undefined, 32_768],
    ]);
  });

  it('come and go with the file while the window is open', async () => {
    const { app, plugins } = appWith({});
    assert.equal((await app.models()).length, 2);
    let told = 0;
    app.onSetupChanged(() => (told += 1));
    plugins.change((files) => files.set('acme.json', JSON.stringify({ ...acme, models: [{ id: 'only' }] })));
    await settle();
    assert.deepEqual([(await app.models()).map(({ id }) => id), told], [['acme/only'], 1]);
    plugins.change((files) => files.delete('acme.json'));
    await settle();
    assert.deepEqual([await app.models(), app.providerName('acme'), told], [[], 'acme', 2]);
  });

  it('at another host have no past', async () => {
    const { app, plugins, wire } = appWith({ models: [acme.models[0]] }, { keys: { 'acme@api.acme.example': 'old', 'acme@new.example': 'new' } });
    wire.will('acme/big-8b', [{ type: 'failed', failure: { kind: 'keyRejected', provider: 'acme' }, usage: undefined }]);
    await collect(app.ask(question('What does idempotent mean?'), never));
    plugins.change((files) => files.set('acme.json', JSON.stringify({ ...acme, models: [acme.models[0]], baseUrl: 'https://new.example/v1' })));
    await settle();
    wire.will('acme/big-8b', answer('It can be repeated.'));
    assert.equal(textOf(await collect(app.ask(question('What does idempotent mean?'), never))), 'It can be repeated.');
    assert.deepEqual(wire.requests.map(({ key }) => key), ['old', 'new']);
  });

  it('are not asked in the demo', async () => {
    const { app } = appWith({}, { settings: { 'demo.enabled': true } });
    assert.deepEqual((await app.models()).filter(({ id }) => id.startsWith('acme/')), []);
  });

  it('never stand for a provider of the settings', async () => {
    const { app } = appWith({}, { settings: { 'providers.custom': [{ id: 'acme', baseUrl: 'https://mine.example/v1' }] } });
    const found = (await app.providers()).filter(({ provider }) => provider.id === 'acme');
    assert.deepEqual(found.map(({ provider }) => provider.baseUrl), ['https://mine.example/v1']);
    assert.equal(app.plugins.bad().length, 1);
  });

  it('of an extension show whose they are', async () => {
    const { app } = testApp({ settings: { 'demo.enabled': false } });
    assert.ok(app.plugins.contribute('maker.extension', acme).ok);
    const overview = await app.providersOverview();
    assert.equal(overview.providers.find(({ id }) => id === 'acme')?.origin, 'extension');
  });
});
