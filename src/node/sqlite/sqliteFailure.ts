import { StorageError } from '../../core/ports/ledgerStore';

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html) that need their own answer. */
const resultCode = { busy: 5, locked: 6, readonly: 8, ioError: 10, corrupt: 11, full: 13, cannotOpen: 14, protocol: 15, notADatabase: 26 } as const;

/** Extended codes that say more than their class. Growing the shared memory of the write-ahead log on a full disk is an I/O error to SQLite. */
const extendedCode = { ioErrorSharedMemorySize: 4874, ioErrorCorruptFileSystem: 8458, ioErrorSharedMemoryLock: 5130 } as const;

/** SQLite's result code of a thrown error, extended; undefined when it is not SQLite's. */
function sqliteCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : undefined;
}

/** Whether trying again soon may succeed: another process holds a lock. */
export function isBusy(error: unknown): boolean {
  if (error instanceof StorageError) return error.problem === 'locked';
  const code = sqliteCode(error);
  if (code === undefined) return false;
  const primary = code & 0xff;
  return primary === resultCode.busy || primary === resultCode.locked || primary === resultCode.protocol || code === extendedCode.ioErrorSharedMemoryLock;
}

/** Whether the file itself is damaged or is no database. */
export function isDamaged(error: unknown): boolean {
  if (error instanceof StorageError) return error.problem === 'corrupt';
  const code = sqliteCode(error);
  if (code === undefined) return false;
  const primary = code & 0xff;
  return primary === resultCode.corrupt || primary === resultCode.notADatabase || code === extendedCode.ioErrorCorruptFileSystem;
}

/** Whether nothing can be written now, while reading may well go on. */
export function isSaveRefused(error: unknown): boolean {
  const { problem } = storageError(error);
  return problem === 'full' || problem === 'readonly' || problem === 'locked';
}

/** SQLite's one code for a file that is missing, is a folder, or may not be touched. */
export function cannotOpen(error: unknown): boolean {
  return ((sqliteCode(error) ?? 0) & 0xff) === resultCode.cannotOpen;
}

/** Anything thrown below a store, as the one error that stores throw. The file's path stays out: it may name the person. */
export function storageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const code = sqliteCode(error);
  // Messages of the file system quote the path, its codes do not.
  const said = fileErrorCode(error) ?? 'unknown';
  const detail = code === undefined ? said : `${error instanceof Error ? error.message : said}, SQLite ${code}`;
  const as = (problem: StorageError['problem'], sentence: string): StorageError => new StorageError(problem, `${sentence} (${detail})`, { cause: error });
  if (isBusy(error)) return as('locked', 'The database is in use by another program.');
  if (isDamaged(error)) return as('corrupt', 'The database file is damaged.');
  if (code === extendedCode.ioErrorSharedMemorySize) return as('full', 'The disk is full.');
  switch (code === undefined ? fileErrorCode(error) : code & 0xff) {
    case resultCode.full:
    case 'ENOSPC':
    case 'EDQUOT':
      return as('full', 'The disk is full.');
    case resultCode.readonly:
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return as('readonly', 'The database cannot be written.');
    case resultCode.cannotOpen:
      return as('other', 'The database file cannot be opened.');
    case resultCode.ioError:
      return as('other', 'The disk reported an error.');
    default:
      return as('other', 'The database could not do its work.');
  }
}

function fileErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
