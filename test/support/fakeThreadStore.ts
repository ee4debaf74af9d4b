import type { StoredAnswer, StoredMessage, Thread } from '../../src/core/model/thread';
import type { StorageError } from '../../src/core/ports/ledgerStore';
import type { ThreadStore } from '../../src/core/ports/threadStore';

/** Conversations in memory, with the rules of the real store; test/unit/node/sqlite/threadStore.test.ts holds both to them. */
export class FakeThreadStore implements ThreadStore {
  readonly threads = new Map<string, Thread & { readonly deletedAt?: number }>();
  readonly messages = new Map<string, StoredMessage>();
  /** Windows whose process has ended. */
  readonly dead = new Set<string>();
  /** Thrown by the next call of the named method, once. */
  readonly failNext = new Map<keyof ThreadStore, StorageError>();
  readonly #listeners = new Set<() => void>();

  async list(limit: number): Promise<readonly Thread[]> {
    this.#mayFail('list');
    return [...this.threads.values()]
      .filter((thread) => thread.deletedAt === undefined)
      .toSorted((one, other) => other.updatedAt - one.updatedAt || (one.id < other.id ? 1 : -1))
      .slice(0, limit);
  }

  async get(threadId: string): ReturnType<ThreadStore['get']> {
    this.#mayFail('get');
    const thread = this.threads.get(threadId);
    return thread && thread.deletedAt === undefined ? { thread, messages: this.#of(threadId) } : undefined;
  }

  async create(thread: Thread): Promise<void> {
    this.#mayFail('create');
    if (!this.threads.has(thread.id)) this.threads.set(thread.id, thread);
    this.#changed();
  }

  async rename(threadId: string, title: string): Promise<void> {
    this.#mayFail('rename');
    this.#replace(threadId, (thread) => ({ ...thread, title }));
  }

  async delete(threadId: string, at: number): Promise<void> {
    this.#mayFail('delete');
    this.#replace(threadId, (thread) => ({ ...thread, deletedAt: thread.deletedAt ?? at }));
  }

  async restore(threadId: string): Promise<void> {
    this.#mayFail('restore');
    this.#replace(threadId, ({ id, title, createdAt, updatedAt, realm }) => ({ id, title, createdAt, updatedAt, realm }));
  }

  async append(message: StoredMessage): Promise<void> {
    this.#mayFail('append');
    if (!this.threads.has(message.threadId)) throw new Error(`no thread ${message.threadId}`);
    if (this.messages.has(message.id)) return;
    const others = this.#of(message.threadId);
    const taken = others.some((other) => other.position === message.position);
    this.messages.set(message.id, taken ? { ...message, position: (others.at(-1)?.position ?? -1) + 1 } : message);
    this.#replace(message.threadId, (thread) => ({ ...thread, updatedAt: Math.max(thread.updatedAt, message.createdAt) }));
  }

  async update(messageId: string, text: string, answer: StoredAnswer): Promise<void> {
    this.#mayFail('update');
    const message = this.messages.get(messageId);
    if (message) this.messages.set(messageId, { ...message, text, answer });
    if (message && answer.state !== 'streaming') this.#replace(message.threadId, (thread) => ({ ...thread, updatedAt: thread.updatedAt + 1 }));
  }

  async truncate(threadId: string, fromPosition: number): Promise<void> {
    this.#mayFail('truncate');
    for (const message of this.#of(threadId)) if (message.position >= fromPosition) this.messages.delete(message.id);
    this.#changed();
  }

  async markInterrupted(): Promise<number> {
    this.#mayFail('markInterrupted');
    const orphans = [...this.messages.values()].filter(({ answer }) => answer?.state === 'streaming' && (answer.window === undefined || this.dead.has(answer.window)));
    for (const message of orphans) this.messages.set(message.id, { ...message, answer: { ...message.answer, state: 'interrupted' } });
    if (orphans.length > 0) this.#changed();
    return orphans.length;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #of(threadId: string): readonly StoredMessage[] {
    return [...this.messages.values()].filter((message) => message.threadId === threadId).toSorted((one, other) => one.position - other.position);
  }

  #replace(threadId: string, change: (thread: Thread & { readonly deletedAt?: number }) => Thread & { readonly deletedAt?: number }): void {
    const thread = this.threads.get(threadId);
    if (thread) this.threads.set(threadId, change(thread));
    this.#changed();
  }

  #mayFail(method: keyof ThreadStore): void {
    const error = this.failNext.get(method);
    this.failNext.delete(method);
    if (error) throw error;
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
