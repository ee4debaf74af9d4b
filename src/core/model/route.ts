import type { Arm, ArmId } from './modelCard';
import type { NanoDollars } from './money';
import type { Estimate } from './price';
import type { TaskProfile } from './profile';
import type { Quality } from './quality';

export type { Quality };

/** One arm judged for one task. */
export interface Candidate {
  readonly id: ArmId;
  readonly arm: Arm;
  /** P(capable) and its lower 80 % bound; undefined when the model is unproven. */
  readonly capable: { readonly p: number; readonly low: number } | undefined;
  /** Of an unproven model, the same estimated from its price, age and effort, with a wide bound; missing when they say nothing. */
  readonly estimated?: { readonly p: number; readonly low: number } | undefined;
  /** Undefined when the price is unknown. */
  readonly estimate: Estimate | undefined;
  /** Output tokens relative to the profile's expectation, where the person's own use says otherwise than the catalogue. */
  readonly verbosity?: number | undefined;
  /** Cost with the expected price of escalating; what candidates are ranked by. */
  readonly expected: NanoDollars | undefined;
}

/** Why an arm was not taken. */
export type Rejection =
  | 'notCapable'
  | 'dearer'
  | 'unproven'
  | 'priceUnknown'
  | 'contextTooShort'
  | 'lacksCapability'
  | 'excluded'
  | 'notPinned'
  | 'unhealthy'
  | 'overBudget'
  | 'notRequested';

export interface RejectedCandidate {
  readonly candidate: Candidate;
  readonly why: Rejection;
}

/**
 * Who could have been asked instead, to tell what a choice was worth. Of those open to the request with known ability and
 * price; undefined where there is none.
 */
export interface Alternatives {
  /** "Always the best": the cheapest of those that fail at most a tenth more often than the likeliest to succeed. */
  readonly ablest: Candidate | undefined;
  /** The one with the lowest likely cost, of equals the ablest. */
  readonly cheapest: Candidate | undefined;
  /** The arm that is pinned by the request or the setting, even if it was not open. */
  readonly pinned: Candidate | undefined;
}

/**
 * The decision as data: it explains, logs and learns. `ranked` is the order of trying, best first, never empty in a
 * route that is followed.
 */
export interface Route {
  readonly profile: TaskProfile;
  readonly quality: Quality;
  /** Bar that the lower bound had to pass. */
  readonly bar: number;
  readonly ranked: readonly Candidate[];
  /** The one to be asked was asked before in the same turn of an agent, and is in the middle of its work. */
  readonly kept?: boolean;
  /** Asked when all of those have failed: they rest after a failure that may be over; after one that was kept, those that would have been asked else. They are among `rejected` as well. */
  readonly spare: readonly Candidate[];
  readonly rejected: readonly RejectedCandidate[];
  readonly alternatives: Alternatives;
  /** Plain sentences, the most important first. */
  readonly reasons: readonly string[];
  /** How long the answer may be, in tokens, where the budget or the context has no room for the usual length. */
  readonly shortened?: { readonly to: number; readonly by: 'budget' | 'context' };
  /** True when nobody passed the bar and the best buy of those the budget allows was taken. */
  readonly belowBar: boolean;
}
