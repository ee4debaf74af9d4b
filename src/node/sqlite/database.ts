import type { Books } from '../../core/ports/books';
import { livenessOf, type Liveness } from '../processOwner';
import { backUp, backupDue } from './backups';
import { CallPages } from './callPages';
import { Changes } from './changes';
import { ClientTables } from './clientTables';
import { Connection, type ConnectionOptions } from './connection';
import { ExperimentTables } from './experimentTables';
import { HealthTables } from './healthTables';
import { HistoryTables } from './historyTables';
import { LedgerTables } from './ledgerTables';
import { LimitTables } from './limitTables';
import { OutcomeTables } from './outcomeTables';
import type { Restored } from './restore';
import { isDamaged, storageError } from './sqliteFailure';
import { ThreadSearch } from './threadSearch';
import { ThreadTables } from './threadTables';

export interface DatabaseOptions extends ConnectionOptions {
  /** Whether the process of an owner id still runs. */
  readonly liveness?: (owner: string) => Liveness;
  /** Trouble of work that nobody waits for: upkeep, a listener that throws. Never called with user data. */
  readonly onProblem?: (problem: unknown) => void;
}

/** The stores that live in one file, for the life of a window. */
export interface Database extends Omit<Books, 'close'> {
  /** Set when the file was found damaged when it was opened and was replaced. Later ones are told through `onRestored`. */
  readonly restored: Restored | undefined;
  /** Makes today's backup if there is none; checks the whole file first, in a worker thread, and restores it when it is damaged. */
  backup(now: number): Promise<void>;
  /**
   * Everything that has time: backup, closing books of dead processes, sweeping deleted conversations. Begins a minute
   * from now, so that a window's start is not slowed, and repeats every hour. Ends with `close`.
   */
  startUpkeep(): void;
  /** Waits for nothing: call it when no store is in use any more. */
  close(): void;
}

const firstUpkeepMs = 60_000;
const upkeepEveryMs = 60 * 60_000;

/**
 * Opens the file, creating or restoring it as needed, and gives the stores on it.
 * @throws {StorageError} when it cannot be used: locked, full, read-only, or damaged beyond replacing
 */
export async function openDatabase(file: string, options: DatabaseOptions = {}): Promise<Database> {
  const onProblem = options.onProblem ?? ((): void => undefined);
  const liveness = options.liveness ?? livenessOf;
  let restored: Restored | undefined;
  const connection = await Connection.open(file, {
    ...options,
    onRestored: (found) => {
      restored = found;
      options.onRestored?.(found);
    },
  });
  const changes = new Changes(connection, onProblem);
  const ledger = new LedgerTables(connection, changes, liveness);
  const search = new ThreadSearch(connection, onProblem);
  const threads = new ThreadTables(connection, changes, search, liveness);
  const timers = new Set<NodeJS.Timeout>();

  const backup = async (now: number): Promise<void> => {
    if (!backupDue(file, now)) return;
    try {
      await backUp(file, now);
    } catch (error) {
      if (!isDamaged(error)) throw storageError(error);
      await connection.repair();
    }
  };
  const upkeep = async (): Promise<void> => {
    const now = Date.now();
    // One that fails must not keep the others from running.
    for (const task of [() => ledger.recover(now), () => threads.sweep(now), () => backup(now)]) await task().catch(onProblem);
  };

  return {
    ledger,
    history: new CallPages(connection),
    threads,
    limits: new LimitTables(connection, liveness),
    health: new HealthTables(connection, changes),
    outcomes: new OutcomeTables(connection, changes),
    experiments: new ExperimentTables(connection, changes, liveness),
    clients: new ClientTables(connection, changes, ledger),
    backups: new HistoryTables(connection, changes),
    restored,
    backup,
    startUpkeep() {
      timers.add(setTimeout(() => void upkeep().then(() => search.catchUp()), firstUpkeepMs).unref());
      timers.add(setInterval(() => void upkeep(), upkeepEveryMs).unref());
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      search.close();
      changes.dispose();
      connection.close();
    },
  };
}
