import type { DatabaseSync } from 'node:sqlite';

/** Loaded here and not at the top of a file: a window that never asks should not pay for SQLite. */
export function openDatabaseFile(file: string, options: { readonly busyTimeoutMs: number; readonly readOnly?: boolean }): DatabaseSync {
  const { DatabaseSync: Database } = process.getBuiltinModule('node:sqlite');
  return new Database(file, { timeout: options.busyTimeoutMs, readOnly: options.readOnly ?? false });
}

/**
 * Whether SQLite finds the file whole: pages, order and constraints, without comparing every index entry (quick_check).
 * Reads everything: about 2 ms per megabyte from the cache.
 */
export function isSound(database: DatabaseSync): boolean {
  return database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'] === 'ok';
}

/** A path as an SQL text, for the one statement that cannot take it as a parameter everywhere. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
