import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { StoredMessage, Thread } from '../../../../src/core/model/thread';
import type { ThreadStore } from '../../../../src/core/ports/threadStore';
import { backUp } from '../../../../src/node/sqlite/backups';
import { type Database, openDatabase } from '../../../../src/node/sqlite/database';
import { migrate, migrations } from '../../../../src/node/sqlite/migrations';
import { matchOf, searchTerms, snippets } from '../../../../src/node/sqlite/searchWords';

const thread: Thread = { id: 't', title: 'Title', createdAt: 5, updatedAt: 10, realm: 'real' };
const question = (id: string, position: number, text: string): StoredMessage => ({ id, threadId: 't', position, role: 'user', text, createdAt: 20 });

describe('searchWords', () => {
  it('makes terms of any query', () => {
    const rows: readonly [string, string][] = [
      ['', ''],
      ['conf', '"conf" *'],
      ['conf ', '"conf"'],
      ['a b', '"a" "b"'],
      ['app.ts', '"app ts" *'],
      ['"exact words" oth', '"exact words" "oth" *'],
      ['"not closed', '"not closed"'],
      ['a"b', '"a" "b"'],
      ['検索', '"検 索"'],
      ['c++ -x', '"c" "x"'],
      ["it's", '"it s"'],
      ['NEAR(a b) OR *', '"NEAR a" "b" "OR" *'],
    ];
    for (const [query, expected] of rows) assert.equal(matchOf(searchTerms(query)), expected, query);
  });

  it('shows the piece that has most of what was asked, on one line, with its places', () => {
    const filler = 'lorem ipsum '.repeat(40);
    const rows: readonly [text: string, query: string, matched: readonly string[]][] = [
      ['one two', 'two', ['two']],
      [`only alpha ${filler} alpha\n\n\tbeta ${filler}`, 'alpha beta', ['alpha', 'beta']],
      ['naïve café', 'cafe', ['café']],
      ['Ärger und ÄRGER', 'ärger', ['Ärger', 'ÄRGER']],
      ['call foo.bar() and foo bar', '"foo bar"', ['foo.bar', 'foo bar']],
      ['これは検索です', '検索', ['検索']],
      ['getUser user', 'user', ['user']],
      [`${'x'.repeat(500)} needle ${'👋'.repeat(200)}`, 'needle', ['needle']],
      ['of the title only', 'missing', []],
    ];
    for (const [text, query, matched] of rows) {
      const snippet = snippets(searchTerms(query))(text);
      assert.deepEqual(snippet.ranges.map(([from, to]) => snippet.text.slice(from, to)), matched, query);
      assert.ok(snippet.text.length <= 170, query);
      assert.ok(!/\s\s|\n/.test(snippet.text), query);
      assert.ok(snippet.text.isWellFormed(), query);
    }
  });
});

describe('search index', () => {
  let folder: string;
  let file: string;
  let opened: Database | undefined;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'farthing-search-'));
    file = path.join(folder, 'farthing.db');
  });
  afterEach(() => {
    opened?.close();
    opened = undefined;
    rmSync(folder, { recursive: true });
  });

  const open = async (): Promise<ThreadStore> => {
    opened?.close();
    opened = await openDatabase(file, { retryForMs: 50 });
    return opened.threads;
  };
  const idsOf = async (threads: ThreadStore, query: string): Promise<readonly (string | undefined)[]> => {
    while ((await threads.search(query, 1)).unfinished);
    return (await threads.search(query, 5_000)).hits.map(({ message }) => message?.id);
  };

  it('is made for a database of an older version, also where all its messages are of one moment', async () => {
    const old = new DatabaseSync(file);
    migrate(old, migrations.slice(0, 8));
    old.exec("INSERT INTO threads (id, title, created_at, updated_at, realm) VALUES ('t', 'Old title', 1, 2, 'real')");
    const insert = old.prepare("INSERT INTO messages (id, thread_id, position, role, text, created_at) VALUES (?, 't', ?, 'user', 'old word', 3)");
    old.exec('BEGIN');
    for (let index = 0; index < 2_500; index += 1) insert.run(`m${index}`, index);
    old.exec('COMMIT');
    old.close();
    const threads = await open();
    assert.equal((await threads.search('word', 10)).unfinished, true);
    assert.equal(new Set(await idsOf(threads, 'word')).size, 2_500);
    assert.deepEqual(await idsOf(threads, 'old title'), [undefined]);
  });

  it('answers from what is in it while another program holds the database', async () => {
    const threads = await open();
    await threads.create(thread);
    await threads.append(question('a', 0, 'first word'));
    assert.deepEqual(await idsOf(threads, 'word'), ['a']);
    await threads.append(question('b', 1, 'second word'));
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const page = await threads.search('word', 5);
    other.exec('ROLLBACK');
    other.close();
    assert.deepEqual(page.hits.map(({ message }) => message?.id), ['a']);
    assert.equal(page.unfinished, true);
    assert.deepEqual(await idsOf(threads, 'word'), ['b', 'a']);
  });

  describe('where none can be made', () => {
    const problems: unknown[] = [];
    /** What stands in the way of FTS5: without it nothing different is thrown than where a name of its tables is taken. */
    const withoutIndex = async (): Promise<ThreadStore> => {
      problems.length = 0;
      const early = new DatabaseSync(file);
      migrate(early);
      early.exec('CREATE TABLE message_words_data (x)');
      early.close();
      opened = await openDatabase(file, { retryForMs: 50, onProblem: (problem) => problems.push(problem) });
      return opened.threads;
    };

    it('the database works, and everything is read instead', async () => {
      const threads = await withoutIndex();
      await threads.create({ ...thread, title: 'Parsing of dates' });
      await threads.create({ ...thread, id: 'deleted', title: 'Parsing, deleted' });
      await threads.append({ ...question('d', 0, 'parsing'), threadId: 'deleted' });
      await threads.delete('deleted', 30);
      for (const [index, text] of ['a parser in app.ts', 'PARSING 100% of it', 'これは検索です', 'parsing it'].entries()) await threads.append(question(`m${index}`, index, text));
      const rows: readonly [query: string, expected: readonly (string | undefined)[]][] = [
        ['parsing', [undefined, 'm3', 'm1']],
        ['pars it', ['m3', 'm1']],
        ['"app.ts"', ['m0']],
        ['検索', ['m2']],
        ['missing', []],
        ['%', []],
      ];
      for (const [query, expected] of rows) assert.deepEqual(await idsOf(threads, query), expected, query);
      await threads.rename('t', 'Another title', 'person');
      await threads.truncate('t', 3);
      assert.deepEqual(await idsOf(threads, 'parsing'), ['m1']);
      assert.equal(problems.length, 1, 'told once');
    });

    it('pages follow one another', async () => {
      const threads = await withoutIndex();
      await threads.create({ ...thread, title: 'word' });
      for (let index = 0; index < 5; index += 1) await threads.append(question(`m${index}`, index, 'a word'));
      const found: (string | undefined)[] = [];
      for (let next: string | undefined = ''; next !== undefined; ) {
        const page = await threads.search('word', 2, next === '' ? undefined : next);
        found.push(...page.hits.map(({ message }) => message?.id));
        next = page.next;
      }
      assert.deepEqual(found, [undefined, 'm4', 'm3', 'm2', 'm1', 'm0']);
    });
  });

  it('that an editor made is no trouble to one that cannot read it', async () => {
    const threads = await open();
    await threads.create(thread);
    await threads.append(question('a', 0, 'first word'));
    await threads.append(question('b', 1, 'second word'));
    assert.deepEqual(await idsOf(threads, 'word'), ['b', 'a']);
    opened?.close();
    // The module under another name, as where SQLite is built without it.
    const rewrite = (from: string, to: string): void => {
      const database = new DatabaseSync(file);
      database.enableDefensive(false);
      database.exec(`PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'USING ${from} ', 'USING ${to} ') WHERE sql LIKE 'CREATE VIRTUAL%'`);
      database.close();
    };
    rewrite('fts5', 'absent');
    const without = await open();
    await without.truncate('t', 1);
    await without.update('a', 'other text', { state: 'complete' });
    await without.rename('t', 'New name', 'person');
    await without.append(question('c', 1, 'third word'));
    await backUp(file, Date.now());
    assert.deepEqual(await idsOf(without, 'word'), ['c']);
    opened?.close();
    rewrite('absent', 'fts5');
    const again = await open();
    assert.deepEqual(await idsOf(again, 'word'), ['c']);
    assert.deepEqual(await idsOf(again, 'text'), ['a']);
    assert.deepEqual(await idsOf(again, 'name'), [undefined]);
    assert.deepEqual(await idsOf(again, 'second'), []);
  });

  it('of a development version, whose triggers named it, goes on', async () => {
    const old = new DatabaseSync(file);
    migrate(old, migrations.slice(0, 10));
    old.exec(`CREATE VIRTUAL TABLE message_words USING fts5 (words, content = '', contentless_delete = 1);
      CREATE VIRTUAL TABLE title_words USING fts5 (words, content = '', contentless_delete = 1);
      CREATE TRIGGER messages_removed AFTER DELETE ON messages WHEN old.seq IS NOT NULL BEGIN DELETE FROM message_words WHERE rowid = old.seq; END;
      INSERT INTO threads (id, title, created_at, updated_at, realm, seq) VALUES ('t', 'Old', 1, 2, 'real', 7);
      INSERT INTO title_words (rowid, words) VALUES (7, 'Old');
      INSERT INTO messages (id, thread_id, position, role, text, created_at, seq) VALUES ('a', 't', 0, 'user', 'old word', 3, 8);
      INSERT INTO message_words (rowid, words) VALUES (8, 'old word')`);
    old.close();
    const threads = await open();
    assert.deepEqual(await idsOf(threads, 'old'), [undefined, 'a']);
    await threads.truncate('t', 0);
    assert.deepEqual(await idsOf(threads, 'old'), [undefined]);
  });

  it('is right in a backup, and after one took the place of a damaged file', async () => {
    const threads = await open();
    await threads.create(thread);
    for (const id of ['a', 'b', 'c']) await threads.append(question(id, 9, `word of ${id}`));
    assert.deepEqual(await idsOf(threads, 'word'), ['c', 'b', 'a']);
    await threads.truncate('t', 11);
    await backUp(file, Date.now());
    opened?.close();
    writeFileSync(file, 'damaged');
    const restored = await open();
    assert.deepEqual(await idsOf(restored, 'word'), ['b', 'a']);
    await restored.append(question('d', 12, 'word again'));
    assert.deepEqual(await idsOf(restored, 'word'), ['d', 'b', 'a']);
  });
});
