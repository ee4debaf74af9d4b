import type { Domain } from '../model/modelCard';
import type { NanoDollars } from '../model/money';
import type { Realm } from '../model/provider';

/** An experiment as it is kept; what is in its plan and its pairs is for the core to read. */
export interface ExperimentRow {
  readonly id: string;
  readonly realm: Realm;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** JSON. */
  readonly state: string;
  /** JSON. */
  readonly plan: string;
  /** The process that runs it; undefined when none that is alive does. */
  readonly owner: string | undefined;
}

export interface PairRow {
  readonly place: number;
  /** JSON. */
  readonly pair: string;
}

/** A trial that did not end within this time was cut off by the end of its process, in milliseconds; it holds nothing any more. */
export const longestTrialMs = 60 * 60 * 1000;

/** What two trials have in common that are counted together. */
export interface TrialSubject {
  readonly realm: Realm;
  /** Main domain of the question. */
  readonly domain: Domain;
  /** The model at its effort, wherever it is served. */
  readonly cheaper: string;
}

/** How the cheaper model did; `none` when that could not be found out. */
export type TrialVerdict = 'better' | 'same' | 'worse' | 'none';

export interface Trial extends TrialSubject {
  /** The question its calls have in the ledger. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The most it can cost. */
  readonly held: NanoDollars;
}

/** Experiments and trials on disk, shared by every window of this machine. Each method is one transaction; failures are StorageError. */
export interface ExperimentStore {
  /** The newest first. */
  list(): Promise<readonly ExperimentRow[]>;
  get(id: string): Promise<{ readonly row: ExperimentRow; readonly pairs: readonly PairRow[] } | undefined>;
  create(row: ExperimentRow): Promise<void>;
  /** Changes what is kept of it; nothing when it is gone. */
  update(id: string, change: { readonly state?: string; readonly plan?: string }): Promise<void>;
  /** Takes it over for a process; false when another that is alive runs it, or it is gone. */
  claim(id: string, owner: string): Promise<boolean>;
  /** Gives it up, if it is that process's. */
  release(id: string, owner: string): Promise<void>;
  /** One at the same place takes its place. */
  putPair(id: string, pair: PairRow): Promise<void>;
  remove(id: string): Promise<void>;
  /** What the calls of a question cost, and what is held for them. Unknown costs are not in it. */
  spentOn(question: string): Promise<NanoDollars>;
  /** Begins a trial if what trials cost since `from`, and hold, leaves room for it; else false. */
  beginTrial(trial: Trial, from: number, allowance: NanoDollars): Promise<boolean>;
  /** Ends a trial: from now on it costs what the ledger says. */
  endTrial(id: string, verdict: TrialVerdict): Promise<void>;
  /** What became of the trials of a subject since a moment, the oldest first. */
  trials(subject: TrialSubject, since: number): Promise<readonly TrialVerdict[]>;
  /** True once for each subject, over all windows. */
  tellOnce(subject: TrialSubject, at: number): Promise<boolean>;
  /** What the trials begun since a moment cost, their judges included, with what is held for those under way. */
  spentOnTrials(realm: Realm, from: number, now: number): Promise<NanoDollars>;
  onChange(listener: () => void): () => void;
}
