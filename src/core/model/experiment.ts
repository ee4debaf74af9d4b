import type { Failure } from './failure';
import type { ArmId, Domain } from './modelCard';
import type { NanoDollars } from './money';
import type { Realm } from './provider';

/** One of the two that are compared: a model, an instruction, or both. */
export interface Side {
  /** For people. */
  readonly name: string;
  /** Undefined: chosen for each question, as usual. */
  readonly arm?: ArmId;
  /** What the model is told before the conversation; undefined: as usual. */
  readonly instruction?: string;
}

/** A question of the person's own conversations. */
export interface QuestionPlace {
  readonly threadId: string;
  /** Of the message that holds it. */
  readonly messageId: string;
}

/** What was agreed to before the first call. The rule by which it is decided is fixed with it. */
export interface ExperimentPlan {
  readonly sides: readonly [Side, Side];
  readonly judge: 'model' | 'person';
  /** Asked in this order. */
  readonly questions: readonly QuestionPlace[];
  /** New questions are taken in as they come, after those. */
  readonly withNew: boolean;
  /** It ends undecided after so many pairs. */
  readonly mostPairs: number;
  /** No pair is begun that would likely pass it, answers and verdicts together. */
  readonly allowance: NanoDollars;
  readonly alpha: number;
  readonly margin: number;
}

export type ExperimentState =
  | { readonly is: 'running' }
  /** `failure` undefined: the person paused it, or its window went away. */
  | { readonly is: 'paused'; readonly failure?: Failure }
  | { readonly is: 'ended'; readonly why: 'decided' | 'questions' | 'allowance' | 'stopped' };

/** An experiment that came to its end by itself. */
export interface EndedExperiment {
  readonly id: string;
  readonly why: Extract<ExperimentState, { is: 'ended' }>['why'];
}

/** One of the two answers of a pair, as far as it came. */
export interface PairAnswer {
  readonly text: string;
  readonly arm: ArmId;
  /** Undefined when the price is unknown. */
  readonly cost: NanoDollars | undefined;
  readonly totalMs: number;
}

/** Why a pair says nothing. `unreadable`: the judge gave no verdict in the form it was asked for. */
export type NoVerdict = { readonly kind: 'gone' } | { readonly kind: 'unreadable' } | { readonly kind: 'failed'; readonly failure: Failure };

export type Verdict = 'A' | 'B' | 'tie';

/** Two answers to one question, and which is better. */
export interface Pair {
  /** From 0, in the order in which they were asked. */
  readonly place: number;
  /** The last thing asked, cut when long. */
  readonly question: string;
  /** Undefined when one of them did not come. */
  readonly answers?: readonly [PairAnswer, PairAnswer];
  /** The answers as a person sees them who judges: in an order of chance, without names. */
  readonly shown?: readonly [string, string];
  /** Whether that order is the reverse. */
  readonly swapped: boolean;
  /** Undefined while a person has yet to judge. */
  readonly verdict?: Verdict | NoVerdict;
  /** The model that judged, and whether it said the same in both orders. */
  readonly judged?: { readonly by: ArmId; readonly agreed: boolean };
}

export interface Experiment {
  readonly id: string;
  readonly realm: Realm;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly plan: ExperimentPlan;
  readonly state: ExperimentState;
  readonly pairs: readonly Pair[];
  /** Where it runs; undefined when nowhere. */
  readonly runs: 'here' | 'elsewhere' | undefined;
  /** By the ledger, what is held included. */
  readonly spent: NanoDollars;
}

/** What an experiment showed so far, worked out from its pairs. */
export interface ExperimentResult {
  readonly winsA: number;
  readonly winsB: number;
  readonly ties: number;
  /** Wait for a person. */
  readonly open: number;
  /** Say nothing. */
  readonly without: number;
  readonly decision: 'A' | 'B' | 'equal' | 'undecided';
  readonly decidedAfter: number | undefined;
  /** May be looked at after every pair. */
  readonly p: number;
  /** Share of decided pairs that A won; undefined before the first. */
  readonly rate: number | undefined;
  /** After each pair with a verdict; `low` and `high` are the ends of the confidence sequence for the share. */
  readonly path: readonly { readonly pairs: number; readonly rate: number | undefined; readonly low: number; readonly high: number }[];
  /** Mean cost of an answer; undefined without one of known cost. */
  readonly meanCost: readonly [NanoDollars | undefined, NanoDollars | undefined];
  readonly meanMs: readonly [number | undefined, number | undefined];
  /** Share of model verdicts that were the same in both orders; undefined without any. */
  readonly agreed: number | undefined;
}

/** What an experiment may cost, before it is begun; `unpriced` names a model of unknown price. */
export type ExperimentEstimate =
  | { readonly ok: true; readonly low: NanoDollars; readonly likely: NanoDollars; readonly high: NanoDollars; readonly judge: string | undefined }
  | { readonly ok: false; readonly failure: Failure };

/** A cheaper model was found to be enough for a kind of question. */
export interface TrialDecision {
  readonly domain: Domain;
  readonly model: string;
  readonly trials: number;
  readonly asGood: number;
}
