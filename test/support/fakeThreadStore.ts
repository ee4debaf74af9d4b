import type { StoredAnswer, StoredMessage, Thread } from '../../src/core/model/thread';
import type { StorageError } from '../../src/core/ports/ledgerStore';
import type { SearchHit, SearchPage, Snippet, ThreadQuery, ThreadStore } from '../../src/core/ports/threadStore';

/** Conversations in memory, with the rules of the real store; test/unit/node/sqlite/threadStore.test.ts holds both to them. */
export class FakeThreadStore implements ThreadStore {
  readonly threads = new Map<string, Thread & { readonly deletedAt?: number }>();
  readonly messages = new Map<string, StoredMessage>();
  /** Windows whose process has ended. */
  readonly dead = new Set<string>();
  /** Thrown by the next call of the named method, once. */
  readonly failNext = new Map<keyof ThreadStore, StorageError>();
  readonly #listeners = new Set<() => void>();

  async list({ archived = false, limit, before }: ThreadQuery): Promise<readonly Thread[]> {
    this.#mayFail('list');
    return this.#present()
      .filter((thread) => (thread.archived ?? false) === archived)
      .toSorted(inOrder)
      .filter((thread) => !before || inOrder(thread, before) > 0)
      .slice(0, limit);
  }

  async search(query: string, limit: number, next = '0'): Promise<SearchPage> {
    this.#mayFail('search');
    const words = wordsOf(query);
    const typed = /\S$/.test(query) ? words.at(-1) : undefined;
    const titles = this.#present()
      .toSorted((one, other) => other.createdAt - one.createdAt)
      .flatMap((thread): readonly SearchHit[] => hitIn(thread.title, words, typed, (snippet) => ({ thread, snippet })));
    const texts = [...this.messages.values()]
      .toSorted((one, other) => other.createdAt - one.createdAt)
      .flatMap((message): readonly SearchHit[] => {
        const thread = this.#present().find(({ id }) => id === message.threadId);
        const { id, role, createdAt, answer } = message;
        return thread && answer?.state !== 'streaming' ? hitIn(message.text, words, typed, (snippet) => ({ thread, message: { id, role, createdAt }, snippet })) : [];
      });
    const hits = [...titles, ...texts];
    const end = Number(next) + limit;
    return { hits: hits.slice(Number(next), end), ...(hits.length > end ? { next: String(end) } : {}) };
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

  async importThread(thread: Thread, messages: readonly StoredMessage[]): Promise<void> {
    this.#mayFail('importThread');
    if (!this.threads.has(thread.id)) this.threads.set(thread.id, thread);
    for (const message of messages) this.#add(message);
    this.#changed();
  }

  async rename(threadId: string, title: string, by: NonNullable<Thread['titleBy']>): Promise<void> {
    this.#mayFail('rename');
    this.#replace(threadId, (thread) => (by === 'person' || thread.titleBy === 'question' || (by === 'question' && thread.titleBy === 'model') ? { ...thread, title, titleBy: by } : thread));
  }

  async setPinned(threadId: string, pinned: boolean): Promise<void> {
    this.#mayFail('setPinned');
    this.#replace(threadId, ({ pinned: _before, ...thread }) => ({ ...thread, ...(pinned ? { pinned } : {}) }));
  }

  async setArchived(threadId: string, archived: boolean): Promise<void> {
    this.#mayFail('setArchived');
    this.#replace(threadId, ({ archived: _before, ...thread }) => ({ ...thread, ...(archived ? { archived } : {}) }));
  }

  async delete(threadId: string, at: number): Promise<void> {
    this.#mayFail('delete');
    this.#replace(threadId, (thread) => ({ ...thread, deletedAt: thread.deletedAt ?? at }));
  }

  async restore(threadId: string): Promise<void> {
    this.#mayFail('restore');
    this.#replace(threadId, ({ deletedAt: _deleted, ...thread }) => thread);
  }

  async append(message: StoredMessage): Promise<void> {
    this.#mayFail('append');
    if (!this.#add(message)) return;
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

  /** Whether it is new. */
  #add(message: StoredMessage): boolean {
    if (!this.threads.has(message.threadId)) throw new Error(`no thread ${message.threadId}`);
    if (this.messages.has(message.id)) return false;
    const others = this.#of(message.threadId);
    const taken = others.some((other) => other.position === message.position);
    this.messages.set(message.id, taken ? { ...message, position: (others.at(-1)?.position ?? -1) + 1 } : message);
    return true;
  }

  #present(): readonly Thread[] {
    return [...this.threads.values()].filter((thread) => thread.deletedAt === undefined);
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

function inOrder(one: NonNullable<ThreadQuery['before']>, other: NonNullable<ThreadQuery['before']>): number {
  return Number(other.pinned ?? false) - Number(one.pinned ?? false) || other.updatedAt - one.updatedAt || (one.id === other.id ? 0 : one.id < other.id ? 1 : -1);
}

/** In small letters, without accents; the places stay the same for what tests write. */
function folded(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

function wordsOf(text: string): readonly string[] {
  return folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** The hit, when all words are in the text; of the one that is still typed the beginning of a word is enough. */
function hitIn(text: string, words: readonly string[], typed: string | undefined, hit: (snippet: Snippet) => SearchHit): readonly SearchHit[] {
  const ranges: [number, number][] = [];
  const found = new Set<string>();
  for (const match of folded(text).matchAll(/[\p{L}\p{N}]+/gu)) {
    const fitting = words.filter((word) => match[0] === word || (word === typed && word.length > 1 && match[0].startsWith(word)));
    for (const word of fitting) found.add(word);
    if (fitting.length > 0) ranges.push([match.index, match.index + Math.max(...fitting.map(({ length }) => length))]);
  }
  return words.length > 0 && words.every((word) => found.has(word)) ? [hit({ text, ranges })] : [];
}
