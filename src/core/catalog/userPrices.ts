import * as z from 'zod/mini';
import { fromUsd, pricePerMillion } from '../model/money';
import type { Price } from '../model/price';
import { inEnglish } from './inEnglish';

/** Prices a person set, by `provider/model`. */
export type UserPrices = ReadonlyMap<string, Price>;

export interface PriceProblem {
  readonly field: string;
  readonly message: string;
}

const usd = z.number().check(z.minimum(0), z.maximum(100_000));
const userPrice = z.strictObject({ input: usd, output: usd, cacheRead: z.optional(usd), cacheWrite5m: z.optional(usd), cacheWrite1h: z.optional(usd), reasoning: z.optional(usd), perCall: z.optional(usd), atLeast: z.optional(usd) });

/**
 * Reads the setting `farthing.prices`: `provider/model` → USD per 1M tokens, and USD for a call (`perCall`, `atLeast`). A
 * bad entry is reported by its field and left out; the others stand. `today` is the ISO date the prices count as seen on.
 */
export function readUserPrices(value: unknown, today: string, field = 'farthing.prices'): { readonly prices: UserPrices; readonly problems: readonly PriceProblem[] } {
  if (value === undefined || value === null) return { prices: new Map(), problems: [] };
  if (typeof value !== 'object' || Array.isArray(value)) return { prices: new Map(), problems: [{ field, message: 'must be an object of provider/model and price' }] };
  const prices = new Map<string, Price>();
  const problems: PriceProblem[] = [];
  for (const [name, entry] of Object.entries(value)) {
    const at = `${field}["${name}"]`;
    const read = userPrice.safeParse(entry, inEnglish);
    if (!/^[^/]+\/.+$/.test(name)) problems.push({ field: at, message: 'must be named provider/model' });
    else if (!read.success) problems.push(...read.error.issues.map((issue) => ({ field: [at, ...issue.path.map(String)].join('.'), message: issue.message })));
    else prices.set(name, asPrice(read.data, today));
  }
  return { prices, problems };
}

function asPrice({ input, output, cacheRead, cacheWrite5m, cacheWrite1h, reasoning, perCall, atLeast }: z.infer<typeof userPrice>, asOf: string): Price {
  return {
    input: pricePerMillion(input),
    output: pricePerMillion(output),
    ...(cacheRead === undefined ? {} : { cacheRead: pricePerMillion(cacheRead) }),
    ...(cacheWrite5m === undefined ? {} : { cacheWrite: pricePerMillion(cacheWrite5m) }),
    ...(cacheWrite1h === undefined ? {} : { cacheWrite1h: pricePerMillion(cacheWrite1h) }),
    ...(reasoning === undefined ? {} : { reasoning: pricePerMillion(reasoning) }),
    ...(perCall === undefined ? {} : { perCall: fromUsd(perCall) }),
    ...(atLeast === undefined ? {} : { atLeast: fromUsd(atLeast) }),
    asOf,
    source: 'user',
  };
}
