import * as z from 'zod/mini';
import { workWish } from '../../src/shared/workProtocol';

/** What the page owns, with what it is a page of: the editor keeps it over reloads, and gives it to the host with the tab. */
const savedPage = z.object({
  threadId: z.optional(z.string()),
  messageId: z.optional(z.string()),
  again: z.optional(z.string()),
  /** A question that is not asked yet. */
  draft: z.optional(z.string()),
  wish: z.optional(workWish),
  /** The two columns whose differences are shown, by their ids; undefined: side by side. */
  pair: z.optional(z.tuple([z.string(), z.string()])),
  /** The column that is shown where there is room for one. */
  front: z.optional(z.string()),
  unfolded: z.optional(z.array(z.string())),
});

export type SavedPage = { -readonly [K in keyof z.infer<typeof savedPage>]?: z.infer<typeof savedPage>[K] | undefined };

/** The stored page, or a fresh one when there is none or it is of another version. */
export function readSavedPage(stored: unknown): SavedPage {
  const parsed = savedPage.safeParse(stored);
  return parsed.success ? parsed.data : {};
}
