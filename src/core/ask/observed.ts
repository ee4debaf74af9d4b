import type { Failure } from '../model/failure';
import type { Arm } from '../model/modelCard';
import type { AttemptWrapper } from './attempt';

/** What learns how arms behave; health today, ability later. */
export interface Observer {
  succeeded(arm: Arm): void;
  failed(arm: Arm, failure: Failure): void;
}

/** Tells the observer how each attempt ended. What the user did (cancel) and what we refused says nothing about the arm. */
export function observed(observer: Observer): AttemptWrapper {
  return (next) =>
    async function* attempt(input, signal) {
      const result = yield* next(input, signal);
      const { arm } = input.candidate;
      if (!result.failure) observer.succeeded(arm);
      else if (result.failure.kind !== 'cancelled') observer.failed(arm, result.failure);
      return result;
    };
}
