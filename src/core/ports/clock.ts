/** Time from outside. `now` is wall-clock epoch milliseconds; `elapsed` is monotonic milliseconds, for durations only. */
export interface Clock {
  now(): number;
  elapsed(): number;
  /** Calls back once after `ms`; returns a cancel that is safe to call twice. */
  after(ms: number, callback: () => void): () => void;
}
