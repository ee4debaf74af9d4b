import type { Ask } from '../../core/model/ask';
import type { Metrics } from './metrics';

/** Counts what the books do not have: requests under way, and those that a budget refused before any call. */
export function observedAsk(ask: Ask, metrics: Pick<Metrics, 'began' | 'ended' | 'refused'>): Ask {
  return async function* observed(request, signal) {
    metrics.began();
    try {
      for await (const event of ask(request, signal)) {
        if (event.type === 'answer-failed' && event.failure.kind === 'budgetReached') metrics.refused(event.failure.scope);
        yield event;
      }
    } finally {
      metrics.ended();
    }
  };
}
