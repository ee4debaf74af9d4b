import assert from 'node:assert/strict';
import type { WireRequest } from '../../src/core/ports/wire';
import { type Behaviour, behaviours, type Dialect, dialects } from '../support/dialects';
import { FaultServer, type FaultStep } from '../support/faultServer';
import { noUsage } from '../../src/core/model/usage';
import { type Heard, endpointAt, fakeKey, listen, requestTo } from '../support/wireFixtures';

/** Every wire over HTTP × every behaviour; docs/protocols.md has it as a table. What a wire does beyond this is in its own tests. */
describe('every wire', () => {
  const server = new FaultServer();
  before(() => server.start());
  after(() => server.stop());
  beforeEach(() => server.reset());

  const stream: FaultStep = { do: 'head', status: 200, headers: { 'content-type': 'text/event-stream' } };
  const send = (data: string): FaultStep => ({ do: 'send', data });
  const end: FaultStep = { do: 'end' };

  for (const [name, dialect] of Object.entries(dialects)) {
    describe(name, () => {
      const endpoint = () => endpointAt(`${server.url}/v1`, { auth: dialect.auth });
      const ask = (steps: readonly FaultStep[], request: Partial<WireRequest> = {}, signal?: AbortSignal, onText: () => void = () => undefined): Promise<Heard> => {
        server.script(...steps);
        return listen(dialect.wire, requestTo(endpoint(), request), signal, (event) => {
          if (event.type === 'text') onText();
        });
      };
      const answer = (reply: string, request: Partial<WireRequest> = {}) => ask([stream, send(reply), end], request);
      const body = () => JSON.parse(server.requests[0]?.body ?? '{}');

      const weather = [{ name: 'weather', description: 'd', parameters: { type: 'object', properties: {} } }];
      const calls = [{ id: 'call_a', name: 'weather', arguments: '{"city":"Oslo"}' }, { id: 'call_b', name: 'weather', arguments: '{"city":"Rome"}' }];

      const does: Readonly<Record<Behaviour, () => Promise<void>>> = {
        text: async () => {
          const { text, final } = await answer(dialect.text(['Hel', 'lo']));
          assert.equal(text, 'Hello');
          assert.partialDeepStrictEqual(final, { type: 'end', stop: 'stop', toolCalls: [] });
          assert.equal(server.requests[0]?.path, `/v1${dialect.path}`);
          const [header, key] = dialect.keyHeader ?? ['authorization', undefined];
          assert.equal(server.requests[0]?.headers[header], key);
          assert.equal(JSON.stringify(server.requests[0]).split(fakeKey).length, key === undefined ? 1 : 2, 'the key is in one place, or in none');
        },
        streaming: async () => {
          const { events } = await answer(dialect.text(['Hel', 'lo']));
          assert.deepEqual(events.slice(0, 2), [{ type: 'text', text: 'Hel' }, { type: 'text', text: 'lo' }]);
          assert.equal(body().stream, true);
        },
        tools: async () => {
          const { final } = await answer(dialect.toolCalls(calls.slice(0, 1)), { tools: weather });
          assert.partialDeepStrictEqual(final, { type: 'end', stop: 'toolCalls', toolCalls: calls.slice(0, 1) });
          assert.ok(JSON.stringify(body().tools).includes('"weather"'));
        },
        'parallel tools': async () => assert.partialDeepStrictEqual((await answer(dialect.toolCalls(calls), { tools: weather })).final, { type: 'end', stop: 'toolCalls', toolCalls: calls }),
        images: async () => {
          await answer(dialect.text(['A cat.']), { messages: [{ role: 'user', text: 'What is it?', images: [{ mediaType: 'image/png', base64: 'aGk=' }] }] });
          assert.deepEqual(body()[dialect.conversation], [dialect.imageQuestion('What is it?', 'aGk=')]);
        },
        reasoning: async () => {
          const { text, reasoning } = await answer(dialect.reasoning(['Two and ', 'two.'], 'Four.'));
          assert.deepEqual([reasoning, text], ['Two and two.', 'Four.']);
        },
        'JSON mode': async () => {
          const { text } = await answer(dialect.text(['{"a"', ':1}']), { format: 'json' });
          assert.equal(text, '{"a":1}');
          assert.partialDeepStrictEqual(body(), dialect.json);
        },
        usage: async () => assert.deepEqual((await answer(dialect.usage({ fresh: 100, cached: 0, written: 0, output: 20 }))).final, { type: 'end', stop: 'stop', toolCalls: [], usage: { ...noUsage, inputTokens: 100, outputTokens: 20 } }),
        'prompt cache': async () => assert.partialDeepStrictEqual((await answer(dialect.usage({ fresh: 10, cached: 40, written: 50, output: 20 }))).final, { usage: { ...noUsage, inputTokens: 100, cachedInputTokens: 40, cacheWriteTokens: 50, outputTokens: 20 } }),
        'stop reasons': async () => assert.partialDeepStrictEqual((await answer(dialect.text(['Once'], 'length'))).final, { type: 'end', stop: 'length' }),
        abort: async () => {
          const controller = new AbortController();
          const { text, final } = await ask([stream, send(dialect.cut('Hel')), { do: 'hang' }], {}, controller.signal, () => controller.abort());
          assert.equal(text, 'Hel');
          assert.partialDeepStrictEqual(final, { type: 'failed', failure: { kind: 'cancelled' } });
          await server.requests[0]?.closed;
        },
        overflow: async () => {
          const { status, body: said } = dialect.tooLong;
          const { final } = await ask([{ do: 'head', status, headers: { 'content-type': 'application/json' } }, send(JSON.stringify(said)), end]);
          assert.partialDeepStrictEqual(final, { type: 'failed', failure: { kind: 'contextTooLong', neededTokens: 210_000, availableTokens: 200_000 } });
        },
        refusal: async () => {
          assert.partialDeepStrictEqual((await answer(dialect.text(['I'], 'refusal'))).final, { type: 'end', stop: 'contentFilter' });
          assert.partialDeepStrictEqual((await answer(dialect.text([], 'refusal'))).final, { type: 'failed', failure: { kind: 'refused' } });
        },
        'unicode split across chunks': async () => {
          const { text } = await ask([stream, { do: 'sendBytewise', data: dialect.text(['Hé🌍', ' 日本']) }, end]);
          assert.equal(text, 'Hé🌍 日本');
          // Half a character in each of two events.
          assert.equal((await answer(dialect.text(['a\ud83c', '\udf0d']))).text, 'a🌍');
        },
      };
      for (const behaviour of behaviours) if (dialect.lacks[behaviour] === undefined) it(behaviour, does[behaviour]);

      it('tool calls of an answer that is cut off are not made', async () => {
        const whole = dialect.toolCalls([{ id: 'call_a', name: 'f', arguments: '{"a":1}' }]);
        const { final } = await answer(whole.slice(0, whole.indexOf('"f"') + 60));
        assert.equal(final?.type, 'failed');
      });

      it('an answer that is cut off', async () => {
        const { text, final } = await answer(dialect.cut('Hel'));
        assert.equal(text, 'Hel');
        assert.partialDeepStrictEqual(final, { type: 'failed', failure: { kind: 'truncated' } });
      });

      it('an error after text', async () => {
        const { text, final } = await answer(dialect.failing('Hel', 'Overloaded'));
        assert.equal(text, 'Hel');
        assert.partialDeepStrictEqual(final, { type: 'failed', failure: { kind: 'providerDown', detail: 'Overloaded' } });
      });

      it('silence', async () => {
        const { final } = await ask([stream, { do: 'repeat', everyMs: 5, data: dialect.heartbeat }], { limits: { firstTokenMs: 80, idleMs: 80 } });
        assert.partialDeepStrictEqual(final, { type: 'failed', failure: { kind: 'timedOut', phase: 'firstToken' } });
      });

      it('a redirect is not followed with the key', async () => {
        const { final } = await ask([{ do: 'head', status: 307, headers: { location: `${server.url}/elsewhere` } }, end]);
        assert.partialDeepStrictEqual(final, { type: 'failed', failure: { kind: 'badReply' } });
        assert.equal(server.requests.length, 1);
      });

      it('nothing of a failure holds the key', async () => {
        for (const steps of failuresWithKey(dialect)) {
          const told = JSON.stringify((await ask(steps)).events);
          for (let at = 0; at + 8 <= fakeKey.length; at += 1) assert.ok(!told.includes(fakeKey.slice(at, at + 8)), told);
        }
      });
    });
  }

  function failuresWithKey(dialect: Dialect): readonly (readonly FaultStep[])[] {
    const json = (status: number): FaultStep => ({ do: 'head', status, headers: { 'content-type': 'application/json' } });
    return [
      [json(401), send(JSON.stringify({ type: 'error', error: { type: 'authentication_error', message: `invalid x-api-key ${fakeKey}` } })), end],
      [json(400), send(`bad header ${fakeKey}`), end],
      [{ do: 'head', status: 502, headers: { 'content-type': 'text/html' } }, send(`<html><title>${fakeKey}</title></html>`), end],
      [stream, send(dialect.failing('', fakeKey)), end],
      [stream, send(fakeKey), end],
      [{ do: 'head', status: 302, headers: { location: `https://other.example/?key=${fakeKey}` } }, end],
    ];
  }
});
