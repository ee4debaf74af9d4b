import assert from 'node:assert/strict';
import { LLMock } from '@copilotkit/aimock';
import { openaiChatWire } from '../../src/wires/openaiChat/openaiChat';
import type { WireRequest } from '../../src/core/ports/wire';
import { type Heard, endpointAt, listen, requestTo } from '../support/wireFixtures';

/** The same wire against somebody else's idea of the protocol. */
describe('openaiChat wire against a simulator', () => {
  const simulator = new LLMock({ port: 0, logLevel: 'silent' });
  const wire = openaiChatWire();
  before(async () => {
    await simulator.start();
  });
  after(() => simulator.stop());
  beforeEach(() => {
    simulator.clearFixtures();
    simulator.clearRequests();
  });

  const ask = (text: string, request: Partial<WireRequest> = {}): Promise<Heard> => listen(wire, requestTo(endpointAt(`${simulator.url}/v1`), { messages: [{ role: 'user', text }], ...request }));

  it('streams text and usage', async () => {
    simulator.onMessage('hello', { content: 'Hi there, how are you?', usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 } }, { chunkSize: 4 });
    const { events, text, final } = await ask('hello');
    assert.equal(text, 'Hi there, how are you?');
    assert.ok(events.length > 4);
    assert.deepEqual(final, { type: 'end', stop: 'stop', toolCalls: [], usage: { inputTokens: 11, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 7, reasoningTokens: 0, estimated: false } });
  });

  it('streams reasoning', async () => {
    simulator.onMessage('think', { content: 'Four.', reasoning: 'Two and two.' });
    const { text, reasoning } = await ask('think');
    assert.deepEqual({ text, reasoning }, { text: 'Four.', reasoning: 'Two and two.' });
  });

  it('reads several tool calls', async () => {
    simulator.onMessage('weather', {
      toolCalls: [
        { id: 'call_a', name: 'weather', arguments: '{"city":"Oslo"}' },
        { id: 'call_b', name: 'weather', arguments: '{"city":"Rome"}' },
      ],
    });
    const { final } = await ask('weather', { tools: [{ name: 'weather', description: 'd', parameters: { type: 'object' } }] });
    assert.partialDeepStrictEqual(final, {
      type: 'end',
      stop: 'toolCalls',
      toolCalls: [
        { id: 'call_a', name: 'weather', arguments: '{"city":"Oslo"}' },
        { id: 'call_b', name: 'weather', arguments: '{"city":"Rome"}' },
      ],
    });
  });

  it('sends tool results that are understood', async () => {
    simulator.onToolResult('call_a', { content: 'Rain.' });
    const { text } = await ask('', { messages: [{ role: 'user', text: 'weather?' }, { role: 'assistant', text: '', toolCalls: [{ id: 'call_a', name: 'weather', arguments: '{}' }] }, { role: 'tool', toolCallId: 'call_a', text: 'wet' }] });
    assert.equal(text, 'Rain.');
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
    simulator.onMessage('cut', { content: 'A long answer that is never finished.' }, { chunkSize: 4, truncateAfterChunks: 4, streamingProfile: { ttft: 10, tps: 25, jitter: 0 } });
    const { final, text } = await ask('cut');
    assert.ok(text.length > 0 && text.length < 30, JSON.stringify([text, final]));
    assert.partialDeepStrictEqual(final, { type: 'failed', failure: { kind: 'truncated' } });
  });

  it('waits for a slow first token, and for slow ones after it', async () => {
    simulator.onMessage('slow', { content: 'one two three' }, { chunkSize: 3, streamingProfile: { ttft: 120, tps: 40, jitter: 0 } });
    const { text } = await ask('slow', { limits: { firstTokenMs: 3000, idleMs: 1000 } });
    assert.equal(text, 'one two three');
  });

  it('gives up on a first token that is too slow', async () => {
    simulator.onMessage('slow', { content: 'one' }, { streamingProfile: { ttft: 5000, tps: 40, jitter: 0 } });
    const { final } = await ask('slow', { limits: { firstTokenMs: 80, idleMs: 80 } });
    assert.partialDeepStrictEqual(final, { type: 'failed', failure: { kind: 'timedOut', phase: 'firstToken' } });
  });

  it('reads what OpenRouter bills, past its heartbeats', async () => {
    simulator.onMessage('hello', { content: 'Hi', usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18, cost: 0.000012 } }, { openRouterProcessing: true });
    const { text, final } = await ask('hello', { endpoint: endpointAt(`${simulator.url}/api/v1`, { billedIn: 'usd' }) });
    assert.equal(text, 'Hi');
    assert.partialDeepStrictEqual(final, { type: 'end', usage: { billed: 12_000 } });
  });

  it('reads the model list', async () => {
    const models = await wire.listModels(endpointAt(`${simulator.url}/v1`), 'sk-test', new AbortController().signal);
    assert.ok(models !== undefined && models.length > 0);
  });
});
