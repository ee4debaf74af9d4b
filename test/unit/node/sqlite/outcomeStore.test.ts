import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { CallRecord } from '../../../../src/core/model/call';
import type { Decided } from '../../../../src/core/model/decided';
import { asArmId } from '../../../../src/core/model/modelCard';
import type { Outcome } from '../../../../src/core/model/outcome';
import type { LedgerStore } from '../../../../src/core/ports/ledgerStore';
import { mostOutcomes, type OutcomeStore } from '../../../../src/core/ports/outcomeStore';
import { openDatabaseFile } from '../../../../src/node/sqlite/databaseFile';
import { booksInFolder } from '../../../support/booksInFolder';
import { noon, opening, settled } from '../../../support/calls';
import { FakeLedgerStore } from '../../../support/fakeLedgerStore';
import { FakeOutcomeStore } from '../../../support/fakeOutcomeStore';

interface Opened {
  readonly outcomes: OutcomeStore;
  /** The same store as another window sees it. */
  readonly other: OutcomeStore;
  readonly ledger: Pick<LedgerStore, 'settle'>;
  /** Fills it up with so many outcomes, a second apart from noon on, without any question. */
  fill(count: number): Promise<void>;
  close(): void;
}

const stores: readonly { readonly name: string; readonly open: () => Promise<Opened> }[] = [
  {
    name: 'FakeOutcomeStore',
    open: async () => {
      const ledger = new FakeLedgerStore();
      const outcomes = new FakeOutcomeStore(ledger);
      const fill = async (count: number): Promise<void> => {
        outcomes.outcomes = Array.from({ length: count }, (_, index) => outcome(`full-${index}`, { at: noon + 1000 * index }));
      };
      return { outcomes, other: outcomes, ledger, fill, close: () => undefined };
    },
  },
  {
    name: 'OutcomeTables',
    open: async () => {
      const books = booksInFolder();
      const [one, other] = [await books.open(), await books.open()];
      return {
        outcomes: one.outcomes,
        other: other.outcomes,
        ledger: one.ledger,
        fill: async (count) => {
          const raw = openDatabaseFile(books.file, { busyTimeoutMs: 1000 });
          raw.exec(`
            WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ${count})
            INSERT INTO outcomes (id, at, realm, arm, card, effort, kind, value, weight, domains, difficulty, tier)
            SELECT 'full-' || n, ${noon} + 1000 * n, 'real', 'acme/acme-small', 'acme-small', 'none', 'rating', 1.0, 1.0, '{"code":1}', -1.5, 'moderate' FROM numbers`);
          raw.close();
        },
        close: books.close,
      };
    },
  },
];

function outcome(id: string, changes: Partial<Outcome> = {}): Outcome {
  return { id, at: noon, realm: 'real', arm: asArmId('acme/acme-small'), card: 'acme-small', effort: 'none', kind: 'rating', value: 1, weight: 1, domains: { code: 1 }, difficulty: -1.5, tier: 'moderate', ...changes };
}

const decided: Decided = { quality: 'balanced', tier: 'complex', difficulty: 0.25, domains: { code: 0.75, math: 0.25 }, card: 'acme-small', outputTokens: 200 };

/** A complete call of a question, with usage figures that the provider told. */
function call(id: string, changes: Partial<CallRecord> = {}): CallRecord {
  return { ...settled(opening(id, { question: 'q' }), 9), decided, ...changes };
}

for (const { name, open } of stores) {
  describe(`outcomes, in ${name}`, () => {
    let opened: Opened;
    let outcomes: OutcomeStore;
    beforeEach(async () => {
      opened = await open();
      ({ outcomes } = opened);
    });
    afterEach(() => opened.close());
    const ids = async (): Promise<readonly string[]> => (await opened.other.list(0, 100)).map(({ id }) => id);

    it('are given back as they were, the newest first, to every window', async () => {
      const full = outcome('a', { value: 0.25, weight: 0.5, domains: { code: 0.75, math: 0.25 }, question: 'q', threadId: 't', reason: 'tooLong', realm: 'demo' });
      const plain = outcome('b', { at: noon + 1 });
      await outcomes.put(full);
      await outcomes.put(plain);
      assert.deepEqual(await opened.other.list(0, 10), [plain, full]);
      assert.deepEqual(await opened.other.list(noon + 1, 10), [plain]);
      assert.deepEqual(await opened.other.list(0, 1), [plain]);
      assert.deepEqual(await opened.other.count(noon + 1), { outcomes: 1, marks: 0 });
    });

    it('take the place of the one of the same question, kind and arm', async () => {
      await outcomes.put(outcome('a', { question: 'q' }));
      await outcomes.put(outcome('b', { question: 'q', kind: 'retry' }));
      await outcomes.put(outcome('c', { question: 'q', arm: asArmId('acme/acme-large') }));
      await outcomes.put(outcome('d', { question: 'r' }));
      await opened.other.put(outcome('e', { question: 'q', at: noon + 1 }));
      assert.deepEqual((await ids()).toSorted(), ['b', 'c', 'd', 'e']);
    });

    it('are removed by question and kind', async () => {
      await outcomes.put(outcome('a', { question: 'q' }));
      await outcomes.put(outcome('b', { question: 'q', kind: 'retry' }));
      await opened.other.remove('q', 'rating');
      await opened.other.remove('unknown', 'rating');
      assert.deepEqual(await ids(), ['b']);
    });

    it('are written once, also by two windows at a time', async () => {
      await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? outcomes : opened.other).put(outcome(`${index}`, { question: `q-${index % 5}`, at: noon + index }))));
      assert.equal((await ids()).length, 5);
      await outcomes.put(outcome('same'));
      await opened.other.put(outcome('same', { value: 0 }));
      assert.equal((await ids()).length, 6);
    });

    it('make room: only the newest are kept', async () => {
      await opened.fill(mostOutcomes);
      await outcomes.put(outcome('new', { at: noon + 1000 * mostOutcomes }));
      assert.deepEqual(await opened.other.count(0), { outcomes: mostOutcomes, marks: 0 });
      assert.equal((await opened.other.list(0, 1))[0]?.id, 'new');
      assert.equal((await opened.other.list(0, mostOutcomes)).at(-1)?.id, 'full-1');
    });

    it('are forgotten of one model, of one realm or all, and brought back', async () => {
      const kept = [outcome('a', { question: 'q' }), outcome('b', { card: 'other', at: noon + 1 }), outcome('c', { realm: 'demo', at: noon + 2 })];
      for (const one of kept) await outcomes.put(one);
      const one = await outcomes.clear('m1', { card: 'acme-small', realm: 'real' }, noon + 5);
      assert.deepEqual(one.outcomes.map(({ id }) => id), ['a']);
      assert.deepEqual(await ids(), ['c', 'b']);
      const all = await outcomes.clear('m2', {}, noon + 6);
      assert.deepEqual(await ids(), []);
      assert.deepEqual(await opened.other.count(0), { outcomes: 0, marks: 2 });
      await opened.other.restore(all);
      assert.deepEqual(await ids(), ['c', 'b']);
      await outcomes.put(outcome('said since', { question: 'q', value: 0, at: noon + 9 }));
      await opened.other.restore(one);
      assert.deepEqual(await ids(), ['said since', 'c', 'b']);
      assert.deepEqual(await opened.other.count(0), { outcomes: 3, marks: 0 });
    });

    it('know who answered a question: the last call that brought text', async () => {
      await opened.ledger.settle(call('c1', { outcome: 'failed', arm: asArmId('acme/down') }));
      await opened.ledger.settle(call('c2', { outcome: 'truncated', arm: asArmId('acme/acme-large#high'), effort: 'high', realm: 'demo' }));
      await opened.ledger.settle(call('c3', { purpose: 'judge', arm: asArmId('acme/judge') }));
      await opened.ledger.settle(call('c4', { question: 'old', decided: { quality: 'balanced', tier: 'simple', difficulty: 1, domains: {} } }));
      assert.deepEqual(await outcomes.answered('q'), { realm: 'demo', arm: 'acme/acme-large#high', card: 'acme-small', effort: 'high', domains: { code: 0.75, math: 0.25 }, difficulty: 0.25, tier: 'complex' });
      assert.equal(await outcomes.answered('old'), undefined, 'from before it was noted whose card it was');
      assert.equal(await outcomes.answered('unknown'), undefined);
    });

    it('tell what calls teach of lengths and speed, without those of before a reset', async () => {
      const lesson = { card: 'acme-small', effort: 'none', at: noon, outputTokens: 7, expectedTokens: 200, firstTokenMs: 300, totalMs: 2000 };
      await opened.ledger.settle(call('c1'));
      await opened.ledger.settle(call('c2', { startedAt: noon + 10, purpose: 'shadow', timing: { firstTokenMs: undefined, totalMs: 5 } }));
      const other: Decided = { ...decided, card: 'other' };
      await opened.ledger.settle(call('c3', { startedAt: noon + 20, decided: other }));
      for (const [index, changes] of ([{ outcome: 'truncated' }, { realm: 'demo' }, { purpose: 'title' }, { decided: { ...decided, outputTokens: 0 } }] as const).entries()) await opened.ledger.settle(call(`no-${index}`, changes));
      const usage = call('x').usage;
      await opened.ledger.settle(call('no-usage', { usage: { ...usage, estimated: true } }));
      const [third, second, first] = [{ ...lesson, card: 'other', at: noon + 20 }, { ...lesson, at: noon + 10, firstTokenMs: undefined, totalMs: 5 }, lesson];
      assert.deepEqual(await outcomes.lessons('real', 10), [third, second, first]);
      assert.deepEqual(await outcomes.lessons('real', 1), [third]);
      const cleared = await outcomes.clear('m1', { realm: 'real', card: 'acme-small' }, noon + 10);
      assert.deepEqual(await outcomes.lessons('real', 10), [third, second]);
      await outcomes.clear('m2', {}, noon + 15);
      assert.deepEqual(await outcomes.lessons('real', 10), [third]);
      await outcomes.restore(cleared);
      assert.deepEqual(await outcomes.lessons('real', 10), [third]);
    });

    it('tell who listens of a change', async () => {
      let told = 0;
      const stop = outcomes.onChange(() => (told += 1));
      await outcomes.put(outcome('a', { question: 'q' }));
      await turn();
      assert.equal(told, 1);
      const cleared = await outcomes.clear('m', {}, noon);
      await turn();
      await outcomes.restore(cleared);
      await turn();
      assert.equal(told, 3);
      stop();
      await outcomes.remove('q', 'rating');
      await turn();
      assert.equal(told, 3);
    });
  });
}

describe('an outcome that a newer Farthing wrote', () => {
  const rows: readonly (readonly [column: string, value: string])[] = [
    ['kind', 'dreamt'],
    ['effort', 'endless'],
    ['tier', 'hellish'],
    ['domains', 'no JSON'],
    ['domains', '{"code":"much"}'],
  ];
  for (const [column, value] of rows) {
    it(`teaches nothing here: ${column} ${value}`, async () => {
      const books = booksInFolder();
      const database = await books.open();
      await database.outcomes.put(outcome('known'));
      await database.outcomes.put(outcome('newer', { at: noon + 1 }));
      const raw = openDatabaseFile(books.file, { busyTimeoutMs: 100 });
      raw.prepare(`UPDATE outcomes SET ${column} = ? WHERE id = 'newer'`).run(value);
      raw.close();
      assert.deepEqual((await database.outcomes.list(0, 10)).map(({ id }) => id), ['known']);
      books.close();
    });
  }
});
