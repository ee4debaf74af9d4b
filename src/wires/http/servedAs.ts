import { textOf } from './jsonValue';

/** Words for being served as everybody is: at the usual price. */
const usual: ReadonlySet<string> = new Set(['default', 'standard', 'auto', 'on_demand', 'standard_only', 'global', 'not_available', 'unspecified', 'on-demand']);

/**
 * What a reply says of how it was served, as `Usage.served` has it: only what has a price of its own. Empty for what is
 * missing, of another type, or as usual.
 */
export function servedAs(...words: readonly unknown[]): { readonly served?: readonly string[] } {
  const served = words.flatMap((word) => textOf(word)?.trim().toLowerCase() ?? []).filter((word) => word.length <= longestWord && !usual.has(word));
  return served.length === 0 ? {} : { served: [...new Set(served)] };
}

/** Longer than any; a longer one is a fault and would be kept in the books. */
const longestWord = 40;
