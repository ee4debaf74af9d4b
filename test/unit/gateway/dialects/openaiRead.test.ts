import assert from 'node:assert/strict';
import type { Dialect, DialectRequest } from '../../../../src/gateway/dialect';
import { openaiChat } from '../../../../src/gateway/dialects/openaiChat/openaiChat';
import { openaiResponses } from '../../../../src/gateway/dialects/openaiResponses/openaiResponses';
import { wrapSealed } from '../../../../src/gateway/dialects/sealed';

const picture = 'data:image/png;base64,AAAA';
const image = { mediaType: 'image/png', base64: 'AAAA' };
const schema = { type: 'object', properties: { x: { type: 'number' } } };
const part = { place: 'openai/gpt-5.2', sealed: 'gAAAA=', text: 'hm' };
const freeform = { type: 'object', properties: { input: { type: 'string', description: 'The whole input of the tool, as plain text.' } }, required: ['input'], additionalProperties: false };

function reads(dialect: Dialect, usual: object) {
  return (name: string, given: object, ask: object, more: Partial<DialectRequest> = {}): void => {
    it(name, () => {
      const read = dialect.read(JSON.parse(JSON.stringify({ ...usual, ...given })));
      assert.ok(read.ok, JSON.stringify(read));
      assert.deepEqual({ ...read.value, repeated: undefined }, { model: 'auto', stream: false, ask: { messages: [{ role: 'user', text: 'hi' }], ...ask }, ...more, repeated: undefined });
    });
  };
}

function refuses(dialect: Dialect, usual: object) {
  return (name: string, given: unknown, field: string, words: RegExp): void => {
    it(name, () => {
      const read = dialect.read(typeof given === 'object' && given !== null && !Array.isArray(given) ? { ...usual, ...given } : given);
      assert.ok(!read.ok);
      assert.deepEqual([read.problem.kind, read.problem.status, read.problem.field ?? ''], ['badRequest', 400, field]);
      assert.match(read.problem.message, words);
      assert.deepEqual(dialect.problem(read.problem), { error: { message: read.problem.message, type: 'invalid_request_error', param: field === '' ? null : field, code: 'invalid_value' } });
    });
  };
}

describe('reading chat completions', () => {
  const usual = { model: 'auto', messages: [{ role: 'user', content: 'hi' }] };
  const check = reads(openaiChat, usual);
  check('a question', {}, {});
  check('null for what is not said', { stream: null, temperature: null, tools: null, tool_choice: null, stop: null, response_format: null, max_tokens: null, n: null, logprobs: null }, {});
  check('what nobody knows', { user: 'u', store: true, metadata: { a: 'b' }, logit_bias: { 5: 1 }, frequency_penalty: 0.5, service_tier: 'auto', prediction: { type: 'content', content: 'x' } }, {});
  check('a stream with its usage', { stream: true, stream_options: { include_usage: true } }, {}, { stream: true, includeUsage: true });
  check('sampling', { temperature: 0, top_p: 0.5, stop: 'END', seed: 7 }, { sampling: { temperature: 0, topP: 0.5, stop: ['END'], seed: 7 } });
  check('several stops', { stop: ['a', 'b'] }, { sampling: { stop: ['a', 'b'] } });
  check('the newer limit', { max_tokens: 5, max_completion_tokens: 9 }, { maxOutputTokens: 9 });
  check('the older limit', { max_tokens: 5 }, { maxOutputTokens: 5 });
  check('an effort', { reasoning_effort: 'minimal' }, {}, { effort: 'low' });
  check('roles', { messages: [{ role: 'developer', content: 'd' }, { role: 'system', content: [{ type: 'text', text: 's' }, { type: 'text', text: 't' }] }, { role: 'user', content: 'u', name: 'me' }, { role: 'assistant', content: 'a' }] }, {
    messages: [{ role: 'system', text: 'd' }, { role: 'system', text: 's\nt' }, { role: 'user', text: 'u' }, { role: 'assistant', text: 'a' }],
  });
  check('a picture', { messages: [{ role: 'user', content: [{ type: 'text', text: 'see' }, { type: 'image_url', image_url: { url: picture, detail: 'low' } }] }] }, { messages: [{ role: 'user', text: 'see', images: [image] }] });
  check('a picture by its other name', { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'DATA:image/jpg;base64,BBBB' } }] }] }, { messages: [{ role: 'user', text: '', images: [{ mediaType: 'image/jpeg', base64: 'BBBB' }] }] });
  check(
    'tool calls and their results, with pictures',
    {
      messages: [
        { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }] },
        { role: 'tool', tool_call_id: 'c1', content: [{ type: 'text', text: 'r' }, { type: 'image_url', image_url: { url: picture } }] },
        { role: 'tool', tool_call_id: 'c2' },
      ],
    },
    { messages: [{ role: 'assistant', text: '', toolCalls: [{ id: 'c1', name: 'f', arguments: '{"a":1}' }] }, { role: 'tool', toolCallId: 'c1', text: 'r', images: [image] }, { role: 'tool', toolCallId: 'c2', text: '' }] },
  );
  check('what a model declined with', { messages: [{ role: 'assistant', content: null, refusal: 'No.' }, { role: 'assistant', content: [{ type: 'refusal', refusal: 'Nor this.' }] }] }, { messages: [{ role: 'assistant', text: 'No.' }, { role: 'assistant', text: 'Nor this.' }] });
  check('tools', { tools: [{ type: 'function', function: { name: 'f', description: 'd', parameters: schema, strict: true } }, { type: 'function', function: { name: 'g' } }], tool_choice: 'required', parallel_tool_calls: false }, {
    tools: [{ name: 'f', description: 'd', parameters: schema, strict: true }, { name: 'g', description: '', parameters: { type: 'object', properties: {} } }],
    toolChoice: 'required',
    parallelToolCalls: false,
  });
  check('the one tool that must be', { tools: [{ type: 'function', function: { name: 'f' } }], tool_choice: { type: 'function', function: { name: 'f' } } }, { tools: [{ name: 'f', description: '', parameters: { type: 'object', properties: {} } }], toolChoice: { name: 'f' } });
  check('some of the tools', { tools: ['f', 'g'].map((name) => ({ type: 'function', function: { name } })), tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'g' } }] } } }, {
    tools: [{ name: 'g', description: '', parameters: { type: 'object', properties: {} } }],
    toolChoice: 'auto',
  });
  check('a tool that takes text', { tools: [{ type: 'custom', custom: { name: 'sql', description: 'd', format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "x"' } } } }], messages: [{ role: 'assistant', tool_calls: [{ id: 'c', type: 'custom', custom: { name: 'sql', input: 'x"' } }] }] }, {
    messages: [{ role: 'assistant', text: '', toolCalls: [{ id: 'c', name: 'sql', arguments: '{"input":"x\\""}' }] }],
    tools: [{ name: 'sql', description: 'd\n\nThe input must follow this lark grammar:\nstart: "x"', parameters: freeform }],
  }, { toolForms: new Map([['sql', { kind: 'custom', name: 'sql' }]]) });
  check(
    'functions, the field before tools',
    { functions: [{ name: 'f', parameters: schema }], function_call: { name: 'f' }, messages: [{ role: 'user', content: 'hi' }, { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } }, { role: 'function', name: 'f', content: 'r' }] },
    { messages: [{ role: 'user', text: 'hi' }, { role: 'assistant', text: '', toolCalls: [{ id: 'call_1', name: 'f', arguments: '{}' }] }, { role: 'tool', toolCallId: 'call_1', text: 'r' }], tools: [{ name: 'f', description: '', parameters: schema }], toolChoice: { name: 'f' }, parallelToolCalls: false },
    { toolForms: new Map([['f', { kind: 'legacy', name: 'f' }]]) },
  );
  check('JSON', { response_format: { type: 'json_object' } }, { format: 'json' });
  check('text as it is', { response_format: { type: 'text' } }, {});
  check('JSON of a schema', { response_format: { type: 'json_schema', json_schema: { name: 'n', schema, strict: true, description: 'd' } } }, { format: { name: 'n', schema, strict: true } });
  check('sealed reasoning of ours, and not that of others', { messages: [{ role: 'assistant', content: 'a', reasoning_content: 'hm', reasoning_details: [{ type: 'reasoning.encrypted', data: wrapSealed(part) }, { type: 'reasoning.encrypted', data: 'c29tZXRoaW5n' }, 5] }] }, { messages: [{ role: 'assistant', text: 'a', reasoning: [part] }] });

  const refused = refuses(openaiChat, usual);
  refused('no object', [], '', /^The body of the request must be an object\.$/);
  refused('no model', { model: undefined }, 'model', /^model is missing\.$/);
  refused('no messages', { messages: [] }, 'messages', /1 or more entries/);
  refused('content of a wrong type', { messages: [{ role: 'user', content: 'a' }, { role: 'user', content: 5 }] }, 'messages[1].content', /^messages\[1\]\.content /);
  refused('a picture of the web', { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'http://169.254.169.254/x.png' } }] }] }, 'messages[0].content[0].image_url.url', /data: URL/);
  refused('a picture of another kind', { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/svg+xml;base64,AAAA' } }] }] }, 'messages[0].content[0].image_url.url', /PNG/);
  refused('sound', { messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }] }, 'messages[0].content[0].type', /sound and files/);
  refused('a role of nobody', { messages: [{ role: 'critic', content: 'x' }] }, 'messages[0].role', /"developer"/);
  refused('a result of no call', { messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id', /missing/);
  refused('a tool without a name', { tools: [{ type: 'function', function: { description: 'd' } }] }, 'tools[0].function.name', /missing/);
  refused('two answers', { n: 2 }, 'n', /must be 1/);
  refused('probabilities', { logprobs: true }, 'logprobs', /must be false/);
  refused('spoken answers', { modalities: ['text', 'audio'] }, 'modalities[1]', /answers are text/);
  refused('no room', { max_tokens: 0 }, 'max_tokens', /1 or more/);
  refused('too hot', { temperature: 3 }, 'temperature', /2 or less/);
  refused('an effort of nobody', { reasoning_effort: 'enormous' }, 'reasoning_effort', /minimal/);
  refused('a schema that is none', { response_format: { type: 'json_schema', json_schema: { name: 'n', schema: 'x' } } }, 'response_format.json_schema.schema', /object/);
});

describe('reading responses', () => {
  const usual = { model: 'auto', input: 'hi' };
  const user = { role: 'user', text: 'hi' };
  const check = reads(openaiResponses, usual);
  check('a question', {}, {});
  check('what Codex adds', { store: false, include: ['reasoning.encrypted_content'], prompt_cache_key: 'k', client_metadata: {}, text: { verbosity: 'low' }, reasoning: { summary: 'auto' }, previous_response_id: null, truncation: 'disabled', service_tier: 'flex' }, {});
  check('instructions first', { instructions: 'be brief' }, { messages: [{ role: 'system', text: 'be brief' }, user] });
  check('messages with and without their type', { input: [{ role: 'user', content: 'hi' }, { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'd' }] }, { type: 'message', id: 'm', status: 'completed', role: 'assistant', content: [{ type: 'output_text', text: 'a', annotations: [] }, { type: 'refusal', refusal: 'b' }] }] }, {
    messages: [user, { role: 'system', text: 'd' }, { role: 'assistant', text: 'a\nb' }],
  });
  check('a picture', { input: [{ role: 'user', content: [{ type: 'input_text', text: 'see' }, { type: 'input_image', image_url: picture, detail: 'auto' }] }] }, { messages: [{ role: 'user', text: 'see', images: [image] }] });
  check(
    'a turn of an agent, put together',
    {
      input: [
        { role: 'user', content: 'hi' },
        { type: 'reasoning', id: 'rs', summary: [{ type: 'summary_text', text: 'hm' }], encrypted_content: wrapSealed({ place: part.place, sealed: part.sealed }) },
        { type: 'reasoning', summary: [], encrypted_content: 'of another' },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'I look.' }] },
        { type: 'function_call', id: 'fc', call_id: 'c1', name: 'f', arguments: '{}', status: 'completed' },
        { type: 'custom_tool_call', call_id: 'c2', name: 'apply_patch', input: '*** Begin' },
        { type: 'web_search_call', id: 'ws', status: 'completed', action: {} },
        { type: 'function_call_output', call_id: 'c1', output: 'r' },
        { type: 'custom_tool_call_output', call_id: 'c2', output: [{ type: 'input_text', text: 'seen' }, { type: 'input_image', image_url: picture }] },
        { type: 'function_call', call_id: 'c3', name: 'close_agent', namespace: 'multi_agent_v1', arguments: '{}' },
      ],
    },
    {
      messages: [
        user,
        { role: 'assistant', text: 'I look.', reasoning: [part], toolCalls: [{ id: 'c1', name: 'f', arguments: '{}' }, { id: 'c2', name: 'apply_patch', arguments: '{"input":"*** Begin"}' }] },
        { role: 'tool', toolCallId: 'c1', text: 'r' },
        { role: 'tool', toolCallId: 'c2', text: 'seen', images: [image] },
        { role: 'assistant', text: '', toolCalls: [{ id: 'c3', name: 'multi_agent_v1__close_agent', arguments: '{}' }] },
      ],
    },
  );
  check(
    'tools, those of a namespace, those that take text, and none of a vendor',
    {
      tools: [
        { type: 'function', name: 'f', description: 'd', parameters: schema, strict: false },
        { type: 'custom', name: 'apply_patch', description: 'p', format: { type: 'grammar', syntax: 'lark', definition: 'g' } },
        { type: 'namespace', name: 'mcp__files__', description: 'n', tools: [{ type: 'function', name: 'read', parameters: schema, strict: true }] },
        { type: 'web_search', external_web_access: false },
        { type: 'local_shell' },
      ],
      tool_choice: 'auto',
      parallel_tool_calls: true,
    },
    {
      tools: [
        { name: 'f', description: 'd', parameters: schema },
        { name: 'apply_patch', description: 'p\n\nThe input must follow this lark grammar:\ng', parameters: freeform },
        { name: 'mcp__files__read', description: '', parameters: schema, strict: true },
      ],
      toolChoice: 'auto',
      parallelToolCalls: true,
    },
    { toolForms: new Map([['apply_patch', { kind: 'custom', name: 'apply_patch' }], ['mcp__files__read', { kind: 'function', name: 'read', namespace: 'mcp__files__' }]]) },
  );
  check('the one tool that must be', { tools: [{ type: 'function', name: 'f' }], tool_choice: { type: 'function', name: 'f' } }, { tools: [{ name: 'f', description: '', parameters: { type: 'object', properties: {} } }], toolChoice: { name: 'f' } });
  check('some of the tools', { tools: ['f', 'g'].map((name) => ({ type: 'function', name })), tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'g' }] } }, { tools: [{ name: 'g', description: '', parameters: { type: 'object', properties: {} } }], toolChoice: 'required' });
  check('JSON of a schema', { text: { format: { type: 'json_schema', name: 'n', schema, strict: true } } }, { format: { name: 'n', schema, strict: true } });
  check('JSON', { text: { format: { type: 'json_object' } } }, { format: 'json' });
  check('effort, limit, sampling, stream', { reasoning: { effort: 'high' }, max_output_tokens: 100, temperature: 0.2, top_p: 1, stream: true }, { sampling: { temperature: 0.2, topP: 1 }, maxOutputTokens: 100 }, { effort: 'high', stream: true });

  const refused = refuses(openaiResponses, usual);
  refused('an answer that was stored', { previous_response_id: 'resp_1' }, 'previous_response_id', /nothing is stored here\. Send the whole conversation as input/);
  refused('a conversation that was stored', { conversation: 'conv_1' }, 'conversation', /nothing is stored/);
  refused('an item that was stored', { input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input[0].id', /nothing is stored/);
  refused('a stored prompt', { prompt: { id: 'p' } }, 'prompt', /templates/);
  refused('in the background', { background: true }, 'background', /while its client waits/);
  refused('an item of a vendor', { input: [{ type: 'compaction', encrypted_content: 'x' }] }, 'input[0].type', /only its vendor/);
  refused('a file', { input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'f' }] }] }, 'input[0].content[0].type', /sound and files/);
  refused('a stored picture', { input: [{ role: 'user', content: [{ type: 'input_image', file_id: 'f' }] }] }, 'input[0].content[0].image_url', /missing/);
  refused('a picture of the web', { input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'https://example.com/x.png' }] }] }, 'input[0].content[0].image_url', /data: URL/);
  refused('no input', { input: undefined }, 'input', /missing/);
  refused('a call without its id', { input: [{ type: 'function_call', name: 'f', arguments: '{}' }] }, 'input[0].call_id', /missing/);
  refused('a tool without a name', { tools: [{ type: 'custom' }] }, 'tools[0].name', /missing/);
  refused('a vendor’s tool that must be', { tool_choice: { type: 'web_search' } }, 'tool_choice.type', /vendor/);
});
