import type { Outcome } from '../model/outcome';
import type { CalibrationBin, SelectionReport } from '../model/report';
import type { TrialCounts } from '../ports/callHistory';
import type { Answer, Asked } from './questions';
import { proportion } from './statistics';

/**
 * Signs that say less are not counted as known: that code brought no errors says next to nothing of the answer (weights
 * in learning/outcomes.ts). Neither does it that somebody went on without complaint: one of them alone is silence.
 */
const leastWeight = 0.2;

/** Ends of the bins of the told chance: most questions go to models that are likely to do. */
const binEnds = [0.5, 0.7, 0.8, 0.9, 0.95, 1] as const;

/** How often the choice was right, as far as anything is known of it. */
export function selection(asked: Iterable<Asked>, outcomes: readonly Outcome[], trials: TrialCounts): SelectionReport {
  const signs = strongestSigns(outcomes);
  const known: { readonly p: number; readonly enough: boolean }[] = [];
  let [routed, routedKnown, routedEnough, complaints] = [0, 0, 0, 0];
  let [cheaperSteps, cheaperKept] = [0, 0];
  for (const { id, answer, isProgram } of asked) {
    // Nobody complains of an answer that no person has read.
    if (!answer || isProgram) continue;
    const value = signs.get(signKey(id, answer.arm))?.value;
    const enough = value === undefined ? undefined : value >= 0.5;
    if (answer.p !== undefined && enough !== undefined) known.push({ p: answer.p, enough });
    if (answer.how === 'cheaper') {
      cheaperSteps += 1;
      if (enough !== false) cheaperKept += 1;
    }
    if (!isRouted(answer)) continue;
    routed += 1;
    if (enough === false) complaints += 1;
    if (enough !== undefined) routedKnown += 1;
    if (enough === true) routedEnough += 1;
  }
  return {
    enough: proportion(routedEnough, routedKnown),
    quiet: proportion(routed - complaints, routed),
    cheaperEnough: proportion(cheaperKept + trials.enough, cheaperSteps + trials.all),
    calibration: calibration(known),
    brier: known.length === 0 ? undefined : known.reduce((sum, { p, enough }) => sum + (p - Number(enough)) ** 2, 0) / known.length,
  };
}

/** Ids of questions that the person asked again in the same way. */
export function retriedQuestions(outcomes: readonly Outcome[]): ReadonlySet<string> {
  return new Set(outcomes.flatMap(({ kind, question }) => (kind === 'retry' && question !== undefined ? [question] : [])));
}

function isRouted({ how }: Answer): boolean {
  return how === 'routed' || how === 'failover' || how === 'budget';
}

/** What says most of an answer; of equals the newest. */
function strongestSigns(outcomes: readonly Outcome[]): ReadonlyMap<string, Outcome> {
  const strongest = new Map<string, Outcome>();
  for (const outcome of outcomes) {
    if (outcome.question === undefined || outcome.weight < leastWeight || outcome.kind === 'followed') continue;
    const key = signKey(outcome.question, outcome.arm);
    const other = strongest.get(key);
    if (!other || outcome.weight > other.weight || (outcome.weight === other.weight && outcome.at > other.at)) strongest.set(key, outcome);
  }
  return strongest;
}

/** An id holds no line break. */
function signKey(question: string, arm: string): string {
  return `${question}\n${arm}`;
}

function calibration(known: readonly { readonly p: number; readonly enough: boolean }[]): readonly CalibrationBin[] {
  return binEnds.flatMap((to, place) => {
    const from = binEnds[place - 1] ?? 0;
    const inside = known.filter(({ p }) => p < to || to === 1).filter(({ p }) => p >= from);
    if (inside.length === 0) return [];
    return [{ from, to, told: inside.reduce((sum, { p }) => sum + p, 0) / inside.length, enough: proportion(inside.filter(({ enough }) => enough).length, inside.length) }];
  });
}
