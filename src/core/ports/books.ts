import type { CallHistory } from './callHistory';
import type { ClientStore } from './clientStore';
import type { ExperimentStore } from './experimentStore';
import type { HealthStore } from './healthStore';
import type { HistoryBackups } from './historyBackups';
import type { LedgerStore } from './ledgerStore';
import type { LimitStore } from './limitStore';
import type { OutcomeStore } from './outcomeStore';
import type { ThreadStore } from './threadStore';

/** What was done about a damaged database, for the person to know. */
export interface RestoreReport {
  /** Local day (YYYY-MM-DD) of the backup; undefined when there was none that is whole. */
  readonly backupOf: string | undefined;
  /** False when calls or conversations since the backup may be missing. */
  readonly complete: boolean;
  /** Name under which the damaged file was kept. */
  readonly movedTo: string;
}

/** Ledger, threads, the queues of limits, who rests, what was learnt, what was tried and who uses the gateway, in one database; and its backups. */
export interface Books {
  readonly ledger: LedgerStore;
  readonly history: CallHistory;
  readonly threads: ThreadStore;
  readonly limits: LimitStore;
  readonly health: HealthStore;
  readonly outcomes: OutcomeStore;
  readonly experiments: ExperimentStore;
  readonly clients: ClientStore;
  readonly backups: HistoryBackups;
  close(): Promise<void>;
}

/** Opens the books; `onRestored` is told when the file is found damaged and replaced, at the start or later. Throws StorageError. */
export type OpenBooks = (onRestored: (report: RestoreReport) => void) => Promise<Books>;
