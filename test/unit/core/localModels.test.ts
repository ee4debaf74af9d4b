import assert from 'node:assert/strict';
import type { SnapshotCard } from '../../../src/core/catalog/snapshot';
import { type Domain, domains } from '../../../src/core/model/modelCard';
import { pricePerMillion } from '../../../src/core/model/money';
import type { ListedModel } from '../../../src/core/ports/wire';
import { answer } from '../../support/fakeWire';
import { collect, question, testApp, textOf } from '../../support/testApp';

const never = new AbortController().signal;
const easy = question('What does idempotent mean?');

function card(id: string, z: number, offers: SnapshotCard['offers'], aliases: readonly string[] = []): SnapshotCard {
  const abilities: Partial<Record<Domain, { z: number; sd: number }>> = {};
  for (const domain of domains) abilities[domain] = { z, sd: 0.1 };
  return { id, name: id, contextTokens: 40_000, maxOutputTokens: 8192, capabilities: ['tools', 'json'], efforts: [{ effort: 'none', isDefault: true, abilities, verbosity: 1 }], offers, retired: [], aliases };
}

const price = { input: pricePerMillion(1), output: pricePerMillion(4), asOf: '2026-08-21', source: 'snapshot' } as const;
const local = card('qwen3-8b', 1, [], ['qwen3:8b']);
const weak = card('tiny-1b', -3, [], ['tiny:1b']);
const paid = card('cloud', 1.5, [{ provider: 'openai', model: 'cloud', price, free: false, efforts: [] }]);

/** An app outside the demo, with a key for a paid model, and Ollama with these models. */
function appWith(models: readonly ListedModel[] | undefined, { on = true, key = true }: { readonly on?: boolean; readonly key?: boolean } = {}) {
  const made = testApp({ settings: { 'demo.enabled': false, 'ollama.enabled': on }, cards: [local, weak, paid], keys: key ? { openai: 'k' } : {} });
  made.wire.models = models;
  let listed = 0;
  const list = made.wire.listModels.bind(made.wire);
  made.wire.listModels = async () => {
    listed += 1;
    return list();
  };
  return { ...made, timesListed: () => listed };
}

describe('models on this machine', () => {
  it('are not looked for at start', async () => {
    const { app, timesListed } = appWith([{ id: 'qwen3:8b' }]);
    await app.providers();
    await app.budgets(undefined);
    assert.equal(timesListed(), 0);
  });

  it('are not looked for when they are switched off', async () => {
    const { app, wire, timesListed } = appWith([{ id: 'qwen3:8b' }], { on: false });
    wire.will('cloud', answer('ok'));
    assert.deepEqual((await app.models()).map(({ id }) => id), ['openai/cloud']);
    await app.preview({ text: 'What is new?', threadId: undefined, before: [] }, never);
    assert.equal(timesListed(), 0);
  });

  it('are chosen when able, and cost nothing, which is known', async () => {
    const { app, wire, ledger } = appWith([{ id: 'qwen3:8b', contextTokens: 32_768 }]);
    wire.will('qwen3:8b', answer('It can be repeated.', { input: 1000, output: 200 }));
    const events = await collect(app.ask(easy, never));
    assert.equal(textOf(events), 'It can be repeated.');
    const [call] = ledger.calls.values();
    assert.deepEqual([call?.arm, call?.realm, call?.charge.amount, call?.charge.source, call?.worst], ['ollama/qwen3:8b', 'real', 0, 'live', 0]);
    assert.deepEqual([wire.requests[0]?.key, wire.requests[0]?.contextTokens], [undefined, 32_768]);
  });

  it('are passed over when they are not able', async () => {
    const { app, wire, ledger } = appWith([{ id: 'tiny:1b' }]);
    wire.will('cloud', answer('ok'));
    await collect(app.ask(easy, never));
    assert.deepEqual([...ledger.calls.values()].map(({ arm }) => arm), ['openai/cloud']);
  });

  it('are asked where no budget is left for anything else', async () => {
    const { app, wire } = appWith([{ id: 'tiny:1b' }]);
    app.applySettings({ ...app.settings(), 'budget.day': 0 });
    wire.will('tiny:1b', answer('free'));
    assert.equal(textOf(await collect(app.ask(easy, never))), 'free');
  });

  it('are listed once, however many ask', async () => {
    const { app, timesListed } = appWith([{ id: 'qwen3:8b' }]);
    await Promise.all([app.models(), app.models(), app.preview({ text: 'Why?', threadId: undefined, before: [] }, never)]);
    await app.models();
    assert.equal(timesListed(), 1);
  });

  it('do not stand in the way when Ollama does not answer, and are looked for again half a minute later', async () => {
    const { app, wire, clock, timesListed } = appWith(undefined);
    assert.deepEqual((await app.models()).map(({ id }) => id), ['openai/cloud']);
    clock.advance(29_999);
    await app.models();
    assert.equal(timesListed(), 1);
    wire.models = [{ id: 'qwen3:8b' }];
    clock.advance(1);
    assert.deepEqual((await app.models()).map(({ id }) => id).toSorted(), ['ollama/qwen3:8b', 'openai/cloud']);
    assert.equal(timesListed(), 2);
  });

  it('give way to the next model when Ollama stops', async () => {
    const { app, wire } = appWith([{ id: 'qwen3:8b' }]);
    wire.will('qwen3:8b', [{ type: 'failed', failure: { kind: 'timedOut', provider: 'ollama', waitedMs: 1, phase: 'firstToken' }, usage: undefined }]).will('cloud', answer('from the cloud'));
    assert.equal(textOf(await collect(app.ask(easy, never))), 'from the cloud');
  });

  it('say that there is none, when there is nothing else to ask', async () => {
    const { app } = appWith([], { key: false });
    assert.deepEqual((await collect(app.ask(easy, never))).at(-1), { type: 'answer-failed', failure: { kind: 'noCandidate', reason: 'Ollama told no models. Refresh the models; those of a server without a list are named in the setting farthing.providers.custom.' }, receipt: undefined });
  });

  it('survive a wire that throws', async () => {
    const { app, wire, logged } = appWith(undefined);
    wire.listModels = () => {
      throw new Error('no such part');
    };
    assert.deepEqual((await app.models()).map(({ id }) => id), ['openai/cloud']);
    assert.ok(logged.some((message) => message.includes('no such part')));
  });
});

describe('a list that does not come', () => {
  /** Ollama is asked for its models and never answers. */
  function withSilentOllama(key: boolean) {
    const made = appWith(undefined, { key });
    made.wire.listModels = () => new Promise(() => undefined);
    return made;
  }

  it('holds up nobody for long who can ask others', async () => {
    const { app, clock } = withSilentOllama(true);
    const models = app.models();
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1500);
    assert.deepEqual((await models).map(({ id }) => id), ['openai/cloud']);
  });

  it('is waited for when there is nobody else', async () => {
    const { app, clock } = withSilentOllama(false);
    let answered = false;
    void app.models().then(() => (answered = true));
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1500);
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(answered, false);
  });
});
