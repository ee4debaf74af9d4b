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
