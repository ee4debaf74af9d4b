import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { editorProvider } from '../../src/core/providers/definitions';
import { endpointOf } from '../../src/core/providers/registry';
import type { Message } from '../../src/core/model/message';
import type { WireEvent, WireRequest } from '../../src/core/ports/wire';
import { editorModelWire } from '../../src/wires/editorModel/editorModelWire';

/** A whole picture: the editor looks into it. */
const onePixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** The wire on the editor's real API; the models come from the extension in test/fixtures/testModels. */
describe('the models of the real editor', () => {
  const wire = editorModelWire(vscode, { mayAsk: () => true, makeId: () => 'made' });
  const endpoint = endpointOf(editorProvider);

  async function ask(messages: readonly Message[], rest: Partial<WireRequest> = {}, signal = new AbortController().signal) {
    const events: WireEvent[] = [];
    const request = { endpoint, key: undefined, model: 'testmodels/echo', effort: 'none', messages, tools: [], maxOutputTokens: 100, limits: { firstTokenMs: 15_000, idleMs: 15_000 }, ...rest } as const;
    for await (const event of wire.complete(request, signal)) events.push(event);
    return { final: events.at(-1), pieces: events.filter((event) => event.type === 'text').length, text: events.map((event) => (event.type === 'text' ? event.text : '')).join('') };
  }
  const user = (text: string): Message => ({ role: 'user', text });

  it('are listed with what they can do', async () => {
    const listed = await wire.listModels(endpoint, undefined, new AbortController().signal);
    const echo = listed?.find(({ id }) => id === 'testmodels/echo');
    assert.deepEqual(echo, { id: 'testmodels/echo', name: 'Test echo', contextTokens: 32_000, capabilities: ['tools', 'vision'], knownAs: ['echo', 'Test echo'] });
  });

  it('hear a whole conversation and answer in pieces, counted by themselves', async () => {
    const { text, final, pieces } = await ask([{ role: 'system', text: 'Be brief.' }, { role: 'user', text: 'look', images: [{ mediaType: 'image/png', base64: onePixel }] }, { role: 'assistant', text: 'Yes.', toolCalls: [{ id: 'a', name: 'read', arguments: '{"path":"x"}' }] }, { role: 'tool', toolCallId: 'a', text: 'one' }]);
    assert.match(text, /^Heard 4: user: Be brief\. \| user: look\[image\/\w+ \d+\] \| assistant: Yes\.\[call read \{"path":"x"\}\] \| user: \[a: one\]$/);
    assert.ok(pieces > 1);
    assert.deepEqual(final?.type === 'end' && [final.stop, final.usage?.estimated, final.usage?.outputTokens], ['stop', true, Math.ceil(text.length / 4)]);
  });

  it('call the tools they are offered', async () => {
    const { final } = await ask([user('test:tools')], { tools: [{ name: 'read', description: 'Reads.', parameters: { type: 'object' } }] });
    assert.deepEqual(final?.type === 'end' && [final.stop, final.toolCalls], ['toolCalls', [{ id: 'call-read', name: 'read', arguments: '{"path":"x"}' }]]);
  });

  for (const [word, kind] of [['blocked', 'rateLimited'], ['broken', 'providerDown']] as const) {
    it(`fail as ${kind} when they are ${word}`, async () => {
      const { final } = await ask([user(`test:${word}`)]);
      assert.equal(final?.type === 'failed' && final.failure.kind, kind);
    });
  }

  it('stop when they are cancelled', async () => {
    const stop = new AbortController();
    const asked = ask([user('test:hang')], {}, stop.signal);
    await vscode.lm.selectChatModels({ vendor: 'testmodels' });
    stop.abort();
    const { final } = await asked;
    assert.equal(final?.type === 'failed' && final.failure.kind, 'cancelled');
  });

  it('are gone when nobody gives them', async () => {
    const { final } = await ask([user('hi')], { model: 'testmodels/none' });
    assert.equal(final?.type === 'failed' && final.failure.kind, 'modelGone');
  });
});
