import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OpenAI } from 'openai';
import { estimateTokenCount } from 'tokenx';
import { App } from '../../src/core/app';
import { readSnapshot } from '../../src/core/catalog/snapshot';
import type { Books } from '../../src/core/ports/books';
import type { Log } from '../../src/core/ports/log';
import type { LedgerStore } from '../../src/core/ports/ledgerStore';
import type { Wire, WireRequest } from '../../src/core/ports/wire';
import { openBooks } from '../../src/node/books';
import { timeSortedIds } from '../../src/node/ids';
import { ownerId } from '../../src/node/processOwner';
import { systemClock } from '../../src/node/systemClock';
import { textFiles } from '../../src/node/textFiles';
import { openaiChatWire } from '../../src/wires/openaiChat/openaiChat';
import { coreParts } from '../support/coreParts';
import { FakeClientStore } from '../support/fakeClientStore';
import { FakeExperimentStore } from '../support/fakeExperimentStore';
import { FakeHealthStore } from '../support/fakeHealthStore';
import { FakeHistoryBackups } from '../support/fakeHistoryBackups';
import { FakeOutcomeStore } from '../support/fakeOutcomeStore';
import { FakeLedgerStore } from '../support/fakeLedgerStore';
import { FakeLimitStore } from '../support/fakeLimitStore';
import { FakePluginFiles } from '../support/fakePluginFiles';
import { shippedWeights } from '../support/shippedProfile';
import { FakeSignIn } from '../support/fakeSignIn';
import { FakeThreadStore } from '../support/fakeThreadStore';
import { defaultSettings } from '../support/testApp';
import { answerPieces, startAnswerServer } from './answerServer';
import { asMicros, asMs, median, type Figure, type Measure, quantile, withRange } from './figure';

/** Rounds thrown away: until then the compiler is still at work. */
const warmUpRounds = 300;
const blocks = 5;
const roundsInBlock = 200;

const question = 'Why does this cache return a stale value after the second update, and how would you fix it without a lock? It runs in two workers, the first one writes every ten seconds, and readers must never block.';
const quiet: Log = { info: () => undefined, warn: () => undefined, error: (message, cause) => console.error(message, cause) };

/** One way to have the question answered: returns when the answer is whole. `firstText` is called at its first text. */
type Way = (firstText: () => void) => Promise<void>;

interface Took {
  readonly ms: number;
  readonly firstTextMs: number;
  /** Of this thread: the processor time that is lost to everything else in the extension host. */
  readonly cpuMs: number;
}

/** What the steps inside took, gathered by wrappers of the ports. */
class Steps {
  readonly #took = new Map<string, number[]>();
  recording = false;

  record(step: string, ms: number): void {
    if (!this.recording) return;
    const known = this.#took.get(step);
    if (known) known.push(ms);
    else this.#took.set(step, [ms]);
  }

  timed<Input, Output>(step: string, work: (input: Input) => Promise<Output>): (input: Input) => Promise<Output> {
    return async (input) => {
      const started = performance.now();
      const output = await work(input);
      this.record(step, performance.now() - started);
      return output;
    };
  }

  of(step: string): readonly number[] {
    return this.#took.get(step) ?? [];
  }
}

/** What Farthing adds to a request, over the bare client of the same protocol in the same run. */
export const measure: Measure = async (print) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'farthing-bench-'));
  const server = await startAnswerServer();
  const steps = new Steps();
  const books = await openBooks(folder, quiet, () => undefined);
  const wire = openaiChatWire({ fetch: towards(server.baseUrl) });
  const sent = new Recorder(wire);
  const onDisk = appWith({ folder, wire: sent, ledger: timedLedger(books.ledger, steps), threads: books.threads });
  const free = appWith({ folder, wire, ledger: freeLedger(), threads: new FakeThreadStore() });
  try {
    const arms = (await onDisk.models()).length;
    await asked(onDisk, undefined)(() => undefined);
    const request = sent.last;
    if (!request) throw new Error('The app sent no request.');
    const ways: Readonly<Record<string, Way>> = {
      bare: bareClient(server.baseUrl, request),
      wire: wireAlone(wire, request),
      free: asked(free, undefined),
      app: asked(onDisk, steps),
      turn: chatTurn(onDisk),
    };
    print(`${arms} models and efforts to choose from, ${blocks} × ${roundsInBlock} rounds`);
    await rounds(ways, warmUpRounds);
    steps.recording = true;
    const runs: Record<string, readonly Took[]>[] = [];
    for (let block = 0; block < blocks; block++) runs.push(await rounds(ways, roundsInBlock));
    return figures(runs, steps, arms);
  } finally {
    await onDisk.close();
    await free.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

function figures(runs: readonly Readonly<Record<string, readonly Took[]>>[], steps: Steps, arms: number): readonly Figure[] {
  const added = (way: string, over: string, field: keyof Took): readonly (readonly number[])[] =>
    runs.map((run) => (run[way] ?? []).map((took, index) => took[field] - (run[over]?.[index]?.[field] ?? Number.NaN)));
  const middle = (differences: readonly (readonly number[])[]): string => withRange(differences.map(median), asMs);
  const whole = added('app', 'bare', 'ms');
  const pairs = `${blocks} × ${roundsInBlock} pairs after ${warmUpRounds}; median, and range of the blocks' medians`;
  const step = (name: string): string => `${asMicros(median(steps.of(name)))}, p90 ${asMicros(quantile(steps.of(name), 0.9))}`;
  const mean = (way: string): number => runs.flatMap((run) => run[way] ?? []).reduce((sum, { cpuMs }, _, { length }) => sum + cpuMs / length, 0);
  return [
    { name: 'bare client, whole answer', value: withRange(runs.map((run) => median((run['bare'] ?? []).map(({ ms }) => ms))), asMs), how: `openai client, stream of ${answerPieces} pieces from loopback, no delay` },
    { name: 'added by Farthing, whole answer', value: middle(whole), goal: '≤ 0.50 ms', how: `whole App, SQLite on disk, day budget, ${arms} arms; ${pairs}` },
    { name: '  the same, p90 of the pairs', value: asMs(quantile(whole.flat(), 0.9)), how: 'both sides of a pair vary' },
    { name: '  added until the first text', value: middle(added('app', 'bare', 'firstTextMs')), how: 'what a person waits longer' },
    { name: '  added processor time', value: asMs(mean('app') - mean('bare')), how: 'of this thread, mean; waiting for the disk is not in it' },
    { name: '  of it: the wire', value: middle(added('wire', 'bare', 'ms')), how: 'our reader instead of the client’s' },
    { name: '  of it: choosing and keeping account', value: middle(added('free', 'wire', 'ms')), how: 'App with books that do nothing, over the wire alone' },
    { name: '  of it: the books', value: middle(added('app', 'free', 'ms')), how: 'SQLite and its wait for the disk, over books that do nothing' },
    { name: '    until the route is known', value: step('decide'), how: 'status, profile and route' },
    { name: '    status of the budget', value: step('status'), how: 'a read, part of the line above' },
    { name: '    reserve', value: step('reserve'), how: 'one transaction, waits for the disk' },
    { name: '    settle', value: step('settle'), how: 'the same, after the last text' },
    { name: 'a stored chat turn, added', value: middle(added('turn', 'bare', 'ms')), how: 'question and answer in a conversation, also on disk' },
  ];
}

/** All ways once a round, in another order each round, so that none always runs in another's wake. */
async function rounds(ways: Readonly<Record<string, Way>>, count: number): Promise<Record<string, readonly Took[]>> {
  const names = Object.keys(ways);
  const took: Record<string, Took[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < count; round++) {
    for (let place = 0; place < names.length; place++) {
      const name = names[(round + place) % names.length] ?? '';
      const way = ways[name];
      if (way) took[name]?.push(await timed(way));
    }
  }
  return took;
}

async function timed(way: Way): Promise<Took> {
  const cpu = process.threadCpuUsage();
  const started = performance.now();
  let firstTextMs = Number.NaN;
  await way(() => {
    firstTextMs = performance.now() - started;
  });
  const ms = performance.now() - started;
  // The connection is given back after the answer has ended; that belongs to it, and not to the next.
  await new Promise((resolve) => setTimeout(resolve, 1));
  const { user, system } = process.threadCpuUsage(cpu);
  return { ms, firstTextMs, cpuMs: (user + system) / 1000 };
}

/** What a person would write with the client alone: the same question to the same model, and the text kept. */
function bareClient(baseUrl: string, request: WireRequest): Way {
  const client = new OpenAI({ baseURL: baseUrl, apiKey: 'local', maxRetries: 0 });
  return async (firstText) => {
    const stream = await client.chat.completions.create({ model: request.model, messages: [{ role: 'user', content: question }], stream: true, stream_options: { include_usage: true }, max_tokens: request.maxOutputTokens });
    let text = '';
    for await (const chunk of stream) {
      const piece = chunk.choices[0]?.delta.content ?? '';
      if (piece !== '' && text === '') firstText();
      text += piece;
    }
    mustBeWhole(text);
  };
}

function wireAlone(wire: Wire, request: WireRequest): Way {
  return async (firstText) => {
    let text = '';
    for await (const event of wire.complete(request, new AbortController().signal)) {
      if (event.type !== 'text') continue;
      if (text === '') firstText();
      text += event.text;
    }
    mustBeWhole(text);
  };
}

function asked(app: App, steps: Steps | undefined): Way {
  return async (firstText) => {
    const started = performance.now();
    let text = '';
    for await (const event of app.ask({ messages: [{ role: 'user', text: question }], purpose: 'chat' }, new AbortController().signal)) {
      if (event.type === 'answer-routed') steps?.record('decide', performance.now() - started);
      if (event.type === 'answer-failed') throw new Error(`The app did not answer: ${JSON.stringify(event.failure)}`);
      if (event.type !== 'text-delta') continue;
      if (text === '') firstText();
      text += event.text;
    }
    mustBeWhole(text);
  };
}

function chatTurn(app: App): Way {
  return async (firstText) => {
    let text = '';
    const ended = new Promise<void>((resolve) => {
      const stop = app.conversations.onEvent((event) => {
        if (event.type === 'text-appended') {
          if (text === '') firstText();
          text += event.text;
        }
        // The last event of a turn, when all is written down.
        if (event.type === 'threads-changed' && text !== '') {
          stop();
          resolve();
        }
      });
    });
    const started = await app.conversations.send({ threadId: undefined, text: question, purpose: 'chat' });
    if (!started.ok) throw new Error(`The question was not taken: ${JSON.stringify(started.failure)}`);
    await ended;
    mustBeWhole(text);
  };
}

function mustBeWhole(text: string): void {
  if (!text.endsWith(` word${answerPieces - 1}`)) throw new Error(`The answer is not whole: ${text}`);
}

interface Parts {
  readonly folder: string;
  readonly wire: Wire;
  readonly ledger: LedgerStore;
  readonly threads: Books['threads'];
}

/** The whole product without an editor: the shipped catalogue, two providers with keys, a day budget that is never reached. */
function appWith({ folder, wire, ledger, threads }: Parts): App {
  return new App(
    {
      clock: systemClock,
      ids: timeSortedIds(),
      random: Math.random,
      log: quiet,
      keys: { get: async () => 'local', set: async () => undefined, delete: async () => undefined, list: async () => ['openai', 'openrouter'], onChange: () => () => undefined },
      texts: textFiles(path.join(folder, 'texts')),
      pluginFiles: new FakePluginFiles(),
      signIn: new FakeSignIn(),
      ...coreParts,
      books: async () => ({ ledger, history: new FakeLedgerStore(), threads, limits: new FakeLimitStore(), health: new FakeHealthStore(), outcomes: new FakeOutcomeStore({ calls: new Map() }), experiments: new FakeExperimentStore({ calls: new Map(), held: new Map() }), clients: new FakeClientStore(), backups: new FakeHistoryBackups(), close: async () => undefined }),
      profileWeights: async () => shippedWeights(),
      snapshot: async () => readSnapshot(readFileSync('src/core/catalog/snapshot.json', 'utf8')),
      demo: { baseUrl: async () => '', stop: async () => undefined },
      wire: () => wire,
      countTokens: estimateTokenCount,
      window: ownerId(),
    },
    // A title is asked for when the answer is there: nobody waits for it but the way that is measured next.
    { ...defaultSettings, 'demo.enabled': false, 'budget.day': 1000, 'titles.enabled': false },
  );
}

/** Every address becomes the server's: the definitions of the real providers stay as they are. */
function towards(baseUrl: string): typeof fetch {
  const address = `${baseUrl}/chat/completions`;
  return (_, init) => fetch(address, init);
}

/** Keeps the last request, so that all ways send the same one. */
class Recorder implements Wire {
  last: WireRequest | undefined;

  constructor(private readonly wire: Wire) {}

  complete(...[request, signal]: Parameters<Wire['complete']>): ReturnType<Wire['complete']> {
    this.last = request;
    return this.wire.complete(request, signal);
  }

  checkKey(...input: Parameters<Wire['checkKey']>): ReturnType<Wire['checkKey']> {
    return this.wire.checkKey(...input);
  }

  async listModels(): ReturnType<Wire['listModels']> {
    return undefined;
  }
}

function timedLedger(ledger: LedgerStore, steps: Steps): LedgerStore {
  const status = steps.timed('status', (query: Parameters<LedgerStore['status']>) => ledger.status(...query));
  return {
    reserve: steps.timed('reserve', (query: Parameters<LedgerStore['reserve']>[0]) => ledger.reserve(query)),
    settle: steps.timed('settle', (record: Parameters<LedgerStore['settle']>[0]) => ledger.settle(record)),
    status: (...input) => status(input),
    hold: (query) => ledger.hold(query),
    release: (hold) => ledger.release(hold),
    recover: (now) => ledger.recover(now),
    conversationSpend: (threadId, realm) => ledger.conversationSpend(threadId, realm),
    clientSpend: (...input) => ledger.clientSpend(...input),
    lastCall: (realm) => ledger.lastCall(realm),
    allow: (allowance) => ledger.allow(allowance),
    onChange: (listener) => ledger.onChange(listener),
  };
}

/** Books that hold and keep nothing, to tell what the real ones cost. */
function freeLedger(): LedgerStore {
  return {
    reserve: async () => ({ ok: true }),
    settle: async () => undefined,
    hold: async () => ({ ok: true }),
    release: async () => undefined,
    recover: async () => 0,
    status: async () => [],
    conversationSpend: () => Promise.reject(new Error('not kept')),
    clientSpend: () => Promise.reject(new Error('not kept')),
    lastCall: async () => undefined,
    allow: async () => undefined,
    onChange: () => () => undefined,
  };
}
