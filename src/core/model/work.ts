import type { Failure } from './failure';
import type { ArmId, Domain } from './modelCard';
import type { NanoDollars } from './money';
import type { Tier } from './profile';
import type { Quality } from './quality';

/**
 * Several calls for one question. `compare`: 2 to 6 models answer side by side. `consensus`: independent answers become
 * one. `refine`: others criticise, the first improves. `cascade`: a cheap one first, a better one where that is not enough.
 */
export const strategyNames = ['compare', 'consensus', 'refine', 'cascade'] as const;
export type StrategyName = (typeof strategyNames)[number];

/** What a person asks for. What is left out is chosen by the router, or has the default of docs/orchestration.md. */
export interface WorkWish {
  readonly strategy: StrategyName;
  /** The models, in the order of their columns; the first is the primary of a refinement. */
  readonly arms?: readonly ArmId[];
  /** How many models, when they are not named. */
  readonly models?: number;
  /** Most rounds of a refinement, 1 to 10. */
  readonly rounds?: number;
  /** The score from 0 to 1 at which a refinement is done. */
  readonly enough?: number;
  /** Names of the models are hidden until the person has voted. */
  readonly blind?: boolean;
  readonly quality?: Quality;
}

export type StepKind = 'answer' | 'critique' | 'revision' | 'check' | 'judge' | 'merge';
export type StepState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'skipped';

/** One call of it, or a thing that was worked out without one. Plain data, JSON in the database. */
export interface WorkStep {
  readonly id: string;
  /** The step it is about: the answer that a critique is of. */
  readonly parent?: string;
  readonly kind: StepKind;
  /** From 1; undefined where there are no rounds. */
  readonly round?: number;
  readonly state: StepState;
  readonly arm?: ArmId;
  readonly modelName?: string;
  readonly providerName?: string;
  /** Untrusted, as every text of a model. */
  readonly text: string;
  /** What it is expected to cost, before it is done. */
  readonly expected?: NanoDollars;
  readonly cost?: NanoDollars;
  readonly costSource?: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly firstTokenMs?: number;
  readonly totalMs?: number;
  /** From 0 to 1: of an answer, how good it was found; of a critique or check, what it gave. */
  readonly score?: number;
  /** One sentence: what came out of it. */
  readonly note?: string;
  readonly failure?: Failure;
}

/** Why it ended. */
export type WorkEnd = 'done' | 'agreed' | 'enough' | 'noImprovement' | 'rounds' | 'budget' | 'stopped' | 'failed';

/** What consensus found out. */
export interface Agreement {
  /** Share of the answers that say what the largest group says, from 0 to 1. */
  readonly share: number;
  /** Steps that say the same, the largest group first. */
  readonly groups: readonly { readonly steps: readonly string[]; readonly says: string }[];
  /** What the answers differ in, a sentence each. */
  readonly disputed: readonly string[];
  /** How it was measured. */
  readonly by: 'votes' | 'words' | 'judge';
}

/** What the question was taken for, for what is learnt of a vote. */
interface WorkTask {
  readonly domains: Readonly<Partial<Record<Domain, number>>>;
  /** On the logit scale of the profile. */
  readonly difficulty: number;
  readonly tier: Tier;
}

/** What is kept of the work with the answer it led to; `StoredAnswer.cost` is the sum of its steps. */
export interface WorkRecord {
  readonly strategy: StrategyName;
  readonly wish: WorkWish;
  readonly steps: readonly WorkStep[];
  /** Of the whole, as told and held before the start. */
  readonly predicted?: { readonly likely: NanoDollars; readonly high: NanoDollars; readonly worst: NanoDollars; readonly calls: number };
  readonly end?: WorkEnd;
  /** The step whose text is the answer; a person may take another. */
  readonly taken?: string;
  readonly agreement?: Agreement;
  /** What the person voted for: a step, or that none is better. */
  readonly vote?: { readonly step: string | 'same'; readonly at: number };
  /** In words: why less was done than asked for, or why it ended. */
  readonly note?: string;
  readonly task?: WorkTask;
}

/** How it is done. */
export interface WorkDoing {
  readonly signal: AbortSignal;
  /** Fires when the person has this one step stopped. */
  readonly stopOf: (stepId: string) => AbortSignal;
  /** Only this step, once more. */
  readonly again?: WorkStep;
}

/** What happens in the work, in order; the last is `work-ended`. */
export type WorkEvent =
  | { readonly type: 'work-planned'; readonly predicted?: NonNullable<WorkRecord['predicted']>; readonly task?: WorkTask; readonly note?: string }
  /** A step that is new, or takes the place of the one with its id. */
  | { readonly type: 'step-changed'; readonly step: WorkStep }
  | { readonly type: 'step-appended'; readonly stepId: string; readonly text: string }
  /** Its text is the answer from now on, until another is taken. */
  | { readonly type: 'step-taken'; readonly stepId: string }
  | { readonly type: 'work-agreed'; readonly agreement: Agreement }
  /** `failure` where nothing came of it. */
  | { readonly type: 'work-ended'; readonly end: WorkEnd; readonly note?: string; readonly failure?: Failure };

/** What it would cost, without starting it. Money in nano-dollars; undefined where a price is unknown. */
export type WorkForecast =
  | { readonly ok: true; readonly arms: readonly { readonly arm: ArmId; readonly name: string; readonly provider: string; readonly likely: NanoDollars | undefined }[]; readonly likely: NanoDollars | undefined; readonly high: NanoDollars | undefined; readonly worst: NanoDollars | undefined; /** What must be free in the budgets for all of it to begin. */ readonly needed: NanoDollars | undefined; readonly calls: number }
  | { readonly ok: false; readonly failure: Failure };
