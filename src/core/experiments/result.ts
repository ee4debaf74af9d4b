import type { ExperimentPlan, ExperimentResult, Pair, Verdict } from '../model/experiment';
import { nano, type NanoDollars } from '../model/money';
import { Comparison } from './sequential';

/** What the pairs of an experiment show, by the rule that was fixed before the first. */
export function resultOf(pairs: readonly Pair[], { alpha, margin }: Pick<ExperimentPlan, 'alpha' | 'margin'>): ExperimentResult {
  const comparison = new Comparison({ alpha, margin });
  const path: ExperimentResult['path'][number][] = [];
  let winsA = 0;
  let winsB = 0;
  for (const verdict of pairs.flatMap((pair) => verdictOf(pair) ?? [])) {
    comparison.add(verdict);
    if (verdict === 'A') winsA += 1;
    if (verdict === 'B') winsB += 1;
    const { low, high } = comparison.rate;
    path.push({ pairs: comparison.pairs, rate: shareOf(winsA, winsB), low, high });
  }
  const { ties, p, rate, difference, decision, decidedAfter } = comparison.standing();
  const answered = pairs.flatMap(({ answers }) => (answers ? [answers] : []));
  const judged = pairs.flatMap((one) => (one.judged && verdictOf(one) ? [one.judged] : []));
  return {
    winsA,
    winsB,
    ties,
    open: pairs.filter(({ verdict }) => verdict === undefined).length,
    without: pairs.filter(({ verdict }) => typeof verdict === 'object').length,
    decision,
    decidedAfter,
    p,
    rate: shareOf(winsA, winsB),
    rateBetween: [rate.low, rate.high],
    differenceBetween: [difference.low, difference.high],
    path,
    meanCost: [meanCost(answered.map(([one]) => one.cost)), meanCost(answered.map(([, other]) => other.cost))],
    meanMs: [mean(answered.map(([one]) => one.totalMs)), mean(answered.map(([, other]) => other.totalMs))],
    agreed: mean(judged.map(({ agreed }) => (agreed ? 1 : 0))),
  };
}

function verdictOf({ verdict }: Pair): Verdict | undefined {
  return typeof verdict === 'string' ? verdict : undefined;
}

function shareOf(winsA: number, winsB: number): number | undefined {
  return winsA + winsB === 0 ? undefined : winsA / (winsA + winsB);
}

/** One unknown cost makes the mean unknown: the others are no sample of it. */
function meanCost(costs: readonly (NanoDollars | undefined)[]): NanoDollars | undefined {
  const known = costs.filter((cost) => cost !== undefined);
  const average = known.length < costs.length ? undefined : mean(known);
  return average === undefined ? undefined : nano(Math.round(average));
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
