import assert from 'node:assert/strict';
import { LLMock } from '@copilotkit/aimock';
import type { WireRequest } from '../../src/core/ports/wire';
import { openaiResponsesWire } from '../../src/wires/openaiResponses/openaiResponses';
import { type Heard, endpointAt, listen, requestTo } from '../support/wireFixtures';

/** The same wire against somebody else's idea of the protocol. */
describe('openaiResponses wire against a simulator', () => {
  const simulator = new LLMock({ port: 0, logLevel: 'silent' });
  const wire = openaiResponsesWire();
  before(async () => {
    await simulator.start();
  });
  after(() => simulator.stop());
  beforeEach(() => {
    simulator.clearFixtures();
    simulator.clearRequests();
  });

  const endpoint = (provider = {}) => endpointAt(`${simulator.url}/v1`, provider);
  const ask = (text: string, request: Partial<WireRequest> = {}): Promise<Heard> => listen(wire, requestTo(endpoint(), { messages: [{ role: 'user', text }], ...request }));
  const usage = { input_tokens: 11, output_tokens: 7 };
  const told = { inputTokens: 11, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 7, reasoningTokens: 0, estimated: false };

  it('streams text and usage', async () => {
    simulator.onMessage('hello', { content: 'Hi there, how are you?', usage }, { chunkSize: 4 });
    const { events, text, final } = await ask('hello');
    assert.equal(text, 'Hi there, how are you?');
    assert.ok(events.length > 4);
    assert.deepEqual(final, { type: 'end', stop: 'stop', toolCalls: [], usage: told });
  });

  it('reads an answer in one piece of a model that does not stream', async () => {
    simulator.onMessage('hello', { content: 'Hi there.', reasoning: 'A greeting.', usage });
    const { text, reasoning, final } = await listen(wire, requestTo(endpoint({ modelTraits: [{ models: /^m$/, streams: false }] }), { messages: [{ role: 'user', text: 'hello' }] }));
    assert.deepEqual({ text, reasoning }, { text: 'Hi there.', reasoning: 'A greeting.' });
    assert.deepEqual(final, { type: 'end', stop: 'stop', toolCalls: [], usage: told });
  });

  it('streams reasoning', async () => {
    simulator.onMessage('think', { content: 'Four.', reasoning: 'Two and two.' }, { chunkSize: 3 });
    const { text, reasoning } = await ask('think');
    assert.deepEqual({ text, reasoning }, { text: 'Four.', reasoning: 'Two and two.' });
  });

  it('reads several function calls', async () => {
    const toolCalls = [
      { id: 'call_a', name: 'weather', arguments: '{"city":"Oslo"}' },
      { id: 'call_b', name: 'weather', arguments: '{"city":"Rome"}' },
    ];
    simulator.onMessage('weather', { toolCalls }, { chunkSize: 3 });
    const { final } = await ask('weather', { tools: [{ name: 'weather', description: 'd', parameters: { type: 'object' } }] });
    assert.partialDeepStrictEqual(final, { type: 'end', stop: 'toolCalls', toolCalls });
  });

  it('reads text and a function call together', async () => {
    simulator.onMessage('both', { content: 'I look.', toolCalls: [{ id: 'call_a', name: 'weather', arguments: '{}' }] });
    const { text, final } = await ask('both', { tools: [{ name: 'weather', description: 'd', parameters: { type: 'object' } }] });
    assert.equal(text, 'I look.');
    assert.partialDeepStrictEqual(final, { type: 'end', stop: 'toolCalls', toolCalls: [{ id: 'call_a', name: 'weather', arguments: '{}' }] });
  });

  it('sends instructions, calls and their results that are understood', async () => {
    simulator.onToolResult('call_a', { content: 'Rain.' });
    const { text } = await ask('', { messages: [{ role: 'system', text: 'Be brief.' }, { role: 'user', text: 'weather?' }, { role: 'assistant', text: 'I look.', toolCalls: [{ id: 'call_a', name: 'weather', arguments: '{}' }] }, { role: 'tool', toolCallId: 'call_a', text: 'wet' }] });
    assert.equal(text, 'Rain.');
    assert.partialDeepStrictEqual(simulator.getLastRequest()?.body, {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'weather?' },
        { role: 'assistant', content: 'I look.' },
        { role: 'assistant', content: null },
        { role: 'tool', content: 'wet' },
      ],
    });
  });

  it('says that an answer hit its limit', async () => {
    simulator.onMessage('long', { content: 'Once upon', finishReason: 'length' });
    const { final } = await ask('long');
    assert.partialDeepStrictEqual(final, { type: 'end', stop: 'length' });
  });

  for (const [status, code, kind] of [
    [401, 'invalid_api_key', 'keyRejected'],
    [429, 'rate_limit_exceeded', 'rateLimited'],
    [404, 'model_not_found', 'modelGone'],
    [503, 'server_error', 'providerDown'],
    [400, 'context_length_exceeded', 'contextTooLong'],
  ] as const) {
    it(`reads an error ${status} as ${kind}`, async () => {
      simulator.onMessage('fail', { error: { message: 'It failed.', type: 'error', code }, status });
      const { final } = await ask('fail');
      assert.partialDeepStrictEqual(final, { type: 'failed', failure: { kind, detail: 'It failed.' } });
    });
  }

  it('sees a connection that is cut', async () => {
    simulator.onMessage('cut', { content: 'A long answer that is never finished.' }, { chunkSize: 4, truncateAfterChunks: 7, streamingProfile: { ttft: 10, tps: 25, jitter: 0 } });
    const { final, text } = await ask('cut');
    assert.ok(text.length > 0 && text.length < 30, JSON.stringify([text, final]));
    assert.partialDeepStrictEqual(final, { type: 'failed', failure: { kind: 'truncated' } });
  });

  it('gives up on a first token that is too slow', async () => {
    simulator.onMessage('slow', { content: 'one' }, { streamingProfile: { ttft: 5000, tps: 40, jitter: 0 } });
    const { final } = await ask('slow', { limits: { firstTokenMs: 80, idleMs: 80 } });
    assert.partialDeepStrictEqual(final, { type: 'failed', failure: { kind: 'timedOut', phase: 'firstToken' } });
  });

  it('reads the model list', async () => {
    const models = await wire.listModels(endpoint(), 'sk-test', new AbortController().signal);
    assert.ok(models !== undefined && models.length > 0);
  });
});
