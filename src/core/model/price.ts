import { type NanoDollars, type NanoPerMillion, nano } from './money';
import type { Usage } from './usage';

/** Where a price or a charge came from. `billed`: the provider said what the call cost. */
export type PriceSource = 'billed' | 'live' | 'snapshot' | 'user' | 'unknown';

/** Price of one offer. A missing cache price means that cached tokens cost as much as fresh ones. */
export interface Price {
  readonly input: NanoPerMillion;
  readonly output: NanoPerMillion;
  readonly cacheRead?: NanoPerMillion;
  readonly cacheWrite?: NanoPerMillion;
  /** ISO date the figure was seen on. */
  readonly asOf: string;
  readonly source: Exclude<PriceSource, 'billed' | 'unknown'>;
}

/** What a call did cost. `amount` is undefined exactly when `source` is `unknown`. */
export type Charge =
  | { readonly amount: NanoDollars; readonly source: Exclude<PriceSource, 'unknown'>; readonly estimatedUsage: boolean }
  | { readonly amount: undefined; readonly source: 'unknown'; readonly estimatedUsage: boolean };

/** What a call may cost, before it is sent. `worst` is what is reserved and is never below `high`. */
export interface Estimate {
  readonly low: NanoDollars;
  readonly likely: NanoDollars;
  readonly high: NanoDollars;
  readonly worst: NanoDollars;
}

/**
 * Exact cost of a usage at a price, in nano-dollars, rounded once, up: a budget must not be passed by rounding.
 * BigInt because 1M tokens at 100 USD per 1M is 1e17 before the division, above 2^53.
 */
export function costOf(usage: Pick<Usage, 'inputTokens' | 'cachedInputTokens' | 'cacheWriteTokens' | 'outputTokens'>, price: Price): NanoDollars {
  const cached = Math.min(usage.cachedInputTokens, usage.inputTokens);
  const written = Math.min(usage.cacheWriteTokens, usage.inputTokens - cached);
  const fresh = usage.inputTokens - cached - written;
  const total =
    BigInt(fresh) * BigInt(price.input) +
    BigInt(cached) * BigInt(price.cacheRead ?? price.input) +
    BigInt(written) * BigInt(price.cacheWrite ?? price.input) +
    BigInt(usage.outputTokens) * BigInt(price.output);
  return nano(Number((total + 999_999n) / 1_000_000n));
}
