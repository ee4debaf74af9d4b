import type { RowRequest } from '../row';
import type { OperationsGround } from './ground';

/** How the gateway stands, for the token of the machine; a client is told the status, and anybody else only that it runs. It is `degraded` when the books or every provider are out of reach. */
export async function healthReply({ door, clock, version, window, metrics, startedAt }: OperationsGround, { caller }: RowRequest): Promise<object> {
  const [budgets, askable] = await Promise.all([door.budgets(undefined), door.askable()]);
  const providers = [...new Set(askable.arms.map(({ offer }) => offer.provider))].toSorted();
  const books = budgets === undefined ? 'unreadable' : 'readable';
  const status = budgets === undefined || providers.length === 0 ? 'degraded' : 'ok';
  if (caller !== 'machine') return { status };
  return {
    status,
    version,
    window,
    uptimeSeconds: Math.floor((clock.elapsed() - startedAt) / 1000),
    runningRequests: metrics.running,
    books,
    realm: askable.realm,
    providers,
    models: askable.arms.length,
  };
}
