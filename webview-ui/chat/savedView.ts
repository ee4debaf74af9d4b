import * as z from 'zod/mini';
import { workWish } from '../../src/shared/workProtocol';

/** What the page owns, kept by the editor for a page that is reloaded or shown again. */
const savedView = z.object({
  /** Of the tab this page is in; by it the host finds what it keeps. */
  tab: z.optional(z.string()),
  threadId: z.optional(z.string()),
  draft: z.string(),
  /** As `ChatState.draftTurn`. */
  draftTurn: z.optional(z.int()),
  /** Questions that were sent and not yet taken over by the host, by the ids of their requests. */
  sending: z.optional(z.array(z.object({ id: z.number(), text: z.string(), work: z.optional(workWish) }))),
  /** True: follow the newest text. Otherwise the first message seen and how far its top is above the upper edge, in pixels. */
  following: z.boolean(),
  anchor: z.optional(z.object({ messageId: z.string(), above: z.number() })),
  /** Keys of what is unfolded. */
  unfolded: z.array(z.string()),
  historyOpen: z.boolean(),
  /** How the next question of a chat is asked, and what was chosen before; a chat that is not begun is `new`. */
  works: z.optional(z.record(z.string(), z.object({ wish: z.optional(workWish), past: z.optional(z.array(workWish)) }))),
  /** A question that is being changed in its place. */
  edited: z.optional(z.object({ messageId: z.string(), text: z.string() })),
  /** Small pictures of what was pasted into the question, as data addresses, by the label of their item. */
  pictures: z.optional(z.record(z.string(), z.string().check(z.startsWith('data:image/')))),
});

export type SavedView = z.infer<typeof savedView>;

/** Keeps these fields anew; undefined forgets one. */
export type Save = (change: { readonly [K in keyof SavedView]?: SavedView[K] | undefined }) => void;

export const freshView: SavedView = { draft: '', following: true, unfolded: [], historyOpen: false };

/** The stored view, or a fresh one when there is none or it is of another version. */
export function readSavedView(stored: unknown): SavedView {
  const parsed = savedView.safeParse(stored);
  return parsed.success ? parsed.data : freshView;
}

/** The newest few: they belong to the question being written and are of no use after it. */
export function withPicture(pictures: SavedView['pictures'], label: string, small: string): SavedView['pictures'] {
  return Object.fromEntries([...Object.entries(pictures ?? {}).filter(([name]) => name !== label), [label, small] as const].slice(-mostPictures));
}

const mostPictures = 12;
