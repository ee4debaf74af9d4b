import assert from 'node:assert/strict';
import type { WireRequest } from '../../../../src/core/ports/wire';
import { builtInProviders } from '../../../../src/core/providers/definitions';
import { toRequest } from '../../../../src/wires/anthropicMessages/toRequest';
import { endpointAt, plainProvider, requestTo } from '../../../support/wireFixtures';

const provider = builtInProviders.find(({ wire }) => wire === 'anthropicMessages') ?? plainProvider;

function bodyOf(request: Partial<WireRequest>) {
  return toRequest(requestTo(endpointAt('https://a.example/v1', provider), { model: 'claude-haiku-4-5', ...request }));
}

function check(name: string, request: Partial<WireRequest>, expected: object): void {
  it(name, () => {
    const { model: _model, stream: _stream, max_tokens: _limit, ...rest } = bodyOf(request);
    assert.deepEqual(rest, expected);
  });
}

const user = (text: string) => ({ role: 'user', text }) as const;
const said = (text: string) => ({ role: 'user', content: [{ type: 'text', text }] });
const assistant = (text: string) => ({ role: 'assistant', text }) as const;
const answered = (text: string) => ({ role: 'assistant', content: [{ type: 'text', text }] });
const cached = { cache_control: { type: 'ephemeral' } };
const tool = { name: 'f', description: 'd', parameters: { properties: {} } };

describe('anthropicMessages toRequest', () => {
  it('names model, limit and streaming, which the definition cannot change', () => {
    const extra = { ...provider, extraBody: { model: 'dear', max_tokens: 1e6, stream: false, metadata: { user_id: 'u' } } };
    assert.partialDeepStrictEqual(toRequest(requestTo(endpointAt('https://a.example/v1', extra), { maxOutputTokens: 77 })), { model: 'm', max_tokens: 77, stream: true, metadata: { user_id: 'u' } });
  });

  describe('messages', () => {
    check('one', { messages: [user('hi')] }, { messages: [said('hi')] });
    check('system text is apart, in its order', { messages: [{ role: 'system', text: 'a' }, user('hi'), { role: 'system', text: 'b' }] }, { system: [{ type: 'text', text: 'a' }, { type: 'text', text: 'b' }], messages: [said('hi')] });
    check('blank text is refused, so it is left out', { messages: [{ role: 'system', text: ' ' }, user('hi'), assistant('\n'), user('again')] }, { messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }, { type: 'text', text: 'again' }] }] });
    check('images before the words', { messages: [{ role: 'user', text: 'what?', images: [{ mediaType: 'image/png', base64: 'aGk=' }] }] }, { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } }, { type: 'text', text: 'what?' }] }] });
    check('an image alone', { messages: [{ role: 'user', text: '', images: [{ mediaType: 'image/gif', base64: 'aGk=' }] }] }, { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/gif', data: 'aGk=' } }] }] });
    check(
      'tool calls, and all their results in the next turn, before what is said on',
      { messages: [user('go'), { role: 'assistant', text: '', toolCalls: [{ id: 'a', name: 'f', arguments: '{"x":1}' }, { id: 'b', name: 'f', arguments: '{}' }] }, { role: 'tool', toolCallId: 'a', text: 'one' }, { role: 'tool', toolCallId: 'b', text: '' }, user('and?')] },
      {
        messages: [
          said('go'),
          { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } }, { type: 'tool_use', id: 'b', name: 'f', input: {} }] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'one' }, { type: 'tool_result', tool_use_id: 'b' }, { type: 'text', text: 'and?' }] },
        ],
      },
    );
    check(
      'ids and inputs of other vendors are made fit',
      { messages: [user('go'), { role: 'assistant', text: '', toolCalls: [{ id: 'functions.f:0', name: 'f', arguments: '{"x":' }] }, { role: 'tool', toolCallId: 'functions.f:0', text: 'one' }] },
      { messages: [said('go'), { role: 'assistant', content: [{ type: 'tool_use', id: 'functions_f_0', name: 'f', input: {} }] }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'functions_f_0', content: 'one' }] }] },
    );
    check('tools', { tools: [tool] }, { tools: [{ name: 'f', description: 'd', input_schema: { type: 'object', properties: {} } }], messages: [said('hi')] });
  });

  describe('prompt cache', () => {
    // 5,000 tokens by the estimate: above the 4,096 of Haiku 4.5.
    const long = 'word '.repeat(4000);
    const short = 'word '.repeat(2000);
    const system = { role: 'system', text: long } as const;
    check('a long system text is kept', { messages: [system, user('hi')] }, { system: [{ type: 'text', text: long, ...cached }], messages: [said('hi')] });
    check('a short one is below the minimum', { messages: [{ ...system, text: short }, user('hi')] }, { system: [{ type: 'text', text: short }], messages: [said('hi')] });
    check('the minimum is the model’s', { model: 'claude-opus-5', messages: [{ ...system, text: short }, user('hi')] }, { system: [{ type: 'text', text: short, ...cached }], messages: [said('hi')] });
    check('a model of another vendor gets no mark', { model: 'm', messages: [system, user('hi')] }, { system: [{ type: 'text', text: long }], messages: [said('hi')] });
    check('a first question is not kept: most are the only one', { messages: [user(long)] }, { messages: [said(long)] });
    check('a conversation that goes on is kept to its end', { messages: [user(long), assistant('Yes.'), user('And?')] }, { messages: [said(long), answered('Yes.'), { role: 'user', content: [{ type: 'text', text: 'And?', ...cached }] }] });
    check('a short conversation is not', { messages: [user('a'), assistant('b'), user('c')] }, { messages: [said('a'), answered('b'), said('c')] });
    check('both, when both are long', { messages: [system, user('a'), assistant('b'), user('c')] }, { system: [{ type: 'text', text: long, ...cached }], messages: [said('a'), answered('b'), { role: 'user', content: [{ type: 'text', text: 'c', ...cached }] }] });
    it('tools are kept where there is no system text', () => {
      const { tools } = bodyOf({ tools: [tool, { ...tool, name: 'g', description: long }] });
      assert.deepEqual(tools?.map((one) => one.cache_control), [undefined, { type: 'ephemeral' }]);
    });
    it('a tool result ends what is kept', () => {
      const { messages } = bodyOf({ messages: [user(long), { role: 'assistant', text: '', toolCalls: [{ id: 'a', name: 'f', arguments: '{}' }] }, { role: 'tool', toolCallId: 'a', text: 'one' }] });
      assert.deepEqual(messages.at(-1)?.content, [{ type: 'tool_result', tool_use_id: 'a', content: 'one', ...cached }]);
    });
    it('the end of the request before is marked again where many calls put it out of sight', () => {
      for (const count of [9, 10]) {
        const calls = Array.from({ length: count }, (_, index) => ({ id: `c${index}`, name: 'f', arguments: '{}' }));
        const { messages } = bodyOf({ messages: [system, user('a'), assistant('b'), user('c'), { role: 'assistant', text: '', toolCalls: calls }, ...calls.map(({ id }) => ({ role: 'tool', toolCallId: id, text: 'one' }) as const)] });
        const marked = messages.map(({ content }) => typeof content !== 'string' && content.some((block) => 'cache_control' in block));
        assert.deepEqual(marked, [false, false, count === 10, false, true]);
      }
    });
    it('leaves the request as it was', () => {
      const request = { messages: [system, user('a'), assistant('b'), user('c')], tools: [tool] };
      const before = JSON.stringify(request);
      bodyOf(request);
      assert.equal(JSON.stringify(request), before);
    });
  });

  describe('thinking', () => {
    const rows: readonly (readonly [string, WireRequest['effort'], number, object])[] = [
      ['claude-opus-4-8', 'high', 8000, { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'high' } }],
      ['claude-opus-4-8', 'off', 8000, { thinking: { type: 'disabled' } }],
      ['claude-opus-4-8', 'none', 8000, {}],
      ['claude-sonnet-5-5', 'off', 8000, { thinking: { type: 'between_tools' } }],
      ['claude-opus-5-5', 'xhigh', 8000, { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'xhigh' } }],
      ['claude-opus-5-5', 'none', 8000, { thinking: { type: 'adaptive', display: 'summarized' } }],
      ['claude-opus-5-5', 'off', 8000, { thinking: { type: 'adaptive', display: 'summarized' } }],
      ['claude-haiku-4-5', 'low', 8000, { thinking: { type: 'enabled', budget_tokens: 2048 } }],
      ['claude-haiku-4-5', 'medium', 64_000, { thinking: { type: 'enabled', budget_tokens: 8192 } }],
      ['claude-haiku-4-5', 'high', 64_000, { thinking: { type: 'enabled', budget_tokens: 16_384 } }],
      // Half of the limit is left to the answer, and the limit is never raised: it is what was held.
      ['claude-haiku-4-5', 'high', 8001, { thinking: { type: 'enabled', budget_tokens: 4000 } }],
      ['claude-haiku-4-5', 'high', 2000, {}],
      ['claude-haiku-4-5', 'off', 8000, {}],
      ['claude-haiku-4-5', 'none', 8000, {}],
      ['claude-3-haiku-20240307', 'high', 8000, {}],
      ['m', 'high', 8000, {}],
    ];
    for (const [model, effort, maxOutputTokens, expected] of rows) {
      it(`${model}, ${effort}, at most ${maxOutputTokens}`, () => {
        const { thinking, output_config } = bodyOf({ model, effort, maxOutputTokens });
        assert.deepEqual({ ...(thinking === undefined ? {} : { thinking }), ...(output_config === undefined ? {} : { output_config }) }, expected);
      });
    }
    describe('where a tool call is answered, whose signed thinking is not kept', () => {
      const called = [user('go'), { role: 'assistant', text: '', toolCalls: [{ id: 'a', name: 'f', arguments: '{}' }] }, { role: 'tool', toolCallId: 'a', text: 'one' }] as const;
      const thinkingOf = (model: string, messages: WireRequest['messages']) => bodyOf({ model, messages, effort: 'high', maxOutputTokens: 64_000 }).thinking?.type;
      it('there is no budget', () => assert.equal(thinkingOf('claude-haiku-4-5', called), undefined));
      it('nor when something is said besides', () => assert.equal(thinkingOf('claude-haiku-4-5', [...called, user('and?')]), undefined));
      it('there is one again when the model has answered', () => assert.equal(thinkingOf('claude-haiku-4-5', [...called, assistant('Done.'), user('and?')]), 'enabled'));
      it('a model that takes an effort thinks all the same', () => assert.equal(thinkingOf('claude-opus-4-8', called), 'adaptive'));
    });
  });
});
