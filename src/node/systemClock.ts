import type { Clock } from '../core/ports/clock';

/** `setTimeout` holds its delay in 31 bits and fires at once above that: a month's end is farther away. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, callback) {
    let timer: NodeJS.Timeout;
    const wait = (left: number): void => {
      const part = Math.min(left, longestTimerMs);
      timer = setTimeout(() => (left > part ? wait(left - part) : callback()), part);
    };
    wait(Math.max(0, ms));
    return () => clearTimeout(timer);
  },
};
