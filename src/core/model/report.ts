import type { ArmId } from './modelCard';
import type { NanoDollars } from './money';
import { answerPurposes, isOfProgram, type Purpose } from './ask';
import type { Realm } from './provider';

/** How often something was so, with the 95 % interval of how often it is. With nothing counted the interval is everything. */
export interface Proportion {
  readonly hits: number;
  readonly of: number;
  readonly low: number;
  readonly high: number;
}

/** What the books of a period say of the routing. Money of one realm; nothing of it is added to the other's. */
export interface RoutingReport {
  readonly realm: Realm;
  /** Epoch milliseconds; 0 is everything there is. */
  readonly from: number;
  readonly to: number;
  readonly spend: SpendReport;
  readonly savings: SavingsReport;
  readonly prediction: PredictionReport;
  readonly selection: SelectionReport;
}

export interface SpendReport {
  readonly total: NanoDollars;
  readonly calls: number;
  /** Of calls whose cost nobody knows: they are in no sum. */
  readonly unknown: number;
  /** Questions of the person, whether or not they were answered. */
  readonly questions: number;
  /** Requests of programs: through the gateway and the editor's own chat. */
  readonly requests: number;
  /** What titles, checks, judges and trials cost. */
  readonly side: NanoDollars;
  /** The dearest first. */
  readonly models: readonly SpendRow[];
  /** By what it was for, the dearest first. */
  readonly purposes: readonly PurposeRow[];
}

interface PurposeRow {
  readonly purpose: Purpose;
  readonly amount: NanoDollars;
  readonly calls: number;
}

interface SpendRow {
  /** Id of the model card, or the provider's own name for it. */
  readonly model: string;
  readonly amount: NanoDollars;
  readonly calls: number;
}

/** `ablest`: always the best model. `pinned`: always the one that the person pinned last. `mix`: the best and the cheapest at random, so that on average as many answers are good. */
export type Against = 'ablest' | 'pinned' | 'mix';

export interface SavingsReport {
  readonly comparisons: readonly Comparison[];
  /** Paid for what no other choice would have cost: side calls, questions asked again, and those that were never answered. In every comparison. */
  readonly extra: NanoDollars;
}

export interface Comparison {
  readonly against: Against;
  /** Questions that can be compared. */
  readonly questions: number;
  /** Why others cannot. */
  readonly leftOut: Readonly<Record<LeftOut, number>>;
  /** For those questions, and `extra`. */
  readonly paid: NanoDollars;
  /** What they would have cost, and between what and what that lies. */
  readonly instead: Span;
  /** Who would have been asked the most. */
  readonly arm: ArmId | undefined;
  /** Share of the best model in a mix. */
  readonly share: number | undefined;
}

/** `old`: from before alternatives were kept. `included`: part of a subscription. `unpriced`: a price, or for a mix a chance of success, is not known. `unfinished`: without an answer. `named`: a program named the model, so nobody chose it. */
export type LeftOut = 'old' | 'included' | 'unpriced' | 'unfinished' | 'named';

export interface Span {
  readonly low: NanoDollars;
  readonly likely: NanoDollars;
  readonly high: NanoDollars;
}

export interface PredictionReport {
  readonly all: PredictionRow;
  /** The most asked first. */
  readonly models: readonly PredictionRow[];
  /** The newest calls, to be drawn. */
  readonly points: readonly PredictionPoint[];
  /** Calls that say nothing of the predictions: what costs nothing is easily foreseen. */
  readonly leftOut: Readonly<Record<'unfinished' | 'free' | 'unpriced' | 'uncounted' | 'old' | 'named', number>>;
}

export interface PredictionRow {
  /** Undefined: all of them. */
  readonly model: string | undefined;
  readonly calls: number;
  /** Calls that cost what was said, between the lower and the upper end. */
  readonly covered: Proportion;
  readonly below: number;
  readonly above: number;
  /** Median of |actual ÷ likely − 1|; undefined without calls. */
  readonly error: number | undefined;
  /** Median of actual ÷ likely − 1: above 0, calls cost more than said. */
  readonly bias: number | undefined;
}

export interface PredictionPoint extends Span {
  readonly model: string;
  readonly actual: NanoDollars;
}

export interface SelectionReport {
  /** Answers of models that the router chose and of which something is known: those that were good enough. */
  readonly enough: Proportion;
  /** The same of all its answers, where silence counts as content. */
  readonly quiet: Proportion;
  /** Cheaper models that were tried for the same question: those that did as well. */
  readonly cheaperEnough: Proportion;
  /** The told chance of success against what became of the answers, by the chance. */
  readonly calibration: readonly CalibrationBin[];
  /** Mean of (chance − success)², from 0, knowing, to 1; undefined while nothing is known. */
  readonly brier: number | undefined;
}

export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  /** Mean chance told. */
  readonly told: number;
  readonly enough: Proportion;
}

/**
 * Whom a call serves. `person`: it answers a question. `program`: it answers a request of one, routed in the same way, of which
 * nobody says how good it was. `apart`: it would have been made whoever answers. `side`: only because of the routing.
 */
export function servedBy(purpose: Purpose): 'person' | 'program' | 'apart' | 'side' {
  if (purpose === 'embedding' || purpose === 'tool') return 'apart';
  if (isOfProgram(purpose)) return 'program';
  return answersPerson(purpose) ? 'person' : 'side';
}

function answersPerson(purpose: Purpose): boolean {
  return purpose === 'commit' || answerPurposes.includes(purpose);
}
