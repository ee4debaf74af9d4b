import { formatUsd, type NanoDollars } from '../core/model/money';

/** Where what a call costs stands in one word: nothing more than the subscription, which is not the same as nothing. */
export const includedText = 'included';

/** What a call did or may cost, for people. A subscription's is not told as an amount: zero would read as free. */
export function costText(amount: NanoDollars | undefined, source: string | undefined): string {
  return source === 'subscription' ? includedText : formatUsd(amount);
}
