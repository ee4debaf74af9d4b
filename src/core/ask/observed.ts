import type { Failure } from '../model/failure';
import type { Arm } from '../model/modelCard';
import type { Clock } from '../ports/clock';
import type { AttemptWrapper } from './attempt';

/** What learns how arms behave; health today, ability later. */
export interface Observer {
  /** `startedAt` is when the request left, epoch milliseconds. */
  succeeded(arm: Arm, startedAt: number): void;
  failed(arm: Arm, failure: Failure): void;
}

/** Tells the observer how each attempt ended. What the user did (cancel) and what we refused says nothing about the arm, nor does the failure of one key while there is another. */
export function observed({ observer, clock }: { readonly observer: Observer; readonly clock: Clock }): AttemptWrapper {
  return (next) =>
    async function* attempt(input, signal) {
      const startedAt = clock.now();
      const result = yield* next(input, signal);
      const { arm } = input.candidate;
      if (!result.failure) observer.succeeded(arm, startedAt);
      else if (result.failure.kind !== 'cancelled' && !result.pool?.otherKey) observer.failed(arm, result.pool?.soonest ?? result.failure);
      return result;
    };
}
