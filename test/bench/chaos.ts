import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { type ChaosCheck, chaosChecks } from '../support/chaosChecks';
import { chaosPrices, ChaosClient } from '../support/chaosRun';
import { type ChaosAttempt, chaosAttempts, chaosFaults, type ChaosPlan, ChaosServer } from '../support/chaosServer';
import { asMegabytes, asMs, type Figure, type Measure, median, quantile } from './figure';

/** Streams that run at once, and for how many seconds new questions are asked. */
const people = Number(process.env['FARTHING_CHAOS_STREAMS'] ?? 100);
const seconds = Number(process.env['FARTHING_CHAOS_SECONDS'] ?? 60);

/** As most models answer: half a second to think, 25 to 50 pieces a second for two to five seconds. */
const plan: ChaosPlan = { faultShare: 0.1, firstWordMs: [200, 800], pieceMs: [20, 40], pieces: [60, 160], slowMs: 3000, retryAfter: '1', prices: chaosPrices, seed: 20261121 };
/** Shorter than anybody would set them, so that what hangs is given up within the run. Longer than the slowest first word. */
const timeouts = { 'timeouts.firstTokenSeconds': 8, 'timeouts.idleSeconds': 4 };
/** USD; enough for less than half of the crowd, each of whose calls can cost 0.00025 to 0.0005. */
const smallBudget = people * 0.0001;
const budgetSeconds = Math.min(8, seconds);

const serverRole = 'chaos-server';

/** A crowd on two failing providers for a minute; then the same with a budget that is too small for it. Throws when a promise is broken. */
export const measure: Measure = async (print) => {
  const complaints: string[] = [];
  const complain = (what: string) => (cause: unknown) => void complaints.push(`${what}: ${cause instanceof Error ? cause.stack : String(cause)}`);
  process.on('unhandledRejection', complain('rejection'));
  process.on('uncaughtException', complain('exception'));
  process.on('warning', complain('warning'));
  const wealthy = await run({ settings: { 'budget.day': 1000 }, seconds, print, complaints });
  const poor = await run({ settings: { 'budget.day': smallBudget, 'budget.atLimit': 'stop', maxOutputTokens: 512 }, seconds: budgetSeconds, print, complaints });
  const limit = smallBudget * 1e9;
  const passed: ChaosCheck = { promise: 'what is spent and held never passes the budget', broken: [...(poor.mostCommitted > limit ? [`${poor.mostCommitted} of ${limit} nano-dollars`] : []), ...(poor.refused === 0 ? ['the budget was never in the way, so nothing was shown'] : [])] };
  report(`${people} people, ${seconds} s`, wealthy.checks, print);
  report(`the same with a budget of $${smallBudget} a day, ${budgetSeconds} s`, [...poor.checks, passed], print);
  if ([...wealthy.checks, ...poor.checks, passed].some(({ broken }) => broken.length > 0)) throw new Error('A promise was broken.');
  return [...wealthy.figures, { name: 'questions that a small budget kept from being asked', value: String(poor.refused), how: `limit $${smallBudget}; spent and held were ${(poor.mostCommitted / 1e9).toFixed(4)} at most, looked at ten times a second` }];
};

interface Run {
  readonly settings: ConstructorParameters<typeof ChaosClient>[0]['settings'];
  readonly seconds: number;
  readonly print: (line: string) => void;
  readonly complaints: string[];
}

interface Ran {
  readonly checks: readonly ChaosCheck[];
  readonly figures: readonly Figure[];
  /** Questions that the budget refused. */
  readonly refused: number;
  /** The most that was spent and held together, in nano-dollars. */
  readonly mostCommitted: number;
}

async function run({ settings, seconds: time, print, complaints }: Run): Promise<Ran> {
  const folder = mkdtempSync(path.join(tmpdir(), 'farthing-chaos-'));
  const server = await startServer();
  const client = new ChaosClient({ folder, address: server.address, settings: { ...timeouts, ...settings } });
  try {
    await client.app.models();
    await client.committed();
    // The first stack that anybody looks at makes Node read the source map of this benchmark: 20 MB that are not the product's.
    void new Error('for its stack').stack;
    const idle = memory();
    let peak = { rss: 0, heapUsed: 0 };
    /** Of the heap, what is in use while all streams run. */
    const live: number[] = [];
    let mostCommitted = 0;
    const from = performance.now();
    const watching = setInterval(() => {
      if (live.length < 3 && performance.now() - from > (live.length + 1) * 250 * time) live.push(memory().heapUsed);
      const { rss, heapUsed } = process.memoryUsage();
      peak = { rss: Math.max(peak.rss, rss), heapUsed: Math.max(peak.heapUsed, heapUsed) };
      void client.committed().then((committed) => (mostCommitted = Math.max(mostCommitted, committed)));
    }, 100);
    print(`${people} people ask for ${time} s`);
    await client.crowd(people, () => performance.now() - from < time * 1000);
    const tookMs = performance.now() - from;
    clearInterval(watching);
    const after = memory();
    const attempts = await server.account();
    const books = client.onDisk();
    const { questions } = client;
    const checks = chaosChecks({ questions, attempts, books, complaints: [...client.complaints, ...complaints] });
    const answers = questions.map(({ messageId }) => books.answers.get(messageId)?.answer);
    const states = Object.entries(Object.groupBy(answers, (answer) => answer?.state ?? 'missing')).map(([state, of]) => `${of?.length ?? 0} ${state}`);
    const failovers = answers.reduce((sum, answer) => sum + (answer?.switches?.length ?? 0), 0);
    const faults = attempts.filter(({ fault }) => fault !== undefined).length;
    const first = firstWords(questions, attempts);
    const failures = Object.entries(Object.groupBy(answers, (answer) => answer?.failure?.kind ?? 'none')).flatMap(([kind, of]) => (kind === 'none' ? [] : [`${of?.length ?? 0} ${kind}`]));
    const refused = answers.filter((answer) => answer?.failure?.kind === 'budgetReached').length;
    const figures: Figure[] = [
      { name: 'questions', value: `${questions.length} (${states.join(', ')})`, how: `${people} at once for ${time} s, conversations of three questions; ${failures.join(', ') || 'no failure'}; ${(questions.length / (tookMs / 1000)).toFixed(1)} ends a second` },
      { name: 'attempts, of them with a fault', value: `${attempts.length}, ${faults} (${((faults / attempts.length) * 100).toFixed(1)} %)`, how: `${chaosFaults.length} kinds in turn: ${chaosFaults.join(', ')}` },
      { name: 'failovers, other tries again', value: `${failovers}, ${attempts.length - (questions.length - refused) - failovers}`, how: 'to the same model at the other provider; at the same provider' },
      { name: 'added until the first word', value: `p50 ${asMs(median(first))}, p95 ${asMs(quantile(first, 0.95))}`, how: `from sending to the first word, less what the server kept silent on purpose; of questions asked once, without the first ${people}, which are sent in one moment` },
      { name: 'resident memory at the peak, over the idle app', value: asMegabytes(peak.rss - idle.rss), how: `${asMegabytes((peak.rss - idle.rss) / people)} a stream; looked at ten times a second, garbage and the record of this benchmark included; idle is ${asMegabytes(idle.rss)}` },
      { name: 'heap at the peak, over the idle app', value: asMegabytes(peak.heapUsed - idle.heapUsed), how: `${asMegabytes((peak.heapUsed - idle.heapUsed) / people)} a stream, the same; idle is ${asMegabytes(idle.heapUsed)}` },
      { name: '  of it in use after 1/4, 1/2 and 3/4 of the time', value: live.map((heap) => asMegabytes(heap - idle.heapUsed)).join(', '), how: 'after garbage collection, while all streams run' },
      { name: '  left when all have ended', value: asMegabytes(after.heapUsed - idle.heapUsed), how: 'after garbage collection' },
    ];
    return { checks, figures, refused, mostCommitted };
  } finally {
    await client.app.close();
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

/** In milliseconds, of questions for which one attempt was enough. */
function firstWords(questions: ChaosClient['questions'], attempts: readonly ChaosAttempt[]): readonly number[] {
  const tries = Map.groupBy(attempts, ({ question }) => question);
  return questions.flatMap(({ number, sentAt, firstWordAt }) => {
    const [only, ...more] = tries.get(number) ?? [];
    return only && more.length === 0 && number > people && firstWordAt !== undefined ? [firstWordAt - sentAt - only.thoughtMs] : [];
  });
}

function memory(): NodeJS.MemoryUsage {
  globalThis.gc?.();
  return process.memoryUsage();
}

function report(title: string, checks: readonly ChaosCheck[], print: (line: string) => void): void {
  print(title);
  for (const { promise, broken } of checks) {
    print(`  ${broken.length === 0 ? 'kept  ' : 'BROKEN'} ${promise}`);
    for (const sentence of broken.slice(0, 5)) print(`           ${sentence}`);
    if (broken.length > 5) print(`           and ${broken.length - 5} more`);
  }
}

interface RemoteServer {
  readonly address: string;
  account(): Promise<readonly ChaosAttempt[]>;
  stop(): Promise<void>;
}

/** The server in a process of its own, so that neither its time nor its memory is taken for the client's. */
async function startServer(): Promise<RemoteServer> {
  const child = fork(fileURLToPath(import.meta.url), { env: { ...process.env, FARTHING_CHAOS_ROLE: serverRole }, execArgv: [], serialization: 'advanced' });
  const heard = async (): Promise<unknown> => ((await once(child, 'message')) as readonly unknown[])[0];
  const address = z.string().parse(await heard());
  return {
    address,
    account: async () => {
      child.send('account');
      return chaosAttempts.parse(await heard());
    },
    stop: async () => {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

if (process.env['FARTHING_CHAOS_ROLE'] === serverRole) {
  const server = new ChaosServer(plan);
  // The fork of a benchmark that was killed must not stay.
  process.once('disconnect', () => process.exit());
  process.on('message', () => void server.account().then((attempts) => process.send?.(attempts)));
  process.send?.(await server.start());
}

