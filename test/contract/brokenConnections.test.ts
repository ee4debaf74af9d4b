import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer, setGlobalProxyFromEnv } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { AnswerEvent } from '../../src/core/model/ask';
import type { Failure } from '../../src/core/model/failure';
import { asArmId } from '../../src/core/model/modelCard';
import { problemOf } from '../../src/gateway/problems';
import { tell } from '../../src/vscode/failureTexts';
import { openaiChatWire } from '../../src/wires/openaiChat/openaiChat';
import { collectPatiently, question, testApp } from '../support/testApp';
import { chunk, doneChunk, usageChunk } from '../support/wireFixtures';

const card = { id: 'm', name: 'm', contextTokens: 100_000, maxOutputTokens: 50_000, capabilities: [], retired: [], aliases: [], efforts: [{ effort: 'none', isDefault: true, abilities: {}, verbosity: 1 }], offers: [{ provider: 'groq', model: 'm', price: undefined, free: false, efforts: [] }] } as const;
const prices = { 'groq/m': { input: 1, output: 2 } };
const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n';
const answer = chunk({ content: 'Hello' }) + chunk({}, 'stop') + usageChunk({ prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 }) + doneChunk;
const whole = `${head}Content-Length: ${answer.length}\r\n\r\n${answer}`;

/** What a server does when the bytes of a request have come. */
type Doing = (socket: Socket) => void;

const reset: Doing = (socket) => void socket.resetAndDestroy();
const say = (text: string, after: Doing): Doing => (socket) => void socket.write(text, () => setImmediate(after, socket));

/** A server that does so with its requests, one after the other and the last with all that follow, and counts them. */
class BrokenServer {
  requests = 0;
  connections = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  constructor(...doings: readonly Doing[]) {
    this.#server = createServer((socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        // The head and the body of a request may come apart; a record of TLS is one.
        if (!/^(?:POST |\x16)/.test(data.toString('latin1'))) return;
        this.requests += 1;
        doings[Math.min(this.requests, doings.length) - 1]?.(socket);
      });
    });
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** The whole core, whose provider is at an address of this machine. */
function asking(address: string) {
  // Of its list of models nothing is known.
  const wire = openaiChatWire({ fetch: (input, init) => (init?.method === 'POST' ? fetch(address + new URL(input instanceof Request ? input.url : input).pathname, init) : Promise.resolve(new Response(undefined, { status: 404 }))) });
  const test = testApp({ realWire: wire, settings: { 'demo.enabled': false, prices }, cards: [card], keys: { groq: 'k' } });
  return {
    ...test,
    ask: (inOnePiece = false): Promise<readonly AnswerEvent[]> => collectPatiently(test.app.ask(question('Hello?', { pin: asArmId('groq/m'), ...(inOnePiece ? { purpose: 'gateway', whole: true, maxOutputTokens: 512 } : {}) }), new AbortController().signal), test.clock),
    /** Of each try: nano-dollars, whether they are an estimate, tokens in and out. */
    charged: () => [...test.ledger.calls.values()].map(({ charge, usage }) => [charge.amount, charge.estimatedUsage, usage.inputTokens, usage.outputTokens]),
  };
}

function failureOf(events: readonly AnswerEvent[]): Failure {
  const last = events.at(-1);
  assert.ok(last?.type === 'answer-failed', JSON.stringify(last));
  return last.failure;
}

describe('a connection that breaks', () => {
  const servers: BrokenServer[] = [];
  const serving = async (...doings: readonly Doing[]): Promise<{ readonly server: BrokenServer; readonly at: string }> => {
    const server = new BrokenServer(...doings);
    servers.push(server);
    return { server, at: await server.start() };
  };
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
  });

  describe('after the request had left', () => {
    const rows: readonly { readonly name: string; readonly doing: Doing }[] = [
      { name: 'is reset when the request has come', doing: reset },
      { name: 'is closed when the request has come', doing: (socket) => void socket.end() },
      { name: 'is reset in the head of the reply', doing: say('HTTP/1.1 200 OK\r\nContent-Ty', reset) },
      { name: 'is closed in the head of the reply', doing: say('HTTP/1.1 200 OK\r\nContent-Ty', (socket) => void socket.end()) },
      { name: 'answers something else than HTTP', doing: say('What?\r\n\r\n', () => undefined) },
      { name: 'is reset before the first word of the reply', doing: say(`${head}Content-Length: 1000\r\n\r\n`, reset) },
    ];
    for (const { name, doing } of rows) {
      for (const inOnePiece of [false, true]) {
        it(`${name}: ${inOnePiece ? 'an answer in one piece' : 'a stream'} is charged as an estimate, each try of it`, async () => {
          const { server, at } = await serving(doing);
          const { ask, charged, ledger } = asking(`http://${at}`);
          const failure = failureOf(await ask(inOnePiece));
          assert.partialDeepStrictEqual(failure, { kind: 'providerDown', provider: 'groq', mayBeBilled: true });
          assert.equal(server.requests, 3, 'tried again as before');
          const [first] = charged();
          assert.ok(first);
          const [amount, estimated, input = 0, output = 0] = first;
          assert.deepEqual([estimated, output, amount], [true, inOnePiece ? 512 : 0, Number(input) * 1000 + Number(output) * 2000]);
          assert.ok(Number(input) > 0);
          assert.deepEqual(charged(), [first, first, first]);
          assert.equal(ledger.held.size, 0);
          assert.match(tell(failure, { nameOf: () => 'Groq', now: 0 }).sentence, /^The connection to Groq broke after your question had left .* estimate \(≈\)\./);
          assert.match(problemOf(failure).message, /may bill is counted as an estimate/);
        });
      }
    }

    it('is charged beside the try that answers', async () => {
      const { at } = await serving(reset, say(whole, () => undefined));
      const { ask, charged } = asking(`http://${at}`);
      assert.equal((await ask()).at(-1)?.type, 'answer-end');
      assert.deepEqual(charged().map(([, estimated]) => estimated), [true, false]);
      assert.deepEqual(charged()[1], [140_000, false, 100, 20]);
    });

    it('is charged as an estimate where vectors were asked for', async () => {
      const { server, at } = await serving(reset);
      const { app, charged } = asking(`http://${at}`);
      const embedded = await app.embed({ place: 'groq/m', input: ['Hello?'] }, new AbortController().signal);
      assert.partialDeepStrictEqual(embedded, { ok: false, failure: { kind: 'providerDown', provider: 'groq', mayBeBilled: true } });
      const [first] = charged();
      assert.deepEqual([server.requests, charged().length, first?.[1], Number(first?.[0]) > 0, first?.[3]], [1, 1, true, true, 0]);
    });

    it('was kept from an earlier request, and the server closes it when the next one comes: it cannot be told from one that was read', async () => {
      const { server, at } = await serving(say(whole, () => undefined), reset, say(whole, () => undefined));
      const { ask, charged } = asking(`http://${at}`);
      for (const _ of [1, 2]) assert.equal((await ask()).at(-1)?.type, 'answer-end');
      assert.deepEqual([server.requests, server.connections], [3, 2]);
      assert.deepEqual(charged().map(([, estimated]) => estimated), [false, true, false]);
    });

    it('was kept from an earlier request, and the server has closed it: another one is made, and nothing is charged for that', async () => {
      const closed = Promise.withResolvers<void>();
      const { server, at } = await serving(say(whole, (socket) => void socket.once('close', () => closed.resolve()).end()), say(whole, () => undefined));
      const { ask, charged } = asking(`http://${at}`);
      await ask();
      await closed.promise;
      assert.equal((await ask()).at(-1)?.type, 'answer-end');
      assert.deepEqual([server.requests, server.connections], [2, 2]);
      assert.deepEqual(charged().map(([, estimated]) => estimated), [false, false]);
    });
  });

  describe('before anything had left', () => {
    const nothing = [0, false, 0, 0];

    it('is refused: nothing is charged', async () => {
      const { server, at } = await serving(reset);
      await server.stop();
      servers.length = 0;
      const { ask, charged } = asking(`http://${at}`);
      assert.deepEqual(failureOf(await ask()), { kind: 'providerDown', provider: 'groq', detail: 'Nothing answers at the address (ECONNREFUSED).' });
      assert.deepEqual(charged(), [nothing, nothing, nothing]);
    });

    it('is refused when vectors are asked for: nothing is charged', async () => {
      const { server, at } = await serving(reset);
      await server.stop();
      servers.length = 0;
      const { app, charged } = asking(`http://${at}`);
      assert.equal((await app.embed({ place: 'groq/m', input: ['Hello?'] }, new AbortController().signal)).ok, false);
      assert.deepEqual(charged(), [nothing]);
    });

    const handshakes: readonly { readonly name: string; readonly doing: Doing; readonly failure: Failure }[] = [
      { name: 'is reset in the handshake, as firewalls do it', doing: reset, failure: { kind: 'providerDown', provider: 'groq', detail: 'The connection was lost (ECONNRESET).' } },
      { name: 'is closed in the handshake', doing: (socket) => void socket.end(), failure: { kind: 'providerDown', provider: 'groq', detail: 'The connection was lost (ECONNRESET).' } },
      { name: 'speaks no TLS', doing: say('HTTP/1.1 400 Bad Request\r\n\r\n', (socket) => void socket.end()), failure: { kind: 'offline', provider: 'groq', detail: 'No secure connection could be made (ERR_SSL_WRONG_VERSION_NUMBER).' } },
    ];
    for (const { name, doing, failure } of handshakes) {
      it(`${name}: nothing is charged`, async () => {
        const { server, at } = await serving(doing);
        const { ask, charged } = asking(`https://${at}`);
        assert.deepEqual(failureOf(await ask()), failure);
        assert.equal(server.requests, 3);
        assert.deepEqual(charged(), [nothing, nothing, nothing]);
      });
    }

    it('goes to a port that is never asked: nothing is charged', async () => {
      const { ask, charged } = asking('http://127.0.0.1:6667');
      assert.deepEqual(failureOf(await ask()), { kind: 'providerDown', provider: 'groq', detail: 'The connection failed.' });
      assert.deepEqual(charged(), [nothing, nothing, nothing]);
    });

    const refusals: readonly { readonly status: number; readonly failure: Failure; readonly says: RegExp }[] = [
      { status: 407, failure: { kind: 'offline', provider: 'groq', proxy: true, detail: 'The proxy asks for a sign-in (HTTP 407).' }, says: /^The proxy of your network wants a sign-in before Groq can be reached\./ },
      { status: 502, failure: { kind: 'providerDown', provider: 'groq', detail: 'The proxy refused the connection (HTTP 502).' }, says: /^Groq has a problem of its own\./ },
    ];
    for (const { status, failure, says } of refusals) {
      it(`is refused by a proxy with ${status}: nothing is charged`, async () => {
        const proxy = createHttpServer();
        proxy.on('connect', (_request, socket) => socket.on('error', () => undefined).end(`HTTP/1.1 ${status} No\r\n\r\n`));
        proxy.listen(0, '127.0.0.1');
        await once(proxy, 'listening');
        const restore = setGlobalProxyFromEnv({ https_proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` });
        try {
          const { ask, charged } = asking('https://provider.invalid');
          const told = failureOf(await ask());
          assert.deepEqual(told, failure);
          assert.match(tell(told, { nameOf: () => 'Groq', now: 0 }).sentence, says);
          assert.deepEqual(charged(), [nothing, nothing, nothing]);
        } finally {
          restore();
          proxy.closeAllConnections();
          proxy.close();
        }
      });
    }
  });
});
