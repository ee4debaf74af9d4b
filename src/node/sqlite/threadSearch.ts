import type { SearchHit, SearchPage } from '../../core/ports/threadStore';
import type { Connection } from './connection';
import { isPlainPlace, plainSearch } from './plainSearch';
import { integer, type Row, text, word } from './row';
import { matchOf, searchTerms, type SearchTerm, snippets, spaced } from './searchWords';
import { isSaveRefused } from './sqliteFailure';
import { readThread } from './threadRow';

/** How long after a change it is put into the index, in milliseconds: while an answer is being written nothing else happens. */
const soonMs = 300;
/** Between two batches, in milliseconds: the window has other work to do. */
const restMs = 15;
/** A batch ends with the message that brings it over one of these: about ten milliseconds of work. */
const batchMessages = 200;
const batchCharacters = 200_000;
/** So many batches a search waits for; what is left after that is made ready behind it. */
const batchesBeforeSearch = 3;

/** Of a longer message only the beginning is in the index. */
const mostIndexed = 1_000_000;

/** Rows of the index have room for so many messages of one millisecond. */
const perMillisecond = 2048;
/** Later times, which no clock shows before the year 2096, count as this one: rows stay whole numbers that JavaScript can hold. */
const latest = 4_000_000_000_000;

/**
 * Search in all conversations. The index is made behind the writes: what is written has `seq` NULL, an index over these
 * rows is the queue of what is still to be done, and each search first does what is left. So nothing is lost to a crash,
 * and no trouble of the index stands in the way of an answer. What is deleted or changed leaves a note for the next batch.
 *
 * FTS5 is in `node:sqlite` since Node 22.16 (nodejs/node#57621, May 2025), so in the editors of today; but who builds an
 * editor chooses what its SQLite has. So the tables of the index are made here and by no step of the schema, nothing
 * else touches them, and where they cannot be made or used everything is read instead (`plainSearch`).
 */
export class ThreadSearch {
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  /** The index cannot be used, as far as is known since the file was opened. */
  #unusable = false;

  constructor(
    private readonly connection: Connection,
    private readonly onProblem: (problem: unknown) => void,
  ) {
    connection.onReopen(() => {
      this.#unusable = false;
    });
  }

  async search(query: string, limit: number, next?: string): Promise<SearchPage> {
    const terms = searchTerms(query);
    if (terms.length === 0 || limit < 1) return { hits: [] };
    const unfinished = await this.#prepare();
    if (!isPlainPlace(next) && !this.#unusable && (await this.#exists())) {
      try {
        const page = await this.connection.read(() => this.#page(terms, limit, readPlace(next)));
        return { ...page, ...(unfinished ? { unfinished } : {}) };
      } catch (error) {
        this.#giveUp(error);
      }
    }
    // A later page of the index has no counterpart here: better none than hits that were shown already.
    return next === undefined || isPlainPlace(next) ? plainSearch(this.connection, terms, limit, next) : { hits: [] };
  }

  /** Puts into the index what is not in it yet, soon and in small steps. */
  catchUp(): void {
    if (!this.#closed) this.#timer ??= setTimeout(() => void this.#goOn(), soonMs).unref();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #goOn(): Promise<void> {
    try {
      const more = await this.#indexBatch();
      this.#timer = more && !this.#closed ? setTimeout(() => void this.#goOn(), restMs).unref() : undefined;
    } catch (error) {
      // The queue stays: the next change or the next search tries again.
      this.#timer = undefined;
      if (!isSaveRefused(error)) this.#giveUp(error);
      else if (!this.#closed) this.onProblem(error);
    }
  }

  /** Without FTS5, say. Told once; the next window tries again. */
  #giveUp(error: unknown): void {
    if (this.#unusable || this.#closed) return;
    this.#unusable = true;
    this.onProblem(error);
  }

  #exists(): Promise<boolean> {
    return this.connection.read(() => this.connection.statement(selectTables).all().length > 0);
  }

  /** Whether something is left that is not in the index. */
  async #prepare(): Promise<boolean> {
    try {
      for (let batch = 0; batch < batchesBeforeSearch; batch += 1) if (!(await this.#indexBatch())) return false;
    } catch (error) {
      // On a full disk, or while another program holds the lock, what is there can still be searched.
      if (!isSaveRefused(error)) {
        this.#giveUp(error);
        return false;
      }
    }
    this.catchUp();
    return true;
  }

  /** Whether there was more to do. The newest first: they are what is searched for most. */
  async #indexBatch(): Promise<boolean> {
    const { connection } = this;
    if (this.#unusable) return false;
    const isLeft = await connection.read(() => [unindexedMessages, unindexedThreads, leftovers].some((queue) => connection.statement(`${queue} LIMIT 1`).get() !== undefined));
    if (!isLeft) return false;
    // A power cut may take it back: the queue would then hold it again.
    return connection.write(
      () => {
        this.#makeTables();
        // Before anything new, which may take their rows.
        const gone = connection.statement(`${leftovers} LIMIT ${batchMessages}`).all();
        for (const row of gone) {
          const indexed = word(row, 'indexed', ['title_words', 'message_words']);
          connection.statement(`DELETE FROM ${indexed} WHERE rowid = ?`).run(integer(row, 'seq'));
          connection.statement('DELETE FROM search_leftovers WHERE indexed = ? AND seq = ?').run(indexed, integer(row, 'seq'));
        }
        if (gone.length === batchMessages) return true;
        const threads = connection.statement(`${unindexedThreads} LIMIT ${batchMessages}`).all();
        this.#index(threads, { rows: 'threads', indexed: 'title_words', words: 'title' });
        const messages: Row[] = [];
        let characters = 0;
        for (const row of connection.statement(`${unindexedMessages} LIMIT ${batchMessages}`).iterate()) {
          messages.push(row);
          characters += text(row, 'text').length;
          if (characters >= batchCharacters) break;
        }
        this.#index(messages, { rows: 'messages', indexed: 'message_words', words: 'text' });
        return threads.length === batchMessages || messages.length === batchMessages || characters >= batchCharacters;
      },
      { durable: false },
    );
  }

  #makeTables(): void {
    const { connection } = this;
    if (connection.statement(selectTables).all().length > 0) return;
    for (const table of ['message_words', 'title_words']) connection.statement(`CREATE VIRTUAL TABLE ${table} USING fts5 (${indexOptions})`).run();
    for (const rows of ['messages', 'threads']) connection.statement(`UPDATE ${rows} SET seq = NULL WHERE seq IS NOT NULL`).run();
    connection.statement('DELETE FROM search_leftovers').run();
  }

  #index(newestFirst: readonly Row[], { rows, indexed, words }: { readonly rows: 'threads' | 'messages'; readonly indexed: 'title_words' | 'message_words'; readonly words: 'title' | 'text' }): void {
    const { connection } = this;
    // In the order of their rows: FTS5 writes out what it has gathered whenever one is smaller than the one before.
    for (const row of newestFirst.toReversed()) {
      const seq = this.#freeRow(rows, Math.min(Math.max(integer(row, 'created_at'), 0), latest) * perMillisecond);
      connection.statement(`INSERT INTO ${indexed} (rowid, words) VALUES (?, ?)`).run(seq, spaced(text(row, words).slice(0, mostIndexed)));
      connection.statement(`UPDATE ${rows} SET seq = ? WHERE id = ?`).run(seq, text(row, 'id'));
    }
  }

  /** The next row of this millisecond, or of the first one behind it that has room. */
  #freeRow(rows: 'threads' | 'messages', first: number): number {
    const taken = this.connection.statement(`SELECT max(seq) AS seq FROM ${rows} WHERE seq BETWEEN ? AND ?`).get(first, first + perMillisecond - 1)?.['seq'];
    if (typeof taken !== 'number') return first;
    return taken < first + perMillisecond - 1 ? taken + 1 : this.#freeRow(rows, first + perMillisecond);
  }

  #page(terms: readonly SearchTerm[], limit: number, place: Place): SearchPage {
    const { connection } = this;
    const match = matchOf(terms);
    const snippetOf = snippets(terms);
    const found: { readonly hit: SearchHit; readonly place: string }[] = [];
    if (place.in === 'titles') {
      for (const { rowid } of connection.statement(matchingTitles).iterate(match, place.before)) {
        const row = connection.statement('SELECT * FROM threads WHERE seq = ? AND deleted_at IS NULL').get(rowid ?? null);
        if (!row) continue;
        const thread = readThread(row);
        found.push({ hit: { thread, snippet: snippetOf(thread.title) }, place: `t${String(rowid)}` });
        if (found.length > limit) break;
      }
    }
    if (found.length <= limit) {
      for (const { rowid } of connection.statement(matchingMessages).iterate(match, place.in === 'messages' ? place.before : Number.MAX_SAFE_INTEGER)) {
        const message = connection.statement('SELECT id, thread_id, role, text, created_at FROM messages WHERE seq = ?').get(rowid ?? null);
        const row = message && connection.statement('SELECT * FROM threads WHERE id = ? AND deleted_at IS NULL').get(text(message, 'thread_id'));
        if (!row) continue;
        const about = { id: text(message, 'id'), role: word(message, 'role', ['user', 'assistant']), createdAt: integer(message, 'created_at') };
        found.push({ hit: { thread: readThread(row), message: about, snippet: snippetOf(text(message, 'text')) }, place: `m${String(rowid)}` });
        if (found.length > limit) break;
      }
    }
    const next = found.length > limit ? found[limit - 1]?.place : undefined;
    return { hits: found.slice(0, limit).map(({ hit }) => hit), ...(next === undefined ? {} : { next }) };
  }
}

const unindexedMessages = 'SELECT id, text, created_at FROM messages WHERE seq IS NULL AND writer IS NULL ORDER BY created_at DESC';
const unindexedThreads = 'SELECT id, title, created_at FROM threads WHERE seq IS NULL ORDER BY created_at DESC';
const leftovers = 'SELECT indexed, seq FROM search_leftovers';
/** Both are made in one transaction. */
const selectTables = "SELECT name FROM sqlite_schema WHERE name = 'message_words' AND sql LIKE 'CREATE VIRTUAL TABLE%'";
// They hold no text: what was found is read from its own table. Beginnings of two and three letters have an index of their own.
const indexOptions = `words, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'`;
// In the order of the rows, which is that of time: FTS5 then stops where the reader does, however many there are.
const matchingTitles = 'SELECT rowid FROM title_words WHERE title_words MATCH ? AND rowid < ? ORDER BY rowid DESC';
const matchingMessages = 'SELECT rowid FROM message_words WHERE message_words MATCH ? AND rowid < ? ORDER BY rowid DESC';

/** Behind which row of which index a page begins. */
interface Place {
  readonly in: 'titles' | 'messages';
  readonly before: number;
}

function readPlace(next: string | undefined): Place {
  const [, kind, row] = /^([tm])(\d{1,16})$/.exec(next ?? '') ?? [];
  return row === undefined ? { in: 'titles', before: Number.MAX_SAFE_INTEGER } : { in: kind === 't' ? 'titles' : 'messages', before: Math.min(Number(row), Number.MAX_SAFE_INTEGER) };
}
