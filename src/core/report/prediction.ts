import { isOfProgram } from '../model/ask';
import type { CallRecord } from '../model/call';
import type { NanoDollars } from '../model/money';
import type { PredictionPoint, PredictionReport, PredictionRow } from '../model/report';
import { median, proportion } from './statistics';

/** Calls that are drawn: more cannot be told apart. */
const mostPoints = 300;

interface Tally {
  covered: number;
  below: number;
  above: number;
  /** Actual ÷ likely − 1. */
  readonly errors: number[];
}

/** How good the predicted costs were, call by call. */
export class Predictions {
  readonly #all = newTally();
  readonly #models = new Map<string, Tally>();
  readonly #leftOut = { unfinished: 0, free: 0, unpriced: 0, uncounted: 0, old: 0, named: 0 };
  #points: PredictionPoint[] = [];

  add(call: CallRecord): void {
    const { charge, decided, model, purpose } = call;
    // Nothing is chosen, and nothing foretold.
    if (purpose === 'embedding') return;
    if (!isWhole(call)) this.#leftOut.unfinished += 1;
    else if (decided === undefined) this.#leftOut.old += 1;
    // Nothing was foretold.
    else if (isOfProgram(purpose) && decided.how === 'pinned') this.#leftOut.named += 1;
    else if (charge.amount === undefined || decided.expected === undefined) this.#leftOut.unpriced += 1;
    else if (charge.source === 'subscription' || decided.expected.high === 0) this.#leftOut.free += 1;
    // The prompt was counted as for the prediction itself: it would be judged by its own measure.
    else if (charge.estimatedUsage) this.#leftOut.uncounted += 1;
    else this.#count({ ...decided.expected, actual: charge.amount, model: decided.card ?? model });
  }

  report(): PredictionReport {
    const models = [...this.#models].map(([model, tally]) => rowOf(model, tally));
    return { all: rowOf(undefined, this.#all), models: models.toSorted((one, other) => other.calls - one.calls), points: this.#points.slice(-mostPoints), leftOut: this.#leftOut };
  }

  #count(point: PredictionPoint): void {
    const tally = this.#models.get(point.model) ?? newTally();
    this.#models.set(point.model, tally);
    for (const one of [tally, this.#all]) {
      one[sideOf(point.actual, point)] += 1;
      one.errors.push(point.actual / Math.max(1, point.likely) - 1);
    }
    this.#points.push(point);
    if (this.#points.length > 2 * mostPoints) this.#points = this.#points.slice(-mostPoints);
  }
}

function newTally(): Tally {
  return { covered: 0, below: 0, above: 0, errors: [] };
}

/** An answer that was stopped or broke off costs less than one that was not, for reasons nobody could foresee. */
function isWhole({ outcome, failure }: CallRecord): boolean {
  return (outcome === 'complete' || outcome === 'truncated') && failure === undefined;
}

function sideOf(actual: NanoDollars, { low, high }: PredictionPoint): 'covered' | 'below' | 'above' {
  if (actual < low) return 'below';
  return actual > high ? 'above' : 'covered';
}

function rowOf(model: string | undefined, { covered, below, above, errors }: Tally): PredictionRow {
  const calls = errors.length;
  return { model, calls, covered: proportion(covered, calls), below, above, error: median(errors.map(Math.abs)), bias: median(errors) };
}
