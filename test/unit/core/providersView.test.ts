import assert from 'node:assert/strict';
import type { ListedModel } from '../../../src/core/ports/wire';
import { answer } from '../../support/fakeWire';
import { collect, question, testApp } from '../../support/testApp';

const never = new AbortController().signal;
const mine = { id: 'mine', baseUrl: 'https://mine.example/v1' };

/** An app with one server of one's own that has a key, and these models. */
function made(models: readonly ListedModel[] = [{ id: 'one' }]) {
  const prices = { 'mine/one': { input: 1, output: 2 } };
  const parts = testApp({ settings: { 'demo.enabled': false, 'providers.custom': [mine], prices }, keys: { 'mine@mine.example': 'k' } });
  parts.wire.models = models;
  const shown = async () => {
    const found = (await parts.app.providersOverview()).providers.find(({ id }) => id === 'mine');
    assert.ok(found);
    return found;
  };
  return { ...parts, shown, settings: (change: object) => parts.app.applySettings({ ...parts.app.settings(), ...change }) };
}

describe('the overview of providers', () => {
  it('reads no list by itself', async () => {
    const { app, wire, shown } = made();
    wire.listModels = () => {
      throw new Error('asked');
    };
    assert.equal((await shown()).models.length, 1);
    assert.equal((await app.providersOverview()).providers[0]?.id, 'mine');
  });

  it('keeps how a check of the stored key went until the key is another', async () => {
    const { app, wire, shown } = made();
    wire.keyCheck = { ok: false, failure: { kind: 'keyRejected', provider: 'mine' } };
    await app.checkKey('mine', undefined, never);
    assert.equal((await shown()).state.kind, 'keyTrouble');
    await app.setKey({ id: 'mine', keyName: 'mine@mine.example' }, 'another');
    assert.equal((await shown()).state.kind, 'untried');
  });

  it('keeps nothing of a check of a key that is not stored, or that was stopped', async () => {
    const { app, wire, shown } = made();
    wire.keyCheck = { ok: false, failure: { kind: 'keyRejected', provider: 'mine' } };
    await app.checkKey('mine', 'typed', never);
    wire.keyCheck = { ok: false, failure: { kind: 'cancelled' } };
    await app.checkKey('mine', undefined, never);
    assert.equal((await shown()).check, undefined);
  });

  it('forgets a failed check when an answer comes, and does not take that of another host', async () => {
    const { app, wire, shown, settings } = made();
    wire.keyCheck = { ok: false, failure: { kind: 'offline', provider: 'mine' } };
    await app.checkKey('mine', undefined, never);
    settings({ 'providers.custom': [{ ...mine, baseUrl: 'https://other.example/v1' }] });
    assert.equal((await shown()).check, undefined);
    settings({ 'providers.custom': [mine] });
    assert.equal((await shown()).state.kind, 'down');
    wire.will('one', answer('ok'));
    await collect(app.ask(question('What does idempotent mean?'), never));
    assert.equal((await shown()).check, undefined);
  });

  it('tells its listeners of a check', async () => {
    const { app } = made();
    let told = 0;
    app.onSetupChanged(() => told++);
    await app.checkKey('mine', undefined, never);
    assert.equal(told, 1);
  });

  const lists: readonly { readonly models: readonly ListedModel[]; readonly provider: string; readonly isNew: boolean; readonly shown: number }[] = [
    { models: [{ id: 'one' }, { id: 'two' }], provider: 'mine', isNew: true, shown: 2 },
    { models: [], provider: 'mine', isNew: false, shown: 1 },
    { models: [{ id: 'two' }], provider: 'openai', isNew: false, shown: 1 },
  ];
  for (const { models, provider, isNew, shown } of lists) {
    it(`reads the list of ${provider} when somebody looks: ${JSON.stringify(models)}`, async () => {
      const { app, shown: seen } = made(models);
      assert.equal(await app.listModels(provider), isNew);
      assert.equal((await seen()).models.length, shown);
    });
  }

  const entries: readonly [entry: object, problem: RegExp | undefined][] = [
    [{ id: 'new', baseUrl: 'https://new.example/v1' }, undefined],
    [{ id: 'new', baseUrl: 'http://new.example/v1' }, /https/],
    [{ id: 'openai', baseUrl: 'https://new.example/v1' }, /built-in/],
    [{ id: 'mine', baseUrl: 'https://new.example/v1' }, /already used/],
  ];
  for (const [entry, problem] of entries) {
    it(`says of ${JSON.stringify(entry)}: ${String(problem)}`, () => {
      const said = made().app.customProviderProblem([mine, entry]);
      if (problem) assert.match(said ?? '', problem);
      else assert.equal(said, undefined);
    });
  }
});
