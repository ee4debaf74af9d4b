import assert from 'node:assert/strict';
import fs, { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { CallRecord } from '../../../../src/core/model/call';
import { nano } from '../../../../src/core/model/money';
import { StorageError } from '../../../../src/core/ports/ledgerStore';
import { backupDue, backupsOf, backUp } from '../../../../src/node/sqlite/backups';
import { Changes } from '../../../../src/node/sqlite/changes';
import { Connection } from '../../../../src/node/sqlite/connection';
import { type Database, type DatabaseOptions, openDatabase } from '../../../../src/node/sqlite/database';
import { openDatabaseFile } from '../../../../src/node/sqlite/databaseFile';
import { LogFile } from '../../../../src/node/sqlite/logFile';
import { LedgerTables } from '../../../../src/node/sqlite/ledgerTables';
import { ownerId } from '../../../../src/node/processOwner';
import { migrate, migrations, versionOf } from '../../../../src/node/sqlite/migrations';
import type { Restored } from '../../../../src/node/sqlite/restore';
import { noon, opening, periodsOf, settled } from '../../../support/calls';

const dayMs = 24 * 3_600_000;
const pageSize = 4096;

describe('the database in trouble', () => {
  let folder: string;
  let file: string;
  const open = new Set<() => void>();
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'farthing-trouble-'));
    file = path.join(folder, 'farthing.db');
  });
  afterEach(() => {
    for (const close of open) close();
    open.clear();
    rmSync(folder, { recursive: true, force: true });
  });

  const database = async (options: DatabaseOptions = {}): Promise<Database> => {
    const opened = await openDatabase(file, { liveness: () => 'alive', ...options });
    open.add(() => opened.close());
    return opened;
  };
  const raw = (): DatabaseSync => {
    const opened = openDatabaseFile(file, { busyTimeoutMs: 0 });
    open.add(() => opened.isOpen && opened.close());
    return opened;
  };
  /** Writes `count` calls of 10 each, with ids that start with `name`, and one conversation that has its text from it. */
  const fill = async (name: string, count: number): Promise<void> => {
    const filled = await openDatabase(file);
    for (let index = 0; index < count; index++) await filled.ledger.settle(settled(opening(`${name}-${index}`, { threadId: name }), 10));
    await filled.threads.create({ id: name, title: name, createdAt: 1, updatedAt: 1, realm: 'real' });
    await filled.threads.append({ id: `${name}-m`, threadId: name, position: 0, role: 'user', text: `${name} `.repeat(2_000), createdAt: 1 });
    filled.close();
  };
  const spentToday = async (opened: Database): Promise<number | undefined> => (await opened.ledger.status('real', periodsOf()))[0]?.spent;
  const damage = (target: string, from: number, length: number): void => {
    const bytes = readFileSync(target);
    bytes.fill(0xa5, from, from + length);
    writeFileSync(target, bytes);
  };
  const problem = (expected: StorageError['problem']) => (error: unknown) => {
    assert.ok(error instanceof StorageError, String(error));
    assert.equal(error.problem, expected, error.message);
    assert.doesNotMatch(error.message, new RegExp(folder), 'the path may name the person');
    return true;
  };

  describe('a damaged file', () => {
    const contents: readonly { readonly why: string; readonly bytes: Buffer }[] = [
      { why: 'text', bytes: Buffer.from('This is not a database. '.repeat(300)) },
      { why: 'noise of less than a page', bytes: Buffer.alloc(100, 0x5a) },
      { why: 'a header and nothing behind it', bytes: Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(4080, 0xff)]) },
    ];
    for (const { why, bytes } of contents) {
      it(`is moved aside and replaced by an empty one when there is no backup: ${why}`, async () => {
        writeFileSync(file, bytes);
        const opened = await database();
        assert.ok(opened.restored);
        assert.deepEqual({ ...opened.restored, movedTo: '' }, { movedTo: '', backupOf: undefined, savedCalls: 0, complete: false });
        assert.deepEqual(readFileSync(path.join(folder, opened.restored.movedTo)), bytes);
        await opened.ledger.settle(settled(opening('1'), 10));
        assert.equal(await spentToday(opened), 10);
      });
    }

    it('is not the empty file that a first start makes, nor a missing one', async () => {
      writeFileSync(file, '');
      assert.equal((await database()).restored, undefined);
    });

    it('is an empty file where there are backups of a full one', async () => {
      await fill('old', 3);
      await backUp(file, noon);
      writeFileSync(file, '');
      const opened = await database();
      assert.deepEqual({ ...opened.restored, movedTo: '' }, { movedTo: '', backupOf: '2026-03-18', savedCalls: 0, complete: false });
      assert.equal(await spentToday(opened), 30);
    });

    it('is restored from the newest backup that is whole', async () => {
      await fill('old', 3);
      await backUp(file, noon - 2 * dayMs);
      await fill('newer', 3);
      await backUp(file, noon - dayMs);
      await fill('newest', 3);
      await backUp(file, noon);
      const [newest] = backupsOf(file);
      assert.ok(newest);
      damage(newest.file, pageSize, statSync(newest.file).size - pageSize);
      writeFileSync(file, 'gone');
      const opened = await database();
      assert.equal(opened.restored?.backupOf, '2026-03-17');
      assert.equal(await spentToday(opened), 60);
      assert.deepEqual((await opened.threads.list({ limit: 10 })).map(({ id }) => id).toSorted(), ['newer', 'old']);
    });

    it('gives back what can still be read, whichever page is broken, and the sums agree with the calls', async function () {
      this.timeout(60_000);
      await fill('old', 60);
      await backUp(file, noon);
      await fill('new', 60);
      const whole = readFileSync(file);
      const pages = whole.length / pageSize;
      assert.ok(pages > 15, `only ${pages} pages`);
      let restoredTimes = 0;
      let savedCalls = 0;
      for (let page = 0; page < pages; page++) {
        for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });
        writeFileSync(file, whole);
        damage(file, page * pageSize, pageSize);
        const opened = await openDatabase(file);
        const spent = await spentToday(opened);
        const thread = await opened.threads.get('old');
        opened.close();
        const check = raw();
        const calls = check.prepare('SELECT count(*) AS n, sum(amount) AS amount FROM calls').get();
        assert.equal(spent, calls?.['amount'], `page ${page}`);
        assert.ok(Number(calls?.['n']) >= 60, `page ${page}: ${String(calls?.['n'])} calls`);
        assert.equal(thread?.messages[0]?.text.startsWith('old old'), true, `page ${page}`);
        check.close();
        if (opened.restored) {
          restoredTimes += 1;
          savedCalls += opened.restored.savedCalls;
          if (opened.restored.complete) assert.equal(Number(calls?.['n']), 120, `page ${page}: said to be complete`);
        }
      }
      assert.ok(restoredTimes >= pages - 3, `${restoredTimes} of ${pages} broken pages were noticed`);
      // Most pages hold other things than calls: those calls are all saved.
      assert.ok(savedCalls > restoredTimes * 40, `${savedCalls} calls saved in ${restoredTimes} restores`);
      assert.equal(readdirSync(folder).filter((name) => /\.corrupt-[^-]*$/.test(name)).length, 3, 'damaged files pile up');
    });

    it('is found by the daily check of a running window, and the other windows go on with the new file', async () => {
      await fill('old', 300);
      const reports: Restored[] = [];
      const first = await database({ onRestored: (report) => reports.push(report) });
      const second = await database();
      assert.equal(await spentToday(second), 3_000);
      damage(file, statSync(file).size - 6 * pageSize, pageSize);
      damage(file, 5 * pageSize, pageSize);
      await first.backup(noon);
      assert.equal(reports.length, 1);
      assert.deepEqual(backupsOf(file), []);
      const told = new Promise<void>((resolve) => second.ledger.onChange(resolve));
      await first.ledger.settle(settled(opening('late'), 7));
      const spent = await spentToday(first);
      await told;
      assert.equal(await spentToday(second), spent);
      assert.equal((await second.ledger.lastCall('real'))?.id, 'late');
    });

    it('is left alone when a newer version wrote it', async () => {
      await fill('old', 1);
      const newer = raw();
      newer.exec(`PRAGMA user_version = ${migrations.length + 1}`);
      newer.close();
      const before = readFileSync(file);
      await assert.rejects(database(), (error: unknown) => problem('other')(error) && error instanceof Error && /newer version/.test(error.message));
      assert.deepEqual(readFileSync(file), before);
    });

    it('is restored by one of two windows that find it at the same time', async () => {
      await fill('old', 3);
      await backUp(file, noon);
      writeFileSync(file, 'gone');
      const both = await Promise.all([database(), database()]);
      assert.equal(both.filter((one) => one.restored).length, 1);
      for (const one of both) assert.equal(await spentToday(one), 30);
    });

    const turns: readonly { readonly why: string; readonly owner: string; readonly at?: number }[] = [
      { why: 'died', owner: `v1|${encodeURIComponent(hostname())}|another%20boot|1|1|1` },
      { why: 'died before it gave its name', owner: '', at: Date.now() / 1_000 - 3 },
      { why: 'of another machine never came back', owner: 'v1|other-machine|boot|1|1|1', at: Date.now() / 1_000 - 121 },
    ];
    for (const { why, owner, at } of turns) {
      it(`is restored although a window that did the same ${why}`, async () => {
        writeFileSync(file, 'gone');
        writeFileSync(`${file}.restoring`, owner);
        if (at !== undefined) utimesSync(`${file}.restoring`, at, at);
        assert.ok((await database()).restored);
        assert.equal(existsSync(`${file}.restoring`), false);
      });
    }

    it('is left to the window that is restoring it', async () => {
      writeFileSync(file, 'gone');
      writeFileSync(`${file}.restoring`, ownerId());
      await assert.rejects(database({ retryForMs: 50 }), problem('locked'));
      assert.equal(readFileSync(file, 'utf8'), 'gone');
    });
  });

  it('money that a backup holds for several calls is not held by what was restored from it', async () => {
    await fill('old', 3);
    const before = await openDatabase(file);
    await before.ledger.hold({ hold: { id: 'h', realm: 'real', threadId: undefined, window: ownerId(), startedAt: noon, amount: nano(50) }, periods: [], conversationLimit: undefined });
    await before.backup(noon);
    await before.ledger.release('h');
    before.close();
    writeFileSync(file, 'damaged');
    const opened = await database();
    assert.equal((await opened.ledger.status('real', periodsOf()))[0]?.held, 0);
  });

  describe('a lock', () => {
    it('is waited for without stopping this window', async () => {
      const opened = await database({ busyTimeoutMs: 20 });
      const other = raw();
      other.exec('BEGIN IMMEDIATE');
      let done = false;
      const settling = opened.ledger.settle(settled(opening('1'), 10)).then(() => (done = true));
      // Turns of the event loop go by although the lock is held.
      for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
      assert.equal(done, false);
      assert.equal(await spentToday(opened), 0, 'reading needs no lock');
      other.exec('COMMIT');
      await settling;
      assert.equal(await spentToday(opened), 10);
    });

    it('that is never given back is told after the time that was set', async () => {
      const opened = await database({ busyTimeoutMs: 5, retryForMs: 200 });
      const other = raw();
      other.exec('BEGIN IMMEDIATE');
      const results = await Promise.allSettled([1, 2, 3].map((id) => opened.ledger.settle(settled(opening(String(id)), 10))));
      for (const result of results) assert.ok(result.status === 'rejected' && problem('locked')(result.reason));
      other.exec('ROLLBACK');
      await opened.ledger.settle(settled(opening('1'), 10));
      assert.equal(await spentToday(opened), 10);
    });

    it('at the first opening is waited for as well', async () => {
      await fill('old', 1);
      const other = raw();
      other.exec('BEGIN EXCLUSIVE');
      const early = openDatabase(file, { busyTimeoutMs: 5, retryForMs: 100, steps: [...migrations, 'CREATE TABLE later (id TEXT)'] });
      await assert.rejects(early, problem('locked'));
      other.exec('ROLLBACK');
      (await database()).close();
    });
  });

  describe('a full disk', () => {
    it('refuses, keeps the old state whole, and works again when there is room', async () => {
      const connection = await Connection.open(file);
      open.add(() => connection.close());
      const ledger = new LedgerTables(connection, new Changes(connection, (error) => assert.fail(String(error))), () => 'alive');
      await ledger.settle(settled(opening('1'), 10));
      const pagesNow = Number(connection.statement('PRAGMA page_count').get()?.['page_count']);
      connection.statement(`PRAGMA max_page_count = ${pagesNow}`).get();
      let written = 0;
      await assert.rejects(async () => {
        for (; written < 10_000; written++) {
          await ledger.reserve({ opening: opening(`${written}-${'x'.repeat(500)}`), periods: periodsOf(), conversationLimit: undefined });
        }
      }, problem('full'));
      const status = (await ledger.status('real', periodsOf()))[0];
      assert.deepEqual([status?.spent, status?.held], [10, written * 100]);
      connection.statement('PRAGMA max_page_count = 100000').get();
      await ledger.reserve({ opening: opening('after'), periods: periodsOf(), conversationLimit: undefined });
      assert.equal((await ledger.status('real', periodsOf()))[0]?.held, (written + 1) * 100);
    });
  });

  describe('a file that may not be written', () => {
    it('is told as such, and can still be read', async () => {
      await fill('old', 2);
      const connection = await Connection.open(file);
      open.add(() => connection.close());
      const ledger = new LedgerTables(connection, new Changes(connection, (error) => assert.fail(String(error))), () => 'alive');
      connection.statement('PRAGMA query_only = 1').run();
      await assert.rejects(ledger.settle(settled(opening('1'), 10)), problem('readonly'));
      assert.equal((await ledger.status('real', periodsOf()))[0]?.spent, 20);
    });

    it('is told when there is a file where the folder should be', async () => {
      writeFileSync(path.join(folder, 'taken'), '');
      await assert.rejects(openDatabase(path.join(folder, 'taken', 'farthing.db')), problem('other'));
    });
  });

  describe('a schema of an earlier version', () => {
    const added = 'CREATE TABLE later (id TEXT PRIMARY KEY) STRICT';

    it('is brought up to date after a copy was made', async () => {
      await fill('old', 2);
      const opened = await database({ steps: [...migrations, added] });
      assert.equal(opened.restored, undefined);
      assert.equal(await spentToday(opened), 20);
      const [copy] = backupsOf(file);
      assert.match(path.basename(copy?.file ?? ''), new RegExp(`^farthing-\\d{4}-\\d\\d-\\d\\d-before-${migrations.length + 1}\\.db$`));
      const before = openDatabaseFile(copy?.file ?? '', { busyTimeoutMs: 0, readOnly: true });
      assert.equal(versionOf(before), migrations.length);
      before.close();
      assert.equal(versionOf(raw()), migrations.length + 1);
    });

    it('keeps its calls, what is held and its conversations from before there were questions, outcomes and experiments', async () => {
      await fill('kept', 2);
      const filled = await database();
      await filled.ledger.reserve({ opening: opening('held'), periods: [], conversationLimit: undefined });
      filled.close();
      const old = path.join(folder, 'old.db');
      const before = openDatabaseFile(old, { busyTimeoutMs: 0 });
      const beforeQuestions = migrations.findIndex((step) => step.includes('ADD COLUMN question'));
      migrate(before, migrations.slice(0, beforeQuestions));
      before.exec(`ATTACH '${file}' AS filled`);
      for (const table of ['threads', 'messages', 'calls', 'reservations']) {
        const columns = before.prepare('SELECT name FROM pragma_table_info(?)').all(table).map(({ name }) => String(name)).join(', ');
        before.exec(`INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM filled.${table}`);
      }
      before.close();

      const opened = await openDatabase(old, { liveness: () => 'alive' });
      open.add(() => opened.close());
      const [day] = await opened.ledger.status('real', periodsOf());
      assert.deepEqual([opened.restored, day?.spent, day?.held, day?.calls], [undefined, 20, 100, 2]);
      const calls: CallRecord[] = [];
      for await (const page of opened.history.pages({ realm: 'real', from: 0, to: noon + 1 })) calls.push(...page);
      assert.deepEqual(calls, ['kept-0', 'kept-1'].map((id) => settled(opening(id, { threadId: 'kept' }), 10)));
      assert.match((await opened.threads.get('kept'))?.messages[0]?.text ?? '', /^kept kept /);
      assert.deepEqual([await opened.outcomes.count(0), await opened.experiments.list()], [{ outcomes: 0, marks: 0 }, []]);
      await opened.ledger.settle(settled(opening('held', { question: 'q' }), 30));
      assert.equal(await spentToday(opened), 50);
    });

    it('keeps its calls from before there were clients, also those under way, and refuses a Farthing of then', async () => {
      const beforeClients = migrations.findIndex((step) => step.includes('CREATE TABLE clients'));
      const steps = migrations.slice(0, beforeClients);
      const older = openDatabaseFile(file, { busyTimeoutMs: 0 });
      migrate(older, steps);
      const call = "'real', 'acme', 'acme-small', 'acme/acme-small', 'none', 'chat', 'thread', 'window-1'";
      older.exec(`INSERT INTO reservations (id, realm, provider, model, arm, effort, purpose, thread_id, window, started_at, worst, price_source, drawn) VALUES ('held', ${call}, ${noon}, 100, 'snapshot', 0)`);
      older.exec(`INSERT INTO calls (id, realm, provider, model, arm, effort, purpose, thread_id, window, started_at, worst, ended_at, outcome, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, usage_estimated, amount, price_source, charge_estimated, total_ms)
        VALUES ('spent', ${call}, ${noon}, 100, ${noon + 5}, 'complete', 1, 0, 0, 1, 0, 0, 30, 'snapshot', 0, 5)`);

      const opened = await database({ liveness: () => 'dead' });
      const sums = async () => {
        const [day] = await opened.ledger.status('real', periodsOf());
        const { spent, held } = await opened.ledger.conversationSpend('thread', 'real');
        return [day?.spent, day?.held, spent, held];
      };
      assert.deepEqual(await sums(), [30, 100, 30, 100]);
      assert.deepEqual(await opened.ledger.clientSpend('agent', 'real'), { spent: 0, held: 0, calls: 0, unknownCalls: 0 });
      await opened.ledger.reserve({ opening: opening('asked', { client: 'agent', folder: '/shop' }), periods: periodsOf({ day: 1_000 }), conversationLimit: undefined, clientLimit: nano(100) });
      await opened.ledger.settle(settled(opening('asked', { client: 'agent', folder: '/shop' }), 7));
      assert.equal(await opened.ledger.recover(noon), 1);
      assert.deepEqual(await sums(), [137, 0, 130, 0]);
      assert.deepEqual(await opened.ledger.clientSpend('agent', 'real'), { spent: 7, held: 0, calls: 1, unknownCalls: 0 });
      const calls: CallRecord[] = [];
      for await (const page of opened.history.pages({ realm: 'real', from: 0, to: noon + 1 })) calls.push(...page);
      assert.deepEqual(calls.map(({ id, client, folder, outcome }) => [id, client, folder, outcome]), [['spent', undefined, undefined, 'complete'], ['asked', 'agent', '/shop', 'complete'], ['held', undefined, undefined, 'crashed']]);

      // A window that has the file open since before: what it writes then is counted all the same.
      older.exec(`INSERT INTO calls (id, realm, provider, model, arm, effort, purpose, thread_id, window, started_at, worst, ended_at, outcome, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, usage_estimated, amount, price_source, charge_estimated, total_ms)
        VALUES ('late', ${call}, ${noon}, 100, ${noon + 5}, 'complete', 1, 0, 0, 1, 0, 0, 3, 'snapshot', 0, 5)`);
      older.close();
      assert.deepEqual(await sums(), [140, 0, 133, 0]);
      await assert.rejects(database({ steps }), (error: unknown) => error instanceof Error && /newer version/.test(error.message));
    });

    it('begins with nothing and takes every step once, with two windows at once', async () => {
      const steps = [...migrations, added, 'INSERT INTO later VALUES (1)'];
      await Promise.all([database({ steps }), database({ steps })]);
      assert.equal(versionOf(raw()), steps.length);
    });

    it('stays as it was when a step fails', async () => {
      await fill('old', 2);
      await assert.rejects(database({ steps: [...migrations, `${added}; INSERT INTO missing VALUES (1)`] }), problem('other'));
      const opened = await database();
      assert.equal(await spentToday(opened), 20);
      assert.deepEqual(raw().prepare("SELECT name FROM sqlite_schema WHERE name = 'later'").all(), []);
    });
  });

  describe('backups', () => {
    it('are made once a day, are whole, and seven are kept', async () => {
      const opened = await database();
      for (let day = 0; day < 10; day++) {
        const now = noon + day * dayMs;
        assert.equal(backupDue(file, now), true);
        await opened.ledger.settle(settled(opening(String(day)), 10));
        await opened.backup(now);
        assert.equal(backupDue(file, now), false);
        await opened.backup(now + 60_000);
      }
      assert.deepEqual(
        backupsOf(file).map(({ day }) => day),
        ['2026-03-27', '2026-03-26', '2026-03-25', '2026-03-24', '2026-03-23', '2026-03-22', '2026-03-21'],
      );
      const copy = openDatabaseFile(backupsOf(file)[0]?.file ?? '', { busyTimeoutMs: 0, readOnly: true });
      assert.equal(copy.prepare('SELECT sum(nano) AS n FROM spend').get()?.['n'], 100);
      copy.close();
      assert.equal(readdirSync(path.join(folder, 'backups')).length, 7, 'something was left behind');
    });

    it('do not stop the window that makes them, and hold one state of the books', async () => {
      const opened = await database();
      await opened.ledger.settle(settled(opening('first'), 10));
      const copying = opened.backup(noon);
      for (let index = 0; index < 50; index++) await opened.ledger.settle(settled(opening(String(index)), 10));
      await copying;
      const copy = openDatabaseFile(backupsOf(file)[0]?.file ?? '', { busyTimeoutMs: 0, readOnly: true });
      assert.deepEqual(
        copy.prepare('SELECT (SELECT sum(nano) FROM spend) AS one').get()?.['one'],
        copy.prepare('SELECT sum(amount) AS other FROM calls').get()?.['other'],
      );
      copy.close();
      assert.equal(await spentToday(opened), 510);
    });

    it('clear away what a window left that ended while it copied, and not what one is writing', async () => {
      const opened = await database();
      await opened.backup(Date.now());
      const left = path.join(folder, 'backups', 'farthing.1.new');
      const fresh = path.join(folder, 'backups', 'farthing.2.new');
      for (const draft of [left, fresh]) writeFileSync(draft, '');
      utimesSync(left, 0, 0);
      await backUp(file, Date.now());
      assert.deepEqual([existsSync(left), existsSync(fresh)], [false, true]);
    });

    it('of other files in the folder are not ours', async () => {
      mkdirSync(path.join(folder, 'backups'));
      for (const name of ['other-2026-01-01.db', 'farthing-notes.txt', 'farthing-2026-01-01.db.new']) writeFileSync(path.join(folder, 'backups', name), '');
      assert.deepEqual(backupsOf(file), []);
    });
  });

  it('sums agree with the calls after rows were changed and removed by hand', async () => {
    const opened = await database();
    for (let index = 0; index < 40; index++) {
      const call = opening(String(index), { threadId: `t${index % 3}`, realm: index % 5 === 0 ? 'demo' : 'real', startedAt: noon - index * 600_000 });
      await opened.ledger.settle(settled(call, index % 7 === 0 ? undefined : index));
    }
    const hand = raw();
    hand.exec("UPDATE calls SET amount = 1000, price_source = 'user' WHERE seq % 4 = 0");
    hand.exec("UPDATE calls SET amount = NULL, price_source = 'unknown' WHERE seq % 11 = 0");
    hand.exec("UPDATE calls SET thread_id = NULL WHERE seq % 6 = 0; UPDATE calls SET thread_id = 't9', realm = 'demo', started_at = started_at + 3600000 WHERE seq % 9 = 0");
    hand.exec('DELETE FROM calls WHERE seq % 5 = 0');
    const difference = (sums: string, group: string, where: string): unknown =>
      hand
        .prepare(
          `SELECT * FROM (SELECT ${group} AS g, realm, coalesce(sum(amount), 0) AS nano, count(*) AS calls, sum(amount IS NULL) AS unknown FROM calls ${where} GROUP BY 1, 2)
           EXCEPT SELECT ${sums}`,
        )
        .all();
    assert.deepEqual(difference('bucket, realm, nano, calls, unknown_calls FROM spend', 'started_at / 900000', ''), []);
    assert.deepEqual(difference('thread_id, realm, nano, calls, unknown_calls FROM thread_spend', 'thread_id', 'WHERE thread_id IS NOT NULL'), []);
    assert.deepEqual(hand.prepare('SELECT count(*) AS n FROM spend WHERE calls = 0 AND (nano <> 0 OR unknown_calls <> 0)').get()?.['n'], 0);
  });

  describe('waits for the disk', () => {
    /** Waits that are under way, to be ended by hand. */
    let waits: ((error: NodeJS.ErrnoException | null) => void)[];
    let connection: Connection;
    const original = fs.fdatasync;
    beforeEach(async () => {
      waits = [];
      connection = await Connection.open(file);
      open.add(() => connection.close());
      fs.fdatasync = Object.assign((_: number, ended: (error: NodeJS.ErrnoException | null) => void) => void waits.push(ended), { __promisify__: original.__promisify__ });
    });
    afterEach(() => {
      fs.fdatasync = original;
    });
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const remember = (id: string) => () => void connection.statement('INSERT INTO forgotten (id, at) VALUES (?, 0)').run(id);
    const noting = (into: string[], name: string, write: Promise<unknown>) => write.then(() => into.push(name), (error: unknown) => into.push(`${name}: ${error instanceof StorageError ? error.problem : 'other'}`));

    it('for money and for finished answers, not for every word of one, and SQLite waits for none of it', async () => {
      const done: string[] = [];
      const written = [noting(done, 'word', connection.write(() => undefined, { durable: false })), noting(done, 'money', connection.write(() => undefined))];
      await turn();
      assert.deepEqual([done, waits.length], [['word'], 1]);
      assert.equal(connection.statement('PRAGMA synchronous').get()?.['synchronous'], 1);
      waits[0]?.(null);
      await Promise.all(written);
      assert.deepEqual(done, ['word', 'money']);
    });

    it('once more for what was written while it waited, and once for all of that', async () => {
      const done: string[] = [];
      const written = [noting(done, 'a', connection.write(() => undefined))];
      await turn();
      written.push(noting(done, 'b', connection.write(() => undefined)), noting(done, 'c', connection.writeTogether(() => undefined)), noting(done, 'd', connection.writeTogether(() => undefined)));
      await turn();
      await turn();
      assert.equal(waits.length, 1);
      waits[0]?.(null);
      await turn();
      assert.deepEqual([done, waits.length], [['a'], 2]);
      waits[1]?.(null);
      await Promise.all(written);
      assert.deepEqual(done.toSorted(), ['a', 'b', 'c', 'd']);
      assert.equal(waits.length, 2);
    });

    const noSpace = Object.assign(new Error('no space'), { code: 'ENOSPC' });

    it('and says so when it reports an error', async () => {
      // While somebody reads, the log cannot be emptied into the file.
      const reader = raw();
      reader.exec('BEGIN');
      reader.prepare('SELECT count(*) FROM calls').get();
      const done: string[] = [];
      const written = [noting(done, 'a', connection.writeTogether(() => undefined)), noting(done, 'b', connection.writeTogether(remember('b'), { durable: false })), noting(done, 'c', connection.writeTogether(() => undefined))];
      await turn();
      await turn();
      waits[0]?.(noSpace);
      await Promise.all(written);
      assert.deepEqual(done, ['b', 'a: full', 'c: full']);
    });

    it('and takes nothing more for written after an error, behind what may be lost of the log, until the log was begun anew', async () => {
      const reader = raw();
      reader.exec('BEGIN');
      reader.prepare('SELECT count(*) FROM calls').get();
      const done: string[] = [];
      const written = [noting(done, 'a', connection.write(remember('a')))];
      await turn();
      written.push(noting(done, 'b', connection.write(remember('b'))));
      await turn();
      waits[0]?.(noSpace);
      await Promise.all(written);
      await noting(done, 'c', connection.write(remember('c')));
      assert.deepEqual([done, waits.length], [['a: full', 'b: full', 'c: full'], 1]);

      reader.exec('COMMIT');
      await noting(done, 'd', connection.write(remember('d')));
      assert.equal(done.at(-1), 'd');
      // In the file itself, without its log.
      copyFileSync(file, path.join(folder, 'copy.db'));
      const copy = openDatabaseFile(path.join(folder, 'copy.db'), { busyTimeoutMs: 0 });
      open.add(() => copy.close());
      assert.deepEqual(copy.prepare("SELECT id FROM forgotten ORDER BY id").all().map(({ id }) => id), ['a', 'b', 'c', 'd']);
      const last = noting(done, 'e', connection.write(remember('e')));
      await turn();
      assert.equal(waits.length, 2);
      waits[1]?.(null);
      await last;
      assert.equal(done.at(-1), 'e');
    });

    it('and holds no money for what was refused for that', async () => {
      const ledger = new LedgerTables(connection, new Changes(connection, (error) => assert.fail(String(error))), () => 'alive');
      const held = async () => (await ledger.status('real', periodsOf()))[0]?.held;
      const hold = async (id: string, amount: number) => ledger.hold({ hold: { id, realm: 'real', threadId: undefined, window: 'w', startedAt: noon, amount: nano(amount) }, periods: [], conversationLimit: undefined });
      const work = hold('work', 50);
      await turn();
      waits[0]?.(null);
      await work;
      const reader = raw();
      reader.exec('BEGIN');
      reader.prepare('SELECT count(*) FROM calls').get();
      const refused = [
        assert.rejects(ledger.reserve({ opening: opening('r1', { worst: nano(10) }), periods: [], conversationLimit: undefined }), problem('full')),
        assert.rejects(ledger.reserve({ opening: opening('r2', { worst: nano(20) }), periods: [], conversationLimit: undefined, hold: 'work' }), problem('full')),
        assert.rejects(hold('other', 40), problem('full')),
      ];
      await turn();
      await turn();
      for (const ended of waits.slice(1)) ended(noSpace);
      await Promise.all(refused);
      assert.equal(await held(), 50);
      assert.equal(connection.statement('SELECT remaining FROM holds WHERE id = ?').get('work')?.['remaining'], 50);
    });

    it('never twice at a time, however soon it is asked again', async () => {
      const log = new LogFile(`${file}-wal`);
      const first = log.written();
      const second = log.written();
      const third = first.then(() => log.written());
      waits[0]?.(null);
      await turn();
      assert.equal(waits.length, 2);
      log.close();
      waits[1]?.(null);
      await Promise.all([second, third]);
      assert.equal(waits.length, 2);
    });

    it('also when it is closed meanwhile', async () => {
      const done: string[] = [];
      const written = [noting(done, 'a', connection.write(() => undefined))];
      await turn();
      connection.close();
      assert.deepEqual(done, []);
      waits[0]?.(null);
      await Promise.all(written);
      assert.deepEqual(done, ['a']);
    });
  });

  it('is for its owner only, and so are its copies', async () => {
    // Windows has no such bits; a profile folder there is its owner's alone.
    if (process.platform === 'win32') return assert.equal((await database()).restored, undefined);
    await fill('old', 3);
    const opened = await database();
    await opened.ledger.settle(settled(opening('1'), 10));
    await opened.backup(noon);
    const rights = (name: string): string => (statSync(path.join(folder, name)).mode & 0o777).toString(8);
    for (const name of ['farthing.db', 'farthing.db-wal', 'backups/farthing-2026-03-18.db']) assert.equal(rights(name), '600', name);
    opened.close();
    writeFileSync(file, 'gone');
    assert.ok((await database()).restored);
    assert.equal(rights('farthing.db'), '600');
  });

  it('says that it is closed when it is', async () => {
    const opened = await database();
    opened.close();
    await assert.rejects(opened.ledger.settle(settled(opening('1'), 10)), problem('other'));
    opened.close();
  });

  it('takes up a copy that was put in its place', async () => {
    await fill('old', 2);
    copyFileSync(file, `${file}.copy`);
    const opened = await database();
    await opened.ledger.settle(settled(opening('1'), 10));
    rmSync(file);
    for (const end of ['-wal', '-shm']) rmSync(file + end, { force: true });
    copyFileSync(`${file}.copy`, file);
    assert.equal(await spentToday(opened), 20);
  });
});
