import type { NanoDollars } from './money';

/**
 * Tokens of one call in one convention, whatever the vendor's: `inputTokens` is the whole prompt, cached part
 * included; `outputTokens` is everything generated, reasoning included.
 */
export interface Usage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  /** Written into a cache, for however long. */
  readonly cacheWriteTokens: number;
  /** Of those, kept for an hour. Missing: none. */
  readonly cacheWrite1hTokens?: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  /** True when the provider sent no usable figure and these were counted here. */
  readonly estimated: boolean;
  /** What the provider itself says the call cost, when it does. */
  readonly billed?: NanoDollars;
  /** The reply's words for how the call was served where that has a price: `flex`, `priority`, `batch`, `us`. Missing: as usual. */
  readonly served?: readonly string[];
}

export const noUsage: Usage = { inputTokens: 0, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0, estimated: false };
