import type { BudgetLimits, Period, WeekStart } from '../model/budget';
import type { PeriodLimit } from '../ports/ledgerStore';

/** Epoch milliseconds; `to` is exclusive and is where the next period begins. */
export interface PeriodBounds {
  readonly from: number;
  readonly to: number;
}

/**
 * The local day, week and month that hold `now` (epoch milliseconds).
 *
 * Every bound is built from calendar fields, never by adding hours: a local day has 23, 24, 24.5 or 25 of them, and a
 * midnight that a clock change skips begins at the first instant after it, which is what `Date` does. All offsets in
 * use are multiples of 15 minutes, so every bound falls on a 15-minute boundary of UTC, which the ledger's sums rely on.
 */
export function periodBounds(now: number, weekStart: WeekStart): Readonly<Record<Period, PeriodBounds>> {
  const date = new Date(now);
  const year = date.getFullYear();
  const month = date.getMonth();
  const day = date.getDate();
  const sinceWeekStart = (date.getDay() - weekStart + 7) % 7;
  return {
    day: between(new Date(year, month, day), new Date(year, month, day + 1)),
    week: between(new Date(year, month, day - sinceWeekStart), new Date(year, month, day - sinceWeekStart + 7)),
    month: between(new Date(year, month, 1), new Date(year, month + 1, 1)),
  };
}

/** The three periods with their limits, as the books take them; one without a limit is still listed, for display. */
export function periodLimits(now: number, limits: BudgetLimits, weekStart: WeekStart): readonly PeriodLimit[] {
  const bounds = periodBounds(now, weekStart);
  return [
    { scope: 'day', ...bounds.day, limit: limits.day },
    { scope: 'week', ...bounds.week, limit: limits.week },
    { scope: 'month', ...bounds.month, limit: limits.month },
  ];
}

function between(from: Date, to: Date): PeriodBounds {
  return { from: from.getTime(), to: to.getTime() };
}
