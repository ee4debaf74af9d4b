import assert from 'node:assert/strict';
import { nano, type NanoDollars } from '../../../../src/core/model/money';
import type { ExperimentRow, ExperimentStore, Trial, TrialVerdict } from '../../../../src/core/ports/experimentStore';
import type { LedgerStore } from '../../../../src/core/ports/ledgerStore';
import { booksInFolder } from '../../../support/booksInFolder';
import { noon, opening, settled } from '../../../support/calls';
import { FakeExperimentStore } from '../../../support/fakeExperimentStore';
import { FakeLedgerStore } from '../../../support/fakeLedgerStore';

interface Opened {
  readonly store: ExperimentStore;
  /** The same store as another window sees it. */
  readonly other: ExperimentStore;
  readonly ledger: LedgerStore;
  /** The process has ended. */
  readonly kill: (owner: string) => void;
  close(): void;
}

const stores: readonly { readonly name: string; readonly open: () => Promise<Opened> }[] = [
  {
    name: 'FakeExperimentStore',
    open: async () => {
      const ledger = new FakeLedgerStore();
      const store = new FakeExperimentStore(ledger);
      return { store, other: store, ledger, kill: (owner) => void store.dead.add(owner), close: () => undefined };
    },
  },
  {
    name: 'ExperimentTables',
    open: async () => {
      const books = booksInFolder();
      const [one, other] = [await books.open(), await books.open()];
      return {
        store: one.experiments,
        other: other.experiments,
        ledger: one.ledger,
        kill: (owner) => void books.dead.add(owner),
        close: books.close,
      };
    },
  },
];

const row: ExperimentRow = { id: 'x1', realm: 'real', createdAt: noon, state: '{"is":"running"}', plan: '{}', owner: 'window-1' };
const subject = { realm: 'real', domain: 'code', cheaper: 'small#none' } as const;

function trial(id: string, change: Partial<Trial> = {}): Trial {
  return { ...subject, id, at: noon, held: nano(100), ...change };
}

for (const { name, open } of stores) {
  describe(name, () => {
    let opened: Opened;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    const book = (id: string, question: string, amount: NanoDollars, change: Partial<Parameters<typeof opening>[1]> = {}) => opened.ledger.settle(settled(opening(id, { question, ...change }), amount));

    it('keeps an experiment with its pairs, for every window', async () => {
      const { store, other } = opened;
      await store.create(row);
      await store.create({ ...row, id: 'x2', createdAt: noon + 1, owner: undefined });
      await store.putPair('x1', { place: 1, pair: '"later"' });
      await store.putPair('x1', { place: 0, pair: '"first"' });
      await store.putPair('x1', { place: 1, pair: '"second"' });
      await store.update('x1', { state: '{"is":"paused"}' });
      assert.deepEqual(await other.get('x1'), { row: { ...row, state: '{"is":"paused"}' }, pairs: [{ place: 0, pair: '"first"' }, { place: 1, pair: '"second"' }] });
      assert.deepEqual((await other.list()).map(({ id }) => id), ['x2', 'x1'], 'the newest first');
      await store.update('x1', { plan: '{"mostPairs":1}' });
      assert.equal((await other.get('x1'))?.row.plan, '{"mostPairs":1}');
    });

    it('removes one with its pairs, and takes no pair for one that is gone', async () => {
      const { store } = opened;
      await store.create(row);
      await store.putPair('x1', { place: 0, pair: '1' });
      await store.remove('x1');
      await store.putPair('x1', { place: 1, pair: '2' });
      assert.equal(await store.get('x1'), undefined);
      await store.create(row);
      assert.deepEqual((await store.get('x1'))?.pairs, []);
    });

    it('lets one living process run an experiment', async () => {
      const { store, other, kill } = opened;
      await store.create(row);
      assert.equal(await other.claim('x1', 'window-2'), false, 'another window runs it');
      assert.equal(await store.claim('x1', 'window-1'), true, 'its own');
      await other.release('x1', 'window-2');
      assert.equal((await other.get('x1'))?.row.owner, 'window-1', 'only its owner gives it up');
      kill('window-1');
      assert.equal((await other.get('x1'))?.row.owner, undefined, 'who is dead runs nothing');
      assert.equal(await other.claim('x1', 'window-2'), true);
      await store.release('x1', 'window-2');
      assert.equal((await store.get('x1'))?.row.owner, undefined);
      assert.equal(await store.claim('gone', 'window-1'), false);
    });

    it('adds up what a question cost and holds', async () => {
      const { store, ledger } = opened;
      await book('c1', 'x1', nano(30));
      await book('c2', 'x1', nano(12), { purpose: 'judge' });
      await book('c3', 'x2', nano(1000));
      await ledger.reserve({ opening: opening('c4', { question: 'x1', worst: nano(500) }), periods: [], conversationLimit: undefined });
      assert.equal(await store.spentOn('x1'), 542);
      assert.equal(await store.spentOn('nothing'), 0);
    });

    it('begins trials only while the allowance has room for them', async () => {
      const { store, other } = opened;
      const allowance = nano(250);
      assert.equal(await store.beginTrial(trial('t1'), noon - 1, allowance), true);
      assert.equal(await other.beginTrial(trial('t2'), noon - 1, allowance), true);
      assert.equal(await store.beginTrial(trial('t3'), noon - 1, allowance), false, '200 are held');
      await book('c1', 't1', nano(40), { purpose: 'shadow' });
      await book('c2', 't1', nano(5), { purpose: 'judge' });
      await store.endTrial('t1', 'same');
      assert.equal(await store.spentOnTrials('real', noon - 1, noon), 145, 'what it cost takes the place of what was held');
      assert.equal(await store.beginTrial(trial('t3'), noon - 1, allowance), true);
      assert.equal(await store.spentOnTrials('demo', noon - 1, noon), 0, 'realms are apart');
      assert.equal(await store.spentOnTrials('real', noon + 1, noon), 200, 'another month has its own allowance, but what is held is held');
      await book('c3', 't2', nano(7), { purpose: 'shadow' });
      assert.equal(await store.spentOnTrials('real', noon - 1, noon + 2 * 3_600_000), 52, 'a trial that was cut off holds nothing for ever, and counts what it cost');
    });

    it('tells how the trials of a subject went, in their order', async () => {
      const { store, other } = opened;
      const rows: readonly (readonly [string, number, TrialVerdict | undefined, Partial<Trial>])[] = [
        ['t1', 3, 'better', {}],
        ['t2', 1, 'worse', {}],
        ['t3', 2, 'none', {}],
        ['t4', 4, undefined, {}],
        ['t5', 5, 'same', { domain: 'math' }],
        ['t6', 6, 'same', { realm: 'demo' }],
        ['t7', -5, 'same', {}],
      ];
      for (const [id, at, verdict, change] of rows) {
        await store.beginTrial(trial(id, { at: noon + at, held: nano(0), ...change }), noon, nano(1));
        if (verdict) await store.endTrial(id, verdict);
      }
      await store.endTrial('t1', 'worse');
      assert.deepEqual(await other.trials(subject, noon), ['worse', 'none', 'better']);
    });

    it('tells a decision once, in one window', async () => {
      const { store, other } = opened;
      assert.equal(await store.tellOnce(subject, noon), true);
      assert.equal(await other.tellOnce(subject, noon + 1), false);
      assert.equal(await other.tellOnce({ ...subject, domain: 'math' }, noon), true);
    });

    it('tells listeners of changes', async () => {
      const { store } = opened;
      let changes = 0;
      const stop = store.onChange(() => (changes += 1));
      await store.create(row);
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(changes, 1);
      stop();
      await store.remove('x1');
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(changes, 1);
    });
  });
}
