import type { NanoDollars } from './money';
import type { Realm } from './provider';

export type Period = 'day' | 'week' | 'month';
/** `client`: all that one program may spend through the gateway. */
export type BudgetScope = Period | 'conversation' | 'client';

/** What to do when a request does not fit: ask a cheaper or shorter answer, ask the person, or stop. */
export type AtLimit = 'degrade' | 'ask' | 'stop';

/** Limits as set. A missing limit is no limit. */
export interface BudgetLimits {
  readonly day?: NanoDollars;
  readonly week?: NanoDollars;
  readonly month?: NanoDollars;
  readonly conversation?: NanoDollars;
}

/** One budget at one moment. `spent` is settled calls; `held` is reserved for calls under way. */
export interface BudgetStatus {
  readonly scope: BudgetScope;
  readonly realm: Realm;
  readonly spent: NanoDollars;
  readonly held: NanoDollars;
  readonly limit: NanoDollars | undefined;
  /** Epoch milliseconds; undefined for a conversation or a client, which have no end. */
  readonly resetsAt: number | undefined;
  /** Calls in the period whose cost is unknown and therefore not in `spent`. */
  readonly unknownCalls: number;
  readonly calls: number;
}

/** A week begins on this day; 0 is Sunday. */
export type WeekStart = 0 | 1 | 6;

/** All budgets of a realm at one moment, with what is derived from them once for every surface. */
export interface BudgetOverview {
  readonly realm: Realm;
  readonly statuses: readonly BudgetStatus[];
  /** The one to show when there is space for one; without any limit, today's. */
  readonly tightest: BudgetStatus;
  /** What may still be held for a question; of a conversation that is not begun all of its limit. Undefined without any limit. */
  readonly room: NanoDollars | undefined;
  /** What this month will have cost at its pace so far; undefined in its first tenth. */
  readonly monthForecast: NanoDollars | undefined;
}

/** Spent as a percentage of the limit; undefined without one. Held money is left out: it mostly comes back within seconds. */
export function percentSpent(status: Pick<BudgetStatus, 'spent' | 'limit'>): number | undefined {
  if (status.limit === undefined) return undefined;
  return status.limit > 0 ? (status.spent / status.limit) * 100 : 100;
}
