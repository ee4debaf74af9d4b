import { textOf } from './jsonValue';

/** Words for being served as everybody is: at the usual price. */
const usual: ReadonlySet<string> = new Set(['default', 'standard', 'auto', 'on_demand', 'standard_only', 'global', 'not_available', 'unspecified', 'on-demand']);

/**
 * What a reply says of how it was served, as `Usage.served` has it: only what has a price of its own. Empty for what is
 * missing, no word, or as usual.
 */
export function servedAs(...words: readonly unknown[]): { readonly served?: readonly string[] } {
  const served = words.flatMap((word) => textOf(word)?.trim().toLowerCase() ?? []).filter((word) => isWord.test(word) && !usual.has(word));
  return served.length === 0 ? {} : { served: [...new Set(served)] };
}

/** Anything else is a fault, and would be kept in the books. */
const isWord = /^[a-z0-9_-]{1,40}$/;
