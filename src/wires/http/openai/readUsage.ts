import { type NanoDollars, fromUsd } from '../../../core/model/money';
import type { ProviderDefinition } from '../../../core/model/provider';
import type { Usage } from '../../../core/model/usage';
import { numberOf, objectOf, type JsonObject } from '../jsonValue';

/** More tokens than any model takes or gives. A figure above it is a fault and would be charged. */
const mostTokens = 10_000_000;

/** More USD than one call can cost. A figure above it is in another unit. */
const mostUsd = 10_000;

/**
 * Tokens of a `usage` object in our convention. Undefined when the figures cannot be true (text, fractions, negative,
 * absurd, all zero): then they are counted here, and marked. Cached tokens are part of `prompt_tokens` with every vendor
 * of this wire.
 */
export function readUsage(raw: unknown, provider: Pick<ProviderDefinition, 'reasoningTokensIncluded'>): Usage | undefined {
  const usage = objectOf(raw);
  if (usage === undefined) return undefined;
  const input = tokens(usage['prompt_tokens'] ?? usage['input_tokens']);
  const completion = tokens(usage['completion_tokens'] ?? usage['output_tokens'] ?? 0);
  if (input === undefined || completion === undefined || input + completion === 0) return undefined;

  const inputDetails = objectOf(usage['prompt_tokens_details'] ?? usage['input_tokens_details']);
  const outputDetails = objectOf(usage['completion_tokens_details'] ?? usage['output_tokens_details']);
  // OpenAI and most; DeepSeek; Moonshot; Anthropic behind a compatible route.
  const cached = tokens(inputDetails?.['cached_tokens'] ?? usage['prompt_cache_hit_tokens'] ?? usage['cached_tokens'] ?? usage['cache_read_input_tokens']) ?? 0;
  const written = tokens(inputDetails?.['cache_write_tokens'] ?? usage['cache_creation_input_tokens']) ?? 0;
  // What the total holds beyond prompt and answer is reasoning that stands outside: Gemini's compatible route tells it only so.
  const total = tokens(usage['total_tokens']);
  const beyond = total === undefined || total < input + completion ? undefined : total - input - completion;
  const told = tokens(outputDetails?.['reasoning_tokens'] ?? usage['reasoning_tokens']);
  const reasoning = told ?? (provider.reasoningTokensIncluded ? 0 : (beyond ?? 0));
  // More reasoning than output shows that it stands outside, whatever the definition says: charge it. A total with
  // nothing beyond shows that it is inside.
  const outside = (!provider.reasoningTokensIncluded && beyond !== 0) || reasoning > completion;
  const cachedInputTokens = Math.min(cached, input);
  const billed = readBilled(usage);
  return {
    inputTokens: input,
    cachedInputTokens,
    cacheWriteTokens: Math.min(written, input - cachedInputTokens),
    outputTokens: outside ? completion + reasoning : completion,
    reasoningTokens: reasoning,
    estimated: false,
    ...(billed === undefined ? {} : { billed }),
  };
}

function tokens(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostTokens ? value : undefined;
}

/**
 * OpenRouter says what a call cost, in USD. With the user's own key at the upstream (`is_byok`), `cost` is only
 * OpenRouter's fee and the upstream's bill comes on top; without that bill the whole is unknown. Upstream cost of other
 * calls is inside `cost` already. https://openrouter.ai/docs/use-cases/usage-accounting
 */
function readBilled(usage: JsonObject): NanoDollars | undefined {
  const cost = usd(usage['cost']);
  if (cost === undefined) return undefined;
  const upstream = usd(objectOf(usage['cost_details'])?.['upstream_inference_cost']);
  const ownKey = usage['is_byok'] === true || (usage['is_byok'] !== false && cost === 0 && upstream !== undefined && upstream > 0);
  if (!ownKey) return fromUsd(cost);
  return upstream === undefined ? undefined : fromUsd(cost + upstream);
}

function usd(value: unknown): number | undefined {
  const amount = numberOf(value);
  return amount !== undefined && amount >= 0 && amount <= mostUsd ? amount : undefined;
}
