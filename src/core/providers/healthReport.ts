import type { Failure, FailureKind } from '../model/failure';

/**
 * How a provider or one of its models stands now. `untilMs` is epoch milliseconds: when it is asked again by itself.
 * `failure` is what it rests for.
 */
export type HealthStatus =
  | { readonly state: 'ok' }
  | { readonly state: 'slow' }
  | { readonly state: 'rateLimited'; readonly untilMs: number; readonly failure: Failure }
  | { readonly state: 'down'; readonly untilMs: number; readonly failure: Failure }
  /** Its key is missing or was refused, or there is no credit behind it; a new key ends it. */
  | { readonly state: 'noKey'; readonly failure: Failure | undefined }
  /** Never asked, as far as is remembered. */
  | { readonly state: 'unknown' };

/** What the last calls were like. Milliseconds; undefined where no call tells. */
export interface HealthFigures {
  /** Calls that the figures are of. */
  readonly calls: number;
  /** Share of calls that were answered, 0 to 1; what the person stopped, or asked in a way nobody could answer, counts on neither side. */
  readonly successRate: number | undefined;
  /** From sending to the first piece of the answer. */
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  /** From sending to the end of the answer. */
  readonly totalP50Ms: number | undefined;
  readonly totalP95Ms: number | undefined;
  /** The newest call that failed for the provider's reasons; `at` is epoch milliseconds. */
  readonly lastFailure: { readonly kind: FailureKind; readonly at: number } | undefined;
}

export interface ModelHealth extends HealthFigures {
  readonly model: string;
  readonly status: HealthStatus;
}

/** A provider with those of its models that were asked or rest now; a model that is not among them is `unknown`. */
export interface ProviderHealth extends HealthFigures {
  readonly provider: string;
  readonly status: HealthStatus;
  readonly models: readonly ModelHealth[];
}
