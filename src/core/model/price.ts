import { type NanoDollars, type NanoPerMillion, nano } from './money';
import type { Usage } from './usage';

/** Where a price or a charge came from. `billed`: the provider said what the call cost. */
type PriceSource = 'billed' | 'live' | 'snapshot' | 'user' | 'subscription' | 'unknown';

/** What tokens cost. A missing figure is never zero: each says what stands in for it. */
export interface Rates {
  readonly input: NanoPerMillion;
  readonly output: NanoPerMillion;
  /** Read from a cache. Missing: as `input`. */
  readonly cacheRead?: NanoPerMillion;
  /** Written into a cache, where nothing is said of how long for five minutes. Missing: as `input`. */
  readonly cacheWrite?: NanoPerMillion;
  /** Written for an hour. Missing: as `cacheWrite`. */
  readonly cacheWrite1h?: NanoPerMillion;
  /** Reasoning, where it has a price of its own. Missing: as `output`. */
  readonly reasoning?: NanoPerMillion;
}

/** Rates that hold in place of the usual ones when everything it states is so. */
export interface SpecialRates extends Rates {
  /** The prompt has more tokens than this. Every vendor that has such a step prices the whole call by it. */
  readonly above?: number;
  /** Not before this moment, epoch milliseconds. */
  readonly from?: number;
  /** Only before this moment, epoch milliseconds. */
  readonly until?: number;
  /** Only between these minutes of the day in UTC: the first belongs to it, the last does not; may pass midnight. */
  readonly minutes?: readonly [number, number];
  /** Only from Monday to Friday, UTC. Default false. */
  readonly weekdays?: boolean;
}

/** A fraction: one and a half is `[3, 2]`. Whole numbers, because a third of a price is not exact otherwise. */
export type Share = readonly [number, number];

/** Price of one offer. */
export interface Price extends Rates {
  /** Of those that fit a call, the last holds. */
  readonly specials?: readonly SpecialRates[];
  /** Share of the whole, by a word of the reply for how the call was served. Only where it was asked for. */
  readonly tiers?: Readonly<Record<string, Share>>;
  /** The same for what a provider may do unasked, by a setting of the person's account; the upper bound counts on it. */
  readonly surcharges?: Readonly<Record<string, Share>>;
  /** For the call itself, whatever its length. Default nothing. */
  readonly perCall?: NanoDollars;
  /** What a call costs at least. Default nothing. */
  readonly atLeast?: NanoDollars;
  /** ISO date the figure was seen on. */
  readonly asOf: string;
  readonly source: Exclude<PriceSource, 'billed' | 'unknown'>;
}

/** What a charge was worked out with. It stays with the call for ever, whatever the price becomes. */
export interface ChargedPrice extends Rates, Pick<Price, 'perCall' | 'atLeast' | 'asOf'> {
  /** What part of the tokens' cost was charged; missing is all of it. */
  readonly share?: Share;
}

/** What a call did cost. `amount` is undefined exactly when `source` is `unknown`. */
export type Charge =
  | { readonly amount: NanoDollars; readonly source: Exclude<PriceSource, 'unknown'>; readonly estimatedUsage: boolean; readonly price?: ChargedPrice }
  | { readonly amount: undefined; readonly source: 'unknown'; readonly estimatedUsage: boolean };

/** What a call may cost, before it is sent. `worst` is what is reserved and is never below `high`. */
export interface Estimate {
  readonly low: NanoDollars;
  readonly likely: NanoDollars;
  readonly high: NanoDollars;
  readonly worst: NanoDollars;
}

/** The rates of a call with so many input tokens at this moment (epoch milliseconds). */
export function ratesAt(price: Price, inputTokens: number, at: number): Rates {
  if (price.specials === undefined) return price;
  return price.specials.findLast((special) => fits(special, inputTokens, at)) ?? price;
}

function fits({ above, from, until, minutes, weekdays }: SpecialRates, inputTokens: number, at: number): boolean {
  if (above !== undefined && inputTokens <= above) return false;
  if ((from !== undefined && at < from) || (until !== undefined && at >= until)) return false;
  if (weekdays === true && [0, 6].includes(new Date(at).getUTCDay())) return false;
  if (minutes === undefined) return true;
  const minute = (((at / 60_000) % 1440) + 1440) % 1440;
  const [start, end] = minutes;
  return start <= end ? minute >= start && minute < end : minute >= start || minute < end;
}

/** The price a call had at this moment; undefined when it was served in a way whose price is not known. */
export function chargedPrice(price: Price, { inputTokens, served = [] }: Pick<Usage, 'inputTokens' | 'served'>, at: number): ChargedPrice | undefined {
  const { input, output, cacheRead, cacheWrite, cacheWrite1h, reasoning } = ratesAt(price, inputTokens, at);
  const share = shareOf(price, served);
  if (share === undefined) return undefined;
  return {
    input,
    output,
    ...(cacheRead === undefined ? {} : { cacheRead }),
    ...(cacheWrite === undefined ? {} : { cacheWrite }),
    ...(cacheWrite1h === undefined ? {} : { cacheWrite1h }),
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(price.perCall === undefined ? {} : { perCall: price.perCall }),
    ...(price.atLeast === undefined ? {} : { atLeast: price.atLeast }),
    ...(share === all ? {} : { share }),
    asOf: price.asOf,
  };
}

/** A price that knows of no tiers (a person's own, a flat list) holds however the call was served. */
function shareOf({ tiers, surcharges }: Price, served: readonly string[]): Share | undefined {
  if (tiers === undefined && surcharges === undefined) return all;
  let share = all;
  for (const word of served) {
    const told = tiers?.[word] ?? surcharges?.[word];
    if (told === undefined) return undefined;
    share = times(share, told);
  }
  return share;
}

const all: Share = [1, 1];

function times([part, whole]: Share, [otherPart, otherWhole]: Share): Share {
  return [part * otherPart, whole * otherWhole];
}

type Counted = Pick<Usage, 'inputTokens' | 'cachedInputTokens' | 'cacheWriteTokens' | 'cacheWrite1hTokens' | 'outputTokens' | 'reasoningTokens'>;

/**
 * Exact cost of a usage, in nano-dollars, rounded once, up: a budget must not be passed by rounding. Parts that are more
 * than their whole (cached of input, reasoning of output) are cut to it. BigInt because 1M tokens at 100 USD per 1M is
 * 1e17 before the division, above 2^53.
 */
export function costOf(usage: Counted, price: Omit<ChargedPrice, 'asOf'>): NanoDollars {
  const cached = Math.min(usage.cachedInputTokens, usage.inputTokens);
  const written = Math.min(usage.cacheWriteTokens, usage.inputTokens - cached);
  const forAnHour = Math.min(usage.cacheWrite1hTokens ?? 0, written);
  const reasoning = Math.min(usage.reasoningTokens, usage.outputTokens);
  const cacheWrite = price.cacheWrite ?? price.input;
  const tokens =
    BigInt(usage.inputTokens - cached - written) * BigInt(price.input) +
    BigInt(cached) * BigInt(price.cacheRead ?? price.input) +
    BigInt(written - forAnHour) * BigInt(cacheWrite) +
    BigInt(forAnHour) * BigInt(price.cacheWrite1h ?? cacheWrite) +
    BigInt(usage.outputTokens - reasoning) * BigInt(price.output) +
    BigInt(reasoning) * BigInt(price.reasoning ?? price.output);
  const [part, whole] = price.share ?? all;
  const divisor = 1_000_000n * BigInt(whole);
  const total = tokens * BigInt(part) + BigInt(price.perCall ?? 0) * divisor;
  return nano(Math.max(Number((total + divisor - 1n) / divisor), price.atLeast ?? 0));
}

/**
 * One rate for all input and one for all output that no call with at most so many input tokens can pass, at this moment
 * or later: the highest step, the dearest hour, the dearest way to cache, every surcharge.
 */
export function dearestRates(price: Price, inputTokens: number, at: number): Rates {
  let input: number = dearestInput(price);
  let output: number = dearestOutput(price);
  for (const special of price.specials ?? []) {
    if ((special.above !== undefined && inputTokens <= special.above) || (special.until !== undefined && at >= special.until)) continue;
    input = Math.max(input, dearestInput(special));
    output = Math.max(output, dearestOutput(special));
  }
  const raise = Object.values(price.surcharges ?? {}).reduce((product, one) => (one[0] > one[1] ? times(product, one) : product), all);
  return { input: raised(input, raise), output: raised(output, raise) };
}

function raised(rate: number, [part, whole]: Share): NanoPerMillion {
  // A rate is whole nano-dollars per million: rounded up, it stays a bound.
  return Math.ceil((rate * part) / whole) as NanoPerMillion;
}

function dearestInput({ input, cacheRead, cacheWrite, cacheWrite1h }: Rates): number {
  return Math.max(input, cacheRead ?? 0, cacheWrite ?? 0, cacheWrite1h ?? 0);
}

function dearestOutput({ output, reasoning }: Rates): number {
  return Math.max(output, reasoning ?? 0);
}
