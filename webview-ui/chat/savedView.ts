import * as z from 'zod/mini';

/** What the page owns, kept by the editor for a page that is reloaded or shown again. */
const savedView = z.object({
  threadId: z.optional(z.string()),
  draft: z.string(),
  /** A question that was sent and not yet taken over by the host. */
  sending: z.optional(z.string()),
  /** True: follow the newest text. Otherwise the first message seen and how far its top is above the upper edge, in pixels. */
  following: z.boolean(),
  anchor: z.optional(z.object({ messageId: z.string(), above: z.number() })),
  /** Keys of what is unfolded. */
  unfolded: z.array(z.string()),
  historyOpen: z.boolean(),
});

export type SavedView = z.infer<typeof savedView>;

export const freshView: SavedView = { draft: '', following: true, unfolded: [], historyOpen: false };

/** The stored view, or a fresh one when there is none or it is of another version. */
export function readSavedView(stored: unknown): SavedView {
  const parsed = savedView.safeParse(stored);
  return parsed.success ? parsed.data : freshView;
}
