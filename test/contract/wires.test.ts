import assert from 'node:assert/strict';
import type { WireRequest } from '../../src/core/ports/wire';
import { noUsage } from '../../src/core/model/usage';
import { editorModelWire } from '../../src/wires/editorModel/editorModelWire';
import { type Dialect, dialects } from '../support/dialects';
import { FakeEditor, FakeModelError, type ModelAnswer } from '../support/fakeEditor';
import { FaultServer, type FaultStep } from '../support/faultServer';
import { type Behaviour, behaviours, httpWireNames, lacks } from '../support/wireMatrix';
import { type Heard, endpointAt, fakeKey, listen, requestTo } from '../support/wireFixtures';
import { end, json, send, stream } from '../support/wireOverSocket';

/** Every wire × every behaviour; docs/protocols.md has it as a table. What a wire does beyond this is in its own tests. */
describe('every wire', () => {
  const server = new FaultServer();
  before(() => server.start());
  after(() => server.stop());
  beforeEach(() => server.reset());

  const weather = [{ name: 'weather', description: 'd', parameters: { type: 'object', properties: {} } }];
  const calls = [{ id: 'call_a', name: 'weather', arguments: '{"city":"Oslo"}' }, { id: 'call_b', name: 'weather', arguments: '{"city":"Rome"}' }];
  /** A test for each cell of a wire's column, and for what it lacks none. */
  const column = (name: keyof typeof lacks, does: Readonly<Partial<Record<Behaviour, () => Promise<void>>>>): void => {
    for (const behaviour of behaviours) if (!(behaviour in lacks[name])) it(behaviour, does[behaviour] ?? (() => assert.fail('nothing tests this cell')));
  };

  for (const name of httpWireNames) {
    const dialect = dialects[name];
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

      column(name, {
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
          // The server says nothing more until the first piece was heard: a wire that waits for more would time out.
          server.reset();
          const controller = new AbortController();
          assert.equal((await ask([stream, send(dialect.cut('Hel')), { do: 'hang' }], {}, controller.signal, () => controller.abort())).text, 'Hel');
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
          assert.partialDeepStrictEqual(body(), dialect.json ?? assert.fail('no mode'));
        },
        usage: async () => assert.deepEqual((await answer(dialect.usage({ fresh: 100, cached: 0, written: 0, output: 20 }))).final, { type: 'end', stop: 'stop', toolCalls: [], usage: { ...noUsage, inputTokens: 100, outputTokens: 20 } }),
        'prompt cache': async () => assert.partialDeepStrictEqual((await answer(dialect.usage({ fresh: 10, cached: 40, written: 50, output: 20 }))).final, { usage: { ...noUsage, inputTokens: 100, cachedInputTokens: 40, cacheWriteTokens: 50, outputTokens: 20 } }),
        'stop reasons': async () => {
          for (const [said, stop] of [['stop', 'stop'], ['length', 'length'], ['refusal', 'contentFilter'], ['because', 'unknown']] as const) {
            if (said === 'refusal' && 'refusal' in lacks[name]) continue;
            server.reset();
            assert.partialDeepStrictEqual((await answer(dialect.text(['Once'], said))).final, { type: 'end', stop });
          }
        },
        abort: async () => {
          const controller = new AbortController();
          const { text, final } = await ask([stream, send(dialect.cut('Hel')), { do: 'hang' }], {}, controller.signal, () => controller.abort());
          assert.equal(text, 'Hel');
          assert.partialDeepStrictEqual(final, { type: 'failed', failure: { kind: 'cancelled' } });
          assert.equal(await server.requests[0]?.answered, 'cut', 'so that the model stops');
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
          const { events } = await answer(dialect.text(['a\ud83c', '\udf0d']));
          assert.deepEqual(events.slice(0, -1), [{ type: 'text', text: 'a' }, { type: 'text', text: '🌍' }]);
        },
      });

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

  describe('editorModel', () => {
    const { LanguageModelTextPart: Text, LanguageModelToolCallPart: ToolCall } = new FakeEditor();
    const parts = calls.map(({ id, name, arguments: text }) => new ToolCall(id, name, JSON.parse(text)));
    const ask = async (editor: FakeEditor, request: Partial<WireRequest> = {}, signal?: AbortSignal, onEvent?: () => void) => listen(editorModelWire(editor, { mayAsk: () => true, makeId: () => 'made' }), requestTo(endpointAt(''), { key: undefined, model: 'copilot/m', ...request }), signal, onEvent);
    const giving = (answer: ModelAnswer) => new FakeEditor().give('m', answer);
    const saying = (...said: readonly object[]) => giving(() => streamOf(said));
    const throwing = (words: string) => giving(() => Promise.reject(new FakeModelError(words)));
    const text = (...pieces: readonly string[]) => pieces.map((piece) => new Text(piece));
    const usage = { ...noUsage, inputTokens: 1, outputTokens: 2, estimated: true };
    const does: Readonly<Record<Exclude<Behaviour, keyof typeof lacks.editorModel>, () => Promise<void>>> = {
      text: async () => assert.partialDeepStrictEqual(await ask(saying(...text('Hel', 'lo'))), { text: 'Hello', final: { type: 'end', stop: 'stop', toolCalls: [] } }),
      streaming: async () => {
        // The second piece comes only when the first was heard.
        let heard: (() => void) | undefined;
        const first = new Promise<void>((resolve) => (heard = resolve));
        const { events } = await ask(giving(async function* slow() {
          yield new Text('Hel');
          await first;
          yield new Text('lo');
        }), {}, undefined, () => heard?.());
        assert.deepEqual(events.slice(0, -1), [{ type: 'text', text: 'Hel' }, { type: 'text', text: 'lo' }]);
      },
      tools: async () => {
        const editor = saying(...parts.slice(0, 1));
        assert.partialDeepStrictEqual(await ask(editor, { tools: weather }), { final: { type: 'end', stop: 'toolCalls', toolCalls: calls.slice(0, 1) } });
        assert.deepEqual(editor.asked[0]?.options?.tools, [{ name: 'weather', description: 'd', inputSchema: { type: 'object', properties: {} } }]);
      },
      'parallel tools': async () => assert.partialDeepStrictEqual(await ask(saying(...parts), { tools: weather }), { final: { type: 'end', stop: 'toolCalls', toolCalls: calls } }),
      images: async () => {
        const editor = saying(new Text('A cat.'));
        await ask(editor, { messages: [{ role: 'user', text: 'What is it?', images: [{ mediaType: 'image/png', base64: 'aGk=' }] }] });
        assert.deepEqual(editor.asked[0]?.messages[0]?.content.map((part) => ({ ...part })), [{ value: 'What is it?' }, { data: new Uint8Array(Buffer.from('hi')), mimeType: 'image/png' }]);
      },
      reasoning: async () => assert.partialDeepStrictEqual(await ask(saying(...text('<think>Two and ', 'two.</think>', 'Four.'))), { reasoning: 'Two and two.', text: 'Four.' }),
      usage: async () => assert.partialDeepStrictEqual(await ask(saying(new Text('Hello'))), { final: { type: 'end', usage } }),
      abort: async () => {
        const controller = new AbortController();
        const editor = giving(async function* endless() {
          yield new Text('Hel');
          await new Promise(() => undefined);
        });
        assert.partialDeepStrictEqual(await ask(editor, {}, controller.signal, () => controller.abort()), { text: 'Hel', final: { type: 'failed', failure: { kind: 'cancelled' } } });
        assert.equal(editor.asked[0]?.token?.isCancellationRequested, true);
      },
      overflow: async () => assert.partialDeepStrictEqual(await ask(throwing('The prompt is too long for this model')), { final: { type: 'failed', failure: { kind: 'contextTooLong' } } }),
      refusal: async () => assert.partialDeepStrictEqual(await ask(throwing('Response got filtered by the content filter')), { final: { type: 'failed', failure: { kind: 'refused' } } }),
      'unicode split across chunks': async () => assert.deepEqual((await ask(saying(...text('a\ud83c', '\udf0d')))).events.slice(0, -1), [{ type: 'text', text: 'a' }, { type: 'text', text: '🌍' }]),
    };
    column('editorModel', does);
  });

  async function* streamOf(said: readonly object[]): AsyncGenerator<object> {
    yield* said;
  }

  function failuresWithKey(dialect: Dialect): readonly (readonly FaultStep[])[] {
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
