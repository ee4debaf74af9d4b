import assert from 'node:assert/strict';
import { mapStopReason } from '../../../../src/wires/anthropicMessages/mapStopReason';

const rows: readonly (readonly [string | undefined, string])[] = [
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['pause_turn', 'length'],
  ['tool_use', 'toolCalls'],
  ['refusal', 'contentFilter'],
  ['because', 'unknown'],
  [undefined, 'stop'],
];

describe('anthropicMessages mapStopReason', () => {
  for (const [word, expected] of rows) it(`${word} is ${expected}`, () => assert.equal(mapStopReason(word), expected));
});
