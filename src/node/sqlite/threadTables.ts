import type { StoredAnswer, StoredMessage, Thread } from '../../core/model/thread';
import type { ThreadStore } from '../../core/ports/threadStore';
import type { Liveness } from '../processOwner';
import type { Changes } from './changes';
import type { Connection } from './connection';
import { integer, optionalText, type Row, text, word } from './row';
import { answerFromText, answerToText } from './storedAnswer';

/** How long a deleted conversation can be brought back, in milliseconds. */
const keptDeletedMs = 24 * 60 * 60 * 1000;

/** Conversations in SQLite. Deleting one removes its words, never its rows in the ledger. */
export class ThreadTables implements ThreadStore {
  constructor(
    private readonly connection: Connection,
    private readonly changes: Changes,
    private readonly liveness: (owner: string) => Liveness,
  ) {}

  list(limit: number): Promise<readonly Thread[]> {
    return this.connection.read(() => this.connection.statement('SELECT * FROM threads WHERE deleted_at IS NULL ORDER BY updated_at DESC, id DESC LIMIT ?').all(limit).map(readThread));
  }

  get(threadId: string): ReturnType<ThreadStore['get']> {
    return this.connection.read(() => {
      const row = this.connection.statement('SELECT * FROM threads WHERE id = ? AND deleted_at IS NULL').get(threadId);
      if (!row) return undefined;
      return { thread: readThread(row), messages: this.connection.statement('SELECT * FROM messages WHERE thread_id = ? ORDER BY position').all(threadId).map(readMessage) };
    });
  }

  create({ id, title, createdAt, updatedAt, realm }: Thread): Promise<void> {
    return this.#change(() => {
      this.connection
        .statement('INSERT INTO threads (id, title, created_at, updated_at, realm) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING')
        .run(id, title, createdAt, updatedAt, realm);
    });
  }

  rename(threadId: string, title: string): Promise<void> {
    return this.#change(() => {
      this.connection.statement('UPDATE threads SET title = ? WHERE id = ?').run(title, threadId);
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

  /** At its position, or behind the last message when another window has taken that place. */
  append({ id, threadId, position, role, text: words, createdAt, shown, answer }: StoredMessage): Promise<void> {
    return this.#change(() => {
      this.connection
        .statement(insertMessage)
        .run({ id, threadId, position, role, words, createdAt, shown: shown ?? null, answer: answer ? answerToText(answer) : null, writer: writerOf(answer) });
      // A conversation in use moves up; a clock that was set back does not move it down.
      this.connection.statement('UPDATE threads SET updated_at = max(updated_at, ?) WHERE id = ?').run(createdAt, threadId);
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
    if (!streaming) this.changes.notify('threads');
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
    if (marked > 0) this.changes.notify('threads');
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

  async #change(work: () => void): Promise<void> {
    await this.connection.write(work);
    this.changes.notify('threads');
  }
}

const insertMessage = `
  INSERT INTO messages (id, thread_id, position, role, text, created_at, shown, answer, writer)
  VALUES (:id, :threadId,
    CASE WHEN EXISTS (SELECT 1 FROM messages WHERE thread_id = :threadId AND position = :position)
      THEN (SELECT max(position) + 1 FROM messages WHERE thread_id = :threadId) ELSE :position END,
    :role, :words, :createdAt, :shown, :answer, :writer)
  ON CONFLICT (id) DO NOTHING`;

/** Empty when the answer does not tell: then nobody can be writing it. */
function writerOf(answer: StoredAnswer | undefined): string | null {
  return answer?.state === 'streaming' ? (answer.window ?? '') : null;
}

function readThread(row: Row): Thread {
  return { id: text(row, 'id'), title: text(row, 'title'), createdAt: integer(row, 'created_at'), updatedAt: integer(row, 'updated_at'), realm: word(row, 'realm', ['real', 'demo']) };
}

function readMessage(row: Row): StoredMessage {
  const shown = optionalText(row, 'shown');
  const answer = optionalText(row, 'answer');
  return {
    id: text(row, 'id'),
    threadId: text(row, 'thread_id'),
    position: integer(row, 'position'),
    role: word(row, 'role', ['user', 'assistant']),
    text: text(row, 'text'),
    createdAt: integer(row, 'created_at'),
    ...(shown === undefined ? {} : { shown }),
    ...(answer === undefined ? {} : { answer: answerFromText(answer) }),
  };
}
