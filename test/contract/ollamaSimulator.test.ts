import assert from 'node:assert/strict';
import { LLMock } from '@copilotkit/aimock';
import type { WireRequest } from '../../src/core/ports/wire';
import { ollamaProvider } from '../../src/core/providers/definitions';
import { ollamaWire } from '../../src/wires/ollama/ollama';
import { type Heard, listen, requestTo } from '../support/wireFixtures';

/** The same wire against somebody else's idea of the protocol. */
describe('ollama wire against a simulator', () => {
  const simulator = new LLMock({ port: 0, logLevel: 'silent' });
  const wire = ollamaWire();
  before(async () => {
    await simulator.start();
  });
  after(() => simulator.stop());
  beforeEach(() => {
    simulator.clearFixtures();
    simulator.clearRequests();
  });

  const ask = (text: string, request: Partial<WireRequest> = {}): Promise<Heard> => listen(wire, requestTo({ provider: ollamaProvider, baseUrl: simulator.url }, { messages: [{ role: 'user', text }], ...request }));

  it('streams text', async () => {
    simulator.onMessage('hello', { content: 'Hi there, how are you?' }, { chunkSize: 4 });
    const { events, text, final } = await ask('hello');
    assert.equal(text, 'Hi there, how are you?');
    assert.ok(events.length > 4);
    // It counts zero tokens, which cannot be true.
    assert.deepEqual(final, { type: 'end', stop: 'stop', toolCalls: [], usage: undefined });
  });

  it('streams reasoning', async () => {
    simulator.onMessage('think', { content: 'Four.', reasoning: 'Two and two.' });
    const { text, reasoning } = await ask('think');
    assert.deepEqual({ text, reasoning }, { text: 'Four.', reasoning: 'Two and two.' });
  });

  it('reads several tool calls', async () => {
    simulator.onMessage('weather', { toolCalls: [{ name: 'weather', arguments: '{"city":"Oslo"}' }, { name: 'weather', arguments: '{"city":"Rome"}' }] });
    const { final } = await ask('weather', { tools: [{ name: 'weather', description: 'd', parameters: { type: 'object' } }] });
    assert.partialDeepStrictEqual(final, { type: 'end', stop: 'toolCalls', toolCalls: [{ name: 'weather', arguments: '{"city":"Oslo"}' }, { name: 'weather', arguments: '{"city":"Rome"}' }] });
  });

  it('sends tool calls and results that are understood', async () => {
    simulator.onMessage('weather?', { content: 'Rain.' });
    const { text } = await ask('', { messages: [{ role: 'user', text: 'weather?' }, { role: 'assistant', text: '', toolCalls: [{ id: 'a', name: 'weather', arguments: '{}' }] }, { role: 'tool', toolCallId: 'a', text: 'wet' }] });
    assert.equal(text, 'Rain.');
  });

  it('sees a connection that is cut', async () => {
    simulator.onMessage('cut', { content: 'A long answer that is never finished.' }, { chunkSize: 4, truncateAfterChunks: 4, streamingProfile: { ttft: 10, tps: 25, jitter: 0 } });
    const { final, text } = await ask('cut');
    assert.ok(text.length > 0 && text.length < 30, JSON.stringify([text, final]));
    assert.partialDeepStrictEqual(final, { type: 'failed', failure: { kind: 'truncated' } });
  });

  it('gives up on a first token that is too slow', async () => {
    simulator.onMessage('slow', { content: 'one' }, { streamingProfile: { ttft: 5000, tps: 40, jitter: 0 } });
    const { final } = await ask('slow', { limits: { firstTokenMs: 80, idleMs: 80 } });
    assert.partialDeepStrictEqual(final, { type: 'failed', failure: { kind: 'timedOut', phase: 'firstToken' } });
  });

  for (const [status, kind] of [[429, 'rateLimited'], [500, 'providerDown'], [400, 'badRequest']] as const) {
    it(`reads an error ${status} as ${kind}`, async () => {
      simulator.onMessage('fail', { error: { message: 'It failed.', type: 'error' }, status });
      const { final } = await ask('fail');
      assert.partialDeepStrictEqual(final, { type: 'failed', failure: { kind, detail: 'It failed.' } });
    });
  }

  it('lists models', async () => {
    simulator.onMessage('hello', { content: 'Hi' });
    const models = await wire.listModels({ provider: ollamaProvider, baseUrl: simulator.url }, undefined, new AbortController().signal);
    assert.ok(models !== undefined, 'it has the address of the list');
  });
});
