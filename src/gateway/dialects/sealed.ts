import * as z from 'zod/mini';
import type { ReasoningPart } from '../../core/model/message';

/**
 * Sealed reasoning on its way through a client. It means something only at the place it is from, which no protocol has a
 * field for, so both travel as one text: standard base64, because some clients hold such a field as bytes, of JSON. The
 * first entry tells ours from what a client got from a vendor itself.
 */
const wrapped = z.tuple([z.literal('farthing/1'), z.string().check(z.minLength(1)), z.string(), z.optional(z.string())]);

/** How every one begins, in either alphabet: what does not is not looked at further, however long it is. */
const beginning = Buffer.from('["farthing/1').toString('base64');

/** `text` undefined: the protocol has a field for what was shown, and it comes back in it. */
export function wrapSealed({ place, sealed, text }: Pick<ReasoningPart, 'place' | 'sealed'> & { readonly text?: string }): string {
  return Buffer.from(JSON.stringify(['farthing/1', place, sealed, ...(text === undefined ? [] : [text])])).toString('base64');
}

/**
 * What was wrapped, from a client that could have put anything there: undefined where it is not ours. `shown` is the text
 * where none was wrapped.
 */
export function unwrapSealed(data: string, shown = ''): ReasoningPart | undefined {
  if (!data.startsWith(beginning)) return undefined;
  try {
    // Both alphabets are read: clients that keep bytes write the other.
    const parsed = wrapped.safeParse(JSON.parse(Buffer.from(data, 'base64').toString('utf8')));
    if (!parsed.success) return undefined;
    const [, place, sealed, text] = parsed.data;
    return { place, sealed, text: text ?? shown };
  } catch {
    return undefined;
  }
}
