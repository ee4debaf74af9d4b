/** A row of data as read, and a row of results as written. */
export type EvalRow = Readonly<Record<string, unknown>>;

/**
 * One kind of `npm run eval`. A file of this folder is a kind, named as the file, and exports `evaluation`. What a kind
 * does is in docs/evals.md.
 */
export interface Evaluation {
  /** Where rows are when no file is named: paths from the repository, of which the first that is there is taken. */
  readonly inputs: readonly string[];
  /** What the figure should be, for the table. */
  readonly target: string;
  open(options: EvalOptions): Promise<EvalRun>;
}

export interface EvalOptions {
  /** What was given as `--name value`, by name. */
  readonly flags: Readonly<Record<string, string>>;
}

export interface EvalRun {
  /** How many rows may be under way at once. Default 1. */
  readonly atOnce?: number;
  /** True for a row that must not share the machine with another, because its time or memory is looked at. */
  readonly alone?: (row: EvalRow) => boolean;
  /** True for a result that is not trusted beside other rows: a busy machine has its own delays. The row is done again, alone. */
  readonly again?: (result: EvalRow) => boolean;
  /** What the product makes of one row, `id` included. What it throws becomes the `error` of the row. */
  row(row: EvalRow): Promise<EvalRow>;
  /** The figure for the table, and what else belongs into the summary. Only here may expected answers be read. */
  sum(done: readonly EvalDone[]): { readonly figure: string } & EvalRow;
  close?(): Promise<void>;
}

export interface EvalDone {
  readonly row: EvalRow;
  readonly result: EvalRow;
}

/** A run that is impossible as asked for, told to the person in one sentence; known by its name. */
export class CannotRun extends Error {
  override readonly name = 'CannotRun';
}

/** A field that a row must have, as text. Throws a sentence without it. */
export function textField(row: EvalRow, name: string): string {
  const value = row[name];
  if (typeof value !== 'string') throw new Error(`the field ${name} is not a text`);
  return value;
}
