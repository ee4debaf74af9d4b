import assert from 'node:assert/strict';
import { fromChunk } from '../../../../src/wires/ollama/fromChunk';
import { type LinePart, LineReader } from '../../../../src/wires/ollama/lineReader';
import { mapStopReason } from '../../../../src/wires/ollama/mapStopReason';
import { readUsage } from '../../../../src/wires/ollama/readUsage';

describe('ollama fromChunk', () => {
  const nothing = { text: '', reasoning: '', toolCalls: [], done: false, doneReason: undefined, error: undefined };
  const rows: readonly (readonly [string, unknown, object])[] = [
    ['text', { message: { role: 'assistant', content: 'Hi' }, done: false }, { text: 'Hi' }],
    ['thinking', { message: { content: '', thinking: 'hm' } }, { reasoning: 'hm' }],
    ['a tool call without an id', { message: { tool_calls: [{ function: { name: 'f', arguments: { a: 1 } } }] } }, { toolCalls: [{ id: undefined, name: 'f', arguments: '{"a":1}' }] }],
    ['a tool call with an id', { message: { tool_calls: [{ id: 'c', function: { index: 0, name: 'f', arguments: {} } }] } }, { toolCalls: [{ id: 'c', name: 'f', arguments: '{}' }] }],
    ['arguments as text', { message: { tool_calls: [{ function: { name: 'f', arguments: '{"a":1}' } }, { function: { name: 'g', arguments: '' } }] } }, { toolCalls: [{ id: undefined, name: 'f', arguments: '{"a":1}' }, { id: undefined, name: 'g', arguments: '{}' }] }],
    ['a call without a name', { message: { tool_calls: [{ function: { arguments: {} } }, null, 7] } }, {}],
    ['the end', { done: true, done_reason: 'stop' }, { done: true, doneReason: 'stop' }],
    ['an error', { error: 'it broke' }, { error: 'it broke' }],
    ['an empty error', { error: '' }, {}],
    ['wrong types', { message: { content: 7, thinking: [], tool_calls: 'x' }, done: 'true', done_reason: 1, error: 5 }, {}],
    ['a list', [1], {}],
    ['null', null, {}],
  ];
  for (const [name, value, expected] of rows) it(`reads ${name}`, () => assert.deepEqual(fromChunk(value), { ...nothing, ...expected }));
});

describe('ollama mapStopReason', () => {
  for (const [word, expected] of [['stop', 'stop'], ['length', 'length'], ['load', 'nothing'], ['unload', 'nothing'], ['STOP', 'stop'], [undefined, 'stop'], ['new', 'unknown']] as const) {
    it(`${word} is ${expected}`, () => assert.equal(mapStopReason(word), expected));
  }
});

describe('ollama readUsage', () => {
  const rows: readonly (readonly [string, unknown, readonly [number, number, boolean] | undefined])[] = [
    ['both counts', { prompt_eval_count: 11, eval_count: 7 }, [11, 7, false]],
    ['a prompt that was still in memory', { eval_count: 7 }, [42, 7, true]],
    ['a prompt of zero', { prompt_eval_count: 0, eval_count: 7 }, [42, 7, true]],
    ['no output', { prompt_eval_count: 11, eval_count: 0 }, [11, 0, false]],
    ['no counts', { done: true }, undefined],
    ['zeros', { prompt_eval_count: 0, eval_count: 0 }, undefined],
    ['text', { prompt_eval_count: '11', eval_count: '7' }, undefined],
    ['a negative count', { prompt_eval_count: 11, eval_count: -1 }, undefined],
    ['an absurd count', { prompt_eval_count: 11, eval_count: 1e12 }, undefined],
    ['nothing', null, undefined],
  ];
  for (const [name, value, expected] of rows) {
    it(`of ${name}`, () => {
      const usage = readUsage(value, 42);
      assert.deepEqual(usage && [usage.inputTokens, usage.outputTokens, usage.estimated], expected);
    });
  }
});

describe('LineReader', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  function read(pieces: readonly Uint8Array[], maxLength?: number): readonly LinePart[] {
    const reader = new LineReader(maxLength);
    return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
  }
  const value = (one: unknown): LinePart => ({ type: 'value', value: one });
  const notJson: LinePart = { type: 'garbage', problem: 'A part of the answer is not JSON.' };
  const rows: readonly (readonly [string, string, readonly LinePart[]])[] = [
    ['lines', '{"a":1}\n{"a":2}\n', [value({ a: 1 }), value({ a: 2 })]],
    ['lines ended by CRLF, and blank ones', '{"a":1}\r\n\r\n \n{"a":2}\r\n', [value({ a: 1 }), value({ a: 2 })]],
    ['a last line without its end', '{"a":1}\n{"a":2}', [value({ a: 1 }), value({ a: 2 })]],
    ['half a last line', '{"a":1}\n{"a":', [value({ a: 1 })]],
    ['two values on one line', '{"a":1}{"a":2}\n', [value({ a: 1 }), value({ a: 2 })]],
    ['a byte order mark', '\uFEFF{"a":1}\n', [value({ a: 1 })]],
    ['characters of several bytes', '{"a":"é語😀"}\n', [value({ a: 'é語😀' })]],
    ['a line that is not JSON, and nothing after it', '{"a":1}\nping\n{"a":2}\n', [value({ a: 1 }), notJson]],
    ['a web page', '<html>\n<title>Login</title>\n</html>', [{ type: 'garbage', problem: 'A web page came instead of an answer: without a title' }]],
    ['a web page of one line', '<title>Login</title>', [{ type: 'garbage', problem: 'A web page came instead of an answer: Login' }]],
    ['nothing', '', []],
  ];
  for (const [name, text, expected] of rows) {
    it(`reads ${name}`, () => assert.deepEqual(read([bytes(text)]), expected));
    it(`reads ${name}, byte by byte`, () => assert.deepEqual(read([...bytes(text)].map((byte) => Uint8Array.of(byte))), expected));
  }

  it('gives up on a line without an end', () => {
    const reader = new LineReader(100);
    assert.deepEqual(reader.push(bytes('x'.repeat(60))), []);
    assert.equal(reader.push(bytes('x'.repeat(60)))[0]?.type, 'garbage');
    assert.deepEqual([...reader.push(bytes('\n{"a":1}\n')), ...reader.end()], []);
  });

  it('keeps the beginning, to quote it', () => {
    const reader = new LineReader();
    reader.push(bytes('abc'));
    reader.push(bytes('d'.repeat(1000)));
    assert.equal(reader.beginning.length, 300);
    assert.ok(reader.beginning.startsWith('abcd'));
  });
});
