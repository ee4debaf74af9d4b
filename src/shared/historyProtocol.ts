import * as z from 'zod/mini';

/** A conversation in the list. */
export interface ThreadView {
  readonly id: string;
  readonly title: string;
  /** e.g. `2 h ago`. */
  readonly when: string;
  /** Where it stands in the list; the archived at its end. */
  readonly group: ThreadGroup;
  readonly demo: boolean;
  readonly running: boolean;
}

export type ThreadGroup = 'pinned' | 'today' | 'yesterday' | 'earlier' | 'archived';

/** What is known of the list besides the rows that are shown. */
export interface HistoryView {
  /** The list could not be read: what is shown is what was known before, if anything. */
  readonly unread?: boolean;
  /** There are older ones. */
  readonly more: boolean;
  /** Whether there are archived ones, and whether they are shown, which are then alone. */
  readonly archived: 'none' | 'folded' | 'unfolded';
  readonly moreArchived: boolean;
}

/** What was found, and for which words. */
export interface SearchView {
  readonly query: string;
  readonly hits: readonly HitView[];
  readonly more: boolean;
  /** Part of the conversations cannot be found yet: their index is being made. */
  readonly unfinished: boolean;
}

export interface HitView {
  readonly threadId: string;
  readonly title: string;
  readonly when: string;
  readonly archived: boolean;
  /** Undefined: in the title. */
  readonly messageId?: string;
  readonly role?: 'user' | 'assistant';
  /** A line of what was found, what matched marked. Untrusted. */
  readonly pieces: readonly { readonly text: string; readonly marked: boolean }[];
}

const id = z.string().check(z.maxLength(200));

/** What the page may ask about the conversations themselves. Parsed on the host. */
export const historyRequest = z.discriminatedUnion('type', [
  /** The list from its beginning, without a search: it was opened or closed. */
  z.strictObject({ type: z.literal('list') }),
  z.strictObject({ type: z.literal('more'), of: z.enum(['list', 'archived', 'hits']) }),
  z.strictObject({ type: z.literal('unfold-archived'), unfolded: z.boolean() }),
  /** Without a word in it, the search ends. */
  z.strictObject({ type: z.literal('search'), query: z.string().check(z.maxLength(500)) }),
  z.strictObject({ type: z.literal('rename-thread'), threadId: id, title: z.string().check(z.maxLength(500)) }),
  z.strictObject({ type: z.literal('pin-thread'), threadId: id, pinned: z.boolean() }),
  z.strictObject({ type: z.literal('archive-thread'), threadId: id, archived: z.boolean() }),
  /** Asks for the form and the place of the file. */
  z.strictObject({ type: z.literal('export-thread'), threadId: id }),
  /** Without an id: the one that is shown, or a new one. */
  z.strictObject({ type: z.literal('open-in-editor'), threadId: z.optional(id) }),
  /** A new conversation with the messages up to this one. */
  z.strictObject({ type: z.literal('fork'), messageId: id }),
  /** Asks a question in other words; what stood there is kept as an archived conversation. */
  z.strictObject({ type: z.literal('edit'), messageId: id, text: z.string().check(z.maxLength(4_000_000)) }),
  /** Asks the question of this answer anew in its place; what followed is kept in the same way. */
  z.strictObject({ type: z.literal('regenerate'), messageId: id }),
]);

export type HistoryRequest = z.infer<typeof historyRequest>;
