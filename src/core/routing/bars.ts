import { domains } from '../model/modelCard';
import { fromUsd, type NanoDollars } from '../model/money';
import type { Quality } from '../model/route';
import { abilityVector, capability, type Demand } from './capable';
import { referenceTraffic } from './referenceTraffic';

/** What a quality setting asks of the models for one task. */
export interface Standard {
  /** What the lower 80 % bound of the chance of success must reach. */
  readonly bar: number;
  /** When nobody reaches it: what a failed answer is taken to cost the person besides its price, */
  readonly failure: NanoDollars;
  /** and at least so many attempts of the ablest model that is open. */
  readonly attempts: number;
  /** One that fails at most this many times as often as the cheapest sure one is taken for it at a quarter of its price. */
  readonly nearly: number;
}

/** The share of a person's prompts, the hardest, for which a model must be abler than the reference model. */
export const strongShares: Readonly<Record<Quality, number>> = { economy: 0.1, balanced: 0.3, quality: 0.6 };

/**
 * Whatever the traffic: below the first a quality setting would promise nothing, above the second nothing on the market
 * passes.
 */
const lowestBars: Readonly<Record<Quality, number>> = { economy: 0.5, balanced: 0.65, quality: 0.8 };
const highestBar = 0.95;

/** From what a failure costs at most work: reading it, saying so, waiting again. Round figures. */
const failures: Readonly<Record<Quality, NanoDollars>> = { economy: fromUsd(0.02), balanced: fromUsd(0.1), quality: fromUsd(0.5) };
const attempts: Readonly<Record<Quality, number>> = { economy: 2, balanced: 6, quality: 15 };
const nearly: Readonly<Record<Quality, number>> = { economy: 1.3, balanced: 1.15, quality: 1.05 };

/**
 * A model that is good at everything and cheap: what separates it from the leading ones is what a quality setting pays
 * for. One standard deviation above the average of the reference models of 2026-08.
 */
const referenceModel = abilityVector(Object.fromEntries(domains.map((domain) => [domain, { z: 0.7, sd: 0.2 }])));

/** The lower bound of the reference model's chance: how hard a task is, from 1 (nothing to it) to 0. */
export function referenceChance(demand: Demand): number {
  return referenceModel ? capability(referenceModel, { ...demand, kinds: { index: [], share: [] } }).low : 0;
}

/**
 * The bar of each quality setting: what the reference model reaches at the given share of the traffic, so that for
 * exactly the harder prompts something abler is needed. `traffic` holds quantiles of `referenceChance` at even steps, from the hardest
 * prompt to the easiest; at least two.
 */
export function barOf(quality: Quality, traffic: readonly number[] = referenceTraffic): number {
  const place = strongShares[quality] * (traffic.length - 1);
  const below = traffic[Math.floor(place)] ?? 0;
  const above = traffic[Math.ceil(place)] ?? below;
  const bar = below + (place - Math.floor(place)) * (above - below);
  return Math.min(highestBar, Math.max(lowestBars[quality], bar));
}

/** What a quality setting asks of a model, and takes a failure to cost. */
export function standardOf(quality: Quality): Standard {
  return standards[quality];
}

const standards: Readonly<Record<Quality, Standard>> = { economy: made('economy'), balanced: made('balanced'), quality: made('quality') };

function made(quality: Quality): Standard {
  return { bar: barOf(quality), failure: failures[quality], attempts: attempts[quality], nearly: nearly[quality] };
}
