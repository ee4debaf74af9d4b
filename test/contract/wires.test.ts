import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { WireRequest } from '../../src/core/ports/wire';
import { type Dialect, dialects } from '../support/dialects';
import { FaultServer, type FaultStep } from '../support/faultServer';
import { type Heard, endpointAt, fakeKey, listen, requestTo } from '../support/wireFixtures';

/**
 * Every wire × every behaviour. What a wire does beyond this is in its own tests.
 */
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

      it('text', async () => {
        const { text, final } = await answer(dialect.text(['Hel', 'lo']));
        assert.equal(text, 'Hello');
        assert.partialDeepStrictEqual(final, { type: 'end', stop: 'stop', toolCalls: [] });
        assert.equal(server.requests[0]?.path, `/v1${dialect.path}`);
        assert.equal(server.requests[0]?.headers[dialect.keyHeader[0]], dialect.keyHeader[1]);
        assert.equal(JSON.stringify(server.requests[0]).split(fakeKey).length, 2, 'the key is in one place');
      });

      it('streaming', async () => {
        const { events } = await answer(dialect.text(['Hel', 'lo']));
        assert.deepEqual(events.slice(0, 2), [{ type: 'text', text: 'Hel' }, { type: 'text', text: 'lo' }]);
        assert.equal(body().stream, true);
      });

      it('tools, parallel', async () => {
        const calls = [{ id: 'call_a', name: 'weather', arguments: '{"city":"Oslo"}' }, { id: 'call_b', name: 'weather', arguments: '{"city":"Rome"}' }];
        const { final } = await answer(dialect.toolCalls(calls), { tools: [{ name: 'weather', description: 'd', parameters: { type: 'object', properties: {} } }] });
        assert.partialDeepStrictEqual(final, { type: 'end', stop: 'toolCalls', toolCalls: calls });
        assert.ok(JSON.stringify(body().tools).includes('"weather"'));
      });

      it('tool calls of an answer that is cut off are not made', async () => {
        const whole = dialect.toolCalls([{ id: 'call_a', name: 'f', arguments: '{"a":1}' }]);
        const { final } = await answer(whole.slice(0, whole.indexOf('"f"') + 60));
        assert.equal(final?.type, 'failed');
      });

      it('images', async () => {
        await answer(dialect.text(['A cat.']), { messages: [{ role: 'user', text: 'What is it?', images: [{ mediaType: 'image/png', base64: 'aGk=' }] }] });
        const sent: readonly object[] = body()[dialect.conversation][0].content;
        assert.equal(sent.length, 2);
        for (const part of [dialect.image('aGk='), dialect.words('What is it?')]) assert.ok(sent.some((one) => isDeepStrictEqual(one, part)), JSON.stringify(sent));
      });

      const { json } = dialect;
      it(typeof json === 'string' ? `JSON mode is not asked for: ${json}` : 'JSON mode', async () => {
        const { text } = await answer(dialect.text(['{"a"', ':1}']), { format: 'json' });
        assert.equal(text, '{"a":1}');
        if (typeof json === 'object') assert.partialDeepStrictEqual(body(), json);
        else assert.deepEqual(Object.keys(body()).toSorted(), ['max_tokens', 'messages', 'model', 'stream']);
      });

      it('reasoning', async () => {
        const { text, reasoning } = await answer(dialect.reasoning(['Two and ', 'two.'], 'Four.'));
        assert.deepEqual([reasoning, text], ['Two and two.', 'Four.']);
      });

      it('usage and prompt cache', async () => {
        const { final } = await answer(dialect.usage({ fresh: 10, cached: 40, written: 50, output: 20 }));
        assert.deepEqual(final?.type === 'end' ? final.usage : undefined, { inputTokens: 100, cachedInputTokens: 40, cacheWriteTokens: 50, outputTokens: 20, reasoningTokens: 0, estimated: false });
      });

      it('stops at the limit', async () => assert.partialDeepStrictEqual((await answer(dialect.text(['Once'], 'length'))).final, { type: 'end', stop: 'length' }));
      it('refusal', async () => assert.partialDeepStrictEqual((await answer(dialect.text(['I'], 'refusal'))).final, { type: 'end', stop: 'contentFilter' }));
      it('refusal before a word', async () => assert.partialDeepStrictEqual((await answer(dialect.text([], 'refusal'))).final, { type: 'failed', failure: { kind: 'refused' } }));

      it('abort', async () => {
        const controller = new AbortController();
        const { text, final } = await ask([stream, send(dialect.cut('Hel')), { do: 'hang' }], {}, controller.signal, () => controller.abort());
        assert.equal(text, 'Hel');
        assert.partialDeepStrictEqual(final, { type: 'failed', failure: { kind: 'cancelled' } });
        await server.requests[0]?.closed;
      });

      it('overflow', async () => {
        const { status, body: said } = dialect.tooLong;
        const { final } = await ask([{ do: 'head', status, headers: { 'content-type': 'application/json' } }, send(JSON.stringify(said)), end]);
        assert.partialDeepStrictEqual(final, { type: 'failed', failure: { kind: 'contextTooLong', neededTokens: 210_000, availableTokens: 200_000 } });
      });

      it('unicode split across chunks', async () => {
        const { text } = await ask([stream, { do: 'sendBytewise', data: dialect.text(['Hé🌍', ' 日本']) }, end]);
        assert.equal(text, 'Hé🌍 日本');
      });

      it('half a character in each of two events', async () => {
        const { text } = await answer(dialect.text(['a\ud83c', '\udf0d']));
        assert.equal(text, 'a🌍');
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
        const { final } = await ask([stream, { do: 'repeat', everyMs: 5, data: ': ping\n\n' }], { limits: { firstTokenMs: 80, idleMs: 80 } });
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
