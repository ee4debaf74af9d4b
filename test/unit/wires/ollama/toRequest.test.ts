import assert from 'node:assert/strict';
import type { WireRequest } from '../../../../src/core/ports/wire';
import { ollamaProvider } from '../../../../src/core/providers/definitions';
import { contextSize, promptTokens } from '../../../../src/wires/ollama/contextSize';
import { toRequest } from '../../../../src/wires/ollama/toRequest';
import { requestTo } from '../../../support/wireFixtures';

const endpoint = { provider: ollamaProvider, baseUrl: ollamaProvider.baseUrl };

function check(name: string, request: Partial<WireRequest>, expected: object): void {
  it(name, () => {
    const usual = { keep_alive: '10m', model: 'm', messages: [{ role: 'user', content: 'hi' }], stream: true, truncate: false, shift: false, options: { num_ctx: 8192, num_predict: 100 } };
    assert.deepEqual(JSON.parse(JSON.stringify(toRequest(requestTo(endpoint, request)))), JSON.parse(JSON.stringify({ ...usual, ...expected })));
  });
}

const image = { mediaType: 'image/png', base64: 'AAAA' } as const;
const tool = { name: 'f', description: 'd', parameters: { type: 'object' } };
const options = (num_ctx: number, num_predict = 100) => ({ options: { num_ctx, num_predict } });

describe('ollama toRequest', () => {
  check('a question', {}, {});
  check('a system message', { messages: [{ role: 'system', text: 's' }] }, { messages: [{ role: 'system', content: 's' }] });
  check('a picture, without the prefix of a data address', { messages: [{ role: 'user', text: 'see', images: [image, { ...image, base64: 'data:image/png;base64,BBBB' }] }] }, { messages: [{ role: 'user', content: 'see', images: ['AAAA', 'BBBB'] }], ...options(16_384) });
  check('tool calls and their results, by name and by id', { messages: [{ role: 'assistant', text: '', toolCalls: [{ id: 'c', name: 'f', arguments: '{"a":1}' }] }, { role: 'tool', toolCallId: 'c', text: 'r' }] }, {
    messages: [{ role: 'assistant', content: '', tool_calls: [{ id: 'c', function: { index: 0, name: 'f', arguments: { a: 1 } } }] }, { role: 'tool', content: 'r', tool_call_id: 'c', tool_name: 'f' }],
  });
  check('arguments that are no object', { messages: [{ role: 'assistant', text: 'x', toolCalls: [{ id: 'c', name: 'f', arguments: '[1' }] }] }, { messages: [{ role: 'assistant', content: 'x', tool_calls: [{ id: 'c', function: { index: 0, name: 'f', arguments: {} } }] }] });
  check('a result of a call that is gone', { messages: [{ role: 'tool', toolCallId: 'z', text: 'r' }] }, { messages: [{ role: 'tool', content: 'r', tool_call_id: 'z' }] });
  check('tools', { tools: [tool] }, { tools: [{ type: 'function', function: tool }] });
  check('JSON', { format: 'json' }, { format: 'json' });
  check('JSON of a schema', { format: { name: 'a', schema: { type: 'object' } } }, { format: { type: 'object' } });
  check('how the answer is drawn', { sampling: { temperature: 0, topP: 0.5, stop: ['END'], seed: 7 } }, { options: { temperature: 0, top_p: 0.5, stop: ['END'], seed: 7, num_ctx: 8192, num_predict: 100 } });
  check('nothing of how the answer is drawn', { sampling: { stop: [] } }, {});
  const both = [tool, { ...tool, name: 'g' }];
  check('no tool where none may be called', { tools: both, toolChoice: 'none' }, {});
  check('only the one that must be', { tools: both, toolChoice: { name: 'g' } }, { tools: [{ type: 'function', function: both[1] }] });
  check('all where any must be', { tools: both, toolChoice: 'required' }, { tools: both.map((one) => ({ type: 'function', function: one })) });
  check('the picture of a tool', { messages: [{ role: 'tool', toolCallId: 'z', text: 'r', images: [image] }] }, { messages: [{ role: 'tool', content: 'r', tool_call_id: 'z', images: ['AAAA'] }] });
  const thought = (place: string) => [{ role: 'assistant', text: '', reasoning: [{ place, text: 'hm', sealed: 'x'.repeat(100_000) }], toolCalls: [{ id: 'c', name: 'f', arguments: '{}' }] }] as const;
  const calls = { tool_calls: [{ id: 'c', function: { index: 0, name: 'f', arguments: {} } }] };
  check('what it thought before a call', { messages: thought('ollama/m') }, { messages: [{ role: 'assistant', content: '', thinking: 'hm', ...calls }] });
  check('nothing that another model thought', { messages: thought('ollama/n') }, { messages: [{ role: 'assistant', content: '', ...calls }] });
  check('no effort', { effort: 'none' }, {});
  check('effort switched off', { effort: 'off' }, { think: false });
  check('effort of a model that thinks or does not', { effort: 'high', model: 'qwen3:8b' }, { model: 'qwen3:8b', think: true });
  check('effort of a model with levels', { effort: 'high', model: 'gpt-oss:20b' }, { model: 'gpt-oss:20b', think: 'high' });
  check('more effort than there is', { effort: 'xhigh', model: 'gpt-oss:20b' }, { model: 'gpt-oss:20b', think: 'high' });
  check('little effort', { effort: 'low', model: 'gpt-oss:20b' }, { model: 'gpt-oss:20b', think: 'low' });
  check('a long answer', { maxOutputTokens: 8192 }, options(16_384, 8192));
  check('a model that takes less', { maxOutputTokens: 8192, contextTokens: 10_000 }, options(10_000, 8192));

  it('lets a definition add, but not change what is asked', () => {
    const provider = { ...ollamaProvider, extraBody: { model: 'other', stream: false, truncate: true, options: { num_ctx: 1, seed: 7 } } };
    assert.partialDeepStrictEqual(toRequest(requestTo({ ...endpoint, provider })), { model: 'm', stream: true, truncate: false, options: { seed: 7, num_ctx: 8192, num_predict: 100 } });
  });
});

describe('ollama contextSize', () => {
  const sized = (text: string, changes: Partial<WireRequest> = {}) => contextSize(requestTo(endpoint, { messages: [{ role: 'user', text }], ...changes }));
  const rows: readonly (readonly [string, number, number])[] = [
    ['a short question', sized('hi'), 8192],
    ['a prompt just too long for the step', sized('x'.repeat(16_384)), 16_384],
    ['a long prompt', sized('x'.repeat(200_000)), 131_072],
    ['a long prompt to a small model', sized('x'.repeat(200_000), { contextTokens: 32_768 }), 32_768],
    ['a text of three bytes a character', sized('語'.repeat(10_000)), 16_384],
  ];
  for (const [name, actual, expected] of rows) it(`of ${name} is ${expected}`, () => assert.equal(actual, expected));

  it('does not count the base64 of an image as text', () => {
    const tokens = promptTokens(requestTo(endpoint, { messages: [{ role: 'user', text: '', images: [{ ...image, base64: 'A'.repeat(1_000_000) }] }] }));
    assert.ok(tokens < 6000, String(tokens));
  });
});
