import type { Offer } from '../model/modelCard';
import { type NanoDollars, zeroDollars } from '../model/money';
import { costOf, dearestRates } from '../model/price';
import { noUsage } from '../model/usage';

/** What bounds one attempt, in tokens. */
export interface AttemptBound {
  /** Upper bound of the input, of `inputTokenBound`. */
  readonly inputTokens: number;
  /** The output limit that is sent; providers count reasoning against it. */
  readonly maxOutputTokens: number;
}

/**
 * The most an attempt can cost that begins at this moment (epoch milliseconds); undefined when the price is unknown. This
 * is what a budget holds.
 */
export function worstCost({ price, free }: Pick<Offer, 'price' | 'free'>, bound: AttemptBound, at: number): NanoDollars | undefined {
  if (free) return zeroDollars;
  if (!price) return undefined;
  const { perCall, atLeast } = price;
  const fees = { ...(perCall === undefined ? {} : { perCall }), ...(atLeast === undefined ? {} : { atLeast }) };
  return costOf({ ...noUsage, inputTokens: bound.inputTokens, outputTokens: bound.maxOutputTokens }, { ...dearestRates(price, bound.inputTokens, at), ...fees });
}
