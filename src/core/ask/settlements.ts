import type { CallRecord } from '../model/call';
import type { Failure } from '../model/failure';
import type { Clock } from '../ports/clock';
import { type LedgerStore, storageFailure } from '../ports/ledgerStore';
import type { Log } from '../ports/log';

/** How long to wait before the books are tried again, in milliseconds. A full disk is emptied by hand, not by haste. */
const retryMs = 5_000;

/**
 * Settles calls, and keeps trying those that the database refused. Invariant: an answer that was paid for is either
 * in the books, in this list, or still held as a reservation that the next process settles at its upper bound.
 */
export class Settlements {
  readonly #waiting = new Map<string, CallRecord>();
  readonly #holds = new Set<string>();
  #cancelRetry: (() => void) | undefined;

  constructor(
    private readonly ledger: Pick<LedgerStore, 'settle' | 'release'>,
    private readonly clock: Clock,
    private readonly log: Log,
    /** Told of the first record that had to wait, until all are written. */
    private readonly onWaiting: (failure: Failure) => void = () => undefined,
  ) {}

  /** Never rejects. Resolves when the record is in the books or safely waiting. */
  async settle(record: CallRecord): Promise<void> {
    try {
      await this.ledger.settle(record);
      this.#waiting.delete(record.id);
    } catch (error) {
      // Said once: a disk may stay full for a night.
      if (!this.#waiting.has(record.id)) this.log.error(`call ${record.id} could not be written to the ledger yet`, error);
      if (this.#waiting.size === 0) this.onWaiting(storageFailure(error));
      this.#waiting.set(record.id, record);
      this.#scheduleRetry();
    }
  }

  /** Gives a hold back. Never rejects: one that the database refused is given back later, at the latest when this process is gone. */
  async release(hold: string): Promise<void> {
    try {
      await this.ledger.release(hold);
      this.#holds.delete(hold);
    } catch (error) {
      if (!this.#holds.has(hold)) this.log.error('money that was held for several calls could not be given back yet', error);
      this.#holds.add(hold);
      this.#scheduleRetry();
    }
  }

  /** Tries once more what waits; the budget counts it as held until then. */
  async flush(): Promise<void> {
    for (const record of [...this.#waiting.values()]) await this.settle(record);
    for (const hold of [...this.#holds]) await this.release(hold);
  }

  dispose(): void {
    this.#cancelRetry?.();
  }

  #scheduleRetry(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = this.clock.after(retryMs, () => void this.flush());
  }
}
