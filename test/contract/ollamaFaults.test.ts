import assert from 'node:assert/strict';
import type { Failure } from '../../src/core/model/failure';
import type { Endpoint } from '../../src/core/model/provider';
import { ollamaProvider } from '../../src/core/providers/definitions';
import { ollamaWire } from '../../src/wires/ollama/ollama';
import { FaultServer, type FaultStep } from '../support/faultServer';
import { fakeKey, listen, patientLimits, requestTo } from '../support/wireFixtures';
import { assertFailure, chosenHeaders, end, json, lines as stream, send, usualHeaders, wireOverSocket, withLeaks } from '../support/wireOverSocket';

const line = (value: object) => `${JSON.stringify(value)}\n`;
const says = (content: string, more: object = {}) => line({ model: 'm', message: { role: 'assistant', content, ...more }, done: false });
const done = (more: object = {}) => line({ model: 'm', message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 11, eval_count: 7, ...more });
const never = new AbortController().signal;

/** What is this wire's own; what every wire does is in wires.test.ts. */
describe('ollama wire over a socket', () => {
  const logged: string[] = [];
  const wire = ollamaWire({ log: { info: () => undefined, warn: (message) => logged.push(message), error: () => undefined } });
  const endpoint = (): Endpoint => ({ provider: ollamaProvider, baseUrl: server.url });
  const { server, ask } = wireOverSocket(wire, endpoint);
  beforeEach(() => void (logged.length = 0));

  it('sends one POST, no key, and no header that was not chosen', async () => {
    const { text, final } = await ask([stream, send(says('Hello') + done()), end], { maxOutputTokens: 77 });
    assert.equal(text, 'Hello');
    assert.deepEqual(final, { type: 'end', stop: 'stop', toolCalls: [], usage: { inputTokens: 11, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 7, reasoningTokens: 0, estimated: false } });
    const [seen] = server.requests;
    assert.deepEqual([seen?.method, seen?.path], ['POST', '/api/chat']);
    const { authorization: _bearer, ...usual } = usualHeaders;
    assert.deepEqual(chosenHeaders(server), { ...usual, accept: 'application/x-ndjson, application/json' });
    assert.partialDeepStrictEqual(JSON.parse(seen?.body ?? ''), { model: 'm', stream: true, truncate: false, keep_alive: '10m', options: { num_ctx: 8192, num_predict: 77 } });
    assert.ok(!JSON.stringify(seen).includes(fakeKey));
  });

  it('takes no address and no key from the environment', async () => {
    const leaks = { OLLAMA_HOST: 'http://127.0.0.1:9', OLLAMA_API_KEY: 'leak' };
    assert.equal((await withLeaks(leaks, () => ask([stream, send(says('Hi') + done()), end]))).text, 'Hi');
    assert.ok(!JSON.stringify(server.requests).includes('leak'));
  });

  it('makes ids for the calls of a server that gives none', async () => {
    const called = says('', { tool_calls: [{ function: { name: 'f', arguments: { a: 1 } } }, { function: { name: 'g', arguments: {} } }] });
    const { final } = await ask([stream, send(called + done()), end], { tools: [{ name: 'f', description: '', parameters: { type: 'object' } }] });
    assert.ok(final?.type === 'end');
    assert.deepEqual(final.toolCalls.map(({ name, arguments: text }) => [name, text]), [['f', '{"a":1}'], ['g', '{}']]);
    assert.equal(new Set(final.toolCalls.map(({ id }) => id)).size, 2);
  });

  const failures: readonly (readonly [string, readonly FaultStep[], Partial<Failure>, string?])[] = [
    ['a connection that is cut', [stream, send(says('Hel')), { do: 'reset' }], { kind: 'truncated' }, 'Hel'],
    ['a connection that is cut before anything', [stream, { do: 'reset' }], { kind: 'providerDown', mayBeBilled: true }],
    ['an empty reply', [stream, end], { kind: 'badReply', detail: 'The answer is empty.' }],
    ['a model that was only loaded', [json(200), send(done({ done_reason: 'load' })), end], { kind: 'badReply' }],
    ['a model that is not pulled', [json(404), send('{"error":"model \'m\' not found"}'), end], { kind: 'modelGone', detail: 'The model is not on this machine. Get it with: ollama pull m' }],
    ['a model that cannot do it', [json(400), send('{"error":"\\"m\\" does not support tools"}'), end], { kind: 'badRequest', detail: '"m" does not support tools' }],
    ['too little memory', [json(500), send('{"error":"model requires more system memory (5.6 GiB) than is available (2.1 GiB)"}'), end], { kind: 'providerDown', status: 500 }],
    ['a web page', [{ do: 'head', status: 200, headers: { 'content-type': 'text/html' } }, send('<html><title>Login</title></html>'), end], { kind: 'badReply' }],
  ];
  for (const [name, steps, failure, text] of failures) it(`tells ${name}`, async () => assertFailure(await ask(steps), failure, text));

  it('says that Ollama is not running', async () => {
    const gone = new FaultServer();
    await gone.start();
    const { url } = gone;
    await gone.stop();
    assertFailure(await listen(wire, requestTo({ provider: ollamaProvider, baseUrl: url })), { kind: 'offline', provider: 'ollama' });
    assert.partialDeepStrictEqual(await wire.checkKey({ provider: ollamaProvider, baseUrl: url }, undefined, never), { ok: false, failure: { kind: 'offline' } });
  });

  it('gives up on a first word that does not come', async () => assertFailure(await ask([{ do: 'hang' }], { limits: { firstTokenMs: 80, idleMs: 80 } }), { kind: 'timedOut', phase: 'firstToken' }));
  it('gives up on an answer that stops', async () => assertFailure(await ask([stream, send(says('Hel')), { do: 'hang' }], { limits: { ...patientLimits, idleMs: 80 } }), { kind: 'timedOut', phase: 'stall' }, 'Hel'));

  it('ends the request when nobody listens any more', async () => {
    server.script(stream, send(says('Hel')), { do: 'hang' });
    for await (const event of wire.complete(requestTo(endpoint()), never)) if (event.type === 'text') break;
    assert.equal(await server.requests[0]?.answered, 'cut');
  });

  it('sends nothing when it was cancelled before', async () => {
    assertFailure(await listen(wire, requestTo(endpoint()), AbortSignal.abort()), { kind: 'cancelled' });
    assert.equal(server.requests.length, 0);
  });

  describe('lists', () => {
    const reply = (value: object) => server.script(json(200), send(JSON.stringify(value)), end);

    it('models with what they can do', async () => {
      reply({ models: [{ name: 'qwen3:8b', details: { parameter_size: '8.2B' } }] });
      reply({ capabilities: ['completion', 'tools'], model_info: { 'general.architecture': 'qwen3', 'qwen3.context_length': 40_960 } });
      assert.deepEqual(await wire.listModels(endpoint(), undefined, never), [{ id: 'qwen3:8b', contextTokens: 40_960, capabilities: ['json', 'structured', 'tools'], efforts: [] }]);
      assert.deepEqual(server.requests.map(({ method, path, body }) => [method, path, body]), [['GET', '/api/tags', ''], ['POST', '/api/show', '{"model":"qwen3:8b"}']]);
    });

    it('models by name where their description fails', async () => {
      reply({ models: [{ name: 'a:1b' }] });
      server.script(json(500), send('{"error":"x"}'), end);
      assert.deepEqual(await wire.listModels(endpoint(), undefined, never), [{ id: 'a:1b' }]);
    });

    it('nothing, with a reason in the log, where something else answers', async () => {
      server.script({ do: 'head', status: 200 }, send('Ollama is running'), end);
      assert.equal(await wire.listModels(endpoint(), undefined, never), undefined);
      assert.equal(logged.length, 1);
    });

    it('nothing when it is called off', async () => {
      reply({ models: [{ name: 'a:1b' }] });
      server.script({ do: 'hang' });
      const abort = new AbortController();
      const listing = wire.listModels(endpoint(), undefined, abort.signal);
      while (server.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
      abort.abort();
      assert.equal(await listing, undefined);
    });
  });

  describe('is checked', () => {
    const rows: readonly (readonly [string, readonly FaultStep[], object])[] = [
      ['with models', [json(200), send('{"models":[{"name":"a:1b"},{"name":"b:1b"}]}'), end], { ok: true, note: '2 models on this machine' }],
      ['without a model, and says how to get one', [json(200), send('{"models":[]}'), end], { ok: true, note: 'running, but without a model; pull one' }],
      ['where something else answers', [json(200), send('{}'), end], { ok: false, failure: { kind: 'badReply' } }],
      ['where nothing is', [json(404), send('404 page not found'), end], { ok: false, failure: { kind: 'badReply' } }],
    ];
    for (const [name, steps, expected] of rows) {
      it(name, async () => {
        server.script(...steps);
        assert.partialDeepStrictEqual(await wire.checkKey(endpoint(), undefined, never), expected);
      });
    }
  });
});
