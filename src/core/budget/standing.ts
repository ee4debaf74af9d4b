import { type BudgetStatus, percentSpent } from '../model/budget';
import { type NanoDollars, nano } from '../model/money';
import type { PeriodBounds } from './periods';

/** Share of a limit, in percent, at which a person is told. The colours of the status bar change at the same points. */
const alertPercents = [75, 90, 100] as const;
export type AlertPercent = (typeof alertPercents)[number];

/** What may still be held: the least room of all limits, never below zero. Undefined without any limit. */
export function roomLeft(statuses: readonly BudgetStatus[]): NanoDollars | undefined {
  const rooms = statuses.flatMap((status) => (status.limit === undefined ? [] : [status.limit - status.spent - status.held]));
  return rooms.length === 0 ? undefined : nano(Math.max(0, Math.min(...rooms)));
}

/**
 * The budget to show when there is space for one: the one whose limit is used up the most; of equals the one with the
 * least money left. Undefined without any limit.
 */
export function tightest(statuses: readonly BudgetStatus[]): BudgetStatus | undefined {
  let found: { readonly status: BudgetStatus; readonly percent: number; readonly room: number } | undefined;
  for (const status of statuses) {
    const percent = percentSpent(status);
    if (percent === undefined || status.limit === undefined) continue;
    const room = status.limit - status.spent;
    if (!found || percent > found.percent || (percent === found.percent && room < found.room)) found = { status, percent, room };
  }
  return found?.status;
}

/** The highest alert reached, or undefined below the first and without a limit. */
export function alertReached(status: Pick<BudgetStatus, 'spent' | 'limit'>): AlertPercent | undefined {
  const spent = percentSpent(status);
  return spent === undefined ? undefined : alertPercents.findLast((percent) => spent >= percent);
}

/**
 * The alert to give when a budget goes from one state to the next: only one that is newly reached, and the highest of
 * several. `before` undefined is the first look, which stays silent: opening a window is no news.
 */
export function alertToGive(before: BudgetStatus | undefined, after: BudgetStatus): AlertPercent | undefined {
  // Another period began: what was reached in the last one says nothing.
  const known = before?.resetsAt === after.resetsAt ? before : undefined;
  const now = alertReached(after);
  if (before === undefined || now === undefined) return undefined;
  return now > ((known && alertReached(known)) ?? 0) ? now : undefined;
}

/**
 * What the period will have cost at its end if spending goes on at its pace so far. Undefined in the first tenth, when
 * one call would be blown up tenfold, and once the period is over. The simplest honest rule; it knows no weekends.
 */
export function forecast(spent: NanoDollars, period: PeriodBounds, now: number): NanoDollars | undefined {
  const elapsed = (now - period.from) / (period.to - period.from);
  if (!(elapsed >= 0.1 && elapsed <= 1)) return undefined;
  const total = Math.round(spent / elapsed);
  return Number.isSafeInteger(total) ? nano(total) : undefined;
}
