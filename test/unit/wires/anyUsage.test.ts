import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Usage } from '../../../src/core/model/usage';
import { mergeUsage, readUsage as readMessages } from '../../../src/wires/anthropicMessages/readUsage';
import { readUsage as readOpenAi } from '../../../src/wires/http/openai/readUsage';
import { readUsage as readOllama } from '../../../src/wires/ollama/readUsage';

/** Counts as they should be, and all that has been seen or may come in their place. */
const count = fc.oneof({ weight: 4, arbitrary: fc.nat(400_000) }, fc.constantFrom<unknown>(null, undefined, -1, 0.5, Number.NaN, Infinity, 1e15, '12', '', true, [], {}));
const details = fc.oneof({ weight: 4, arbitrary: fc.record({ cached_tokens: count, cache_write_tokens: count, reasoning_tokens: count, thinking_tokens: count, ephemeral_5m_input_tokens: count, ephemeral_1h_input_tokens: count, upstream_inference_cost: count }, { requiredKeys: [] }) }, fc.jsonValue());
const usages = fc.record(
  {
    ...Object.fromEntries(
      [
        ...['prompt_tokens', 'completion_tokens', 'total_tokens', 'input_tokens', 'output_tokens', 'reasoning_tokens', 'cached_tokens', 'num_cached_tokens', 'prompt_cache_hit_tokens', 'prompt_cache_miss_tokens'],
        ...['cache_read_input_tokens', 'cache_creation_input_tokens', 'promptTokenCount', 'candidatesTokenCount', 'thoughtsTokenCount', 'cachedContentTokenCount', 'toolUsePromptTokenCount', 'prompt_eval_count', 'eval_count', 'cost', 'cost_in_usd_ticks'],
      ].map((name) => [name, count]),
    ),
    ...Object.fromEntries(['prompt_tokens_details', 'completion_tokens_details', 'input_tokens_details', 'output_tokens_details', 'cache_creation', 'cost_details'].map((name) => [name, details])),
    is_byok: fc.constantFrom<unknown>(true, false, undefined, 'yes'),
    service_tier: fc.oneof(fc.constantFrom<unknown>('flex', 'default', null, 7), fc.string()),
  },
  { requiredKeys: [] },
);

function isSound(usage: Usage | undefined): void {
  if (usage === undefined) return;
  const { inputTokens, cachedInputTokens, cacheWriteTokens, cacheWrite1hTokens = 0, outputTokens, reasoningTokens, billed = 0, served = [] } = usage;
  for (const tokens of [inputTokens, cachedInputTokens, cacheWriteTokens, cacheWrite1hTokens, outputTokens, reasoningTokens, billed]) assert.ok(Number.isSafeInteger(tokens) && tokens >= 0, String(tokens));
  assert.ok(cachedInputTokens + cacheWriteTokens <= inputTokens);
  assert.ok(cacheWrite1hTokens <= cacheWriteTokens);
  assert.ok(reasoningTokens <= outputTokens);
  assert.ok(usage.estimated || inputTokens + outputTokens > 0);
  for (const word of served) assert.match(word, /^[a-z0-9_-]+$/);
}

describe('usage of any shape', () => {
  const anything = fc.oneof({ weight: 9, arbitrary: usages }, fc.jsonValue());
  for (const reasoningTokensIncluded of [true, false]) {
    for (const billedIn of ['usd', 'ticks'] as const) {
      it(`is read as sound figures or not at all, by chat and responses (${billedIn}, reasoning ${reasoningTokensIncluded ? 'inside' : 'outside'})`, () =>
        fc.assert(fc.property(anything, fc.jsonValue(), (usage, tier) => isSound(readOpenAi(usage, { reasoningTokensIncluded, billedIn }, tier))), { numRuns: 400 }));
    }
  }
  it('is so by messages, whatever its events say', () => fc.assert(fc.property(fc.array(anything, { maxLength: 3 }), (events) => isSound(readMessages(events.reduce<Readonly<Record<string, unknown>>>(mergeUsage, {})))), { numRuns: 400 }));
  it('is so by Ollama', () => fc.assert(fc.property(anything, fc.nat(1000), (line, estimated) => isSound(readOllama(line, estimated)))));
});
