import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Connection, type ConnectionOptions } from '../../../../src/node/sqlite/connection';

describe('writes of a crowd', () => {
  let folder: string;
  let file: string;
  let connection: Connection;
  const open = (options: ConnectionOptions = {}) => Connection.open(file, { ...options, steps: ['CREATE TABLE kept (name TEXT PRIMARY KEY)'] });
  const keep = (name: string) => () => void connection.statement('INSERT INTO kept VALUES (?)').run(name);
  const kept = (from: Connection = connection) => from.read(() => from.statement('SELECT name FROM kept ORDER BY name').all().map(({ name }) => name));
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'farthing-together-'));
    file = path.join(folder, 'farthing.db');
    connection = await open();
  });
  afterEach(() => {
    connection.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('are one transaction', async () => {
    const other = await open();
    const versions = new Set([other.dataVersion()]);
    const written = ['a', 'b', 'c'].map((name) => connection.writeTogether(keep(name)).then(() => versions.add(other.dataVersion())));
    await Promise.all(written);
    assert.equal(versions.size, 2);
    assert.deepEqual(await kept(other), ['a', 'b', 'c']);
    other.close();
  });

  it('see one another, in their order', async () => {
    const count = () => connection.statement('SELECT count(*) AS all_ FROM kept').get()?.['all_'];
    const seen = ['a', 'b', 'c'].map((name) => connection.writeTogether(() => {
      keep(name)();
      return count();
    }));
    assert.deepEqual(await Promise.all(seen), [1, 2, 3]);
  });

  it('take nothing from one another when one cannot be done', async () => {
    const outcomes = await Promise.allSettled(['a', 'b', 'a', 'c'].map((name) => connection.writeTogether(keep(name))));
    assert.deepEqual(outcomes.map(({ status }) => status), ['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    assert.deepEqual(await kept(), ['a', 'b', 'c']);
  });

  it('are refused alone when the disk has no room for one of them', async () => {
    connection.statement('PRAGMA max_page_count = 8').run();
    const outcomes = await Promise.allSettled(['a', 'b'.repeat(100_000), 'c'].map((name) => connection.writeTogether(keep(name))));
    assert.deepEqual(outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.problem : 'written')), ['written', 'full', 'written']);
    assert.deepEqual(await kept(), ['a', 'c']);
  });

  it('are all told when another process never gives the lock back, and nothing of them is written', async () => {
    const other = await open();
    other.statement('BEGIN IMMEDIATE').run();
    connection.close();
    connection = await open({ busyTimeoutMs: 1, retryForMs: 50 });
    const outcomes = await Promise.allSettled(['a', 'b', 'c'].map((name) => connection.writeTogether(keep(name))));
    assert.deepEqual(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.problem), ['locked', 'locked', 'locked']);
    other.statement('ROLLBACK').run();
    other.close();
    await Promise.all(['a', 'b'].map((name) => connection.writeTogether(keep(name))));
    assert.deepEqual(await kept(), ['a', 'b']);
  });

  it('are on the disk when the connection is closed before their turn', async () => {
    const written = [connection.writeTogether(keep('a'), { durable: false }), connection.writeTogether(keep('b'))];
    connection.close();
    await Promise.all(written);
    connection = await open();
    assert.deepEqual(await kept(), ['a', 'b']);
  });

  it('take nothing from one another when the connection is closed before their turn and one cannot be done', async () => {
    const written = Promise.allSettled(['a', 'b', 'a', 'c'].map((name) => connection.writeTogether(keep(name))));
    connection.close();
    assert.deepEqual((await written).map(({ status }) => status), ['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    connection = await open();
    assert.deepEqual(await kept(), ['a', 'b', 'c']);
  });

  it('are each told what is wrong when the connection is closed', async () => {
    connection.close();
    const outcomes = await Promise.allSettled(['a', 'b'].map((name) => connection.writeTogether(keep(name))));
    assert.deepEqual(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.name), ['StorageError', 'StorageError']);
    connection = await open();
  });
});
