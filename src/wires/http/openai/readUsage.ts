import { type NanoDollars, fromUsd, nano } from '../../../core/model/money';
import type { ProviderDefinition } from '../../../core/model/provider';
import { noUsage, type Usage } from '../../../core/model/usage';
import { type JsonObject, numberOf, objectOf } from '../jsonValue';
import { servedAs } from '../servedAs';
import { tokenCount } from '../tokenCount';

/** More USD than one call can cost. A figure above it is in another unit. */
const mostUsd = 10_000;

/** Parts of a dollar xAI tells costs in. https://docs.x.ai/developers/cost-tracking */
const ticksPerNanoDollar = 10;

/**
 * Tokens of a `usage` object of chat completions, responses or Gemini's own interface, in our convention. Undefined when
 * the figures cannot be true (text, fractions, negative, absurd, all zero): then they are counted here, and marked. A bill
 * without such figures stands, with no tokens and marked.
 * `tier` is the word for how the call was served where it stands beside the usage.
 */
export function readUsage(raw: unknown, provider: Pick<ProviderDefinition, 'reasoningTokensIncluded' | 'billedIn'>, tier?: unknown): Usage | undefined {
  const usage = objectOf(raw);
  if (usage === undefined) return undefined;
  const counts = usage['promptTokenCount'] === undefined && usage['candidatesTokenCount'] === undefined ? readCounts(usage, provider) : readGeminiCounts(usage);
  const billed = readBilled(usage, provider.billedIn);
  if (counts === undefined || counts.inputTokens + counts.outputTokens === 0) return billed === undefined || billed === 0 ? undefined : { ...noUsage, estimated: true, billed };
  return {
    ...counts,
    estimated: false,
    ...(billed === undefined ? {} : { billed }),
    ...servedAs(tier ?? usage['service_tier'] ?? usage['serviceTier']),
  };
}

type Counts = Omit<Usage, 'estimated' | 'billed' | 'served'>;

function readCounts(usage: JsonObject, provider: Pick<ProviderDefinition, 'reasoningTokensIncluded'>): Counts | undefined {
  const hits = tokenCount(usage['prompt_cache_hit_tokens']);
  const misses = tokenCount(usage['prompt_cache_miss_tokens']);
  const prompt = tokenCount(usage['prompt_tokens'] ?? usage['input_tokens'] ?? (hits === undefined || misses === undefined ? undefined : hits + misses));
  const completion = tokenCount(usage['completion_tokens'] ?? usage['output_tokens'] ?? 0);
  if (prompt === undefined || completion === undefined) return undefined;

  const inputDetails = objectOf(usage['prompt_tokens_details'] ?? usage['input_tokens_details']);
  // OpenAI and most; DeepSeek; Mistral; Moonshot and Together; Anthropic behind a compatible route. Some tell it twice, once as zero.
  const cached = most(inputDetails?.['cached_tokens'], hits, usage['num_cached_tokens'], usage['cached_tokens'], usage['cache_read_input_tokens']);
  const parts = objectOf(usage['cache_creation']);
  const hour = most(parts?.['ephemeral_1h_input_tokens']);
  const written = Math.max(most(inputDetails?.['cache_write_tokens'], usage['cache_creation_input_tokens']), hour + most(parts?.['ephemeral_5m_input_tokens']));
  // Anthropic's own names: there the cached part stands beside `input_tokens`.
  const beside = usage['prompt_tokens'] === undefined && inputDetails === undefined && (usage['cache_read_input_tokens'] ?? usage['cache_creation_input_tokens'] ?? undefined) !== undefined;
  const inputTokens = beside ? prompt + cached + written : prompt;
  const cachedInputTokens = Math.min(cached, inputTokens);
  const cacheWriteTokens = Math.min(written, inputTokens - cachedInputTokens);
  return { inputTokens, cachedInputTokens, cacheWriteTokens, ...(hour > 0 ? { cacheWrite1hTokens: Math.min(hour, cacheWriteTokens) } : {}), ...readOutput(usage, inputTokens, completion, provider) };
}

/**
 * Vendors disagree whether reasoning is inside `completion_tokens`. The total tells it where it can: what it holds beyond
 * prompt and answer is reasoning that stands outside (Gemini's compatible route tells it only so), a total with nothing
 * beyond shows that it is inside. Otherwise the definition says. More reasoning than output can only stand outside.
 */
function readOutput(usage: JsonObject, inputTokens: number, completion: number, provider: Pick<ProviderDefinition, 'reasoningTokensIncluded'>): Pick<Counts, 'outputTokens' | 'reasoningTokens'> {
  const details = objectOf(usage['completion_tokens_details'] ?? usage['output_tokens_details']);
  const total = tokenCount(usage['total_tokens']);
  const beyond = total === undefined || total < inputTokens + completion ? undefined : total - inputTokens - completion;
  const told = tokenCount(details?.['reasoning_tokens'] ?? usage['reasoning_tokens']);
  const reasoning = told ?? (provider.reasoningTokensIncluded ? 0 : (beyond ?? 0));
  const outside = beyond === 0 ? false : beyond === reasoning || !provider.reasoningTokensIncluded;
  return { outputTokens: outside || reasoning > completion ? completion + reasoning : completion, reasoningTokens: reasoning };
}

/** Gemini's `usageMetadata`: thoughts stand beside the candidates, prompts of its tools beside the prompt, the cached part inside it. https://ai.google.dev/api/generate-content#UsageMetadata */
function readGeminiCounts(usage: JsonObject): Counts | undefined {
  const prompt = tokenCount(usage['promptTokenCount'] ?? 0);
  const candidates = tokenCount(usage['candidatesTokenCount'] ?? 0);
  if (prompt === undefined || candidates === undefined) return undefined;
  const thoughts = most(usage['thoughtsTokenCount']);
  return {
    inputTokens: prompt + most(usage['toolUsePromptTokenCount']),
    cachedInputTokens: Math.min(most(usage['cachedContentTokenCount']), prompt),
    cacheWriteTokens: 0,
    outputTokens: candidates + thoughts,
    reasoningTokens: thoughts,
  };
}

function most(...values: readonly unknown[]): number {
  return values.reduce<number>((largest, value) => Math.max(largest, tokenCount(value) ?? 0), 0);
}

function readBilled(usage: JsonObject, billedIn: ProviderDefinition['billedIn']): NanoDollars | undefined {
  switch (billedIn) {
    case 'usd':
      return readBilledUsd(usage);
    case 'ticks': {
      // Free of charge is not said in this way.
      const nanoDollars = Math.round((numberOf(usage['cost_in_usd_ticks']) ?? 0) / ticksPerNanoDollar);
      return nanoDollars > 0 && nanoDollars <= mostUsd * 1e9 ? nano(nanoDollars) : undefined;
    }
    case undefined:
      return undefined;
  }
}

/**
 * OpenRouter says what a call cost, in USD; Perplexity does in `cost.total_cost`. With the user's own key at the upstream
 * (`is_byok`), OpenRouter's `cost` is only its fee and the upstream's bill comes on top; without that bill the whole is
 * unknown. Upstream cost of other calls is inside `cost` already. Where `is_byok` is missing, a bill above the cost says
 * the same. https://openrouter.ai/docs/use-cases/usage-accounting
 */
function readBilledUsd(usage: JsonObject): NanoDollars | undefined {
  const cost = usd(objectOf(usage['cost'])?.['total_cost'] ?? usage['cost']);
  if (cost === undefined) return undefined;
  const upstream = usd(objectOf(usage['cost_details'])?.['upstream_inference_cost']);
  const ownKey = usage['is_byok'] === true || (usage['is_byok'] !== false && upstream !== undefined && upstream > cost);
  if (!ownKey) return fromUsd(cost);
  return upstream === undefined ? undefined : fromUsd(cost + upstream);
}

function usd(value: unknown): number | undefined {
  const amount = numberOf(value);
  return amount !== undefined && amount >= 0 && amount <= mostUsd ? amount : undefined;
}
