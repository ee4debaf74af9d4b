import type { AnswerEvent, AskRequest, Receipt, StopReason, Timing } from '../model/ask';
import type { CallContent } from '../model/call';
import type { Decided } from '../model/decided';
import type { Failure } from '../model/failure';
import type { Candidate } from '../model/route';
import type { Usage } from '../model/usage';
import type { PoolOutcome } from '../providers/keyPool';

/** One try of one candidate: exactly one HTTP request, exactly one ledger row. */
export interface AttemptInput {
  readonly callId: string;
  readonly request: AskRequest;
  /** Id of the question it is for. */
  readonly question: string;
  /** What was expected of it, for the books; worked out after the answer. Undefined: nobody chose. */
  readonly decided: () => Decided | undefined;
  readonly candidate: Candidate;
  readonly maxOutputTokens: number;
  /** Upper bound of the prompt's tokens. */
  readonly worstInputTokens: number;
  /** Expected tokens, for a call whose usage the provider does not tell and for limits; worked out when asked for. */
  readonly expected: () => ExpectedTokens;
  /** Who is left at other providers, should the person's own limits keep this one waiting: nobody, somebody, or the same model for the same money. */
  readonly elsewhere: () => Elsewhere;
}

export interface ExpectedTokens {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export type Elsewhere = 'nobody' | 'somebody' | 'equal';

/** How an attempt ended. `failure` undefined means that the model finished in its own way, told by `stop`. */
export interface AttemptResult {
  readonly stop: StopReason;
  readonly failure: Failure | undefined;
  /** What the failure of one of several keys says of the provider; undefined: the failure itself. */
  readonly pool: PoolOutcome | undefined;
  /** As the provider told it; undefined when it did not. */
  readonly usage: Usage | undefined;
  readonly timing: Timing;
  /** Something of the answer was shown: another model must not silently start over. */
  readonly shown: boolean;
  /** The request left this machine, so that it may have cost something. */
  readonly sent: boolean;
  /** Everything received, to estimate the cost of a call whose usage never came. */
  readonly received: string;
  /** Tokens that may have been made beside that: of an answer in one piece nothing is seen before its end. Default 0. */
  readonly unseenTokens?: number;
  /** The answer without thoughts; undefined: nothing was sent. */
  readonly said?: Pick<CallContent, 'text' | 'toolCalls'>;
  readonly receipt: Receipt | undefined;
}

/**
 * Every wrapper has this shape: it is an attempt, made from an attempt. Yields what the user may see, returns how it
 * ended, never throws for expected trouble.
 */
export type Attempt = (input: AttemptInput, signal: AbortSignal) => AsyncGenerator<AnswerEvent, AttemptResult>;
export type AttemptWrapper = (next: Attempt) => Attempt;

/** Result of an attempt that ended before anything was sent. */
export function notSent(failure: Failure): AttemptResult {
  return { stop: 'unknown', failure, pool: undefined, usage: undefined, timing: { firstTokenMs: undefined, totalMs: 0 }, shown: false, sent: false, received: '', receipt: undefined };
}
