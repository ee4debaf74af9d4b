import type { Offer } from '../model/modelCard';
import { zeroDollars } from '../model/money';
import { type Charge, costOf } from '../model/price';
import type { Usage } from '../model/usage';

/**
 * What a call cost. The provider's own figure wins over ours; without a price the cost is unknown, not nothing. Only
 * an offer that is marked free costs zero without a price.
 */
export function chargeFor(usage: Usage, offer: Pick<Offer, 'price' | 'free'>): Charge {
  // A negative bill is a provider's slip: it would give money back to the budget.
  if (usage.billed !== undefined && usage.billed >= 0) return { amount: usage.billed, source: 'billed', estimatedUsage: false };
  if (offer.price) return { amount: costOf(usage, offer.price), source: offer.price.source, estimatedUsage: usage.estimated };
  if (offer.free) return { amount: zeroDollars, source: 'snapshot', estimatedUsage: usage.estimated };
  return { amount: undefined, source: 'unknown', estimatedUsage: usage.estimated };
}
