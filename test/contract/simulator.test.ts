import assert from 'node:assert/strict';
import { noUsage } from '../../src/core/model/usage';
import type { ProviderDefinition } from '../../src/core/model/provider';
import type { WireRequest } from '../../src/core/ports/wire';
import { dialects } from '../support/dialects';
import { suiteSimulator } from '../support/suiteSimulator';
import { endpointAt, fakeKey, type Heard, listen, requestTo } from '../support/wireFixtures';
import { type Behaviour, type HttpWireName, httpWireNames, simulated } from '../support/wireMatrix';

/** How each says that a prompt is too long. */
const tooLong: Readonly<Record<HttpWireName, { readonly status: number; readonly words: string; readonly code?: string }>> = {
  openaiChat: { status: 400, words: 'It failed.', code: 'context_length_exceeded' },
  openaiResponses: { status: 400, words: 'It failed.', code: 'context_length_exceeded' },
  anthropicMessages: { status: 400, words: 'prompt is too long: 210000 tokens > 200000 maximum' },
  ollama: { status: 400, words: 'request (210000 tokens) exceeds the available context size (200000 tokens), try increasing it' },
};

const ofOpenai = [
  [401, 'invalid_api_key', 'keyRejected'],
  [429, 'rate_limit_exceeded', 'rateLimited'],
  [404, 'model_not_found', 'modelGone'],
  [503, 'server_error', 'providerDown'],
] as const;
const errors = {
  openaiChat: ofOpenai,
  openaiResponses: ofOpenai,
  anthropicMessages: [
    [401, 'authentication_error', 'keyRejected'],
    [402, 'billing_error', 'noCredit'],
    [413, 'request_too_large', 'contextTooLong'],
    [429, 'rate_limit_error', 'rateLimited'],
    [500, 'api_error', 'providerDown'],
    [529, 'overloaded_error', 'providerDown'],
  ],
  ollama: [
    [429, 'error', 'rateLimited'],
    [500, 'error', 'providerDown'],
    [400, 'error', 'badRequest'],
  ],
} as const;

/** Each wire against somebody else's idea of its protocol, as far as it goes. */
describe('a simulator and our wire', () => {
  const simulator = suiteSimulator();

  const weather = [{ name: 'weather', description: 'd', parameters: { type: 'object' } }];
  const toolCalls = [{ id: 'call_a', name: 'weather', arguments: '{"city":"Oslo"}' }, { id: 'call_b', name: 'weather', arguments: '{"city":"Rome"}' }];
  const slowly = { chunkSize: 4, streamingProfile: { ttft: 10, tps: 25, jitter: 0 } };

  for (const name of httpWireNames) {
    describe(name, () => {
      const { wire, auth } = dialects[name];
      const endpoint = (changes: Partial<ProviderDefinition> = {}, base = '/v1') => endpointAt(`${simulator.url}${name === 'ollama' ? '' : base}`, { auth, ...changes });
      const ask = (text: string, request: Partial<WireRequest> = {}, signal?: AbortSignal, onEvent?: () => void): Promise<Heard> => listen(wire, requestTo(endpoint(), { messages: [{ role: 'user', text }], ...request }), signal, onEvent);
      const told = { ...noUsage, inputTokens: 11, outputTokens: 7 };
      // Ollama's calls have ids only in newer versions, and this one is older.
      const withoutIds = toolCalls.map(({ name: called, arguments: text }) => ({ name: called, arguments: text }));
      const calls = name === 'ollama' ? withoutIds : toolCalls;

      const does: Readonly<Partial<Record<Behaviour, () => Promise<void>>>> = {
        text: async () => {
          simulator.onMessage('hello', { content: 'Hi there, how are you?' });
          assert.partialDeepStrictEqual(await ask('hello'), { text: 'Hi there, how are you?', final: { type: 'end', stop: 'stop', toolCalls: [] } });
        },
        streaming: async () => {
          simulator.onMessage('hello', { content: 'Hi there, how are you?' }, { chunkSize: 4 });
          const { events, text } = await ask('hello');
          assert.equal(text, 'Hi there, how are you?');
          assert.ok(events.length > 4);
        },
        tools: async () => {
          simulator.onMessage('weather', { toolCalls: calls.slice(0, 1) }, { chunkSize: 3 });
          assert.partialDeepStrictEqual((await ask('weather', { tools: weather })).final, { type: 'end', stop: 'toolCalls', toolCalls: calls.slice(0, 1) });
          // Its result, sent with the call it answers. Ollama's stand-in knows no ids, so that it goes by the question.
          simulator.clearFixtures();
          if (name === 'ollama') simulator.onMessage('weather?', { content: 'Rain.' });
          else simulator.onToolResult('call_a', { content: 'Rain.' });
          const { text } = await ask('', { messages: [{ role: 'system', text: 'Be brief.' }, { role: 'user', text: 'weather?' }, { role: 'assistant', text: 'I look.', toolCalls: toolCalls.slice(0, 1) }, { role: 'tool', toolCallId: 'call_a', text: 'wet' }] });
          assert.equal(text, 'Rain.');
        },
        'parallel tools': async () => {
          simulator.onMessage('weather', { toolCalls: calls }, { chunkSize: 3 });
          assert.partialDeepStrictEqual((await ask('weather', { tools: weather })).final, { type: 'end', stop: 'toolCalls', toolCalls: calls });
          simulator.onMessage('both', { content: 'I look.', toolCalls: calls });
          assert.partialDeepStrictEqual(await ask('both', { tools: weather }), { text: 'I look.', final: { type: 'end', stop: 'toolCalls', toolCalls: calls } });
        },
        images: async () => {
          simulator.addFixture({ match: { predicate: ({ messages }) => JSON.stringify(messages).includes('"image_url":{"url":"data:image/png;base64,aGk="}') }, response: { content: 'A cat.' } });
          assert.equal((await ask('', { messages: [{ role: 'user', text: 'What is it?', images: [{ mediaType: 'image/png', base64: 'aGk=' }] }] })).text, 'A cat.');
        },
        reasoning: async () => {
          simulator.onMessage('think', { content: 'Four.', reasoning: 'Two and two.' });
          assert.partialDeepStrictEqual(await ask('think'), { text: 'Four.', reasoning: 'Two and two.' });
        },
        'JSON mode': async () => {
          simulator.onJsonOutput('as JSON', { a: 1 });
          assert.equal((await ask('as JSON', { format: 'json' })).text, '{"a":1}');
        },
        usage: async () => {
          simulator.onMessage('hello', { content: 'Hi', usage: { input_tokens: 11, output_tokens: 7, prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 } });
          assert.deepEqual((await ask('hello')).final, { type: 'end', stop: 'stop', toolCalls: [], usage: told });
        },
        'prompt cache': async () => {
          simulator.onMessage('hello', { content: 'Hi', usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18, prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 5 } } });
          assert.partialDeepStrictEqual((await ask('hello', { endpoint: endpoint({}, '/api/v1') })).final, { type: 'end', usage: { ...told, cachedInputTokens: 4, cacheWriteTokens: 5 } });
        },
        'stop reasons': async () => {
          simulator.onMessage('long', { content: 'Once upon', finishReason: 'length' });
          assert.partialDeepStrictEqual((await ask('long')).final, { type: 'end', stop: 'length' });
        },
        abort: async () => {
          simulator.onMessage('slow', { content: 'A long answer that is never finished.' }, slowly);
          const controller = new AbortController();
          const { text, final } = await ask('slow', {}, controller.signal, () => controller.abort());
          assert.ok(text.length < 30, text);
          assert.partialDeepStrictEqual(final, { type: 'failed', failure: { kind: 'cancelled' } });
        },
        overflow: async () => {
          const { status, words, code } = tooLong[name];
          simulator.onMessage('much', { error: { message: words, type: 'invalid_request_error', ...(code === undefined ? {} : { code }) }, status });
          assert.partialDeepStrictEqual((await ask('much')).final, { type: 'failed', failure: { kind: 'contextTooLong' } });
        },
        refusal: async () => {
          simulator.onMessage('bad', { content: 'I', finishReason: name === 'anthropicMessages' ? 'refusal' : 'content_filter' });
          assert.partialDeepStrictEqual((await ask('bad')).final, { type: 'end', stop: 'contentFilter' });
        },
        'unicode split across chunks': async () => {
          simulator.onMessage('hello', { content: 'Hé🌍 日本 👩‍👩‍👧' }, { chunkSize: 1 });
          const { text, events } = await ask('hello');
          assert.equal(text, 'Hé🌍 日本 👩‍👩‍👧');
          for (const event of events) assert.ok(event.type !== 'text' || event.text.isWellFormed(), JSON.stringify(event));
        },
      };
      for (const behaviour of simulated[name]) it(behaviour, does[behaviour] ?? (() => assert.fail('nothing tests this cell')));

      for (const [status, code, kind] of errors[name]) {
        it(`an error ${status} is ${kind}`, async () => {
          simulator.onMessage('fail', { error: { message: 'It failed.', type: code, code }, status });
          assert.partialDeepStrictEqual((await ask('fail')).final, { type: 'failed', failure: { kind, detail: 'It failed.' } });
        });
      }

      it('a connection that is cut', async () => {
        simulator.onMessage('cut', { content: 'A long answer that is never finished.' }, { ...slowly, truncateAfterChunks: name === 'openaiChat' || name === 'ollama' ? 4 : 7 });
        const { final, text } = await ask('cut');
        assert.ok(text.length > 0 && text.length < 30, JSON.stringify([text, final]));
        assert.partialDeepStrictEqual(final, { type: 'failed', failure: { kind: 'truncated' } });
      });

      it('a first token that is too slow', async () => {
        simulator.onMessage('slow', { content: 'one' }, { streamingProfile: { ttft: 5000, tps: 40, jitter: 0 } });
        assert.partialDeepStrictEqual((await ask('slow', { limits: { firstTokenMs: 80, idleMs: 80 } })).final, { type: 'failed', failure: { kind: 'timedOut', phase: 'firstToken' } });
      });

      it('the model list', async () => {
        simulator.onMessage('hello', { content: 'Hi' });
        const models = await wire.listModels(endpoint(), fakeKey, new AbortController().signal);
        assert.ok(models !== undefined && (name === 'ollama' || models.length > 0));
      });
    });
  }

  it('a slow first token, and slow ones after it', async () => {
    simulator.onMessage('slow', { content: 'one two three' }, { chunkSize: 3, streamingProfile: { ttft: 120, tps: 40, jitter: 0 } });
    const { text } = await listen(dialects.openaiChat.wire, requestTo(endpointAt(`${simulator.url}/v1`), { messages: [{ role: 'user', text: 'slow' }], limits: { firstTokenMs: 3000, idleMs: 1000 } }));
    assert.equal(text, 'one two three');
  });

  it('an answer in one piece, of a model of OpenAI that does not stream', async () => {
    simulator.onMessage('hello', { content: 'Hi there.', reasoning: 'A greeting.', usage: { input_tokens: 11, output_tokens: 7 } });
    const heard = await listen(dialects.openaiResponses.wire, requestTo(endpointAt(`${simulator.url}/v1`, { modelTraits: [{ models: /^m$/, streams: false }] }), { messages: [{ role: 'user', text: 'hello' }] }));
    assert.partialDeepStrictEqual(heard, { text: 'Hi there.', reasoning: 'A greeting.', final: { type: 'end', stop: 'stop', toolCalls: [], usage: { ...noUsage, inputTokens: 11, outputTokens: 7 } } });
  });

  it('what OpenRouter bills, past its heartbeats', async () => {
    simulator.onMessage('hello', { content: 'Hi', usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18, cost: 0.000012 } }, { openRouterProcessing: true });
    const { text, final } = await listen(dialects.openaiChat.wire, requestTo(endpointAt(`${simulator.url}/api/v1`, { billedIn: 'usd' }), { messages: [{ role: 'user', text: 'hello' }] }));
    assert.equal(text, 'Hi');
    assert.partialDeepStrictEqual(final, { type: 'end', usage: { billed: 12_000 } });
  });
});
