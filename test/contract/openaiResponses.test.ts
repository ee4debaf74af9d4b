import assert from 'node:assert/strict';
import type { Failure } from '../../src/core/model/failure';
import { openaiResponsesWire } from '../../src/wires/openaiResponses/openaiResponses';
import type { FaultStep } from '../support/faultServer';
import { messageItem, responseCreated, responseEnd, responsesEvent } from '../support/responsesStream';
import { endpointAt, fakeKey } from '../support/wireFixtures';
import { assertFailure, chosenHeaders, end, json, send, stream, usualHeaders, wireOverSocket, withLeaks } from '../support/wireOverSocket';

const hello = responseCreated() + messageItem(['Hel', 'lo']);
const whole = hello + responseEnd();

/** What is this wire's own; what every wire does is in wires.test.ts. */
describe('openaiResponses wire over a socket', () => {
  const wire = openaiResponsesWire();

  const endpoint = () => endpointAt(`${server.url}/v1`);
  const { server, ask } = wireOverSocket(wire, endpoint);

  describe('what is sent', () => {
    it('is one POST with the key in one header, and no header that was not chosen', async () => {
      assert.equal((await ask([stream, send(whole), end])).text, 'Hello');
      const [seen] = server.requests;
      assert.deepEqual([seen?.method, seen?.path], ['POST', '/v1/responses']);
      assert.deepEqual(chosenHeaders(server), usualHeaders);
    });

    it('has nothing from the environment', async () => {
      const leaks = { OPENAI_API_KEY: 'leak-a', OPENAI_ADMIN_KEY: 'leak-b', OPENAI_ORG_ID: 'leak-c', OPENAI_PROJECT_ID: 'leak-d', OPENAI_BASE_URL: 'http://127.0.0.1:9/leak', OPENAI_CUSTOM_HEADERS: 'X-Leak: leak-e' };
      assert.equal((await withLeaks(leaks, () => ask([stream, send(whole), end]))).text, 'Hello');
      assert.ok(!JSON.stringify(server.requests).includes('leak'));
    });

    it('asks for nothing to be stored', async () => {
      await ask([stream, send(whole), end]);
      assert.equal(JSON.parse(server.requests[0]?.body ?? '{}').store, false);
    });
  });

  it('ends at the last event, also when the connection stays open', async () => {
    assert.partialDeepStrictEqual((await ask([stream, send(whole), { do: 'hang' }])).final, { type: 'end', stop: 'stop' });
    await server.requests[0]?.closed;
  });

  it('leaves the connection for the next request', async () => {
    await ask([stream, send(whole), { do: 'wait', ms: 40 }, end]);
    assert.equal(await server.requests[0]?.answered, 'sent');
  });

  describe('what goes wrong', () => {
    const rows: readonly (readonly [string, readonly FaultStep[], Partial<Failure>, string?])[] = [
      ['a wait', [json(429, { 'retry-after-ms': '250' }), end], { kind: 'rateLimited', retryAfterMs: 250 }],
      ['a model of another protocol', [json(404), send('{"error":{"message":"This model is only supported in v1/chat/completions and not in v1/responses.","type":"invalid_request_error","param":"model","code":null}}'), end], { kind: 'modelGone', model: 'm' }],
      ['a server without this protocol', [json(404), send('{"error":{"message":"Invalid URL (POST /v1/responses)","type":"invalid_request_error"}}'), end], { kind: 'badReply' }],
      ['an organisation that may not', [json(400), send('{"error":{"message":"Your organization must be verified to stream this model.","type":"invalid_request_error","param":"stream","code":"unsupported_value"}}'), end], { kind: 'badRequest', detail: 'Your organization must be verified to stream this model.' }],
      ['a reset after text', [stream, send(hello), { do: 'reset' }], { kind: 'truncated' }, 'Hello'],
      ['a reset before text', [stream, send(responseCreated()), { do: 'reset' }], { kind: 'providerDown', mayBeBilled: true }],
      ['an error within the stream, which stays open', [stream, send(hello + responsesEvent('error', { code: 'server_error', message: 'Boom' })), { do: 'hang' }], { kind: 'providerDown', detail: 'Boom' }, 'Hello'],
      ['a response that failed', [stream, send(hello + responseEnd('failed', { error: { code: 'server_error', message: 'Boom' } })), { do: 'hang' }], { kind: 'providerDown', detail: 'Boom' }, 'Hello'],
    ];
    for (const [name, steps, failure, text] of rows) {
      it(name, async () => {
        assertFailure(await ask(steps), failure, text);
        if (steps.at(-1)?.do !== 'end') await server.requests[0]?.closed;
      });
    }
  });

  describe('checks a key', () => {
    it('by the model list', async () => {
      server.script(json(200), send('{"data":[]}'), end);
      assert.deepEqual(await wire.checkKey(endpoint(), fakeKey, new AbortController().signal), { ok: true });
      assert.deepEqual([server.requests[0]?.method, server.requests[0]?.path], ['GET', '/v1/models']);
    });
    it('that is refused', async () => {
      server.script(json(401), send('{"error":{"message":"Incorrect API key provided."}}'), end);
      assert.partialDeepStrictEqual(await wire.checkKey(endpoint(), fakeKey, new AbortController().signal), { ok: false, failure: { kind: 'keyRejected' } });
    });
  });
});
