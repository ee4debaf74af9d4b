import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** A stand-in for a broker that is signed in to like OpenRouter: its page, the exchange, and a model list behind the key. */
export class Broker {
  /** Challenges by code; a code works once. */
  readonly #challenges = new Map<string, string>();
  readonly #keys = new Set<string>();
  #server: Server | undefined;
  /** What the exchange answers instead; undefined: as it should. */
  exchangeFails: { readonly status: number; readonly body: string } | undefined;
  /** Queries that the page was opened with. */
  readonly opened: URLSearchParams[] = [];

  async start(): Promise<void> {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  get url(): string {
    const address = this.#server?.address();
    if (typeof address !== 'object' || address === null) throw new Error('The broker is not started.');
    return `http://127.0.0.1:${address.port}`;
  }

  /** The keys it handed out and still takes. */
  get keys(): readonly string[] {
    return [...this.#keys];
  }

  /**
   * As it stands in `farthing.providers.custom`. Browsers know every name below `localhost`; by this one the page is not one
   * of the addresses that code-server leads through itself, losing the escapes in their query.
   */
  get setting(): Readonly<Record<string, unknown>> {
    return { id: 'broker', name: 'Broker', baseUrl: `${this.url}/v1`, signIn: { authorizeUrl: `${this.url.replace('127.0.0.1', 'broker.localhost')}/auth`, exchangeUrl: `${this.url}/v1/auth/keys` } };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const json = (status: number, body: unknown) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (url.pathname === '/auth') return this.#page(url.searchParams, response);
    if (url.pathname === '/v1/auth/keys' && request.method === 'POST') {
      if (this.exchangeFails) return void response.writeHead(this.exchangeFails.status, { 'content-type': 'application/json' }).end(this.exchangeFails.body);
      const { code, code_verifier: verifier, code_challenge_method: method } = JSON.parse(await textOf(request));
      const challenge = this.#challenges.get(code);
      this.#challenges.delete(code);
      if (method !== 'S256' || challenge === undefined || challenge !== createHash('sha256').update(verifier).digest('base64url')) return void json(403, { error: { code: 403, message: 'Invalid code or code_verifier' } });
      const key = `broker-${randomBytes(12).toString('hex')}`;
      this.#keys.add(key);
      return void json(200, { key, user_id: 'user_1' });
    }
    const known = this.#keys.has((request.headers.authorization ?? '').replace(/^Bearer /, ''));
    if (url.pathname === '/v1/models') return void (known ? json(200, { data: [{ id: 'broker-1', object: 'model' }] }) : json(401, { error: { message: 'No auth credentials found', code: 401 } }));
    json(404, { error: { message: 'Not Found', code: 404 } });
  }

  #page(query: URLSearchParams, response: ServerResponse): void {
    this.opened.push(query);
    const code = `code-${randomBytes(8).toString('hex')}`;
    this.#challenges.set(code, query.get('code_challenge') ?? '');
    const back = (name: string, value: string) => {
      const callback = new URL(query.get('callback_url') ?? '');
      callback.searchParams.set(name, value);
      return callback.href.replaceAll('&', '&amp;');
    };
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><title>Broker</title><h1>Farthing asks for a key</h1><a href="${back('code', code)}">Authorize</a> <a href="${back('error', 'access_denied')}">Deny</a>`);
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return text;
}
