import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { StorageError } from '../../core/ports/ledgerStore';
import { quoted } from './databaseFile';

/** A copy of a whole database. `day` is the local day it was made on, YYYY-MM-DD. */
export interface Backup {
  readonly file: string;
  readonly day: string;
}

const keptBackups = 7;

/** Backups of a database file, the newest first. */
export function backupsOf(file: string): readonly Backup[] {
  const { folder, name } = placeOf(file);
  return names(folder)
    .flatMap((entry) => {
      const day = entry.startsWith(`${name}-`) ? /^(\d{4}-\d{2}-\d{2})(-before-\d+)?\.db$/.exec(entry.slice(name.length + 1))?.[1] : undefined;
      return day === undefined ? [] : [{ file: path.join(folder, entry), day }];
    })
    .toSorted((one, other) => (one.file < other.file ? 1 : -1));
}

/** Whether this local day (of `now`, epoch milliseconds) has no backup yet. */
export function backupDue(file: string, now: number): boolean {
  const today = dayOf(now);
  return !backupsOf(file).some((backup) => backup.day === today);
}

/**
 * Checks the database and copies it, in a worker thread: neither stops this one, nor other windows (readers do not
 * block writers in WAL). The copy appears under its name only when it is whole and on the disk. Of the copies the
 * seven newest are kept: not those of seven days, or a holiday would delete them all.
 *
 * `VACUUM INTO` and not the online backup of `node:sqlite`, which starts again at every commit of another window.
 * @throws {StorageError} `corrupt` when the database is damaged; nothing is copied or deleted then
 */
export async function backUp(file: string, now: number): Promise<void> {
  const { folder, name } = placeOf(file);
  mkdirSync(folder, { recursive: true });
  const draft = path.join(folder, `${name}.${process.pid}.new`);
  try {
    rmSync(draft, { force: true });
    await check(file, draft);
    publish(draft, path.join(folder, `${name}-${dayOf(now)}.db`));
  } finally {
    rmSync(draft, { force: true });
  }
  for (const old of backupsOf(file).slice(keptBackups)) rmSync(old.file, { force: true });
  for (const name of names(folder)) if (name.endsWith('.new') && isLeft(path.join(folder, name), now)) rmSync(path.join(folder, name), { force: true });
}

/** Whether a draft is older than any copying takes: its window ended before it was done. */
function isLeft(draft: string, now: number): boolean {
  return now - (statSync(draft, { throwIfNoEntry: false })?.mtimeMs ?? now) > 3_600_000;
}

/** A copy before the schema changes. Stops this thread, once per schema version. */
export function backUpBeforeUpgrade(database: DatabaseSync, file: string, version: number, now: number): void {
  const { folder, name } = placeOf(file);
  mkdirSync(folder, { recursive: true });
  const draft = path.join(folder, `${name}.${process.pid}.upgrade.new`);
  rmSync(draft, { force: true });
  database.exec(`VACUUM INTO ${quoted(draft)}`);
  publish(draft, path.join(folder, `${name}-${dayOf(now)}-before-${version + 1}.db`));
}

/** Local calendar day. */
function dayOf(now: number): string {
  const date = new Date(now);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/**
 * Gives a finished copy its name. SQLite does not wait for the disk when it vacuums into a file, so this does. Like the
 * database, which holds what people ask, it is for its owner only.
 */
export function publish(draft: string, file: string): void {
  chmodSync(draft, 0o600);
  const handle = openSync(draft, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(draft, file);
}

function placeOf(file: string): { readonly folder: string; readonly name: string } {
  return { folder: path.join(path.dirname(file), 'backups'), name: path.basename(file, '.db') };
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What the worker runs. As text, because an extension is one bundled file and a worker needs its own entry. */
const workerSource = `
const { parentPort, workerData } = require('node:worker_threads');
const { DatabaseSync } = require('node:sqlite');
let said = 'ok';
try {
  const database = new DatabaseSync(workerData.file, { readOnly: true, timeout: 1000 });
  try {
    const found = database.prepare('PRAGMA quick_check(1)').get();
    if (found.quick_check !== 'ok') said = 'damaged';
    else if (workerData.copy) database.exec(workerData.copy);
  } finally {
    database.close();
  }
} catch (error) {
  const code = (error.errcode ?? 0) & 0xff;
  said = code === 11 || code === 26 ? 'damaged' : code === 13 ? 'full' : String(error.message);
}
parentPort.postMessage(said);
`;

/**
 * Checks a database in a worker thread and copies it to `copy`, if given, which must not exist.
 * @throws {StorageError} `corrupt` when it is damaged, `full` without room for the copy, `other` when it could not be done
 */
export async function check(file: string, copy?: string): Promise<void> {
  const said = await new Promise<unknown>((resolve, reject) => {
    const worker = new Worker(workerSource, { eval: true, execArgv: [], workerData: { file, copy: copy === undefined ? undefined : `VACUUM INTO ${quoted(copy)}` } });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the worker ended')));
  }).catch((cause: unknown) => Promise.reject(new StorageError('other', 'The database could not be checked.', { cause })));
  if (said === 'damaged') throw new StorageError('corrupt', 'The database file is damaged.');
  if (said === 'full') throw new StorageError('full', 'The disk is too full for a backup.');
  if (said !== 'ok') throw new StorageError('other', `The database could not be copied (${String(said)}).`);
}
