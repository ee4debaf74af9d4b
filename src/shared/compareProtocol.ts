import * as z from 'zod/mini';
import { type ArmChoice, type ForecastView, workWish } from './workProtocol';

const id = z.string().check(z.maxLength(200));
const longText = z.string().check(z.maxLength(4_000_000));

/** A stored comparison; or a conversation to ask in, and an answer of it whose question is asked of others, or a question to begin with. */
export const savedComparison = z.object({ threadId: z.optional(id), messageId: z.optional(id), again: z.optional(id), question: z.optional(longText) });
export type SavedComparison = z.infer<typeof savedComparison>;

/**
 * What the host and the page of a comparison say to each other: the protocol of the chat (protocol.ts) with a state of its
 * own. The page shows a stored message; closing or reloading it changes nothing about that.
 */
export interface CompareState {
  /** What it is a page of; the editor keeps it, so that the tab comes back with the window. */
  readonly place: SavedComparison;
  readonly comparison: ComparisonView;
  /** Texts of the columns by their ids. Untrusted. */
  readonly texts: Readonly<Record<string, string>>;
  /** What asking would cost, while a question is written here. */
  readonly forecast?: ForecastView | undefined;
  /** The models to choose from, once they were asked for. */
  readonly arms?: readonly ArmChoice[] | undefined;
}

export type ComparisonView =
  /** A question can be written. */
  | { readonly phase: 'asking'; readonly question: string; /** Why nothing can be asked now. */ readonly blocked?: string; readonly about: string }
  /** Its conversation was deleted. */
  | { readonly phase: 'gone'; readonly sentence: string }
  | Shown;

interface Shown {
  readonly phase: 'running' | 'ended';
  readonly question: string;
  readonly columns: readonly ColumnView[];
  /** Names, prices and times are not told before the vote. */
  readonly hidden: boolean;
  /** What it cost so far, and what was told before. */
  readonly total: string;
  readonly predicted: string;
  /** How much of what was told as the most is spent, from 0 to 1 and more; undefined where a price is not known. */
  readonly spent?: number;
  /** Why it ended; what is under way. */
  readonly sentence: string;
  readonly failure?: { readonly sentence: string; readonly actions: readonly { readonly id: string; readonly label: string }[] };
  /** What came of the vote, or how to get to the names. */
  readonly vote: string;
  readonly mayVote: boolean;
  readonly votedSame: boolean;
  readonly demo: boolean;
}

export interface ColumnView {
  readonly id: string;
  /** `A`, `B`, …: its place. */
  readonly letter: string;
  /** Missing while the names are hidden. */
  readonly model?: string;
  readonly provider?: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'skipped';
  readonly stateText: string;
  /** Cost, tokens, time to the first word and in all, as far as they are known and told. */
  readonly facts: readonly { readonly name: string; readonly text: string; readonly title: string }[];
  readonly failure?: string;
  readonly voted: boolean;
  readonly kept: boolean;
  readonly mayVote: boolean;
  readonly mayKeep: boolean;
  readonly mayStop: boolean;
  readonly mayRetry: boolean;
}

export type CompareDelta =
  | { readonly type: 'state'; readonly state: Partial<CompareState> }
  /** `at` is the length of the text before: a delta that does not fit is a gap. */
  | { readonly type: 'appended'; readonly column: string; readonly at: number; readonly text: string };

/** Parsed on the host: the page is hostile ground. */
const compareRequest = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('snapshot') }),
  z.strictObject({ type: z.literal('forecast'), text: longText, wish: z.optional(workWish) }),
  z.strictObject({ type: z.literal('arms') }),
  z.strictObject({ type: z.literal('ask'), text: longText, wish: workWish }),
  /** Without a column: all of it. */
  z.strictObject({ type: z.literal('stop'), column: z.optional(id) }),
  z.strictObject({ type: z.literal('retry'), column: id }),
  z.strictObject({ type: z.literal('vote'), column: z.optional(id) }),
  z.strictObject({ type: z.literal('keep'), column: id }),
  z.strictObject({ type: z.literal('show-chat') }),
  /** A button of the failure. */
  z.strictObject({ type: z.literal('action'), action: id }),
  z.strictObject({ type: z.literal('copy'), text: longText }),
  z.strictObject({ type: z.literal('insert'), messageId: id, text: longText }),
  z.strictObject({ type: z.literal('open-link'), url: z.string().check(z.maxLength(8000)) }),
]);

export type CompareRequest = z.infer<typeof compareRequest>;

export const fromComparePage = z.strictObject({ id: z.number(), request: compareRequest });

export type ToComparePage = { readonly type: 'snapshot'; readonly sequence: number; readonly state: CompareState } | { readonly type: 'delta'; readonly sequence: number; readonly delta: CompareDelta };
