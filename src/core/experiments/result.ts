import type { ExperimentPlan, ExperimentResult, Pair, Verdict } from '../model/experiment';
import { nano, type NanoDollars } from '../model/money';
import { Comparison } from './sequential';

/** What the pairs of an experiment show, by the rule that was fixed before the first. */
export function resultOf(pairs: readonly Pair[], { alpha, margin }: Pick<ExperimentPlan, 'alpha' | 'margin'>): ExperimentResult {
  const comparison = new Comparison({ alpha, margin });
  const path: ExperimentResult['path'][number][] = [];
  for (const verdict of pairs.flatMap((pair) => verdictOf(pair) ?? [])) {
    comparison.add(verdict);
    path.push({ pairs: comparison.pairs, rate: shareOf(comparison.standing()), ...comparison.rate });
  }
  const standing = comparison.standing();
  const answered = pairs.flatMap(({ answers }) => (answers ? [answers] : []));
  const judged = pairs.flatMap((one) => (one.judged && verdictOf(one) ? [one.judged] : []));
  return {
    ...standing,
    open: pairs.filter(({ verdict }) => verdict === undefined).length,
    without: pairs.filter(({ verdict }) => typeof verdict === 'object').length,
    rate: shareOf(standing),
    path,
    meanCost: [meanCost(answered.map(([one]) => one.cost)), meanCost(answered.map(([, other]) => other.cost))],
    meanMs: [mean(answered.map(([one]) => one.totalMs)), mean(answered.map(([, other]) => other.totalMs))],
    agreed: mean(judged.map(({ agreed }) => (agreed ? 1 : 0))),
  };
}

function verdictOf({ verdict }: Pair): Verdict | undefined {
  return typeof verdict === 'string' ? verdict : undefined;
}

function shareOf({ winsA, winsB }: Pick<ExperimentResult, 'winsA' | 'winsB'>): number | undefined {
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
