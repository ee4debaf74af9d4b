import assert from 'node:assert/strict';
import type { Failure } from '../../src/core/model/failure';
import { type Endpoint, wireFor } from '../../src/core/model/provider';
import type { Wire, WireRequest } from '../../src/core/ports/wire';
import { azureProvider } from '../../src/core/providers/azureProvider';
import { endpointOf } from '../../src/core/providers/registry';
import { openaiChatWire } from '../../src/wires/openaiChat/openaiChat';
import { openaiResponsesWire } from '../../src/wires/openaiResponses/openaiResponses';
import { FaultServer, type FaultStep } from '../support/faultServer';
import { messageItem, responseCreated, responseEnd } from '../support/responsesStream';
import { suiteSimulator } from '../support/suiteSimulator';
import { type Heard, chunk, doneChunk, fakeKey, listen, requestTo, usageChunk } from '../support/wireFixtures';
import { end, json, stream } from '../support/wireOverSocket';

const send = (data: unknown): FaultStep => ({ do: 'send', data: typeof data === 'string' ? data : JSON.stringify(data) });
const never = new AbortController().signal;
const wires = { openaiChat: openaiChatWire(), openaiResponses: openaiResponsesWire() };
const filtered = { hate: { filtered: false, severity: 'safe' }, violence: { filtered: false, severity: 'safe' } };

/** What Azure says before and beside the answer, when its filter runs along. */
const azureStream =
  `data: ${JSON.stringify({ choices: [], created: 0, id: '', model: '', object: '', prompt_filter_results: [{ prompt_index: 0, content_filter_results: filtered }] })}\n\n` +
  chunk({ role: 'assistant', content: '', refusal: null }) +
  chunk({ content: 'Hel' }) +
  `data: ${JSON.stringify({ id: '', object: '', created: 0, model: '', choices: [{ index: 0, finish_reason: null, content_filter_results: filtered, content_filter_offsets: { check_offset: 1, start_offset: 1, end_offset: 9 } }] })}\n\n` +
  `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4.1', choices: [{ index: 0, delta: { content: 'lo' }, finish_reason: null, content_filter_results: { error: { code: 'content_filter_error', message: 'The contents are not filtered' } } }] })}\n\n` +
  chunk({}, 'stop', { usage: null }) +
  usageChunk({ prompt_tokens: 100, completion_tokens: 20, total_tokens: 120, prompt_tokens_details: { cached_tokens: 40 } }) +
  doneChunk;

describe('Azure OpenAI', () => {
  const server = new FaultServer();
  before(() => server.start());
  after(() => server.stop());
  beforeEach(() => server.reset());

  function resource(url: string, apiVersion: string): Endpoint {
    const read = azureProvider({ id: 'work', endpoint: url, apiVersion, deployments: { 'team.small': 'gpt-5-mini', plain: 'gpt-4.1' } });
    assert.ok(read.ok);
    return endpointOf(read.value.definition);
  }

  function wireOf({ provider }: Endpoint, deployment: string): Wire {
    const name = wireFor(provider, deployment);
    assert.ok(name === 'openaiChat' || name === 'openaiResponses');
    return wires[name];
  }

  async function ask(endpoint: Endpoint, model: string, steps: readonly FaultStep[], request: Partial<WireRequest> = {}): Promise<Heard> {
    server.script(...steps);
    const heard = await listen(wireOf(endpoint, model), requestTo(endpoint, { model, ...request }));
    assert.equal(server.requests.length, 1, 'exactly one request');
    return heard;
  }

  it('is asked at a dated version by the deployment in the path, with the key in its own header', async () => {
    const { text, final } = await ask(resource(server.url, '2024-10-21'), 'plain', [stream, send(azureStream), end], { effort: 'none' });
    assert.equal(text, 'Hello');
    assert.deepEqual(final, { type: 'end', stop: 'stop', toolCalls: [], usage: { inputTokens: 100, cachedInputTokens: 40, cacheWriteTokens: 0, outputTokens: 20, reasoningTokens: 0, estimated: false } });
    const [seen] = server.requests;
    assert.equal(seen?.path, '/openai/deployments/plain/chat/completions?api-version=2024-10-21');
    assert.deepEqual([seen.headers['api-key'], seen.headers.authorization], [fakeKey, undefined]);
    const { model, max_tokens: limit, stream_options: options } = JSON.parse(seen.body);
    assert.deepEqual([model, limit, options], ['plain', 100, { include_usage: true }]);
  });

  it('is told the limit of a reasoning model by its other name, and no effort beside tools', async () => {
    await ask(resource(server.url, '2024-10-21'), 'team.small', [stream, send(azureStream), end], { effort: 'low', tools: [{ name: 'f', description: '', parameters: { type: 'object' } }] });
    const body = JSON.parse(server.requests[0]?.body ?? '{}');
    assert.deepEqual([body.max_completion_tokens, body.max_tokens, body.reasoning_effort], [100, undefined, undefined]);
    assert.equal(server.requests[0]?.path, '/openai/deployments/team.small/chat/completions?api-version=2024-10-21');
  });

  it('is asked at v1 in the protocol of the model', async () => {
    const endpoint = resource(server.url, 'v1');
    assert.equal((await ask(endpoint, 'team.small', [stream, send(responseCreated() + messageItem(['Hello']) + responseEnd()), end], { effort: 'low' })).text, 'Hello');
    assert.equal(server.requests[0]?.path, '/openai/v1/responses');
    assert.equal(server.requests[0].headers['api-key'], fakeKey);
    assert.partialDeepStrictEqual(JSON.parse(server.requests[0].body), { model: 'team.small', store: false, reasoning: { effort: 'low' } });
    server.reset();
    assert.equal((await ask(endpoint, 'plain', [stream, send(azureStream), end])).text, 'Hello');
    assert.equal(server.requests[0]?.path, '/openai/v1/chat/completions');
  });

  for (const [apiVersion, path] of [['2024-10-21', '/openai/models?api-version=2024-10-21'], ['v1', '/openai/v1/models']] as const) {
    it(`has its key checked at ${apiVersion} by a list that costs nothing`, async () => {
      server.script(json(200), send({ data: [] }), end);
      const endpoint = resource(server.url, apiVersion);
      assert.deepEqual(await wires.openaiChat.checkKey(endpoint, fakeKey, never), { ok: true });
      assert.deepEqual([server.requests[0]?.method, server.requests[0]?.path, server.requests[0]?.headers['api-key']], ['GET', path, fakeKey]);
      server.script(json(401), send({ error: { code: '401', message: 'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.' } }), end);
      assert.partialDeepStrictEqual(await wires.openaiChat.checkKey(endpoint, fakeKey, never), { ok: false, failure: { kind: 'keyRejected', provider: 'work' } });
    });
  }

  describe('what goes wrong', () => {
    const policy = "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.";
    const rows: readonly (readonly [string, readonly FaultStep[], Partial<Failure>])[] = [
      ['the filter', [json(400), send({ error: { message: policy, type: null, param: 'prompt', code: 'content_filter', status: 400, innererror: { code: 'ResponsibleAIPolicyViolation', content_filter_result: { violence: { filtered: true, severity: 'medium' } } } } }), end], { kind: 'refused', provider: 'work', detail: policy }],
      ['no such deployment', [json(404), send({ error: { code: 'DeploymentNotFound', message: 'The API deployment for this resource does not exist.' } }), end], { kind: 'modelGone', provider: 'work', model: 'plain' }],
      ['no such version', [json(404), send({ error: { code: '404', message: 'Resource not found' } }), end], { kind: 'badReply', provider: 'work' }],
      ['a wait', [json(429, { 'retry-after-ms': '1500', 'retry-after': '2' }), send({ error: { code: '429', message: 'Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-10-21 have exceeded call rate limit of your current OpenAI S0 pricing tier.' } }), end], { kind: 'rateLimited', provider: 'work', retryAfterMs: 1500 }],
      ['another network', [json(403), send({ error: { code: '403', message: 'Access denied due to Virtual Network/Firewall rules.' } }), end], { kind: 'badRequest' }],
      ['too long', [json(400), send({ error: { message: "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.", type: 'invalid_request_error', param: 'messages', code: 'context_length_exceeded' } }), end], { kind: 'contextTooLong', neededTokens: 9000, availableTokens: 8192 }],
      ['a gateway of the company', [{ do: 'head', status: 502, headers: { 'content-type': 'text/html' } }, send('<html><title>Gateway</title></html>'), end], { kind: 'providerDown', status: 502 }],
    ];
    for (const [name, steps, failure] of rows) {
      it(name, async () => {
        const { final } = await ask(resource(server.url, '2024-10-21'), 'plain', steps);
        assert.ok(final?.type === 'failed', JSON.stringify(final));
        assert.partialDeepStrictEqual(final.failure, failure);
      });
    }
  });

  it('stops an answer that its filter catches on the way', async () => {
    const { text, final } = await ask(resource(server.url, '2024-10-21'), 'plain', [stream, send(chunk({ content: 'Hel' }) + chunk({}, 'content_filter') + doneChunk), end]);
    assert.equal(text, 'Hel');
    assert.partialDeepStrictEqual(final, { type: 'end', stop: 'contentFilter' });
  });

  describe('and a simulator', () => {
    const simulator = suiteSimulator();
    it('understand each other', async () => {
      simulator.onMessage('hi', { content: 'Hello from a deployment.' });
      const endpoint = resource(simulator.url, '2024-10-21');
      assert.equal((await listen(wireOf(endpoint, 'plain'), requestTo(endpoint, { model: 'plain' }))).text, 'Hello from a deployment.');
    });
  });
});
