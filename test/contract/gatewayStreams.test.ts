import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import type { AnswerEvent } from '../../src/core/model/ask';
import type { Failure } from '../../src/core/model/failure';
import { StorageError } from '../../src/core/ports/ledgerStore';
import { ended, gatewayOn, saying, started, untilStopped } from '../support/gatewayDoor';
import { FakeClock } from '../support/fakeClock';

type Room = ReturnType<typeof gatewayOn>;

describe('answers through the gateway', () => {
  const open: Room[] = [];
  const agent = new Agent({ keepAlive: true });
  afterEach(async () => {
    for (const { gateway } of open.splice(0)) await gateway.stop();
  });

  async function serving(...options: Parameters<typeof gatewayOn>): Promise<{ readonly room: Room; readonly port: number }> {
    const room = gatewayOn(...options);
    open.push(room);
    return { room, port: await room.serve() };
  }

  /** A question to the gateway; resolves with the head of the answer. */
  async function ask(port: number, token: string, { stream = false, model = 'auto', headers = {}, ...more }: { readonly stream?: boolean; readonly model?: string; readonly headers?: Record<string, string>; readonly agent?: Agent } = {}): Promise<IncomingMessage> {
    const asking = request({ host: '127.0.0.1', port, path: '/v1/chat/completions', method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers }, ...more });
    asking.on('error', () => undefined);
    asking.end(JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Hello?' }] }));
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    return response;
  }

  it('answers 1,000 streams that are idle at once', async function manyStreams() {
    this.timeout(30_000);
    const go = Promise.withResolvers<void>();
    const { room, port } = await serving({
      limits: { holdMs: 1 },
      async *answer() {
        yield started();
        await go.promise;
        yield { type: 'text-delta', text: 'At last.' };
        yield ended;
      },
    });
    const many = 1000;
    global.gc?.();
    const before = process.memoryUsage();
    const answers = await Promise.all(Array.from({ length: many }, () => ask(port, room.token, { stream: true, agent: new Agent({ keepAlive: false }) })));
    assert.equal(room.gateway.running(), many);
    const { heapUsed, external } = process.memoryUsage();
    const perStream = (heapUsed + external - before.heapUsed - before.external) / many;
    assert.ok(perStream < 200_000, `${Math.round(perStream)} bytes a stream, those of the client in it`);
    go.resolve();
    const texts = await Promise.all(answers.map(textOf));
    assert.equal(texts.filter((text) => text.includes('At last.') && text.includes('[DONE]')).length, many);
    await Promise.all(room.asked.map((one) => one.ended));
  });

  it('stops asking when the client is gone, and consumes the answer to its end so that it is settled', async () => {
    for (const { stream, before } of [{ stream: true, before: true }, { stream: true, before: false }, { stream: false, before: false }]) {
      const asked = Promise.withResolvers<void>();
      const { room, port } = await serving({
        async *answer(_, signal) {
          asked.resolve();
          yield* untilStopped(signal, started(), ...(before ? [{ type: 'text-delta', text: 'Once' } as const] : []));
        },
      });
      const socket = connect(port, '127.0.0.1');
      const body = JSON.stringify({ model: 'auto', stream, messages: [{ role: 'user', content: 'Hello?' }] });
      socket.write(`POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${room.token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      await asked.promise;
      if (before) await once(socket, 'data');
      socket.destroy();
      await room.asked[0]?.ended;
      assert.equal(room.asked[0]?.aborted, true);
      await emptied(room);
    }
  });

  it('gives up a client that takes nothing of its answer, and makes no more of it meanwhile', async () => {
    const clock = new FakeClock();
    let made = 0;
    const stalled = Promise.withResolvers<void>();
    const { room, port } = await serving({
      clock,
      async *answer(_, signal) {
        yield started();
        while (!signal.aborted) {
          made += 1;
          if (made === 1) setImmediate(() => stalled.resolve());
          yield { type: 'text-delta', text: 'x'.repeat(4_000_000) };
        }
        yield { type: 'answer-failed', failure: { kind: 'cancelled' }, receipt: undefined };
      },
    });
    const response = await ask(port, room.token, { stream: true });
    response.pause();
    await stalled.promise;
    await turnsWithout(() => made);
    assert.ok(made < 20, `${made} pieces of 4 MB were made for a client that reads nothing`);
    response.on('error', () => undefined);
    clock.advance(120_000);
    await room.asked[0]?.ended;
    response.destroy();
    assert.equal(room.asked[0]?.aborted, true);
  });

  it('sends a status and heartbeats while a model thinks long', async () => {
    const clock = new FakeClock();
    const go = Promise.withResolvers<void>();
    const { room, port } = await serving({
      clock,
      async *answer() {
        yield started();
        await go.promise;
        yield* saying('Done').slice(1);
      },
    });
    const waiting = ask(port, room.token, { stream: true });
    while (room.asked.length === 0) await turn();
    clock.advance(10_000);
    const response = await waiting;
    assert.equal(response.statusCode, 200);
    clock.advance(15_000);
    clock.advance(15_000);
    go.resolve();
    assert.match(await textOf(response), /^data: .*\n\n: thinking\n\n: thinking\n\ndata: .*Done/);
  });

  const failures: readonly { readonly failure: Failure; readonly status: number; readonly retryAfter?: string; readonly shouldRetry: string }[] = [
    { failure: { kind: 'rateLimited', provider: 'acme', retryAfterMs: 1500 }, status: 429, retryAfter: '2', shouldRetry: 'true' },
    { failure: { kind: 'providerDown', provider: 'acme', status: 500 }, status: 503, shouldRetry: 'true' },
    { failure: { kind: 'keyRejected', provider: 'acme' }, status: 424, shouldRetry: 'false' },
    { failure: { kind: 'contextTooLong', neededTokens: 9, availableTokens: 5 }, status: 400, shouldRetry: 'false' },
  ];
  for (const { failure, status, retryAfter, shouldRetry } of failures) {
    for (const stream of [true, false]) {
      it(`answers ${failure.kind} before the first word with ${status}, ${stream ? 'stream' : 'at once'}`, async () => {
        const { room, port } = await serving({
          async *answer() {
            yield started();
            yield { type: 'answer-failed', failure, receipt: undefined };
          },
        });
        const response = await ask(port, room.token, { stream });
        assert.deepEqual([response.statusCode, response.headers['retry-after'], response.headers['x-should-retry']], [status, retryAfter, shouldRetry]);
        assert.equal(response.headers['content-type'], 'application/json');
        assert.ok(JSON.parse(await textOf(response)).error.message);
        await room.asked[0]?.ended;
      });
    }
  }

  it('tells a failure after the first word in the stream', async () => {
    const { room, port } = await serving({
      async *answer() {
        yield* saying('Half').slice(0, -1);
        yield { type: 'answer-failed', failure: { kind: 'truncated', provider: 'acme' }, receipt: undefined };
      },
    });
    const response = await ask(port, room.token, { stream: true });
    const text = await textOf(response);
    assert.equal(response.statusCode, 200);
    assert.match(text, /Half/);
    assert.match(text, /"error"/);
  });

  it('lets running answers end when it stops, refuses new ones with 503, and is off then', async () => {
    const go = Promise.withResolvers<void>();
    const { room, port } = await serving({
      async *answer() {
        yield* saying('Begun').slice(0, -1);
        await go.promise;
        yield ended;
      },
    });
    // A connection that was there before, as programs keep them.
    await textOf(await models(port, room.token));
    const running = await ask(port, room.token, { stream: true });
    const stopped = room.gateway.stop();
    assert.equal(room.gateway.state().kind, 'stopping');
    const refused = await models(port, room.token);
    assert.deepEqual([refused.statusCode, refused.headers['retry-after'], refused.headers.connection], [503, '1', 'close']);
    refused.resume();
    go.resolve();
    const text = await textOf(running);
    assert.match(text, /Begun/);
    assert.match(text, /\[DONE\]/);
    await stopped;
    assert.equal(room.gateway.state().kind, 'off');
    assert.equal(room.asked[0]?.aborted, false);
  });

  it('stops answers that go on for too long after it was stopped, settles them and says so to the client', async () => {
    const clock = new FakeClock();
    const { room, port } = await serving({
      clock,
      async *answer(_, signal) {
        yield* untilStopped(signal, started(), { type: 'text-delta', text: 'Begun' });
      },
    });
    const running = await ask(port, room.token, { stream: true });
    const stopped = room.gateway.stop();
    clock.advance(4000);
    assert.match(await textOf(running), /stopped/);
    await stopped;
    assert.equal(room.asked[0]?.aborted, true);
    await room.asked[0]?.ended;
  });

  it('gives up a body that does not come', async () => {
    const clock = new FakeClock();
    const { room, port } = await serving({ clock });
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    socket.write(`POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${room.token}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"model"`);
    while (clock.pending === 0) await turn();
    clock.advance(29_000);
    clock.advance(1000);
    assert.match(String(await once(socket, 'data')), /^HTTP\/1.1 408 /);
    clock.advance(2000);
    await once(socket, 'close');
    await emptied(room);
  });

  it('cuts off a request that is not all there when it stops', async () => {
    const clock = new FakeClock();
    const { room, port } = await serving({ clock });
    const socket = connect(port, '127.0.0.1');
    socket.write(`POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${room.token}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"model"`);
    while (room.gateway.running() === 0) await turn();
    const stopped = room.gateway.stop();
    clock.advance(5000);
    await stopped;
    assert.equal(room.gateway.state().kind, 'off');
    socket.destroy();
  });

  it('says that the list of clients cannot be read, and goes on when it can', async () => {
    const clock = new FakeClock();
    const { room, port } = await serving({ clock });
    const own = await room.addClient();
    room.clients.fails.set('list', new StorageError('locked', 'busy'));
    const response = await ask(port, own);
    assert.deepEqual([response.statusCode, response.headers['retry-after']], [503, '1']);
    response.resume();
    assert.equal((await ask(port, room.token)).statusCode, 200);
    room.clients.fails.clear();
    clock.advance(1000);
    assert.equal((await ask(port, own)).statusCode, 200);
  });

  it('gives up headers that do not come', async () => {
    const { room, port } = await serving({ limits: { headersMs: 50 } });
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    socket.write(`POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Slow: `);
    assert.match(String(await once(socket, 'data')), /^HTTP\/1.1 408 /);
    await once(socket, 'close');
    assert.match(room.logged.join('\n'), /\(slow, status 408\)/);
  });

  it('lets a client have so many requests at once, and all together so many', async () => {
    const { room, port } = await serving({
      limits: { requestsOfAClient: 1, requestsAtOnce: 2, holdMs: 1 },
      async *answer(_, signal) {
        yield* untilStopped(signal, started());
      },
    });
    const own = await room.addClient();
    const first = await ask(port, own, { stream: true });
    const second = await ask(port, own, { stream: true });
    assert.deepEqual([second.statusCode, second.headers['retry-after']], [429, '1']);
    const other = await ask(port, room.token, { stream: true });
    assert.equal(other.statusCode, 200);
    const third = await ask(port, room.token, { stream: true });
    assert.equal(third.statusCode, 503);
    for (const response of [first, second, other, third]) response.destroy();
    await emptied(room);
  });

  it('asks on behalf of a client, under its rules', async () => {
    const { room, port } = await serving();
    const own = await room.addClient({ agent: 'claude', folder: '/projects/shop', limit: 5 as never, models: ['acme/*'], quality: 'economy' });
    assert.equal((await ask(port, own)).statusCode, 200);
    const { messages, ...asked } = room.asked[0]?.request ?? { messages: [] };
    assert.equal(messages.length, 1);
    assert.deepEqual(asked, { ...asked, purpose: 'agent:claude', client: { id: 'client-1', limit: 5, folder: '/projects/shop' }, allow: ['acme/*'], quality: 'economy' });
    assert.equal((await ask(port, room.token)).statusCode, 200);
    assert.deepEqual([room.asked[1]?.request.purpose, room.asked[1]?.request.client], ['gateway', undefined]);
  });

  it('knows a client at once when it is added, and no more when it is removed or its time is over', async () => {
    const { room, port } = await serving();
    const own = await room.addClient();
    assert.equal((await ask(port, own)).statusCode, 200);
    const short = await room.addClient({ id: 'client-2', expiresAt: 1 });
    const expired = await ask(port, short);
    assert.equal(expired.statusCode, 401);
    assert.match(await textOf(expired), /expired/);
    await room.clients.remove('client-1');
    await turn();
    assert.equal((await ask(port, own)).statusCode, 401);
  });

  const ids: readonly (readonly [given: string, kept: boolean])[] = [['my-id.1:2_3', true], ['a'.repeat(200), false], ['with space', false], ['<b>', false]];
  for (const [given, kept] of ids) {
    it(`${kept ? 'takes' : 'does not take'} a client's request id ${given.slice(0, 20)}`, async () => {
      const { room, port } = await serving();
      const response = await ask(port, room.token, { headers: { 'x-request-id': given } });
      const told = response.headers['x-request-id'];
      assert.ok(kept ? told === given : /^id-\d+$/.test(String(told)), String(told));
    });
  }

  it('reads a body that waits to be asked for (Expect: 100-continue)', async () => {
    const { room, port } = await serving();
    const asking = request({ host: '127.0.0.1', port, path: '/v1/chat/completions', method: 'POST', headers: { authorization: `Bearer ${room.token}`, 'content-type': 'application/json', expect: '100-continue' } });
    asking.flushHeaders();
    await once(asking, 'continue');
    asking.end(JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'Hello?' }] }));
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    assert.equal(response.statusCode, 200);
    response.resume();
  });

  it('says 500 without details when something of ours breaks', async () => {
    const { room, port } = await serving({
      // eslint-disable-next-line require-yield
      async *answer(): AsyncGenerator<AnswerEvent, void> {
        throw new Error('secret detail');
      },
    });
    const response = await ask(port, room.token);
    const text = await textOf(response);
    assert.equal(response.statusCode, 500);
    assert.ok(!text.includes('secret detail'));
    assert.match(room.logged.join('\n'), /secret detail/);
    await emptied(room);
  });

  function models(port: number, token: string): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, path: '/v1/models', agent, headers: { authorization: `Bearer ${token}` } }, resolve).on('error', reject).end();
    });
  }
});

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return text;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function emptied({ gateway }: Room): Promise<void> {
  while (gateway.running() > 0) await turn();
}

/** Until a figure has stayed the same for many turns of the event loop. */
async function turnsWithout(figure: () => number): Promise<void> {
  for (let same = 0, last = -1; same < 200; same += 1) {
    if (figure() !== last) [last, same] = [figure(), 0];
    await turn();
  }
}
