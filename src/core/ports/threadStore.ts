import type { StoredAnswer, StoredMessage, Thread } from '../model/thread';

/** The pinned first, then the latest used. */
export interface ThreadQuery {
  /** True: only the archived. Otherwise all but those. */
  readonly archived?: boolean;
  readonly limit: number;
  /** The last one of the page before: the page begins behind it. */
  readonly before?: Pick<Thread, 'id' | 'pinned' | 'updatedAt'>;
}

/** Where words were found. */
export interface SearchHit {
  readonly thread: Thread;
  /** Undefined: in the title. */
  readonly message?: { readonly id: string; readonly role: StoredMessage['role']; readonly createdAt: number };
  readonly snippet: Snippet;
}

/** A piece of what was found, on one line. */
export interface Snippet {
  readonly text: string;
  /** What matched: from and behind which UTF-16 unit of `text`, in order, none overlapping. */
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

export interface SearchPage {
  readonly hits: readonly SearchHit[];
  /** Where the next page begins. Undefined: that was all. */
  readonly next?: string;
  /** Part of the conversations is not in the index yet: it is being made. */
  readonly unfinished?: true;
}

/** Conversations on disk. Each method is one transaction; failures are StorageError. */
export interface ThreadStore {
  list(query: ThreadQuery): Promise<readonly Thread[]>;
  /**
   * Where all words of `query` occur, the last one as the beginning of a word: titles first, then messages, the newest
   * first; the archived included, the deleted never. Any text is a query; one without a word finds nothing.
   * @param next of the page before
   */
  search(query: string, limit: number, next?: string): Promise<SearchPage>;
  get(threadId: string): Promise<{ readonly thread: Thread; readonly messages: readonly StoredMessage[] } | undefined>;
  create(thread: Thread): Promise<void>;
  /** Keeps a whole conversation at once. None of its messages may be stored yet. */
  importThread(thread: Thread, messages: readonly StoredMessage[]): Promise<void>;
  /** A model's title takes the place only of one that was made from the question, and that of another question of both; a person's of any. */
  rename(threadId: string, title: string, by: NonNullable<Thread['titleBy']>): Promise<void>;
  setPinned(threadId: string, pinned: boolean): Promise<void>;
  setArchived(threadId: string, archived: boolean): Promise<void>;
  /** Marks deleted; `restore` brings it back; swept for good a day later. The ledger keeps the money. */
  delete(threadId: string, at: number): Promise<void>;
  restore(threadId: string): Promise<void>;
  append(message: StoredMessage): Promise<void>;
  /** Replaces text and answer data of a message; called while an answer streams. One that has ended makes its conversation newer by a millisecond: others see that there is something to read again. */
  update(messageId: string, text: string, answer: StoredAnswer): Promise<void>;
  /** Removes a message and all after it. */
  truncate(threadId: string, fromPosition: number): Promise<void>;
  /** Marks answers of processes that no longer run, still `streaming`, as `interrupted`. */
  markInterrupted(): Promise<number>;
  onChange(listener: () => void): () => void;
}
