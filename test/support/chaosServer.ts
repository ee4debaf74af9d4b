import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { seededRandom } from './seededRandom';

/** What goes wrong, each in its turn. */
export const chaosFaults = [
  'rateLimited',
  'internalError',
  'overloaded',
  'resetBefore',
  'resetMidway',
  'webPage',
  'errorInstead',
  'errorMidway',
  'silence',
  'stall',
  'cutShort',
  'noDone',
  'noUsage',
  'slowFirstWord',
  'splitCharacters',
] as const;
export type ChaosFault = (typeof chaosFaults)[number];

/** Nano-dollars for a token. Whole numbers, so that a bill needs no rounding. */
export interface ChaosPrice {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
}

export interface ChaosPlan {
  /** Chance from 0 to 1 that an attempt meets a fault. */
  readonly faultShare: number;
  /** Least and most of each, in milliseconds. */
  readonly firstWordMs: readonly [number, number];
  readonly pieceMs: readonly [number, number];
  /** Least and most pieces of text in an answer. */
  readonly pieces: readonly [number, number];
  /** How late a slow first word is, in milliseconds. */
  readonly slowMs: number;
  /** As in the header: seconds. */
  readonly retryAfter: string;
  /** By the first part of the path, which stands for a provider. */
  readonly prices: Readonly<Record<string, ChaosPrice>>;
  readonly seed: number;
}

const attempt = z.object({
  question: z.number(),
  provider: z.string(),
  fault: z.enum(chaosFaults).optional(),
  /** How long it kept silent on purpose before its first word, in milliseconds. */
  thoughtMs: z.number(),
  /** What was written to the socket. */
  text: z.string(),
  /** `whole`: the answer was sent to its end. `cut`: it stopped in the middle. `none`: there was an error, or nothing, instead. `left`: the client hung up. */
  end: z.enum(['whole', 'cut', 'none', 'left']),
  /** What it bills, in nano-dollars: nothing for what it refused; `untold` where it began to work and never told its usage. */
  bill: z.union([z.number(), z.literal('untold')]),
});

/** One request as the server saw it. */
export type ChaosAttempt = z.infer<typeof attempt>;
export const chaosAttempts = z.array(attempt);

const body = z.object({ messages: z.array(z.object({ role: z.string(), content: z.string() })) });

/** What can be told apart when it is torn: letters of one to four bytes, and signs made of several. */
const words = ['the ', 'cache ', 'is ', 'stale, ', 'größer ', 'naïve ', '缓存 ', 'кэш ', '👩‍💻 ', '🇪🇺 ', '`key`\n'] as const;

/**
 * Providers on loopback, told apart by the first part of the path, that stream answers at the pace of a model and fail
 * now and then in every way there is. Keeps account of each request, to be compared with what the client made of it.
 */
export class ChaosServer {
  readonly attempts: ChaosAttempt[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #random: () => number;
  readonly #server = createServer((request, response) => {
    const work = this.#answer(request, response).finally(() => this.#running.delete(work));
    this.#running.add(work);
  });
  readonly #running = new Set<Promise<void>>();
  #faults = 0;

  constructor(private readonly plan: ChaosPlan) {
    this.#random = seededRandom(plan.seed);
  }

  /** Address of all providers, without the part that names one. */
  async start(): Promise<string> {
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Every request that has come, once all have ended. */
  async account(): Promise<readonly ChaosAttempt[]> {
    await Promise.all(this.#running);
    return this.attempts;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
    await Promise.all(this.#running);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A client that hangs up is to be expected here.
    response.on('error', () => undefined);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [, provider = '', ...rest] = (request.url ?? '').split('/');
    const price = this.plan.prices[provider];
    if (request.method !== 'POST' || rest.join('/') !== 'v1/chat/completions' || price === undefined) {
      response.writeHead(404).end();
      return;
    }
    const text = Buffer.concat(chunks).toString();
    const { messages } = body.parse(JSON.parse(text));
    // A question without an answer is sent once more with the next, in one message.
    const question = Number([...(messages.findLast(({ role }) => role === 'user')?.content ?? '').matchAll(/Question (\d+)/g)].at(-1)?.[1]);
    const fault = this.#random() < this.plan.faultShare ? chaosFaults[this.#faults++ % chaosFaults.length] : undefined;
    const thoughtMs = fault === 'slowFirstWord' ? this.plan.slowMs : this.#between(this.plan.firstWordMs);
    const reply = new Reply(response);
    const end = await this.#play(reply, fault, thoughtMs);
    const usage = { input: Math.ceil(text.length / 4), output: reply.pieces };
    if (end === 'whole' && fault !== 'noUsage') await reply.usage(usage);
    if (end === 'whole' && fault !== 'noDone') await reply.done();
    // The client may have hung up in the very end.
    const ended = reply.close() || end !== 'whole' ? end : 'left';
    const bill = ended === 'whole' && fault !== 'noUsage' ? costOf(usage, price) : unread.has(fault) ? 0 : 'untold';
    this.attempts.push({ question, provider, ...(fault === undefined ? {} : { fault }), thoughtMs, text: reply.text, end: ended, bill });
  }

  async #play(reply: Reply, fault: ChaosFault | undefined, thoughtMs: number): Promise<ChaosAttempt['end']> {
    const acceptMs = Math.min(thoughtMs, 50);
    await wait(acceptMs);
    switch (fault) {
      case 'rateLimited':
        return reply.refuse(429, { 'retry-after': this.plan.retryAfter }, { error: { message: 'Rate limit reached', type: 'requests', code: 'rate_limit_exceeded' } });
      case 'internalError':
        return reply.refuse(500, {}, { error: { message: 'The server had an error', type: 'server_error' } });
      case 'overloaded':
        return reply.refuse(529, {}, { error: { type: 'overloaded_error', message: 'Overloaded' } });
      case 'resetBefore':
        reply.reset();
        return 'none';
      case 'webPage':
        return reply.page();
      default:
        reply.begin();
    }
    if (fault === 'errorInstead') {
      await reply.event(upstreamError);
      return 'none';
    }
    await reply.event(chunk({ role: 'assistant', content: '' }));
    if (fault === 'silence') {
      await reply.silence();
      return 'none';
    }
    await wait(thoughtMs - acceptMs);
    const count = this.#between(this.plan.pieces);
    const cut = fault !== undefined && midway.has(fault);
    for (let piece = 0; piece < (cut ? count / 2 : count); piece++) {
      if (!(await reply.say(words[Math.floor(this.#random() * words.length)] ?? '', fault === 'splitCharacters'))) return 'left';
      await wait(this.#between(this.plan.pieceMs));
    }
    if (fault === 'resetMidway') reply.reset();
    if (fault === 'stall') await reply.silence();
    if (fault === 'errorMidway') await reply.event(upstreamError);
    if (cut) return 'cut';
    return (await reply.event(chunk({}, 'stop'))) ? 'whole' : 'left';
  }

  #between([least, most]: readonly [number, number]): number {
    return Math.round(least + this.#random() * (most - least));
  }
}

const upstreamError = { error: { message: 'Upstream overloaded', code: 502 } };
const midway: ReadonlySet<ChaosFault> = new Set(['resetMidway', 'errorMidway', 'stall', 'cutShort']);
/** Of these nobody is billed anything: no model has seen the question, and the client was told so. */
const unread: ReadonlySet<ChaosFault | undefined> = new Set(['rateLimited', 'internalError', 'overloaded', 'errorInstead'] as const);

function costOf({ input, output }: { readonly input: number; readonly output: number }, price: ChaosPrice): number {
  const cached = cachedOf(input);
  return (input - cached) * price.input + cached * price.cached + output * price.output;
}

/** The part of a prompt that the provider had in its cache. */
function cachedOf(input: number): number {
  return Math.floor(input / 3);
}

/** One reply, and what of the answer went out with it. */
class Reply {
  text = '';
  pieces = 0;

  constructor(private readonly response: ServerResponse) {}

  begin(): void {
    this.response.writeHead(200, { 'content-type': 'text/event-stream' });
    this.response.flushHeaders();
  }

  event(value: object): Promise<boolean> {
    return this.#write(`data: ${JSON.stringify(value)}\n\n`);
  }

  usage({ input, output }: { readonly input: number; readonly output: number }): Promise<boolean> {
    return this.event({ ...chunk({}), choices: [], usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output, prompt_tokens_details: { cached_tokens: cachedOf(input) } } });
  }

  done(): Promise<boolean> {
    return this.#write('data: [DONE]\n\n');
  }

  /** False when the client is gone. */
  async say(text: string, split: boolean): Promise<boolean> {
    if (this.response.destroyed) return false;
    this.text += text;
    this.pieces += 1;
    const event = `data: ${JSON.stringify(chunk({ content: text }))}\n\n`;
    if (!split) return this.#write(event);
    const bytes = Buffer.from(event);
    // Torn at the end of the text, inside its last letter where that has several bytes.
    const at = bytes.indexOf(Buffer.from(text.trimEnd())) + Buffer.byteLength(text.trimEnd()) - 1;
    return (await this.#write(bytes.subarray(0, at))) && this.#write(bytes.subarray(at));
  }

  refuse(status: number, headers: Readonly<Record<string, string>>, value: object): 'none' {
    this.response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
    return 'none';
  }

  page(): 'none' {
    this.response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><html><head><title>Welcome to the network</title></head><body>Please sign in.</body></html>');
    return 'none';
  }

  reset(): void {
    this.response.socket?.resetAndDestroy();
  }

  /** Says nothing more until the client hangs up. */
  async silence(): Promise<void> {
    if (!this.response.destroyed) await once(this.response, 'close');
  }

  /** False when the client had hung up before. */
  close(): boolean {
    if (this.response.destroyed) return false;
    this.response.end();
    return true;
  }

  /** Written, and handed to the network before anything else is. */
  async #write(data: string | Uint8Array): Promise<boolean> {
    if (this.response.destroyed) return false;
    await new Promise<void>((resolve) => this.response.write(data, () => resolve()));
    await new Promise<void>((resolve) => setImmediate(resolve));
    return !this.response.destroyed;
  }
}

function chunk(delta: object, finish: string | null = null): object {
  return { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_790_000_000, model: 'chaos', choices: [{ index: 0, delta, finish_reason: finish }] };
}
