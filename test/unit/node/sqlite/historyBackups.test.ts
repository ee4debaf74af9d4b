import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { StoredMessage, Thread } from '../../../../src/core/model/thread';
import { backUp } from '../../../../src/node/sqlite/backups';
import { type Database, openDatabase } from '../../../../src/node/sqlite/database';
import { migrate, migrations } from '../../../../src/node/sqlite/migrations';

const noon = Date.UTC(2026, 2, 17, 12);
const never = new AbortController().signal;
const thread = (id: string, updatedAt: number): Thread => ({ id, title: `Title of ${id}`, createdAt: 5, updatedAt, realm: 'real' });
const message = (threadId: string, position: number, text: string, createdAt: number): StoredMessage => ({ id: `${threadId}-${position}`, threadId, position, role: 'user', text, createdAt });

describe('history backups', () => {
  let folder: string;
  let file: string;
  let opened: Database;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'farthing-history-'));
    file = path.join(folder, 'farthing.db');
    opened = await openDatabase(file);
  });
  afterEach(() => {
    opened.close();
    rmSync(folder, { recursive: true });
  });

  const write = async (id: string, texts: readonly string[], at: number): Promise<void> => {
    await opened.threads.create(thread(id, at));
    for (const [position, text] of texts.entries()) await opened.threads.append(message(id, position, text, at + position));
  };
  const textsOf = async (id: string): Promise<readonly string[] | undefined> => (await opened.threads.get(id))?.messages.map(({ text }) => text);
  const theBackup = async (): Promise<string> => {
    const [backup] = await opened.backups.list();
    assert.ok(backup);
    return backup.name;
  };
  /** Removes it as a sweep does, a day after it was deleted. */
  const lose = (id: string): void => {
    const other = new DatabaseSync(file);
    other.exec('PRAGMA foreign_keys = ON');
    other.prepare('DELETE FROM threads WHERE id = ?').run(id);
    other.close();
  };

  it('are listed with their day and how many conversations they hold, also one that cannot be read', async () => {
    await write('a', ['x'], 10);
    await write('b', ['y'], 20);
    await opened.threads.delete('b', 30);
    await backUp(file, noon);
    writeFileSync(path.join(folder, 'backups', 'farthing-2026-03-16.db'), 'no database');
    assert.deepEqual(await opened.backups.list(), [
      { name: 'farthing-2026-03-17.db', day: '2026-03-17', chats: 1 },
      { name: 'farthing-2026-03-16.db', day: '2026-03-16', chats: undefined },
    ]);
    await assert.rejects(opened.backups.differences('farthing-2026-03-16.db'), { problem: 'other' });
    await assert.rejects(opened.backups.differences('../farthing.db'), { problem: 'other' });
    assert.deepEqual(await textsOf('a'), ['x'], 'damage of a backup is none of the database');
  });

  it('bring back what is missing or older here, and never what is newer here', async () => {
    for (const [id, at] of [['lost', 10], ['deleted', 20], ['shorter', 30], ['same', 40], ['newer', 50], ['goneOn', 60]] as const) await write(id, ['one', 'two'], at);
    await backUp(file, noon);
    lose('lost');
    lose('shorter');
    await write('shorter', ['one'], 30);
    await opened.threads.append(message('newer', 2, 'three', 1000));
    await opened.threads.append(message('goneOn', 2, 'three', 1000));
    for (const id of ['deleted', 'goneOn']) await opened.threads.delete(id, 2000);

    const name = await theBackup();
    assert.deepEqual(
      (await opened.backups.differences(name)).map(({ threadId, here, messages }) => [threadId, here, messages]),
      [
        ['goneOn', 'missing', 2],
        ['shorter', 'older', 2],
        ['deleted', 'missing', 2],
        ['lost', 'missing', 2],
      ],
    );
    const restored = await opened.backups.restore(name, ['lost', 'deleted', 'shorter', 'same', 'newer', 'goneOn', 'unknown'], never);
    assert.deepEqual(restored.threadIds, ['lost', 'deleted', 'shorter', 'goneOn']);
    for (const id of ['lost', 'deleted', 'shorter', 'same']) assert.deepEqual(await textsOf(id), ['one', 'two'], id);
    for (const id of ['newer', 'goneOn']) assert.deepEqual(await textsOf(id), ['one', 'two', 'three'], id);
    assert.deepEqual(await opened.backups.differences(name), []);
    assert.equal((await opened.threads.search('title of lost', 5)).hits.length, 1);
    assert.equal((await opened.threads.search('two', 50)).hits.length, 6);

    await opened.threads.append(message('lost', 2, 'gone on with', 3000));
    await restored.undo();
    assert.deepEqual(await textsOf('lost'), ['one', 'two', 'gone on with'], 'what came after it is nowhere else');
    assert.deepEqual(await textsOf('shorter'), ['one']);
    for (const id of ['deleted', 'goneOn']) assert.equal(await textsOf(id), undefined, id);
    await opened.threads.restore('goneOn');
    assert.deepEqual(await textsOf('goneOn'), ['one', 'two', 'three']);
  });

  it('of an older version are read as well, and an answer that was being written then is ended', async () => {
    mkdirSync(path.join(folder, 'backups'));
    const old = new DatabaseSync(path.join(folder, 'backups', 'farthing-2026-03-01.db'));
    migrate(old, migrations.slice(0, 4));
    old.exec("INSERT INTO threads (id, title, created_at, updated_at, realm) VALUES ('t', 'Old', 1, 2, 'real')");
    old.exec(`INSERT INTO messages (id, thread_id, position, role, text, created_at, answer, writer) VALUES ('m', 't', 0, 'assistant', 'half', 3, '{"state":"streaming","window":"w"}', 'w')`);
    old.close();
    assert.deepEqual((await opened.backups.restore('farthing-2026-03-01.db', ['t'], never)).threadIds, ['t']);
    const stored = await opened.threads.get('t');
    assert.deepEqual([stored?.thread.title, stored?.messages[0]?.text, stored?.messages[0]?.answer?.state], ['Old', 'half', 'interrupted']);
  });

  it('bring back nothing after the person has stopped it', async () => {
    await write('a', ['x'], 10);
    await backUp(file, noon);
    lose('a');
    assert.deepEqual((await opened.backups.restore(await theBackup(), ['a'], AbortSignal.abort())).threadIds, []);
    assert.equal(await textsOf('a'), undefined);
  });

  it('are what a damaged database is replaced from when it is checked', async () => {
    await write('a', ['x'], 10);
    assert.equal(await opened.backups.check(), 'sound');
    await backUp(file, noon);
    // Else all that was written is in the log still, and what is damaged is not read at all. Who looked after it may still be closing it.
    const handle = new DatabaseSync(file, { timeout: 5000 });
    assert.equal(handle.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'], 0);
    handle.close();
    writeFileSync(file, 'x'.repeat(20_000));
    assert.equal(await opened.backups.check(), 'replaced');
    assert.deepEqual(await textsOf('a'), ['x']);
    assert.equal(await opened.backups.check(), 'sound');
  });
});
