import assert from 'node:assert/strict';
import type { WireRequest } from '../../../../src/core/ports/wire';
import { toRequest } from '../../../../src/wires/openaiResponses/toRequest';
import { endpointAt, requestTo } from '../../../support/wireFixtures';

const endpoint = endpointAt('https://plain.example/v1');
const plain = { model: 'm', input: [{ role: 'user', content: 'hi' }], stream: true, store: false, max_output_tokens: 100 };

function check(name: string, changes: Partial<WireRequest>, expected: object): void {
  it(name, () => assert.deepEqual(toRequest(requestTo(endpoint, changes)), { ...plain, ...expected }));
}

describe('openaiResponses toRequest', () => {
  check('sends a question', {}, {});
  check('sends system text as instructions, and nothing for an empty one', { messages: [{ role: 'system', text: 'Be brief.' }, { role: 'system', text: '' }, { role: 'user', text: 'hi' }, { role: 'system', text: 'Be kind.' }] }, { instructions: 'Be brief.\n\nBe kind.' });
  check('sends effort by name', { effort: 'xhigh' }, { reasoning: { effort: 'xhigh' } });
  check('switches reasoning off by name', { effort: 'off' }, { reasoning: { effort: 'none' } });
  check('sends effort beside tools', { effort: 'low', tools: [{ name: 'f', description: 'd', parameters: { type: 'object', properties: {} } }] }, { reasoning: { effort: 'low' }, tools: [{ type: 'function', name: 'f', description: 'd', parameters: { type: 'object', properties: {} }, strict: false }] });
  check('says no effort to a provider that takes none', { effort: 'low', endpoint: endpointAt('https://plain.example/v1', { effortField: 'none' }) }, {});
  check('asks a model that does not stream for the whole', { endpoint: endpointAt('https://plain.example/v1', { modelTraits: [{ models: /^m$/, streams: false }] }) }, { stream: false });
  check('leaves a system text that comes later where it is, so that the prompt cache holds', { messages: [{ role: 'system', text: 'Be brief.' }, { role: 'user', text: 'hi' }, { role: 'assistant', text: 'Hello.' }, { role: 'system', text: 'Be kind.' }, { role: 'system', text: '' }, { role: 'user', text: 'And?' }] }, {
    instructions: 'Be brief.',
    input: [{ role: 'user', content: 'hi' }, { role: 'assistant', content: 'Hello.' }, { role: 'developer', content: 'Be kind.' }, { role: 'user', content: 'And?' }],
  });
  check('asks for JSON, with the instructions in the input', { format: 'json', messages: [{ role: 'system', text: 'Answer in JSON.' }, { role: 'user', text: 'hi' }] }, { text: { format: { type: 'json_object' } }, input: [{ role: 'developer', content: 'Answer in JSON.' }, { role: 'user', content: 'hi' }] });

  const image = { mediaType: 'image/png', base64: 'aGk=' } as const;
  check('sends images as data', { messages: [{ role: 'user', text: 'What?', images: [image] }] }, { input: [{ role: 'user', content: [{ type: 'input_text', text: 'What?' }, { type: 'input_image', detail: 'auto', image_url: 'data:image/png;base64,aGk=' }] }] });
  check('sends an image without a word', { messages: [{ role: 'user', text: '', images: [image] }] }, { input: [{ role: 'user', content: [{ type: 'input_image', detail: 'auto', image_url: 'data:image/png;base64,aGk=' }] }] });

  check(
    'sends a conversation with calls and their results, all without ids of the provider',
    {
      messages: [
        { role: 'user', text: 'weather?' },
        { role: 'assistant', text: 'I look.', toolCalls: [{ id: 'call_a', name: 'f', arguments: '{"a":1}' }, { id: 'call_b', name: 'g', arguments: '{}' }] },
        { role: 'tool', toolCallId: 'call_a', text: 'wet' },
        { role: 'tool', toolCallId: 'call_b', text: '' },
        { role: 'assistant', text: 'It rains.' },
      ],
    },
    {
      input: [
        { role: 'user', content: 'weather?' },
        { role: 'assistant', content: 'I look.' },
        { type: 'function_call', call_id: 'call_a', name: 'f', arguments: '{"a":1}' },
        { type: 'function_call', call_id: 'call_b', name: 'g', arguments: '{}' },
        { type: 'function_call_output', call_id: 'call_a', output: 'wet' },
        { type: 'function_call_output', call_id: 'call_b', output: '' },
        { role: 'assistant', content: 'It rains.' },
      ],
    },
  );
  check('sends no empty answer', { messages: [{ role: 'assistant', text: '' }, { role: 'user', text: 'hi' }] }, {});

  const tool = { name: 'f', description: 'd', parameters: { type: 'object', properties: {} } };
  const tools = (strict = false) => ({ tools: [{ type: 'function', ...tool, strict }] });
  check('says nothing of what is usual', { tools: [tool], toolChoice: 'auto', parallelToolCalls: true }, tools());
  check('says which tool must be called, and one at a time', { tools: [{ ...tool, strict: true }], toolChoice: { name: 'f' }, parallelToolCalls: false }, { ...tools(true), tool_choice: { type: 'function', name: 'f' }, parallel_tool_calls: false });
  check('says that no tool may be called', { tools: [tool], toolChoice: 'none' }, { ...tools(), tool_choice: 'none' });
  check('says how the answer is drawn, where the protocol can', { sampling: { temperature: 0, topP: 0.5, stop: ['a'], seed: 7 } }, { temperature: 0, top_p: 0.5 });
  const reasons = endpointAt('https://plain.example/v1', { modelTraits: [{ models: /^m$/, sampling: 'none', sealsReasoning: true }] });
  check('says nothing of it to a model that refuses it', { endpoint: reasons, sampling: { temperature: 0, topP: 0.5 } }, {});
  check('asks for sealed reasoning where tools may be called', { endpoint: reasons, tools: [tool] }, { ...tools(), include: ['reasoning.encrypted_content'] });
  check('asks for JSON of a schema', { format: { name: 'n', schema: { type: 'object' }, strict: true } }, { text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true } } });
  const call = { role: 'assistant', text: '', toolCalls: [{ id: 'call_a', name: 'f', arguments: '{}' }] } as const;
  const called = { type: 'function_call', call_id: 'call_a', name: 'f', arguments: '{}' };
  check('sends reasoning back to its own place', { messages: [{ ...call, reasoning: [{ place: 'plain/m', text: 'hm', sealed: 'x' }, { place: 'plain/other', text: 'so', sealed: 'y' }, { place: 'plain/m', text: '', sealed: 'z' }] }] }, {
    input: [{ type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }], encrypted_content: 'x' }, { type: 'reasoning', summary: [], encrypted_content: 'z' }, called],
  });
  check('sends no reasoning alone', { messages: [{ role: 'assistant', text: '', reasoning: [{ place: 'plain/m', text: 'hm', sealed: 'x' }] }, { role: 'user', text: 'hi' }] }, {});
  check('sends what a tool shows, and that it failed', { messages: [call, { role: 'tool', toolCallId: 'call_a', text: 'dark', images: [image], failed: true }] }, {
    input: [called, { type: 'function_call_output', call_id: 'call_a', output: [{ type: 'input_text', text: 'Error: dark' }, { type: 'input_image', detail: 'auto', image_url: 'data:image/png;base64,aGk=' }] }],
  });

  it('shortens an id of another vendor, in the call and in its result alike', () => {
    const long = `functions.${'x'.repeat(80)}:0`;
    const { input } = toRequest(requestTo(endpoint, { messages: [{ role: 'assistant', text: '', toolCalls: [{ id: long, name: 'f', arguments: '{}' }] }, { role: 'tool', toolCallId: long, text: 'r' }] }));
    assert.ok(Array.isArray(input));
    const ids = input.map((item) => ('call_id' in item ? item.call_id : undefined));
    assert.deepEqual([ids[0]?.length, ids[0]], [64, ids[1]]);
  });

  it('lets a definition add fields, and change nothing that is asked', () => {
    const body = toRequest(requestTo(endpointAt('https://plain.example/v1', { extraBody: { service_tier: 'flex', store: true, model: 'other', max_output_tokens: 1 } })));
    assert.deepEqual(body, { service_tier: 'flex', ...plain });
  });
});
