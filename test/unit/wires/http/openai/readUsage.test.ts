import assert from 'node:assert/strict';
import type { ProviderDefinition } from '../../../../../src/core/model/provider';
import type { Usage } from '../../../../../src/core/model/usage';
import { readUsage } from '../../../../../src/wires/http/openai/readUsage';

type Row = Partial<Omit<Usage, 'billed'>> & { readonly billed?: number };

function check(name: string, raw: unknown, expected: Row | undefined, reasoningTokensIncluded = true, billedIn: ProviderDefinition['billedIn'] = 'usd'): void {
  it(name, () => {
    const usage = readUsage(raw, { reasoningTokensIncluded, ...(billedIn === undefined ? {} : { billedIn }) });
    assert.deepEqual(usage, expected === undefined ? undefined : { inputTokens: 100, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 20, reasoningTokens: 0, estimated: false, ...expected });
  });
}

const plain = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };

describe('readUsage', () => {
  check('OpenAI', plain, {});
  check('OpenAI, cached', { ...plain, prompt_tokens_details: { cached_tokens: 90, audio_tokens: 0 } }, { cachedInputTokens: 90 });
  check('OpenAI, reasoning inside', { ...plain, completion_tokens_details: { reasoning_tokens: 15 } }, { reasoningTokens: 15 });
  check('DeepSeek, cache hits', { ...plain, prompt_cache_hit_tokens: 64, prompt_cache_miss_tokens: 36, prompt_tokens_details: { cached_tokens: 64 } }, { cachedInputTokens: 64 });
  check('DeepSeek, cache hits alone', { ...plain, prompt_cache_hit_tokens: 64, prompt_cache_miss_tokens: 36 }, { cachedInputTokens: 64 });
  check('Moonshot, cached at the top', { ...plain, cached_tokens: 10 }, { cachedInputTokens: 10 });
  check('Groq, with times', { ...plain, queue_time: 0.02, prompt_time: 0.01, completion_time: 0.1, total_time: 0.11 }, {});
  check('Cerebras', { ...plain, prompt_tokens_details: { cached_tokens: 0 } }, {});
  check('Mistral', { ...plain, prompt_audio_seconds: null }, {});
  check('Together', { ...plain, cached_tokens: 0 }, {});
  check('xAI, reasoning outside', { ...plain, total_tokens: 420, completion_tokens_details: { reasoning_tokens: 300 }, num_sources_used: 0 }, { outputTokens: 320, reasoningTokens: 300 }, false);
  check('Gemini, thoughts outside', { ...plain, total_tokens: 125, completion_tokens_details: { reasoning_tokens: 5 } }, { outputTokens: 25, reasoningTokens: 5 }, false);
  check('Gemini, thoughts only in the total', { ...plain, total_tokens: 175 }, { outputTokens: 75, reasoningTokens: 55 }, false);
  check('Gemini without thoughts', plain, {}, false);
  check('thoughts outside by definition, inside by the total', { ...plain, completion_tokens_details: { reasoning_tokens: 5 } }, { outputTokens: 20, reasoningTokens: 5 }, false);
  check('a total that is too small to tell', { ...plain, total_tokens: 7, completion_tokens_details: { reasoning_tokens: 5 } }, { outputTokens: 25, reasoningTokens: 5 }, false);
  check('more reasoning than output is outside, whatever the definition says', { ...plain, completion_tokens_details: { reasoning_tokens: 300 } }, { outputTokens: 320, reasoningTokens: 300 });
  check('OpenRouter, billed', { ...plain, cost: 0.00123, is_byok: false, cost_details: { upstream_inference_cost: null } }, { billed: 1_230_000 });
  check('OpenRouter, billed, upstream told as well', { ...plain, cost: 0.00123, is_byok: false, cost_details: { upstream_inference_cost: 0.00123 } }, { billed: 1_230_000 });
  check('OpenRouter, own key', { ...plain, cost: 5e-7, is_byok: true, cost_details: { upstream_inference_cost: 1e-5 } }, { billed: 10_500 });
  check('OpenRouter, own key, upstream not told', { ...plain, cost: 0, is_byok: true, cost_details: { upstream_inference_cost: null } }, {});
  check('OpenRouter, own key not said, no fee', { ...plain, cost: 0, cost_details: { upstream_inference_cost: 1e-5 } }, { billed: 10_000 });
  check('OpenRouter, free', { ...plain, cost: 0, is_byok: false }, { billed: 0 });
  check('OpenRouter, cache written', { ...plain, prompt_tokens_details: { cached_tokens: 10, cache_write_tokens: 80 } }, { cachedInputTokens: 10, cacheWriteTokens: 80 });
  check('OpenRouter, own key not said, a bill above the fee', { ...plain, cost: 0.95, cost_details: { upstream_inference_cost: 19 } }, { billed: 19_950_000_000 });
  check('OpenRouter, own key denied', { ...plain, cost: 0.5, is_byok: false, cost_details: { upstream_inference_cost: 19 } }, { billed: 500_000_000 });
  check('Perplexity, billed', { ...plain, cost: { input_tokens_cost: 0.001, request_cost: 0.005, total_cost: 0.006 } }, { billed: 6_000_000 });
  check('a cost of another shape', { ...plain, cost: { sum: 1 } }, {});
  check('xAI, billed in ticks', { ...plain, cost_in_usd_ticks: 37_756_000 }, { billed: 3_775_600 }, false, 'ticks');
  for (const ticks of [0, -10, Number.NaN, '37756000', 1e18]) check(`ticks of ${ticks}`, { ...plain, cost_in_usd_ticks: ticks }, {}, false, 'ticks');
  // A server of one's own may count in credits, or say 0 for what it does not know.
  it('reads no cost where the definition knows of none', () => assert.equal(readUsage({ ...plain, cost: 0.1, cost_in_usd_ticks: 5000 }, { reasoningTokensIncluded: true })?.billed, undefined));
  for (const cost of [-1, Number.NaN, Infinity, 1e9, '0.1']) check(`a cost of ${cost}`, { ...plain, cost }, {});
  check('the total shows that reasoning is outside, whatever the definition says', { ...plain, total_tokens: 135, completion_tokens_details: { reasoning_tokens: 15 } }, { outputTokens: 35, reasoningTokens: 15 });
  check('a total beyond without reasoning is not charged', { ...plain, total_tokens: 135 }, {});
  check('Mistral, cached', { ...plain, num_cached_tokens: 30 }, { cachedInputTokens: 30 });
  check('hits told twice, once as zero', { ...plain, prompt_cache_hit_tokens: 64, prompt_tokens_details: { cached_tokens: 0 } }, { cachedInputTokens: 64 });
  check('DeepSeek, hits and misses without their sum', { completion_tokens: 20, prompt_cache_hit_tokens: 64, prompt_cache_miss_tokens: 36 }, { cachedInputTokens: 64 });
  check('responses', { input_tokens: 100, input_tokens_details: { cached_tokens: 40, cache_write_tokens: 50 }, output_tokens: 20, output_tokens_details: { reasoning_tokens: 15 }, total_tokens: 120 }, { cachedInputTokens: 40, cacheWriteTokens: 50, reasoningTokens: 15 });
  check('Anthropic through a compatible route, written for an hour', { ...plain, cache_read_input_tokens: 10, cache_creation_input_tokens: 50, cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 30 } }, { cachedInputTokens: 10, cacheWriteTokens: 50, cacheWrite1hTokens: 30 });
  check('Anthropic in its own words, the cached part beside', { input_tokens: 40, cache_read_input_tokens: 50, cache_creation_input_tokens: 10, output_tokens: 20 }, { cachedInputTokens: 50, cacheWriteTokens: 10 });
  check('Gemini in its own words', { promptTokenCount: 90, cachedContentTokenCount: 60, toolUsePromptTokenCount: 10, candidatesTokenCount: 15, thoughtsTokenCount: 5, totalTokenCount: 120 }, { cachedInputTokens: 60, outputTokens: 20, reasoningTokens: 5 });
  check('Gemini in its own words, thoughts alone', { promptTokenCount: 100, thoughtsTokenCount: 20, totalTokenCount: 120 }, { reasoningTokens: 20 });
  check('Gemini in its own words, absurd', { promptTokenCount: -1, candidatesTokenCount: 20 }, undefined);
  check('served as usual', { ...plain, service_tier: 'default' }, {});
  check('served otherwise', { ...plain, service_tier: 'Flex' }, { served: ['flex'] });
  for (const word of ['two words', 'x'.repeat(41), '', ' ', '<b>']) check(`a tier that is no word: ${word.slice(0, 9)}`, { ...plain, service_tier: word }, {});
  check('a tier that is no text', { ...plain, service_tier: { a: 1 } }, {});
  it('reads the tier beside the usage', () => assert.deepEqual(readUsage(plain, { reasoningTokensIncluded: true }, 'priority')?.served, ['priority']));
  check('more cached than sent', { ...plain, prompt_tokens_details: { cached_tokens: 500 } }, { cachedInputTokens: 100 });
  check('absurd details', { ...plain, prompt_tokens_details: { cached_tokens: -5 }, completion_tokens_details: { reasoning_tokens: 1e12 } }, {});
  check('a bill without tokens', { prompt_tokens: null, completion_tokens: null, cost: 0.002 }, { inputTokens: 0, outputTokens: 0, estimated: true, billed: 2_000_000 });
  check('no bill and no tokens', { prompt_tokens: 0, completion_tokens: 0, cost: 0 }, undefined);
  check('a prompt alone', { prompt_tokens: 100, total_tokens: 100 }, { outputTokens: 0 });
  for (const raw of [undefined, null, 7, 'usage', [], {}]) check(`nothing: ${JSON.stringify(raw)}`, raw, undefined);
  for (const bad of ['100', -5, Number.NaN, 1.5, 10_000_001, null]) {
    check(`input of ${bad}`, { ...plain, prompt_tokens: bad }, undefined);
    if (bad !== null) check(`output of ${bad}`, { ...plain, completion_tokens: bad }, undefined);
  }
  check('zero', { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }, undefined);
});
