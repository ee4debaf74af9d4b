import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { backUp } from '../../../../src/node/sqlite/backups';
import { type Database, openDatabase } from '../../../../src/node/sqlite/database';
import { openDatabaseFile } from '../../../../src/node/sqlite/databaseFile';
import { bundled } from '../../../support/bundled';
import { noon, opening, periodsOf, settled } from '../../../support/calls';
import type { LedgerChildJob } from '../../../support/ledgerChild';

/** What the file holds, read without the stores. */
interface Books {
  readonly calls: ReadonlyMap<string, { readonly outcome: string; readonly amount: number }>;
  readonly reserved: readonly string[];
  readonly spent: number;
  readonly spentOnThreads: number;
  readonly spentByClients: number;
}

function readBooks(file: string): Books {
  const database = openDatabaseFile(file, { busyTimeoutMs: 5_000 });
  try {
    const all = (sql: string): readonly Record<string, unknown>[] => database.prepare(sql).all();
    return {
      calls: new Map(all('SELECT id, outcome, amount FROM calls').map((row) => [String(row['id']), { outcome: String(row['outcome']), amount: Number(row['amount']) }])),
      reserved: all('SELECT id FROM reservations').map((row) => String(row['id'])),
      spent: Number(all('SELECT sum(nano) AS n FROM spend')[0]?.['n']),
      spentOnThreads: Number(all('SELECT sum(nano) AS n FROM thread_spend')[0]?.['n']),
      spentByClients: Number(all('SELECT sum(nano) AS n FROM client_spend')[0]?.['n']),
    };
  } finally {
    database.close();
  }
}

function readHolds(file: string): number {
  const database = openDatabaseFile(file, { busyTimeoutMs: 5_000 });
  try {
    return Number(database.prepare('SELECT count(*) AS n FROM holds').get()?.['n']);
  } finally {
    database.close();
  }
}

function sumOf(books: Books): number {
  return [...books.calls.values()].reduce((total, call) => total + call.amount, 0);
}

describe('the books with several processes', () => {
  let script: string;
  let folder: string;
  let file: string;
  before(async () => {
    script = await bundled('test/support/ledgerChild.ts');
  });
  after(() => rmSync(path.dirname(script), { recursive: true }));
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'farthing-processes-'));
    file = path.join(folder, 'farthing.db');
  });
  afterEach(() => rmSync(folder, { recursive: true, maxRetries: 5 }));

  /** Starts a window; `onLine` sees each acknowledged step as it is said. */
  const start = (job: Omit<LedgerChildJob, 'file'>, onLine: (line: string, child: ChildProcess) => void, onStart?: (child: ChildProcess) => void): Promise<number | null> => {
    const child = spawn(process.execPath, [script, JSON.stringify({ file, ...job })], { stdio: ['ignore', 'pipe', 'inherit'] });
    onStart?.(child);
    createInterface({ input: child.stdout }).on('line', (line) => onLine(line, child));
    // `close` and not `exit`: only then has everything that was said been read.
    return once(child, 'close').then(([code]: (number | null)[]) => code ?? null);
  };

  it('keeps two processes × 3000 calls on one budget exact', async function () {
    this.timeout(120_000);
    // Fewer than both ask for, so that the end is a race for the last of it.
    const limit = 250_000;
    const said: string[] = [];
    const codes = await Promise.all(['a', 'b'].map((name) => start({ name, calls: 3_000, limit }, (line) => said.push(line))));
    assert.deepEqual(codes, [0, 0]);
    const amounts = said.flatMap((line) => (line.startsWith('settled') ? [Number(line.split(' ')[2])] : []));
    const refused = said.filter((line) => line.startsWith('refused')).length;
    const books = readBooks(file);
    assert.equal(amounts.length + refused, 6_000);
    assert.ok(refused > 0, 'nothing was refused: the limit was not reached');
    assert.equal(books.spent, amounts.reduce((total, amount) => total + amount, 0));
    assert.equal(books.spent, sumOf(books));
    assert.equal(books.spent, books.spentOnThreads);
    assert.equal(books.calls.size, amounts.length);
    assert.deepEqual(books.reserved, []);
    assert.ok(books.spent <= limit && books.spent > limit - 100 - 100, `spent ${books.spent} of ${limit}`);
  });

  it('never lets two processes pass the limit together with money that they hold for several calls', async function () {
    this.timeout(60_000);
    const limit = 12_000;
    const said: string[] = [];
    let most = 0;
    const watcher = await openDatabase(file);
    const look = async (): Promise<void> => {
      const [day] = await watcher.ledger.status('real', periodsOf({ day: limit }));
      most = Math.max(most, (day?.spent ?? 0) + (day?.held ?? 0));
    };
    const codes = await Promise.all(['a', 'b'].map((name) => start({ name, calls: 300, limit, together: 5 }, (line) => void (said.push(line) % 20 === 0 && void look()))));
    await look();
    watcher.close();
    assert.deepEqual(codes, [0, 0]);
    const books = readBooks(file);
    const amounts = said.flatMap((line) => (line.startsWith('settled') ? [Number(line.split(' ')[2])] : []));
    assert.equal(books.spent, amounts.reduce((total, amount) => total + amount, 0));
    assert.ok(said.some((line) => line.startsWith('held')) && said.some((line) => line.startsWith('without')), 'the race for the last of it did not happen');
    assert.ok(most <= limit && books.spent <= limit && books.spent > limit - 1_000, `at most ${most}, spent ${books.spent} of ${limit}`);
    assert.deepEqual(books.reserved, []);
    assert.equal(readHolds(file), 0);
  });

  it('never lets crowds of two processes pass what a client may spend, nor the budget', async function () {
    this.timeout(60_000);
    const said: string[] = [];
    const codes = await Promise.all(['a', 'b'].map((name) => start({ name, calls: 400, limit: 1_000_000, crowd: { size: 16, clientLimit: 20_000 } }, (line) => said.push(line))));
    assert.deepEqual(codes, [0, 0]);
    const books = readBooks(file);
    const amounts = said.flatMap((line) => (line.startsWith('settled') ? [Number(line.split(' ')[2])] : []));
    const refused = said.filter((line) => line.startsWith('refused')).length;
    assert.ok(refused > 0, 'nothing was refused: the limit was not reached');
    assert.equal(amounts.length + refused, 800);
    assert.deepEqual([books.reserved, books.calls.size], [[], amounts.length]);
    assert.deepEqual([books.spent, books.spentOnThreads, books.spentByClients], Array.from({ length: 3 }, () => amounts.reduce((total, amount) => total + amount, 0)));
    assert.ok(books.spent <= 20_000 && books.spent > 20_000 - 100, `spent ${books.spent}`);
  });

  it('loses nothing of a crowd that was acknowledged before kill -9, although nobody waited for the disk', async function () {
    this.timeout(60_000);
    const said: string[] = [];
    const limit = 8_000;
    for (let round = 0; round < 10; round++) {
      let left = 1 + round * 7;
      const children: ChildProcess[] = [];
      await Promise.all(
        ['a', 'b'].map((name) =>
          start(
            { name: `${name}${round}`, calls: 64, limit, crowd: { size: 8, clientLimit: limit - 1_000 } },
            (line) => {
              said.push(line);
              if (--left <= 0) for (const one of children) one.kill('SIGKILL');
            },
            (child) => children.push(child),
          ),
        ),
      );
      const { calls, reserved } = readBooks(file);
      for (const line of said) {
        const [step, id = '', amount] = line.split(' ');
        if (step === 'settled') assert.deepEqual(calls.get(id), { outcome: 'complete', amount: Number(amount) }, `round ${round}: ${line}`);
        if (step === 'reserved') assert.ok(calls.has(id) || reserved.includes(id), `round ${round}: ${line}`);
      }
    }
    const { reserved } = readBooks(file);
    assert.ok(reserved.length > 0, 'no kill hit between reserve and settle');
    const database = await openDatabase(file);
    assert.equal(await database.ledger.recover(noon), reserved.length);
    const spend = await database.clients.spend('agent');
    database.close();
    const books = readBooks(file);
    assert.deepEqual([books.spent, books.spentOnThreads, books.spentByClients, spend.spent, spend.held], [...Array.from({ length: 4 }, () => sumOf(books)), 0]);
    assert.ok(books.spent <= limit - 1_000, `spent ${books.spent}`);
  });

  it('balances after kill -9 between any two steps, loses nothing acknowledged, and never passes the limit', async function () {
    this.timeout(120_000);
    const limit = 3_000;
    const said: string[] = [];
    const rounds = 24;
    for (let round = 0; round < rounds; round++) {
      // The kill lands after the n-th acknowledged step of two windows that run at the same time: after a reserve, after
      // a settle, or, since the child does not wait, inside the step that follows.
      let left = 1 + round;
      const children: ChildProcess[] = [];
      await Promise.all(
        ['a', 'b'].map((name) =>
          start({ name: `${name}${round}`, calls: 40, limit }, (line, child) => {
            said.push(line);
            children.push(child);
            if (--left <= 0) for (const one of children) one.kill('SIGKILL');
          }),
        ),
      );
      const { calls, spent } = readBooks(file);
      assert.ok(spent <= limit, `round ${round}: ${spent}`);
      for (const line of said) {
        const [step, id = '', amount] = line.split(' ');
        if (step === 'settled') assert.deepEqual(calls.get(id), { outcome: 'complete', amount: Number(amount) }, `round ${round}: ${line}`);
      }
    }

    const beforeRecovery = readBooks(file);
    const database = await openDatabase(file);
    assert.equal(await database.ledger.recover(noon), beforeRecovery.reserved.length);
    const [today] = await database.ledger.status('real', periodsOf({ day: limit }));
    database.close();
    const books = readBooks(file);
    assert.ok(beforeRecovery.reserved.length > 0, 'no kill hit between reserve and settle');
    assert.deepEqual(books.reserved, []);
    assert.equal(books.spent, sumOf(books));
    assert.equal(books.spent, books.spentOnThreads);
    assert.equal(today?.spent, books.spent);
    assert.equal(today?.held, 0);
    assert.ok(books.spent <= limit, `spent ${books.spent}`);
    for (const id of beforeRecovery.reserved) assert.deepEqual(books.calls.get(id), { outcome: 'crashed', amount: 100 });
    for (const line of said) if (line.startsWith('reserved')) assert.ok(books.calls.has(line.split(' ')[1] ?? ''), line);
  });

  // What appears in the folder while a window restores, in order.
  for (const sight of ['.restoring', '.restored', '.corrupt-', '-wal']) {
    it(`loses no backup when a window is killed while it restores, at the sight of "${sight}"`, async () => {
      const filled = await openDatabase(file);
      for (let index = 0; index < 300; index++) await filled.ledger.settle(settled(opening(`old-${index}`), 10));
      filled.close();
      await backUp(file, noon);
      const bytes = readFileSync(file);
      writeFileSync(file, bytes.fill(0xa5, 2 * 4096, 5 * 4096));
      const children: ChildProcess[] = [];
      const watcher = watch(folder, (_, name) => {
        if (name?.includes(sight)) for (const child of children) child.kill('SIGKILL');
      });
      await start({ name: 'a', calls: 1, limit: 100_000 }, () => undefined, (child) => children.push(child));
      watcher.close();
      const database = await openDatabase(file);
      const [today] = await database.ledger.status('real', periodsOf());
      database.close();
      assert.ok((today?.spent ?? 0) >= 3_000, `${today?.spent} is left`);
    });
  }

  const rights: readonly { readonly why: string; readonly prepare: () => Promise<void> }[] = [
    { why: 'a folder', prepare: async () => undefined },
    { why: 'a folder with the database in it', prepare: async () => (await openDatabase(file)).close() },
  ];
  for (const { why, prepare } of rights) {
    it(`tells that ${why} may not be written`, async () => {
      await prepare();
      chmodSync(folder, 0o555);
      const said: string[] = [];
      await start({ name: 'a', calls: 1, limit: 100, unprivileged: true }, (line) => said.push(line));
      chmodSync(folder, 0o755);
      assert.deepEqual(said, ['problem readonly']);
    });
  }

  it('does not recover what a running process holds, and does once it is killed', async () => {
    const database: Database = await openDatabase(file);
    try {
      let changes = 0;
      const changed = new Promise<void>((resolve) => {
        database.ledger.onChange(() => {
          changes += 1;
          resolve();
        });
      });
      let ended: Promise<unknown> = Promise.resolve();
      const child = await new Promise<ChildProcess>((resolve) => {
        ended = start({ name: 'a', calls: 1, limit: 100, hold: true }, (_, holder) => resolve(holder));
      });
      await changed;
      assert.equal(changes, 1);
      assert.equal(await database.ledger.recover(noon), 0);
      assert.equal((await database.ledger.status('real', periodsOf()))[0]?.held, 100);
      child.kill('SIGKILL');
      await ended;
      assert.equal(await database.ledger.recover(noon), 1);
      assert.equal((await database.ledger.status('real', periodsOf()))[0]?.spent, 100);
    } finally {
      database.close();
    }
  });
});
