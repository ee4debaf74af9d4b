import type { BudgetLimits, BudgetScope, BudgetStatus } from '../model/budget';
import type { CallOpening, CallRecord } from '../model/call';
import { type Failure, unexpected } from '../model/failure';
import type { NanoDollars } from '../model/money';
import type { Realm } from '../model/provider';

/** One period a reservation must fit into. Times are epoch milliseconds; `to` is exclusive. */
export interface PeriodLimit {
  readonly scope: Exclude<BudgetScope, 'conversation'>;
  readonly from: number;
  readonly to: number;
  readonly limit: NanoDollars | undefined;
}

export interface ReserveQuery {
  readonly opening: CallOpening;
  readonly periods: readonly PeriodLimit[];
  readonly conversationLimit: BudgetLimits['conversation'];
}

export type Reserved =
  | { readonly ok: true }
  | { readonly ok: false; readonly scope: BudgetScope; readonly spent: NanoDollars; readonly held: NanoDollars; readonly limit: NanoDollars };

const storageProblems = ['locked', 'corrupt', 'full', 'readonly', 'other'] as const;

/** Thrown by a store that cannot do its work; the engine turns it into the `storage` failure. */
export class StorageError extends Error {
  constructor(
    readonly problem: (typeof storageProblems)[number],
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'StorageError';
  }
}

/**
 * The failure for something a store threw. Known by its name and not by its class: the database is a bundle of its own,
 * with a copy of the class that `instanceof` does not take for ours.
 */
export function storageFailure(error: unknown): Failure {
  if (!(error instanceof Error) || error.name !== 'StorageError' || !('problem' in error)) return unexpected(error);
  const problem = storageProblems.find((one) => one === error.problem) ?? 'other';
  return { kind: 'storage', problem, detail: error.message };
}

/**
 * The books, shared by every window of this machine. Each method is one transaction. Invariant: the sum of settled
 * and held money never passes a limit because of `reserve`, however many processes call it at once.
 */
export interface LedgerStore {
  /** Holds `opening.worst` against every limit, or nothing at all. The same id twice is one reservation. */
  reserve(query: ReserveQuery): Promise<Reserved>;
  /**
   * Writes the call and releases its reservation, once; a second settle of the same id changes nothing. One exception:
   * a call that `recover` gave up is corrected to what it really cost, for a process that only slept.
   */
  settle(record: CallRecord): Promise<void>;
  /** Settles reservations of processes that no longer run, at their upper bound. Returns how many. */
  recover(now: number): Promise<number>;
  status(realm: Realm, periods: readonly PeriodLimit[]): Promise<readonly BudgetStatus[]>;
  /** `allowed` is by how much the person has raised this conversation's limit. In one realm; without it, real money where there is any, else play money: the two are never added. */
  conversationSpend(threadId: string, realm?: Realm): Promise<{ readonly spent: NanoDollars; readonly held: NanoDollars; readonly allowed: NanoDollars; readonly calls: number; readonly unknownCalls: number }>;
  lastCall(realm: Realm): Promise<CallRecord | undefined>;
  /** Raises a limit for one period by an amount the person agreed to; kept with the books. `threadId` for a conversation. */
  allow(allowance: Allowance): Promise<void>;
  /** Calls back within a second when any process changed the books. */
  onChange(listener: () => void): () => void;
}

export interface Allowance {
  readonly id: string;
  readonly realm: Realm;
  readonly scope: BudgetScope;
  /** Start of the period it is for; 0 for a conversation. */
  readonly from: number;
  readonly threadId: string | undefined;
  readonly amount: NanoDollars;
  readonly at: number;
}
