import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ThreadStore } from '../../src/core/ports/threadStore';
import { openDatabase } from '../../src/node/sqlite/database';
import { openDatabaseFile } from '../../src/node/sqlite/databaseFile';
import { seededRandom } from '../support/seededRandom';
import { asMegabytes, type Figure, type Measure, quantile } from './figure';

const messages = Number(process.env['FARTHING_BENCH_MESSAGES'] ?? 1_000_000);
/** Questions and answers of a conversation. */
const perThread = 10;
const now = Date.UTC(2026, 2, 31, 20);

/** As one types, and as one asks: common and rare, alone and together, of which nothing is found. */
const queries = ['co', 'con', 'const', 'retur', 'the', 'the model', 'budget reserve', 'database conn', 'interface', 'foo.bar', 'readonly string', '"as const"', 'q7', 'id123', 'id4567', 'provider na', 'zebra', 'a key of the provider', 'err', 'sqlite wal'];

/** What conversations cost with a million messages in them. */
export const measure: Measure = async (print) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'farthing-bench-'));
  const file = path.join(folder, 'farthing.db');
  try {
    print(`writing ${messages.toLocaleString('en')} messages`);
    const without = await fill(file);
    print('making the index');
    const index = await indexAll(file);
    return [{ name: 'file without the index', value: asMegabytes(without), how: `${messages.toLocaleString('en')} messages in ${(messages / perThread).toLocaleString('en')} conversations; questions of 3 lines, answers of 25` }, ...index, ...(await use(file, print))];
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Lines of this repository as what people write: words as common and as rare as they are in code and in sentences. */
async function fill(file: string): Promise<number> {
  (await openDatabase(file)).close();
  const lines = ['src', 'docs'].flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(ts|md)$/.test(name)).flatMap((name) => readFileSync(path.join(folder, name), 'utf8').split('\n')));
  const usual = lines.filter((line) => line.length < 300);
  const random = seededRandom(7);
  const database = openDatabaseFile(file, { busyTimeoutMs: 0 });
  database.exec('PRAGMA synchronous = OFF');
  database.exec('BEGIN');
  const addThread = database.prepare("INSERT INTO threads (id, title, created_at, updated_at, realm) VALUES (?, ?, ?, ?, 'real')");
  const addMessage = database.prepare('INSERT INTO messages (id, thread_id, position, role, text, created_at) VALUES (?, ?, ?, ?, ?, ?)');
  for (let index = 0; index < messages; index += 1) {
    const thread = Math.floor(index / perThread);
    const position = index % perThread;
    const at = now - (messages - index) * 30_000;
    const count = position % 2 === 0 ? 3 : 25;
    const from = Math.floor(random() * (usual.length - count));
    // Names and numbers that hardly occur twice, as texts have them.
    const text = `${usual.slice(from, from + count).join('\n')} id${Math.floor(random() * 1e6)} ${Math.floor(random() * 1e9).toString(36)}`;
    if (position === 0) addThread.run(idOf('t', thread), text.trim().slice(0, 60), at, at + perThread * 30_000);
    addMessage.run(idOf('m', index), idOf('t', thread), position, position % 2 === 0 ? 'user' : 'assistant', text, at);
  }
  database.exec('COMMIT');
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  return statSync(file).size;
}

function idOf(kind: 't' | 'm', index: number): string {
  return `0198b0c2-${kind === 't' ? '0000' : '0001'}-7000-8000-${String(index).padStart(12, '0')}`;
}

/** As a window does it that finds an older database, without its rests. A search begins with what is left to do. */
async function indexAll(file: string): Promise<readonly Figure[]> {
  const database = await openDatabase(file);
  const started = performance.now();
  const pauses: number[] = [];
  for (let last = started; ; last = performance.now()) {
    const { unfinished } = await database.threads.search('zzzzzz', 1);
    pauses.push((performance.now() - last) / 3);
    if (!unfinished) break;
  }
  const seconds = (performance.now() - started) / 1000;
  database.close();
  return [
    { name: 'making the index of an older file', value: `${seconds.toFixed(0)} s`, how: `in the background in batches, p50 ${quantile(pauses, 0.5).toFixed(0)} ms, p99 ${quantile(pauses, 0.99).toFixed(0)} ms, longest ${Math.max(...pauses).toFixed(0)} ms; a window rests 15 ms after each` },
    { name: 'file with the index', value: asMegabytes(statSync(file).size), how: 'words, and beginnings of two and three letters' },
  ];
}

async function use(file: string, print: (line: string) => void): Promise<readonly Figure[]> {
  const database = await openDatabase(file);
  const { threads } = database;
  const random = seededRandom(11);
  const anyThread = (): string => idOf('t', Math.floor((random() * messages) / perThread));
  const [tenth] = (await threads.list({ limit: 5_000 })).slice(-1);
  const figures = [
    await sample('search: first page', 500, (index) => threads.search(queries[index % queries.length] ?? '', 30), `${queries.length} queries, 30 hits with their snippets`, 'p50 < 20 ms, p99 < 100 ms'),
    await sample('list: first page', 300, () => threads.list({ limit: 200 }), '200 conversations', 'p50 < 20 ms, p99 < 100 ms'),
    await sample('list: a page far down', 300, () => threads.list({ limit: 200, ...(tenth ? { before: tenth } : {}) }), 'behind 5,000'),
    await sample('open a conversation', 500, () => threads.get(anyThread()), `${perThread} messages`, 'p50 < 20 ms, p99 < 100 ms'),
    await sample('append a question', 300, (index) => threads.append({ id: `bench-${index}`, threadId: anyThread(), position: perThread, role: 'user', text: 'A question of a few words about the budget.', createdAt: now + index }), 'waits for the disk; the index comes later'),
    await afterAppend(threads),
  ];
  database.close();
  print('searching without the index');
  return [...figures, naive(file)];
}

/** What one has just written is found by the next search. */
async function afterAppend(threads: ThreadStore): Promise<Figure> {
  return sample(
    'append, then search for it',
    100,
    async (index) => {
      await threads.append({ id: `found-${index}`, threadId: idOf('t', index), position: perThread + 1, role: 'user', text: `A question with one word of its own, unheardof${index}.`, createdAt: now + 1000 + index });
      const { hits } = await threads.search(`unheardof${index}`, 5);
      if (hits.length === 0) throw new Error('a message that was just written is not found');
    },
    'both together',
  );
}

/** The same first page by reading every text, the newest first, as one would without an index. */
function naive(file: string): Figure {
  const database = openDatabaseFile(file, { busyTimeoutMs: 0, readOnly: true });
  const find = database.prepare('SELECT id FROM messages WHERE text LIKE ? ORDER BY created_at DESC LIMIT 30');
  const took = ['the', 'budget', 'id4567', 'zebra'].map((word) => {
    const started = performance.now();
    find.all(`%${word}%`);
    return performance.now() - started;
  });
  database.close();
  return { name: 'search by LIKE, for comparison', value: `p50 ${quantile(took, 0.5).toFixed(0)} ms, longest ${Math.max(...took).toFixed(0)} ms`, how: `4 words, the same file, without an index` };
}

async function sample(name: string, times: number, work: (index: number) => Promise<unknown>, how: string, goal?: string): Promise<Figure> {
  const took: number[] = [];
  for (let index = 0; index < times; index += 1) {
    const started = performance.now();
    await work(index);
    took.push(performance.now() - started);
  }
  return { name, value: `p50 ${quantile(took, 0.5).toFixed(2)} ms, p99 ${quantile(took, 0.99).toFixed(2)} ms, longest ${Math.max(...took).toFixed(1)} ms`, how, ...(goal === undefined ? {} : { goal }) };
}
