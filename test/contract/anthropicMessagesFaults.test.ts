import assert from 'node:assert/strict';
import type { Failure } from '../../src/core/model/failure';
import { builtInProviders } from '../../src/core/providers/definitions';
import { anthropicMessagesWire } from '../../src/wires/anthropicMessages/anthropicMessages';
import { event, messageDelta, messageStart, messageStop, ping, textBlock } from '../support/anthropicStream';
import type { FaultStep } from '../support/faultServer';
import { endpointAt, fakeKey, listen, plainProvider, requestTo } from '../support/wireFixtures';
import { assertFailure, chosenHeaders, end, json, send, stream, usualHeaders, wireOverSocket, withLeaks } from '../support/wireOverSocket';

const hello = messageStart() + textBlock(['Hello']);
const whole = hello + messageDelta('end_turn') + messageStop;
const error = (type: string, message: string) => JSON.stringify({ type: 'error', error: { type, message } });

/** What is this wire's own; what every wire does is in wires.test.ts. */
describe('anthropicMessages wire over a socket', () => {
  const wire = anthropicMessagesWire();
  const provider = builtInProviders.find((one) => one.wire === 'anthropicMessages') ?? plainProvider;

  const endpoint = () => endpointAt(`${server.url}/v1`, { ...provider, baseUrl: `${server.url}/v1` });
  const { server, ask } = wireOverSocket(wire, endpoint);

  describe('what is sent', () => {
    it('is one POST with the key in one header, and no header that was not chosen', async () => {
      assert.equal((await ask([stream, send(whole), end])).text, 'Hello');
      const [seen] = server.requests;
      assert.deepEqual([seen?.method, seen?.path], ['POST', '/v1/messages']);
      const { authorization: _bearer, ...usual } = usualHeaders;
      assert.deepEqual(chosenHeaders(server), { ...usual, 'anthropic-version': '2023-06-01', 'x-api-key': fakeKey });
    });

    it('has nothing from the environment', async () => {
      const leaks = { ANTHROPIC_API_KEY: 'leak-a', ANTHROPIC_AUTH_TOKEN: 'leak-b', ANTHROPIC_BASE_URL: 'http://127.0.0.1:9/leak', ANTHROPIC_CUSTOM_HEADERS: 'X-Leak: leak-c', ANTHROPIC_PROFILE: 'leak-d', ANTHROPIC_LOG: 'debug' };
      assert.equal((await withLeaks(leaks, () => ask([stream, send(whole), end], { model: 'claude-3-haiku-20240307' }))).text, 'Hello');
      assert.ok(!JSON.stringify(server.requests).includes('leak'));
    });

    it('is nothing without a key, or with one that fits no header', async () => {
      for (const [key, kind] of [[undefined, 'keyMissing'], ['sk-ant-fäke', 'keyRejected']] as const) {
        const { final } = await listen(wire, requestTo(endpoint(), { key }));
        assert.partialDeepStrictEqual(final, { type: 'failed', failure: { kind } });
      }
      assert.equal(server.requests.length, 0);
    });
  });

  describe('what goes wrong', () => {
    const rows: readonly (readonly [string, readonly FaultStep[], Partial<Failure>, string?])[] = [
      ['overloaded', [json(529), send(error('overloaded_error', 'Overloaded')), end], { kind: 'providerDown', status: 529, detail: 'Overloaded' }],
      ['a wait', [json(429, { 'retry-after': '7' }), send(error('rate_limit_error', 'Slow down.')), end], { kind: 'rateLimited', retryAfterMs: 7000 }],
      ['no credit, with status 400', [json(400), send(error('invalid_request_error', 'Your credit balance is too low to access the Anthropic API.')), end], { kind: 'noCredit' }],
      ['overloaded after text', [stream, send(hello), send(`event: error\ndata: ${error('overloaded_error', 'Overloaded')}\n\n`), { do: 'hang' }], { kind: 'providerDown', status: 529 }, 'Hello'],
      ['a reset after text', [stream, send(hello), { do: 'reset' }], { kind: 'truncated' }, 'Hello'],
      ['a reset before anything', [{ do: 'reset' }], { kind: 'providerDown', mayBeBilled: true }],
      ['a web page with status 200', [{ do: 'head', status: 200, headers: { 'content-type': 'text/html' } }, send('<html><title>Login</title></html>'), end], { kind: 'badReply' }],
      ['an error body without an end', [json(500), { do: 'repeat', everyMs: 0, data: 'x '.repeat(32 * 1024) }], { kind: 'providerDown', status: 500 }],
    ];
    for (const [name, steps, failure, text] of rows) it(name, async () => assertFailure(await ask(steps), failure, text));

    it('only pings', async () => {
      assertFailure(await ask([stream, send(messageStart()), { do: 'repeat', everyMs: 5, data: ping }], { limits: { firstTokenMs: 80, idleMs: 80 } }), { kind: 'timedOut', phase: 'firstToken' });
      await server.requests[0]?.closed;
    });

    it('pings after text', async () => {
      assertFailure(await ask([stream, send(hello), { do: 'repeat', everyMs: 5, data: ping }], { limits: { firstTokenMs: 8000, idleMs: 80 } }), { kind: 'timedOut', phase: 'stall' }, 'Hello');
    });

    it('no message_stop, when the stop reason is there', async () => {
      const { text, final } = await ask([stream, send(hello + messageDelta('end_turn')), { do: 'hang' }], { limits: { firstTokenMs: 8000, idleMs: 80 } });
      assert.equal(text, 'Hello');
      assert.partialDeepStrictEqual(final, { type: 'end', stop: 'stop', usage: { outputTokens: 20, estimated: false } });
    });

    it('ends at message_stop, also when the connection stays open', async () => {
      const start = performance.now();
      assert.equal((await ask([stream, send(whole), { do: 'hang' }])).text, 'Hello');
      assert.ok(performance.now() - start < 1000);
      await server.requests[0]?.closed;
    });
  });

  it('has the prompt of a cancelled answer in its usage, exact, and the answer as far as it came', async () => {
    const controller = new AbortController();
    server.script(stream, send(messageStart({ input_tokens: 50, cache_read_input_tokens: 10, output_tokens: 1 }) + event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'x'.repeat(35) } })), { do: 'hang' });
    const { final } = await listen(wire, requestTo(endpoint()), controller.signal, () => controller.abort());
    assert.deepEqual(final, { type: 'failed', failure: { kind: 'cancelled' }, usage: { inputTokens: 60, cachedInputTokens: 10, cacheWriteTokens: 0, outputTokens: 10, reasoningTokens: 0, estimated: true } });
  });

  describe('checkKey', () => {
    const rows: readonly (readonly [string, readonly FaultStep[], object])[] = [
      ['a list', [json(200), send('{"data":[{"type":"model","id":"a"}],"has_more":true}'), end], { ok: true }],
      ['a key that is refused', [json(401), send(error('authentication_error', 'invalid x-api-key')), end], { ok: false, failure: { kind: 'keyRejected', detail: 'invalid x-api-key' } }],
      ['no credit', [json(400), send(error('invalid_request_error', 'Your credit balance is too low to access the Anthropic API.')), end], { ok: true, note: 'The key works, but the account has no credit left.' }],
      ['an error with status 200', [json(200), send(error('authentication_error', 'no')), end], { ok: false, failure: { kind: 'keyRejected' } }],
      ['something else', [json(200), send('{}'), end], { ok: false, failure: { kind: 'badReply' } }],
      ['a web page', [json(200), send('<html>'), end], { ok: false, failure: { kind: 'badReply' } }],
      ['an address that is not there', [json(404), send(error('not_found_error', 'Not Found')), end], { ok: false, failure: { kind: 'badReply' } }],
      ['a reset', [{ do: 'reset' }], { ok: false, failure: { kind: 'providerDown' } }],
    ];
    for (const [name, steps, expected] of rows) {
      it(name, async () => {
        server.script(...steps);
        assert.partialDeepStrictEqual(await wire.checkKey(endpoint(), fakeKey, new AbortController().signal), expected);
        const [seen] = server.requests;
        assert.deepEqual([seen?.method, seen?.path, seen?.headers['x-api-key'], seen?.headers['anthropic-version']], ['GET', '/v1/models?limit=1', fakeKey, '2023-06-01']);
      });
    }
    it('no key', async () => assert.partialDeepStrictEqual(await wire.checkKey(endpoint(), undefined, new AbortController().signal), { ok: false, failure: { kind: 'keyMissing' } }));
  });

  describe('listModels', () => {
    const warnings: string[] = [];
    const logging = anthropicMessagesWire({ log: { info: () => undefined, warn: (message) => void warnings.push(message), error: () => undefined } });
    beforeEach(() => void (warnings.length = 0));

    it('asks for the longest page', async () => {
      server.script(json(200), send('{"data":[{"id":"claude-a","display_name":"A","max_input_tokens":1000,"max_tokens":100}]}'), end);
      assert.deepEqual(await logging.listModels(endpoint(), fakeKey, new AbortController().signal), [{ id: 'claude-a', name: 'A', contextTokens: 1000, maxOutputTokens: 100 }]);
      assert.equal(server.requests[0]?.path, '/v1/models?limit=1000');
      assert.deepEqual(warnings, []);
    });
    it('logs why there is none', async () => {
      server.script(json(401), send(error('authentication_error', 'no')), end);
      server.script(json(200), send('{"models":[]}'), end);
      for (let count = 0; count < 2; count += 1) assert.equal(await logging.listModels(endpoint(), fakeKey, new AbortController().signal), undefined);
      assert.deepEqual(warnings, ['No model list from anthropic: keyRejected, no', 'No model list from anthropic: the answer is not a list']);
    });
    it('is undefined where the definition has none', async () => assert.equal(await logging.listModels({ ...endpoint(), provider: { ...provider, modelsPath: undefined } }, fakeKey, new AbortController().signal), undefined));
  });
});
