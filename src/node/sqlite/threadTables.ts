import { setImmediate } from 'node:timers/promises';
import type { StoredAnswer, StoredMessage, Thread } from '../../core/model/thread';
import type { SearchPage, ThreadQuery, ThreadStore } from '../../core/ports/threadStore';
import type { Liveness } from '../processOwner';
import type { Changes } from './changes';
import type { Connection } from './connection';
import { integer, json, optionalText, type Row, text, word } from './row';
import { answerFromText, answerToText } from './storedAnswer';
import { contextFromJson } from './storedContext';
import { readThread } from './threadRow';
import type { ThreadSearch } from './threadSearch';

/** How long a deleted conversation can be brought back, in milliseconds. */
const keptDeletedMs = 24 * 60 * 60 * 1000;

/** Conversations in SQLite. Deleting one removes its words, never its rows in the ledger. */
export class ThreadTables implements ThreadStore {
  constructor(
    private readonly connection: Connection,
    private readonly changes: Changes,
    private readonly index: ThreadSearch,
    private readonly liveness: (owner: string) => Liveness,
  ) {}

  list({ archived = false, limit, before }: ThreadQuery): Promise<readonly Thread[]> {
    const values = { archived: Number(archived), limit };
    const behind = before && { pinned: Number(before.pinned ?? false), updatedAt: before.updatedAt, id: before.id };
    return this.connection.read(() => this.connection.statement(behind ? selectPage : selectFirstPage).all({ ...values, ...behind }).map(readThread));
  }

  search(query: string, limit: number, next?: string): Promise<SearchPage> {
    return this.index.search(query, limit, next);
  }

  get(threadId: string): ReturnType<ThreadStore['get']> {
    return this.connection.read(() => {
      const row = this.connection.statement('SELECT * FROM threads WHERE id = ? AND deleted_at IS NULL').get(threadId);
      if (!row) return undefined;
      return { thread: readThread(row), messages: this.connection.statement('SELECT * FROM messages WHERE thread_id = ? ORDER BY position').all(threadId).map(readMessage) };
    });
  }

  create(thread: Thread): Promise<void> {
    return this.#change(() => this.#create(thread));
  }

  async importThread(thread: Thread, messages: readonly StoredMessage[]): Promise<void> {
    await this.#change(() => {
      this.#create(thread);
      for (const message of messages) this.#append(message);
    });
    // Many of them come in a row: in between the window answers, if only to hear that it shall stop.
    await setImmediate();
  }

  rename(threadId: string, title: string, by: NonNullable<Thread['titleBy']>): Promise<void> {
    return this.#change(() => {
      this.connection.statement(updateTitle).run({ threadId, title, by });
    });
  }

  setPinned(threadId: string, pinned: boolean): Promise<void> {
    return this.#change(() => {
      this.connection.statement('UPDATE threads SET pinned = ? WHERE id = ?').run(Number(pinned), threadId);
    });
  }

  setArchived(threadId: string, archived: boolean): Promise<void> {
    return this.#change(() => {
      this.connection.statement('UPDATE threads SET archived = ? WHERE id = ?').run(Number(archived), threadId);
    });
  }

  delete(threadId: string, at: number): Promise<void> {
    return this.#change(() => {
      this.connection.statement('UPDATE threads SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL').run(at, threadId);
    });
  }

  restore(threadId: string): Promise<void> {
    return this.#change(() => {
      this.connection.statement('UPDATE threads SET deleted_at = NULL WHERE id = ?').run(threadId);
    });
  }

  append(message: StoredMessage): Promise<void> {
    return this.#change(() => {
      this.#append(message);
      // A conversation in use moves up; a clock that was set back does not move it down.
      this.connection.statement('UPDATE threads SET updated_at = max(updated_at, ?) WHERE id = ?').run(message.createdAt, message.threadId);
    });
  }

  /** While an answer streams this comes about once a second and does not wait for the disk; the last one does. */
  async update(messageId: string, words: string, answer: StoredAnswer): Promise<void> {
    const streaming = answer.state === 'streaming';
    await this.connection.write(
      () => {
        this.connection.statement('UPDATE messages SET text = ?, answer = ?, writer = ? WHERE id = ?').run(words, answerToText(answer), writerOf(answer), messageId);
        // Other windows read a conversation again when it is newer than what they have; a millisecond moves it past no other.
        if (!streaming) this.connection.statement('UPDATE threads SET updated_at = updated_at + 1 WHERE id = (SELECT thread_id FROM messages WHERE id = ?)').run(messageId);
      },
      { durable: !streaming },
    );
    if (!streaming) this.#changed();
  }

  truncate(threadId: string, fromPosition: number): Promise<void> {
    return this.#change(() => {
      this.connection.statement('DELETE FROM messages WHERE thread_id = ? AND position >= ?').run(threadId, fromPosition);
    });
  }

  async markInterrupted(): Promise<number> {
    // Each owner once: finding out about a process costs more than reading its rows.
    const gone = (): readonly string[] =>
      this.connection
        .statement('SELECT DISTINCT writer FROM messages WHERE writer IS NOT NULL')
        .all()
        .map((row) => text(row, 'writer'))
        .filter((writer) => writer === '' || this.liveness(writer) === 'dead');
    if ((await this.connection.read(gone)).length === 0) return 0;
    const marked = await this.connection.write(() => {
      const rows = gone().flatMap((writer) => this.connection.statement('SELECT id, answer FROM messages WHERE writer = ?').all(writer));
      for (const row of rows) {
        const answer: StoredAnswer = { ...answerFromText(text(row, 'answer')), state: 'interrupted' };
        this.connection.statement('UPDATE messages SET answer = ?, writer = NULL WHERE id = ?').run(answerToText(answer), text(row, 'id'));
      }
      return rows.length;
    });
    if (marked > 0) this.#changed();
    return marked;
  }

  /** Removes for good what was deleted more than a day before `now`. */
  async sweep(now: number): Promise<void> {
    const swept = 'deleted_at < ?';
    const any = await this.connection.read(() => this.connection.statement(`SELECT 1 FROM threads WHERE ${swept} LIMIT 1`).get(now - keptDeletedMs) !== undefined);
    if (!any) return;
    await this.connection.write(() => {
      this.connection.statement(`DELETE FROM threads WHERE ${swept}`).run(now - keptDeletedMs);
    });
  }

  onChange(listener: () => void): () => void {
    return this.changes.listen('threads', listener);
  }

  #create({ id, title, createdAt, updatedAt, realm, pinned = false, archived = false, titleBy, forkedFrom }: Thread): void {
    this.connection.statement(insertThread).run({
      id,
      title,
      createdAt,
      updatedAt,
      realm,
      pinned: Number(pinned),
      archived: Number(archived),
      titleBy: titleBy ?? null,
      forkedThread: forkedFrom?.threadId ?? null,
      forkedMessage: forkedFrom?.messageId ?? null,
    });
  }

  /** At its position, or behind the last message when another window has taken that place. */
  #append({ id, threadId, position, role, text: words, createdAt, shown, context, earlier, answer }: StoredMessage): void {
    this.connection.statement(insertMessage).run({
      id,
      threadId,
      position,
      role,
      words,
      createdAt,
      shown: shown ?? null,
      context: context ? JSON.stringify(context) : null,
      earlier: earlier ?? null,
      answer: answer ? answerToText(answer) : null,
      writer: writerOf(answer),
    });
  }

  #changed(): void {
    this.changes.notify('threads');
    this.index.catchUp();
  }

  async #change(work: () => void): Promise<void> {
    await this.connection.write(work);
    this.#changed();
  }
}

const selectFirstPage = 'SELECT * FROM threads WHERE deleted_at IS NULL AND archived = :archived ORDER BY pinned DESC, updated_at DESC, id DESC LIMIT :limit';
const selectPage = selectFirstPage.replace('ORDER BY', 'AND (pinned, updated_at, id) < (:pinned, :updatedAt, :id) ORDER BY');

// A model names only what is called by its question; another question takes the place of both, but never of the person's words.
const updateTitle = "UPDATE threads SET title = :title, title_by = :by WHERE id = :threadId AND (:by = 'person' OR title_by = 'question' OR (:by = 'question' AND title_by = 'model'))";

const insertThread = `
  INSERT INTO threads (id, title, created_at, updated_at, realm, pinned, archived, title_by, forked_thread, forked_message)
  VALUES (:id, :title, :createdAt, :updatedAt, :realm, :pinned, :archived, :titleBy, :forkedThread, :forkedMessage)
  ON CONFLICT (id) DO NOTHING`;

const insertMessage = `
  INSERT INTO messages (id, thread_id, position, role, text, created_at, shown, context, earlier, answer, writer)
  VALUES (:id, :threadId,
    CASE WHEN EXISTS (SELECT 1 FROM messages WHERE thread_id = :threadId AND position = :position)
      THEN (SELECT max(position) + 1 FROM messages WHERE thread_id = :threadId) ELSE :position END,
    :role, :words, :createdAt, :shown, :context, :earlier, :answer, :writer)
  ON CONFLICT (id) DO NOTHING`;

/** Empty when the answer does not tell: then nobody can be writing it. */
function writerOf(answer: StoredAnswer | undefined): string | null {
  return answer?.state === 'streaming' ? (answer.window ?? '') : null;
}

function readMessage(row: Row): StoredMessage {
  const shown = optionalText(row, 'shown');
  const context = contextFromJson(json(row, 'context'));
  const earlier = optionalText(row, 'earlier');
  const answer = optionalText(row, 'answer');
  return {
    id: text(row, 'id'),
    threadId: text(row, 'thread_id'),
    position: integer(row, 'position'),
    role: word(row, 'role', ['user', 'assistant']),
    text: text(row, 'text'),
    createdAt: integer(row, 'created_at'),
    ...(shown === undefined ? {} : { shown }),
    ...(context ? { context } : {}),
    ...(earlier === undefined ? {} : { earlier }),
    ...(answer === undefined ? {} : { answer: answerFromText(answer) }),
  };
}
