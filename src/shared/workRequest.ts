import * as z from 'zod/mini';
import { workWish } from './workProtocol';

const id = z.string().check(z.maxLength(200));

/** What the page may ask about several models on one question. Parsed on the host. */
export const workRequest = z.discriminatedUnion('type', [
  /** What the draft would cost, asked so; without a wish the forecast goes. */
  z.strictObject({ type: z.literal('forecast'), text: z.string().check(z.maxLength(4_000_000)), wish: z.optional(workWish) }),
  /** The models that can be chosen are wanted. */
  z.strictObject({ type: z.literal('arms') }),
  z.strictObject({ type: z.literal('take-step'), messageId: id, stepId: id }),
  /** A step was unfolded: its text is shown from now on, also as it grows. */
  z.strictObject({ type: z.literal('show-step'), messageId: id, stepId: id }),
  z.strictObject({ type: z.literal('hide-step'), messageId: id, stepId: id }),
  z.strictObject({ type: z.literal('open-comparison'), messageId: id }),
  /** The question of this answer, to be asked of other models. */
  z.strictObject({ type: z.literal('compare-with-others'), messageId: id }),
]);

export type WorkRequest = z.infer<typeof workRequest>;
