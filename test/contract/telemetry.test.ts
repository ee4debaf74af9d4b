import assert from 'node:assert/strict';
import type { CallContent } from '../../src/core/model/call';
import { asArmId } from '../../src/core/model/modelCard';
import { nano } from '../../src/core/model/money';
import { noUsage } from '../../src/core/model/usage';
import type { OutboundTrouble } from '../../src/core/ports/outbound';
import { httpPost } from '../../src/gateway/operations/post';
import { contentOf } from '../../src/gateway/operations/telemetry/content';
import { otlpHeaders } from '../../src/gateway/operations/telemetry/otlpHeaders';
import { spanOf } from '../../src/gateway/operations/telemetry/span';
import { TraceExport } from '../../src/gateway/operations/telemetry/traceExport';
import { noon, opening, settled } from '../support/calls';
import { FakeClock } from '../support/fakeClock';
import { startReceiver } from '../support/receiver';

const call = settled(opening('call-1', { question: 'question-1', threadId: 'thread-1', arm: asArmId('acme/acme-small#high') }), 1234, {
  usage: { ...noUsage, inputTokens: 40, cachedInputTokens: 30, outputTokens: 7, reasoningTokens: 2 },
});

describe('a span of a call', () => {
  const attributesOf = (span: ReturnType<typeof spanOf>): Readonly<Record<string, unknown>> => Object.fromEntries(span.attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

  it('is named and described by the conventions, with what the call cost', () => {
    const span = spanOf(call);
    assert.deepEqual([span.name, span.kind, span.status], ['chat acme-small', 3, { code: 0 }]);
    assert.match(span.traceId, /^[0-9a-f]{32}$/);
    assert.match(span.spanId, /^[0-9a-f]{16}$/);
    assert.equal(span.startTimeUnixNano, `${noon}000000`);
    assert.equal(span.endTimeUnixNano, `${noon + 2000}000000`);
    assert.deepEqual(attributesOf(span), {
      'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'acme', 'gen_ai.request.model': 'acme-small', 'gen_ai.conversation.id': 'thread-1',
      'gen_ai.usage.input_tokens': '40', 'gen_ai.usage.output_tokens': '7', 'gen_ai.usage.cache_read.input_tokens': '30', 'gen_ai.usage.cache_creation.input_tokens': '0', 'gen_ai.usage.reasoning.output_tokens': '2',
      'farthing.call.id': 'call-1', 'farthing.arm': 'acme/acme-small#high', 'farthing.effort': 'none', 'farthing.purpose': 'chat', 'farthing.realm': 'real', 'farthing.outcome': 'complete',
      'farthing.usage.estimated': false, 'farthing.cost.nano_usd': '1234', 'farthing.cost.source': 'snapshot', 'farthing.time_to_first_token_ms': '300',
    });
  });

  it('of one that failed says of what', () => {
    const span = spanOf({ ...call, outcome: 'failed', failure: 'rateLimited' });
    assert.deepEqual(span.status, { code: 2, message: 'rateLimited' });
    assert.equal(attributesOf(span)['error.type'], 'rateLimited');
  });

  it('says nothing of a cost that nobody knows, instead of zero', () => {
    assert.ok(!('farthing.cost.nano_usd' in attributesOf(spanOf(settled(opening('x'), undefined)))));
  });

  it('of embeddings is named so', () => assert.equal(spanOf({ ...call, purpose: 'embedding' }).name, 'embeddings acme-small'));

  it('is in one trace with the other calls of its question, and another span', () => {
    const other = spanOf({ ...call, id: 'call-2' });
    assert.equal(other.traceId, spanOf(call).traceId);
    assert.notEqual(other.spanId, spanOf(call).spanId);
  });

  it('does not end before it began, when the clock was set back', () => {
    const span = spanOf({ ...call, endedAt: noon - 1 });
    assert.equal(span.endTimeUnixNano, span.startTimeUnixNano);
  });
});

describe('what was asked and answered', () => {
  const said: CallContent = {
    messages: [
      { role: 'system', text: 'Be brief.' },
      { role: 'user', text: 'What is it?', images: [{ mediaType: 'image/png', base64: 'AAAA' }] },
      { role: 'assistant', text: '', reasoning: [{ place: 'acme/acme-small', text: 'Look it up.', sealed: 'sealed-text' }], toolCalls: [{ id: 't1', name: 'look', arguments: '{"at":1}' }, { id: 't2', name: 'look', arguments: 'no json' }] },
      { role: 'tool', toolCallId: 't1', text: 'a pear' },
    ],
    text: 'A pear.',
    toolCalls: [],
    stop: 'stop',
  };
  const messages = (content: ReturnType<typeof contentOf>, of: 'input' | 'output') => JSON.parse(String(content[`gen_ai.${of}.messages`]));

  it('is told in the form of the conventions, without images and what is sealed', () => {
    const content = contentOf(said);
    assert.deepEqual(messages(content, 'input'), [
      { role: 'system', parts: [{ type: 'text', content: 'Be brief.' }] },
      { role: 'user', parts: [{ type: 'text', content: 'What is it?' }] },
      { role: 'assistant', parts: [{ type: 'reasoning', content: 'Look it up.' }, { type: 'tool_call', id: 't1', name: 'look', arguments: { at: 1 } }, { type: 'tool_call', id: 't2', name: 'look', arguments: 'no json' }] },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 't1', response: 'a pear' }] },
    ]);
    assert.deepEqual(messages(content, 'output'), [{ role: 'assistant', parts: [{ type: 'text', content: 'A pear.' }], finish_reason: 'stop' }]);
    assert.ok(!('farthing.content.cut' in content));
    assert.ok(!JSON.stringify(content).includes('sealed-text') && !JSON.stringify(content).includes('AAAA'));
  });

  it('is cut: the newest is told, and that something is missing', () => {
    const content = contentOf({ ...said, messages: [{ role: 'user', text: 'first' }, { role: 'user', text: '😀'.repeat(8000) }, { role: 'user', text: 'x' }], text: 'y'.repeat(20_000), toolCalls: [{ id: 't', name: 'look', arguments: '{}' }], stop: 'toolCalls' });
    const input = messages(content, 'input');
    assert.deepEqual(input.map(({ parts: [{ content: text }] }: { readonly parts: readonly [{ readonly content: string }] }) => text.length), [15_999, 1]);
    assert.ok(input[0].parts[0].content.isWellFormed());
    const [{ parts, finish_reason: reason }] = messages(content, 'output');
    assert.deepEqual([parts.length, parts[0].content.length, reason, content['farthing.content.cut']], [1, 16_000, 'tool_call', true]);
  });

  it('counts names and ids: calls without arguments find no more room than words', () => {
    const toolCalls = Array.from({ length: 3000 }, (_, index) => ({ id: `call_${1000 + index}`, name: 'look', arguments: '' }));
    const [{ parts }] = messages(contentOf({ ...said, text: '', toolCalls }), 'output');
    assert.equal(parts.length, Math.floor(16_000 / 'call_1000look'.length));
  });

  it('is in no span unless it is given', () => {
    assert.ok(!spanOf(call).attributes.some(({ key }) => key.includes('messages')));
    assert.ok(spanOf(call, contentOf(said)).attributes.some(({ key }) => key === 'gen_ai.input.messages'));
  });
});

describe('headers of a collector', () => {
  const rows: readonly (readonly [string | undefined, Readonly<Record<string, string>>])[] = [
    [undefined, {}],
    ['authorization=Bearer%20abc', { authorization: 'Bearer abc' }],
    ['X-Key=1, x-team = blue ', { 'x-key': '1', 'x-team': 'blue' }],
    ['x-a=b=c', { 'x-a': 'b=c' }],
    ['x-a=1%0d%0ax-b: 2', {}],
    ['host=evil,content-length=3,x-a=1', { 'x-a': '1' }],
    ['not a header,x y=1,=2', {}],
    ['x-a=%zz', { 'x-a': '%zz' }],
  ];
  for (const [secret, headers] of rows) it(secret ?? 'none', () => assert.deepEqual(otlpHeaders(secret), headers));
});

describe('spans for a collector', () => {
  const open: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.stop();
  });

  async function exporting(statuses: readonly number[] = [], path = '') {
    const receiver = await startReceiver(statuses);
    open.push(receiver);
    const clock = new FakeClock();
    const logged: string[] = [];
    const troubles: OutboundTrouble[] = [];
    let settledPosts = 0;
    const log = { info: (message: string) => logged.push(message), warn: (message: string) => logged.push(message), error: (message: string) => logged.push(message) };
    const post: typeof httpPost = async (...request) => {
      try {
        return await httpPost(...request);
      } finally {
        settledPosts += 1;
      }
    };
    const traces = new TraceExport({ clock, log, post, url: `${receiver.url}${path}`, secret: async () => 'authorization=Bearer%20top-secret', onTrouble: (trouble) => troubles.push(trouble), version: '1.2.3', window: 'window-1' });
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const posted = async (count: number): Promise<void> => {
      while (settledPosts < count) await turn();
      await turn();
    };
    return { ...receiver, clock, traces, logged, troubles, posted };
  }

  const spansIn = (body: string): readonly { readonly spanId: string }[] => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans;

  it('go in one request after some seconds, with the headers of the secret', async () => {
    const { received, traces, clock, posted } = await exporting();
    traces.add(call);
    traces.add({ ...call, id: 'call-2' });
    clock.advance(4999);
    assert.equal(received.length, 0);
    clock.advance(1);
    await posted(1);
    const [request] = received;
    assert.ok(request);
    assert.equal(request.path, '/v1/traces');
    assert.equal(request.headers['content-type'], 'application/json');
    assert.equal(request.headers.authorization, 'Bearer top-secret');
    assert.equal(spansIn(request.body).length, 2);
    const { resourceSpans: [{ resource }] } = JSON.parse(request.body);
    assert.deepEqual(resource.attributes.slice(0, 2), [{ key: 'service.name', value: { stringValue: 'farthing' } }, { key: 'service.version', value: { stringValue: '1.2.3' } }]);
  });

  it('an address that names the traces already is taken as it is', async () => {
    const { received, traces, clock, posted } = await exporting([], '/otlp/v1/traces');
    traces.add(call);
    clock.advance(5000);
    await posted(1);
    assert.equal(received[0]?.path, '/otlp/v1/traces');
  });

  it('are tried again where the collector may take them later, and nothing is twice', async () => {
    const { received, traces, clock, posted, logged } = await exporting([503, 429]);
    traces.add(call);
    clock.advance(5000);
    await posted(1);
    clock.advance(1000);
    await posted(2);
    clock.advance(5000);
    await posted(3);
    assert.equal(new Set(received.map(({ body }) => body)).size, 1);
    assert.deepEqual([traces.dropped, logged], [0, []]);
  });

  it('are given up and counted where it refuses them; the log names the host alone', async () => {
    const { traces, clock, posted, logged, troubles, url, received } = await exporting([400], '/tenant-secret');
    traces.add(call);
    clock.advance(5000);
    await posted(1);
    clock.advance(60_000);
    assert.deepEqual([traces.dropped, received.length], [1, 1]);
    assert.deepEqual(troubles, [{ kind: 'spansGivenUp', host: URL.parse(url)?.host, why: 'status 400' }]);
    assert.ok(logged[0]?.includes('status 400') && !logged[0].includes('secret'));
  });

  it('wait in a bounded queue; what does not fit is counted', async () => {
    const { traces, clock, received, posted } = await exporting();
    for (let place = 0; place < 2500; place++) traces.add({ ...call, id: `call-${place}` });
    assert.equal(traces.dropped, 2500 - 2048);
    for (let batch = 1; batch <= 4; batch++) {
      clock.advance(5000);
      await posted(batch);
    }
    assert.deepEqual(received.map(({ body }) => spansIn(body).length), [512, 512, 512, 512]);
  });

  it('with content go in smaller requests, and without it once too much waits', async () => {
    const { traces, clock, received, posted } = await exporting();
    const said: CallContent = { messages: [{ role: 'user', text: 'q'.repeat(16_000) }], text: 'a'.repeat(16_000), toolCalls: [], stop: 'stop' };
    for (let place = 0; place < 300; place++) traces.add({ ...call, id: `call-${place}` }, said);
    let sent = 0;
    for (let batch = 1; sent < 300; batch++) {
      clock.advance(5000);
      await posted(batch);
      sent = received.reduce((sum, { body }) => sum + spansIn(body).length, 0);
    }
    assert.ok(received.every(({ body }) => body.length < 1_500_000));
    const bodies = received.map(({ body }) => body).join('');
    // 8 million characters are 249 spans of 32,131 or so, and the one that passes them.
    const withContent = bodies.split('gen_ai.input.messages').length - 1;
    assert.ok(withContent > 200 && withContent < 260, String(withContent));
  });

  it('go without content from when the person takes their word back, also when they are sent again', async () => {
    const { traces, clock, received, posted } = await exporting([503]);
    traces.add(call, { messages: [{ role: 'user', text: 'a kumquat' }], text: 'yes', toolCalls: [], stop: 'stop' });
    clock.advance(5000);
    await posted(1);
    traces.forgetContent();
    clock.advance(60_000);
    await posted(2);
    assert.deepEqual(received.map(({ body }) => body.includes('kumquat')), [true, false]);
  });

  it('are sent at the end, once', async () => {
    const { traces, received } = await exporting([503]);
    traces.add(call);
    await traces.close();
    assert.equal(received.length, 1);
    traces.add(call);
    assert.equal(traces.dropped, 2);
  });

  it('hold nothing of what was asked or answered, whatever a call has', () => {
    const text = JSON.stringify(spanOf({ ...call, charge: { amount: nano(1), source: 'snapshot', estimatedUsage: false }, folder: 'a secret project' }));
    assert.ok(!text.includes('secret project'));
  });
});
