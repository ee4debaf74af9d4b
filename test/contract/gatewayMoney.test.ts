import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { afterEach, describe, it } from 'mocha';
import { nano } from '../../src/core/model/money';
import type { WireEvent } from '../../src/core/ports/wire';
import { answer } from '../support/fakeWire';
import { gatewayOn } from '../support/gatewayDoor';
import { testApp } from '../support/testApp';

describe('money of answers through the gateway', () => {
  const open: ReturnType<typeof gatewayOn>[] = [];
  afterEach(async () => {
    for (const { gateway } of open.splice(0)) await gateway.stop();
  });

  /** The whole core on fakes, behind real sockets. */
  async function serving() {
    const core = testApp();
    const gateway = gatewayOn({ door: core.app, limits: { graceMs: 1 } });
    open.push(gateway);
    return { core, gateway, port: await gateway.serve() };
  }

  function ask(port: number, token: string, model = 'demo/demo-small'): ClientRequest {
    const asking = request({ host: '127.0.0.1', port, path: '/v1/chat/completions', method: 'POST', agent: false, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } });
    asking.on('error', () => undefined);
    asking.end(JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Hello?' }] }));
    return asking;
  }

  /** An answer that goes on until it is stopped, and whether it was. */
  function endless() {
    const cancelled = Promise.withResolvers<void>();
    const script = async function* (_: unknown, signal: AbortSignal): AsyncGenerator<WireEvent> {
      yield { type: 'text', text: 'Once upon a time' };
      await once(signal, 'abort');
      cancelled.resolve();
      yield { type: 'failed', failure: { kind: 'cancelled' }, usage: undefined };
    };
    return { script, cancelled: cancelled.promise };
  }

  const goings: readonly { readonly name: string; readonly go: (asking: ClientRequest, gateway: ReturnType<typeof gatewayOn>) => void }[] = [
    { name: 'the client is gone', go: (asking) => asking.destroy() },
    { name: 'the person stops the gateway', go: (_, { gateway }) => void gateway.stop() },
    { name: 'the window closes', go: (_, { gateway }) => void gateway.close() },
  ];
  for (const { name, go } of goings) {
    it(`cancels the model and books what it cost when ${name} in the middle of an answer`, async () => {
      const { core, gateway, port } = await serving();
      const { script, cancelled } = endless();
      core.wire.will('demo-small', script);
      const own = await gateway.addClient({ name: 'Tale', folder: '/projects/shop', agent: 'claude' });
      const asking = ask(port, own);
      const [response] = (await once(asking, 'response')) as [IncomingMessage];
      response.on('error', () => undefined).resume();
      assert.equal(core.ledger.held.size, 1);
      const settled = new Promise<void>((resolve) => core.app.onCall(() => resolve()));
      go(asking, gateway);
      await cancelled;
      await settled;
      const [call] = [...core.ledger.calls.values()];
      assert.deepEqual([core.ledger.held.size, call?.outcome, call?.purpose, call?.client, call?.folder], [0, 'cancelled', 'agent:claude', 'client-1', '/projects/shop']);
      assert.ok((call?.charge.amount ?? 0) > 0);
    });
  }

  it('refuses what a client may not spend any more with 402, which no client repeats, and asks nobody', async () => {
    const { core, gateway, port } = await serving();
    core.wire.will('demo-small', answer('Hello'));
    const own = await gateway.addClient({ limit: nano(1) });
    const [response] = (await once(ask(port, own), 'response')) as [IncomingMessage];
    let text = '';
    for await (const chunk of response) text += String(chunk);
    assert.deepEqual([response.statusCode, response.headers['x-should-retry']], [402, 'false']);
    assert.match(text, /What this client may spend/);
    assert.equal(core.wire.requests.length, 0);
    assert.deepEqual([core.ledger.held.size, core.ledger.calls.size], [0, 0]);
  });
});
