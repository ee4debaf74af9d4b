import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { CallRecord } from '../../../../src/core/model/call';
import type { Decided } from '../../../../src/core/model/decided';
import { asArmId } from '../../../../src/core/model/modelCard';
import { nano, pricePerMillion } from '../../../../src/core/model/money';
import type { CallHistory, CallQuery } from '../../../../src/core/ports/callHistory';
import type { LedgerStore } from '../../../../src/core/ports/ledgerStore';
import { nextCalls } from '../../../../src/node/sqlite/callPages';
import { openDatabase } from '../../../../src/node/sqlite/database';
import { noon, opening, settled } from '../../../support/calls';
import { FakeLedgerStore } from '../../../support/fakeLedgerStore';

interface Books {
  readonly file: string | undefined;
  readonly ledger: LedgerStore;
  readonly history: CallHistory;
  close(): void;
}

const kinds: readonly { readonly name: string; readonly open: () => Promise<Books> }[] = [
  {
    name: 'CallPages',
    async open() {
      const folder = mkdtempSync(path.join(tmpdir(), 'farthing-history-'));
      const file = path.join(folder, 'farthing.db');
      const database = await openDatabase(file);
      return {
        ...database,
        file,
        close() {
          database.close();
          rmSync(folder, { recursive: true });
        },
      };
    },
  },
  {
    name: 'FakeLedgerStore as history',
    async open() {
      const ledger = new FakeLedgerStore();
      return { file: undefined, ledger, history: ledger, close: () => undefined };
    },
  },
];

const decided: Decided = {
  ...{ quality: 'balanced', tier: 'simple', difficulty: -4, domains: { code: 1 }, card: 'acme-small', outputTokens: 300, verbosity: 1, how: 'routed', p: 0.9 },
  expected: { low: nano(50), likely: nano(100), high: nano(200) },
  alternatives: { ablest: { arm: asArmId('acme/large'), p: 0.99, likely: nano(900), verbosity: 1.5, outputLimit: 8192, rates: { input: pricePerMillion(5), output: pricePerMillion(25) } } },
};

const everything: CallQuery = { realm: 'real', from: 0, to: Number.MAX_SAFE_INTEGER };

async function read(history: CallHistory, query: Partial<CallQuery> = {}): Promise<readonly CallRecord[]> {
  const calls: CallRecord[] = [];
  for await (const page of history.pages({ ...everything, ...query })) calls.push(...page);
  return calls;
}

for (const { name, open } of kinds) {
  describe(name, () => {
    let books: Books;
    beforeEach(async () => {
      books = await open();
    });
    afterEach(() => books.close());

    it('has no page while there is no call', async () => {
      for await (const page of books.history.pages(everything)) assert.fail(`${page.length} calls`);
    });

    it('reads what was written, with what was decided', async () => {
      const record = settled(opening('one', { question: 'q' }), 120, { decided });
      await books.ledger.settle(record);
      assert.deepEqual(await read(books.history), [record]);
    });

    it('reads in the order of the beginning, not of the end', async () => {
      for (const [id, startedAt] of [['late', noon + 2], ['first', noon], ['second', noon + 1], ['also second', noon + 1]] as const) await books.ledger.settle(settled(opening(id, { startedAt }), 1));
      assert.deepEqual((await read(books.history)).map(({ id }) => id), ['first', 'second', 'also second', 'late']);
    });

    it('keeps to the realm and the period: its first moment belongs to it, its last does not', async () => {
      for (const startedAt of [noon - 1, noon, noon + 9, noon + 10]) await books.ledger.settle(settled(opening(String(startedAt - noon), { startedAt }), 1));
      await books.ledger.settle(settled(opening('play', { realm: 'demo' }), 1));
      const ids = async (query: Partial<CallQuery>): Promise<readonly string[]> => (await read(books.history, query)).map(({ id }) => id);
      assert.deepEqual(await ids({ from: noon, to: noon + 10 }), ['0', '9']);
      assert.deepEqual(await ids({ realm: 'demo' }), ['play']);
    });

    it('leaves out what is only held', async () => {
      await books.ledger.reserve({ opening: opening('held'), periods: [], conversationLimit: undefined });
      assert.deepEqual(await read(books.history), []);
    });

    it('can be left in the middle', async () => {
      for (let at = 0; at < 4; at++) await books.ledger.settle(settled(opening(String(at)), 1));
      for await (const page of books.history.pages(everything)) {
        assert.ok(page.length > 0);
        break;
      }
    });
  });
}

describe('a call that a newer Farthing wrote', () => {
  const rows: readonly (readonly [column: string, value: string, read: Partial<CallRecord>])[] = [
    ['purpose', 'rehearsal', { purpose: 'check' }],
    ['outcome', 'postponed', { outcome: 'failed' }],
    ['effort', 'boundless', { effort: 'none' }],
    ['price_source', 'auction', { charge: { amount: nano(120), source: 'live', estimatedUsage: false } }],
    ['decided', '{', {}],
    ['decided', '"otherwise"', {}],
  ];
  for (const [column, value, expected] of rows) {
    it(`is read with the others, its cost in the sums: ${column} ${value}`, async () => {
      const books = await kinds[0]?.open();
      assert.ok(books?.file !== undefined);
      const database = new DatabaseSync(books.file);
      try {
        const records = [settled(opening('one'), 120), settled(opening('two', { startedAt: noon + 1 }), 7)];
        for (const record of records) await books.ledger.settle(record);
        database.prepare(`UPDATE calls SET ${column} = ? WHERE id = 'one'`).run(value);
        const [first, second] = records;
        assert.deepEqual(await read(books.history), [{ ...first, ...expected }, second]);
      } finally {
        database.close();
        books.close();
      }
    });
  }
});

describe('trials in the books', () => {
  it('count where a judge could decide, in their realm and period', async () => {
    const books = await kinds[0]?.open();
    assert.ok(books?.file !== undefined);
    const database = new DatabaseSync(books.file);
    try {
      const add = database.prepare("INSERT INTO trials (id, realm, at, domain, cheaper, verdict, held) VALUES (?, ?, ?, 'code', 'small#none', ?, 0)");
      const rows: readonly (readonly [realm: string, at: number, verdict: string | null])[] = [
        ...(['better', 'same', 'worse', 'none', null] as const).map((verdict) => ['real', noon, verdict] as const),
        ['demo', noon, 'same'],
        ['real', noon - 1, 'same'],
        ['real', noon + 10, 'same'],
      ];
      for (const [at, row] of rows.entries()) add.run(String(at), ...row);
      assert.deepEqual(await books.history.trials({ realm: 'real', from: noon, to: noon + 10 }), { enough: 2, all: 3 });
      assert.deepEqual(await books.history.trials({ realm: 'real', from: 0, to: 1 }), { enough: 0, all: 0 });
    } finally {
      database.close();
      books.close();
    }
  });
});

describe('a hundred thousand calls', () => {
  it('are read once each, in turns between which others go on', async function () {
    this.timeout(60_000);
    const books = await kinds[0]?.open();
    assert.ok(books?.file !== undefined);
    try {
      await books.ledger.settle(settled(opening('0', { question: 'q' }), 120, { decided }));
      multiply(books.file, 100_000);
      const seen = new Set<string>();
      let turns = 0;
      let pages = 0;
      let reading = true;
      const others = (): void => {
        turns += 1;
        if (reading) setImmediate(others);
      };
      setImmediate(others);
      for await (const page of books.history.pages(everything)) {
        pages += 1;
        assert.ok(page.length <= 1000, 'a page is small');
        for (const { id } of page) seen.add(id);
      }
      reading = false;
      assert.equal(seen.size, 100_000);
      assert.ok(turns >= pages - 1, `${turns} turns of others in ${pages} pages`);
    } finally {
      books.close();
    }
  });

  it('are not gone through for the calls of one day', async () => {
    const books = await kinds[0]?.open();
    assert.ok(books?.file !== undefined);
    const database = new DatabaseSync(books.file);
    try {
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${nextCalls}`).all({ realm: 'real', startedAt: 5, seq: 5, to: 9, limit: 500 });
      assert.match(JSON.stringify(plan), /SEARCH calls USING INDEX calls_by_start \(realm=\? AND /);
      assert.doesNotMatch(JSON.stringify(plan), /TEMP B-TREE/);
    } finally {
      database.close();
      books.close();
    }
  });
});

/** Copies the one call of the file so that there are so many, a minute apart. */
function multiply(file: string, count: number): void {
  const database = new DatabaseSync(file);
  const columns = database
    .prepare("SELECT name FROM pragma_table_info('calls')")
    .all()
    .map(({ name }) => String(name))
    .filter((name) => name !== 'seq');
  const value = (name: string): string => ({ id: 'CAST(n AS TEXT)', started_at: 'started_at + n * 60000', question: "'q' || n" })[name] ?? name;
  database.exec(`WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count - 1})
    INSERT INTO calls (${columns.join(', ')}) SELECT ${columns.map(value).join(', ')} FROM calls, numbers WHERE calls.id = '0'`);
  database.close();
}
