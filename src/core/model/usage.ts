import type { NanoDollars } from './money';

/**
 * Tokens of one call in one convention, whatever the vendor's: `inputTokens` is the whole prompt, cached part
 * included; `outputTokens` is everything generated, reasoning included.
 */
export interface Usage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  /** True when the provider sent no usable figure and these were counted here. */
  readonly estimated: boolean;
  /** What the provider itself says the call cost, when it does. */
  readonly billed?: NanoDollars;
}

export const noUsage: Usage = { inputTokens: 0, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0, estimated: false };
