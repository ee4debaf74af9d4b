/** An `@` being written, with what follows it up to the caret. Places are of UTF-16 units of the text. */
export interface Mention {
  readonly from: number;
  readonly to: number;
  readonly query: string;
}

/** Longer than this it is no search for a name; an address of the web may be long. */
const longestQuery = 400;

/**
 * The `@` that the caret stands behind, if any: at the beginning or after a space, a bracket or a quotation mark, so that an
 * address of mail is none; up to the next space.
 */
export function mentionAt(text: string, caret: number): Mention | undefined {
  const before = text.slice(Math.max(0, caret - longestQuery - 2), caret);
  const found = /(?:^|[\s([{"'`<])@(\S*)$/u.exec(before);
  const query = found?.[1];
  if (query === undefined || query.length > longestQuery) return undefined;
  return { from: caret - query.length - 1, to: caret, query };
}

/** What is to be deleted when the mention has done its work: of the spaces around it one stays. */
export function rangeOf(text: string, { from, to }: Mention): { readonly from: number; readonly to: number } {
  const spaceBefore = from === 0 || /\s/u.test(text.charAt(from - 1));
  return { from, to: spaceBefore && text.charAt(to) === ' ' ? to + 1 : to };
}
