import { copyFileSync, existsSync, linkSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { StorageError } from '../../core/ports/ledgerStore';
import { livenessOf, ownerId } from '../processOwner';
import { type Backup, backupsOf, publish } from './backups';
import { isSound, openDatabaseFile } from './databaseFile';
import { migrate, versionOf } from './migrations';
import { isBusy, isDamaged } from './sqliteFailure';

/** What was done about a damaged file. */
export interface Restored {
  /** Name under which the damaged file is kept beside the new one. */
  readonly movedTo: string;
  /** Local day (YYYY-MM-DD) of the backup that was taken; undefined when there was none that is whole. */
  readonly backupOf: string | undefined;
  /** Calls of the ledger that were newer than the backup and could be read from the damaged file. */
  readonly savedCalls: number;
  /** False when something could not be read: calls and conversations since the backup may be missing. */
  readonly complete: boolean;
}

/** Damaged files kept beside the new one. */
const keptDamaged = 3;

/** How long another window may take to restore, in milliseconds. */
const waitForOtherMs = 15_000;

/** After this a turn counts as left behind, whoever took it, in milliseconds. */
const longestTurnMs = 120_000;
const longestUnnamedMs = 2_000;

const busyTimeoutMs = 250;

/**
 * Replaces a damaged database by the newest whole backup plus all that can still be read from the damaged file, which
 * is kept under another name. `sound`: the file is not damaged. `replaced`: another window has restored it.
 * @throws {StorageError} when it cannot be replaced; the damaged file still has its name then
 */
export async function restore(file: string, steps: readonly string[], now: number = Date.now()): Promise<Restored | 'sound' | 'replaced'> {
  const before = inodeOf(file);
  const waited = await takeTurn(file);
  try {
    if (!wasEmptied(file) && looksSound(file)) return waited || inodeOf(file) !== before ? 'replaced' : 'sound';
    return replace(file, steps, now);
  } finally {
    rmSync(turnOf(file), { force: true });
  }
}

/** Whether a window that still runs is replacing the file at this moment. */
export function restoreUnderWay(file: string): boolean {
  try {
    const turn = turnOf(file);
    const age = Date.now() - statSync(turn).mtimeMs;
    const owner = readFileSync(turn, 'utf8');
    // Without a name its maker was about to write one, or was killed just then.
    return owner === '' ? age < longestUnnamedMs : age < longestTurnMs && livenessOf(owner) !== 'dead';
  } catch {
    return false;
  }
}

/** A file of no bytes is a new database to SQLite. With backups beside it, it is what a full disk or a crash left. */
export function wasEmptied(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.size === 0 && backupsOf(file).length > 0;
}

function replace(file: string, steps: readonly string[], now: number): Restored {
  const draft = `${file}.restored`;
  // What a window left that died while it restored.
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(draft + end, { force: true });
  const backup = backupsOf(file).find((one) => isUsable(one, steps));
  if (backup) copyFileSync(backup.file, draft);
  const database = openDatabaseFile(draft, { busyTimeoutMs });
  let saved: Saved;
  try {
    migrate(database, steps);
    saved = saveFrom(file, database);
  } finally {
    database.close();
  }

  const aside = freeName(file, now);
  try {
    // The damaged file keeps its name until the new one takes it, in one step: a crash in between must not leave a place
    // where the next window would make an empty database. Its log goes first, or SQLite would play it into the new file.
    keepUnder(file, aside);
    for (const end of ['-wal', '-shm']) if (existsSync(file + end)) renameSync(file + end, aside + end);
    publish(draft, file);
  } catch (cause) {
    rmSync(draft, { force: true });
    // Windows refuses to replace a file that another window has open.
    throw new StorageError('corrupt', 'The database file is damaged and could not be replaced. Close the other windows and reload this one.', { cause });
  }
  forgetOldDamaged(file);
  return { movedTo: path.basename(aside), backupOf: backup?.day, savedCalls: saved.calls, complete: saved.complete };
}

/** A second name for a file, or a copy on disks that have no such thing. */
function keepUnder(file: string, name: string): void {
  try {
    linkSync(file, name);
  } catch {
    copyFileSync(file, name);
  }
}

/** A name in order of time that nothing has yet: an earlier damaged file is never overwritten. */
function freeName(file: string, now: number): string {
  const name = `${file}.corrupt-${new Date(now).toISOString().replaceAll(/[-:.Z]/g, '')}`;
  return existsSync(name) ? freeName(file, now + 1) : name;
}

interface Saved {
  readonly calls: number;
  readonly complete: boolean;
}

/** Tables to save, parents first. Rows of a conversation may have changed since the backup, rows of the books never do. */
const savedTables = [
  { table: 'calls', order: 'seq', newer: false },
  { table: 'allowances', order: 'id', newer: false },
  { table: 'reservations', order: 'id', newer: false },
  { table: 'threads', order: 'rowid', newer: true },
  { table: 'messages', order: 'rowid', newer: true },
  { table: 'outcomes', order: 'seq', newer: false },
  { table: 'forgotten', order: 'id', newer: false },
  { table: 'experiments', order: 'id', newer: true },
  { table: 'experiment_pairs', order: 'rowid', newer: false },
  { table: 'trials', order: 'id', newer: true },
  { table: 'clients', order: 'id', newer: true },
] as const;

/**
 * Copies what a damaged file still gives. Each table is read from both ends, because reading stops at the first broken
 * page.
 */
function saveFrom(damaged: string, database: DatabaseSync): Saved {
  const before = count(database, 'calls');
  database.exec('PRAGMA foreign_keys = OFF');
  database.exec('BEGIN IMMEDIATE');
  let complete = true;
  try {
    // Writable, because reading what is still in the write-ahead log may need its recovery.
    const source = openDatabaseFile(damaged, { busyTimeoutMs });
    try {
      for (const saved of savedTables) {
        if (!copyRows(source, database, saved, 'ASC')) {
          complete = false;
          copyRows(source, database, saved, 'DESC');
        }
      }
    } finally {
      source.close();
    }
  } catch {
    complete = false;
  }
  // What the backup holds for several calls may have been given back since, and nobody would do it again. Calls that were to be paid from it pay for themselves.
  database.exec('DELETE FROM holds');
  // The backup may hold a call as reserved that the damaged file knows as settled.
  database.exec('DELETE FROM reservations WHERE id IN (SELECT id FROM calls)');
  database.exec(`INSERT INTO threads (id, title, created_at, updated_at, realm)
    SELECT thread_id, 'Recovered conversation', min(created_at), max(created_at), 'real' FROM messages WHERE thread_id NOT IN (SELECT id FROM threads) GROUP BY thread_id`);
  database.exec('COMMIT');
  return { calls: count(database, 'calls') - before, complete };
}

/** Whether the whole table could be read. A row that the schema refuses is damage as well, and left out. */
function copyRows(source: DatabaseSync, target: DatabaseSync, { table, order, newer }: (typeof savedTables)[number], direction: 'ASC' | 'DESC'): boolean {
  // What is in the index of the search stays as the target has it; its triggers see what is new.
  const columns = columnsOf(target, table).filter((column) => column !== 'seq' && columnsOf(source, table).includes(column));
  if (columns.length === 0) return false;
  const onConflict = newer ? `(id) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}` : 'DO NOTHING';
  const insert = target.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) ON CONFLICT ${onConflict}`);
  let whole = true;
  try {
    for (const row of source.prepare(`SELECT ${columns.join(', ')} FROM ${table} ORDER BY ${order} ${direction}`).iterate()) {
      try {
        insert.run(...columns.map((column): SQLInputValue => row[column] ?? null));
      } catch {
        whole = false;
      }
    }
    return whole;
  } catch {
    return false;
  }
}

function columnsOf(database: DatabaseSync, table: string): readonly string[] {
  try {
    return database
      .prepare('SELECT name FROM pragma_table_info(?)')
      .all(table)
      .map((row) => String(row['name']));
  } catch {
    return [];
  }
}

function count(database: DatabaseSync, table: string): number {
  const found = database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'];
  return typeof found === 'number' ? found : 0;
}

function isUsable(backup: Backup, steps: readonly string[]): boolean {
  try {
    const database = openDatabaseFile(backup.file, { busyTimeoutMs, readOnly: true });
    try {
      const version = versionOf(database);
      return version > 0 && version <= steps.length && isSound(database);
    } finally {
      database.close();
    }
  } catch {
    return false;
  }
}

function looksSound(file: string): boolean {
  try {
    const database = openDatabaseFile(file, { busyTimeoutMs });
    try {
      return isSound(database);
    } finally {
      database.close();
    }
  } catch (error) {
    // A lock, a full disk or missing rights are no damage: the file must stay.
    if (isDamaged(error)) return false;
    if (isBusy(error)) return true;
    throw error;
  }
}

/** One window restores, the others wait. Returns whether there was something to wait for. */
async function takeTurn(file: string): Promise<boolean> {
  const turn = turnOf(file);
  const until = performance.now() + waitForOtherMs;
  for (let waited = false; ; waited = true) {
    try {
      writeFileSync(turn, ownerId(), { flag: 'wx' });
      return waited;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    if (!restoreUnderWay(file)) rmSync(turn, { force: true });
    else if (performance.now() > until) throw new StorageError('locked', 'Another window is restoring the database.');
    else await sleep(50);
  }
}

function turnOf(file: string): string {
  return `${file}.restoring`;
}

function inodeOf(file: string): string | undefined {
  const ino = statSync(file, { bigint: true, throwIfNoEntry: false })?.ino;
  return ino === undefined ? undefined : String(ino);
}

function forgetOldDamaged(file: string): void {
  const folder = path.dirname(file);
  const marker = `${path.basename(file)}.corrupt-`;
  const damaged = readdirSync(folder).filter((name) => name.startsWith(marker) && !/-(wal|shm)$/.test(name));
  for (const old of damaged.toSorted().slice(0, -keptDamaged)) {
    for (const end of ['', '-wal', '-shm']) rmSync(path.join(folder, old + end), { force: true });
  }
}
