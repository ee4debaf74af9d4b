import assert from 'node:assert/strict';
import { dialects } from '../support/dialects';
import { messageDelta, messageStart, messageStop, textBlock, thinkingBlock, toolBlock } from '../support/anthropicStream';
import { realGateway } from '../support/realGateway';
import { ScriptedUpstream } from '../support/scriptedUpstream';

interface Reply {
  readonly candidates: readonly [{ readonly content: { readonly parts: readonly object[] }; readonly finishReason?: string }];
}

describe('a client of Gemini on the gateway', () => {
  const chat = dialects.openaiChat;
  const upstream = new ScriptedUpstream();
  let gateway: Awaited<ReturnType<typeof realGateway>>;
  before(async () => {
    await upstream.start();
    gateway = await realGateway({ address: upstream.address, providers: ['mistral', 'anthropic'], models: { 'gemini-*': 'mistral/mistral-small-2506' } });
  });
  after(async () => {
    await gateway.stop();
    await upstream.stop();
  });

  const get = (at: string) => fetch(`${gateway.address}/v1beta/${at}`, { headers: { 'x-goog-api-key': gateway.token } });
  const post = (at: string, body: object) => fetch(`${gateway.address}/v1beta/models/${at}`, { method: 'POST', headers: { 'x-goog-api-key': gateway.token, 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const eventsOf = async (reply: Response): Promise<readonly Reply[]> => (await reply.text()).split('\n\n').filter((one) => one !== '').map((one) => JSON.parse(one.replace(/^data: /, '')));
  const hi = { role: 'user', parts: [{ text: 'hi' }] };

  it('is answered at once', async () => {
    upstream.says(chat.usage({ fresh: 40, cached: 60, written: 0, output: 20 }));
    const reply = await post('gemini-2.5-pro:generateContent', { contents: [hi] });
    assert.equal(reply.status, 200);
    assert.partialDeepStrictEqual(await reply.json(), { candidates: [{ content: { role: 'model', parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }], usageMetadata: { promptTokenCount: 100, cachedContentTokenCount: 60, candidatesTokenCount: 20 }, modelVersion: 'mistral/mistral-small-2506' });
  });

  it('is answered as it comes, in events or in one list', async () => {
    upstream.says(chat.text(['Hel', 'lo']), chat.text(['Hel', 'lo']));
    const events = await eventsOf(await post('gemini-2.5-pro:streamGenerateContent?alt=sse', { contents: [hi] }));
    const list = (await (await post('gemini-2.5-pro:streamGenerateContent', { contents: [hi] })).json()) as readonly Reply[];
    for (const pieces of [events, list]) {
      assert.deepEqual(pieces.map(({ candidates: [{ content }] }) => content.parts), [[{ text: 'Hel' }], [{ text: 'lo' }], [{ text: '' }]]);
      assert.equal(pieces.at(-1)?.candidates[0].finishReason, 'STOP');
    }
  });

  it('calls functions of a model that signs its thinking, which gets it back', async () => {
    upstream.says(messageStart() + thinkingBlock(['hm']) + toolBlock('toolu_1', 'f', ['{"x":1}'], 1) + messageDelta('tool_use') + messageStop, messageStart() + textBlock(['Done.']) + messageDelta('end_turn') + messageStop);
    const ask = (...contents: readonly object[]) => post('anthropic/claude-haiku-4-5-20251001%23high:streamGenerateContent?alt=sse', { contents, tools: [{ functionDeclarations: [{ name: 'f', parameters: { type: 'OBJECT', properties: { x: { type: 'NUMBER' } } } }] }] });
    const [first] = await eventsOf(await ask(hi));
    assert.partialDeepStrictEqual(first?.candidates[0].content.parts, [{ functionCall: { id: 'toolu_1', name: 'f', args: { x: 1 } } }]);
    const [second] = await eventsOf(await ask(hi, first?.candidates[0].content ?? {}, { role: 'user', parts: [{ functionResponse: { id: 'toolu_1', name: 'f', response: { output: 'one' } } }] }));
    assert.deepEqual(second?.candidates[0].content.parts, [{ text: 'Done.' }]);
    assert.partialDeepStrictEqual(upstream.asked[1]?.body, {
      tools: [{ name: 'f', input_schema: { type: 'object', properties: { x: { type: 'number' } } } }],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'hi' }] },
        { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: 'c2ln' }, { type: 'tool_use', id: 'toolu_1', name: 'f', input: { x: 1 } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'one' }] },
      ],
    });
  });

  it('is refused in Google’s words', async () => {
    const unknown = await post('gemma-9:generateContent', { contents: [hi] });
    assert.equal(unknown.status, 404);
    assert.partialDeepStrictEqual(await unknown.json(), { error: { code: 404, status: 'NOT_FOUND' } });
    const wrong = await post('gemini-2.5-pro:generateContent', { contents: [] });
    assert.partialDeepStrictEqual(await wrong.json(), { error: { code: 400, status: 'INVALID_ARGUMENT', message: 'contents must be 1 or more entries.' } });
  });

  it('counts tokens and lists models without asking anybody', async () => {
    upstream.says();
    const counted = (await (await post('gemini-2.5-pro:countTokens', { contents: [hi] })).json()) as { readonly totalTokens: number };
    assert.ok(counted.totalTokens > 0);
    const { models } = (await (await get('models')).json()) as { readonly models: readonly { readonly name: string }[] };
    assert.ok(models.some(({ name }) => name === 'models/mistral/mistral-small-2506'));
    assert.partialDeepStrictEqual(await (await get('models/mistral/mistral-small-2506')).json(), { name: 'models/mistral/mistral-small-2506' });
    assert.equal((await get('models/nobody')).status, 404);
    assert.equal(upstream.asked.length, 0);
  });
});
