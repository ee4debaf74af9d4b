import type { SQLOutputValue } from 'node:sqlite';
import { StorageError } from '../../core/ports/ledgerStore';

/** A row as node:sqlite gives it: no prototype, columns by name. */
export type Row = Record<string, SQLOutputValue>;

/** Reads columns of a row and refuses what the schema cannot have written. */
export function text(row: Row, column: string): string {
  const value = row[column];
  return typeof value === 'string' ? value : wrong(column, value);
}

export function optionalText(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column);
}

export function integer(row: Row, column: string): number {
  const value = row[column];
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : wrong(column, value);
}

export function real(row: Row, column: string): number {
  const value = row[column];
  return typeof value === 'number' && Number.isFinite(value) ? value : wrong(column, value);
}

export function optionalInteger(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : integer(row, column);
}

export function flag(row: Row, column: string): boolean {
  return integer(row, column) !== 0;
}

/** One of a closed set of words. An unknown one is no damage: a newer Farthing in another window may write more of them. */
export function word<const Word extends string>(row: Row, column: string, words: readonly Word[]): Word {
  const value = text(row, column);
  const known = words.find((one) => one === value);
  if (known === undefined) throw new StorageError('other', `The database holds an unknown word in "${column}". A newer version of Farthing may have written it; reload this window.`);
  return known;
}

/** The same where the row says enough without it: an unknown word is taken for `otherwise`. */
export function wordOr<const Word extends string>(row: Row, column: string, words: readonly Word[], otherwise: Word): Word {
  const value = text(row, column);
  return words.find((one) => one === value) ?? otherwise;
}

/** What a column of JSON holds; undefined where it is none. */
export function json(row: Row, column: string): unknown {
  const value = optionalText(row, column);
  try {
    return value === undefined ? undefined : JSON.parse(value);
  } catch {
    return undefined;
  }
}

function wrong(column: string, value: unknown): never {
  throw new StorageError('corrupt', `The database holds ${value === undefined ? 'no' : 'an impossible'} value in "${column}".`);
}
