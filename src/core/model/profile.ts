import type { Capability, Domain, TaskKind } from './modelCard';

export type Tier = 'simple' | 'moderate' | 'complex';

/** What is known of a task before it is asked. Made on this machine, from the text alone. */
export interface TaskProfile {
  /** Probabilities, summing to 1. */
  readonly domains: Readonly<Partial<Record<Domain, number>>>;
  /** Difficulty b on the logit scale of ROUTING: higher means that a weak model fails more. */
  readonly difficulty: number;
  /** Standard deviation of the difficulty: how far the text alone may mislead. Undefined: as usual (`usualDoubt`). */
  readonly difficultySd?: number;
  /** Probabilities of the kinds of programming task; what is missing to 1 is none of them. Undefined: worked out from the rest. */
  readonly kinds?: Readonly<Partial<Record<TaskKind, number>>>;
  readonly tier: Tier;
  readonly needs: readonly Capability[];
  /** Tokens of everything that will be sent, estimated. */
  readonly inputTokens: number;
  /** Expected tokens of a model that does not reason. */
  readonly outputTokens: { readonly p50: number; readonly p90: number };
  readonly language?: string;
  /** Why, in plain words, at most a handful. */
  readonly reasons: readonly string[];
}
