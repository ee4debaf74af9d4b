import { type CallFact, type HealthFailure, healthFailureKinds, type HealthRecord, type HealthSubject } from '../../core/model/health';
import type { Realm } from '../../core/model/provider';
import type { HealthChange, HealthStore } from '../../core/ports/healthStore';
import type { Changes } from './changes';
import type { Connection } from './connection';
import { integer, optionalInteger, optionalText, type Row, text } from './row';

/** Who rests and why, in SQLite. The row of a provider as a whole has the empty text as its model. */
export class HealthTables implements HealthStore {
  constructor(
    private readonly connection: Connection,
    private readonly changes: Changes,
  ) {}

  all(): ReturnType<HealthStore['all']> {
    return this.connection.read(() =>
      this.connection
        .statement('SELECT * FROM health')
        .all()
        .flatMap((row) => {
          const record = readRecord(row);
          return record ? [{ subject: readSubject(row), record }] : [];
        }),
    );
  }

  /** Does not wait for the disk: what a power cut takes back is found out again. */
  async change({ provider, model = '' }: HealthSubject, change: HealthChange): Promise<HealthRecord | undefined> {
    const { record, changed } = await this.connection.write(
      () => {
        const row = this.connection.statement('SELECT * FROM health WHERE provider = ? AND model = ?').get(provider, model);
        const before = row && readRecord(row);
        const after = change(before);
        if (after === before && (row === undefined) === (before === undefined)) return { record: after, changed: false };
        if (after) this.connection.statement(putRecord).run({ provider, model, ...valuesOf(after) });
        else this.connection.statement('DELETE FROM health WHERE provider = ? AND model = ?').run(provider, model);
        return { record: after, changed: true };
      },
      { durable: false },
    );
    if (changed) this.changes.notify('health');
    return record;
  }

  recentCalls(realm: Realm, limit: number): Promise<readonly CallFact[]> {
    // The index on the realm holds the order of writing, so that nothing is sorted and no more rows are read than wanted.
    return this.connection.read(() => this.connection.statement(recentCalls).all(realm, limit).map(readFact));
  }

  onChange(listener: () => void): () => void {
    return this.changes.listen('health', listener);
  }
}

const putRecord = `
  INSERT INTO health (provider, model, failures, rests, failure, at, until, probe, probe_until)
  VALUES (:provider, :model, :failures, :rests, :failure, :at, :until, :probe, :probeUntil)
  ON CONFLICT (provider, model) DO UPDATE SET failures = excluded.failures, rests = excluded.rests, failure = excluded.failure,
    at = excluded.at, until = excluded.until, probe = excluded.probe, probe_until = excluded.probe_until`;

const recentCalls = `
  SELECT provider, model, ended_at, outcome, failure, first_token_ms, total_ms
  FROM calls WHERE realm = ? ORDER BY seq DESC LIMIT ?`;

function valuesOf({ failures, rests, failure, at, until, probe }: HealthRecord) {
  return { failures, rests, failure: JSON.stringify(failure), at, until: until ?? null, probe: probe?.id ?? null, probeUntil: probe?.until ?? null };
}

function readSubject(row: Row): HealthSubject {
  const model = text(row, 'model');
  return { provider: text(row, 'provider'), model: model === '' ? undefined : model };
}

/** Undefined for a row that a newer Farthing wrote for a reason unknown here: then nothing is held against anybody. */
function readRecord(row: Row): HealthRecord | undefined {
  const failure = readFailure(text(row, 'failure'));
  if (!failure) return undefined;
  const probe = optionalText(row, 'probe');
  return {
    failures: integer(row, 'failures'),
    rests: integer(row, 'rests'),
    failure,
    at: integer(row, 'at'),
    until: optionalInteger(row, 'until'),
    probe: probe === undefined ? undefined : { id: probe, until: optionalInteger(row, 'probe_until') ?? 0 },
  };
}

function readFailure(json: string): HealthFailure | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isHealthFailure(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What each field is, wherever a failure has it. */
const fields: Readonly<Record<string, 'string' | 'number' | 'boolean'>> = {
  provider: 'string',
  model: 'string',
  detail: 'string',
  phase: 'string',
  status: 'number',
  retryAfterMs: 'number',
  waitedMs: 'number',
  mayRetry: 'boolean',
  mayBeBilled: 'boolean',
  proxy: 'boolean',
};

const phases: readonly unknown[] = ['connect', 'firstToken', 'stall'] satisfies readonly Extract<HealthFailure, { kind: 'timedOut' }>['phase'][];

/** Fields that a kind cannot do without. */
const needed: Readonly<Partial<Record<HealthFailure['kind'], readonly string[]>>> = { badReply: ['detail'], modelGone: ['model'], timedOut: ['waitedMs', 'phase'] };

function isHealthFailure(value: unknown): value is HealthFailure {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  const kind = healthFailureKinds.find((one) => one === value.kind);
  const present = new Map<string, unknown>(Object.entries(value));
  if (kind === undefined || !['provider', ...(needed[kind] ?? [])].every((name) => present.has(name))) return false;
  if (kind === 'timedOut' && !phases.includes(present.get('phase'))) return false;
  return Object.entries(fields).every(([name, type]) => !present.has(name) || typeof present.get(name) === type);
}

function readFact(row: Row): CallFact {
  return {
    provider: text(row, 'provider'),
    model: text(row, 'model'),
    endedAt: integer(row, 'ended_at'),
    outcome: text(row, 'outcome'),
    failure: optionalText(row, 'failure'),
    firstTokenMs: optionalInteger(row, 'first_token_ms'),
    totalMs: integer(row, 'total_ms'),
  };
}
