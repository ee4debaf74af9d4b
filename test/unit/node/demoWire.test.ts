import assert from 'node:assert/strict';
import type { FailureKind } from '../../../src/core/model/failure';
import type { WireEvent } from '../../../src/core/ports/wire';
import { demoProvider } from '../../../src/core/providers/definitions';
import { demoFaults } from '../../../src/node/demo/faults';
import { type DemoServer, startDemoServer } from '../../../src/node/demoServer';
import { openaiChatWire } from '../../../src/wires/openaiChat/openaiChat';

describe('the demo through the real wire', () => {
  const wire = openaiChatWire();
  let server: DemoServer;
  before(async () => {
    server = await startDemoServer({ speed: 5000 });
  });
  after(() => server.stop());

  async function ask(prompt: string, signal = new AbortController().signal): Promise<{ readonly text: string; readonly last: WireEvent | undefined }> {
    const endpoint = { provider: demoProvider, baseUrl: server.baseUrl };
    const events: WireEvent[] = [];
    const request = { endpoint, key: undefined, model: 'demo-small', effort: 'none', messages: [{ role: 'user', text: prompt }], tools: [], maxOutputTokens: 4000, limits: { firstTokenMs: 5000, idleMs: 150 } } as const;
    for await (const event of wire.complete(request, signal)) events.push(event);
    return { text: events.map((event) => (event.type === 'text' ? event.text : '')).join(''), last: events.at(-1) };
  }

  it('answers with text and exact usage', async () => {
    const { text, last } = await ask('Compare tabs and spaces');
    assert.match(text, /\| tabs \| spaces \|/);
    assert.ok(last?.type === 'end' && last.stop === 'stop' && last.usage?.estimated === false && last.usage.outputTokens > 20);
  });

  const expected: Readonly<Record<(typeof demoFaults)[number], FailureKind | 'stop' | 'length' | 'contentFilter'>> = {
    'rate-limit': 'rateLimited',
    'server-error': 'providerDown',
    'bad-key': 'keyRejected',
    'no-credit': 'noCredit',
    gone: 'modelGone',
    'too-long': 'contextTooLong',
    html: 'badReply',
    cut: 'truncated',
    stall: 'timedOut',
    slow: 'stop',
    length: 'length',
    refuse: 'contentFilter',
    'no-usage': 'stop',
  };
  for (const fault of demoFaults) {
    it(`shows demo:${fault} as ${expected[fault]}`, async () => {
      const { text, last } = await ask(`Write a long text demo:${fault}`);
      assert.equal(last?.type === 'failed' ? last.failure.kind : last?.type === 'end' ? last.stop : undefined, expected[fault], JSON.stringify(last));
      if (fault === 'cut' || fault === 'stall') assert.match(text, /Simulated answer/);
      if (fault === 'no-usage') assert.equal(last?.type === 'end' ? last.usage : 'none', undefined);
      if (fault === 'rate-limit') assert.equal(last?.type === 'failed' && last.failure.kind === 'rateLimited' ? last.failure.retryAfterMs : undefined, 3_000);
    });
  }

  it('passes a key check and lists three models', async () => {
    const endpoint = { provider: demoProvider, baseUrl: server.baseUrl };
    const { signal } = new AbortController();
    assert.equal((await wire.checkKey(endpoint, undefined, signal)).ok, true);
    assert.deepEqual((await wire.listModels(endpoint, undefined, signal))?.map((model) => model.id), ['demo-small', 'demo-medium', 'demo-large']);
  });
});
