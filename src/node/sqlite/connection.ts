import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { StorageError } from '../../core/ports/ledgerStore';
import { backUpBeforeUpgrade } from './backups';
import { isSound, openDatabaseFile } from './databaseFile';
import { LogFile } from './logFile';
import { migrate, migrations, versionOf } from './migrations';
import { type Restored, restore, restoreUnderWay, wasEmptied } from './restore';
import { cannotOpen, isBusy, isDamaged, storageError } from './sqliteFailure';

export interface ConnectionOptions {
  /** How long one attempt may stop this thread while another process holds the lock, in milliseconds. */
  readonly busyTimeoutMs?: number;
  /** How long to go on trying, without stopping the thread, before `locked` is thrown, in milliseconds. */
  readonly retryForMs?: number;
  /** Told when the file was found damaged and replaced, at the start or later. */
  readonly onRestored?: (restored: Restored) => void;
  /** Schema steps; only tests pass their own. */
  readonly steps?: readonly string[];
}

/**
 * Short, because the extension host stands still meanwhile; the lock of a healthy writer is held for a millisecond or
 * two, and everything longer is waited for asynchronously.
 */
const defaultBusyTimeoutMs = 100;
const defaultRetryForMs = 5_000;

/** A write that waits for the end of this turn. */
interface Together {
  readonly durable: boolean;
  readonly work: () => void;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
  readonly alone: () => void;
}

/** Up to this size the whole file is checked at open (about 2 ms per megabyte); larger ones are checked in the background. */
const checkAtOpenBytes = 4 * 1024 * 1024;

/**
 * One connection to the file, and what every store needs around a statement: transactions, waiting for other
 * processes, one kind of error, and coming back when the file is damaged or was replaced.
 *
 * Invariant: when `write` resolves, the transaction is on the disk (unless `durable` was false) and visible to every
 * process; when it rejects, nothing of it is, except after an I/O error of the commit itself or of the wait for the disk:
 * so all writes can be repeated without harm.
 */
export class Connection {
  readonly #statements = new Map<string, StatementSync>();
  readonly #listeners = new Set<() => void>();
  readonly #together: Together[] = [];
  #database: DatabaseSync | undefined;
  #identity: string | undefined;
  #waitUntil = 0;
  /** What durable writes wait for; undefined where SQLite itself waits, at every write. */
  #log: LogFile | undefined;
  #closed = false;

  private constructor(
    readonly file: string,
    private readonly options: ConnectionOptions,
  ) {}

  /** Opens or creates the file; a damaged one is restored first. Throws StorageError. */
  static async open(file: string, options: ConnectionOptions = {}): Promise<Connection> {
    const connection = new Connection(file, options);
    await connection.#retrying(() => connection.#live());
    return connection;
  }

  /** Prepared once per connection. `sql` must be a constant: the cache never shrinks. */
  statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#live().prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** Runs `work` on one state of the database. `work` must be synchronous and may run more than once. */
  read<Result>(work: () => Result): Promise<Result> {
    return this.#retrying(() => this.#transaction('BEGIN', work), { waitsInLine: false });
  }

  /**
   * Runs `work` as one transaction that no other writer can come between. Synchronous; may run more than once.
   * `durable: false` lets a power cut (not a crash) take the change back, and spares waiting for the disk.
   */
  async write<Result>(work: () => Result, { durable = true }: { readonly durable?: boolean } = {}): Promise<Result> {
    const { result, onDisk } = await this.#retrying(() => ({ result: this.#transaction('BEGIN IMMEDIATE', work), onDisk: durable ? this.#onDisk() : undefined }));
    await onDisk;
    return result;
  }

  /**
   * Like `write`, in one transaction with everything else that asks for this in the same turn of the event loop. One that
   * cannot be done takes nothing from the others. A read or `write` in the same turn comes before.
   */
  writeTogether<Result>(work: () => Result, { durable = true }: { readonly durable?: boolean } = {}): Promise<Result> {
    return new Promise((resolve, reject) => {
      let result: { readonly value: Result } | undefined;
      this.#together.push({
        durable,
        work: () => void (result = { value: work() }),
        done: () => result && resolve(result.value),
        failed: reject,
        alone: () => resolve(this.write(work, { durable })),
      });
      if (this.#together.length === 1) setImmediate(() => void this.#writeAll());
    });
  }

  /** Changes whenever another connection, of any process, committed. Two microseconds. */
  dataVersion(): number {
    const version = this.statement('PRAGMA data_version').get()?.['data_version'];
    return typeof version === 'number' ? version : 0;
  }

  /** Called after the file was opened anew: what was remembered of it may be wrong. */
  onReopen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Checks the file and replaces it if it is damaged. For when something outside found that it is. */
  async repair(): Promise<void> {
    this.#release();
    await this.#restore();
    await this.#retrying(() => this.#live());
  }

  close(): void {
    for (const one of this.#together.splice(0)) {
      try {
        this.#transaction('BEGIN IMMEDIATE', one.work);
        if (one.durable) this.#log?.writeNow();
        one.done();
      } catch (error) {
        one.failed(storageError(error));
      }
    }
    this.#closed = true;
    this.#release();
  }

  async #writeAll(): Promise<void> {
    const all = this.#together.splice(0);
    const [first, ...others] = all;
    if (first === undefined) return;
    if (others.length === 0) return first.alone();
    try {
      const { onDisk } = await this.#retrying(() => this.#writeEach(all));
      for (const one of all) if (!one.durable) one.done();
      Promise.resolve(onDisk).then(
        () => all.forEach((one) => one.durable && one.done()),
        (error: unknown) => all.forEach((one) => one.durable && one.failed(error)),
      );
    } catch (error) {
      // Who waited in vain for another process has waited long enough; of anything else each learns on its own.
      const locked = error instanceof StorageError && error.problem === 'locked';
      for (const one of all) {
        if (locked) one.failed(error);
        else one.alone();
      }
    }
  }

  /** Nobody stands still until it is on the disk, and a crowd waits once. */
  #writeEach(all: readonly Together[]): { readonly onDisk: Promise<void> | undefined } {
    this.#transaction('BEGIN IMMEDIATE', () => all.forEach(({ work }) => work()));
    return { onDisk: all.some(({ durable }) => durable) ? this.#onDisk() : undefined };
  }

  /** When all that was written is on the disk; undefined where SQLite has waited for it. Rejects with a StorageError. */
  #onDisk(): Promise<void> | undefined {
    const log = this.#log;
    return log?.written().catch((error: unknown) => {
      if (this.#log !== log || !this.#emptyLog()) throw storageError(error);
      log.begunAnew();
    });
  }

  /** Puts the log into the file, which SQLite waits for, and begins it anew. False: it could not be, or somebody reads in it. */
  #emptyLog(): boolean {
    // An error of before is told to every handle once, also when the disk is well again: SQLite's own may not have heard it.
    for (let tries = 0; tries < 2; tries += 1) {
      try {
        return this.statement('PRAGMA wal_checkpoint(RESTART)').get()?.['busy'] === 0;
      } catch {
        // The caller says what the trouble is.
      }
    }
    return false;
  }

  #transaction<Result>(begin: 'BEGIN' | 'BEGIN IMMEDIATE', work: () => Result): Result {
    const database = this.#live();
    this.statement(begin).run();
    try {
      const result = work();
      this.statement('COMMIT').run();
      return result;
    } catch (error) {
      // SQLite rolls some failures back by itself, a full disk for one.
      if (database.isTransaction) this.statement('ROLLBACK').run();
      throw error;
    }
  }

  async #retrying<Result>(attempt: () => Result, { waitsInLine = true } = {}): Promise<Result> {
    const deadline = performance.now() + (this.options.retryForMs ?? defaultRetryForMs);
    let restored = false;
    for (let tries = 0; ; tries++) {
      // While one writer waits for the lock the others do not try either: each try stops the thread.
      while (waitsInLine && performance.now() < this.#waitUntil) await sleep(Math.max(0, this.#waitUntil - performance.now()));
      try {
        return attempt();
      } catch (error) {
        if (isDamaged(error) && !restored && !this.#closed) {
          restored = true;
          this.#release();
          if (await this.#restore()) continue;
        }
        if (!isBusy(error) || performance.now() >= deadline) throw storageError(error);
        // Jitter, so that two windows do not meet again and again.
        const pause = (0.5 + Math.random()) * Math.min(20 * 2 ** tries, 250);
        if (waitsInLine) this.#waitUntil = performance.now() + pause;
        else await sleep(pause);
      }
    }
  }

  /** The open database; opens it when it is not, or when another window put a restored file in its place. */
  #live(): DatabaseSync {
    if (this.#closed) throw new StorageError('other', 'The database is closed.');
    if (this.#database && this.#identity === identityOf(this.file)) return this.#database;
    const again = this.#identity !== undefined;
    this.#release();
    const database = this.#openFile();
    this.#database = database;
    this.#identity = identityOf(this.file);
    if (again) for (const listener of this.#listeners) listener();
    return database;
  }

  #openFile(): DatabaseSync {
    mkdirSync(path.dirname(this.file), { recursive: true });
    // A restore is about to replace the file, and must not find a new log beside it.
    if (restoreUnderWay(this.file)) throw new StorageError('locked', 'Another window is restoring the database.');
    if (wasEmptied(this.file)) throw new StorageError('corrupt', 'The database file is empty, although there are backups of it.');
    // The file holds what people ask: for its owner only. What SQLite puts beside it takes over these rights.
    if (!existsSync(this.file)) closeSync(openSync(this.file, 'a', 0o600));
    const database = this.#openHandle();
    try {
      // Where shared memory is missing (some network drives) SQLite stays with its rollback journal: slower, as safe.
      const hasLog = database.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode'] === 'wal';
      database.exec('PRAGMA synchronous = FULL');
      if ((statSync(this.file, { throwIfNoEntry: false })?.size ?? 0) <= checkAtOpenBytes && !isSound(database)) throw new StorageError('corrupt', 'The database file is damaged.');
      migrate(database, this.options.steps ?? migrations, () => backUpBeforeUpgrade(database, this.file, versionOf(database), Date.now()));
      if (hasLog) this.#log = openLog(database, this.file);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  #openHandle(): DatabaseSync {
    try {
      return openDatabaseFile(this.file, { busyTimeoutMs: this.options.busyTimeoutMs ?? defaultBusyTimeoutMs });
    } catch (error) {
      // "Cannot open" may mean missing rights, and those have their own sentence: this throws what the system says of them.
      if (cannotOpen(error)) accessSync(path.dirname(this.file), constants.W_OK);
      throw error;
    }
  }

  /** Whether the file is worth another try: it was replaced, or it is sound after all. */
  async #restore(): Promise<boolean> {
    const restored = await restore(this.file, this.options.steps ?? migrations);
    if (restored === 'sound') return false;
    if (restored !== 'replaced') this.options.onRestored?.(restored);
    return true;
  }

  #release(): void {
    this.#statements.clear();
    this.#log?.close();
    this.#log = undefined;
    const database = this.#database;
    this.#database = undefined;
    if (!database) return;
    try {
      database.close();
    } catch {
      // A damaged file may not close cleanly; there is nothing left to save in this handle.
    }
  }
}

/**
 * Takes waiting for the disk over from SQLite. A log that is not waited for can lose its end to a power cut and never be
 * damaged by it; a rollback journal can, so that there, and where the log cannot be opened, SQLite goes on waiting.
 */
function openLog(database: DatabaseSync, file: string): LogFile | undefined {
  try {
    const log = new LogFile(`${file}-wal`);
    database.exec('PRAGMA synchronous = NORMAL');
    return log;
  } catch {
    return undefined;
  }
}

/** Which file stands under the name now. */
function identityOf(file: string): string | undefined {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat && `${stat.dev}:${stat.ino}`;
}
