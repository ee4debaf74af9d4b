import type { Citation } from '../../core/model/ask';
import { listOf, objectOf, textOf } from './jsonValue';

/** Sources read of one list; more are looked at by nobody. */
const mostOfList = 50;
const longestUrl = 2000;
const longestTitle = 200;

/**
 * Sources as vendors write them: a bare address (Perplexity and xAI: `citations`), an object with `url` (Perplexity:
 * `search_results`; Anthropic), or one inside `url_citation` (OpenAI, OpenRouter: `annotations`). What is no web address
 * is left out.
 */
export function readCitations(...lists: readonly unknown[]): readonly Citation[] {
  return lists.flatMap((list) => listOf(list).slice(0, mostOfList)).flatMap((value) => {
    const source = objectOf(objectOf(value)?.['url_citation']) ?? objectOf(value);
    const written = textOf(value) ?? textOf(source?.['url']) ?? '';
    const url = URL.parse(written);
    // A name before the host is there to be taken for it.
    if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '' || url.href.length > longestUrl) return [];
    const title = textOf(source?.['title'])?.slice(0, longestTitle);
    return [{ url: isPlain(written) ? written : url.href, ...(title === undefined ? {} : { title }) }];
  });
}

/** Whether everybody reads the address as it is written: no letters that nobody sees, and none that are dropped or changed on the way. */
function isPlain(address: string): boolean {
  return address.length <= longestUrl && /^https?:\/\/[^\s\\\p{C}]+$/iu.test(address);
}
