import assert from 'node:assert/strict';
import { mapStopReason } from '../../../../src/wires/openaiResponses/mapStopReason';

describe('openaiResponses mapStopReason', () => {
  const rows: readonly (readonly [string | undefined, string])[] = [
    ['completed', 'stop'],
    ['max_output_tokens', 'length'],
    ['max_messages', 'length'],
    ['incomplete', 'length'],
    ['content_filter', 'contentFilter'],
    ['failed', 'error'],
    ['cancelled', 'error'],
    ['queued', 'unknown'],
    ['steered', 'unknown'],
    [undefined, 'unknown'],
  ];
  for (const [word, expected] of rows) it(`reads ${word ?? 'nothing'} as ${expected}`, () => assert.equal(mapStopReason(word), expected));
});
