import * as z from 'zod/mini';

/** What a person asks several models for; see WorkWish. */
export const workWish = z.strictObject({
  strategy: z.enum(['compare', 'consensus', 'refine', 'cascade']),
  arms: z.optional(z.array(z.string().check(z.maxLength(400))).check(z.maxLength(6))),
  models: z.optional(z.int().check(z.minimum(2), z.maximum(6))),
  rounds: z.optional(z.int().check(z.minimum(1), z.maximum(10))),
  enough: z.optional(z.number().check(z.minimum(0), z.maximum(1))),
  blind: z.optional(z.boolean()),
});

export type WorkWishView = z.infer<typeof workWish>;
export type StrategyView = WorkWishView['strategy'];

/** What asking so would cost. All texts. */
export interface ForecastView {
  /** Of the wish it is for: what is shown for another one says nothing. */
  readonly strategy: StrategyView;
  /** e.g. `3 calls`; empty when it could not be asked. */
  readonly calls: string;
  /** e.g. `usually $0.0021`. */
  readonly usual: string;
  /** e.g. `at most $0.0094`. */
  readonly most: string;
  /** Who would be asked, in their order. */
  readonly models: readonly { readonly name: string; readonly cost: string }[];
  /** Why it could not be asked. */
  readonly failure?: string;
  /** That a budget runs short, in a sentence. */
  readonly short?: string;
}

/** A model to choose. */
export interface ArmChoice {
  readonly id: string;
  readonly name: string;
  readonly provider: string;
  /** Per million tokens in and out, e.g. `$0.10 / $0.40`. */
  readonly price: string;
}

export interface StepView {
  readonly id: string;
  /** e.g. `Answer`, `Criticism`. */
  readonly title: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'skipped';
  /** In words, for who does not see the icon. */
  readonly stateText: string;
  /** Who; undefined where nobody was asked, and while the names are hidden. */
  readonly model?: string;
  readonly provider?: string;
  /** What came out of it, in a line. Untrusted. */
  readonly says: string;
  readonly cost?: string;
  /** e.g. `214 → 350 tokens · 2.8 s`. */
  readonly figures?: string;
  /** From 0 to 1. */
  readonly score?: number;
  /** There is something to unfold. */
  readonly hasText: boolean;
  /** Its text is the answer. */
  readonly taken: boolean;
  readonly mayTake: boolean;
}

/** A round of a refinement, a stage of the others. */
export interface StepGroup {
  readonly title: string;
  readonly cost: string;
  readonly steps: readonly StepView[];
  /** Score of the round, from 0 to 1. */
  readonly score?: number;
  /** The answer is of this round. */
  readonly taken: boolean;
}

/** Several calls for one question, as the chat shows them. Texts of steps come when they are unfolded. */
export interface WorkView {
  readonly strategy: StrategyView;
  /** e.g. `Refined in 3 rounds`. */
  readonly title: string;
  /** Why it ended; empty while it goes on. */
  readonly ended: string;
  /** The step under way; undefined when it has ended. */
  readonly progress?: string;
  readonly groups: readonly StepGroup[];
  /** e.g. `$0.0031`. */
  readonly total: string;
  /** e.g. `told before: usually $0.0021, at most $0.0094, 7 calls`. */
  readonly predicted: string;
  /** The score at which a refinement is done, from 0 to 1. */
  readonly enough?: number;
  readonly agreement?: AgreementView;
  /** What came of a vote, or that it is awaited. */
  readonly vote?: string;
  /** It is a comparison, which has a page of its own. */
  readonly canOpen: boolean;
}

export interface AgreementView {
  /** e.g. `3 of 4 answers agree`. */
  readonly title: string;
  /** From 0 to 1. */
  readonly share: number;
  readonly groups: readonly { readonly names: string; readonly says: string; readonly answers: number }[];
  readonly disputed: readonly string[];
  /** How it was measured, in a sentence. */
  readonly how: string;
}

/** Key of the text of a step in the state of the chat. */
export function stepKey(messageId: string, stepId: string): string {
  return `${messageId} ${stepId}`;
}
