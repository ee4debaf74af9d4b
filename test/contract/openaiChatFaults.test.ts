import assert from 'node:assert/strict';
import type { Failure } from '../../src/core/model/failure';
import type { ProviderDefinition } from '../../src/core/model/provider';
import type { WireEvent } from '../../src/core/ports/wire';
import { openaiChatWire } from '../../src/wires/openaiChat/openaiChat';
import { FaultServer, type FaultStep } from '../support/faultServer';
import { type Heard, chunk, doneChunk, endpointAt, fakeKey, listen, requestTo, usageChunk } from '../support/wireFixtures';
import { assertFailure, chosenHeaders, end, json, send, stream, usualHeaders, wireOverSocket, withLeaks } from '../support/wireOverSocket';

const stop = chunk({}, 'stop');
const hello = chunk({ content: 'Hello' });
const usage = usageChunk({ prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 });
const whole = hello + stop + usage + doneChunk;

/** Short where the server of a test says nothing at all; long where it still says something, on a loaded machine. */
const impatient = { firstTokenMs: 80, idleMs: 80 };
const impatientLater = { firstTokenMs: 8000, idleMs: 80 };

describe('openaiChat wire over a socket', () => {
  const wire = openaiChatWire();

  const endpoint = (provider: Partial<ProviderDefinition> = {}) => endpointAt(`${server.url}/v1`, provider);
  const { server, ask } = wireOverSocket(wire, () => endpoint());

  function assertEnd(heard: Heard, text: string, stopReason = 'stop'): void {
    assert.equal(heard.text, text);
    assert.equal(heard.final?.type === 'end' ? heard.final.stop : heard.final, stopReason);
  }

  describe('what is sent', () => {
    it('is one POST with the key in one header, and no header that was not chosen', async () => {
      assertEnd(await ask([stream, send(whole), end]), 'Hello');
      const [seen] = server.requests;
      assert.equal(seen?.method, 'POST');
      assert.equal(seen?.path, '/v1/chat/completions');
      assert.deepEqual(chosenHeaders(server), usualHeaders);
      assert.ok(!seen?.body.includes(fakeKey));
    });

    it('has the headers of the definition', async () => {
      server.script(stream, send(whole), end);
      await listen(wire, requestTo(endpoint({ extraHeaders: { 'HTTP-Referer': 'https://example.com', Authorization: 'x' } })));
      assert.equal(server.requests[0]?.headers['http-referer'], 'https://example.com');
      assert.equal(server.requests[0]?.headers.authorization, `Bearer ${fakeKey}`);
    });

    it('has no authorization for a provider without', async () => {
      server.script(stream, send(whole), end);
      await listen(wire, requestTo(endpoint({ auth: 'none' })));
      assert.equal(server.requests[0]?.headers.authorization, undefined);
    });

    it('has nothing from the environment', async () => {
      const leaks = { OPENAI_API_KEY: 'leak-a', OPENAI_ADMIN_KEY: 'leak-b', OPENAI_ORG_ID: 'leak-c', OPENAI_PROJECT_ID: 'leak-d', OPENAI_BASE_URL: 'http://127.0.0.1:9/leak', OPENAI_CUSTOM_HEADERS: 'X-Leak: leak-e', OPENAI_WEBHOOK_SECRET: 'leak-f', OPENAI_LOG: 'debug' };
      const written: unknown[] = [];
      const { debug, info, warn, error, log } = console;
      for (const name of ['debug', 'info', 'warn', 'error', 'log'] as const) console[name] = (...args: unknown[]) => void written.push(args);
      try {
        assertEnd(await withLeaks(leaks, () => ask([stream, send(whole), end])), 'Hello');
      } finally {
        Object.assign(console, { debug, info, warn, error, log });
      }
      assert.ok(!JSON.stringify(server.requests).includes('leak'));
      assert.deepEqual(written, []);
    });

    it('is nothing when it was cancelled before', async () => {
      const heard = await listen(wire, requestTo(endpoint()), AbortSignal.abort());
      assertFailure(heard, { kind: 'cancelled' });
      assert.equal(server.requests.length, 0);
    });

    it('is nothing with a key that fits no header', async () => {
      assertFailure(await listen(wire, requestTo(endpoint(), { key: 'sk-fäke' })), { kind: 'keyRejected' });
      assert.equal(server.requests.length, 0);
    });

    it('is nothing without a base URL: the client would take its own', async () => {
      assertFailure(await listen(wire, requestTo(endpointAt(''))), { kind: 'badRequest' });
    });
  });

  describe('what is read', () => {
    it('comes piece by piece', async () => {
      const heard = await ask([stream, send(chunk({ content: 'Hel' })), send(chunk({ content: 'lo' })), send(stop + doneChunk), end]);
      assert.deepEqual(
        heard.events.filter((event) => event.type === 'text'),
        [
          { type: 'text', text: 'Hel' },
          { type: 'text', text: 'lo' },
        ],
      );
    });
    it('may come a byte at a time', async () => assertEnd(await ask([stream, { do: 'sendBytewise', data: chunk({ content: 'Hé🌍' }) + stop }, end]), 'Hé🌍'));
    it('may be cut between CR and LF', async () => assertEnd(await ask([stream, send(`${hello.trim()}\r`), send('\n\r'), send(`\n${stop.trim()}\r\n\r\n`), end]), 'Hello'));
    it('may be gzip', async () => assertEnd(await ask([{ do: 'head', status: 200, headers: { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' } }, { do: 'sendGzip', data: whole }, end]), 'Hello'));
    it('may be two megabytes in one line', async () => assert.equal((await ask([stream, send(chunk({ content: 'x'.repeat(2 * 1024 * 1024) }) + stop + doneChunk), end])).text.length, 2 * 1024 * 1024));
    it('may be one whole answer', async () => assertEnd(await ask([json(200), send(JSON.stringify({ choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }] })), end]), 'Hello'));
    it('may have the wrong content type', async () => assertEnd(await ask([json(200), send(whole), end]), 'Hello'));

    it('ends at [DONE], also when the connection stays open', async () => {
      assertEnd(await ask([stream, send(whole), { do: 'hang' }]), 'Hello');
      await server.requests[0]?.closed;
    });

    it('leaves the connection for the next request: the end of the body, which comes after [DONE], is read', async () => {
      assertEnd(await ask([stream, send(whole), { do: 'wait', ms: 40 }, end]), 'Hello');
      assert.equal(await server.requests[0]?.answered, 'sent');
    });
  });

  describe('what goes wrong', () => {
    const rows: readonly (readonly [string, readonly FaultStep[], Partial<Failure>, string?])[] = [
      ['a cut without an end', [stream, send(hello), end], { kind: 'truncated', provider: 'plain' }, 'Hello'],
      ['a reset after text', [stream, send(hello), { do: 'reset' }], { kind: 'truncated', provider: 'plain' }, 'Hello'],
      ['a reset before text', [stream, { do: 'reset' }], { kind: 'providerDown', provider: 'plain', mayBeBilled: true }],
      ['a reset before anything', [{ do: 'reset' }], { kind: 'providerDown', provider: 'plain', mayBeBilled: true }],
      ['an empty stream', [stream, end], { kind: 'badReply' }],
      ['no content', [{ do: 'head', status: 204 }, end], { kind: 'badReply' }],
      ['a web page with status 200', [{ do: 'head', status: 200, headers: { 'content-type': 'text/html' } }, send('<html><title>Login</title></html>'), end], { kind: 'badReply', detail: 'A web page came instead of an answer: Login' }],
      ['an error with status 200', [json(200), send('{"error":{"message":"Upstream error","code":502}}'), end], { kind: 'providerDown', status: 502 }],
      ['an error in the stream', [stream, send(hello), send('data: {"error":{"message":"gone","code":502}}\n\n'), { do: 'hang' }], { kind: 'providerDown', detail: 'gone' }, 'Hello'],
      ['a line without an end', [stream, send(hello), { do: 'repeat', everyMs: 0, data: 'x'.repeat(1024 * 1024) }], { kind: 'badReply' }, 'Hello'],
      ['an error body without an end', [json(500), { do: 'repeat', everyMs: 0, data: 'x '.repeat(32 * 1024) }], { kind: 'providerDown', status: 500 }],
      ['a wait in a header', [{ do: 'head', status: 429, headers: { 'retry-after-ms': '250' } }, end], { kind: 'rateLimited', retryAfterMs: 250 }],
      ['a redirect', [{ do: 'head', status: 307, headers: { location: 'https://other.example/v1?secret=1' } }, end], { kind: 'badReply', detail: 'HTTP 307: the address redirects elsewhere (https://other.example).' }],
    ];
    for (const [name, steps, failure, text] of rows) {
      it(name, async () => {
        assertFailure(await ask(steps), failure, text);
        // Whatever was wrong, nothing is left running at the provider.
        if (steps.at(-1)?.do !== 'end') await server.requests[0]?.closed;
      });
    }

    it('a redirect is not followed with the key', async () => {
      const other = new FaultServer();
      await other.start();
      try {
        assertFailure(await ask([{ do: 'head', status: 307, headers: { location: `${other.url}/v1/chat/completions` } }, end]), { kind: 'badReply' });
        assert.deepEqual(other.requests, []);
      } finally {
        await other.stop();
      }
    });

    it('nobody listens', async () => {
      const gone = new FaultServer();
      await gone.start();
      const { url } = gone;
      await gone.stop();
      assertFailure(await listen(wire, requestTo(endpointAt(`${url}/v1`))), { kind: 'providerDown', provider: 'plain', detail: 'Nothing answers at the address (ECONNREFUSED).' });
    });

    it('no such host', async () => {
      const offline = openaiChatWire({
        fetch: () => Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }) })),
      });
      assertFailure(await listen(offline, requestTo(endpoint())), { kind: 'offline', provider: 'plain' });
    });

    it('no secure connection', async () => {
      const url = server.url.replace('http:', 'https:');
      assertFailure(await listen(wire, requestTo(endpointAt(`${url}/v1`))), { kind: 'offline', provider: 'plain' });
    });
  });

  describe('silence', () => {
    const rows: readonly (readonly [string, readonly FaultStep[], Partial<Failure>, string?])[] = [
      ['no reply at all', [{ do: 'hang' }], { kind: 'timedOut', phase: 'firstToken', waitedMs: 80 }],
      ['nothing after the headers', [stream, { do: 'hang' }], { kind: 'timedOut', phase: 'firstToken' }],
      ['only heartbeats', [stream, { do: 'repeat', everyMs: 5, data: ': ping\n\n' }], { kind: 'timedOut', phase: 'firstToken' }],
      ['only empty deltas', [stream, { do: 'repeat', everyMs: 5, data: chunk({ role: 'assistant', content: '' }) }], { kind: 'timedOut', phase: 'firstToken' }],
      ['a stall after text', [stream, send(hello), { do: 'hang' }], { kind: 'timedOut', phase: 'stall' }, 'Hello'],
      ['heartbeats after text', [stream, send(hello), { do: 'repeat', everyMs: 5, data: ': ping\n\n' }], { kind: 'timedOut', phase: 'stall' }, 'Hello'],
      ['an error body that stalls', [json(503), send('{"error":'), { do: 'hang' }], { kind: 'providerDown', status: 503 }],
    ];
    for (const [name, steps, failure, text] of rows) {
      it(name, async () => {
        assertFailure(await ask(steps, { limits: text === undefined ? impatient : impatientLater }), failure, text);
        await server.requests[0]?.closed;
      });
    }

    it('a drip of content is no silence', async () => {
      const drips = Array.from({ length: 24 }, () => [send(chunk({ content: '.' })), { do: 'wait', ms: 25 } as const]).flat();
      assertEnd(await ask([stream, ...drips, send(stop + doneChunk), end], { limits: { firstTokenMs: 500, idleMs: 500 } }), '.'.repeat(24));
    });

    it('reasoning and tool calls are no silence', async () => {
      const deltas = [{ reasoning: 'hm' }, { reasoning: 'hm' }, { tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{' } }] }, { tool_calls: [{ index: 0, function: { arguments: '}' } }] }];
      const drips = [...deltas, ...deltas.slice(0, 2), ...deltas.slice(0, 2), ...deltas.slice(0, 2)].flatMap((delta) => [send(chunk(delta)), { do: 'wait', ms: 60 } as const]);
      assertEnd(await ask([stream, ...drips, send(stop + doneChunk), end], { limits: { firstTokenMs: 500, idleMs: 500 } }), '', 'toolCalls');
    });

    it('after the finish reason, the answer is whole', async () => {
      const heard = await ask([stream, send(hello + stop + usage), { do: 'hang' }], { limits: impatientLater });
      assertEnd(heard, 'Hello');
      assert.equal(heard.final?.type === 'end' ? heard.final.usage?.outputTokens : undefined, 20);
    });

    it('is not what the listener takes to listen', async () => {
      server.script(stream, send(hello), send(stop + doneChunk), end);
      const events: WireEvent[] = [];
      for await (const event of wire.complete(requestTo(endpoint(), { limits: impatientLater }), new AbortController().signal)) {
        events.push(event);
        // Longer than the limit: the server has long sent everything.
        const until = performance.now() + 120;
        await new Promise<void>((resolve) => {
          const again = () => (performance.now() >= until ? resolve() : void setImmediate(again));
          again();
        });
      }
      assert.equal(events.at(-1)?.type, 'end');
    });
  });

  describe('cancelling', () => {
    it('before the reply', async () => {
      const controller = new AbortController();
      server.script({ do: 'hang' });
      const heard = listen(wire, requestTo(endpoint()), controller.signal);
      while (server.requests.length === 0) await new Promise<void>((resolve) => setImmediate(resolve));
      controller.abort();
      assertFailure(await heard, { kind: 'cancelled' });
      await server.requests[0]?.closed;
    });

    it('in the middle, with the text and the usage so far', async () => {
      const controller = new AbortController();
      const heard = await ask([stream, send(chunk({ content: 'Hel' }, null, { usage: { prompt_tokens: 100, completion_tokens: 1 } })), { do: 'hang' }], {}, controller.signal, (event) => {
        if (event.type === 'text') controller.abort();
      });
      assertFailure(heard, { kind: 'cancelled' }, 'Hel');
      assert.equal(heard.final?.type === 'failed' ? heard.final.usage?.inputTokens : undefined, 100);
      await server.requests[0]?.closed;
    });

    it('with a reason of the caller', async () => {
      const controller = new AbortController();
      const heard = await ask([stream, send(hello), { do: 'hang' }], {}, controller.signal, () => controller.abort(new Error('mine')));
      assertFailure(heard, { kind: 'cancelled' }, 'Hello');
    });

    it('over a transport that ignores its signal', async () => {
      const controller = new AbortController();
      const deaf = openaiChatWire({ fetch: () => Promise.resolve(new Response(new ReadableStream({ start: (body) => body.enqueue(new TextEncoder().encode(hello)) }))) });
      const heard = await listen(deaf, requestTo(endpoint()), controller.signal, () => void setImmediate(() => controller.abort()));
      assertFailure(heard, { kind: 'cancelled' }, 'Hello');
    });

    it('by no longer listening', async () => {
      server.script(stream, send(hello), { do: 'hang' });
      for await (const event of wire.complete(requestTo(endpoint()), new AbortController().signal)) {
        assert.equal(event.type, 'text');
        break;
      }
      await server.requests[0]?.closed;
    });

    it('leaves no listener on the signal', async () => {
      const controller = new AbortController();
      let listeners = 0;
      const { signal } = controller;
      const add = signal.addEventListener.bind(signal);
      const remove = signal.removeEventListener.bind(signal);
      signal.addEventListener = (...args: Parameters<typeof add>) => {
        listeners += 1;
        add(...args);
      };
      signal.removeEventListener = (...args: Parameters<typeof remove>) => {
        listeners -= 1;
        remove(...args);
      };
      await ask([stream, send(hello), end], {}, signal);
      assert.equal(listeners, 0);
    });

    it('twenty at once are apart', async () => {
      for (let count = 0; count < 20; count += 1) server.script(stream, send(whole), end);
      const all = await Promise.all(Array.from({ length: 20 }, () => listen(wire, requestTo(endpoint()))));
      for (const heard of all) assertEnd(heard, 'Hello');
    });
  });

  describe('checkKey', () => {
    const rows: readonly (readonly [string, readonly FaultStep[], object])[] = [
      ['a list', [json(200), send('{"data":[]}'), end], { ok: true }],
      ['a key that is refused', [json(401), send('{"error":{"message":"Incorrect API key"}}'), end], { ok: false, failure: { kind: 'keyRejected', provider: 'plain', detail: 'Incorrect API key' } }],
      ['no credit', [json(402), send('{"error":{"message":"Insufficient Balance"}}'), end], { ok: true, note: 'The key works, but the account has no credit left.' }],
      ['a web page', [{ do: 'head', status: 200, headers: { 'content-type': 'text/html' } }, send('<html>'), end], { ok: false, failure: { kind: 'badReply' } }],
      ['an address that is not there', [json(404), send('{"error":{"message":"no such thing"}}'), end], { ok: false, failure: { kind: 'badReply', provider: 'plain', detail: 'no such thing' } }],
      ['nothing', [{ do: 'head', status: 204 }, end], { ok: false, failure: { kind: 'badReply' } }],
      ['a redirect', [{ do: 'head', status: 302, headers: { location: '/login' } }, end], { ok: false, failure: { kind: 'badReply' } }],
      ['a reset', [{ do: 'reset' }], { ok: false, failure: { kind: 'providerDown' } }],
    ];
    for (const [name, steps, expected] of rows) {
      it(name, async () => {
        server.script(...steps);
        assert.partialDeepStrictEqual(await wire.checkKey(endpoint({ keyCheckPath: '/key' }), fakeKey, new AbortController().signal), expected);
        assert.deepEqual([server.requests[0]?.method, server.requests[0]?.path, server.requests[0]?.headers.authorization], ['GET', '/v1/key', `Bearer ${fakeKey}`]);
      });
    }
    it('no key', async () => assert.deepEqual(await wire.checkKey(endpoint(), undefined, new AbortController().signal), { ok: false, failure: { kind: 'keyMissing', provider: 'plain' } }));
    it('cancelled', async () => {
      const controller = new AbortController();
      server.script({ do: 'hang' });
      const check = wire.checkKey(endpoint(), fakeKey, controller.signal);
      while (server.requests.length === 0) await new Promise<void>((resolve) => setImmediate(resolve));
      controller.abort();
      assert.deepEqual(await check, { ok: false, failure: { kind: 'cancelled' } });
    });
  });

  describe('listModels', () => {
    const warnings: string[] = [];
    const logging = openaiChatWire({ log: { info: () => undefined, warn: (message) => void warnings.push(message), error: () => undefined } });
    beforeEach(() => void (warnings.length = 0));

    it('reads a list', async () => {
      server.script(json(200), send('{"data":[{"id":"a"},{"id":"b"}]}'), end);
      assert.deepEqual(await logging.listModels(endpoint(), fakeKey, new AbortController().signal), [{ id: 'a' }, { id: 'b' }]);
      assert.deepEqual(warnings, []);
    });
    it('asks without a key where there is none', async () => {
      server.script(json(200), send('{"data":[]}'), end);
      assert.deepEqual(await logging.listModels(endpoint(), undefined, new AbortController().signal), []);
      assert.equal(server.requests[0]?.headers.authorization, undefined);
    });
    it('takes five thousand models of six megabytes', async () => {
      server.script(json(200), send(JSON.stringify({ data: Array.from({ length: 5000 }, (_, index) => ({ id: `vendor/model-${index}`, description: 'x'.repeat(1100) })) })), end);
      assert.equal((await logging.listModels(endpoint(), fakeKey, new AbortController().signal))?.length, 5000);
    });
    it('is undefined without a list', async () => assert.equal(await logging.listModels(endpoint({ modelsPath: undefined }), fakeKey, new AbortController().signal), undefined));
    const rows: readonly (readonly [string, readonly FaultStep[], string])[] = [
      ['an error', [json(401), send('{"error":{"message":"no"}}'), end], 'No model list from plain: keyRejected, no'],
      ['a web page', [json(200), send('<html>'), end], 'No model list from plain: badReply, The address answered with something else than JSON.'],
      ['no list', [json(200), send('{"models":[]}'), end], 'No model list from plain: the answer is not a list'],
      ['half a list', [json(200), send('{"data":[{"id":"a"}'), { do: 'reset' }], 'No model list from plain: badReply, The address answered with something else than JSON.'],
    ];
    for (const [name, steps, warning] of rows) {
      it(`logs ${name}`, async () => {
        server.script(...steps);
        assert.equal(await logging.listModels(endpoint(), fakeKey, new AbortController().signal), undefined);
        assert.deepEqual(warnings, [warning]);
      });
    }
  });

  describe('the key is in nothing that comes out', () => {
    const echo = fakeKey;
    const replies: readonly (readonly [string, readonly FaultStep[]])[] = [
      ['OpenAI', [json(401), send(JSON.stringify({ error: { message: `Incorrect API key provided: ${echo}.`, code: 'invalid_api_key' } })), end]],
      ['a string', [json(500), send(JSON.stringify({ error: `bad ${echo}` })), end]],
      ['plain words', [{ do: 'head', status: 400 }, send(`bad header Bearer ${echo}`), end]],
      ['a web page', [{ do: 'head', status: 502, headers: { 'content-type': 'text/html' } }, send(`<html><title>${echo}</title></html>`), end]],
      ['a web page with status 200', [{ do: 'head', status: 200, headers: { 'content-type': 'text/html' } }, send(`<html><title>${echo}</title></html>`), end]],
      ['the beginning of the key', [json(401), send(JSON.stringify({ error: { message: `key ${echo.slice(0, 16)}...` } })), end]],
      ['a body cut off in the key', [json(401), send(`{"error":{"message":"key ${echo.slice(0, 20)}`), end]],
      ['half of JSON', [json(429), send(`{"error":"${echo}`), end]],
      ['a list of details', [json(422), send(JSON.stringify({ detail: [{ loc: ['header', echo], msg: echo }] })), end]],
      ['nested', [json(429), send(JSON.stringify({ error: { message: 'Provider returned error', metadata: { raw: JSON.stringify({ error: { message: echo } }) } } })), end]],
      ['a redirect', [{ do: 'head', status: 302, headers: { location: `https://other.example/${echo}?key=${echo}` } }, end]],
      ['a redirect to a host', [{ do: 'head', status: 302, headers: { location: `https://${echo}.example/` } }, end]],
      ['the stream', [stream, send(`data: ${JSON.stringify({ error: { message: echo } })}\n\n`), end]],
      ['the stream, in plain words', [stream, send(`event: error\ndata: ${echo}\n\n`), end]],
      ['a stream that is none', [stream, send(echo), end]],
      ['a finish reason', [stream, send(hello), send(chunk({}, echo)), end]],
      ['the finish reason of an error', [stream, send(chunk({}, 'error', { note: echo })), end]],
    ];
    for (const [name, steps] of replies) {
      it(`echoed in ${name}`, async () => {
        const { events } = await ask(steps);
        const told = JSON.stringify(events).toLowerCase();
        for (let at = 0; at + 8 <= echo.length; at += 1) assert.ok(!told.includes(echo.slice(at, at + 8).toLowerCase()), told);
      });
      it(`echoed in ${name}, at a check or a list`, async () => {
        const warnings: string[] = [];
        const logging = openaiChatWire({ log: { info: () => undefined, warn: (message) => void warnings.push(message), error: () => undefined } });
        server.script(...steps);
        server.script(...steps);
        const check = await logging.checkKey(endpoint(), fakeKey, new AbortController().signal);
        await logging.listModels(endpoint(), fakeKey, new AbortController().signal);
        const told = JSON.stringify([check, warnings]).toLowerCase();
        for (let at = 0; at + 8 <= echo.length; at += 1) assert.ok(!told.includes(echo.slice(at, at + 8).toLowerCase()), told);
      });
    }

    it('echoed by a fetch that throws it', async () => {
      const throwing = openaiChatWire({ fetch: (_input, init) => Promise.reject(new TypeError(`invalid header ${new Headers(init?.headers).get('authorization')}`)) });
      const { final } = await listen(throwing, requestTo(endpoint()));
      assert.equal(final?.type, 'failed');
      assert.ok(!JSON.stringify(final).includes(echo.slice(0, 12)));
    });
  });
});
