import assert from 'node:assert/strict';
import type { Message } from '../../../../src/core/model/message';
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
    check(
      'system text later on stays where it is, behind the results of tools',
      { messages: [{ role: 'system', text: 'a' }, user('go'), { role: 'assistant', text: '', toolCalls: [{ id: 'a', name: 'f', arguments: '{}' }] }, { role: 'system', text: 'b' }, { role: 'system', text: ' ' }, { role: 'tool', toolCallId: 'a', text: 'one' }, user('and?')] },
      {
        system: [{ type: 'text', text: 'a' }],
        messages: [
          said('go'),
          { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'one' }, { type: 'text', text: '<system-reminder>\nb\n</system-reminder>' }, { type: 'text', text: 'and?' }] },
        ],
      },
    );
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

  describe('tools', () => {
    const tools = [tool];
    const choice = (name: string, request: Partial<WireRequest>, expected: object | undefined) => it(name, () => assert.deepEqual(bodyOf({ tools, ...request }).tool_choice, expected));
    choice('nothing is said unless asked for', {}, undefined);
    choice('nor without tools', { tools: [], toolChoice: 'required', parallelToolCalls: false }, undefined);
    choice('as the model likes', { toolChoice: 'auto' }, { type: 'auto' });
    choice('not any', { toolChoice: 'none', parallelToolCalls: false }, { type: 'none' });
    choice('one of them', { toolChoice: 'required' }, { type: 'any' });
    choice('this one, and only once', { toolChoice: { name: 'f' }, parallelToolCalls: false }, { type: 'tool', name: 'f', disable_parallel_tool_use: true });
    choice('one at a time', { parallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true });
    choice('several at a time is what the model does by itself', { parallelToolCalls: true }, undefined);
    it('a model that must call one does not think', () => {
      const thinkingOf = (model: string) => bodyOf({ model, tools, toolChoice: 'required', effort: 'high', maxOutputTokens: 64_000 }).thinking;
      assert.deepEqual(thinkingOf('claude-haiku-4-5'), undefined);
      assert.deepEqual(thinkingOf('claude-opus-4-8'), { type: 'disabled' });
    });
    choice('one that cannot stop thinking cannot be made to', { model: 'claude-opus-5-5', toolChoice: 'required' }, { type: 'auto' });
    check(
      'a result with an image, and one that failed',
      { messages: [user('go'), { role: 'assistant', text: '', toolCalls: [{ id: 'a', name: 'f', arguments: '{}' }, { id: 'b', name: 'f', arguments: '{}' }] }, { role: 'tool', toolCallId: 'a', text: 'one', images: [{ mediaType: 'image/png', base64: 'aGk=' }] }, { role: 'tool', toolCallId: 'b', text: 'no', failed: true }] },
      {
        messages: [
          said('go'),
          { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }, { type: 'tool_use', id: 'b', name: 'f', input: {} }] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'one' }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } }] }, { type: 'tool_result', tool_use_id: 'b', content: 'no', is_error: true }] },
        ],
      },
    );
  });

  describe('how the answer is drawn', () => {
    const rows: readonly (readonly [string, WireRequest['effort'], WireRequest['sampling'], object])[] = [
      ['m', 'none', { temperature: 0.2, topP: 0.9, seed: 1 }, { temperature: 0.2, top_p: 0.9 }],
      ['m', 'none', { temperature: 1.7 }, { temperature: 1 }],
      ['claude-haiku-4-5', 'none', { temperature: 0, topP: 0.9 }, { temperature: 0 }],
      ['claude-haiku-4-5', 'none', { topP: 0.9 }, { top_p: 0.9 }],
      ['claude-haiku-4-5', 'high', { temperature: 0, stop: ['END', ' \n'] }, { stop_sequences: ['END'] }],
      ['claude-opus-4-8', 'off', { temperature: 0 }, {}],
      ['claude-next', 'none', { temperature: 0, stop: [] }, {}],
    ];
    for (const [model, effort, sampling, expected] of rows) {
      it(`${model}, ${effort}, ${JSON.stringify(sampling)}`, () => {
        const body: object = bodyOf({ model, effort, maxOutputTokens: 64_000, ...(sampling === undefined ? {} : { sampling }) });
        assert.deepEqual(Object.fromEntries(Object.entries(body).filter(([field]) => ['temperature', 'top_p', 'top_k', 'stop_sequences'].includes(field))), expected);
      });
    }
  });

  describe('the form of the answer', () => {
    const schema = { type: 'object', properties: {}, additionalProperties: false };
    const inWords = { system: [{ type: 'text', text: `Answer with JSON that fits this JSON schema, and with nothing else, not even a code fence:\n${JSON.stringify(schema)}` }], messages: [said('hi')] };
    check('any JSON is left to the prompt', { format: 'json' }, { messages: [said('hi')] });
    check('a schema', { format: { name: 'a', schema, strict: true } }, { output_config: { format: { type: 'json_schema', schema } }, messages: [said('hi')] });
    check('beside an effort', { model: 'claude-opus-4-8', effort: 'low', format: { name: 'a', schema, strict: true } }, { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'low', format: { type: 'json_schema', schema } }, messages: [said('hi')] });
    check('where a model takes none, it is said in words', { model: 'claude-opus-4-20250514', format: { name: 'a', schema, strict: true } }, inWords);
    const sent = (inner: object) => bodyOf({ format: { name: 'a', schema: { ...schema, properties: { x: { type: 'array', items: inner } } } } }).output_config !== undefined;
    const rows: readonly (readonly [string, object, boolean])[] = [
      ['nothing beside what it names', { type: 'object', properties: { y: { type: 'string', enum: ['a'] } }, additionalProperties: false }, true],
      ['a choice', { anyOf: [{ type: 'string' }, { type: 'null' }] }, true],
      ['anything', {}, true],
      ['more than it names', { type: 'object', properties: {} }, false],
      ['more, in a choice', { anyOf: [{ type: 'object', additionalProperties: true }] }, false],
      ['a bound', { type: 'integer', minimum: 1 }, false],
      ['several entries at least', { type: 'array', minItems: 2 }, false],
    ];
    for (const [name, inner, taken] of rows) it(`a schema that allows ${name} is ${taken ? 'sent' : 'said in words'}`, () => assert.equal(sent(inner), taken));
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
    check('the first question of an agent is kept: results of its tools follow', { messages: [user(long)], tools: [tool] }, {
      messages: [{ role: 'user', content: [{ type: 'text', text: long, ...cached }] }],
      tools: [{ name: 'f', description: 'd', input_schema: { properties: {}, type: 'object' } }],
    });
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
    it('reads all of the request before, in every step of a long conversation of an agent', () => {
      const offered = Array.from({ length: 20 }, (_, index) => ({ ...tool, name: `tool${index}`, description: 'word '.repeat(200) }));
      const messages: Message[] = [{ role: 'system', text: long }, user(`<system-reminder>${short}</system-reminder>`)];
      /** Prompts up to a mark, which the provider keeps. */
      const kept = new Set<string>();
      let before = 0;
      for (let step = 0; step < 40; step++) {
        const { tools = [], system = [], messages: turns } = bodyOf({ messages, tools: offered });
        const blocks: readonly object[] = [...tools, ...(Array.isArray(system) ? system : []), ...turns.flatMap(({ content }): readonly object[] => (Array.isArray(content) ? content : []))];
        const marks = blocks.flatMap((block, at) => ('cache_control' in block ? [at] : []));
        assert.ok(marks.length <= 4);
        const upTo = (at: number) => blocks.slice(0, at + 1).map((block) => JSON.stringify({ ...block, cache_control: undefined })).join();
        // From each mark the provider looks back over 20 blocks, the marked one among them.
        const seen = marks.flatMap((mark) => Array.from({ length: 20 }, (_, back) => mark - back)).filter((at) => at >= 0 && kept.has(upTo(at)));
        if (step > 0) assert.equal(Math.max(-1, ...seen), before, `step ${step}`);
        for (const mark of marks) kept.add(upTo(mark));
        before = blocks.length - 1;
        const calls = Array.from({ length: 1 + ((step * 7) % 13) }, (_, index) => ({ id: `c${step}-${index}`, name: 'tool1', arguments: '{}' }));
        const thought = { place: `${provider.id}/claude-haiku-4-5`, text: 'hm', sealed: 'c2lnbmVk' };
        if (step % 9 === 8) messages.push(assistant('Done.'), user('And now the tests.'));
        else messages.push({ role: 'assistant', text: step % 2 === 0 ? 'Next.' : '', reasoning: [thought], toolCalls: calls }, ...calls.map(({ id }): Message => ({ role: 'tool', toolCallId: id, text: 'result' })));
        if (step % 5 === 4) messages.push(user('<system-reminder>The list of tasks is empty.</system-reminder>'));
        if (step % 7 === 6) messages.push({ role: 'system', text: 'The mode is now another.' });
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
    describe('that was signed', () => {
      const place = `${provider.id}/claude-haiku-4-5`;
      const calling = (...reasoning: readonly { place: string; text: string; sealed: string }[]) => [user('go'), { role: 'assistant', text: 'I look.', reasoning, toolCalls: [{ id: 'a', name: 'f', arguments: '{}' }] }, { role: 'tool', toolCallId: 'a', text: 'one' }] as const;
      const calledBlocks = (model: string, messages: WireRequest['messages']) => bodyOf({ model, messages, effort: 'high', maxOutputTokens: 64_000 });
      it('goes back before the call, as it came', () => {
        const body = calledBlocks('claude-haiku-4-5', calling({ place, text: 'hm', sealed: 'c2ln' }, { place, text: '', sealed: 'redacted:ZGF0YQ==' }));
        assert.deepEqual(body.messages[1]?.content, [{ type: 'thinking', thinking: 'hm', signature: 'c2ln' }, { type: 'redacted_thinking', data: 'ZGF0YQ==' }, { type: 'text', text: 'I look.' }, { type: 'tool_use', id: 'a', name: 'f', input: {} }]);
        assert.equal(body.thinking?.type, 'enabled');
      });
      it('not to another model', () => {
        const body = calledBlocks('claude-sonnet-4-5', calling({ place, text: 'hm', sealed: 'c2ln' }));
        assert.deepEqual(body.messages[1]?.content, [{ type: 'text', text: 'I look.' }, { type: 'tool_use', id: 'a', name: 'f', input: {} }]);
        assert.equal(body.thinking, undefined);
      });
      it('never alone', () => {
        const body = bodyOf({ messages: [user('go'), { role: 'assistant', text: ' ', reasoning: [{ place, text: 'hm', sealed: 'c2ln' }] }, user('on')] });
        assert.deepEqual(body.messages, [{ role: 'user', content: [{ type: 'text', text: 'go' }, { type: 'text', text: 'on' }] }]);
      });
    });
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
