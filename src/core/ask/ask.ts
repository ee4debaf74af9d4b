import type { AnswerEvent, Ask, AskRequest, Receipt } from '../model/ask';
import { afterFailure, type Failure, unexpected } from '../model/failure';
import type { Clock } from '../ports/clock';
import type { Ids } from '../ports/ids';
import type { Log } from '../ports/log';
import type { Attempt, AttemptResult, AttemptWrapper } from './attempt';
import { booked, type BookedDependencies } from './booked';
import { called, type CalledDependencies } from './called';
import { type Decision, decide, type DecideDependencies } from './decide';
import { limited, type LimitedDependencies } from './limited';
import { type Observer, observed } from './observed';

export interface AskDependencies extends Omit<DecideDependencies, 'ledger'>, Omit<BookedDependencies, 'ledger'>, CalledDependencies, LimitedDependencies {
  readonly ledger: DecideDependencies['ledger'] & BookedDependencies['ledger'];
  readonly observer: Observer;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly log: Log;
}

/** Builds the request path. Nothing else may call a wire, so that budget and ledger cannot be bypassed. */
export function createAsk(dependencies: AskDependencies): Ask {
  const attempt = wrapped(called(dependencies), [
    // Innermost first. Observed sees the provider's own failures, not our refusals to send.
    observed(dependencies.observer),
    // Around everything that touches money: nothing leaves before its worst case is held, nothing ends without a row in the books.
    booked(dependencies),
    // Outermost: while an attempt waits for its turn, no money is held.
    limited(dependencies),
  ]);

  return async function* ask(request, signal) {
    try {
      const decision = await decide(dependencies, request);
      if ('kind' in decision) yield failed(decision, undefined);
      else yield* tryInOrder(dependencies, attempt, request, decision, signal);
    } catch (error) {
      dependencies.log.error('ask failed unexpectedly', error);
      yield failed(unexpected(error), undefined);
    }
  };
}

/** Tries candidates until one answers, or shows something, or fails in a way that no other candidate would mend. */
async function* tryInOrder(dependencies: AskDependencies, attempt: Attempt, request: AskRequest, decision: Decision, signal: AbortSignal): AsyncGenerator<AnswerEvent, void> {
  yield { type: 'answer-routed', route: decision.route };
  const failures: Failure[] = [];
  let lastReceipt: Receipt | undefined;
  const { ranked } = decision.route;
  // Stopped while the choice was made: no attempt, no row.
  if (signal.aborted) {
    yield failed({ kind: 'cancelled' }, undefined);
    return;
  }
  for (const [index, candidate] of ranked.entries()) {
    const maxOutputTokens = Math.min(decision.maxOutputTokens, candidate.arm.card.maxOutputTokens);
    const expectedOutputTokens = Math.min(maxOutputTokens, Math.round(decision.route.profile.outputTokens.p50 * candidate.arm.effort.verbosity));
    const othersLeft = ranked.slice(index + 1).some(({ arm }) => arm.offer.provider !== candidate.arm.offer.provider && dependencies.isAvailable(arm));
    const result: AttemptResult = yield* attempt({ ...decision, maxOutputTokens, expectedOutputTokens, othersLeft, callId: dependencies.ids.next(), request, candidate }, signal);
    const { failure, receipt } = result;
    if (!failure && receipt) {
      yield { type: 'answer-end', stop: result.stop, receipt };
      return;
    }
    const known = failure ?? { kind: 'unexpected', detail: 'an answer without a receipt' };
    if (signal.aborted || result.shown || !mayGoOn(known, decision)) {
      yield failed(signal.aborted && known.kind !== 'storage' ? { kind: 'cancelled' } : known, receipt);
      return;
    }
    failures.push(known);
    lastReceipt = receipt;
    const to = ranked[index + 1];
    if (to) yield { type: 'answer-switched', from: candidate.id, to, failure: known, receipt };
  }
  // The receipts before the last went out with their switches: each is told exactly once, whichever failure is shown.
  yield failed(failures.find(isForTheUser) ?? failures.at(-1) ?? { kind: 'noCandidate', reason: 'No model is left to ask.' }, lastReceipt);
}

/**
 * With "degrade", a race for the last cent against another window goes on to a cheaper candidate; otherwise a refusal is
 * final. A provider that was taken out of the settings meanwhile is passed over.
 */
function mayGoOn(failure: Failure, decision: Decision): boolean {
  if (failure.kind === 'budgetReached') return decision.degrades;
  if (failure.kind === 'noProvider') return true;
  return afterFailure(failure) === 'next';
}

/** When all failed, the failure that a person can mend is the one to show. */
function isForTheUser(failure: Failure): boolean {
  return failure.kind === 'keyRejected' || failure.kind === 'noCredit' || failure.kind === 'keyMissing' || failure.kind === 'budgetReached';
}

function failed(failure: Failure, receipt: Receipt | undefined): AnswerEvent {
  return { type: 'answer-failed', failure, receipt };
}

function wrapped(innermost: Attempt, wrappers: readonly AttemptWrapper[]): Attempt {
  return wrappers.reduce((next, wrapper) => wrapper(next), innermost);
}
