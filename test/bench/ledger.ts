// What the books cost with a million calls in them, or as many as the first argument says.
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

const rows = Number(process.argv[2] ?? 1_000_000);
const now = Date.UTC(2026, 2, 31, 20);
const yearMs = 365 * 24 * 3_600_000;

void main();

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'farthing-bench-'));
  const file = path.join(folder, 'farthing.db');
  try {
    await fill(file);
    print('file', `${(statSync(file).size / 1e6).toFixed(0)} MB, ${rows.toLocaleString('en')} calls over a year`);
    await measure(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A year of calls, in one transaction of SQL: settling them one by one would measure the disk a million times. */
async function fill(file: string): Promise<void> {
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
  print('fill, with both sums kept', `${(((performance.now() - started) * 1_000) / rows).toFixed(1)} µs a call`);
  database.close();
}

async function measure(file: string): Promise<void> {
  const opened = performance.now();
  const database = await openDatabase(file);
  print('open', `${(performance.now() - opened).toFixed(1)} ms`);
  const { ledger, threads } = database;
  const limits = periodLimits(now, { day: nano(1e15), week: nano(1e15), month: nano(1e15) }, 1);
  const call = (index: number): ReturnType<typeof opening> => opening(`bench-${index}`, { startedAt: now, threadId: 'thread-1', worst: nano(900_000) });

  await sample('status of day, week and month', 2_000, () => ledger.status('real', limits));
  await sample('conversationSpend', 2_000, () => ledger.conversationSpend('thread-5'));
  await sample('lastCall', 2_000, () => ledger.lastCall('demo'));
  await sample('reserve against all limits (waits for the disk)', 500, (index) => ledger.reserve({ opening: call(index), periods: limits, conversationLimit: nano(1e15) }));
  await sample('settle (waits for the disk)', 500, (index) => ledger.settle(settled(call(index), 250_000)));
  await sample('recover with nothing to do', 2_000, () => ledger.recover(now));

  await threads.create({ id: 't', title: 'Bench', createdAt: now, updatedAt: now, realm: 'real' });
  await threads.append({ id: 'm', threadId: 't', position: 0, role: 'assistant', text: '', createdAt: now });
  const text = 'A line of an answer that is being written. '.repeat(500);
  await sample('update of a streaming answer of 20 kB', 500, () => threads.update('m', text, { state: 'streaming', window: 'w' }));

  const connection = await Connection.open(file);
  await sample('look for changes of other windows', 20_000, async () => connection.dataVersion());
  connection.close();

  // The timer tells how long this thread stood still while the worker copied.
  let longest = 0;
  let last = performance.now();
  const ticking = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  const started = performance.now();
  await backUp(file, now);
  clearInterval(ticking);
  print('check and backup in a worker', `${(performance.now() - started).toFixed(0)} ms, longest pause of this thread ${longest.toFixed(0)} ms`);
  database.close();
}

async function sample(name: string, times: number, work: (index: number) => Promise<unknown>): Promise<void> {
  const took: number[] = [];
  for (let index = 0; index < times; index++) {
    const started = performance.now();
    await work(index);
    took.push((performance.now() - started) * 1_000);
  }
  took.sort((one, other) => one - other);
  const at = (share: number): string => `${(took[Math.floor(times * share)] ?? 0).toFixed(0)} µs`;
  print(name, `p50 ${at(0.5)}, p99 ${at(0.99)}`);
}

function print(name: string, value: string): void {
  process.stdout.write(`${name.padEnd(50)}${value}\n`);
}
