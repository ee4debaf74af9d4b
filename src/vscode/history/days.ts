import { momentText } from '../../shared/l10n';

/** A local day, for people. `at` is epoch milliseconds. */
export function dayOf(at: number): string {
  return momentText(at, { year: 'numeric', month: 'short', day: 'numeric' });
}

/** The same of a day as files are named, YYYY-MM-DD. */
export function namedDay(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return dayOf(new Date(year, month - 1, date).getTime());
}
