import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Database, type DatabaseOptions, openDatabase } from '../../src/node/sqlite/database';

interface BooksInFolder {
  readonly file: string;
  /** Owners whose processes are gone; all others live. */
  readonly dead: Set<string>;
  /** Opens a window on them. */
  readonly open: (options?: DatabaseOptions) => Promise<Database>;
  /** Closes all windows, and removes the folder. */
  readonly close: () => void;
}

/** The real books, in a folder of their own. */
export function booksInFolder(): BooksInFolder {
  const folder = mkdtempSync(path.join(tmpdir(), 'farthing-books-'));
  const file = path.join(folder, 'farthing.db');
  const dead = new Set<string>();
  const opened: Database[] = [];
  return {
    file,
    dead,
    async open(options) {
      const database = await openDatabase(file, { liveness: (owner) => (dead.has(owner) ? 'dead' : 'alive'), ...options });
      opened.push(database);
      return database;
    },
    close() {
      for (const database of opened) database.close();
      rmSync(folder, { recursive: true, maxRetries: 5 });
    },
  };
}
