import type { CallRecord } from '../model/call';
import type { Realm } from '../model/provider';

/** Which calls are read: those of a realm that began in `[from, to)`, epoch milliseconds. */
export interface CallQuery {
  readonly realm: Realm;
  readonly from: number;
  readonly to: number;
}

export interface TrialCounts {
  readonly enough: number;
  readonly all: number;
}

/**
 * The settled calls of the past, for reports. Read in pages, each a turn of its own between which everything else goes
 * on: a year may have a hundred thousand. Failures are StorageError.
 */
export interface CallHistory {
  /** Every call once, in the order of their beginning. What is settled meanwhile may or may not be among them. */
  pages(query: CallQuery): AsyncIterable<readonly CallRecord[]>;
  /** How cheaper models did that were tried for a question in that time: those that did as well or better, of all that could be judged. */
  trials(query: CallQuery): Promise<TrialCounts>;
}
