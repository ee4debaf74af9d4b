import type { CallFact, HealthRecord, HealthSubject } from '../../src/core/model/health';
import type { Realm } from '../../src/core/model/provider';
import type { HealthChange, HealthStore } from '../../src/core/ports/healthStore';
import type { StorageError } from '../../src/core/ports/ledgerStore';

/** Records in memory, with the rules of the real ones; test/unit/node/sqlite/healthStore.test.ts holds both to them. */
export class FakeHealthStore implements HealthStore {
  readonly rows = new Map<string, { readonly subject: HealthSubject; readonly record: HealthRecord }>();
  /** The newest first. */
  calls: readonly { readonly realm: Realm; readonly fact: CallFact }[] = [];
  /** Thrown by every call of the named method. */
  readonly fails = new Map<keyof HealthStore, StorageError>();
  readonly #listeners = new Set<() => void>();

  async all(): ReturnType<HealthStore['all']> {
    this.#mayFail('all');
    return [...this.rows.values()];
  }

  async change(subject: HealthSubject, change: HealthChange): Promise<HealthRecord | undefined> {
    this.#mayFail('change');
    const key = JSON.stringify([subject.provider, subject.model ?? null]);
    const before = this.rows.get(key)?.record;
    const after = change(before);
    if (after === before) return after;
    if (after) this.rows.set(key, { subject, record: after });
    else this.rows.delete(key);
    for (const listener of [...this.#listeners]) listener();
    return after;
  }

  async recentCalls(realm: Realm, limit: number): Promise<readonly CallFact[]> {
    this.#mayFail('recentCalls');
    return this.calls.flatMap((call) => (call.realm === realm ? [call.fact] : [])).slice(0, limit);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #mayFail(method: keyof HealthStore): void {
    const error = this.fails.get(method);
    if (error) throw error;
  }
}
