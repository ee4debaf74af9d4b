import { nano } from '../../core/model/money';
import { amountOf } from './money';
import type { RowRequest } from '../row';
import type { OperationsGround } from './ground';
import { booksClosed, Refusal } from './refusal';

/** `GET /v1/farthing/budgets`: every budget of the machine; for a client the one that is its own. */
export async function budgetsReply({ door }: OperationsGround, { caller }: RowRequest): Promise<object> {
  if (caller !== 'machine') {
    const { spent, held, calls, unknownCalls } = await (await door.clients()).spend(caller.id);
    const left = caller.limit === undefined ? undefined : nano(Math.max(0, caller.limit - spent - held));
    return { budgets: [{ scope: 'client', spent: amountOf(spent), held: amountOf(held), limit: amountOf(caller.limit), left: amountOf(left), resetsAt: null, calls, unknownCalls }] };
  }
  const overview = await door.budgets(undefined);
  if (!overview) throw new Refusal(booksClosed);
  return {
    realm: overview.realm,
    monthForecast: amountOf(overview.monthForecast),
    budgets: overview.statuses.map(({ scope, spent, held, limit, resetsAt, calls, unknownCalls }) => ({
      scope,
      spent: amountOf(spent),
      held: amountOf(held),
      limit: amountOf(limit),
      left: amountOf(limit === undefined ? undefined : nano(Math.max(0, limit - spent - held))),
      resetsAt: resetsAt === undefined ? null : new Date(resetsAt).toISOString(),
      calls,
      unknownCalls,
    })),
  };
}
