import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, before, describe, it } from 'mocha';
import type { GatewayState } from '../../src/core/ports/gateway';
import { portsToTry } from '../../src/gateway/ports';
import { bundled } from '../support/bundled';
import { ended, gatewayOn, started } from '../support/gatewayDoor';

type Room = ReturnType<typeof gatewayOn>;

describe('one gateway among windows', () => {
  const rooms: Room[] = [];
  const servers: Server[] = [];
  const children: ChildProcess[] = [];
  afterEach(async () => {
    for (const { gateway } of rooms.splice(0)) await gateway.close();
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  let lastToken = 0;
  /** Of a machine of its own, so that no test finds the ports of another. */
  const newToken = (): string => `machine-${process.pid}-${++lastToken}`;

  function window(...options: Parameters<typeof gatewayOn>): Room {
    const room = gatewayOn(...options);
    rooms.push(room);
    return room;
  }

  it('has the first window serve and the others follow on its port', async () => {
    const token = newToken();
    const texts = new Map<string, string>();
    const [first, second, third] = [window({ token, texts }), window({ token, texts }), window({ token, texts })];
    const port = await first.serve();
    assert.deepEqual(await second.gateway.start(), { kind: 'following', port });
    assert.deepEqual(await third.gateway.start(), { kind: 'following', port });
  });

  it('has one serve when windows start at the same moment, without a port that was kept', async () => {
    for (let round = 0; round < 10; round += 1) {
      const token = newToken();
      const many = Array.from({ length: 4 }, () => window({ token }));
      const states = await Promise.all(many.map(({ gateway }) => gateway.start()));
      assert.equal(states.filter(({ kind }) => kind === 'serving').length, 1, JSON.stringify(states));
      assert.equal(new Set(states.map((state) => 'port' in state && state.port)).size, 1, JSON.stringify(states));
      for (const { gateway } of many) await gateway.close();
    }
  });

  it('hands the port over when the window that serves closes: clients notice a retry at most', async () => {
    const token = newToken();
    const texts = new Map<string, string>();
    const [first, second] = [window({ token, texts }), window({ token, texts })];
    const port = await first.serve();
    await second.gateway.start();
    await answered(port, token);
    const closed = first.gateway.close();
    await became(second, 'serving');
    assert.deepEqual(second.gateway.state(), { kind: 'serving', port });
    await answered(port, token);
    assert.equal(second.asked.length, 1);
    await closed;
    assert.equal(first.gateway.state().kind, 'off');
  });

  it('takes the port over while the window that closes still ends what it answers', async () => {
    const token = newToken();
    const go = Promise.withResolvers<void>();
    const first = window({
      token,
      async *answer() {
        yield started();
        yield { type: 'text-delta', text: 'Begun' };
        await go.promise;
        yield ended;
      },
    });
    const second = window({ token });
    const port = await first.serve();
    await second.gateway.start();
    const running = await ask(port, token, true);
    const closed = first.gateway.close();
    await became(second, 'serving');
    await answered(port, token);
    go.resolve();
    assert.match(await textOf(running), /Begun[^]*\[DONE\]/);
    await closed;
    assert.equal(first.asked[0]?.aborted, false);
  });

  it('is off in all windows when the person stops it in one', async () => {
    const token = newToken();
    const [first, second] = [window({ token }), window({ token })];
    await first.serve();
    await second.gateway.start();
    await first.gateway.stop();
    await became(second, 'off');
  });

  it('stays on the port of the window that serves when another stops following', async () => {
    const token = newToken();
    const [first, second] = [window({ token }), window({ token })];
    const port = await first.serve();
    await second.gateway.start();
    await second.gateway.close();
    assert.equal(second.gateway.state().kind, 'off');
    await answered(port, token);
  });

  it('leaves nothing behind when it is stopped while it starts, at whatever moment', async () => {
    for (let turns = 0; turns < 30; turns += 1) {
      const token = newToken();
      const room = window({ token });
      const started = room.gateway.start();
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      if (turns % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
      await room.gateway.stop();
      await started;
      assert.equal(room.gateway.state().kind, 'off');
      const [port = 0] = await portsToTry(0, token, { read: async () => undefined });
      const server = createServer();
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      server.close();
    }
  });

  it('has the same port after a restart', async () => {
    const token = newToken();
    const texts = new Map<string, string>();
    const first = window({ token, texts });
    const port = await first.serve();
    await first.gateway.stop();
    assert.equal(texts.get('gateway-port'), String(port));
    assert.equal(await first.serve(), port);
  });

  it('goes on with a new token in all windows, at the same port, and refuses the old one', async () => {
    const old = newToken();
    let token = old;
    const texts = new Map<string, string>();
    const both = [window({ token: async () => token, texts }), window({ token: async () => token, texts })] as const;
    const port = await both[0].serve();
    await both[1].gateway.start();
    const settled = Promise.all(both.map(({ gateway }) => new Promise<void>((resolve) => {
      let left = false;
      gateway.onChange(() => {
        const { kind } = gateway.state();
        left ||= kind !== 'serving' && kind !== 'following';
        if (kind === 'serving' || (kind === 'following' && (left || gateway === both[1].gateway))) resolve();
      });
    })));
    token = newToken();
    for (const room of both) room.renewed();
    await settled;
    assert.deepEqual(both.map(({ gateway }) => gateway.state()).toSorted((one, other) => one.kind.localeCompare(other.kind)), [{ kind: 'following', port }, { kind: 'serving', port }]);
    const status = (tried: string) => fetch(`http://127.0.0.1:${port}/v1/models`, { headers: { authorization: `Bearer ${tried}` } }).then((response) => response.status);
    assert.deepEqual([await status(old), await status(token)], [401, 200]);
  });

  it('does nothing when the token that it has is said to be new', async () => {
    const room = window({ token: newToken() });
    await room.serve();
    const states: GatewayState[] = [];
    room.gateway.onChange(() => states.push(room.gateway.state()));
    room.renewed();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(states, []);
  });

  it('says that a chosen port is taken, and gives no foreign program its token', async () => {
    const foreign = await listening();
    const room = window({ token: 'the-machine-token-of-this-test', settings: { port: foreign.port } });
    assert.deepEqual(await room.gateway.start(), { kind: 'failed', trouble: { kind: 'portTaken', port: foreign.port } });
    assert.ok(foreign.heard().includes('/health'));
    assert.ok(!foreign.heard().includes('the-machine-token'));
    foreign.server.close();
    assert.deepEqual(await room.gateway.start(), { kind: 'serving', port: foreign.port });
  });

  it('takes another port where the kept one is a foreign program’s, and keeps that', async () => {
    const foreign = await listening();
    const token = newToken();
    const texts = new Map([['gateway-port', String(foreign.port)]]);
    const [first, second] = [window({ token, texts }), window({ token, texts })];
    const port = await first.serve();
    assert.notEqual(port, foreign.port);
    assert.deepEqual(first.gateway.state(), { kind: 'serving', port, instead: foreign.port });
    assert.equal(texts.get('gateway-port'), String(port));
    assert.deepEqual(await second.gateway.start(), { kind: 'following', port });
  });

  it('is not taken in by a program that passes the challenge on to the real one', async () => {
    const token = newToken();
    const port = await window({ token }).serve();
    const relay = createHttpServer((incoming, response) => {
      request({ host: '127.0.0.1', port, path: incoming.url, headers: { ...incoming.headers, host: `127.0.0.1:${port}` } }, (real) => {
        response.writeHead(real.statusCode ?? 0, real.headers);
        real.pipe(response);
      }).end();
    });
    relay.listen(0, '127.0.0.1');
    await once(relay, 'listening');
    const { port: relayed } = relay.address() as AddressInfo;
    const other = window({ token, settings: { port: relayed } });
    assert.deepEqual(await other.gateway.start(), { kind: 'failed', trouble: { kind: 'portTaken', port: relayed } });
    relay.close();
    relay.closeAllConnections();
  });

  it('follows nobody who has another token', async () => {
    const port = await window({ token: newToken() }).serve();
    const other = window({ token: newToken(), settings: { port } });
    assert.deepEqual(await other.gateway.start(), { kind: 'failed', trouble: { kind: 'portTaken', port } });
  });

  it('says so when the place for secrets does not open', async () => {
    const room = gatewayOn({ token: () => Promise.reject(new Error('no keyring')) });
    assert.deepEqual(await room.gateway.start(), { kind: 'failed', trouble: { kind: 'noToken', detail: 'no keyring' } });
  });

  it('tries ports that are the same in every window of a machine', async () => {
    const none = { read: async () => undefined };
    const tried = await portsToTry(0, 'token', none);
    assert.deepEqual(tried, await portsToTry(0, 'token', none));
    assert.ok(tried.length >= 7 && tried.every((port) => port >= 20_000 && port < 32_000), String(tried));
    assert.deepEqual(await portsToTry(1234, 'token', none), [1234]);
    for (const broken of ['', 'x', '-1', '70000', '1.5']) assert.deepEqual(await portsToTry(0, 'token', { read: async () => broken }), tried);
  });

  describe('in processes of their own', () => {
    let script = '';
    before(async function bundle() {
      this.timeout(30_000);
      script = await bundled('test/support/gatewayChild.ts');
    });

    it('survives kill -9 of whoever serves, again and again, in the middle of an answer', async function killed() {
      this.timeout(30_000);
      const token = newToken();
      const pids: (number | undefined)[] = [];
      let port = 0;
      for (let count = 0; count < 5; count += 1) {
        const started = await start(script, token, children);
        pids.push(started.pid);
        port = started.port;
      }
      for (let left = pids.length; left > 1; left -= 1) {
        const response = await ask(port, token, true);
        const pid = Number(/from (\d+)/.exec(await firstOf(response))?.[1]);
        assert.ok(pids.includes(pid));
        const cut = new Promise((resolve) => response.once('close', resolve));
        process.kill(pid, 'SIGKILL');
        await cut;
        await answered(port, token, true);
      }
    });
  });

  /** A program that is not ours: takes every connection and answers 404. */
  async function listening(): Promise<{ readonly server: Server; readonly port: number; readonly heard: () => string }> {
    let heard = '';
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        heard += data.toString('latin1');
        socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    const { port } = server.address() as AddressInfo;
    return { server, port, heard: () => heard };
  }
});

/** Starts a window and waits until it serves or follows. */
async function start(script: string, token: string, children: ChildProcess[]): Promise<{ readonly pid: number | undefined; readonly port: number }> {
  const child = spawn(process.execPath, [script, JSON.stringify({ token })], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const state: GatewayState = JSON.parse(line);
    if (state.kind !== 'serving' && state.kind !== 'following') continue;
    child.stdout.resume();
    return { pid: child.pid, port: state.port };
  }
  throw new Error('the window ended');
}

async function became({ gateway }: Room, kind: GatewayState['kind']): Promise<void> {
  if (gateway.state().kind === kind) return;
  await new Promise<void>((resolve) => {
    const stop = gateway.onChange(() => {
      if (gateway.state().kind !== kind) return;
      stop();
      resolve();
    });
  });
}

/** Asks as clients do: again when nobody is there. A stream is left after its first words. */
async function answered(port: number, token: string, stream = false): Promise<void> {
  for (;;) {
    const response = await ask(port, token, stream).catch(() => undefined);
    if (response?.statusCode === 200) {
      if (!stream) assert.match(await textOf(response), /Hello/);
      response.destroy();
      return;
    }
    response?.destroy();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function ask(port: number, token: string, stream: boolean): Promise<IncomingMessage> {
  const asking = request({ host: '127.0.0.1', port, path: '/v1/chat/completions', method: 'POST', agent: false, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } });
  asking.end(JSON.stringify({ model: 'auto', stream, messages: [{ role: 'user', content: 'Hello?' }] }));
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  return response;
}

/** The first text of a stream that holds words of the model. */
async function firstOf(response: IncomingMessage): Promise<string> {
  let text = '';
  while (!text.includes('from ')) text += String((await once(response, 'data'))[0]);
  return text;
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return text;
}
