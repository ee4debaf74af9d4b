import * as z from 'zod/mini';
import type { CallRecord } from '../../core/model/call';
import { type NanoDollars, nano, zeroDollars } from '../../core/model/money';
import { type Amount, amountOf } from './money';
import type { RowRequest } from '../row';
import type { OperationsGround } from './ground';
import { type Bounds, periodOf } from './periods';
import { booksClosed, parsed, queryFields, Refusal } from './refusal';

const spendQuery = z.strictObject({
  period: z._default(z.enum(['day', 'week', 'month', 'all']), 'month'),
  by: z._default(z.enum(['model', 'provider', 'purpose', 'client', 'folder']), 'model'),
});

type By = z.infer<typeof spendQuery>['by'];

/** What all calls came to that have one thing in common. `key` null: they have none, as the calls of the person in a window have no client. */
interface SpendRow extends Sums {
  readonly key: string | null;
  /** Of a client. */
  readonly name?: string;
}

interface Sums extends Amount {
  readonly calls: number;
  /** Of those, calls whose cost nobody knows: they are in no sum. */
  readonly unknownCalls: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}

/** `GET /v1/farthing/spend?period=day|week|month|all&by=model|provider|purpose|client|folder`: the dearest first. */
export async function spendReply({ door, names }: OperationsGround, { query, caller, signal }: RowRequest): Promise<object> {
  const { period, by } = parsed(spendQuery, queryFields(query), 'query');
  const bounds = await boundsOf(door, period);
  const all = new Sum();
  const sums = new Map<string | undefined, Sum>();
  for await (const page of door.calls(bounds)) {
    signal.throwIfAborted();
    for (const call of page) {
      if (caller !== 'machine' && call.client !== caller.id) continue;
      const key = keyOf[by](call);
      const sum = sums.get(key) ?? new Sum();
      sums.set(key, sum);
      sum.add(call);
      all.add(call);
    }
  }
  if (by === 'client') await names.ready();
  const rows = [...sums].toSorted(([, one], [, other]) => other.amount - one.amount || other.calls - one.calls);
  return {
    period,
    by,
    ...(period === 'all' ? {} : { from: new Date(bounds.from).toISOString(), to: new Date(bounds.to).toISOString() }),
    total: all.told(),
    rows: rows.map(([key, sum]): SpendRow => ({ key: key ?? null, ...(by === 'client' && key !== undefined ? { name: names.of(key) ?? key } : {}), ...sum.told() })),
  };
}

const keyOf: Readonly<Record<By, (call: CallRecord) => string | undefined>> = {
  model: ({ decided, model }) => decided?.card ?? model,
  provider: ({ provider }) => provider,
  purpose: ({ purpose }) => purpose,
  client: ({ client }) => client,
  folder: ({ folder }) => folder,
};

/** Of the running period. @throws {Refusal} when the books do not tell it */
async function boundsOf(door: OperationsGround['door'], period: z.infer<typeof spendQuery>['period']): Promise<Bounds> {
  if (period === 'all') return { from: 0, to: Number.MAX_SAFE_INTEGER };
  const budgets = await door.budgets(undefined);
  const bounds = budgets && periodOf(budgets, period);
  if (!bounds) throw new Refusal(booksClosed);
  return bounds;
}

class Sum {
  amount: NanoDollars = zeroDollars;
  calls = 0;
  #unknown = 0;
  #input = 0;
  #cached = 0;
  #output = 0;
  #reasoning = 0;

  add({ charge, usage }: CallRecord): void {
    this.calls += 1;
    if (charge.amount === undefined) this.#unknown += 1;
    else this.amount = nano(this.amount + charge.amount);
    this.#input += usage.inputTokens;
    this.#cached += usage.cachedInputTokens;
    this.#output += usage.outputTokens;
    this.#reasoning += usage.reasoningTokens;
  }

  told(): Sums {
    return { ...amountOf(this.amount), calls: this.calls, unknownCalls: this.#unknown, inputTokens: this.#input, cachedInputTokens: this.#cached, outputTokens: this.#output, reasoningTokens: this.#reasoning };
  }
}
