import { setImmediate } from 'node:timers/promises';
import type { SearchHit, SearchPage } from '../../core/ports/threadStore';
import type { Connection } from './connection';
import { integer, type Row, text, word } from './row';
import { type SearchTerm, snippets } from './searchWords';
import { readThread } from './threadRow';

/** So many rows are read in one go: a few milliseconds, after which the window can do other work. */
const rowsAtOnce = 2_000;

/** Whether a page of hits came from here: its next one does as well. */
export function isPlainPlace(next: string | undefined): boolean {
  return placePattern.test(next ?? '');
}

/**
 * Search without an index, for where none can be made: reads all titles and messages from the latest written on, and
 * takes time in proportion to them. The words of a term in their order, anywhere in the text; case is told apart
 * outside of ASCII, accents everywhere.
 * @param next of the page before, which came from here too
 */
export async function plainSearch(connection: Connection, terms: readonly SearchTerm[], limit: number, next?: string): Promise<SearchPage> {
  // Words are letters and numbers: none of them means anything to LIKE.
  const patterns = JSON.stringify(terms.map(({ words }) => `%${words.join('%')}%`));
  const snippetOf = snippets(terms);
  const found: { readonly hit: SearchHit; readonly place: string }[] = [];
  const [, kind, row] = placePattern.exec(next ?? '') ?? [];

  const collect = async (rows: 'threads' | 'messages', before: number, hitOf: (row: Row) => SearchHit | undefined): Promise<void> => {
    for (let to = before; to > 0 && found.length <= limit; to -= rowsAtOnce) {
      await connection.read(() => {
        for (const one of connection.statement(matching[rows]).iterate(to, to - rowsAtOnce, patterns)) {
          const hit = hitOf(one);
          if (hit) found.push({ hit, place: `${rows === 'threads' ? 'T' : 'M'}${integer(one, 'place')}` });
          if (found.length > limit) break;
        }
      });
      await setImmediate();
    }
  };
  const behindLast = (rows: 'threads' | 'messages'): Promise<number> => connection.read(() => Number(connection.statement(`SELECT max(rowid) AS last FROM ${rows}`).get()?.['last'] ?? 0) + 1);

  if (kind !== 'M') {
    await collect('threads', row === undefined ? await behindLast('threads') : Number(row), (one) => {
      const thread = readThread(one);
      return { thread, snippet: snippetOf(thread.title) };
    });
  }
  await collect('messages', kind === 'M' ? Number(row) : await behindLast('messages'), (one) => {
    const thread = connection.statement('SELECT * FROM threads WHERE id = ? AND deleted_at IS NULL').get(text(one, 'thread_id'));
    const message = { id: text(one, 'id'), role: word(one, 'role', ['user', 'assistant']), createdAt: integer(one, 'created_at') };
    return thread && { thread: readThread(thread), message, snippet: snippetOf(text(one, 'text')) };
  });
  const last = found.length > limit ? found[limit - 1]?.place : undefined;
  return { hits: found.slice(0, limit).map(({ hit }) => hit), ...(last === undefined ? {} : { next: last }) };
}

const placePattern = /^([TM])(\d{1,15})$/;

const matching = {
  threads: selectMatching('threads', 'title', 'deleted_at IS NULL'),
  messages: selectMatching('messages', 'text', 'writer IS NULL'),
} as const;

function selectMatching(rows: string, words: string, shown: string): string {
  return `SELECT rowid AS place, * FROM ${rows} WHERE rowid < ? AND rowid >= ? AND ${shown} AND NOT EXISTS (SELECT 1 FROM json_each(?) WHERE ${rows}.${words} NOT LIKE json_each.value) ORDER BY rowid DESC`;
}
