import { existsSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A call as it stands in the books; amounts in nano-dollars. */
export interface LedgerRow {
  readonly outcome: string;
  readonly failure: string | null;
  readonly purpose: string;
  readonly request: string | null;
  readonly provider: string;
  readonly input: number;
  readonly cached: number;
  readonly written: number;
  readonly output: number;
  readonly reasoning: number;
  readonly estimated: boolean;
  readonly amount: number | null;
  readonly source: string;
}

/** Read past the product, from the file itself. */
export function ledgerRows(folder: string): readonly LedgerRow[] {
  const file = path.join(folder, 'farthing.db');
  if (!existsSync(file)) return [];
  const database = new DatabaseSync(file, { readOnly: true, timeout: 1000 });
  try {
    return database
      .prepare('SELECT * FROM calls ORDER BY seq')
      .all()
      .map((row) => ({
        outcome: String(row['outcome']),
        failure: row['failure'] === null ? null : String(row['failure']),
        purpose: String(row['purpose']),
        request: typeof row['request_id'] === 'string' ? row['request_id'] : typeof row['thread_id'] === 'string' ? row['thread_id'] : null,
        provider: String(row['provider']),
        input: Number(row['input_tokens']),
        cached: Number(row['cached_input_tokens']),
        written: Number(row['cache_write_tokens']),
        output: Number(row['output_tokens']),
        reasoning: Number(row['reasoning_tokens']),
        estimated: row['usage_estimated'] === 1,
        amount: row['amount'] === null ? null : Number(row['amount']),
        source: String(row['price_source']),
      }));
  } finally {
    database.close();
  }
}

/** Rows that stand for something that may have been billed; a refused request is in the books as well, at nothing. */
export function billable(rows: readonly LedgerRow[]): readonly LedgerRow[] {
  return rows.filter(({ amount, input, output }) => input + output > 0 || amount === null || amount > 0);
}
