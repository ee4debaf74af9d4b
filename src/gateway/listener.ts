import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type BodyRoom, readJson } from './body';
import type { Callers } from './callers';
import type { Problem } from './dialect';
import { exchange, type ExchangeDependencies } from './exchange';
import { guardBody, guardHead, refused, type Refused } from './guard';
import type { Log } from '../core/ports/log';
import type { Presence } from './presence';
import { retryHeaders } from './problems';
import type { Refusals } from './refusals';
import type { FoundRow, RouteTable } from './routeTable';
import type { Caller, Row } from './row';

export interface ListenerDependencies extends ExchangeDependencies {
  readonly table: RouteTable;
  /** Words for refusals of paths that are nobody's. */
  readonly problem: Row['problem'];
  readonly callers: Callers;
  readonly refusals: Refusals;
  readonly log: Log;
  readonly presence: Presence;
  /** A request has its status. `path` is that of the row, undefined where there is none. */
  readonly answered: (path: string | undefined, status: number) => void;
}

export type Bound = { readonly kind: 'bound'; readonly port: number } | { readonly kind: 'taken' | 'denied' };

/** One socket of this machine's own network, and what comes in by it. */
export class Listener {
  readonly #server: Server;
  readonly #running = new Map<AbortController, string>();
  readonly #room: BodyRoom = { bytes: 0 };
  #port = 0;
  #stopping = false;
  #whenIdle: (() => void) | undefined;

  constructor(private readonly dependencies: ListenerDependencies) {
    const { limits } = dependencies;
    const server = createServer({
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      // The body has its own rule: it must go on.
      requestTimeout: 0,
      connectionsCheckingInterval: Math.ceil(Math.min(5000, limits.headersMs / 4)),
      keepAliveTimeout: 60_000,
      // The guard says so in words.
      requireHostHeader: false,
    });
    // One more than allowed: Node drops the rest unseen.
    server.maxHeadersCount = limits.headers + 1;
    server.maxConnections = limits.connections;
    const handle = (request: IncomingMessage, response: ServerResponse): void => {
      response.on('error', () => response.destroy());
      this.#handle(request, response).catch((error: unknown) => {
        dependencies.log.error('gateway: a request failed unexpectedly', error);
        response.destroy();
      });
    };
    server.on('request', handle).on('checkContinue', handle);
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => this.#malformed(error.code ?? '', socket));
    // The editor must be able to end while the gateway is on.
    server.unref();
    this.#server = server;
  }

  /** Requests that are being answered. */
  get running(): number {
    return this.#running.size;
  }

  /** Binds 127.0.0.1 and nothing else. Rejects for trouble that has no name here. */
  listen(port: number): Promise<Bound> {
    return new Promise((resolve, reject) => {
      const failed = (error: NodeJS.ErrnoException): void => {
        if (error.code === 'EADDRINUSE') resolve({ kind: 'taken' });
        else if (error.code === 'EACCES' || error.code === 'EPERM') resolve({ kind: 'denied' });
        else reject(error);
      };
      this.#server.once('error', failed);
      this.#server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
        this.#server.off('error', failed);
        this.#server.on('error', (error) => this.dependencies.log.error('gateway: the socket has trouble', error));
        const address = this.#server.address();
        this.#port = typeof address === 'object' && address ? address.port : port;
        resolve({ kind: 'bound', port: this.#port });
      });
    });
  }

  /**
   * Takes no new requests, lets running ones end for a moment, then stops them and waits until they are settled.
   * `freePort`: another window may bind the port at once.
   */
  async stop(freePort: boolean): Promise<void> {
    const { clock, limits } = this.dependencies;
    this.#stopping = true;
    if (freePort) this.#server.close();
    const idle = this.#running.size === 0 ? Promise.resolve() : new Promise<void>((resolve) => (this.#whenIdle = resolve));
    const ended = new Promise<void>((resolve) => {
      const steps = [
        clock.after(limits.graceMs, () => this.#running.forEach((_, one) => one.abort())),
        // Whoever has not even sent all of a request is cut off.
        clock.after(limits.graceMs + 500, () => this.#server.closeAllConnections()),
        clock.after(limits.graceMs + 1500, resolve),
      ];
      void idle.then(() => {
        steps.forEach((cancel) => cancel());
        resolve();
      });
    });
    await ended;
    if (!freePort) this.#server.close();
    this.#server.closeAllConnections();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { limits, callers, table } = this.dependencies;
    response.setHeader('x-request-id', requestId(request) ?? this.dependencies.ids.next());
    response.setHeader('cache-control', 'no-store');
    response.setHeader('x-content-type-options', 'nosniff');
    const head = guardHead(request, this.#port, limits);
    if ('why' in head) return this.#refuse(request, response, head);
    const isHealth = head.path === '/health' && request.method === 'GET';
    if (isHealth && this.dependencies.presence.greet(request, response, this.#port)) return;
    const found = table(request.method ?? '', head.path);
    const caller = await callers.of(request.headers);
    if (typeof caller === 'object' && 'why' in caller) {
      if (isHealth) return this.#send(response, 200, '{"status":"ok"}', {}, undefined);
      return this.#refuse(request, response, caller, found);
    }
    if (found === undefined) return this.#refuse(request, response, refused('notFound', 'notFound', 404, `The gateway has no ${request.method} ${head.path}. See docs/gateway.md for what it has.`));
    if ('allow' in found) {
      response.setHeader('allow', found.allow.join(', '));
      return this.#refuse(request, response, refused('method', 'badRequest', 405, `${head.path} takes ${found.allow.join(' or ')}.`), found);
    }
    // Gone while the list of clients was read: nothing would tell of it any more.
    if (response.destroyed) return;
    const full = this.#full(caller);
    if (full) return this.#refuse(request, response, full, found);
    const stop = new AbortController();
    this.#running.set(stop, caller === 'machine' ? '' : caller.id);
    response.once('close', () => !response.writableFinished && stop.abort());
    try {
      await this.#serve(request, response, { ...found, query: head.query, caller, stop });
    } finally {
      this.#running.delete(stop);
      if (this.#running.size === 0) this.#whenIdle?.();
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse, { row, path, query, caller, stop }: FoundRow & { readonly query: URLSearchParams; readonly caller: Caller; readonly stop: AbortController }): Promise<void> {
    const { clock, limits } = this.dependencies;
    let body: unknown;
    let free = (): void => undefined;
    if (row.method === 'POST') {
      const wrong = guardBody(request, limits);
      if (wrong) return this.#refuse(request, response, wrong, { row });
      if (request.headers.expect !== undefined) response.writeContinue();
      const read = await readJson(request, { clock, limits, room: this.#room });
      free = read.free;
      if (!read.body.ok) {
        free();
        if (read.body.refused) this.#refuse(request, response, read.body.refused, { row });
        return;
      }
      body = read.body.value;
    }
    try {
      const refuse = (problem: Problem): void => this.#sendProblem(response, problem, row);
      if (row.serve.kind === 'ask') {
        await exchange(this.dependencies, {
          dialect: row.serve.dialect(path, query),
          body,
          caller,
          response,
          signal: stop.signal,
          refuse,
          send: (answer, headers) => this.#send(response, 200, JSON.stringify(answer), headers, row),
          beginStream: (contentType, headers) => {
            if (response.headersSent) return;
            response.writeHead(200, { ...headers, 'content-type': contentType });
            this.dependencies.answered(row.path, 200);
          },
        });
        return;
      }
      const reply = await row.serve.reply({ path, query, body, caller, signal: stop.signal });
      if ('problem' in reply) return refuse(reply.problem);
      const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
      this.#send(response, reply.status, text, reply.contentType === undefined ? {} : { 'content-type': reply.contentType }, row);
    } catch (error) {
      this.dependencies.log.error(`gateway: ${row.path} failed unexpectedly`, error);
      if (response.headersSent) response.destroy();
      else this.#sendProblem(response, { kind: 'internal', status: 500, message: "Something unexpected went wrong. Farthing's log in the editor says more." }, row);
    } finally {
      free();
    }
  }

  #full(caller: Caller): Refused | undefined {
    const { limits } = this.dependencies;
    if (this.#stopping) return refused('stopping', 'overloaded', 503, 'The gateway is stopping. Another window of the editor may take over in a moment.', { retryAfterMs: 1000 });
    if (this.#running.size >= limits.requestsAtOnce) return refused('tooMany', 'overloaded', 503, 'The gateway has too much to do.', { retryAfterMs: 1000 });
    if (caller === 'machine') return undefined;
    let own = 0;
    for (const id of this.#running.values()) if (id === caller.id) own += 1;
    return own >= limits.requestsOfAClient ? refused('tooMany', 'rateLimited', 429, `A client may have ${limits.requestsOfAClient} requests at once.`, { retryAfterMs: 1000 }) : undefined;
  }

  #refuse(request: IncomingMessage, response: ServerResponse, { why, problem }: Refused, found?: { readonly row?: Row; readonly problem?: Row['problem'] }): void {
    this.dependencies.refusals.note(why, problem.status);
    if (problem.status === 401) response.setHeader('www-authenticate', 'Bearer');
    // Nobody told it to send the body, so none may come; and who is to ask another window must not ask this one again.
    if (request.headers.expect !== undefined || why === 'stopping') response.setHeader('connection', 'close');
    this.#sendProblem(response, problem, found?.row, found?.problem);
    this.#discard(request);
  }

  /** What is still coming is taken and dropped for a moment: a client that is cut off while it sends never reads why. */
  #discard(request: IncomingMessage): void {
    if (request.complete) return;
    const stop = this.dependencies.clock.after(this.dependencies.limits.lingerMs, () => request.socket.destroy());
    request.once('close', stop).once('end', stop).resume();
  }

  #sendProblem(response: ServerResponse, problem: Problem, row: Row | undefined, words: Row['problem'] = row?.problem ?? this.dependencies.problem): void {
    this.#send(response, problem.status, JSON.stringify(words(problem)), retryHeaders(problem), row);
  }

  #send(response: ServerResponse, status: number, text: string, headers: Readonly<Record<string, string>>, row: Row | undefined): void {
    this.dependencies.answered(row?.path, status);
    if (response.destroyed || response.headersSent) return;
    const bytes = Buffer.from(text, 'utf8');
    response.writeHead(status, { 'content-type': 'application/json', ...headers, 'content-length': bytes.length });
    response.end(bytes);
  }

  /** What Node's parser did not take, or did not get in time. */
  #malformed(code: string, socket: Socket): void {
    const [status, text] = code === 'HPE_HEADER_OVERFLOW' ? [431, 'Request Header Fields Too Large'] : code === 'ERR_HTTP_REQUEST_TIMEOUT' ? [408, 'Request Timeout'] : [400, 'Bad Request'];
    if (code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    this.dependencies.refusals.note(status === 408 ? 'slow' : status === 431 ? 'headers' : 'malformed', status);
    socket.end(`HTTP/1.1 ${status} ${text}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  }
}

/** A client's own, where it is plain. */
function requestId({ headers }: IncomingMessage): string | undefined {
  const own = headers['x-request-id'];
  return typeof own === 'string' && /^[\w.:-]{1,100}$/.test(own) ? own : undefined;
}
