import type { BudgetLimits, BudgetScope, BudgetStatus, Period } from '../model/budget';
import type { CallOpening, CallRecord } from '../model/call';
import type { ClientSpend } from '../model/client';
import { type Failure, unexpected } from '../model/failure';
import type { NanoDollars } from '../model/money';
import type { Realm } from '../model/provider';

/** One period a reservation must fit into. Times are epoch milliseconds; `to` is exclusive. */
export interface PeriodLimit {
  readonly scope: Period;
  readonly from: number;
  readonly to: number;
  readonly limit: NanoDollars | undefined;
}

export interface ReserveQuery {
  readonly opening: CallOpening;
  readonly periods: readonly PeriodLimit[];
  readonly conversationLimit: BudgetLimits['conversation'];
  /** The most that all calls of `opening.client` may cost together; undefined: no limit. */
  readonly clientLimit?: NanoDollars;
  /** Id of a hold that the call is paid from as far as it goes; only the rest must fit the limits. One that is gone pays nothing. */
  readonly hold?: string;
}

/** Money held for several calls together, before the first of them. */
export interface Hold {
  /** Unique id made by the caller; the same id twice is one hold. */
  readonly id: string;
  readonly realm: Realm;
  readonly threadId: string | undefined;
  /** Which running process holds it. */
  readonly window: string;
  readonly startedAt: number;
  readonly amount: NanoDollars;
}

export interface HoldQuery extends Omit<ReserveQuery, 'opening' | 'hold' | 'clientLimit'> {
  readonly hold: Hold;
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
  /** Holds the amount against every limit, or nothing at all. */
  hold(query: HoldQuery): Promise<Reserved>;
  /** Gives back what no call has drawn. A hold that is gone is no error. */
  release(hold: string): Promise<void>;
  /** Settles reservations of processes that no longer run, at their upper bound, and releases their holds, for which nothing was sent. Returns how many calls were settled. */
  recover(now: number): Promise<number>;
  /** `without`: id of a hold that is left out of what is held, because it is the asker's own. */
  status(realm: Realm, periods: readonly PeriodLimit[], without?: string): Promise<readonly BudgetStatus[]>;
  /** `allowed` is by how much the person has raised this conversation's limit. In one realm; without it, real money where there is any, else play money: the two are never added. */
  conversationSpend(threadId: string, realm?: Realm, without?: string): Promise<{ readonly spent: NanoDollars; readonly held: NanoDollars; readonly allowed: NanoDollars; readonly calls: number; readonly unknownCalls: number }>;
  /** What the calls of one client cost, settled and under way; realms as for a conversation. */
  clientSpend(client: string, realm?: Realm): Promise<ClientSpend>;
  lastCall(realm: Realm): Promise<CallRecord | undefined>;
  /** Raises a limit for one period by an amount the person agreed to; kept with the books. `threadId` for a conversation. */
  allow(allowance: Allowance): Promise<void>;
  /** Calls back within a second when any process changed the books. */
  onChange(listener: () => void): () => void;
}

export interface Allowance {
  readonly id: string;
  readonly realm: Realm;
  readonly scope: Exclude<BudgetScope, 'client'>;
  /** Start of the period it is for; 0 for a conversation. */
  readonly from: number;
  readonly threadId: string | undefined;
  readonly amount: NanoDollars;
  readonly at: number;
}
