/**
 * Money inside Farthing: whole nano-dollars (1e-9 USD). A float sum of cents drifts; an integer below 2^53 holds
 * nine million dollars exactly. Unknown is `undefined`, never zero.
 */
declare const nanoDollars: unique symbol;
export type NanoDollars = number & { readonly [nanoDollars]: true };

/** Nano-dollars per million tokens: 1 USD per 1M tokens is 1e9. Whole, so that every published price is exact. */
declare const nanoPerMillion: unique symbol;
export type NanoPerMillion = number & { readonly [nanoPerMillion]: true };

export const zeroDollars = 0 as NanoDollars;

/** Checks and brands a whole number of nano-dollars. Throws RangeError on a fraction or an unsafe integer: that is our bug, not the user's. */
export function nano(value: number): NanoDollars {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not whole nano-dollars: ${value}`);
  return value as NanoDollars;
}

/** USD to nano-dollars, rounded half away from zero. For amounts people or providers wrote down, not for sums. */
export function fromUsd(usd: number): NanoDollars {
  return nano(Math.sign(usd) * Math.round(Math.abs(usd) * 1e9));
}

/** USD per 1M tokens (as every vendor prints it) to the inner unit. */
export function pricePerMillion(usdPerMillion: number): NanoPerMillion {
  return fromUsd(usdPerMillion) as number as NanoPerMillion;
}

/** The sum of whole nano-dollars; 0 of none. What is unknown must be left out, and told, by the caller. */
export function sumDollars(amounts: Iterable<NanoDollars>): NanoDollars {
  let total = 0;
  for (const amount of amounts) total += amount;
  return nano(total);
}

/**
 * For people. Under a cent the first two significant digits are kept so that a cheap call does not read as free:
 * `$0.00042`; zero is `$0.00`; unknown is an em dash.
 */
export function formatUsd(amount: NanoDollars | undefined): string {
  if (amount === undefined) return '—';
  const usd = Math.abs(amount) / 1e9;
  const sign = amount < 0 ? '-' : '';
  if (usd === 0) return '$0.00';
  if (usd >= 0.0995) return `${sign}$${usd.toFixed(2)}`;
  const digits = Math.min(9, 1 - Math.floor(Math.log10(usd)));
  return `${sign}$${usd.toFixed(digits)}`;
}

/** A price for people, per 1M tokens. */
export function formatPerMillion(price: NanoPerMillion): string {
  return formatUsd(nano(price));
}

/** For totals beside a limit: cents, and `<$0.01` for what is less than a cent but not nothing. */
export function formatTotalUsd(amount: NanoDollars): string {
  if (amount === 0 || Math.abs(amount) >= 1e7) return `${amount < 0 ? '-' : ''}$${(Math.abs(amount) / 1e9).toFixed(2)}`;
  return '<$0.01';
}
