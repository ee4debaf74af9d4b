import path from 'node:path';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { StorageError } from '../../core/ports/ledgerStore';
import type { BackupChat, HistoryBackup, HistoryBackups, RestoredChats } from '../../core/ports/historyBackups';
import { backupsOf, check } from './backups';
import type { Changes } from './changes';
import type { Connection } from './connection';
import { openDatabaseFile } from './databaseFile';
import { integer, optionalInteger, type Row, text } from './row';
import { isDamaged, storageError } from './sqliteFailure';
import { answerFromText, answerToText } from './storedAnswer';

/** So many conversations are compared before the window does something else. */
const atOnce = 500;

/** A conversation as its rows are: with the columns of its version of the schema. */
interface Rows {
  readonly updatedAt: number;
  readonly thread: Row;
  readonly messages: readonly Row[];
}

/** What came in the place of what. */
interface Replaced {
  readonly threadId: string;
  readonly updatedAt: number;
  readonly before: Rows | undefined;
}

/**
 * Conversations in the backups of a database. A backup is opened for reading, on a connection of its own: damage in it
 * must not be taken for damage of the database.
 */
export class HistoryTables implements HistoryBackups {
  constructor(
    private readonly connection: Connection,
    private readonly changes: Changes,
  ) {}

  async list(): Promise<readonly HistoryBackup[]> {
    return backupsOf(this.connection.file).map(({ file, day }) => ({ name: path.basename(file), day, chats: chatsIn(file) }));
  }

  async differences(name: string): Promise<readonly BackupChat[]> {
    const backup = this.#open(name);
    try {
      const found: BackupChat[] = [];
      const chats = inBackup(() => chatsOf(backup));
      for (let from = 0; from < chats.length; from += atOnce) {
        const page = chats.slice(from, from + atOnce);
        const standing = await this.connection.read(() => page.map((chat) => this.#here(chat)));
        for (const [index, chat] of page.entries()) {
          const here = standing[index];
          if (here === 'missing' || here === 'older') found.push({ ...chat, here, messages: inBackup(() => messagesOf(backup, chat.threadId)) });
        }
        await setImmediate();
      }
      return found;
    } finally {
      backup.close();
    }
  }

  async restore(name: string, threadIds: readonly string[], signal: AbortSignal): Promise<RestoredChats> {
    const backup = this.#open(name);
    const restored: Replaced[] = [];
    let problem: StorageError | undefined;
    try {
      for (const threadId of threadIds) {
        if (signal.aborted) break;
        const rows = inBackup(() => rowsOf(backup, threadId));
        const replaced = rows && (await this.connection.write(() => this.#bringBack(threadId, rows)));
        if (replaced) restored.push(replaced);
        await setImmediate();
      }
    } catch (error) {
      problem = storageError(error);
    } finally {
      backup.close();
      this.changes.notify('threads');
    }
    if (problem && restored.length === 0) throw problem;
    return { threadIds: restored.map(({ threadId }) => threadId), ...(problem ? { problem } : {}), undo: () => this.#undo(restored) };
  }

  async check(): Promise<'sound' | 'replaced'> {
    try {
      await check(this.connection.file);
      return 'sound';
    } catch (error) {
      if (!isDamaged(error)) throw storageError(error);
      await this.connection.repair();
      return 'replaced';
    }
  }

  /** Undefined: what is here is as new by now. */
  #bringBack(threadId: string, rows: Rows): Replaced | undefined {
    const here = this.#here({ threadId, updatedAt: rows.updatedAt });
    if (here === 'current') return undefined;
    const before = this.#rowsHere(threadId);
    // Deleted less than a day ago, and gone on with after the backup: nothing of that is lost.
    const newest = before && before.updatedAt >= rows.updatedAt ? undeleted(before) : rows;
    this.#replace(threadId, newest);
    return { threadId, updatedAt: newest.updatedAt, before };
  }

  async #undo(restored: readonly Replaced[]): Promise<void> {
    for (const { threadId, updatedAt, before } of restored) {
      await this.connection.write(() => {
        const now = this.connection.statement('SELECT updated_at FROM threads WHERE id = ?').get(threadId);
        // It was gone on with: what is in it now is nowhere else.
        if (!now || integer(now, 'updated_at') !== updatedAt) return;
        this.#replace(threadId, before);
      });
    }
    this.changes.notify('threads');
  }

  /** How a conversation of a backup stands here. */
  #here({ threadId, updatedAt }: Pick<BackupChat, 'threadId' | 'updatedAt'>): BackupChat['here'] | 'current' {
    const row = this.connection.statement('SELECT updated_at, deleted_at FROM threads WHERE id = ?').get(threadId);
    if (!row || optionalInteger(row, 'deleted_at') !== undefined) return 'missing';
    return integer(row, 'updated_at') < updatedAt ? 'older' : 'current';
  }

  #rowsHere(threadId: string): Rows | undefined {
    const thread = this.connection.statement('SELECT * FROM threads WHERE id = ?').get(threadId);
    return thread && { updatedAt: integer(thread, 'updated_at'), thread, messages: this.connection.statement('SELECT * FROM messages WHERE thread_id = ? ORDER BY position').all(threadId) };
  }

  /** Puts these rows in the place of those that are there; undefined takes them out. */
  #replace(threadId: string, rows: Rows | undefined): void {
    this.connection.statement('DELETE FROM threads WHERE id = ?').run(threadId);
    if (!rows) return;
    this.#insert('threads', rows.thread);
    for (const message of rows.messages) this.#insert('messages', message);
  }

  /** With the columns that both know; what has to do with the index of the search is made anew. */
  #insert(table: 'threads' | 'messages', row: Row): void {
    const known = this.connection.statement(`SELECT name FROM pragma_table_info('${table}')`).all().map((column) => text(column, 'name'));
    const columns = known.filter((column) => column !== 'seq' && row[column] !== undefined);
    const values = Object.fromEntries(columns.map((column): [string, SQLInputValue] => [column, row[column] ?? null]));
    this.connection.statement(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((column) => `:${column}`).join(', ')}) ON CONFLICT (id) DO NOTHING`).run(values);
  }

  #open(name: string): DatabaseSync {
    const backup = backupsOf(this.connection.file).find(({ file }) => path.basename(file) === name);
    if (!backup) throw new StorageError('other', 'That backup is no longer there.');
    return inBackup(() => openDatabaseFile(backup.file, { busyTimeoutMs: 1_000, readOnly: true }));
  }
}

function chatsIn(file: string): number | undefined {
  try {
    const backup = openDatabaseFile(file, { busyTimeoutMs: 100, readOnly: true });
    try {
      const row = backup.prepare('SELECT count(*) AS n FROM threads WHERE deleted_at IS NULL').get();
      return row && integer(row, 'n');
    } finally {
      backup.close();
    }
  } catch {
    return undefined;
  }
}

function rowsOf(backup: DatabaseSync, threadId: string): Rows | undefined {
  const thread = backup.prepare('SELECT * FROM threads WHERE id = ? AND deleted_at IS NULL').get(threadId);
  return thread && { updatedAt: integer(thread, 'updated_at'), thread, messages: backup.prepare('SELECT * FROM messages WHERE thread_id = ? ORDER BY position').all(threadId).map(ended) };
}

function chatsOf(backup: DatabaseSync): readonly Pick<BackupChat, 'threadId' | 'title' | 'updatedAt'>[] {
  const rows = backup.prepare('SELECT id, title, updated_at FROM threads WHERE deleted_at IS NULL ORDER BY updated_at DESC').all();
  return rows.map((row) => ({ threadId: text(row, 'id'), title: text(row, 'title'), updatedAt: integer(row, 'updated_at') }));
}

function messagesOf(backup: DatabaseSync, threadId: string): number {
  const row = backup.prepare('SELECT count(*) AS n FROM messages WHERE thread_id = ?').get(threadId);
  return row ? integer(row, 'n') : 0;
}

/** What goes wrong here is about the backup, and says so. */
function inBackup<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw new StorageError('other', 'This backup cannot be read.', { cause: error });
  }
}

function undeleted(rows: Rows): Rows {
  return { ...rows, thread: { ...rows.thread, deleted_at: null } };
}

/** An answer that was being written when the backup was made: nobody goes on with it. */
function ended(message: Row): Row {
  if (message['writer'] === null || message['writer'] === undefined) return message;
  return { ...message, writer: null, answer: answerToText({ ...answerFromText(text(message, 'answer')), state: 'interrupted' }) };
}
