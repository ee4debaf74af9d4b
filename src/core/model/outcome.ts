import type { ArmId, Domain, Effort } from './modelCard';
import type { Tier } from './profile';
import type { Realm } from './provider';

/**
 * What showed how good an answer was. `rating`: the person's thumb. `better`, `cheaper`, `retry`: asked again, a model up,
 * a model down, or the same way. `followed`: the conversation went on without complaint. `kept`, `undone`: code that was
 * taken into a file. `diagnostics`: errors in that file before and after. `judge`: compared with another answer.
 */
export const outcomeKinds = ['rating', 'better', 'cheaper', 'retry', 'followed', 'kept', 'undone', 'diagnostics', 'judge'] as const;
export type OutcomeKind = (typeof outcomeKinds)[number];

/** What was wrong with an answer, in the person's choice of words. */
export const ratingReasons = ['wrong', 'incomplete', 'ignoredInstructions', 'tooLong', 'tooSlow', 'style', 'other'] as const;
export type RatingReason = (typeof ratingReasons)[number];

/** A person's word on an answer, kept with it. The note is theirs alone: it is in no outcome. */
export interface Rating {
  readonly value: 'up' | 'down';
  readonly reason?: RatingReason;
  readonly note?: string;
}

/** Which model at which effort answered which kind of task. Holds no word of the question or the answer. */
export interface Answered {
  readonly realm: Realm;
  readonly arm: ArmId;
  /** Id of its model card. */
  readonly card: string;
  readonly effort: Effort;
  readonly domains: Readonly<Partial<Record<Domain, number>>>;
  /** On the logit scale of the profile. */
  readonly difficulty: number;
  readonly tier: Tier;
}

/** One sign of how good an answer was. */
export interface Outcome extends Answered {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind: OutcomeKind;
  /** From 0, bad, to 1, good. */
  readonly value: number;
  /** How much it says, above 0 to 1: a rating says most. */
  readonly weight: number;
  /** Id that the calls of the question have in the ledger: of an answer in a conversation, that of its message. */
  readonly question?: string;
  readonly threadId?: string;
  readonly reason?: RatingReason;
}

/** An outcome as those tell it who see it happen. Without a weight it has that of its kind. */
export type NewOutcome = Omit<Outcome, 'id' | 'at' | 'weight'> & Partial<Pick<Outcome, 'weight'>>;

/** What became of code that was taken from an answer into a file. Errors as the language service counts them in the file. */
export type EditFate = { readonly kind: 'kept' } | { readonly kind: 'undone' } | { readonly kind: 'diagnostics'; readonly errorsBefore: number; readonly errorsAfter: number };
