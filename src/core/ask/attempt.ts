import type { AnswerEvent, AskRequest, Receipt, StopReason, Timing } from '../model/ask';
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
  /** What was expected of it, for the books; worked out after the answer. */
  readonly decided: () => Decided;
  readonly candidate: Candidate;
  readonly maxOutputTokens: number;
  /** Upper bound of the prompt's tokens. */
  readonly worstInputTokens: number;
  /** Expected tokens of the prompt, for a call whose usage the provider does not tell. */
  readonly inputTokens: number;
  /** Expected tokens of the answer. */
  readonly expectedOutputTokens: number;
  /** Who is left at other providers, should the person's own limits keep this one waiting: nobody, somebody, or the same model for the same money. */
  readonly elsewhere: 'nobody' | 'somebody' | 'equal';
}

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
