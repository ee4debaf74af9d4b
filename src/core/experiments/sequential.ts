/**
 * A comparison of two answerers, A and B, by pairs of answers that is valid however often it is looked at. Each pair is
 * won by A, won by B, or a tie.
 *
 * Difference. Under "neither is better" a pair that is decided is won by either with probability 1/2, whatever the share
 * of ties. After `w` wins of A and `l` of B
 *
 *     e(p) = B(1 + w, 1 + l) / (B(1, 1) · p^w · (1 - p)^l)
 *
 * is a martingale of mean 1 when A's true rate is p: the likelihood mixed over a uniform prior, divided by that of p
 * (Robbins 1970; Howard, Ramdas, McAuliffe and Sekhon 2021). By Ville's inequality (1939) it ever reaches 1/α with
 * probability at most α. So 1 / max e(1/2) is a p-value that may be looked at after every pair, and the p with
 * e(p) < 1/α are a confidence sequence for the rate.
 *
 * Equality. The mean of the scores (A won: 1, tie: 0, B won: -1) gets a confidence sequence of its own, the hedged
 * betting one of Waudby-Smith and Ramdas (2024, theorem 3), because ties say how small the difference is.
 */

/** How a pair went. */
export type PairScore = 'A' | 'B' | 'tie';

/** What was fixed before the first pair. */
export interface StoppingRule {
  /** Chance of deciding for a difference that is not there, and of a practical equality that is not there. */
  readonly alpha: number;
  /** Mean scores closer to 0 than this are practically equal: of 100 pairs, so many more won than lost. */
  readonly margin: number;
}

/** One in twenty wrong; and fewer than 20 in 100 pairs more won than lost is no difference to choose by. */
export const usualRule: StoppingRule = { alpha: 0.05, margin: 0.2 };

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export type Decision = 'A' | 'B' | 'equal' | 'undecided';

/** Where a comparison stands after its pairs. */
export interface Standing {
  readonly winsA: number;
  readonly winsB: number;
  readonly ties: number;
  /** Anytime-valid p-value against "neither is better"; 1 before the first decided pair. */
  readonly p: number;
  /** Confidence sequence for the share of decided pairs that A wins. */
  readonly rate: Interval;
  /** As it fell when the rule first decided: later pairs change nothing about it. */
  readonly decision: Decision;
  /** After how many pairs it fell; undefined while undecided. */
  readonly decidedAfter: number | undefined;
}

/** A comparison pair by pair. Time grows with the square of their number: a millisecond for a hundred. */
export class Comparison {
  readonly #scores: number[] = [];
  readonly #bets: number[] = [];
  #winsA = 0;
  #winsB = 0;
  #logE = 0;
  #largestLogE = 0;
  /** Of the scores mapped to 0 .. 1, with one pseudo-observation each: 1/2 and 1/4. */
  #sum = 0.5;
  #squares = 0.25;
  #decision: Decision = 'undecided';
  #decidedAfter: number | undefined;
  #rate: Interval = { low: 0, high: 1 };

  constructor(private readonly rule: StoppingRule = usualRule) {}

  add(score: PairScore): void {
    // A factor of the e-process: twice the mixture's prediction of what happened.
    if (score !== 'tie') {
      const before = score === 'A' ? this.#winsA : this.#winsB;
      this.#logE += Math.log(2 * ((before + 1) / (this.#winsA + this.#winsB + 2)));
      if (score === 'A') this.#winsA += 1;
      else this.#winsB += 1;
      this.#largestLogE = Math.max(this.#largestLogE, this.#logE);
      this.#rate = within(this.#rate, this.#rateNow());
    }
    this.#bets.push(this.#nextBet());
    const value = score === 'A' ? 1 : score === 'B' ? 0 : 0.5;
    this.#scores.push(value);
    const n = this.#scores.length;
    this.#sum += value;
    this.#squares += (value - this.#sum / (n + 1)) ** 2;
    if (this.#decision !== 'undecided') return;
    this.#decision = this.#decided();
    if (this.#decision !== 'undecided') this.#decidedAfter = n;
  }

  get pairs(): number {
    return this.#scores.length;
  }

  get decision(): Decision {
    return this.#decision;
  }

  standing(): Standing {
    return {
      winsA: this.#winsA,
      winsB: this.#winsB,
      ties: this.#scores.length - this.#winsA - this.#winsB,
      p: Math.exp(-this.#largestLogE),
      rate: this.#rate,
      decision: this.#decision,
      decidedAfter: this.#decidedAfter,
    };
  }

  /** For the share of decided pairs that A wins: what no look so far has excluded. */
  get rate(): Interval {
    return this.#rate;
  }

  /** The p with e(p) < 1/α. log e(p) is convex with its minimum at the observed rate, so both ends are found by halving. */
  #rateNow(): Interval {
    const wins = this.#winsA;
    const losses = this.#winsB;
    const n = wins + losses;
    const limit = -Math.log(this.rule.alpha);
    // log B(1 + w, 1 + l), from the e-process at 1/2.
    const logMixture = this.#logE - n * Math.LN2;
    const outside = (p: number): boolean => logMixture - times(wins, Math.log(p)) - times(losses, Math.log1p(-p)) >= limit;
    const observed = wins / n;
    return { low: wins === 0 ? 0 : edge(outside, 0, observed), high: losses === 0 ? 1 : edge(outside, 1, observed) };
  }

  #decided(): Decision {
    if (this.#largestLogE >= -Math.log(this.rule.alpha) && this.#winsA !== this.#winsB) return this.#winsA > this.#winsB ? 'A' : 'B';
    // Of the confidence sequence, only the two ends of the margin need to be looked at.
    const { margin } = this.rule;
    return this.#grownAbove((1 - margin) / 2) && this.#grownBelow((1 + margin) / 2) ? 'equal' : 'undecided';
  }

  /** Whether the mean is surely above -difference: B is not better by that much. */
  surelyAbove(difference: number): boolean {
    return this.#grownAbove((1 + difference) / 2);
  }

  /**
   * Hedged capital: half of the stake is bet on a mean above m, half on one below; the m at which neither half has grown
   * 1/α-fold are the confidence sequence. Each half is monotone in m.
   */
  #grownAbove(m: number): boolean {
    let log = 0;
    for (const [index, value] of this.#scores.entries()) log += Math.log1p(Math.min(this.#bets[index] ?? 0, mostBet / m) * (value - m));
    return log >= this.#grown;
  }

  #grownBelow(m: number): boolean {
    let log = 0;
    for (const [index, value] of this.#scores.entries()) log += Math.log1p(-Math.min(this.#bets[index] ?? 0, mostBet / (1 - m)) * (value - m));
    return log >= this.#grown;
  }

  get #grown(): number {
    return Math.log(2 / this.rule.alpha);
  }

  /** The predictable plug-in bet of the paper, from the variance so far: fixed before the pair is seen. */
  #nextBet(): number {
    const t = this.#scores.length + 1;
    const variance = this.#squares / t;
    return Math.sqrt((2 * this.#grown) / (variance * t * Math.log(t + 1)));
  }
}

/** No bet risks more than this share of the stake (the paper's c), so that no capital falls to nothing. */
const mostBet = 0.75;

/** Halvings: a double has 53 bits. */
const halvings = 52;

/** What both leave; where they leave nothing, which happens with probability α at most, what was left before. */
function within(before: Interval, now: Interval): Interval {
  const low = Math.max(before.low, now.low);
  const high = Math.min(before.high, now.high);
  return low <= high ? { low, high } : before;
}

/** Where between `from` (outside) and `to` (inside) the outside ends. */
function edge(outside: (at: number) => boolean, from: number, to: number): number {
  let out = from;
  let inside = to;
  for (let step = 0; step < halvings; step++) {
    const middle = (out + inside) / 2;
    if (outside(middle)) out = middle;
    else inside = middle;
  }
  return out;
}

/** 0 · log 0 is 0 here: nothing was seen of it. */
function times(count: number, log: number): number {
  return count === 0 ? 0 : count * log;
}
