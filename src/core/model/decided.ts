import type { Domain } from './modelCard';
import type { NanoDollars } from './money';
import type { Tier } from './profile';
import type { Quality } from './route';

/** What was expected of a call when it was chosen, kept with it in the ledger: what happened is compared with it. */
export interface Decided {
  readonly quality: Quality;
  readonly tier: Tier;
  /** On the logit scale of the profile. */
  readonly difficulty: number;
  /** The domains of the task, as the profile gave them. */
  readonly domains: Readonly<Partial<Record<Domain, number>>>;
  /** Cost at the tenth, fiftieth and ninetieth percentile of the expected answer; undefined when the price was unknown. */
  readonly expected?: { readonly low: NanoDollars; readonly likely: NanoDollars; readonly high: NanoDollars };
  /** Chance of success; undefined when the model was unproven. */
  readonly p?: number;
  /** Id of the model card. Undefined in rows of older versions. */
  readonly card?: string;
  /** Tokens of the answer that the profile expected of a model that does not reason. */
  readonly outputTokens?: number;
}
