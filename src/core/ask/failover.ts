import type { AnswerEvent, AskRequest, Receipt } from '../model/ask';
import { afterFailure, type Failure } from '../model/failure';
import type { Arm } from '../model/modelCard';
import type { Candidate, Route } from '../model/route';
import type { Clock } from '../ports/clock';
import type { Ids } from '../ports/ids';
import type { Random } from '../ports/random';
import { isEqualHost } from '../providers/hostPool';
import type { Attempt, AttemptResult, Elsewhere, ExpectedTokens } from './attempt';
import type { Decision } from './decide';
import { decidedOf } from './decided';
import { pause } from './pause';
import { waitBeforeRetry } from './retry';

/** Who may be asked at this moment; what is known of it is shared by all windows. */
interface Admission {
  /** False for an arm that is left alone for a moment. */
  isAvailable(arm: Arm): boolean;
  /** What an arm is left alone for; undefined when it is not. */
  restingFor(arm: Arm): Failure | undefined;
  /** `probe`: this request finds out whether the arm is back. `rest`: better somebody else. */
  enter(arm: Arm, callId: string): Promise<'ask' | 'probe' | 'rest'>;
  /** The request is over, whatever came of it. */
  leave(arm: Arm, callId: string): void;
}

export interface FailoverDependencies {
  readonly admission: Admission;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
}

/** One candidate whose turn it is. */
interface Turn {
  readonly candidate: Candidate;
  /** Id of its first call. */
  readonly callId: string;
  readonly probe: boolean;
  /** Those that would come after it. */
  readonly after: () => readonly Candidate[];
}

/** What is asked, and how it went so far. */
interface Question {
  readonly id: string;
  readonly attempt: Attempt;
  readonly request: AskRequest;
  readonly decision: Decision;
  readonly signal: AbortSignal;
  /** Of the candidates before, one each. */
  readonly failures: Failure[];
}

/** How a candidate failed. `final`: no other may be asked for it. */
interface Failed {
  readonly failure: Failure;
  /** Undefined when it was told already. */
  readonly receipt: Receipt | undefined;
  readonly final: boolean;
}

/**
 * Asks candidates until one answers, or shows something, or fails in a way that no other candidate would mend; each of
 * them up to three times. Invariant: every receipt is told exactly once, and the last event is `answer-end` or
 * `answer-failed`.
 */
export async function* failover(dependencies: FailoverDependencies, attempt: Attempt, request: AskRequest, decision: Decision, signal: AbortSignal): AsyncGenerator<AnswerEvent, void> {
  const failures: Failure[] = [];
  const question: Question = { id: request.question ?? dependencies.ids.next(), attempt, request, decision, signal, failures };
  let last: (Failed & { readonly candidate: Candidate }) | undefined;
  yield { type: 'answer-routed', route: decision.route };
  // Stopped while the choice was made: no attempt, no row.
  if (signal.aborted) {
    yield failed({ kind: 'cancelled' }, undefined);
    return;
  }
  const putOff: Candidate[] = [];
  for await (const turn of inTurn(dependencies, decision.route, putOff)) {
    const { candidate } = turn;
    if (last) yield { type: 'answer-switched', from: last.candidate, to: candidate, failure: last.failure, receipt: last.receipt };
    const outcome = yield* askedUpToThrice(dependencies, question, turn);
    if (!outcome) return;
    if (outcome.final) {
      yield failed(outcome.failure, outcome.receipt);
      return;
    }
    failures.push(outcome.failure);
    if (outcome.failure.kind === 'limitReached') putOff.push(candidate);
    last = { ...outcome, candidate };
  }
  yield failed(failures.find(isForTheUser) ?? failures.at(-1) ?? { kind: 'noCandidate', reason: 'No model is left to ask.' }, last?.receipt);
}

/**
 * The candidates in their order, those that rest by now behind the others: another window may have found out meanwhile
 * that a provider is down, or is finding out. When nobody else is left they are asked all the same. Before them those that
 * were put off because of a limit: now they wait for as long as it takes.
 */
async function* inTurn({ admission, ids }: FailoverDependencies, route: Route, putOff: readonly Candidate[]): AsyncGenerator<Turn, void> {
  const resting: Candidate[] = [];
  // Looked at when their turn has come: of an arm that is kept the others are not worked out before.
  const all = (): readonly Candidate[] => [...route.ranked, ...route.spare];
  for (let index = 0; index < route.ranked.length || index < all().length; index++) {
    const candidate = route.ranked[index] ?? all()[index];
    if (!candidate) break;
    const callId = ids.next();
    const entry = await admission.enter(candidate.arm, callId);
    if (entry === 'rest') {
      resting.push(candidate);
      continue;
    }
    try {
      yield { candidate, callId, probe: entry === 'probe', after: () => all().slice(index + 1) };
    } finally {
      admission.leave(candidate.arm, callId);
    }
  }
  for (const candidate of putOff) yield { candidate, callId: ids.next(), probe: false, after: () => [] };
  for (const candidate of resting) yield { candidate, callId: ids.next(), probe: false, after: () => [] };
}

/** Keys of one provider that are tried for one question; the others get theirs with the next. */
const mostKeysTried = 8;

/** Undefined: it answered, and the answer's end was told. */
async function* askedUpToThrice({ admission, clock, ids, random }: FailoverDependencies, question: Question, turn: Turn): AsyncGenerator<AnswerEvent, Failed | undefined> {
  const { attempt, request, decision, signal } = question;
  const { candidate } = turn;
  const maxOutputTokens = Math.min(decision.maxOutputTokens, candidate.arm.card.maxOutputTokens);
  const expected = (): ExpectedTokens => {
    const { inputTokens, outputTokens } = decision.route.profile;
    return { inputTokens, outputTokens: Math.min(maxOutputTokens, Math.round(outputTokens.p50 * candidate.arm.effort.verbosity)) };
  };
  let waitedMs = 0;
  let keys = 1;
  for (let tries = 1; ; tries++) {
    const available = (): readonly Candidate[] => turn.after().filter(({ arm }) => admission.isAvailable(arm));
    const elsewhere = (): Elsewhere => {
      // Its own limit is the provider's: a wait for that is only spared by another provider.
      const others = available().filter(({ arm }) => arm.offer.provider !== candidate.arm.offer.provider);
      return others.some((one) => isEqualHost(one, candidate)) ? 'equal' : others.length > 0 ? 'somebody' : 'nobody';
    };
    const callId = tries === 1 && keys === 1 ? turn.callId : ids.next();
    const result: AttemptResult = yield* attempt({ worstInputTokens: decision.worstInputTokens, maxOutputTokens, expected, elsewhere, callId, question: question.id, request, candidate, decided: () => decidedOf(decision.route, candidate, { ...request, now: clock.now(), maxOutputTokens: decision.maxOutputTokens }) }, signal);
    const { receipt } = result;
    if (!result.failure && receipt) {
      yield { type: 'answer-end', stop: result.stop, receipt };
      return undefined;
    }
    const failure: Failure = result.failure ?? { kind: 'unexpected', detail: 'an answer without a receipt' };
    if (signal.aborted && failure.kind !== 'storage') return { failure: { kind: 'cancelled' }, receipt, final: true };
    if (signal.aborted || hasBegun(result, request) || !mayGoOn(failure, decision)) return { failure, receipt, final: true };
    if (result.pool?.otherKey && keys < mostKeysTried) {
      // Asked by another account: not the same request again.
      keys += 1;
      tries -= 1;
      yield { type: 'answer-waiting', candidate, reason: 'retry', untilMs: clock.now(), failure, receipt };
      continue;
    }
    const waitMs = waitBeforeRetry(result.pool?.soonest ?? failure, { tries, waitedMs, othersLeft: available().length > 0, tookMs: result.timing.totalMs, hopeless: isHopeless(admission, question, turn, failure) }, random());
    if (waitMs === undefined) return { failure, receipt, final: false };
    yield { type: 'answer-waiting', candidate, reason: 'retry', untilMs: clock.now() + waitMs, failure, receipt };
    await pause(clock, waitMs, signal);
    if (signal.aborted) return { failure: { kind: 'cancelled' }, receipt: undefined, final: true };
    waitedMs += waitMs;
  }
}

/** It was only asked to find out whether it is back, rests by now, or cannot be reached as others cannot: the network is gone. */
function isHopeless(admission: Admission, { failures }: Question, { candidate, probe }: Turn, failure: Failure): boolean {
  // Who asked for a pause rests as well, but says for how long.
  const rests = (admission.restingFor(candidate.arm)?.kind ?? 'rateLimited') !== 'rateLimited';
  return probe || rests || (failure.kind === 'offline' && failures.some(({ kind }) => kind === 'offline'));
}

/**
 * Whether asking again would start over what somebody has seen or acted on. After results of tools even a thought
 * counts: the next model might ask for the same call again, and its effect would happen twice.
 */
function hasBegun({ shown, received }: AttemptResult, { messages }: AskRequest): boolean {
  return shown || (received !== '' && messages.at(-1)?.role === 'tool');
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
