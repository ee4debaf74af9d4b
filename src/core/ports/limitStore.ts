/** A request that may have to wait for its turn. */
export interface Turn {
  /** Unique; the same id twice is one turn. */
  readonly id: string;
  readonly provider: string;
  /** Which running process it is of. */
  readonly window: string;
  /** Tokens it is expected to use, prompt and answer. */
  readonly tokens: number;
}

/** What a provider was asked lately and who waits before a turn, over all windows. Times are epoch milliseconds. */
export interface Traffic {
  /** Requests that started within `windowMs` or still run, the oldest first. */
  readonly started: readonly { readonly at: number; readonly tokens: number; readonly running: boolean }[];
  /** Tokens of those that came earlier and still wait, in their order. */
  readonly ahead: readonly number[];
}

/** Whether a turn may go now. `untilMs`: when it will at the earliest, epoch milliseconds; undefined while that hangs on answers that are being written. */
export type Verdict = { readonly go: true } | { readonly go: false; readonly untilMs: number | undefined };

/**
 * How long a request counts, in milliseconds. A second more than the minute that providers count: requests do not take
 * equally long to reach them, so that two bursts a minute apart here may be less there.
 */
export const windowMs = 61_000;

/**
 * A waiting turn that was not heard of for this long is given up, in milliseconds: its window hangs or is gone. One that
 * comes back stands at the end.
 */
export const silentWaiterMs = 15_000;

/** An answer that is written for longer than this, in milliseconds, holds no place any more. None takes so long; a process may hang. */
export const longestTurnMs = 60 * 60_000;

/**
 * Queues of the providers that have limits, shared by all windows of this machine. Each method is one transaction.
 * Turns of a process that has ended hold no place: what waits is forgotten, what was under way no longer runs.
 */
export interface LimitStore {
  /**
   * Asks `rule` about the traffic at this moment. If it lets the turn go, the turn has started; otherwise it keeps its
   * place in the queue, or takes the last one. To be asked again until it goes; `rule` may be called more than once.
   */
  enter(turn: Turn, now: number, rule: (traffic: Traffic) => Verdict): Promise<Verdict>;
  /** The turn is over. `tokens` is what it used; undefined: nothing was sent, so that it leaves no trace. An unknown id changes nothing. */
  leave(id: string, now: number, tokens: number | undefined): Promise<void>;
}
