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
  const ceiling = { inputUsd: 0.15, outputUsd: 0.6, perCallUsd: 0 };
  check('a ceiling, to a broker that takes one', { ceiling }, { priceCeiling: 'provider.max_price', extraBody: { provider: { sort: 'price' } } }, { provider: { sort: 'price', max_price: { prompt: 0.15, completion: 0.6, request: 0 } } });
  check('a ceiling, to whoever takes none', { ceiling }, {}, {});
  check('no ceiling for an unknown price', {}, { priceCeiling: 'provider.max_price' }, {});
  check('what the definition adds', {}, { extraBody: { usage: { include: true } } }, { usage: { include: true } });
  check('what the definition must not change', {}, { extraBody: { model: 'other', messages: [], stream: false, max_tokens: 9e9 } }, {});
});
