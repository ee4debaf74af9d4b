import assert from 'node:assert/strict';
import { LLMock } from '@copilotkit/aimock';
import type { WireRequest } from '../../src/core/ports/wire';
import { anthropicMessagesWire } from '../../src/wires/anthropicMessages/anthropicMessages';
import { type Heard, endpointAt, listen, requestTo } from '../support/wireFixtures';

/** The same wire against somebody else's idea of the protocol. */
describe('anthropicMessages wire against a simulator', () => {
  const simulator = new LLMock({ port: 0, logLevel: 'silent' });
  const wire = anthropicMessagesWire();
  before(async () => {
    await simulator.start();
  });
  after(() => simulator.stop());
  beforeEach(() => {
    simulator.clearFixtures();
    simulator.clearRequests();
  });

  const endpoint = () => endpointAt(`${simulator.url}/v1`, { auth: 'xApiKey' });
  const ask = (text: string, request: Partial<WireRequest> = {}): Promise<Heard> => listen(wire, requestTo(endpoint(), { messages: [{ role: 'user', text }], ...request }));

  it('streams text and usage', async () => {
    simulator.onMessage('hello', { content: 'Hi there, how are you?', usage: { input_tokens: 11, output_tokens: 7 } }, { chunkSize: 4 });
    const { events, text, final } = await ask('hello');
    assert.equal(text, 'Hi there, how are you?');
    assert.ok(events.length > 4);
    assert.deepEqual(final, { type: 'end', stop: 'stop', toolCalls: [], usage: { inputTokens: 11, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 7, reasoningTokens: 0, estimated: false } });
  });

  it('streams thinking', async () => {
    simulator.onMessage('think', { content: 'Four.', reasoning: 'Two and two.' });
    const { text, reasoning } = await ask('think');
    assert.deepEqual({ text, reasoning }, { text: 'Four.', reasoning: 'Two and two.' });
  });

  it('reads several tool calls', async () => {
    const toolCalls = [
      { id: 'toolu_a', name: 'weather', arguments: '{"city":"Oslo"}' },
      { id: 'toolu_b', name: 'weather', arguments: '{"city":"Rome"}' },
    ];
    simulator.onMessage('weather', { toolCalls }, { chunkSize: 3 });
    const { final } = await ask('weather', { tools: [{ name: 'weather', description: 'd', parameters: { type: 'object' } }] });
    assert.partialDeepStrictEqual(final, { type: 'end', stop: 'toolCalls', toolCalls });
  });

  it('sends tool results that are understood', async () => {
    simulator.onToolResult('toolu_a', { content: 'Rain.' });
    const { text } = await ask('', { messages: [{ role: 'user', text: 'weather?' }, { role: 'assistant', text: '', toolCalls: [{ id: 'toolu_a', name: 'weather', arguments: '{}' }] }, { role: 'tool', toolCallId: 'toolu_a', text: 'wet' }] });
    assert.equal(text, 'Rain.');
  });

  it('says that an answer hit its limit', async () => {
    simulator.onMessage('long', { content: 'Once upon', finishReason: 'length' });
    const { final } = await ask('long');
    assert.partialDeepStrictEqual(final, { type: 'end', stop: 'length' });
  });

  for (const [status, type, kind] of [
    [401, 'authentication_error', 'keyRejected'],
    [402, 'billing_error', 'noCredit'],
    [413, 'request_too_large', 'contextTooLong'],
    [429, 'rate_limit_error', 'rateLimited'],
    [500, 'api_error', 'providerDown'],
    [529, 'overloaded_error', 'providerDown'],
  ] as const) {
    it(`reads an error ${status} as ${kind}`, async () => {
      simulator.onMessage('fail', { error: { message: 'It failed.', type }, status });
      const { final } = await ask('fail');
      assert.partialDeepStrictEqual(final, { type: 'failed', failure: { kind, detail: 'It failed.' } });
    });
  }

  it('sees a connection that is cut', async () => {
    simulator.onMessage('cut', { content: 'A long answer that is never finished.' }, { chunkSize: 4, truncateAfterChunks: 6, streamingProfile: { ttft: 10, tps: 25, jitter: 0 } });
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
