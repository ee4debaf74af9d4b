import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs';

/**
 * The log of a database (WAL), opened beside SQLite's own handle to wait for the disk where SQLite would stop the thread
 * for it. A file has one set of pages whoever opened it, so waiting for them here is what `synchronous=FULL` does after
 * each transaction. Nobody locks this file, so that closing it takes no lock of SQLite's away.
 */
export class LogFile {
  readonly #handle: number;
  #waiting: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #error: Error | undefined;
  #closed = false;

  /** Throws where it cannot be opened. */
  constructor(file: string) {
    this.#handle = openSync(file, 'r+');
  }

  /**
   * Resolves when all that was written before is on the disk. Rejects with what the system says, and from then on every
   * time: it forgets what it could not write, and at the first piece that is missing a log ends for who reads it.
   */
  written(): Promise<void> {
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (this.#next !== undefined) return this.#next;
    if (this.#waiting === undefined) return this.#wait();
    // The wait under way began before the last words: all who come meanwhile share the next one.
    this.#next = this.#waiting.catch(() => undefined).then(() => {
      this.#next = undefined;
      return this.written();
    });
    return this.#next;
  }

  /** It was begun anew: nothing counts on what it was. */
  begunAnew(): void {
    this.#error = undefined;
  }

  /** The same at once, for the last words. */
  writeNow(): void {
    if (this.#error !== undefined) throw this.#error;
    fdatasyncSync(this.#handle);
  }

  /** Whoever waits is still told. */
  close(): void {
    this.#closed = true;
    if (this.#waiting === undefined) closeSync(this.#handle);
  }

  #wait(): Promise<void> {
    this.#waiting = new Promise((resolve, reject) => {
      fdatasync(this.#handle, (error) => {
        this.#waiting = undefined;
        this.#error = error ?? this.#error;
        if (error) reject(error);
        else resolve();
        if (this.#closed && this.#next === undefined) closeSync(this.#handle);
      });
    });
    return this.#waiting;
  }
}
