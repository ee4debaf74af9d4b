import type { NanoDollars } from '../../core/model/money';

/** An amount for programs: whole nano-dollars, and the same in dollars as an exact decimal. Both null: unknown. */
export interface Amount {
  readonly nanoUsd: number | null;
  readonly usd: string | null;
}

export function amountOf(amount: NanoDollars | undefined): Amount {
  return { nanoUsd: amount ?? null, usd: amount === undefined ? null : exactUsd(amount) };
}

/** `1234` is `0.000001234`: never a float, never an exponent. */
function exactUsd(amount: NanoDollars): string {
  const digits = String(Math.abs(amount)).padStart(10, '0');
  return `${amount < 0 ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
