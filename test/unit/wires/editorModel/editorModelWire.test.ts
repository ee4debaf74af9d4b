import assert from 'node:assert/strict';
import type { Failure } from '../../../../src/core/model/failure';
import { editorProvider } from '../../../../src/core/providers/definitions';
import { endpointOf } from '../../../../src/core/providers/registry';
import type { WireEvent, WireRequest } from '../../../../src/core/ports/wire';
import { editorModelWire } from '../../../../src/wires/editorModel/editorModelWire';
import { FakeEditor, FakeModelError, type ModelAnswer } from '../../../support/fakeEditor';

const endpoint = endpointOf(editorProvider);
const pixel = 'iVBORw0KGgo=';

function request(rest: Partial<WireRequest> = {}): WireRequest {
  return { endpoint, key: undefined, model: 'copilot/m', effort: 'none', messages: [{ role: 'user', text: 'hi' }], tools: [], maxOutputTokens: 100, limits: { firstTokenMs: 60_000, idleMs: 60_000 }, ...rest };
}

async function listen(editor: FakeEditor, asked = request(), signal = new AbortController().signal, mayAsk: boolean | undefined = true) {
  const events: WireEvent[] = [];
  for await (const event of editorModelWire(editor, { mayAsk: () => mayAsk, makeId: () => 'made' }).complete(asked, signal)) events.push(event);
  const final = events.at(-1);
  const failure: Failure | undefined = final?.type === 'failed' ? final.failure : undefined;
  return { events, final, failure, text: events.map((event) => (event.type === 'text' ? event.text : '')).join('') };
}

async function* parts(...all: readonly unknown[]): AsyncGenerator {
  yield* all;
}

const never = (): Promise<never> => new Promise(() => undefined);

describe('the wire to the editor\'s models', () => {
  const editor = new FakeEditor();
  const { LanguageModelTextPart: Text, LanguageModelToolCallPart: ToolCall, LanguageModelDataPart: Data } = editor;
  const giving = (answer: ModelAnswer, rest: Parameters<FakeEditor['give']>[2] = {}) => new FakeEditor().give('m', answer, rest);
  const withParts = (...all: readonly unknown[]) => giving(() => parts(...all));

  it('streams text and counts with the model\'s own tokenizer', async () => {
    const { events } = await listen(withParts(new Text('Hel'), new Text('lo')));
    assert.deepEqual(events, [
      { type: 'text', text: 'Hel' },
      { type: 'text', text: 'lo' },
      { type: 'end', stop: 'stop', toolCalls: [], usage: { inputTokens: 1, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 2, reasoningTokens: 0, estimated: true } },
    ]);
  });
  it('leaves counting to us when the model does not count', async () => {
    const { final } = await listen(giving(() => parts(new Text('Hi')), { countTokens: async () => Promise.reject(new Error('no')) }));
    assert.equal(final?.type === 'end' && final.usage, undefined);
  });
  it('keeps characters whole and takes thoughts out of the text', async () => {
    const { events } = await listen(withParts(new Text('<think>hm'), new Text('</think>'), new Text('A\ud83d'), new Text('\ude00B')));
    assert.deepEqual(events.slice(0, -1), [{ type: 'reasoning', text: 'hm' }, { type: 'text', text: 'A' }, { type: 'text', text: '😀B' }]);
  });
  it('passes over parts that nobody knows', async () => {
    const { text } = await listen(withParts({ thinking: 'x' }, new Text('Hi'), Data.json({ usage: 1 }), undefined));
    assert.equal(text, 'Hi');
  });
  it('offers the tools that may be called, and says where the only one must be', async () => {
    const tools = ['f', 'g'].map((name) => ({ name, description: 'd', parameters: { type: 'object' } }));
    const offered = async (toolChoice: NonNullable<WireRequest['toolChoice']>) => {
      const model = withParts(new Text('Hi'));
      await listen(model, request({ tools, toolChoice }));
      const options = model.asked[0]?.options;
      return [options?.tools?.map(({ name }) => name), options?.toolMode];
    };
    assert.deepEqual(await offered('auto'), [['f', 'g'], undefined]);
    assert.deepEqual(await offered('required'), [['f', 'g'], undefined]);
    assert.deepEqual(await offered({ name: 'g' }), [['g'], 2]);
    assert.deepEqual(await offered('none'), [undefined, undefined]);
  });
  it('gives back the images of tools, and asks for a schema in words', async () => {
    const model = withParts(new Text('{}'));
    await listen(model, request({ messages: [{ role: 'tool', toolCallId: 'a', text: 'one', images: [{ mediaType: 'image/png', base64: 'aGk=' }] }], format: { name: 'a', schema: { type: 'object' } } }));
    const [asked, result] = (model.asked[0]?.messages ?? []).map(({ content }) => content);
    assert.deepEqual(asked, [new Text('Answer with JSON that fits this JSON schema, and with nothing else, not even a code fence:\n{"type":"object"}')]);
    assert.deepEqual(result, [new editor.LanguageModelToolResultPart('a', [new Text('one'), Data.image(new Uint8Array([104, 105]), 'image/png')])]);
  });
  it('hands on tool calls with ids of their own', async () => {
    const { final } = await listen(withParts(new Text('Wait.'), new ToolCall('a', 'read', { path: 'x' }), new ToolCall('a', 'read', { path: 'y' }), new ToolCall('', 'list', {})));
    assert.deepEqual(final?.type === 'end' && [final.stop, final.toolCalls], ['toolCalls', [{ id: 'a', name: 'read', arguments: '{"path":"x"}' }, { id: 'made', name: 'read', arguments: '{"path":"y"}' }, { id: 'made', name: 'list', arguments: '{}' }]]);
  });

  it('sends a conversation in the editor\'s words', async () => {
    const asked = withParts(new Text('ok'));
    await listen(asked, request({
      messages: [
        { role: 'system', text: 'Be brief.' },
        { role: 'user', text: 'look', images: [{ mediaType: 'image/png', base64: pixel }] },
        { role: 'assistant', text: '', toolCalls: [{ id: 'a', name: 'read', arguments: '{"path":"x"}' }, { id: 'b', name: 'read', arguments: 'broken' }] },
        { role: 'tool', toolCallId: 'a', text: 'one' },
        { role: 'tool', toolCallId: 'b', text: 'two' },
        { role: 'user', text: 'go on' },
      ],
      tools: [{ name: 'read', description: 'Reads.', parameters: { type: 'object' } }],
    }));
    const [sent] = asked.asked;
    assert.deepEqual(sent?.messages.map(({ role, content }) => [role, ...content.map((part) => ({ ...part }))]), [
      [1, { value: 'Be brief.' }],
      [1, { value: 'look' }, { data: new Uint8Array(Buffer.from(pixel, 'base64')), mimeType: 'image/png' }],
      [2, { callId: 'a', name: 'read', input: { path: 'x' } }, { callId: 'b', name: 'read', input: {} }],
      [1, { callId: 'a', content: [new Text('one')] }, { callId: 'b', content: [new Text('two')] }],
      [1, { value: 'go on' }],
    ]);
    assert.deepEqual(sent?.options?.tools, [{ name: 'read', description: 'Reads.', inputSchema: { type: 'object' } }]);
    assert.match(sent?.options?.justification ?? '', /Farthing/);
  });

  const failures: readonly [name: string, thrown: unknown, expected: Failure][] = [
    ['a person who does not allow it', new FakeModelError('cannot be used by', 'NoPermissions'), { kind: 'consentMissing', provider: 'editor', model: 'copilot/m', detail: 'cannot be used by' }],
    ['a model that is gone', new FakeModelError('is unknown', 'NotFound'), { kind: 'modelGone', provider: 'editor', model: 'copilot/m', detail: 'is unknown' }],
    ['a limit', new FakeModelError('blocked for now', 'Blocked'), { kind: 'rateLimited', provider: 'editor', detail: 'blocked for now' }],
    ['a limit said in words', new FakeModelError('Request Failed: 429 Too Many Requests'), { kind: 'rateLimited', provider: 'editor', detail: 'Request Failed: 429 Too Many Requests' }],
    ['a subscription that is used up', Object.assign(new FakeModelError('You have used all'), { name: 'ChatQuotaExceeded' }), { kind: 'noCredit', provider: 'editor', detail: 'You have used all' }],
    ['a subscription that is used up, said in words', new FakeModelError('You have exceeded your premium request allowance.'), { kind: 'noCredit', provider: 'editor', detail: 'You have exceeded your premium request allowance.' }],
    ['too long a prompt', new FakeModelError('failed', 'Unknown', new Error('prompt is too long for this model')), { kind: 'contextTooLong', detail: 'prompt is too long for this model' }],
    ['a filter', new FakeModelError('Response got filtered by the content filter'), { kind: 'refused', provider: 'editor', detail: 'Response got filtered by the content filter' }],
    ['no network', new FakeModelError('failed', 'Unknown', new Error('getaddrinfo ENOTFOUND api.example')), { kind: 'offline', provider: 'editor', detail: 'getaddrinfo ENOTFOUND api.example' }],
    ['anything else', new FakeModelError('It broke'), { kind: 'providerDown', provider: 'editor', detail: 'It broke' }],
    ['no error at all', undefined, { kind: 'providerDown', provider: 'editor' }],
    ['an error that holds a key', new FakeModelError('bad key sk-0123456789abcdefghij'), { kind: 'providerDown', provider: 'editor', detail: 'bad key [key removed]' }],
  ];
  for (const [name, thrown, expected] of failures) {
    it(`tells ${name}`, async () => {
      const { failure } = await listen(giving(() => Promise.reject(thrown)));
      assert.deepEqual(failure, expected);
    });
  }

  it('keeps what came before the stream broke', async () => {
    const { text, failure } = await listen(giving(async function* broken() {
      yield new Text('Half an ');
      throw new FakeModelError('lost');
    }));
    assert.deepEqual([text, failure?.kind], ['Half an ', 'providerDown']);
  });
  it('does not take nothing for an answer', async () => {
    const { failure } = await listen(withParts());
    assert.equal(failure?.kind, 'badReply');
  });
  it('tells that a model is not there any more', async () => {
    const { failure } = await listen(new FakeEditor());
    assert.deepEqual(failure, { kind: 'modelGone', provider: 'editor', model: 'copilot/m' });
  });

  it('asks nobody of a vendor again for a question for which the person refused it', async () => {
    const refusing = new FakeEditor().give('m', () => Promise.reject(new FakeModelError('no', 'NoPermissions'))).give('n', () => parts(new Text('Hi'))).give('o', () => parts(new Text('Hi')), { vendor: 'other' });
    const wire = editorModelWire(refusing, { mayAsk: () => undefined, makeId: () => 'made' });
    const kinds: (string | undefined)[] = [];
    const { messages } = request();
    const again = request().messages;
    for (const [model, asked] of [['copilot/m', messages], ['copilot/n', messages], ['other/o', messages], ['copilot/m', again]] as const) {
      for await (const event of wire.complete(request({ model, messages: asked }), new AbortController().signal)) if (event.type !== 'text') kinds.push(event.type === 'failed' ? event.failure.kind : event.type);
    }
    assert.deepEqual([kinds, refusing.asked.map(({ model }) => model)], [['consentMissing', 'consentMissing', 'end', 'consentMissing'], ['m', 'o', 'm']]);
  });

  it('is cancelled while it waits, and the model is told', async () => {
    for (const answer of [never, async () => hanging()]) {
      const stop = new AbortController();
      const asked = giving(({ token }) => {
        token?.onCancellationRequested(() => assert.equal(token.isCancellationRequested, true));
        stop.abort();
        return answer();
      });
      const { failure } = await listen(asked, request(), stop.signal);
      assert.deepEqual([failure, asked.asked[0]?.token?.isCancellationRequested], [{ kind: 'cancelled' }, true]);
    }
  });
  it('is cancelled before it begins', async () => {
    const { failure } = await listen(withParts(new Text('Hi')), request(), AbortSignal.abort());
    assert.deepEqual(failure, { kind: 'cancelled' });
  });
  it('gives up a model that says nothing', async () => {
    const { failure } = await listen(giving(async () => hanging()), request({ limits: { firstTokenMs: 5, idleMs: 5 } }));
    assert.deepEqual(failure, { kind: 'timedOut', provider: 'editor', waitedMs: 5, phase: 'firstToken' });
  });
  it('tells the model to stop when nobody listens any more', async () => {
    const asked = withParts(new Text('one'), new Text('two'));
    for await (const event of editorModelWire(asked, { mayAsk: () => true, makeId: () => 'made' }).complete(request(), new AbortController().signal)) if (event.type === 'text') break;
    assert.equal(asked.asked[0]?.token?.isCancellationRequested, true);
  });
});

async function* hanging(): AsyncGenerator {
  await never();
  yield undefined;
}

describe('the editor\'s list of models', () => {
  const wire = (editor: FakeEditor) => editorModelWire(editor, { mayAsk: () => true, makeId: () => 'made' });
  const list = (editor: FakeEditor) => wire(editor).listModels(endpoint, undefined, new AbortController().signal);

  it('names models by vendor and id, each once, without our own', async () => {
    const capable = Object.assign({}, { capabilities: { supportsImageToText: true, supportsToolCalling: true } });
    const editor = new FakeEditor().give('gpt-5-mini', () => never(), { ...capable, family: 'gpt-5-mini', name: 'GPT-5 mini' }).give('gpt-5-mini', () => never()).give('x', () => never(), { vendor: 'local', maxInputTokens: 0 }).give('y', () => never(), { vendor: 'farthing' });
    assert.deepEqual(await list(editor), [
      { id: 'copilot/gpt-5-mini', name: 'GPT-5 mini', contextTokens: 64_000, capabilities: ['tools', 'vision'], knownAs: ['gpt-5-mini', 'GPT-5 mini'] },
      { id: 'local/x', name: 'X', knownAs: ['x', 'X'] },
    ]);
  });
  it('is asked for without opening a dialog', async () => {
    const editor = new FakeEditor().give('m', () => never());
    assert.deepEqual(await wire(editor).checkKey(endpoint, undefined, new AbortController().signal), { ok: true, note: '1 model in the editor' });
    assert.equal(editor.asked.length, 0);
  });
  it('says where models come from when there are none', async () => {
    const check = await wire(new FakeEditor()).checkKey(endpoint, undefined, new AbortController().signal);
    assert.match(check.ok ? (check.note ?? '') : '', /offers no models/);
  });
  it('is nothing when the editor cannot say', async () => {
    const editor = new FakeEditor();
    editor.lm.selectChatModels = async () => Promise.reject(new Error('not now'));
    assert.equal(await list(editor), undefined);
    assert.deepEqual(await wire(editor).checkKey(endpoint, undefined, new AbortController().signal), { ok: false, failure: { kind: 'providerDown', provider: 'editor', detail: 'not now' } });
  });
});
