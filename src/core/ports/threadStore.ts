import type { StoredAnswer, StoredMessage, Thread } from '../model/thread';

/** Conversations on disk. Each method is one transaction; failures are StorageError. */
export interface ThreadStore {
  list(limit: number): Promise<readonly Thread[]>;
  get(threadId: string): Promise<{ readonly thread: Thread; readonly messages: readonly StoredMessage[] } | undefined>;
  create(thread: Thread): Promise<void>;
  rename(threadId: string, title: string): Promise<void>;
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
