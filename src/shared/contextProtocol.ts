import * as z from 'zod/mini';
import { longestImage } from './longestImage';

const id = z.string().check(z.maxLength(2_000));

/** What the page may ask about what goes with a question. Parsed on the host. */
export const contextRequest = z.discriminatedUnion('type', [
  /** What was typed after `@`; the answer is the field `completions` of the state. Undefined: it is no longer looked for. */
  z.strictObject({ type: z.literal('complete-context'), query: z.optional(z.string().check(z.maxLength(400))) }),
  /** One of the completions that are shown. A kind that needs more words to be chosen opens a list in the editor. */
  z.strictObject({ type: z.literal('add-context'), candidateId: id }),
  /** Dropped from the explorer or a tab of the editor: addresses, as text/uri-list has them. */
  z.strictObject({ type: z.literal('add-files'), uris: z.array(z.string().check(z.maxLength(8_000))).check(z.maxLength(200)) }),
  /** Pasted or dropped. The media type is what the page believes; what counts is how the bytes begin. */
  z.strictObject({ type: z.literal('add-image'), mediaType: z.string().check(z.maxLength(100)), base64: z.string().check(z.maxLength(longestImage)), name: z.optional(z.string().check(z.maxLength(300))) }),
  z.strictObject({ type: z.literal('remove-context'), itemId: id }),
  /** Reads it again; without an item, all that are stale. */
  z.strictObject({ type: z.literal('refresh-context'), itemId: z.optional(id) }),
  /** Shows in the editor where an item of the draft is from. */
  z.strictObject({ type: z.literal('open-context'), itemId: id }),
  /** Shows where something that went with a question is from: its place among the `context` of the message. */
  z.strictObject({ type: z.literal('open-sent-context'), messageId: id, place: z.int().check(z.minimum(0), z.maximum(10_000)) }),
  /** Leaves out what the proposal names. */
  z.strictObject({ type: z.literal('drop-proposed') }),
]);

export type ContextRequest = z.infer<typeof contextRequest>;

/** Something that goes with the draft. All figures are texts. */
export interface ContextItemView {
  readonly id: string;
  readonly kind: string;
  /** Name of a codicon. */
  readonly icon: string;
  readonly label: string;
  readonly detail: string;
  /** e.g. `≈1.2k tokens`; empty while it is read or cannot be. */
  readonly tokens: string;
  /** How much of the prompt it is, 0 to 1. */
  readonly share: number;
  /** What it adds to the price of asking, e.g. `$0.0004`; empty where it is not known. */
  readonly cost: string;
  /** `stale`: what stands there has changed, and it is read again before it is sent. `missing`: it is gone. `refused`: it does not go with the question; `note` says why. */
  readonly state: 'reading' | 'fresh' | 'stale' | 'missing' | 'refused';
  /** What is to be known of it, in a sentence; may be empty. */
  readonly note: string;
}

/** What fits what was typed after `@`. */
export interface CompletionsView {
  readonly query: string;
  readonly items: readonly CompletionView[];
  /** More fit than are shown. */
  readonly more: boolean;
  /** Files are still being listed or symbols asked for: more may come for the same query. */
  readonly searching: boolean;
}

export interface CompletionView {
  readonly id: string;
  readonly kind: string;
  readonly icon: string;
  readonly label: string;
  readonly detail: string;
  /** Which characters of the label fit: from and to (excluded), in UTF-16 units. */
  readonly matches: readonly (readonly [from: number, to: number])[];
}

/** What to do so that the question fits the models. Nothing is left out unless the person agrees. */
export interface ContextProposal {
  readonly sentence: string;
  /** Ids of the items. */
  readonly drop: readonly string[];
  /** e.g. `≈40k tokens`. */
  readonly saves: string;
  /** It fits without the conversation before it. */
  readonly newChat?: boolean;
  /** There are models that read more, to be chosen by name. */
  readonly longer?: boolean;
}

/** What went with a question that was sent. */
export interface SentContextView {
  readonly kind: string;
  readonly icon: string;
  readonly label: string;
  readonly detail: string;
  readonly tokens: string;
}
