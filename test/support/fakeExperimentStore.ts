import { nano, type NanoDollars } from '../../src/core/model/money';
import type { Realm } from '../../src/core/model/provider';
import type { StorageError } from '../../src/core/ports/ledgerStore';
import { type ExperimentRow, type ExperimentStore, longestTrialMs, type PairRow, type Trial, type TrialSubject, type TrialVerdict } from '../../src/core/ports/experimentStore';
import type { FakeLedgerStore } from './fakeLedgerStore';

/** Experiments and trials in memory, with the rules of the real store; test/unit/node/sqlite/experimentStore.test.ts holds both to them. */
export class FakeExperimentStore implements ExperimentStore {
  readonly rows = new Map<string, ExperimentRow>();
  readonly pairs = new Map<string, readonly PairRow[]>();
  readonly begun = new Map<string, Trial & { readonly verdict?: TrialVerdict }>();
  readonly told = new Set<string>();
  /** What trials held when they began. */
  readonly holds: number[] = [];
  /** Processes that have ended. */
  readonly dead = new Set<string>();
  /** Thrown by every call of the named method. */
  readonly fails = new Map<keyof ExperimentStore, StorageError>();
  readonly #listeners = new Set<() => void>();

  /** @param ledger whose calls are counted */
  constructor(private readonly ledger: Pick<FakeLedgerStore, 'calls' | 'held'>) {}

  async list(): Promise<readonly ExperimentRow[]> {
    this.#mayFail('list');
    return [...this.rows.values()].map((row) => this.#living(row)).toSorted((one, other) => other.createdAt - one.createdAt || (one.id < other.id ? 1 : -1));
  }

  async get(id: string): ReturnType<ExperimentStore['get']> {
    this.#mayFail('get');
    const row = this.rows.get(id);
    return row && { row: this.#living(row), pairs: this.pairs.get(id) ?? [] };
  }

  async create(row: ExperimentRow): Promise<void> {
    this.#mayFail('create');
    if (!this.rows.has(row.id)) this.rows.set(row.id, row);
    this.#changed();
  }

  async update(id: string, change: { readonly state?: string; readonly plan?: string }): Promise<void> {
    this.#mayFail('update');
    const row = this.rows.get(id);
    if (row) this.rows.set(id, { ...row, ...change });
    this.#changed();
  }

  async claim(id: string, owner: string): Promise<boolean> {
    this.#mayFail('claim');
    const row = this.rows.get(id);
    const before = row && this.#living(row).owner;
    if (!row || (before !== undefined && before !== owner)) return false;
    this.rows.set(id, { ...row, owner });
    this.#changed();
    return true;
  }

  async release(id: string, owner: string): Promise<void> {
    this.#mayFail('release');
    const row = this.rows.get(id);
    if (row?.owner === owner) this.rows.set(id, { ...row, owner: undefined });
    this.#changed();
  }

  async putPair(id: string, pair: PairRow): Promise<void> {
    this.#mayFail('putPair');
    if (this.rows.has(id)) this.pairs.set(id, [...(this.pairs.get(id) ?? []).filter(({ place }) => place !== pair.place), pair].toSorted((one, other) => one.place - other.place));
    this.#changed();
  }

  async remove(id: string): Promise<void> {
    this.#mayFail('remove');
    this.rows.delete(id);
    this.pairs.delete(id);
    this.#changed();
  }

  async spentOn(question: string): Promise<NanoDollars> {
    this.#mayFail('spentOn');
    const settled = [...this.ledger.calls.values()].filter((call) => call.question === question).reduce((sum, { charge }) => sum + (charge.amount ?? 0), 0);
    return nano([...this.ledger.held.values()].filter((call) => call.question === question).reduce((sum, { worst }) => sum + (worst ?? 0), settled));
  }

  async beginTrial(trial: Trial, from: number, allowance: NanoDollars): Promise<boolean> {
    this.#mayFail('beginTrial');
    if (this.#spentOnTrials(trial.realm, from, trial.at) + trial.held > allowance) return false;
    if (!this.begun.has(trial.id)) this.begun.set(trial.id, trial);
    this.holds.push(trial.held);
    return true;
  }

  async endTrial(id: string, verdict: TrialVerdict): Promise<void> {
    this.#mayFail('endTrial');
    const trial = this.begun.get(id);
    if (trial && trial.verdict === undefined) this.begun.set(id, { ...trial, verdict, held: nano(0) });
  }

  async trials(subject: TrialSubject, since: number): Promise<readonly TrialVerdict[]> {
    this.#mayFail('trials');
    return [...this.begun.values()].filter((trial) => keyOf(trial) === keyOf(subject) && trial.at >= since).toSorted((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1)).flatMap(({ verdict }) => verdict ?? []);
  }

  async tellOnce(subject: TrialSubject): Promise<boolean> {
    this.#mayFail('tellOnce');
    const key = keyOf(subject);
    return !this.told.has(key) && this.told.add(key) !== undefined;
  }

  async spentOnTrials(realm: Realm, from: number, now: number): Promise<NanoDollars> {
    this.#mayFail('spentOnTrials');
    return nano(this.#spentOnTrials(realm, from, now));
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #spentOnTrials(realm: Realm, from: number, now: number): number {
    const trials = [...this.begun.values()].filter((trial) => trial.realm === realm);
    const over = new Set(trials.filter(({ at, verdict }) => at >= from && (verdict !== undefined || at <= now - longestTrialMs)).map(({ id }) => id));
    const settled = [...this.ledger.calls.values()].filter(({ question }) => question !== undefined && over.has(question)).reduce((sum, { charge }) => sum + (charge.amount ?? 0), 0);
    return trials.filter(({ at, verdict }) => verdict === undefined && at > now - longestTrialMs).reduce((sum, { held }) => sum + held, settled);
  }

  #living(row: ExperimentRow): ExperimentRow {
    return row.owner !== undefined && this.dead.has(row.owner) ? { ...row, owner: undefined } : row;
  }

  #mayFail(method: keyof ExperimentStore): void {
    const error = this.fails.get(method);
    if (error) throw error;
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function keyOf({ realm, domain, cheaper }: TrialSubject): string {
  return JSON.stringify([realm, domain, cheaper]);
}
