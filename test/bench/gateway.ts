import { type ChildProcess, fork, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { realGateway } from '../support/realGateway';
import { answerPieces, startAnswerServer } from './answerServer';
import { asMegabytes, asMs, type Figure, type Measure, median, quantile, withRange } from './figure';

/** Rounds thrown away: until then the compilers are still at work. */
const warmUpRounds = 100;
const blocks = 5;
const roundsInBlock = 40;

const atOnce = 16;
const turns = 3;
const requestsInTurn = 300;

const idleStreams = 1000;

const sizes: Readonly<Record<string, string>> = {
  small: 'Why does this cache return a stale value after the second update, and how would you fix it without a lock? It runs in two workers, the first one writes every ten seconds, and readers must never block.',
  '40 kB': Array.from({ length: 640 }, (_, line) => `  if (cache.get(key${line}) === undefined) await store(${line}, value);`).join('\n').slice(0, 40_000),
};

/** Where the same question goes, and how it is asked there. */
interface Target {
  readonly port: number;
  readonly model: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the gateway. */
  readonly pid?: number | undefined;
}

interface Took {
  readonly ms: number;
  readonly firstByteMs: number;
}

/** What the gateway adds to a request, beside a client that asks the provider itself and beside another gateway. */
export const measure: Measure = async (print) => {
  const upstream = await startAnswerServer();
  const upstreamPort = Number(new URL(upstream.baseUrl).port);
  const ours = await GatewayProcess.start(new URL(upstream.baseUrl).origin);
  const peer = await PeerProcess.start();
  const plain = { authorization: 'Bearer local' };
  const targets: Readonly<Record<string, Target>> = {
    bare: { port: upstreamPort, model: 'bench', headers: plain },
    farthing: { port: ours.port, model: 'deepseek/deepseek-flash', headers: { authorization: `Bearer ${ours.token}` }, pid: ours.pid },
    'farthing auto': { port: ours.port, model: 'auto', headers: { authorization: `Bearer ${ours.token}` }, pid: ours.pid },
    peer: { port: peer.port, model: 'bench', headers: { ...plain, 'x-portkey-provider': 'openai', 'x-portkey-custom-host': upstream.baseUrl }, pid: peer.pid },
  };
  try {
    const atStart = await ours.memory();
    const latencies: Figure[] = [];
    for (const stream of [false, true]) {
      for (const [size, prompt] of Object.entries(sizes)) latencies.push(...(await latency(targets, { stream, size, prompt }, print)));
    }
    const throughputs = [...(await throughput(targets, false, print)), ...(await throughput(targets, true, print))];
    const worked = await ours.memory();
    const waiting = await whileWaiting(targets['farthing'], ours, print);
    return [
      ...latencies,
      ...throughputs,
      { name: 'memory: at start', value: `${asMegabytes(atStart.heap)} heap, ${asMegabytes(atStart.rss)} resident`, how: 'the process of the gateway alone: Node, the whole App, books' },
      { name: 'memory: after the above', value: `${asMegabytes(worked.heap)} heap, ${asMegabytes(worked.rss)} resident`, how: `${worked.requests} requests later, after a full collection` },
      { name: 'memory: of the peer then', value: `${asMegabytes(peer.resident())} resident`, how: 'as the system tells it' },
      { name: `memory: ${idleStreams} streams that wait`, value: `${((waiting.heap - worked.heap) / idleStreams / 1000).toFixed(1)} kB heap, ${((waiting.rss - worked.rss) / idleStreams / 1000).toFixed(1)} kB resident each`, how: 'begun and silent, two sockets each, all in one process' },
    ];
  } finally {
    await ours.stop();
    await peer.stop();
    await upstream.stop();
  }
};

interface Asked {
  readonly stream: boolean;
  readonly size: string;
  readonly prompt: string;
}

async function latency(targets: Readonly<Record<string, Target>>, asked: Asked, print: (line: string) => void): Promise<readonly Figure[]> {
  const agent = new http.Agent({ keepAlive: true });
  const names = Object.keys(targets);
  const runs: Record<string, Took[]>[] = [];
  const round = async (place: number, into: Record<string, Took[]>): Promise<void> => {
    for (let index = 0; index < names.length; index++) {
      const name = names[(place + index) % names.length] ?? '';
      const target = targets[name];
      if (target) (into[name] ??= []).push(await ask(target, asked, agent));
    }
  };
  for (let index = 0; index < warmUpRounds; index++) await round(index, {});
  for (let block = 0; block < blocks; block++) {
    const run: Record<string, Took[]> = {};
    for (let index = 0; index < roundsInBlock; index++) await round(index, run);
    runs.push(run);
  }
  agent.destroy();
  const label = `${asked.stream ? 'stream' : 'JSON'}, ${asked.size}`;
  print(`${label} is measured`);
  const added = (name: string, field: keyof Took): readonly (readonly number[])[] => runs.map((run) => (run[name] ?? []).map((took, index) => took[field] - (run['bare']?.[index]?.[field] ?? Number.NaN)));
  const line = (name: string, field: keyof Took): string => withRange(added(name, field).map(median), asMs);
  const pairs = `${blocks} × ${roundsInBlock} rounds after ${warmUpRounds}; median of the differences in a round, and range of the blocks`;
  return [
    { name: `${label}: without a gateway`, value: withRange(runs.map((run) => median((run['bare'] ?? []).map(({ ms }) => ms))), asMs), how: `plain HTTP client, ${asked.stream ? `${answerPieces} pieces` : 'one body'}, no delay` },
    { name: `${label}: added, model named`, value: line('farthing', 'ms'), goal: '≤ 0.60 ms', how: pairs },
    { name: '  the same, p90 of the rounds', value: asMs(quantile(added('farthing', 'ms').flat(), 0.9)), how: 'both sides vary' },
    ...(asked.stream ? [{ name: '  until the first byte', value: line('farthing', 'firstByteMs'), how: 'of the body' }] : []),
    { name: `${label}: added, model "auto"`, value: line('farthing auto', 'ms'), how: 'judging the prompt and choosing as well' },
    { name: `${label}: added by the peer`, value: line('peer', 'ms'), how: '@portkey-ai/gateway, which keeps no books' },
  ];
}

async function throughput(targets: Readonly<Record<string, Target>>, stream: boolean, print: (line: string) => void): Promise<readonly Figure[]> {
  const rates: Record<string, number[]> = {};
  const worked: Record<string, number[]> = {};
  for (let turn = 0; turn < turns; turn++) {
    for (const [name, target] of Object.entries(targets)) {
      const agent = new http.Agent({ keepAlive: true, maxSockets: atOnce });
      let left = requestsInTurn;
      const one = async (): Promise<void> => {
        while (left-- > 0) await ask(target, { stream, prompt: sizes['small'] ?? '', size: 'small' }, agent);
      };
      const before = processorMs(target.pid);
      const started = performance.now();
      await Promise.all(Array.from({ length: atOnce }, one));
      (rates[name] ??= []).push((requestsInTurn / (performance.now() - started)) * 1000);
      (worked[name] ??= []).push((processorMs(target.pid) - before) / requestsInTurn);
      agent.destroy();
    }
  }
  const kind = stream ? 'stream' : 'JSON';
  print(`${kind}, ${atOnce} at once is measured`);
  const asRate = (rate: number): string => `${Math.round(rate)}/s`;
  const rate = (name: string): string => withRange(rates[name] ?? [], asRate);
  const ratios = (rates['farthing'] ?? []).map((ours, turn) => ours / (rates['peer']?.[turn] ?? Number.NaN));
  return [
    { name: `${kind}, ${atOnce} at once: without a gateway`, value: rate('bare'), how: `${turns} turns of ${requestsInTurn} requests; client, gateway and server share the machine` },
    { name: `${kind}, ${atOnce} at once: through Farthing`, value: rate('farthing'), how: 'model named' },
    { name: `${kind}, ${atOnce} at once: model "auto"`, value: rate('farthing auto'), how: '' },
    { name: `${kind}, ${atOnce} at once: through the peer`, value: rate('peer'), how: '' },
    { name: '  processor time a request: Farthing', value: withRange(worked['farthing'] ?? [], asMs), how: 'of the process of the gateway, all threads, as the system tells it; with "auto" ' + withRange(worked['farthing auto'] ?? [], asMs) },
    { name: '  processor time a request: the peer', value: withRange(worked['peer'] ?? [], asMs), how: 'the same' },
    { name: '  Farthing over the peer', value: withRange(ratios, (ratio) => ratio.toFixed(2)), goal: '≥ 2.00', how: 'in the same turn' },
  ];
}

/** Milliseconds that a process has worked so far; NaN where the system does not tell it this way. */
function processorMs(pid: number | undefined): number {
  const file = `/proc/${pid}/stat`;
  if (pid === undefined || !existsSync(file)) return Number.NaN;
  // After the name, which may hold anything: the state is field 3, time in user and system mode are 14 and 15, in hundredths of a second.
  const fields = readFileSync(file, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** So many streams begun, and nothing more comes on any of them. */
async function whileWaiting(target: Target | undefined, ours: GatewayProcess, print: (line: string) => void): Promise<Memory> {
  if (!target) throw new Error('no target');
  const agent = new http.Agent();
  const begun = await Promise.all(Array.from({ length: idleStreams }, () => begin(target, agent)));
  await wait(500);
  const memory = await ours.memory();
  print(`${begun.length} streams wait: ${memory.running} are being answered`);
  for (const request of begun) request.destroy();
  return memory;
}

function begin(target: Target, agent: http.Agent): Promise<http.ClientRequest> {
  return new Promise((resolve, reject) => {
    const request = send(target, { stream: true, prompt: 'wait' }, agent, (response) => response.once('data', () => resolve(request)));
    request.once('error', reject);
  });
}

function ask(target: Target, asked: Pick<Asked, 'stream' | 'prompt' | 'size'>, agent: http.Agent): Promise<Took> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const request = send(target, asked, agent, (response) => {
      let firstByteMs = Number.NaN;
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => {
        if (chunks.length === 0) firstByteMs = performance.now() - started;
        chunks.push(chunk);
      });
      response.once('end', () => {
        const ms = performance.now() - started;
        const whole = Buffer.concat(chunks);
        if (response.statusCode !== 200 || !whole.includes(`word${answerPieces - 1}`)) reject(new Error(`The answer is not whole: ${response.statusCode} ${whole.toString().slice(0, 500)}`));
        else resolve({ ms, firstByteMs });
      });
    });
    request.once('error', reject);
  });
}

function send({ port, model, headers }: Target, { stream, prompt }: Pick<Asked, 'stream' | 'prompt'>, agent: http.Agent, take: (response: http.IncomingMessage) => void): http.ClientRequest {
  const body = Buffer.from(JSON.stringify({ model, max_tokens: 200, messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: prompt }], ...(stream ? { stream: true } : {}) }));
  const request = http.request({ host: '127.0.0.1', port, path: '/v1/chat/completions', method: 'POST', agent, headers: { ...headers, 'content-type': 'application/json', 'content-length': body.length } }, take);
  request.end(body);
  return request;
}

const memory = z.object({ heap: z.number(), rss: z.number(), requests: z.number(), running: z.number() });
type Memory = z.infer<typeof memory>;

const roleVariable = 'FARTHING_BENCH_GATEWAY';

/** The gateway on the whole App with real books, in a process of its own, as the extension host is one. */
class GatewayProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    readonly port: number,
    readonly token: string,
  ) {}

  static async start(upstream: string): Promise<GatewayProcess> {
    const folder = mkdtempSync(path.join(tmpdir(), 'farthing-bench-'));
    const child = fork(fileURLToPath(import.meta.url), [], { env: { ...process.env, [roleVariable]: JSON.stringify({ folder, upstream }) }, execArgv: ['--expose-gc', ...profiling()] });
    const told = z.object({ port: z.number(), token: z.string() }).parse(await nextMessage(child));
    return new GatewayProcess(child, folder, told.port, told.token);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  async memory(): Promise<Memory> {
    const told = nextMessage(this.child);
    this.child.send('memory');
    return memory.parse(await told);
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.send('stop');
    await gone;
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** `FARTHING_BENCH_PROFILE=<folder>`: where the processor's time goes is written there. */
function profiling(): readonly string[] {
  const folder = process.env['FARTHING_BENCH_PROFILE'];
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`The gateway's process ended with ${code}.`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}

/** With the newest versions of its dependencies the peer (1.15.2) refuses every stream, because it writes into the headers of a reply as it got it. */
const mutableHeaders = 'const { fetch, Response } = globalThis; globalThis.fetch = async (...asked) => { const reply = await fetch(...asked); return new Response(reply.body, reply); };';

/** Another gateway from npm, as it starts by itself. */
class PeerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(): Promise<PeerProcess> {
    const port = await freePort();
    const child = spawn(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(mutableHeaders)}`, path.resolve('node_modules/@portkey-ai/gateway/build/start-server.js'), '--headless', `--port=${port}`], { stdio: 'ignore', env: { ...process.env, NODE_ENV: 'production' } });
    for (let attempt = 0; attempt < 100; attempt++) {
      const answers = await fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false);
      if (answers) return new PeerProcess(child, port);
      await wait(100);
    }
    child.kill();
    throw new Error('The peer does not start.');
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Bytes; NaN where the system does not tell it this way. */
  resident(): number {
    const file = `/proc/${this.child.pid}/status`;
    return existsSync(file) ? Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(file, 'utf8'))?.[1]) * 1024 : Number.NaN;
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill();
    await gone;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0));
    });
  });
}

/** The other end of `GatewayProcess`. */
async function serve({ folder, upstream }: { readonly folder: string; readonly upstream: string }): Promise<void> {
  const { app, gateway, address, token, stop } = await realGateway({ folder, address: upstream, providers: ['deepseek', 'openrouter'] });
  let requests = 0;
  app.onCall(() => requests++);
  process.on('message', (message) => {
    if (message === 'memory') {
      for (let time = 0; time < 3; time++) globalThis.gc?.();
      const { heapUsed, rss } = process.memoryUsage();
      process.send?.({ heap: heapUsed, rss, requests, running: gateway.running() });
    } else void stop().then(() => process.exit(0));
  });
  process.send?.({ port: Number(new URL(address).port), token });
}

const role = process.env[roleVariable];
if (role !== undefined) await serve(z.object({ folder: z.string(), upstream: z.string() }).parse(JSON.parse(role)));
