import assert from 'node:assert/strict';
import { anthropicMessages } from '../../../../src/gateway/dialects/anthropicMessages/anthropicMessages';
import { readCount } from '../../../../src/gateway/dialects/anthropicMessages/read';
import type { DialectRequest } from '../../../../src/gateway/dialect';
import { wrapSealed } from '../../../../src/gateway/dialects/sealed';

const base = { model: 'claude-x', max_tokens: 100, messages: [{ role: 'user', content: 'hi' }] };
const hi = { role: 'user', text: 'hi' };

function check(name: string, body: object, ask: object, rest: Omit<DialectRequest, 'ask' | 'model' | 'stream'> & { readonly stream?: boolean } = {}): void {
  it(name, () => {
    const read = anthropicMessages.read({ ...base, ...body });
    assert.deepEqual(read, { ok: true, value: { model: 'claude-x', stream: false, ...rest, ask: { messages: [hi], maxOutputTokens: 100, ...ask } } });
  });
}

function messages(name: string, given: readonly object[], expected: readonly object[]): void {
  check(name, { messages: given }, { messages: expected });
}

function refuses(name: string, body: unknown, field: string | undefined, words: RegExp): void {
  it(name, () => {
    const read = anthropicMessages.read(body);
    assert.ok(!read.ok);
    assert.deepEqual({ kind: read.problem.kind, status: read.problem.status, field: read.problem.field }, { kind: 'badRequest', status: 400, field });
    assert.match(read.problem.message, words);
  });
}

const said = (...content: readonly object[]) => ({ ...base, messages: [{ role: 'user', content }] });
const png = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } };
const image = { mediaType: 'image/png', base64: 'aGk=' };
const tool = { name: 'f', description: 'd', input_schema: { type: 'object', properties: {} } };
const readTool = { name: 'f', description: 'd', parameters: { type: 'object', properties: {} } };
const search = { type: 'web_search_20250305', name: 'web_search' };

describe('anthropicMessages read', () => {
  describe('what is asked', () => {
    check('the least', {}, {});
    check('with a stream', { stream: true }, {}, { stream: true });
    check('system text', { system: 'be brief' }, { messages: [{ role: 'system', text: 'be brief' }, hi] });
    check('system blocks, whose marks for the cache are our wire’s own', { system: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }, { type: 'text', text: 'b' }] }, { messages: [{ role: 'system', text: 'a\n\nb' }, hi] });
    check('the mark of Claude Code, which would keep every cache from its work', { system: [{ type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.37.0d9; cc_entrypoint=cli; cch=fa690;' }, { type: 'text', text: 'a' }] }, { messages: [{ role: 'system', text: 'a' }, hi] });
    check('and nothing else', { system: 'x-anthropic-billing-header: cch=fa690;' }, {});
    check('sampling', { temperature: 0.2, top_p: 0.9, top_k: 4, stop_sequences: ['END'] }, { sampling: { temperature: 0.2, topP: 0.9, stop: ['END'] } });
    check('fields nobody knows, and those that are the vendor’s own', { metadata: { user_id: 'u' }, service_tier: 'auto', context_management: { edits: [] }, betas: [], new_field: 1, stop_sequences: [], temperature: null }, {});
    check('the form of the answer', { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } }, { format: { name: 'answer', schema: { type: 'object' } } });
    const closed = { type: 'object', properties: { a: { type: 'array', items: { type: 'object', properties: { b: {} }, required: ['b'], additionalProperties: false } } }, required: ['a'], additionalProperties: false };
    check('one that can be kept to strictly, where older clients have it', { output_format: { type: 'json_schema', schema: closed } }, { format: { name: 'answer', schema: closed, strict: true } });
    it('one with very many fields, which would take minutes if the list were searched for each', () => {
      const fields = Array.from({ length: 100_000 }, (_, index) => `f${index}`);
      const wide = { type: 'object', properties: Object.fromEntries(fields.map((field) => [field, {}])), required: fields.toReversed(), additionalProperties: false };
      const read = anthropicMessages.read({ ...base, output_format: { type: 'json_schema', schema: wide } });
      assert.ok(read.ok && typeof read.value.ask.format === 'object' && read.value.ask.format.strict);
    });
    const optional = { ...closed, required: [] };
    check('one with a field that may be missing cannot', { output_format: { type: 'json_schema', schema: optional } }, { format: { name: 'answer', schema: optional } });
  });

  describe('messages', () => {
    messages('texts of one turn are paragraphs', [{ role: 'user', content: [{ type: 'text', text: 'a' }, { type: 'text', text: 'b' }] }], [{ role: 'user', text: 'a\n\nb' }]);
    messages('an image', [{ role: 'user', content: [png, { type: 'text', text: 'what?' }] }], [{ role: 'user', text: 'what?', images: [image] }]);
    messages('a document of text', [{ role: 'user', content: [{ type: 'document', title: 'Notes', source: { type: 'text', media_type: 'text/plain', data: 'one' } }, { type: 'text', text: 'sum up' }] }], [{ role: 'user', text: 'Notes\none\n\nsum up' }]);
    messages('a document of blocks', [{ role: 'user', content: [{ type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'one' }, png] } }] }], [{ role: 'user', text: 'one', images: [image] }]);
    messages('what was found', [{ role: 'user', content: [{ type: 'search_result', source: 'https://a.example', title: 'A', content: [{ type: 'text', text: 'one' }] }] }], [{ role: 'user', text: 'A (https://a.example)\none' }]);
    messages(
      'a call and its result, with its image and its fault, before what is said on',
      [{ role: 'user', content: 'go' }, { role: 'assistant', content: [{ type: 'text', text: 'I look.' }, { type: 'tool_use', id: 'toolu_1', name: 'f', input: { x: 1 } }, { type: 'tool_use', id: 'toolu_2', name: 'f', input: {} }] }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'one' }, png] }, { type: 'tool_result', tool_use_id: 'toolu_2', is_error: true, content: 'no' }, { type: 'text', text: 'and?' }] }],
      [
        { role: 'user', text: 'go' },
        { role: 'assistant', text: 'I look.', toolCalls: [{ id: 'toolu_1', name: 'f', arguments: '{"x":1}' }, { id: 'toolu_2', name: 'f', arguments: '{}' }] },
        { role: 'tool', toolCallId: 'toolu_1', text: 'one', images: [image] },
        { role: 'tool', toolCallId: 'toolu_2', text: 'no', failed: true },
        { role: 'user', text: 'and?' },
      ],
    );
    messages(
      'what a tool brought and cannot be passed on is told to the model',
      [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'aGk=' } }, png] }, { type: 'document', source: { type: 'file', file_id: 'f' } }, { type: 'image', source: { type: 'url', url: 'https://a.example/x.png' } }] }],
      [
        { role: 'tool', toolCallId: 'a', text: '[A document was here that cannot be passed on as it is. Its text can, when another tool reads it.]', images: [image] },
        { role: 'user', text: '[A document was here that cannot be passed on as it is. Its text can, when another tool reads it.]\n\n[An image was here that is kept at the vendor or on the web, and was not passed on.]' },
      ],
    );
    messages('a result without a word', [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a' }] }], [{ role: 'tool', toolCallId: 'a', text: '' }]);
    messages(
      'thinking that came from here goes back to its place, any other is left out',
      [
        { role: 'user', content: 'go' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: wrapSealed({ place: 'anthropic/claude-x', sealed: 'c2ln' }) },
            { type: 'thinking', thinking: 'of the vendor itself', signature: 'EqQBCgIYAh' },
            { type: 'thinking', thinking: 'unsigned', signature: '' },
            { type: 'redacted_thinking', data: wrapSealed({ place: 'openai/gpt-x', sealed: 'ZW5j', text: 'so' }) },
            { type: 'redacted_thinking', data: 'EmwKAhgB' },
            { type: 'text', text: 'Yes.' },
          ],
        },
      ],
      [{ role: 'user', text: 'go' }, { role: 'assistant', text: 'Yes.', reasoning: [{ place: 'anthropic/claude-x', sealed: 'c2ln', text: 'hm' }, { place: 'openai/gpt-x', sealed: 'ZW5j', text: 'so' }] }],
    );
    messages('what the vendor’s tools did is left out, and what nobody knows of an answer', [{ role: 'user', content: 'go' }, { role: 'assistant', content: [{ type: 'server_tool_use', id: 's', name: 'web_search', input: {} }, { type: 'web_search_tool_result', tool_use_id: 's', content: [] }, { type: 'newest', x: 1 }, { type: 'text', text: 'Yes.' }] }, { role: 'user', content: 'on' }], [{ role: 'user', text: 'go' }, { role: 'assistant', text: 'Yes.' }, { role: 'user', text: 'on' }]);
    messages('a word of the system in between', [{ role: 'user', content: 'hi' }, { role: 'assistant', content: 'Yes?' }, { role: 'system', content: [{ type: 'text', text: 'be brief' }] }, { role: 'user', content: 'on' }], [hi, { role: 'assistant', text: 'Yes?' }, { role: 'system', text: 'be brief' }, { role: 'user', text: 'on' }]);
  });

  describe('tools', () => {
    check('own', { tools: [tool, { ...tool, type: 'custom', description: undefined }] }, { tools: [readTool, { ...readTool, description: '' }] });
    check('those of the vendor are left out beside own', { tools: [search, tool] }, { tools: [readTool] });
    check('none', { tools: [] }, {});
    const chosen = (choice: object, expected: object) => check(JSON.stringify(choice), { tools: [tool], tool_choice: choice }, { tools: [readTool], ...expected });
    chosen({ type: 'auto' }, { toolChoice: 'auto' });
    chosen({ type: 'any', disable_parallel_tool_use: true }, { toolChoice: 'required', parallelToolCalls: false });
    chosen({ type: 'auto', disable_parallel_tool_use: false }, { toolChoice: 'auto', parallelToolCalls: true });
    chosen({ type: 'tool', name: 'f' }, { toolChoice: { name: 'f' } });
    chosen({ type: 'none' }, { toolChoice: 'none' });
  });

  describe('effort', () => {
    const rows: readonly (readonly [object, DialectRequest['effort']])[] = [
      [{ thinking: { type: 'disabled' } }, 'none'],
      [{ thinking: { type: 'adaptive' } }, undefined],
      [{ thinking: { type: 'adaptive' }, output_config: { effort: 'max' } }, 'xhigh'],
      [{ output_config: { effort: 'medium' } }, 'medium'],
      [{ thinking: { type: 'enabled', budget_tokens: 1024 } }, 'low'],
      [{ thinking: { type: 'enabled', budget_tokens: 8192 } }, 'medium'],
      [{ thinking: { type: 'enabled', budget_tokens: 16_384 } }, 'high'],
      [{ thinking: { type: 'enabled', budget_tokens: 31_999 } }, 'xhigh'],
    ];
    for (const [body, effort] of rows) check(JSON.stringify(body), body, {}, effort === undefined ? {} : { effort });
  });

  describe('refuses by name', () => {
    refuses('no object', 'hi', undefined, /^The body of the request must be an object\.$/);
    refuses('no limit', { ...base, max_tokens: undefined }, 'max_tokens', /^max_tokens is missing\.$/);
    refuses('a limit of nothing', { ...base, max_tokens: 0 }, 'max_tokens', /must be 1 or more/);
    refuses('no messages', { ...base, messages: [] }, 'messages', /1 or more entries/);
    refuses('a wrong role', { ...base, messages: [{ role: 'bot', content: 'x' }] }, 'messages.0.role', /form that is not known/);
    refuses('an image at an address', said({ type: 'text', text: 'a' }, { type: 'image', source: { type: 'url', url: 'https://a.example/x.png' } }), 'messages.0.content.1.source.url', /send the image itself/);
    refuses('an image of another kind', said({ ...png, source: { ...png.source, media_type: 'image/tiff' } }), 'messages.0.content.0.source.media_type', /image\/png or/);
    refuses('an image in a result', said({ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'image', source: { ...png.source, data: '' } }] }), 'messages.0.content.0.content.0.source.data', /1 or more characters/);
    refuses('a PDF', said({ type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'aGk=' } }), 'messages.0.content.0.source.media_type', /send its text instead/);
    refuses('what a person put in and nobody knows', said({ type: 'audio', data: 'x' }), 'messages.0.content.0.type', /form that is not known/);
    refuses('an input that is no object', { ...base, messages: [{ role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: 'x' }] }] }, 'messages.0.content.0.input', /must be an object/);
    refuses('a request for a search of the vendor alone', { ...base, tools: [search] }, 'tools.0', /vendor runs itself/);
    refuses('a tool of the vendor that must be called', { ...base, tools: [tool, search], tool_choice: { type: 'tool', name: 'web_search' } }, 'tools.1', /vendor runs itself/);
    refuses('a tool that is not offered', { ...base, tools: [tool], tool_choice: { type: 'tool', name: 'g' } }, 'tool_choice.name', /none of the tools/);
    refuses('a tool without a schema', { ...base, tools: [{ type: 'custom', name: 'f' }] }, 'tools.0.input_schema', /is missing/);
  });

  it('counts without a limit', () => {
    assert.deepEqual(readCount({ model: 'claude-x', messages: base.messages, tools: [tool] }), { ok: true, value: { model: 'claude-x', stream: false, ask: { messages: [hi], tools: [readTool] } } });
  });
});
