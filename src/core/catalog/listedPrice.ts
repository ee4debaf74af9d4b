import { fromUsd, type NanoPerMillion, pricePerMillion } from '../model/money';
import type { Price, SpecialRates } from '../model/price';
import type { ProviderDefinition } from '../model/provider';
import type { ListedModel } from '../ports/wire';
import { freePrice } from './priceSheet';

type FreeSeller = Pick<ProviderDefinition, 'free' | 'subscription'>;

/** Said by the id, or by the definition of a provider that runs everything on the person's own machine or by subscription. */
export function isFree(provider: FreeSeller, { id }: Pick<ListedModel, 'id'>): boolean {
  return id.endsWith(':free') || provider.free === true || provider.subscription === true;
}

/** A listed price of zero is unknown, unless something says free: brokers list zero for models that choose other models. */
export function livePrice(provider: FreeSeller, listed: ListedModel, asOf: string): Price | undefined {
  const { inputUsd, outputUsd, cacheReadUsd, cacheWriteUsd, reasoningUsd, perCallUsd } = listed;
  if (isFree(provider, listed)) return freePrice(asOf, provider.subscription === true ? 'subscription' : 'live');
  if (!isUsable(inputUsd) || !isUsable(outputUsd)) return undefined;
  return {
    input: pricePerMillion(inputUsd),
    output: pricePerMillion(outputUsd),
    ...(isUsable(cacheReadUsd) ? { cacheRead: pricePerMillion(cacheReadUsd) } : {}),
    ...(isUsable(cacheWriteUsd) ? { cacheWrite: pricePerMillion(cacheWriteUsd) } : {}),
    ...(isUsable(reasoningUsd) ? { reasoning: pricePerMillion(reasoningUsd) } : {}),
    ...(isUsable(perCallUsd) ? { perCall: fromUsd(perCallUsd) } : {}),
    asOf,
    source: 'live',
  };
}

/**
 * Lists tell two or four figures and never what a long prompt, an hour in the cache or a tier costs. Where the list agrees
 * with the snapshot, all that the snapshot knows holds; where it does not, the steps do, and no step is cheaper than the
 * list's own price, so that what is held stays a bound.
 */
export function withTerms(live: Price, shipped: Price): Price {
  if (isZero(live)) return live;
  const { specials = [], tiers, surcharges, cacheWrite1h } = shipped;
  const agrees = live.input === shipped.input && live.output === shipped.output;
  const kept = agrees ? specials : specials.filter((special) => special.above !== undefined && special.until === undefined).map((special) => atLeast(special, live));
  return {
    ...(agrees && cacheWrite1h !== undefined ? { cacheWrite1h } : {}),
    ...live,
    ...(kept.length === 0 ? {} : { specials: kept }),
    ...(tiers === undefined ? {} : { tiers }),
    ...(surcharges === undefined ? {} : { surcharges }),
  };
}

function atLeast(special: SpecialRates, { input, output }: Price): SpecialRates {
  return { ...special, input: dearer(special.input, input), output: dearer(special.output, output) };
}

function dearer(one: NanoPerMillion, other: NanoPerMillion): NanoPerMillion {
  return one > other ? one : other;
}

/** Above any model ever sold: a figure beyond it is in another unit. */
const highestUsdPerMillion = 100_000;

function isUsable(usdPerMillion: number | undefined): usdPerMillion is number {
  return usdPerMillion !== undefined && usdPerMillion > 0 && usdPerMillion <= highestUsdPerMillion;
}

/** Only a price of which nothing costs anything says free. */
export function isZero({ input, output, cacheRead, cacheWrite, cacheWrite1h, reasoning, perCall, atLeast }: Price): boolean {
  return [input, output, cacheRead, cacheWrite, cacheWrite1h, reasoning, perCall, atLeast].every((one) => one === undefined || one === 0);
}
