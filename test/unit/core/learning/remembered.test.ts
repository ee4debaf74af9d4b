import assert from 'node:assert/strict';
import { halfLifeMs } from '../../../../src/core/learning/evidence';
import { remember } from '../../../../src/core/learning/remembered';
import { asArmId } from '../../../../src/core/model/modelCard';
import type { Outcome } from '../../../../src/core/model/outcome';
import { FakeLedgerStore } from '../../../support/fakeLedgerStore';
import { FakeOutcomeStore } from '../../../support/fakeOutcomeStore';

const now = Date.UTC(2026, 10, 21, 12);
const hour = 60 * 60_000;

function outcome(id: string, changes: Partial<Outcome> = {}): Outcome {
  return { id, at: now, realm: 'real', arm: asArmId('acme/small'), card: 'small', effort: 'none', kind: 'rating', value: 1, weight: 1, domains: { code: 1 }, difficulty: -1.5, tier: 'moderate', question: `q-${id}`, ...changes };
}

/** A store that counts how many outcomes were read from it. */
class CountedStore extends FakeOutcomeStore {
  read = 0;

  override async list(since: number, limit: number): Promise<readonly Outcome[]> {
    const outcomes = await super.list(since, limit);
    this.read += outcomes.length;
    return outcomes;
  }
}

function filled(count: number, everyMs = hour): CountedStore {
  const store = new CountedStore(new FakeLedgerStore());
  store.outcomes = Array.from({ length: count }, (_, index) => outcome(`o-${index}`, { at: now - (count - index) * everyMs }));
  return store;
}

describe('what is remembered of the outcomes', () => {
  const rows: readonly { readonly name: string; readonly happens: (store: CountedStore) => Promise<unknown>; readonly rereads: boolean }[] = [
    { name: 'nothing', happens: async () => undefined, rereads: false },
    { name: 'a new one', happens: (store) => store.put(outcome('new')), rereads: false },
    { name: 'one that takes the place of an old one', happens: (store) => store.put(outcome('new', { question: 'q-o-3', value: 0 })), rereads: false },
    { name: 'two for the same question from two windows', happens: async (store) => [await store.put(outcome('one', { question: 'q' })), await store.put(outcome('two', { question: 'q', kind: 'retry' }))], rereads: false },
    { name: 'one that was taken back', happens: (store) => store.remove('q-o-3', 'rating'), rereads: true },
    { name: 'a reset', happens: (store) => store.clear('m', { card: 'small' }, now), rereads: true },
    { name: 'one of a clock that was set back', happens: (store) => store.put(outcome('new', { at: now - 50 * hour })), rereads: true },
  ];
  for (const { name, happens, rereads } of rows) {
    it(`is what the store holds, read ${rereads ? 'anew' : 'in part'}, after: ${name}`, async () => {
      const store = filled(100);
      const before = await remember(store, now);
      assert.deepEqual(before.outcomes, store.outcomes);
      await happens(store);
      store.read = 0;
      const after = await remember(store, now + 1, before);
      assert.deepEqual(new Set(after.outcomes), new Set(store.outcomes));
      assert.equal(store.read > 10, rereads && store.outcomes.length > 10, `${store.read} read`);
      for (const one of after.outcomes) assert.ok(!before.outcomes.some(({ id }) => id === one.id) || before.outcomes.includes(one) || rereads, 'the same objects');
    });
  }

  it('leaves out what is too old to count', async () => {
    const store = filled(10, halfLifeMs);
    assert.equal((await remember(store, now)).outcomes.length, 6);
  });

  it('is of the newest, and follows those in part', async () => {
    const store = filled(6000, 60_000);
    const before = await remember(store, now);
    assert.equal(before.outcomes.length, 4999);
    await store.put(outcome('new'));
    store.read = 0;
    const after = await remember(store, now + 1, before);
    assert.deepEqual([after.outcomes.length, after.outcomes.at(-1)?.id], [5000, 'new']);
    assert.ok(store.read < 100, `${store.read} read`);
  });
});
