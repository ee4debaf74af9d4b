import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

/** One thing a server does with a reply. */
export type FaultStep =
  | { readonly do: 'head'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly do: 'send'; readonly data: string | Uint8Array }
  /** Every byte in a chunk of its own. */
  | { readonly do: 'sendBytewise'; readonly data: string }
  | { readonly do: 'sendGzip'; readonly data: string }
  | { readonly do: 'wait'; readonly ms: number }
  /** Sends again and again: so many times, or until the client hangs up. */
  | { readonly do: 'repeat'; readonly everyMs: number; readonly data: string; readonly times?: number }
  /** Does nothing more and keeps the connection open. */
  | { readonly do: 'hang' }
  /** Cuts the connection without an end. */
  | { readonly do: 'reset' }
  | { readonly do: 'end' };

/** A request as it arrived. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** How the reply ended: sent to its end, or cut by either side. */
  readonly answered: Promise<'sent' | 'cut'>;
  /** Settles when the client's side of the connection is gone. */
  readonly closed: Promise<void>;
}

/**
 * An HTTP server on loopback that misbehaves as told: one script a request, in order. Without a script left it answers
 * 599, so that a second request where one was expected is seen.
 */
export class FaultServer {
  readonly requests: SeenRequest[] = [];
  readonly #scripts: (readonly FaultStep[])[] = [];
  /** Each open connection, with the promise of its end. */
  readonly #sockets = new Map<Socket, Promise<void>>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<void> {
    this.#server.on('connection', (socket) => {
      this.#sockets.set(
        socket,
        new Promise((resolve) =>
          socket.once('close', () => {
            this.#sockets.delete(socket);
            resolve();
          }),
        ),
      );
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets.keys()) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get #port(): number {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the server is not started');
    return address.port;
  }

  /** The script of the next request that has none. */
  script(...steps: readonly FaultStep[]): void {
    this.#scripts.push(steps);
  }

  /** Forgets what was seen and not used. */
  reset(): void {
    this.requests.length = 0;
    this.#scripts.length = 0;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const steps = this.#scripts.shift() ?? [{ do: 'head', status: 599 } as const];
    const { socket } = request;
    const closed = this.#sockets.get(socket) ?? Promise.resolve();
    const answered = new Promise<'sent' | 'cut'>((resolve) => response.once('close', () => resolve(response.writableFinished ? 'sent' : 'cut')));
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(request, 'end').catch(() => undefined);
    this.requests.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString(), answered, closed });
    // A client that hangs up is what many scripts are for.
    response.on('error', () => undefined);
    for (const step of steps) {
      if (response.destroyed || !(await this.#step(step, response))) return;
    }
    response.end();
  }

  /** False when the script is over. */
  async #step(step: FaultStep, response: ServerResponse): Promise<boolean> {
    switch (step.do) {
      case 'head':
        response.writeHead(step.status, step.headers ?? {});
        response.flushHeaders();
        return true;
      case 'send':
        await write(response, step.data);
        return true;
      case 'sendBytewise':
        for (const byte of Buffer.from(step.data)) await write(response, Uint8Array.of(byte));
        return true;
      case 'sendGzip':
        await write(response, gzipSync(step.data));
        return true;
      case 'wait':
        await pause(step.ms, response);
        return true;
      case 'repeat':
        for (let sent = 0; !response.destroyed && sent < (step.times ?? Infinity); sent += 1) {
          await write(response, step.data);
          await pause(step.everyMs, response);
        }
        return step.times !== undefined;
      case 'hang':
        return false;
      case 'reset':
        response.socket?.resetAndDestroy();
        return false;
      case 'end':
        response.end();
        return false;
    }
  }
}

/** Written, and handed to the network before anything else is: two writes are two chunks. */
async function write(response: ServerResponse, data: string | Uint8Array): Promise<void> {
  await new Promise<void>((resolve) => {
    // Called with an error when the client hangs up first.
    if (response.destroyed) resolve();
    else response.write(data, () => resolve());
  });
  await new Promise<void>((resolve) => setImmediate(resolve));
}

/** A pause that ends when the client hangs up. */
async function pause(ms: number, response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), ms);
  await once(response, 'close', { signal: over.signal }).catch(() => undefined);
  clearTimeout(timer);
}
