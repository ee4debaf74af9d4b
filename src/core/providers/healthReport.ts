import type { Failure } from '../model/failure';
import { type CallFact, type HealthFailure, healthFailureKinds, type HealthRecord, type HealthSubject } from '../model/health';
import { phaseOf } from './breaker';

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
  /** Share of calls that were answered, 0 to 1; what the person stopped, or asked in a way nobody could answer, is no call here. */
  readonly successRate: number | undefined;
  /** From sending to the first piece of the answer. */
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  /** From sending to the end of the answer. */
  readonly totalP50Ms: number | undefined;
  readonly totalP95Ms: number | undefined;
  /** The newest call that failed for the provider's reasons; `at` is epoch milliseconds. */
  readonly lastFailure: { readonly kind: HealthFailure['kind']; readonly at: number } | undefined;
}

interface ModelHealth extends HealthFigures {
  readonly model: string;
  readonly status: HealthStatus;
}

/** A provider with those of its models that were asked or rest now; a model that is not among them is `unknown`. */
export interface ProviderHealth extends HealthFigures {
  readonly provider: string;
  readonly status: HealthStatus;
  readonly models: readonly ModelHealth[];
}

/** How many calls of one model the figures are of: enough for a 95th percentile, few enough to be about these days. */
const callsOfModel = 100;

/** How many of the newest calls of all are looked at for that. */
export const callsLookedAt = 2_000;

/** Half of the answers begin later than this: beyond ten seconds people turn to something else (Nielsen, "Response Times", 1993). */
const slowMs = 10_000;
/** Fewer calls say nothing of slowness. */
const slowFrom = 5;

export interface HealthReportInput {
  /** The newest first. */
  readonly calls: readonly CallFact[];
  readonly records: readonly { readonly subject: HealthSubject; readonly record: HealthRecord }[];
  readonly now: number;
}

/** How everybody stands who was asked lately or rests. Pure. */
export function healthReport({ calls, records, now }: HealthReportInput): readonly ProviderHealth[] {
  const facts = newestOfEach(calls);
  const recordOf = (provider: string, model: string | undefined): HealthRecord | undefined => records.find(({ subject }) => subject.provider === provider && subject.model === model)?.record;
  const models = new Map<string, Set<string>>();
  const note = (provider: string, model: string | undefined): void => {
    const known = models.get(provider) ?? new Set<string>();
    models.set(provider, model === undefined ? known : known.add(model));
  };
  for (const { provider, model } of facts) note(provider, model);
  for (const { subject } of records) note(subject.provider, subject.model);

  return Array.from(models, ([provider, names]): ProviderHealth => {
    const ofProvider = facts.filter((fact) => fact.provider === provider);
    const rows = Array.from(names, (model): ModelHealth => {
      const figures = figuresOf(ofProvider.filter((fact) => fact.model === model));
      return { model, status: resting(recordOf(provider, model), now) ?? going(figures), ...figures };
    });
    const figures = figuresOf(ofProvider);
    return { provider, status: resting(recordOf(provider, undefined), now) ?? allResting(rows) ?? going(figures), models: rows, ...figures };
  });
}

function newestOfEach(calls: readonly CallFact[]): readonly CallFact[] {
  const counts = new Map<string, number>();
  return calls.filter(({ provider, model }) => {
    const key = `${provider} ${model}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count <= callsOfModel;
  });
}

/** Undefined for who may be asked, be it to find out. */
function resting(record: HealthRecord | undefined, now: number): HealthStatus | undefined {
  const phase = phaseOf(record, now);
  if (!record || phase === 'closed' || phase === 'halfOpen') return undefined;
  const { failure } = record;
  const untilMs = Math.max(record.until ?? now, now);
  switch (failure.kind) {
    case 'rateLimited':
      return { state: 'rateLimited', untilMs, failure };
    case 'keyMissing':
    case 'keyRejected':
    case 'noCredit':
      return { state: 'noKey', failure };
    default:
      return { state: 'down', untilMs, failure };
  }
}

/** A provider all of whose known models rest is back with the first of them. */
function allResting(models: readonly ModelHealth[]): HealthStatus | undefined {
  const statuses = models.map(({ status }) => status);
  const waits = statuses.filter((status) => status.state === 'down' || status.state === 'rateLimited');
  return waits.length === statuses.length ? waits.toSorted((one, other) => one.untilMs - other.untilMs)[0] : undefined;
}

function going({ calls, p50Ms }: HealthFigures): HealthStatus {
  if (calls === 0) return { state: 'unknown' };
  return { state: calls >= slowFrom && p50Ms !== undefined && p50Ms > slowMs ? 'slow' : 'ok' };
}

function figuresOf(facts: readonly CallFact[]): HealthFigures {
  const counted = facts.filter((fact) => isAnswered(fact) || failureOf(fact) !== undefined);
  const answered = counted.filter(isAnswered);
  const failed = counted.find((fact) => !isAnswered(fact));
  const kind = failed && failureOf(failed);
  // Of answers alone: a refusal is quick, and says nothing of waiting.
  const firsts = sorted(answered.flatMap(({ firstTokenMs }) => (firstTokenMs === undefined ? [] : [firstTokenMs])));
  const totals = sorted(answered.map(({ totalMs }) => totalMs));
  return {
    calls: counted.length,
    successRate: counted.length === 0 ? undefined : answered.length / counted.length,
    p50Ms: percentile(firsts, 0.5),
    p95Ms: percentile(firsts, 0.95),
    totalP50Ms: percentile(totals, 0.5),
    totalP95Ms: percentile(totals, 0.95),
    lastFailure: failed && kind && { kind, at: failed.endedAt },
  };
}

/** An answer as long as allowed is one, too. */
function isAnswered({ outcome, failure }: CallFact): boolean {
  return failure === undefined && (outcome === 'complete' || outcome === 'truncated');
}

/** Undefined where who was asked is not to blame. */
function failureOf({ failure }: CallFact): HealthFailure['kind'] | undefined {
  return healthFailureKinds.find((kind) => kind === failure && kind !== 'keyMissing');
}

function sorted(values: readonly number[]): readonly number[] {
  return values.toSorted((one, other) => one - other);
}

/** By nearest rank; of no values there is none. */
function percentile(values: readonly number[], share: number): number | undefined {
  return values[Math.max(0, Math.ceil(values.length * share) - 1)];
}
