import type { Thread } from '../../core/model/thread';
import type { SearchHit } from '../../core/ports/threadStore';
import { commands } from '../../shared/contributions';
import type { HistoryRequest } from '../../shared/historyProtocol';
import type { ChatState } from '../../shared/protocol';
import { runCommand } from '../register';
import { settingsWritten } from '../settings';
import type { ChatPart, SessionDoor } from './chatPart';
import { hitView, threadView } from './historyViews';

/** Rows that are read at once: more than a screen has. */
const pageSize = 50;

/** After how many milliseconds a search of an index that is still being made is tried again. */
const searchAgainMs = 1000;

/** What was found so far, and where it goes on. */
interface Found {
  readonly query: string;
  readonly hits: readonly SearchHit[];
  readonly next: string | undefined;
  readonly unfinished: boolean;
}

const noThreads: readonly Thread[] = [];

/** The list of conversations, what is looked for in them, and what is done with one of them as a whole. */
export class HistoryRequests implements ChatPart<HistoryRequest> {
  /** How many rows the page shows, at most. */
  #rows = pageSize;
  #archivedRows = 0;
  #threads = noThreads;
  #archived = noThreads;
  #unread = false;
  #readTurn = 0;
  #found: Found | undefined;
  #searchTurn = 0;
  #searchTimer: ReturnType<typeof setTimeout> | undefined;
  #told = '';

  constructor(private readonly door: SessionDoor) {}

  async handle(request: HistoryRequest): Promise<void> {
    const { conversations } = this.door.app;
    switch (request.type) {
      case 'list':
        this.#rows = pageSize;
        this.#archivedRows = 0;
        await this.#search('');
        return this.refresh();
      case 'more':
        if (request.of === 'hits') return this.#moreHits();
        // One row more than is shown is read, which tells that there is more.
        if (request.of === 'list' && this.#threads.length > this.#rows) this.#rows += pageSize;
        if (request.of === 'archived' && this.#archived.length > this.#archivedRows) this.#archivedRows += pageSize;
        return this.refresh();
      case 'unfold-archived':
        this.#archivedRows = request.unfolded ? pageSize : 0;
        return this.refresh();
      case 'search':
        await this.#search(request.query);
        return this.#tell();
      case 'rename-thread':
        return conversations.rename(request.threadId, request.title);
      case 'pin-thread':
        return conversations.setPinned(request.threadId, request.pinned);
      case 'archive-thread':
        return conversations.setArchived(request.threadId, request.archived);
      case 'export-thread':
        await runCommand(commands.exportChat, request.threadId);
        return;
      case 'open-in-editor':
        await runCommand(commands.openChatInEditor, request.threadId ?? this.door.threadId());
        return;
      case 'fork':
        return this.#fork(request.messageId);
      case 'edit':
        if (request.text.trim() !== '') await this.#edit(request.messageId, request.text);
        return;
      case 'regenerate':
        return this.#regenerate(request.messageId);
    }
  }

  /** Reads what is shown of the list. What cannot be read now stays as it is. */
  async read(): Promise<void> {
    const { app, log } = this.door;
    const turn = ++this.#readTurn;
    try {
      const [threads, archived] = await Promise.all([
        app.conversations.list({ limit: this.#rows + 1 }),
        // One tells whether there are any.
        app.conversations.list({ archived: true, limit: this.#archivedRows + 1 }),
      ]);
      if (turn !== this.#readTurn) return;
      [this.#threads, this.#archived] = [threads, archived];
      this.#unread = false;
      // The last one was taken out: the next is not shown unasked.
      if (archived.length === 0) this.#archivedRows = 0;
    } catch (error) {
      log.error('the conversations could not be listed', error);
      if (turn === this.#readTurn) this.#unread = true;
    }
  }

  /** Reads it, and what was found, and shows it if it is another than before. */
  async refresh(): Promise<void> {
    await Promise.all([this.read(), this.#found ? this.#search(this.#found.query).catch((error: unknown) => this.door.log.error('the search could not be repeated', error)) : undefined]);
    this.#tell();
  }

  /** The conversation as the list has it; undefined where it is not among its first. */
  listed(threadId: string): Thread | undefined {
    return [...this.#threads, ...this.#archived].find(({ id }) => id === threadId);
  }

  state(): Pick<ChatState, 'threads' | 'history' | 'search'> {
    const state = this.#state();
    this.#told = JSON.stringify(state);
    return state;
  }

  #state(): Pick<ChatState, 'threads' | 'history' | 'search'> {
    const { conversations } = this.door.app;
    const now = Date.now();
    const shown = [...this.#threads.slice(0, this.#rows), ...this.#archived.slice(0, this.#archivedRows)];
    const found = this.#found;
    return {
      threads: shown.map((thread) => threadView(thread, conversations.runningIn(thread.id) !== undefined, now)),
      history: {
        more: this.#threads.length > this.#rows,
        archived: this.#archived.length === 0 ? 'none' : this.#archivedRows === 0 ? 'folded' : 'unfolded',
        moreArchived: this.#archivedRows > 0 && this.#archived.length > this.#archivedRows,
        ...(this.#unread ? { unread: true } : {}),
      },
      search: found && { query: found.query, hits: found.hits.map((hit) => hitView(hit, now)), more: found.next !== undefined, unfinished: found.unfinished },
    };
  }

  dispose(): void {
    clearTimeout(this.#searchTimer);
  }

  #tell(): void {
    const before = this.#told;
    const state = this.state();
    if (this.#told !== before) this.door.change(state);
  }

  /** Only the newest search counts. Throws StorageError. */
  async #search(query: string): Promise<void> {
    clearTimeout(this.#searchTimer);
    const turn = ++this.#searchTurn;
    if (query.trim() === '') {
      this.#found = undefined;
      return;
    }
    // Made anew because something changed, as much is found as was shown.
    const limit = this.#found?.query === query ? Math.max(pageSize, this.#found.hits.length) : pageSize;
    const { hits, next, unfinished = false } = await this.door.app.conversations.search(query, limit);
    if (turn !== this.#searchTurn) return;
    this.#found = { query, hits, next, unfinished };
    if (unfinished) this.#searchTimer = setTimeout(() => void this.refresh(), searchAgainMs);
  }

  async #moreHits(): Promise<void> {
    const turn = this.#searchTurn;
    const found = this.#found;
    if (found?.next === undefined) return;
    const { hits, next, unfinished = false } = await this.door.app.conversations.search(found.query, pageSize, found.next);
    if (turn !== this.#searchTurn || found !== this.#found) return;
    this.#found = { query: found.query, hits: [...found.hits, ...hits], next, unfinished };
    this.#tell();
  }

  async #fork(messageId: string): Promise<void> {
    const threadId = this.door.threadId();
    if (threadId === undefined) return;
    const forked = await this.door.app.conversations.fork(threadId, messageId);
    if (!forked.ok) throw new Error(this.door.tell(forked.failure));
    await this.door.openThread(forked.thread.id);
  }

  async #edit(messageId: string, text: string): Promise<void> {
    const threadId = this.door.threadId();
    if (threadId === undefined) return;
    await settingsWritten();
    const sent = await this.door.app.conversations.editAndResend(threadId, messageId, text);
    if (sent.ok) return;
    // The question is gone from here, and nobody has the words but this.
    if (sent.earlier !== undefined) await this.door.giveBack(text);
    throw new Error(this.door.tell(sent.failure));
  }

  async #regenerate(answerId: string): Promise<void> {
    const messages = this.door.messages();
    const question = messages.slice(0, messages.findIndex(({ id }) => id === answerId)).findLast(({ role }) => role === 'user');
    if (question) await this.#edit(question.id, question.text);
  }
}
