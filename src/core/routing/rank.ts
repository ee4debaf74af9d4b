import type { Standard } from './bars';
import type { Judged } from './candidates';

/** A judged arm with known ability and price: what the choice is made among. */
export interface Rated extends Judged {
  readonly capable: { readonly p: number; readonly low: number };
  readonly likely: number;
  /** Cost with the expected price of escalating, in nano-dollars. */
  readonly expected: number;
}

export interface Ranking {
  /** Order of trying, best first. Empty when nothing is open. */
  readonly ranked: readonly Judged[];
  /** Rated arms, the likeliest to succeed first. */
  readonly rated: readonly Rated[];
  readonly belowBar: boolean;
  /** The cheapest that passed, when one that nearly did is first for being far cheaper. */
  readonly undercut: Rated | undefined;
  /** The one that would be first if it did not rest, and the same model at another host that is first instead. */
  readonly missed: Judged | undefined;
  readonly standIn: Judged | undefined;
}

/** How many candidates are tried before giving up: each costs the person a wait. */
export const mostTried = 5;

/** A retry that fails a third less often is worth paying for; less is the same model under another name. */
const clearlyFewerFailures = 2 / 3;

/**
 * Another host of the same model stands in for the first unless it costs more than this many times as much: hosts of one
 * open model differ by two to three times, and beyond that another model that is able enough is the better buy.
 */
const closePrice = 3;

/**
 * Orders open arms. First the cheapest by expected cost whose lower bound passes the bar; when none does, the one that
 * is the best buy at what a failure is taken to cost. Unproven arms and unknown prices stand behind, because neither
 * promise can be kept for them. `resting` would be open but for a failure a while ago. When the best of all is among
 * them, the same model at another host stands in for it, so that an outage changes the host and not the model.
 */
export function rank(open: readonly Judged[], standard: Standard, resting: readonly Judged[] = []): Ranking {
  const missed = resting.length > 0 ? missedBy(open, resting, standard) : undefined;
  const rated = rate(open);
  const price = failurePrice(rated, standard);
  const passing = inOrder(rated.filter(({ capable }) => capable.low >= standard.bar), ({ expected }) => expected);
  const belowBar = passing.length === 0;
  const below = belowBar ? rated : rated.filter(({ capable }) => capable.low < standard.bar);
  const bargain = bargainFor(passing[0], below, standard, price);
  const inTurn = [...passing, ...bestBuyFirst(below, price)];
  const able = bargain ? [bargain, ...inTurn.filter((one) => one !== bargain)] : inTurn;
  const standIn = missed && able.find((one) => isSameModelElsewhere(one, missed));
  return { ranked: inOrderOfTrying(standIn ? [standIn, ...able.filter((one) => one !== standIn)] : able, () => lastResorts(open, price)), rated, belowBar, undercut: bargain && passing[0], missed, standIn };
}

/** Far cheaper: a quarter. */
const bargainPrice = 0.25;

/** Nobody pays four times as much for being a little surer. */
function bargainFor(first: Rated | undefined, below: readonly Rated[], { nearly }: Standard, price: number): Rated | undefined {
  if (!first || first.likely === 0) return undefined;
  const near = below.filter(({ capable, likely }) => likely <= bargainPrice * first.likely && 1 - capable.p <= nearly * (1 - first.capable.p));
  return near.reduce<Rated | undefined>((best, one) => (best && withFailures(best, price) <= withFailures(one, price) ? best : one), undefined);
}

/** The one that would be asked first if it did not rest. */
function missedBy(open: readonly Judged[], resting: readonly Judged[], standard: Standard): Judged | undefined {
  const best = rank([...open, ...resting], standard).ranked[0];
  return resting.find(({ facts }) => facts === best?.facts);
}

/** Nano-dollars that a failed answer is taken to cost the person, besides its own price. */
function failurePrice(rated: readonly Rated[], { failure, attempts }: Standard): number {
  const ablest = rated[0];
  if (!ablest) return failure;
  let attempt = ablest.likely;
  for (const { capable, likely } of rated) {
    if (1 - capable.p > equalFailures * (1 - ablest.capable.p)) break;
    attempt = Math.min(attempt, likely);
  }
  return Math.max(failure, attempts * attempt);
}

/** Models this near to the best chance of success count as the ablest, too. */
export const equalFailures = 1.1;

/** What an arm costs together with its failures; what is compared when nobody is sure enough. */
function withFailures({ capable, likely }: Pick<Rated, 'capable' | 'likely'>, price: number): number {
  return likely + (1 - capable.p) * price;
}

/** Whether `one` fails clearly less often than a chance of success `p`. */
export function clearlyBetter(one: number, p: number): boolean {
  return 1 - one <= clearlyFewerFailures * (1 - p);
}

/**
 * Expected cost: the price of asking, plus the price of the next better arm times the chance of needing it. "Next
 * better" is the cheapest that fails clearly less often; for the ablest it is itself, asked again.
 */
function rate(open: readonly Judged[]): readonly Rated[] {
  const known = cheapestOfEqualsFirst(inOrder(open.filter(isRateable), ({ capable }) => (1 - capable.p) * chanceUnit));
  const rated: Rated[] = [];
  let better = 0;
  let cheapestBetter = Infinity;
  for (const judged of known) {
    for (let next = known[better]; next && clearlyBetter(next.capable.p, judged.capable.p); next = known[better]) {
      if (next.likely < cheapestBetter) cheapestBetter = next.likely;
      better += 1;
    }
    const retry = cheapestBetter === Infinity ? Math.max(judged.likely, known[0]?.likely ?? 0) : cheapestBetter;
    rated.push({ facts: judged.facts, closed: undefined, capable: judged.capable, estimated: undefined, likely: judged.likely, expected: judged.likely + (1 - judged.capable.p) * retry });
  }
  return rated;
}

/** Chances differ by at least this much, or count as equal: 2^-36. */
const chanceUnit = 2 ** 36;

/**
 * Sorted by a figure of at least 0, rounded; equal ones stay as they are. Hundreds are sorted at every request, and
 * numbers alone are sorted several times faster than objects, so the place of each goes into the lower bits.
 */
function inOrder<One>(ones: readonly One[], figure: (one: One) => number): readonly One[] {
  const places = 2 ** Math.ceil(Math.log2(ones.length + 1));
  const most = Math.floor(Number.MAX_SAFE_INTEGER / places) - 1;
  const keys = new Float64Array(ones.length);
  // Plain loops, and no remainder of numbers this large: both are several times faster here.
  let place = 0;
  for (const one of ones) {
    const rounded = Math.round(figure(one));
    keys[place] = (rounded < most ? rounded : most) * places + place;
    place += 1;
  }
  keys.sort();
  const sorted: One[] = [];
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] ?? 0;
    const one = ones[key - Math.floor(key / places) * places];
    if (one !== undefined) sorted.push(one);
  }
  return sorted;
}

/** Among equal chances (one model at several hosts) the expected cost follows the likely one; then the name, so that the same request takes the same route. */
function cheapestOfEqualsFirst(sorted: readonly Rateable[]): readonly Rateable[] {
  const order = [...sorted];
  for (let at = 1; at < order.length; at++) {
    const one = order[at];
    let place = at;
    for (let before = order[place - 1]; one && before && before.capable.p === one.capable.p && (one.likely - before.likely || byId(one, before)) < 0; before = order[place - 1]) {
      order[place] = before;
      place -= 1;
      order[place] = one;
    }
  }
  return order;
}

/** Equal costs (free models) go to the abler, then by name. */
export function byExpected(left: Rated, right: Rated): number {
  return left.expected - right.expected || right.capable.p - left.capable.p || byId(left, right);
}

function byId(left: Judged, right: Judged): number {
  return left.facts.id < right.facts.id ? -1 : 1;
}

type Rateable = Judged & Pick<Rated, 'capable' | 'likely'>;

function isRateable(judged: Judged): judged is Rateable {
  return judged.capable !== undefined && judged.likely !== undefined;
}

/** The likeliest first, as given, except that the one that is cheapest with its failures goes before all. */
function bestBuyFirst(rated: readonly Rated[], price: number): readonly Rated[] {
  const [likeliest, ...others] = rated;
  if (!likeliest) return rated;
  const best = others.reduce((least, one) => (withFailures(one, price) < withFailures(least, price) ? one : least), likeliest);
  return best === likeliest ? rated : [best, ...rated.filter((one) => one !== best)];
}

/**
 * Unproven at a known price, then able at an unknown one, then unproven at an unknown one. Among the unproven, those of
 * which price and age let one expect something by what they would cost with their failures.
 */
function lastResorts(open: readonly Judged[], price: number): readonly Judged[] {
  const unproven = open.filter(({ capable, likely }) => !capable && likely !== undefined);
  const cost = ({ estimated, likely = 0 }: Judged): number => (estimated ? withFailures({ capable: estimated, likely }, price) : likely + price);
  const unpriced = open.filter(({ capable, likely }) => capable && likely === undefined).toSorted((left, right) => (right.capable?.p ?? 0) - (left.capable?.p ?? 0));
  const neither = open.filter(({ capable, likely }) => !capable && likely === undefined);
  return [...unproven.toSorted((left, right) => cost(left) - cost(right)), ...unpriced, ...neither];
}

/**
 * The first, then another host of the same model, then the others; one effort of each offer, and at most two of one
 * provider while others are left, because an outage takes a provider's models with it.
 */
function inOrderOfTrying(able: readonly Rated[], lastOnes: () => readonly Judged[]): readonly Judged[] {
  const first = able[0] ?? firstResort(lastOnes());
  if (!first) return [];
  const order: Judged[] = [first];
  const places = new Set([first.facts.place]);
  const perProvider = new Map([[first.facts.arm.offer.provider, 1]]);
  const take = (judged: Judged, mostOfProvider: number): void => {
    const { place, arm } = judged.facts;
    const taken = perProvider.get(arm.offer.provider) ?? 0;
    if (order.length >= mostTried || places.has(place) || taken >= mostOfProvider) return;
    places.add(place);
    perProvider.set(arm.offer.provider, taken + 1);
    order.push(judged);
  };
  const elsewhere = able.find((one) => isSameModelElsewhere(one, first));
  if (elsewhere) take(elsewhere, 1);
  for (const one of able) take(one, 2);
  for (const one of able) take(one, mostTried);
  if (order.length < mostTried) for (const one of lastOnes()) take(one, mostTried);
  return order;
}

/** With nothing rated, a model of known ability goes first even at an unknown price: an unproven one is never first by choice. */
function firstResort(behind: readonly Judged[]): Judged | undefined {
  return behind.find(({ capable }) => capable) ?? behind[0];
}

function isSameModelElsewhere(one: Rated, first: Judged): boolean {
  return (
    one.facts.arm.card.id === first.facts.arm.card.id &&
    one.facts.arm.effort.effort === first.facts.arm.effort.effort &&
    one.facts.arm.offer.provider !== first.facts.arm.offer.provider &&
    first.likely !== undefined &&
    one.likely <= closePrice * first.likely
  );
}
