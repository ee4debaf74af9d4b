import assert from 'node:assert/strict';
import type { ToolCall } from '../../../../src/core/model/message';
import { fromChunk } from '../../../../src/wires/openaiChat/fromChunk';
import { ToolCallAssembly } from '../../../../src/wires/openaiChat/toolCallAssembly';

/** Each row is the `tool_calls` of one delta. */
function check(name: string, deltas: readonly unknown[], expected: readonly ToolCall[]): void {
  it(name, () => {
    const assembly = new ToolCallAssembly();
    for (const calls of deltas) for (const delta of fromChunk({ choices: [{ delta: { tool_calls: calls } }] }).toolCalls) assembly.add(delta);
    let made = 0;
    assert.deepEqual(
      assembly.calls(() => `made${(made += 1)}`),
      expected,
    );
  });
}

const f = (text: string, id = 'a', name = 'f'): ToolCall => ({ id, name, arguments: text });

describe('ToolCallAssembly', () => {
  check('OpenAI, in parts', [[{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }], [{ index: 0, function: { arguments: '{"x"' } }], [{ index: 0, function: { arguments: ':1}' } }]], [f('{"x":1}')]);
  check('OpenAI, two at once', [[{ index: 0, id: 'a', function: { name: 'f', arguments: '' } }], [{ index: 0, function: { arguments: '{}' } }], [{ index: 1, id: 'b', function: { name: 'g', arguments: '' } }], [{ index: 1, function: { arguments: '[]' } }]], [f('{}'), f('[]', 'b', 'g')]);
  check('parts of two calls mixed', [[{ index: 0, id: 'a', function: { name: 'f', arguments: '{' } }, { index: 1, id: 'b', function: { name: 'g', arguments: '[' } }], [{ index: 1, function: { arguments: ']' } }], [{ index: 0, function: { arguments: '}' } }]], [f('{}'), f('[]', 'b', 'g')]);
  check('the same function twice', [[{ index: 0, id: 'a', function: { name: 'f', arguments: '{"x":1}' } }], [{ index: 1, id: 'b', function: { name: 'f', arguments: '{"x":2}' } }]], [f('{"x":1}'), f('{"x":2}', 'b')]);
  check('whole, arguments as an object', [[{ index: 0, id: 'a', function: { name: 'f', arguments: { x: 1 } } }]], [f('{"x":1}')]);
  check('no arguments', [[{ index: 0, id: 'a', function: { name: 'f' } }]], [f('{}')]);
  check('no index, in parts', [[{ id: 'a', function: { name: 'f', arguments: '{"x":' } }], [{ function: { arguments: '1}' } }]], [f('{"x":1}')]);
  check('no index, two calls by id', [[{ id: 'a', function: { name: 'f', arguments: '{}' } }], [{ id: 'b', function: { name: 'g', arguments: '{}' } }]], [f('{}'), f('{}', 'b', 'g')]);
  check('no index, two in one delta', [[{ id: 'a', function: { name: 'f', arguments: '{}' } }, { id: 'b', function: { name: 'f', arguments: '{}' } }]], [f('{}'), f('{}', 'b')]);
  check('index 0 for all of several (Gemini)', [[{ index: 0, id: 'a', function: { name: 'f', arguments: '{"x":1}' } }, { index: 0, id: 'b', function: { name: 'f', arguments: '{"x":2}' } }]], [f('{"x":1}'), f('{"x":2}', 'b')]);
  check('index 0 and empty ids for all of several', [[{ index: 0, id: '', function: { name: 'f', arguments: '{"x":1}' } }, { index: 0, id: '', function: { name: 'g', arguments: '{}' } }]], [f('{"x":1}', 'made1'), f('{}', 'made2', 'g')]);
  check('a new id in every part (vLLM)', [[{ index: 0, id: 'a', function: { name: 'f', arguments: '' } }], [{ index: 0, id: 'a2', function: { name: null, arguments: '{' } }], [{ index: 0, id: 'a3', function: { arguments: '}' } }]], [f('{}')]);
  check('id and name in every part', [[{ index: 0, id: 'a', function: { name: 'f', arguments: '{' } }], [{ index: 0, id: 'a', function: { name: 'f', arguments: '}' } }]], [f('{}')]);
  check('name in every part, no id', [[{ index: 0, function: { name: 'f', arguments: '{' } }], [{ index: 0, function: { name: 'f', arguments: '}' } }]], [f('{}', 'made1')]);
  check('a late name and id', [[{ index: 0, function: { arguments: '{' } }], [{ index: 0, id: 'a', function: { name: 'f', arguments: '}' } }]], [f('{}')]);
  check('a name in pieces', [[{ index: 0, id: 'a', function: { name: 'read_' } }], [{ index: 0, function: { name: 'file' } }], [{ index: 0, function: { arguments: '{}' } }]], [f('{}', 'a', 'read_file')]);
  check('no id', [[{ index: 0, function: { name: 'f', arguments: '{}' } }]], [f('{}', 'made1')]);
  check('one id for two calls', [[{ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }], [{ index: 1, id: 'a', function: { name: 'g', arguments: '{}' } }]], [f('{}'), f('{}', 'made1', 'g')]);
  check('a call that never gets a name', [[{ index: 0, id: 'a', function: { arguments: '{}' } }]], []);
  check('what is no call', [[null, 7, 'x', []], 'x', null], []);
  check('name beside arguments, without `function`', [[{ index: 0, id: 'a', name: 'f', arguments: '{}' }]], [f('{}')]);

  it('reads the field before tools', () => {
    const assembly = new ToolCallAssembly();
    for (const call of [{ name: 'f', arguments: '{"x"' }, { arguments: ':1}' }]) for (const delta of fromChunk({ choices: [{ delta: { function_call: call } }] }).toolCalls) assembly.add(delta);
    assert.deepEqual(
      assembly.calls(() => 'made'),
      [f('{"x":1}', 'made')],
    );
  });
});
