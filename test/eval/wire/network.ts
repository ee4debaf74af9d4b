import { once } from 'node:events';
import { createServer } from 'node:net';
import { FaultServer, type FaultStep } from '../../support/faultServer';
import type { FaultCase, Step } from './readCase';
import type { Tempo } from './tempo';

/** One request that the client made, in milliseconds of `performance.now`. */
export interface SeenRequest {
  readonly startedAt: number;
  /** The reply was over, by either side; undefined while it is not. */
  endedAt: number | undefined;
  readonly url: string;
  readonly authorization: string | undefined;
}

/**
 * The way from the client to the server of one case: a `fetch` that leads every address of the provider to a server on
 * loopback, and connections that fail as the case says.
 *
 * `scripted` says which requests get the case's replies; all others get what an ordinary server says.
 */
export class Network {
  readonly requests: SeenRequest[] = [];
  readonly #begun = Promise.withResolvers<void>();
  /** Redirects to elsewhere that the client would have followed. */
  strayed = 0;
  readonly #server = new FaultServer();
  readonly #attempts: FaultCase['attempts'];

  constructor(
    attempts: FaultCase['attempts'],
    private readonly tempo: Tempo,
    private readonly scripted: (path: string) => boolean,
    private readonly otherwise: (path: string) => string | undefined,
  ) {
    // Nothing listens at `::1` of this server anyway.
    this.#attempts = attempts.filter(([first]) => first?.op !== 'refuse' || first.address !== '::1');
  }

  async start(): Promise<void> {
    await this.#server.start();
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  /** Resolves when the client has made its first request. */
  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  get url(): string {
    return this.#server.url;
  }

  /** When the client's side of the connection of the last request was gone, in milliseconds of `performance.now`. */
  async closedAt(): Promise<number> {
    await this.#server.requests.at(-1)?.closed;
    return performance.now();
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const asked = new URL(input instanceof Request ? input.url : input);
    const path = asked.pathname;
    // By name where the case is about its addresses: the server listens at the one of version 4 only.
    const address = `${path.endsWith('/api/version') ? this.#server.url.replace('127.0.0.1', 'localhost') : this.#server.url}${path}${asked.search}`;
    if (!this.scripted(path)) {
      const body = this.otherwise(path);
      return body === undefined ? new Response(null, { status: 404 }) : new Response(body, { headers: { 'content-type': 'application/json' } });
    }
    const seen: SeenRequest = { startedAt: performance.now(), endedAt: undefined, url: String(asked), authorization: new Headers(init?.headers).get('authorization') ?? undefined };
    const steps = this.#attempts[Math.min(this.requests.length, this.#attempts.length - 1)] ?? [];
    this.requests.push(seen);
    this.#begun.resolve();
    const redirects = steps.some((step) => step.op === 'headers' && step.status >= 300 && step.status < 400);
    if (redirects && init?.redirect !== 'manual' && init?.redirect !== 'error') this.strayed += 1;
    try {
      return await this.#connect(address, steps, seen, init);
    } catch (error) {
      seen.endedAt = performance.now();
      throw error;
    }
  };

  async #connect(address: string, steps: readonly Step[], seen: SeenRequest, init: RequestInit | undefined): Promise<Response> {
    switch (steps[0]?.op) {
      case 'refuse':
        return globalThis.fetch(`http://127.0.0.1:${await closedPort()}/`, init);
      case 'dns_fail':
        // A name that is promised never to exist (RFC 6761).
        return globalThis.fetch('http://provider.invalid/', init);
      case 'tls_fail':
        // TLS to a server that speaks none.
        return globalThis.fetch(address.replace('http:', 'https:'), init);
      default: {
        this.#server.script(...steps.flatMap((step) => faultSteps(step, this.tempo)), ...(steps.length === 0 ? [{ do: 'hang' } as const] : []));
        const index = this.#server.requests.length;
        const reply = globalThis.fetch(address, init);
        void this.#end(index, seen);
        return reply;
      }
    }
  }

  async #end(index: number, seen: SeenRequest): Promise<void> {
    // The request is known to the server a moment after it was sent.
    for (let tries = 0; tries < 2000 && this.#server.requests[index] === undefined; tries += 1) await new Promise((resolve) => setTimeout(resolve, 2));
    await this.#server.requests[index]?.answered;
    seen.endedAt = performance.now();
  }
}

async function closedPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return address !== null && typeof address === 'object' ? address.port : 9;
}

/** Bytes written at once. */
const pieceBytes = 64 * 1024;

function faultSteps(step: Step, tempo: Tempo): readonly FaultStep[] {
  switch (step.op) {
    case 'headers':
      return [{ do: 'head', status: step.status, headers: Object.fromEntries(Object.entries(step.headers ?? {}).map(([name, value]) => [name, filled(value)])) }];
    case 'send':
      return step.data === '' ? [] : [{ do: 'send', data: step.data }];
    case 'send_b64':
      return [{ do: 'send', data: Buffer.from(step.data, 'base64') }];
    case 'send_bytewise':
      return [{ do: 'sendBytewise', data: step.data }];
    case 'send_gzip':
      return [{ do: 'sendGzip', data: step.data }];
    case 'send_repeat_content':
      return [{ do: 'send', data: `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content: step.char.repeat(step.bytes) }, finish_reason: null }] })}\n\n` }];
    case 'send_repeat_raw':
      return repeated(step.data ?? step.char ?? 'x', step.bytes, step.times ?? step.n);
    case 'send_models':
      return [{ do: 'send', data: modelList(step.n) }];
    case 'sleep_ms':
      return [{ do: 'wait', ms: tempo.real(step.ms) }];
    case 'repeat':
      return [{ do: 'repeat', everyMs: tempo.real(step.every_ms), data: step.data, ...(step.times === undefined ? {} : { times: step.times }) }];
    case 'end':
      return [{ do: 'end' }];
    case 'reset':
      return [{ do: 'reset' }];
    case 'hang':
    case 'refuse':
    case 'dns_fail':
    case 'tls_fail':
      return [{ do: 'hang' }];
  }
}

/** `bytes` in all, or `times` times, in pieces that the client must take before the next is sent. */
function repeated(data: string, bytes: number | undefined, times: number | undefined): readonly FaultStep[] {
  const count = times ?? Math.ceil((bytes ?? data.length) / Math.max(1, Buffer.byteLength(data)));
  const atOnce = Math.max(1, Math.floor(pieceBytes / Math.max(1, data.length)));
  // One piece for all: a server that fills the memory is not what is looked at.
  const piece = Buffer.from(data.repeat(atOnce));
  const whole = Array.from({ length: Math.floor(count / atOnce) }, (): FaultStep => ({ do: 'send', data: piece }));
  return count % atOnce === 0 ? whole : [...whole, { do: 'send', data: data.repeat(count % atOnce) }];
}

/** As long as a row of a broker's list, about 1,200 bytes. */
function modelList(count: number): string {
  const description = 'A model for tests. '.repeat(50);
  const data = Array.from({ length: count }, (_, index) => ({
    id: `vendor/model-${index}`,
    name: `Model ${index}`,
    object: 'model',
    description,
    context_length: 128_000,
    pricing: { prompt: '0.000001', completion: '0.000004' },
    top_provider: { max_completion_tokens: 8192 },
    supported_parameters: ['tools', 'temperature', 'max_tokens', 'response_format'],
  }));
  return JSON.stringify({ object: 'list', data });
}

/** Moments in header values, told from now: `{{http_date:+2s}}`, `{{epoch_s:+2}}`, `{{epoch_ms:+1500}}`, `{{rfc3339:+2s}}`. */
function filled(value: string): string {
  return value.replace(/\{\{(\w+):([+-]?\d+(?:\.\d+)?)(ms|s|m|h)?\}\}/g, (whole, kind: string, amount: string, unit: string | undefined) => {
    const scale = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit ?? (kind === 'epoch_ms' ? 'ms' : 's')] ?? 1000;
    const at = Date.now() + Number(amount) * scale;
    if (kind === 'http_date') return new Date(at).toUTCString();
    if (kind === 'rfc3339') return new Date(at).toISOString();
    if (kind === 'epoch_ms') return String(Math.round(at));
    return kind === 'epoch_s' ? String(Math.round(at / 1000)) : whole;
  });
}

export function isCompletion(where: string): boolean {
  return /\/(?:chat\/completions|responses|messages|api\/chat)$/.test(where);
}

/** What an ordinary server says of itself; undefined is 404. */
export function ordinaryReply(where: string): string | undefined {
  if (where.endsWith('/api/tags')) return JSON.stringify({ models: [{ name: 'm', model: 'm', size: 1e9, details: { parameter_size: '8.2B' } }] });
  if (where.endsWith('/api/show')) return JSON.stringify({ capabilities: ['completion', 'tools'], model_info: {} });
  if (where.endsWith('/api/version')) return JSON.stringify({ version: '0.12.0' });
  return undefined;
}
