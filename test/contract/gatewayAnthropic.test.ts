import assert from 'node:assert/strict';
import Anthropic, { APIError, APIUserAbortError, AuthenticationError, BadRequestError, NotFoundError } from '@anthropic-ai/sdk';
import { nano } from '../../src/core/model/money';
import { messageDelta, messageStart, messageStop, textBlock, thinkingBlock, toolBlock } from '../support/anthropicStream';
import { dialects } from '../support/dialects';
import { realGateway } from '../support/realGateway';
import { ScriptedUpstream } from '../support/scriptedUpstream';

const chat = dialects.openaiChat;
const weather: Anthropic.Tool = { name: 'weather', description: 'The weather of a city.', input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } };
const hi: Anthropic.MessageParam = { role: 'user', content: 'hi' };

describe('the Anthropic client on the gateway', () => {
  const upstream = new ScriptedUpstream();
  let gateway: Awaited<ReturnType<typeof realGateway>>;
  let client: Anthropic;
  before(async () => {
    await upstream.start();
    gateway = await realGateway({ address: upstream.address, providers: ['mistral', 'anthropic'], models: { 'claude-sonnet-*': 'mistral/mistral-small-2506' } });
    client = new Anthropic({ baseURL: gateway.address, apiKey: gateway.token, maxRetries: 0 });
  });
  after(async () => {
    await gateway.stop();
    await upstream.stop();
  });

  describe('on an arm of the other wire', () => {
    const asked = { model: 'claude-sonnet-4-5', max_tokens: 300 };

    it('is answered at once', async () => {
      upstream.says(chat.usage({ fresh: 40, cached: 60, written: 0, output: 20 }));
      const message = await client.messages.create({ ...asked, system: 'Be brief.', messages: [hi] });
      assert.deepEqual(message.content, [{ type: 'text', text: 'Hi' }]);
      assert.equal(message.model, 'mistral/mistral-small-2506');
      assert.equal(message.stop_reason, 'end_turn');
      assert.partialDeepStrictEqual(message.usage, { input_tokens: 40, cache_read_input_tokens: 60, cache_creation_input_tokens: 0, output_tokens: 20 });
      assert.partialDeepStrictEqual(upstream.asked[0]?.body, { model: 'mistral-small-2506', max_tokens: 300, messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'hi' }] });
    });

    it('is answered as it comes', async () => {
      upstream.says(chat.reasoning(['hm ', 'so'], 'Hello'));
      const kinds: string[] = [];
      const stream = client.messages.stream({ ...asked, messages: [hi] }).on('streamEvent', ({ type }) => kinds.push(type));
      const message = await stream.finalMessage();
      assert.deepEqual(message.content, [{ type: 'thinking', thinking: 'hm so', signature: '' }, { type: 'text', text: 'Hello' }]);
      assert.deepEqual([...new Set(kinds)], ['message_start', 'content_block_start', 'content_block_delta', 'content_block_stop', 'message_delta', 'message_stop']);
    });

    for (const streamed of [false, true]) {
      it(`calls tools and takes their results${streamed ? ', as they come' : ''}`, async () => {
        const ask = (messages: Anthropic.MessageParam[]) => {
          const body = { ...asked, messages, tools: [weather], tool_choice: { type: 'any', disable_parallel_tool_use: true } as const };
          return streamed ? client.messages.stream(body).finalMessage() : client.messages.create(body);
        };
        upstream.says(chat.toolCalls([{ id: 'callNr001', name: 'weather', arguments: '{"city":"Oslo"}' }]), chat.text(['Rain.']));
        const first = await ask([hi]);
        assert.equal(first.stop_reason, 'tool_use');
        const [call] = first.content;
        assert.partialDeepStrictEqual(call, { type: 'tool_use', id: 'callNr001', name: 'weather', input: { city: 'Oslo' } });
        const second = await ask([hi, { role: 'assistant', content: first.content }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'callNr001', content: [{ type: 'text', text: '8 degrees' }] }] }]);
        assert.deepEqual(second.content, [{ type: 'text', text: 'Rain.' }]);
        assert.partialDeepStrictEqual(upstream.asked[0]?.body, { tool_choice: 'required', parallel_tool_calls: false, tools: [{ type: 'function', function: { name: 'weather' } }] });
        assert.partialDeepStrictEqual(upstream.asked[1]?.body, {
          messages: [
            { role: 'user', content: 'hi' },
            { role: 'assistant', tool_calls: [{ id: 'callNr001', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }] },
            { role: 'tool', tool_call_id: 'callNr001', content: '8 degrees' },
          ],
        });
      });
    }

    it('leaves in the middle, and the vendor is told', async () => {
      const closed = Promise.withResolvers<void>();
      upstream.says((response) => {
        response.once('close', () => closed.resolve());
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(chat.cut('Hel'));
      });
      const stream = client.messages.stream({ ...asked, messages: [hi] });
      stream.once('text', () => stream.abort());
      await assert.rejects(stream.finalMessage(), APIUserAbortError);
      await closed.promise;
    });

    it('is told of what goes wrong on the way', async () => {
      upstream.says((response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(chat.failing('Hel', 'The machine is on fire.'));
      });
      await assert.rejects(client.messages.stream({ ...asked, messages: [hi] }).finalMessage(), (error) => error instanceof APIError && error.message.includes('The machine is on fire.'));
    });
  });

  describe('on an arm of its own vendor', () => {
    const asked = { model: 'claude-haiku-4-5-20251001', max_tokens: 8000, thinking: { type: 'enabled', budget_tokens: 16_000 } as const, tools: [weather] };
    const calls = (between: string) => messageStart() + thinkingBlock(['h', 'm']) + between + toolBlock('toolu_1', 'weather', ['{"city":', '"Oslo"}'], 2) + messageDelta('tool_use') + messageStop;

    for (const [name, between, thought] of [
      ['at once', '', { type: 'thinking', thinking: 'hm' }],
      ['after words', textBlock(['I look.'], 1), { type: 'redacted_thinking' }],
    ] as const) {
      it(`keeps the thinking that led to a call ${name}`, async () => {
        upstream.says(calls(between), messageStart() + textBlock(['Rain.']) + messageDelta('end_turn') + messageStop);
        const ask = (messages: Anthropic.MessageParam[]) => client.messages.stream({ ...asked, messages }).finalMessage();
        const first = await ask([hi]);
        assert.ok(first.content.some((block) => block.type === thought.type));
        await ask([hi, { role: 'assistant', content: first.content }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'no', is_error: true }] }]);
        assert.deepEqual(upstream.asked.map(({ path: at }) => at), ['/v1/messages', '/v1/messages']);
        assert.partialDeepStrictEqual(upstream.asked[1]?.body, {
          thinking: { type: 'enabled' },
          messages: [
            { role: 'user', content: [{ type: 'text', text: 'hi' }] },
            { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: 'c2ln' }, ...(between === '' ? [] : [{ type: 'text', text: 'I look.' }]), { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Oslo' } }] },
            { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'no', is_error: true }] },
          ],
        });
      });
    }
  });

  describe('is refused', () => {
    it('without a token of the gateway', async () => {
      const stranger = new Anthropic({ baseURL: gateway.address, apiKey: 'wrong', maxRetries: 0 });
      await assert.rejects(stranger.messages.create({ model: 'auto', max_tokens: 10, messages: [hi] }), AuthenticationError);
    });
    it('a name that means nothing here', async () => {
      await assert.rejects(client.messages.create({ model: 'claude-opus-9', max_tokens: 10, messages: [hi] }), (error) => error instanceof NotFoundError && error.message.includes('claude-opus-9'));
    });
    it('a field that is wrong, by its name', async () => {
      const image: Anthropic.MessageParam = { role: 'user', content: [{ type: 'image', source: { type: 'url', url: 'https://a.example/x.png' } }] };
      await assert.rejects(client.messages.create({ model: 'auto', max_tokens: 10, messages: [image] }), (error) => error instanceof BadRequestError && /messages\.0\.content\.0\.source\.url .*base64/.test(error.message));
    });
    it('what its budget does not allow, for no client to repeat', async () => {
      const token = await gateway.addClient({ id: 'poor', limit: nano(1) });
      const poor = new Anthropic({ baseURL: gateway.address, apiKey: token, maxRetries: 0 });
      upstream.says();
      await assert.rejects(poor.messages.create({ model: 'claude-sonnet-4-5', max_tokens: 10, messages: [hi] }), (error) => error instanceof APIError && error.status === 402 && error.type === 'billing_error');
      assert.equal(upstream.asked.length, 0);
    });
  });

  it('counts tokens without asking anybody', async () => {
    upstream.says();
    const count = async (messages: Anthropic.MessageParam[], tools: Anthropic.Tool[] = []) => (await client.messages.countTokens({ model: 'claude-sonnet-4-5', messages, tools })).input_tokens;
    const words = await count([hi]);
    assert.ok(words > 0);
    assert.ok((await count([hi], [weather])) > words);
    assert.equal((await count([{ role: 'user', content: [{ type: 'text', text: 'hi' }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } }] }])) - words, 1500);
    assert.equal(upstream.asked.length, 0);
  });

  it('lists the models', async () => {
    const ids: string[] = [];
    for await (const { id } of client.models.list()) ids.push(id);
    assert.ok(ids.includes('auto') && ids.includes('mistral/mistral-small-2506'));
  });
});
