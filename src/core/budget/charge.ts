import type { Offer } from '../model/modelCard';
import { zeroDollars } from '../model/money';
import { type Charge, chargedPrice, costOf } from '../model/price';
import type { Usage } from '../model/usage';

/**
 * What a call cost that ended at this moment (epoch milliseconds). The provider's own figure wins over ours; without a
 * price the cost is unknown, not nothing. Only an offer that is marked free costs zero without a price.
 */
export function chargeFor(usage: Usage, offer: Pick<Offer, 'price' | 'free'>, at: number): Charge {
  // A negative bill is a provider's slip: it would give money back to the budget.
  if (usage.billed !== undefined && usage.billed >= 0) return { amount: usage.billed, source: 'billed', estimatedUsage: false };
  const unknown: Charge = { amount: undefined, source: 'unknown', estimatedUsage: usage.estimated };
  if (offer.price) {
    const price = chargedPrice(offer.price, usage, at);
    return price === undefined ? unknown : { amount: costOf(usage, price), source: offer.price.source, estimatedUsage: usage.estimated, price };
  }
  return offer.free ? { amount: zeroDollars, source: 'snapshot', estimatedUsage: usage.estimated } : unknown;
}
