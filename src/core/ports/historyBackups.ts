import type { StorageError } from './ledgerStore';

/** A daily copy of the database, as far as its conversations go. */
export interface HistoryBackup {
  /** Name of its file. */
  readonly name: string;
  /** Local day, YYYY-MM-DD. */
  readonly day: string;
  /** Conversations in it; undefined when it cannot be read. */
  readonly chats: number | undefined;
}

/** A conversation of a backup that is not here, or was shorter ago written to here. */
export interface BackupChat {
  readonly threadId: string;
  readonly title: string;
  /** Epoch milliseconds, as the backup has it. */
  readonly updatedAt: number;
  readonly messages: number;
  /** `missing`: deleted or lost. `older`: here, but in an older state than in the backup. */
  readonly here: 'missing' | 'older';
}

/** What came back, and how to take that back. */
export interface RestoredChats {
  readonly threadIds: readonly string[];
  /** Why it stopped before the last one. */
  readonly problem?: StorageError;
  /** Puts everything back as it was before, except conversations that went on since. */
  undo(): Promise<void>;
}

/** The daily backups, and what can be taken from them. Never touches the ledger. Failures are StorageError. */
export interface HistoryBackups {
  /** The newest first. */
  list(): Promise<readonly HistoryBackup[]>;
  /** What `restore` would bring back of it, the latest used first. Reads only. */
  differences(name: string): Promise<readonly BackupChat[]>;
  /** Brings back those of these conversations that are still missing or older here, until `signal` is aborted. Nothing newer is overwritten. */
  restore(name: string, threadIds: readonly string[], signal: AbortSignal): Promise<RestoredChats>;
  /** Looks at the whole database, in the background. A damaged one is replaced as at the start of a window, which is told as then. */
  check(): Promise<'sound' | 'replaced'>;
}
