import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { periodLimits } from '../../src/core/budget/periods';
import { nano } from '../../src/core/model/money';
import { backUp } from '../../src/node/sqlite/backups';
import { Connection } from '../../src/node/sqlite/connection';
import { openDatabase } from '../../src/node/sqlite/database';
import { openDatabaseFile } from '../../src/node/sqlite/databaseFile';
import { opening, settled } from '../support/calls';
import { asMicros, type Figure, type Measure, quantile } from './figure';

const rows = 1_000_000;
const now = Date.UTC(2026, 2, 31, 20);
const yearMs = 365 * 24 * 3_600_000;

/** What the books cost with a million calls in them. */
export const measure: Measure = async (print) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'farthing-bench-'));
  const file = path.join(folder, 'farthing.db');
  try {
    print(`writing ${rows.toLocaleString('en')} calls`);
    return [await fill(file), ...(await use(file))];
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** A year of calls, in one transaction of SQL: settling them one by one would measure the disk a million times. */
async function fill(file: string): Promise<Figure> {
  (await openDatabase(file)).close();
  const database = openDatabaseFile(file, { busyTimeoutMs: 0 });
  database.exec('PRAGMA synchronous = OFF');
  const started = performance.now();
  database.exec(`
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
    INSERT INTO calls (id, realm, provider, model, arm, effort, purpose, thread_id, window, started_at, worst, ended_at, outcome,
      input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, usage_estimated, amount, price_source, charge_estimated, first_token_ms, total_ms)
    SELECT printf('0198b0c2-0000-7000-8000-%012d', i), CASE WHEN i % 20 = 0 THEN 'demo' ELSE 'real' END, 'openrouter', 'vendor/some-model-name', 'openrouter/vendor/some-model-name', 'none', 'chat',
      'thread-' || (i / 10), 'v1|host|boot|1|2|3', ${now - yearMs} + i * ${Math.floor(yearMs / rows)}, 900000, ${now - yearMs} + i * ${Math.floor(yearMs / rows)} + 2000, 'complete',
      900, 0, 0, 300, 0, 0, 250000 + i % 1000, 'snapshot', 0, 400, 2000 FROM n`);
  const perCall = (performance.now() - started) / rows;
  database.close();
  return { name: 'insert, without the disk', value: `${(perCall * 1000).toFixed(1)} µs`, how: `a call with both its sums, ${rows.toLocaleString('en')} in one transaction; ${(statSync(file).size / 1e6).toFixed(0)} MB` };
}

async function use(file: string): Promise<readonly Figure[]> {
  const opened = performance.now();
  const database = await openDatabase(file);
  const openMs = performance.now() - opened;
  const { ledger, threads } = database;
  const limits = periodLimits(now, { day: nano(1e15), week: nano(1e15), month: nano(1e15) }, 1);
  const call = (index: number): ReturnType<typeof opening> => opening(`bench-${index}`, { startedAt: now, threadId: 'thread-1', worst: nano(900_000) });
  await threads.create({ id: 't', title: 'Bench', createdAt: now, updatedAt: now, realm: 'real' });
  await threads.append({ id: 'm', threadId: 't', position: 0, role: 'assistant', text: '', createdAt: now });
  const text = 'A line of an answer that is being written. '.repeat(500);
  const connection = await Connection.open(file);
  const figures = [
    { name: 'open', value: `${openMs.toFixed(1)} ms`, how: 'a file of this size is checked in the background' },
    await sample('status of day, week and month', 2_000, () => ledger.status('real', limits), 'what the status bar asks'),
    await sample('spend of a conversation', 2_000, () => ledger.conversationSpend('thread-5'), 'one of 100,000'),
    await sample('last call', 2_000, () => ledger.lastCall('demo'), 'a twentieth of the calls are the demo’s'),
    await sample('reserve', 500, (index) => ledger.reserve({ opening: call(index), periods: limits, conversationLimit: nano(1e15) }), 'against all limits; waits for the disk'),
    await sample('settle: insert of a call', 500, (index) => ledger.settle(settled(call(index), 250_000)), 'with both sums; waits for the disk'),
    await sample('recover with nothing to do', 2_000, () => ledger.recover(now), 'at each opening'),
    await sample('update of a streaming answer', 500, () => threads.update('m', text, { state: 'streaming', window: 'w' }), '20 kB, once a second while it streams'),
    await sample('look for changes of other windows', 20_000, async () => connection.dataVersion(), 'twice a second'),
    await backup(file),
  ];
  connection.close();
  database.close();
  return figures;
}

/** The timer tells how long this thread stood still while the worker copied. */
async function backup(file: string): Promise<Figure> {
  let longest = 0;
  let last = performance.now();
  const ticking = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  const started = performance.now();
  await backUp(file, now);
  clearInterval(ticking);
  return { name: 'daily check and backup', value: `${((performance.now() - started) / 1000).toFixed(1)} s`, how: `in a worker; the longest pause of this thread was ${longest.toFixed(0)} ms` };
}

async function sample(name: string, times: number, work: (index: number) => Promise<unknown>, how: string): Promise<Figure> {
  const took: number[] = [];
  for (let index = 0; index < times; index++) {
    const started = performance.now();
    await work(index);
    took.push(performance.now() - started);
  }
  return { name, value: `p50 ${asMicros(quantile(took, 0.5))}, p99 ${asMicros(quantile(took, 0.99))}`, how };
}
