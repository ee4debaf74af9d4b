import type { CallRecord } from '../model/call';
import { type NanoDollars, nano, zeroDollars } from '../model/money';
import type { SpendReport } from '../model/report';

/** What calls cost, by model. */
export class Spend {
  readonly #models = new Map<string, { amount: NanoDollars; calls: number }>();
  #calls = 0;
  #unknown = 0;

  add({ charge: { amount }, decided, model }: CallRecord): void {
    const name = decided?.card ?? model;
    const row = this.#models.get(name) ?? { amount: zeroDollars, calls: 0 };
    row.amount = nano(row.amount + (amount ?? 0));
    row.calls += 1;
    this.#models.set(name, row);
    this.#calls += 1;
    if (amount === undefined) this.#unknown += 1;
  }

  report({ side, questions }: Pick<SpendReport, 'side' | 'questions'>): SpendReport {
    const models = [...this.#models].map(([model, row]) => ({ model, ...row }));
    const total = nano(models.reduce((sum, { amount }) => sum + amount, 0));
    return { total, calls: this.#calls, unknown: this.#unknown, questions, side, models: models.toSorted((one, other) => other.amount - one.amount || other.calls - one.calls) };
  }
}
