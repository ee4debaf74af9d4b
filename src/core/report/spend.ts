import type { CallRecord } from '../model/call';
import { type NanoDollars, nano, zeroDollars } from '../model/money';
import type { Purpose } from '../model/ask';
import type { SpendReport } from '../model/report';

interface Sum {
  amount: NanoDollars;
  calls: number;
}

/** What calls cost, by model and by what they were for. */
export class Spend {
  readonly #models = new Map<string, Sum>();
  readonly #purposes = new Map<Purpose, Sum>();
  #calls = 0;
  #unknown = 0;

  add({ charge: { amount }, decided, model, purpose }: CallRecord): void {
    addTo(this.#models, decided?.card ?? model, amount);
    addTo(this.#purposes, purpose, amount);
    this.#calls += 1;
    if (amount === undefined) this.#unknown += 1;
  }

  report({ side, questions, requests }: Pick<SpendReport, 'side' | 'questions' | 'requests'>): SpendReport {
    const models = [...this.#models].map(([model, row]) => ({ model, ...row }));
    const total = nano(models.reduce((sum, { amount }) => sum + amount, 0));
    const purposes = [...this.#purposes].map(([purpose, row]) => ({ purpose, ...row }));
    return { total, calls: this.#calls, unknown: this.#unknown, questions, requests, side, models: models.toSorted(dearestFirst), purposes: purposes.toSorted(dearestFirst) };
  }
}

function addTo<Key>(sums: Map<Key, Sum>, key: Key, amount: NanoDollars | undefined): void {
  const row = sums.get(key) ?? { amount: zeroDollars, calls: 0 };
  row.amount = nano(row.amount + (amount ?? 0));
  row.calls += 1;
  sums.set(key, row);
}

function dearestFirst(one: Sum, other: Sum): number {
  return other.amount - one.amount || other.calls - one.calls;
}
