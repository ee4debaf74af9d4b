import { mkdirSync } from 'node:fs';
import * as path from 'node:path';
import type { Books, OpenBooks } from '../core/ports/books';
import { StorageError } from '../core/ports/ledgerStore';
import type { Log } from '../core/ports/log';
import { openDatabase } from './sqlite/database';

/**
 * Opens the books of this machine, which every window shares.
 * @throws {StorageError} when they cannot be used
 */
export async function openBooks(folder: string, log: Log, ...[onRestored]: Parameters<OpenBooks>): Promise<Books> {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new StorageError('readonly', `the folder ${folder} cannot be made`, { cause: error });
  }
  const database = await openDatabase(path.join(folder, 'farthing.db'), { onRestored, onProblem: (problem) => log.error('upkeep of the database failed', problem) });
  database.startUpkeep();
  return { ...database, close: async () => database.close() };
}
