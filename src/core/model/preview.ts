import type { BudgetStatus } from './budget';
import type { Failure } from './failure';
import type { NanoDollars } from './money';
import type { Quality } from './quality';
import type { Candidate } from './route';
import type { TaskProfile } from './profile';

/** What asking a text now would choose and cost, without asking it. `at` is epoch milliseconds. */
export type Preview =
  | { readonly ok: true; readonly candidate: Candidate; readonly profile: TaskProfile; readonly outputTokens: number; readonly short?: ShortBudget; /** Most tokens of the answer, where the context has no room for the usual length. */ readonly mostTokens?: number; readonly at: number }
  | { readonly ok: false; readonly failure: Failure; readonly at: number };

/**
 * What is left of a budget stands in the way: `cheaper`: another model than otherwise is asked; `shorter`: the answer may be
 * only so long; `refused`: it costs more than that at worst, which the budget does not let through.
 */
export interface ShortBudget {
  readonly effect: 'cheaper' | 'shorter' | 'refused';
  readonly scope: BudgetStatus['scope'];
  readonly left: NanoDollars;
  /** Most tokens of the answer. */
  readonly maxOutputTokens: number;
}

/** One for each quality setting. */
export type Previews = Readonly<Record<Quality, Preview>>;

/** What the last question would be asked of again: one model up, one model down. */
export interface StepPreviews {
  readonly better: Preview;
  readonly cheaper: Preview;
}
