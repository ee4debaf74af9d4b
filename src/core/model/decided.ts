import type { ArmId, Domain } from './modelCard';
import type { NanoDollars } from './money';
import type { Price, Rates } from './price';
import type { Tier } from './profile';
import type { Quality } from './route';

/**
 * What was expected of a call when it was chosen, kept with it in the ledger: what happened is compared with it. Where a
 * program named the model nothing was expected: only `how` and `card` are there.
 */
export interface Decided {
  readonly quality?: Quality;
  readonly tier?: Tier;
  /** On the logit scale of the profile. */
  readonly difficulty?: number;
  /** The domains of the task, as the profile gave them. */
  readonly domains?: Readonly<Partial<Record<Domain, number>>>;
  /** Cost at the tenth, fiftieth and ninetieth percentile of the expected answer; undefined when the price was unknown. */
  readonly expected?: { readonly low: NanoDollars; readonly likely: NanoDollars; readonly high: NanoDollars };
  /** Chance of success; undefined when the model was unproven. */
  readonly p?: number;
  /** Id of the model card. Undefined in rows of older versions. */
  readonly card?: string;
  /** Tokens of the answer that the profile expected of a model that does not reason. */
  readonly outputTokens?: number;
  /** Output tokens of its arm relative to that expectation. */
  readonly verbosity?: number;
  readonly how?: ChosenHow;
  readonly alternatives?: DecidedAlternatives;
}

/**
 * How a call came to be made. `routed`: the router's first choice. `pinned`: the person named the model. `better`,
 * `cheaper`: a step from an answer that was there. `budget`: an abler model would have been taken, had the budget let it.
 * `failover`: those before it failed or rested. `kept`: it was in the middle of an agent's turn.
 */
export type ChosenHow = 'routed' | 'pinned' | 'better' | 'cheaper' | 'budget' | 'failover' | 'kept';

/** Who could have been asked instead; missing where there is nobody, or nothing is known of it. */
export interface DecidedAlternatives {
  /** "Always the best". */
  readonly ablest?: Alternative;
  readonly cheapest?: Alternative;
  /** The one that was pinned. */
  readonly pinned?: Alternative;
}

/** Another arm with what it takes to work out what it would have cost. */
export interface Alternative {
  readonly arm: ArmId;
  /** Chance of success; undefined when it was unproven. */
  readonly p?: number;
  /** What it was expected to cost, in nano-dollars; undefined when its price was unknown. */
  readonly likely?: NanoDollars;
  /** Output tokens relative to the profile's expectation. */
  readonly verbosity: number;
  /** The longest answer it would have been allowed, in tokens. */
  readonly outputLimit: number;
  /** What its tokens cost at that moment. Undefined when that is unknown, or part of a subscription. */
  readonly rates?: AlternativeRates;
}

export type AlternativeRates = Pick<Rates, 'input' | 'output' | 'cacheRead'> & Pick<Price, 'perCall' | 'atLeast'>;
