import { Comparison, type PairScore, type StoppingRule, usualRule } from '../../../src/core/experiments/sequential';
import { seededRandom } from '../../support/seededRandom';

/** A world in which two answerers are compared. */
export interface Simulation {
  /** Share of pairs that are ties. */
  readonly ties: number;
  /** Share of the others that A wins. */
  readonly rate: number;
  /** Pairs after which an experiment gives up. */
  readonly pairs: number;
  readonly runs: number;
  readonly seed: number;
}

export interface Simulated {
  /** Shares of the runs that were decided so. */
  readonly forA: number;
  readonly forB: number;
  readonly equal: number;
  /** For A or for B. */
  readonly different: number;
  /** Shares of the runs that a sign test of fixed size, looked at after every pair, would have called different. */
  readonly peeked: number;
  /** Pairs until the end, decided or not. */
  readonly meanPairs: number;
  readonly medianPairs: number;
}

/** Runs experiments by the product's rule on drawn pairs, looked at after each of them. */
export function simulate({ ties, rate, pairs, runs, seed }: Simulation, rule: StoppingRule = usualRule): Simulated {
  const random = seededRandom(seed);
  const counts = { A: 0, B: 0, equal: 0, undecided: 0 };
  const lengths: number[] = [];
  let peeked = 0;
  for (let run = 0; run < runs; run++) {
    const drawn = Array.from({ length: pairs }, (): PairScore => (random() < ties ? 'tie' : random() < rate ? 'A' : 'B'));
    const comparison = new Comparison(rule);
    for (const score of drawn) {
      if (comparison.decision !== 'undecided') break;
      comparison.add(score);
    }
    counts[comparison.decision] += 1;
    lengths.push(comparison.pairs);
    if (isPeekedDifferent(drawn, rule.alpha)) peeked += 1;
  }
  lengths.sort((one, other) => one - other);
  const share = (count: number): number => count / runs;
  return {
    forA: share(counts.A),
    forB: share(counts.B),
    equal: share(counts.equal),
    different: share(counts.A + counts.B),
    peeked: share(peeked),
    meanPairs: lengths.reduce((sum, length) => sum + length, 0) / runs,
    medianPairs: lengths[Math.floor(runs / 2)] ?? 0,
  };
}

/** Whether the exact two-sided sign test is ever at most alpha: what happens to whoever looks again and again. */
function isPeekedDifferent(drawn: readonly PairScore[], alpha: number): boolean {
  let wins = 0;
  let decided = 0;
  for (const score of drawn) {
    if (score === 'tie') continue;
    decided += 1;
    if (score === 'A') wins += 1;
    if (signTest(Math.min(wins, decided - wins), decided) <= alpha) return true;
  }
  return false;
}

/** Chance of so few wins of either side, or fewer, when each is as likely as the other. */
function signTest(fewer: number, n: number): number {
  let log = -n * Math.LN2;
  let sum = Math.exp(log);
  for (let k = 1; k <= fewer; k++) {
    log += Math.log((n - k + 1) / k);
    sum += Math.exp(log);
  }
  return Math.min(1, 2 * sum);
}
