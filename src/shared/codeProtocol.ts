import * as z from 'zod/mini';

const id = z.string().check(z.maxLength(200));

/** What the page may ask about the code of answers. Parsed on the host, which also looks whether the text is of that answer. */
export const codeRequest = z.discriminatedUnion('type', [
  /** Shows what a block would change. `choose`: the person says in which file. */
  z.strictObject({ type: z.literal('apply-code'), messageId: id, text: z.string().check(z.maxLength(4_000_000)), choose: z.optional(z.boolean()) }),
  /** Puts a command into the line of a terminal, and does not run it. */
  z.strictObject({ type: z.literal('to-terminal'), messageId: id, text: z.string().check(z.maxLength(20_000)) }),
  /** Shows what all blocks that name a file would change. */
  z.strictObject({ type: z.literal('apply-all'), messageId: id }),
  /** What is shown is right; or it is not; or it belongs elsewhere. */
  z.strictObject({ type: z.literal('accept-proposal'), messageId: id }),
  z.strictObject({ type: z.literal('discard-proposal'), messageId: id }),
  z.strictObject({ type: z.literal('place-elsewhere'), messageId: id }),
  z.strictObject({ type: z.literal('show-proposal'), messageId: id }),
  z.strictObject({ type: z.literal('undo-edits'), messageId: id }),
  z.strictObject({ type: z.literal('redo-edits'), messageId: id }),
  /** Opens a changed file, by its place in the list. */
  z.strictObject({ type: z.literal('open-edited'), messageId: id, index: z.number() }),
  /** Shows all that the answer changed. */
  z.strictObject({ type: z.literal('show-edits'), messageId: id }),
]);

export type CodeRequest = z.infer<typeof codeRequest>;

/** What became, or may become, of the code of an answer. */
export interface EditsView {
  /** The file that each block names, by `blockKey`. */
  readonly targets: Readonly<Record<string, string>>;
  /** How many files all blocks together name; 0 when that is less than two. */
  readonly all: number;
  /** What is shown for agreement. */
  readonly proposed?: FilesView & { readonly note?: string; readonly canPlace: boolean };
  /** What was changed. */
  readonly changed?: FilesView & { readonly undone: boolean };
}

export interface FilesView {
  readonly files: readonly { readonly label: string; readonly added: number; readonly removed: number; readonly created: boolean }[];
  readonly added: number;
  readonly removed: number;
}
