import type { Answered, Outcome, OutcomeKind } from '../model/outcome';
import type { Realm } from '../model/provider';

/** How many outcomes are kept: the oldest make room. */
export const mostOutcomes = 20_000;

/** What is to be forgotten: of one realm, of one model, or, empty, everything. */
export interface OutcomeFilter {
  readonly realm?: Realm;
  /** Id of a model card. */
  readonly card?: string;
}

/** What one completed call says of an arm's length and speed. */
export interface CallLesson {
  readonly card: string;
  readonly effort: Outcome['effort'];
  /** Epoch milliseconds. */
  readonly at: number;
  readonly outputTokens: number;
  /** What the profile expected of a model that does not reason. */
  readonly expectedTokens: number;
  readonly firstTokenMs: number | undefined;
  readonly totalMs: number;
}

/** What `clear` took away, to be put back by `restore`. */
export interface Cleared {
  readonly outcomes: readonly Outcome[];
  /** The mark that calls from before it teach nothing any more. */
  readonly mark: { readonly id: string; readonly filter: OutcomeFilter; readonly at: number };
}

/** Outcomes on disk, shared by every window of this machine. Each method is one transaction; failures are StorageError. */
export interface OutcomeStore {
  /** The same question, kind and arm takes the place of the one before. At most `mostOutcomes` are kept. */
  put(outcome: Outcome): Promise<void>;
  /** Of every arm. */
  remove(question: string, kind: OutcomeKind): Promise<void>;
  /** Those since a moment (epoch milliseconds), the newest first. Ones of a kind unknown here are left out. */
  list(since: number, limit: number): Promise<readonly Outcome[]>;
  /** How many outcomes there are since a moment, and how many marks of `clear`: whether something is gone. */
  count(since: number): Promise<{ readonly outcomes: number; readonly marks: number }>;
  /** Forgets the outcomes, and for verbosity and speed the calls begun before `at`. The ledger stays as it is. */
  clear(id: string, filter: OutcomeFilter, at: number): Promise<Cleared>;
  restore(cleared: Cleared): Promise<void>;
  /** Who answered a question and what was expected, as the ledger has it; undefined when nobody did or nothing was noted. */
  answered(question: string): Promise<Answered | undefined>;
  /** The newest completed calls of a realm that teach something, the newest first. */
  lessons(realm: Realm, limit: number): Promise<readonly CallLesson[]>;
  /** Calls back within a second when any process may have changed something here or in the ledger. */
  onChange(listener: () => void): () => void;
}
