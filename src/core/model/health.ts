import type { Failure } from './failure';

/** Whose health: a provider as a whole, or one of its models. */
export interface HealthSubject {
  readonly provider: string;
  /** The provider's own id; undefined is the provider as a whole. */
  readonly model: string | undefined;
}

/** Failures that say something about who was asked, and not about the question, the person or this machine. */
export type HealthFailure = Extract<Failure, { readonly kind: (typeof healthFailureKinds)[number] }>;

export const healthFailureKinds = ['rateLimited', 'providerDown', 'offline', 'timedOut', 'badReply', 'truncated', 'modelGone', 'keyMissing', 'keyRejected', 'noCredit'] as const;

/** What is remembered of a subject that failed lately; without a record nothing is held against it. Times are epoch milliseconds. */
export interface HealthRecord {
  /** In a row, none of them answered in between. */
  readonly failures: number;
  /** Rests in a row, for doubling. */
  readonly rests: number;
  readonly failure: HealthFailure;
  /** When it last failed. */
  readonly at: number;
  /** It is left alone until then. Undefined: it is asked, and its failures are counted. */
  readonly until: number | undefined;
  /** After its rest one request finds out for all; until `until` the others leave it alone. */
  readonly probe: { readonly id: string; readonly until: number } | undefined;
}

/** How one call ended, as far as it tells of who was asked. The newest of a list come first. */
export interface CallFact {
  readonly provider: string;
  readonly model: string;
  readonly endedAt: number;
  readonly outcome: string;
  /** Kind of its failure. */
  readonly failure: string | undefined;
  readonly firstTokenMs: number | undefined;
  readonly totalMs: number;
}
