import type { AnswerEvent, Ask, AskRequest } from '../model/ask';
import { unexpected } from '../model/failure';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type { Attempt, AttemptWrapper } from './attempt';
import { booked, type BookedDependencies } from './booked';
import { called, type CalledDependencies } from './called';
import { decide, type DecideDependencies } from './decide';
import { failover, type FailoverDependencies } from './failover';
import { limited, type LimitedDependencies } from './limited';
import { type Observer, observed } from './observed';
import { takenOver, type TakenOverDependencies } from './takenOver';

export interface AskDependencies extends Omit<DecideDependencies, 'ledger'>, Omit<BookedDependencies, 'ledger'>, CalledDependencies, LimitedDependencies, FailoverDependencies, TakenOverDependencies {
  readonly ledger: DecideDependencies['ledger'] & BookedDependencies['ledger'];
  readonly observer: Observer;
  readonly clock: Clock;
  readonly log: Log;
}

/** Builds the request path. Nothing else may call a wire, so that budget and ledger cannot be bypassed. */
export function createAsk(dependencies: AskDependencies): Ask {
  const attempt = wrapped(called(dependencies), [
    // Innermost first. Observed sees the provider's own failures, not our refusals to send.
    observed(dependencies),
    // Around everything that touches money: nothing leaves before its worst case is held, nothing ends without a row in the books.
    booked(dependencies),
    // Outermost: while an attempt waits for its turn, no money is held.
    limited(dependencies),
  ]);

  return async function* ask(request, signal) {
    try {
      yield* takenOver(dependencies, request, signal, asked);
    } catch (error) {
      dependencies.log.error('ask failed unexpectedly', error);
      yield { type: 'answer-failed', failure: unexpected(error), receipt: undefined };
    } finally {
      dependencies.connection.settle();
    }
  };

  async function* asked(request: AskRequest, signal: AbortSignal): AsyncGenerator<AnswerEvent, void> {
    const decision = await decide(dependencies, request);
    if ('kind' in decision) yield { type: 'answer-failed', failure: decision, receipt: undefined };
    else yield* failover(dependencies, attempt, request, decision, signal);
  }
}

function wrapped(innermost: Attempt, wrappers: readonly AttemptWrapper[]): Attempt {
  return wrappers.reduce((next, wrapper) => wrapper(next), innermost);
}
