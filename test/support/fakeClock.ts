import type { Clock } from '../../src/core/ports/clock';

/** A clock that stands still until it is told to move. */
export class FakeClock implements Clock {
  #timers: { readonly at: number; readonly callback: () => void }[] = [];
  #elapsed = 0;
  #now: number;

  constructor(now = Date.UTC(2026, 2, 18, 12)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#elapsed + Math.max(0, ms), callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  /** Lets time pass; what becomes due is called in order, each at its own moment, also what those calls set up. */
  advance(ms: number): void {
    const until = this.#elapsed + ms;
    for (;;) {
      const next = this.#timers.filter((timer) => timer.at <= until).toSorted((one, other) => one.at - other.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#move(next.at - this.#elapsed);
      next.callback();
    }
    this.#move(until - this.#elapsed);
  }

  /** Sets the wall clock, as a person or a time server does; no duration changes. */
  set(now: number): void {
    this.#now = now;
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.length;
  }

  #move(ms: number): void {
    this.#elapsed += ms;
    this.#now += ms;
  }
}
