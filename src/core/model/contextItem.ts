import type { Image } from './message';

export const contextKinds = ['file', 'folder', 'selection', 'symbol', 'problems', 'diff', 'terminal', 'openEditors', 'page', 'image', 'notebook'] as const;
export type ContextKind = (typeof contextKinds)[number];

/**
 * Something that goes with a question: where it is from, and what it held when it was read. It is kept with the message
 * as it was sent, so that a conversation says the same however the files change.
 */
export interface ContextItem {
  readonly id: string;
  readonly kind: ContextKind;
  /** For people, e.g. `app.ts:10-20`. */
  readonly label: string;
  /** More of it, e.g. the path in the workspace. */
  readonly detail?: string;
  /** Where it can be read again: the address of a file, or of a page of the web. Undefined: nowhere (an output of a terminal, a pasted image). */
  readonly source?: string;
  /** Lines of the source, from 0, both included. Undefined: all of it. */
  readonly lines?: { readonly from: number; readonly to: number };
  /** Language id, as the editor names it. */
  readonly language?: string;
  /** What the model reads. Empty for images. */
  readonly text: string;
  readonly image?: Image;
  /** What of a prompt it is, estimated when it was read. */
  readonly tokens?: number;
  /** When it was read, epoch milliseconds. */
  readonly readAt: number;
}
