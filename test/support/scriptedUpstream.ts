import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What it does with one request: the text of an event stream, or by hand. */
export type Reply = string | ((response: ServerResponse, asked: Asked) => void);

/** Stands in for every provider: answers questions from a script, in order, and remembers them as they came. */
export class ScriptedUpstream {
  readonly asked: Asked[] = [];
  readonly #replies: Reply[] = [];
  readonly #server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
      if (request.method !== 'POST') return void response.writeHead(404).end();
      const asked: Asked = { path: request.url ?? '', headers: request.headers, body: JSON.parse(Buffer.concat(parts).toString()) };
      this.asked.push(asked);
      const reply = this.#replies.shift();
      if (reply === undefined) response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { message: 'nothing is left to say' } }));
      else if (typeof reply === 'string') response.writeHead(200, { 'content-type': 'text/event-stream' }).end(reply);
      else reply(response, asked);
    });
  });

  /** Forgets what came before. */
  says(...replies: readonly Reply[]): void {
    this.asked.length = 0;
    this.#replies.splice(0, Infinity, ...replies);
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  /** Without a slash at the end. */
  get address(): string {
    const address = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
