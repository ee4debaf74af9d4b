import type { BudgetOverview, Period } from '../../core/model/budget';

/** Epoch milliseconds; `to` is exclusive. */
export interface Bounds {
  readonly from: number;
  readonly to: number;
}

/**
 * The running period as the budgets have it, whatever day a week begins on: they tell its end, and it began one calendar
 * day, week or month before. Undefined when it is not told.
 */
export function periodOf({ statuses }: Pick<BudgetOverview, 'statuses'>, period: Period): Bounds | undefined {
  const to = statuses.find(({ scope }) => scope === period)?.resetsAt;
  if (to === undefined) return undefined;
  const end = new Date(to);
  const [days, months] = { day: [1, 0] as const, week: [7, 0] as const, month: [0, 1] as const }[period];
  return { from: new Date(end.getFullYear(), end.getMonth() - months, end.getDate() - days).getTime(), to };
}
