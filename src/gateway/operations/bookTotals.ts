import { type NanoDollars, nano, zeroDollars } from '../../core/model/money';
import type { Clock } from '../../core/ports/clock';
import type { GatewayDoor } from '../door';
import { periodOf } from './periods';

/** What the calls of a month came to that have all of this in common. */
export interface MonthRow {
  readonly provider: string;
  readonly arm: string;
  readonly purpose: string;
  /** Id of the gateway's client; undefined: the person in a window. */
  readonly client: string | undefined;
  readonly amount: NanoDollars;
  readonly calls: number;
}

/** `until`: end of the month, in epoch milliseconds. */
interface Month {
  readonly rows: readonly MonthRow[];
  readonly until: number;
}

/** The books change with every call, and a month may have ten thousand: they are read again after so long, in milliseconds. */
const freshMs = 30_000;

/** The sums of this month over all windows. Read when they are asked for, and kept while nothing changed or for half a minute. */
export class BookTotals {
  #read: { readonly at: number; readonly month: Promise<Month> } | undefined;
  #changed = false;

  constructor(
    private readonly door: Pick<GatewayDoor, 'budgets' | 'calls'>,
    private readonly clock: Clock,
  ) {}

  changed(): void {
    this.#changed = true;
  }

  /** @throws {StorageError} */
  async month(): Promise<readonly MonthRow[]> {
    const read = this.#read;
    const now = this.clock.elapsed();
    if (read && (!this.#changed || now - read.at < freshMs)) {
      const { rows, until } = await read.month;
      if (this.clock.now() < until) return rows;
    }
    this.#changed = false;
    const month = this.#readMonth();
    this.#read = { at: now, month };
    // What could not be read may be readable the next time.
    month.catch(() => (this.#read = undefined));
    return (await month).rows;
  }

  async #readMonth(): Promise<Month> {
    const budgets = await this.door.budgets(undefined);
    const bounds = budgets && periodOf(budgets, 'month');
    return bounds ? { rows: await this.#sums(bounds.from), until: bounds.to } : { rows: [], until: 0 };
  }

  async #sums(from: number): Promise<readonly MonthRow[]> {
    const rows = new Map<string, { row: MonthRow; amount: NanoDollars; calls: number }>();
    for await (const page of this.door.calls({ from, to: Number.MAX_SAFE_INTEGER })) {
      for (const { provider, arm, purpose, client, charge } of page) {
        const key = JSON.stringify([provider, arm, purpose, client]);
        const sum = rows.get(key) ?? { row: { provider, arm, purpose, client, amount: zeroDollars, calls: 0 }, amount: zeroDollars, calls: 0 };
        sum.amount = nano(sum.amount + (charge.amount ?? 0));
        sum.calls += 1;
        rows.set(key, sum);
      }
    }
    return [...rows.values()].map(({ row, amount, calls }) => ({ ...row, amount, calls }));
  }
}
