import assert from 'node:assert/strict';
import { mapStopReason } from '../../../../src/wires/openaiChat/mapStopReason';

function check(word: string | undefined, expected: ReturnType<typeof mapStopReason>): void {
  it(`${word} is ${expected}`, () => assert.equal(mapStopReason(word), expected));
}

describe('mapStopReason', () => {
  for (const word of ['stop', 'eos', 'eos_token', 'end_turn', 'stop_sequence', 'COMPLETE', 'STOP', undefined]) check(word, 'stop');
  for (const word of ['length', 'max_tokens', 'MAX_TOKENS', 'model_length', 'max_output_tokens']) check(word, 'length');
  for (const word of ['tool_calls', 'function_call', 'tool_use']) check(word, 'toolCalls');
  for (const word of ['content_filter', 'SAFETY', 'RECITATION', 'PROHIBITED_CONTENT', 'refusal']) check(word, 'contentFilter');
  for (const word of ['error', 'abort', 'insufficient_system_resource']) check(word, 'error');
  for (const word of ['some_new_reason', 'constructor', '__proto__', '']) check(word, 'unknown');
});
