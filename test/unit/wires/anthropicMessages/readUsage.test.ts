import assert from 'node:assert/strict';
import { price } from '../../../support/cards';
import { costOf } from '../../../../src/core/model/price';
import type { Usage } from '../../../../src/core/model/usage';
import { mergeUsage, readUsage } from '../../../../src/wires/anthropicMessages/readUsage';

function check(name: string, events: readonly unknown[], expected: Partial<Usage> | undefined): void {
  it(name, () => {
    const usage = readUsage(events.reduce<Readonly<Record<string, unknown>>>(mergeUsage, {}));
    assert.deepEqual(usage, expected === undefined ? undefined : { inputTokens: 100, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 20, reasoningTokens: 0, estimated: false, ...expected });
  });
}

const start = { input_tokens: 100, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1, service_tier: 'standard' };

describe('anthropicMessages readUsage', () => {
  check('the last output counts, nothing is added up', [start, { output_tokens: 5 }, { output_tokens: 20 }], {});
  check('cached tokens stand beside input_tokens', [{ ...start, cache_read_input_tokens: 40, cache_creation_input_tokens: 10 }, { output_tokens: 20 }], { inputTokens: 150, cachedInputTokens: 40, cacheWriteTokens: 10 });
  check('the end may say everything again', [{ ...start, cache_read_input_tokens: 40 }, { input_tokens: 100, cache_read_input_tokens: 40, cache_creation_input_tokens: 0, output_tokens: 20 }], { inputTokens: 140, cachedInputTokens: 40 });
  check('the end may know better', [{ ...start, input_tokens: 43 }, { input_tokens: 100, output_tokens: 20 }], {});
  check('null is what has not changed', [start, { input_tokens: null, cache_read_input_tokens: null, cache_creation_input_tokens: null, output_tokens: 20 }], {});
  check('written tokens by how long they are kept', [{ input_tokens: 100, output_tokens: 1, cache_creation: { ephemeral_5m_input_tokens: 7, ephemeral_1h_input_tokens: 3 } }, { output_tokens: 20 }], { inputTokens: 110, cacheWriteTokens: 10, cacheWrite1hTokens: 3 });
  check('the sum of written tokens is not added to its parts', [{ ...start, cache_creation_input_tokens: 10, cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 0 } }, { output_tokens: 20 }], { inputTokens: 110, cacheWriteTokens: 10 });
  check('parts that leave something out', [{ ...start, cache_creation_input_tokens: 10, cache_creation: { ephemeral_5m_input_tokens: 2, ephemeral_1h_input_tokens: 3 } }, { output_tokens: 20 }], { inputTokens: 110, cacheWriteTokens: 10, cacheWrite1hTokens: 3 });
  check('parts without their sum', [{ ...start, cache_creation: { ephemeral_5m_input_tokens: 10 } }, { output_tokens: 20 }], { inputTokens: 110, cacheWriteTokens: 10 });
  check('where it ran and how', [{ ...start, service_tier: 'batch', inference_geo: 'us', speed: 'standard' }, { output_tokens: 20 }], { served: ['batch', 'us'] });
  check('thinking is inside output', [start, { output_tokens: 20, output_tokens_details: { thinking_tokens: 15 } }], { reasoningTokens: 15 });
  check('all from the cache', [{ ...start, input_tokens: 0, cache_read_input_tokens: 100 }, { output_tokens: 20 }], { cachedInputTokens: 100 });
  check('nothing', [], undefined);
  check('only zeros', [{ input_tokens: 0, output_tokens: 0 }], undefined);
  check('text', [{ input_tokens: '100', output_tokens: 20 }], undefined);
  check('negative', [{ input_tokens: -1, output_tokens: 20 }], undefined);
  check('absurd', [{ input_tokens: 1e12, output_tokens: 20 }], undefined);
  check('no object', ['x', undefined, null, 7], undefined);

  it('is charged at the published price: Haiku 4.5, fresh, read and written', () => {
    const usage = readUsage({ input_tokens: 1000, cache_read_input_tokens: 4000, cache_creation_input_tokens: 2000, output_tokens: 500 });
    assert.ok(usage);
    // 1000 × $1 + 4000 × $0.10 + 2000 × $1.25 + 500 × $5, per million: $0.0064.
    assert.equal(costOf(usage, price([1, 5, 0.1, 1.25])), 6_400_000);
  });
});
