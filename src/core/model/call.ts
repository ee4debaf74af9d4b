import type { Purpose, StopReason, Timing } from './ask';
import type { Decided } from './decided';
import type { Message, ToolCall } from './message';
import type { ArmId, Effort } from './modelCard';
import type { NanoDollars } from './money';
import type { Charge, Price } from './price';
import type { Realm } from './provider';
import type { Usage } from './usage';

export type CallOutcome = 'complete' | 'truncated' | 'failed' | 'cancelled' | 'crashed';

/** What is known when a call is reserved; enough to settle it if this process dies. */
export interface CallOpening {
  /** Unique id made by the caller; reserving or settling the same id twice changes nothing. */
  readonly id: string;
  readonly realm: Realm;
  readonly provider: string;
  readonly model: string;
  readonly arm: ArmId;
  readonly effort: Effort;
  readonly purpose: Purpose;
  readonly threadId: string | undefined;
  /** The same for all calls of one question; undefined in rows of older versions. */
  readonly question?: string;
  /** Id of the gateway's client that asked, and the folder it works in; undefined: the person in a window. */
  readonly client?: string;
  readonly folder?: string;
  /** Which running process holds it. */
  readonly window: string;
  readonly startedAt: number;
  /** The most it can cost; undefined when the price is unknown (nothing can be held then). */
  readonly worst: NanoDollars | undefined;
  /** Where the price behind `worst` came from; told so that a crash can be charged with its source. */
  readonly priceSource?: Price['source'];
}

/** One row of the ledger: one upstream attempt. */
export interface CallRecord extends CallOpening {
  readonly endedAt: number;
  readonly outcome: CallOutcome;
  readonly failure: string | undefined;
  readonly usage: Usage;
  readonly charge: Charge;
  readonly timing: Timing;
  /** Undefined where nobody chose: rows of older versions, and calls of a process that died. */
  readonly decided?: Decided;
}

/** What was asked and answered in a call. The books do not have it: it is told once, when the call is settled, and kept by nobody. */
export interface CallContent {
  readonly messages: readonly Message[];
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly stop: StopReason;
}

/** The call that was settled last, for people. */
export interface LastCall extends CallRecord {
  /** What its model is called; undefined where that is not known yet, or not any more. */
  readonly modelName?: string;
}
