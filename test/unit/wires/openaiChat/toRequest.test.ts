import assert from 'node:assert/strict';
import type { ProviderDefinition } from '../../../../src/core/model/provider';
import type { WireRequest } from '../../../../src/core/ports/wire';
import { toRequest } from '../../../../src/wires/openaiChat/toRequest';
import { endpointAt, requestTo } from '../../../support/wireFixtures';

function check(name: string, request: Partial<WireRequest>, provider: Partial<ProviderDefinition>, expected: object): void {
  it(name, () => {
    const usual = { model: 'm', messages: [{ role: 'user', content: 'hi' }], stream: true, stream_options: { include_usage: true }, max_tokens: 100 };
    assert.deepEqual(JSON.parse(JSON.stringify(toRequest(requestTo(endpointAt('https://plain.example/v1', provider), request)))), JSON.parse(JSON.stringify({ ...usual, ...expected })));
  });
}

const image = { mediaType: 'image/png', base64: 'AAAA' } as const;
const tool = { name: 'f', description: 'd', parameters: { type: 'object' } };

describe('toRequest', () => {
  check('a question', {}, {}, {});
  check('a system message', { messages: [{ role: 'system', text: 's' }] }, {}, { messages: [{ role: 'system', content: 's' }] });
  check('a picture', { messages: [{ role: 'user', text: 'see', images: [image] }] }, {}, {
    messages: [{ role: 'user', content: [{ type: 'text', text: 'see' }, { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] }],
  });
  check('a picture without words', { messages: [{ role: 'user', text: '', images: [image] }] }, {}, { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] }] });
  check('an answer', { messages: [{ role: 'assistant', text: 'a' }] }, {}, { messages: [{ role: 'assistant', content: 'a' }] });
  check('tool calls and their results', { messages: [{ role: 'assistant', text: '', toolCalls: [{ id: 'c', name: 'f', arguments: '{}' }] }, { role: 'tool', toolCallId: 'c', text: 'r' }] }, {}, {
    messages: [{ role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] }, { role: 'tool', tool_call_id: 'c', content: 'r' }],
  });
  check('tools', { tools: [tool] }, {}, { tools: [{ type: 'function', function: tool }] });
  check('the other name of the output limit', {}, { outputLimitField: 'max_completion_tokens' }, { max_tokens: undefined, max_completion_tokens: 100 });
  check('a provider that refuses stream_options', {}, { streamUsage: false }, { stream_options: undefined });
  check('an answer in one piece', { whole: true }, { extraBody: { stream: true } }, { stream: false, stream_options: undefined });
  check('effort', { effort: 'low' }, {}, { reasoning_effort: 'low' });
  check('JSON', { format: 'json' }, {}, { response_format: { type: 'json_object' } });
  check('no effort', { effort: 'none' }, {}, {});
  check('effort switched off', { effort: 'off' }, {}, { reasoning_effort: 'none' });
  check('effort in an object', { effort: 'high' }, { effortField: 'reasoning.effort', extraBody: { reasoning: { exclude: false } } }, { reasoning: { exclude: false, effort: 'high' } });
  check('effort to a provider without', { effort: 'high' }, { effortField: 'none' }, {});
  check('effort beside tools where that is refused', { effort: 'high', tools: [tool] }, { effortWithTools: false }, { tools: [{ type: 'function', function: tool }] });
  check('effort beside tools', { effort: 'high', tools: [tool] }, {}, { reasoning_effort: 'high', tools: [{ type: 'function', function: tool }] });
  check('a routing wish behind the model', {}, { modelSuffix: ':cheapest' }, { model: 'm:cheapest' });
  check('a model that has one', { model: 'm:fastest' }, { modelSuffix: ':cheapest' }, { model: 'm:fastest' });
  const keeps = { modelTraits: [{ models: /^claude/, cacheFromTokens: 1024 }] };
  const on = { model: 'claude', messages: [{ role: 'user', text: 'a' }, { role: 'assistant', text: 'b' }, { role: 'user', text: 'c' }] } as const;
  const onSent = { model: 'claude', messages: [{ role: 'user', content: 'a' }, { role: 'assistant', content: 'b' }, { role: 'user', content: 'c' }] };
  check('a conversation that goes on, to be kept where that must be asked for', on, keeps, { ...onSent, cache_control: { type: 'ephemeral' } });
  check('the first question of an agent as well', { model: 'claude', tools: [tool] }, keeps, { model: 'claude', tools: [{ type: 'function', function: tool }], cache_control: { type: 'ephemeral' } });
  check('not the only question', { model: 'claude' }, keeps, { model: 'claude' });
  check('not where prompts are kept by themselves', on, {}, onSent);
  const ceiling = { inputUsd: 0.15, outputUsd: 0.6, perCallUsd: 0 };
  check('a ceiling, to a broker that takes one', { ceiling }, { priceCeiling: 'provider.max_price', extraBody: { provider: { sort: 'price' } } }, { provider: { sort: 'price', max_price: { prompt: 0.15, completion: 0.6, request: 0 } } });
  check('a ceiling, to whoever takes none', { ceiling }, {}, {});
  check('no ceiling for an unknown price', {}, { priceCeiling: 'provider.max_price' }, {});
  check('what the definition adds', {}, { extraBody: { usage: { include: true } } }, { usage: { include: true } });
  check('what the definition must not change', {}, { extraBody: { model: 'other', messages: [], stream: false, max_tokens: 9e9 } }, {});

  const tools = { tools: [{ type: 'function', function: tool }] };
  check('how tools may be called, when it is as usual', { tools: [tool], toolChoice: 'auto', parallelToolCalls: true }, {}, tools);
  check('that a tool must be called, and one at a time', { tools: [tool], toolChoice: 'required', parallelToolCalls: false }, {}, { ...tools, tool_choice: 'required', parallel_tool_calls: false });
  check('that no tool may be called', { tools: [tool], toolChoice: 'none' }, {}, { ...tools, tool_choice: 'none' });
  check('the tool that must be called', { tools: [tool], toolChoice: { name: 'f' } }, {}, { ...tools, tool_choice: { type: 'function', function: { name: 'f' } } });
  check('nothing of tools where there are none', { toolChoice: 'required', parallelToolCalls: false }, {}, {});
  check('a strict tool where that is kept', { tools: [{ ...tool, strict: true }] }, { strictTools: true }, { tools: [{ type: 'function', function: { ...tool, strict: true } }] });
  check('a strict tool where that may be refused', { tools: [{ ...tool, strict: true }] }, {}, tools);

  const sampling = { temperature: 0.2, topP: 0.5, stop: ['a', '', 'b', 'c', 'd', 'e'], seed: 7 };
  check('how the answer is drawn', { sampling }, {}, { temperature: 0.2, top_p: 0.5, stop: ['a', 'b', 'c', 'd'], seed: 7 });
  check('no top-p where nothing is left to chance', { sampling: { temperature: 0, topP: 0.9 } }, {}, { temperature: 0 });
  for (const toolChoice of ['required', { name: 'f' }] as const) check(`a tool that must be called where that is refused: ${JSON.stringify(toolChoice)}`, { tools: [tool], toolChoice }, { forcedTools: false }, tools);
  check('that no tool may be called, where only force is refused', { tools: [tool], toolChoice: 'none' }, { forcedTools: false }, { ...tools, tool_choice: 'none' });
  check('one tool at a time where that is refused', { tools: [tool], parallelToolCalls: false }, { singleToolCalls: false }, tools);
  check('the seed by its other name', { sampling: { seed: 7 } }, { seedField: 'random_seed' }, { random_seed: 7 });
  check('no seed where it is refused', { sampling: { seed: 7 } }, { seedField: 'none' }, {});
  check('one of two to a model that takes one', { sampling: { temperature: 1, topP: 0.5 } }, { modelTraits: [{ models: /^m$/, sampling: 'one' }] }, { temperature: 1 });
  check('nothing to a model that draws as it likes and does not stop', { sampling: { temperature: 1, topP: 0.5, stop: ['a'] } }, { modelTraits: [{ models: /^m$/, sampling: 'none', stops: false }] }, {});

  const format = { name: 'n', schema: { type: 'object' }, strict: true };
  check('JSON of a schema', { format }, {}, { response_format: { type: 'json_schema', json_schema: format } });
  check('JSON beside tools where that is refused', { format: 'json', tools: [tool] }, { jsonWithTools: false }, tools);
  it('a schema in words beside tools where JSON is refused there', () => {
    const sent = JSON.stringify(toRequest(requestTo(endpointAt('https://plain.example/v1', { jsonWithTools: false }), { format: { name: 'n', schema: { type: 'object' } }, tools: [tool] })));
    assert.match(sent, /fits this JSON schema/);
    assert.doesNotMatch(sent, /response_format/);
  });
  check('JSON without tools where it is refused beside them', { format: 'json' }, { jsonWithTools: false }, { response_format: { type: 'json_object' } });
  const asked = { role: 'assistant', text: '', toolCalls: [{ id: 'c', name: 'f', arguments: '{}' }] } as const;
  const called = { role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] };
  const back = { role: 'tool', tool_call_id: 'c', content: 'r' };
  check('a word of the model between results and what a person says, where there must be one', { messages: [asked, { role: 'tool', toolCallId: 'c', text: 'r' }, { role: 'user', text: 'go on' }] }, { answersTools: true }, {
    messages: [called, back, { role: 'assistant', content: 'Done.' }, { role: 'user', content: 'go on' }],
  });
  check('the same before what tools show, once', { messages: [asked, { role: 'tool', toolCallId: 'c', text: 'r', images: [image] }, { role: 'user', text: 'go on' }] }, { answersTools: true }, {
    messages: [called, back, { role: 'assistant', content: 'Done.' }, { role: 'user', content: [{ type: 'text', text: 'What the tools show:' }, { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] }, { role: 'user', content: 'go on' }],
  });
  check('results alone as they are', { messages: [asked, { role: 'tool', toolCallId: 'c', text: 'r' }] }, { answersTools: true }, { messages: [called, back] });
  check('JSON of a schema in words', { format }, { answerSchemas: false }, {
    response_format: { type: 'json_object' },
    messages: [{ role: 'system', content: 'Answer with JSON that fits this JSON schema, and with nothing else, not even a code fence:\n{"type":"object"}' }, { role: 'user', content: 'hi' }],
  });

  const calls = (...ids: readonly string[]) => ({ role: 'assistant', text: '', toolCalls: ids.map((id) => ({ id, name: 'f', arguments: '{}' })) }) as const;
  const sent = (...ids: readonly string[]) => ({ role: 'assistant', content: null, tool_calls: ids.map((id) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } })) });
  const url = 'data:image/png;base64,AAAA';
  check('what tools show, after all their results', { messages: [calls('c', 'd'), { role: 'tool', toolCallId: 'c', text: 'r', images: [image] }, { role: 'tool', toolCallId: 'd', text: 's', images: [image] }, { role: 'user', text: 'and?' }] }, {}, {
    messages: [
      sent('c', 'd'),
      { role: 'tool', tool_call_id: 'c', content: 'r' },
      { role: 'tool', tool_call_id: 'd', content: 's' },
      { role: 'user', content: [{ type: 'text', text: 'What the tools show:' }, { type: 'image_url', image_url: { url } }, { type: 'image_url', image_url: { url } }] },
      { role: 'user', content: 'and?' },
    ],
  });
  check('that a tool failed, in words', { messages: [calls('c', 'd'), { role: 'tool', toolCallId: 'c', text: 'no such file', failed: true }, { role: 'tool', toolCallId: 'd', text: 'Error: no', failed: true }] }, {}, {
    messages: [sent('c', 'd'), { role: 'tool', tool_call_id: 'c', content: 'Error: no such file' }, { role: 'tool', tool_call_id: 'd', content: 'Error: no' }],
  });

  it('makes the ids of calls short where they must be, in the call and in its result alike', () => {
    const ids = ['abcDEF123', 'toolu_01AbC', 'call_0'];
    const { messages } = toRequest(requestTo(endpointAt('https://plain.example/v1', { shortCallIds: true }), { messages: [calls(...ids), ...ids.map((id) => ({ role: 'tool', toolCallId: id, text: '' }) as const)] }));
    const made = messages.flatMap((message) => (message.role === 'assistant' ? (message.tool_calls ?? []).map(({ id }) => id) : []));
    assert.deepEqual(made, messages.flatMap((message) => (message.role === 'tool' ? [message.tool_call_id] : [])));
    assert.equal(made[0], ids[0]);
    assert.equal(new Set(made).size, 3);
    for (const id of made) assert.match(id, /^[A-Za-z0-9]{9}$/);
  });

  const thought = (sealed: string, place = 'plain/m') => ({ ...calls('c', 'd'), reasoning: [{ place, text: 'hm', sealed }] });
  const both = sent('c', 'd');
  check('reasoning, to whoever takes none', { messages: [thought('x')] }, {}, { messages: [both] });
  check('reasoning as its text', { messages: [thought('reasoning_content')] }, { reasoningBack: 'reasoning_content' }, { messages: [{ ...both, reasoning_content: 'hm' }] });
  check('reasoning of another place, where the field must be', { messages: [thought('reasoning_content', 'plain/other')] }, { reasoningBack: 'reasoning_content' }, { messages: [{ ...both, reasoning_content: '' }] });
  check('reasoning as the vendor’s list', { messages: [thought('[{"type":"reasoning.encrypted","data":"x"}]')] }, { reasoningBack: 'reasoning_details' }, { messages: [{ ...both, reasoning_details: [{ type: 'reasoning.encrypted', data: 'x' }] }] });
  check('a list that a client has spoilt', { messages: [thought('[{"type"')] }, { reasoningBack: 'reasoning_details' }, { messages: [both] });
  const signed = (signature: string) => ({ extra_content: { google: { thought_signature: signature } } });
  const [first, second] = both.tool_calls;
  check('reasoning in the calls', { messages: [thought(JSON.stringify({ c: signed('sig').extra_content }))] }, { reasoningBack: 'extra_content' }, { messages: [{ ...both, tool_calls: [{ ...first, ...signed('sig') }, second] }] });
  check('calls whose signature is lost, where nobody asks for it', { messages: [calls('c', 'd')] }, { reasoningBack: 'extra_content' }, { messages: [both] });
  check('calls whose signature is lost', { messages: [calls('c', 'd')] }, { reasoningBack: 'extra_content', modelTraits: [{ models: /^m$/, signedCalls: true }] }, { messages: [{ ...both, tool_calls: [{ ...first, ...signed('skip_thought_signature_validator') }, second] }] });
});
