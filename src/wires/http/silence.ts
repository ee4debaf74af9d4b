import type { WireLimits } from '../../core/ports/wire';

/** Why a request was stopped from this side. */
export type Halt = 'cancelled' | 'firstToken' | 'stall';

/**
 * How long is waited after the model has said why it stopped, for usage and `[DONE]`. They follow at once or not at all,
 * and the answer is whole already.
 */
const afterFinishMs = 2000;

/**
 * Stops one request when the caller cancels it or when no content comes for too long. Only waiting for the server counts:
 * the clock stands while the caller works on what came.
 */
export class Silence {
  /** Set before `signal` aborts. */
  halted: Halt | undefined;

  readonly #controller = new AbortController();
  readonly #limits: WireLimits;
  readonly #caller: AbortSignal;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #remainingMs: number;
  #waitingSince = 0;
  #phase: 'firstToken' | 'stall' = 'firstToken';

  constructor(limits: WireLimits, caller: AbortSignal) {
    this.#limits = limits;
    this.#caller = caller;
    this.#remainingMs = limits.firstTokenMs;
    if (caller.aborted) this.#halt('cancelled');
    else caller.addEventListener('abort', this.#cancel, { once: true });
  }

  /** Ends the request. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The limit that holds now, in milliseconds. */
  get limitMs(): number {
    return this.#phase === 'firstToken' ? this.#limits.firstTokenMs : this.#limits.idleMs;
  }

  /** Waits for the server, with what is left of the time. Calls `stop` at once when it is over. */
  async wait<T>(work: Promise<T>): Promise<T> {
    this.#waitingSince = performance.now();
    const phase = this.#phase;
    this.#timer = setTimeout(() => this.#halt(phase), Math.max(0, this.#remainingMs));
    try {
      return await work;
    } finally {
      clearTimeout(this.#timer);
      this.#remainingMs -= performance.now() - this.#waitingSince;
    }
  }

  /** Content came. */
  heard(finished: boolean): void {
    this.#phase = 'stall';
    this.#remainingMs = finished ? Math.min(afterFinishMs, this.#limits.idleMs) : this.#limits.idleMs;
  }

  /** Lets go of the caller's signal, which may live for long. */
  release(): void {
    this.#caller.removeEventListener('abort', this.#cancel);
  }

  /** Ends the request without a reason of its own. */
  close(): void {
    this.release();
    clearTimeout(this.#timer);
    this.#controller.abort();
  }

  readonly #cancel = (): void => this.#halt('cancelled');

  #halt(reason: Halt): void {
    this.halted ??= reason;
    this.#controller.abort();
  }
}
