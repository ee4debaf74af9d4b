import type { Offer } from '../model/modelCard';
import { type NanoDollars, type NanoPerMillion, zeroDollars } from '../model/money';
import { costOf, type Price } from '../model/price';
import { noUsage } from '../model/usage';

/** What bounds one attempt, in tokens. */
export interface AttemptBound {
  /** Upper bound of the input, of `inputTokenBound`. */
  readonly inputTokens: number;
  /** The output limit that is sent; providers count reasoning against it. */
  readonly maxOutputTokens: number;
}

/** The most an attempt can cost; undefined when the price is unknown. This is what a budget holds. */
export function worstCost(offer: Pick<Offer, 'price' | 'free'>, bound: AttemptBound): NanoDollars | undefined {
  if (offer.free) return zeroDollars;
  if (!offer.price) return undefined;
  return costOf({ ...noUsage, inputTokens: bound.inputTokens, outputTokens: bound.maxOutputTokens }, dearestInput(offer.price));
}

/** Some vendors charge more for writing a prompt into their cache than for reading it fresh. */
function dearestInput(price: Price): Price {
  const input = [price.input, price.cacheWrite, price.cacheRead].reduce<NanoPerMillion>((dearest, one) => (one !== undefined && one > dearest ? one : dearest), price.input);
  return { ...price, input };
}
