import type { AnswerEvent, Ask, AskRequest, Purpose } from '../model/ask';
import { type Failure, unexpected } from '../model/failure';
import { asArmId } from '../model/modelCard';
import type { Realm } from '../model/provider';
import type { Quality, Route } from '../model/route';
import type { Rating } from '../model/outcome';
import type { AnswerPhase, ConversationEvent, Explanation, StoredMessage, Thread } from '../model/thread';
import type { Clock } from '../ports/clock';
import type { Ids } from '../ports/ids';
import { storageFailure } from '../ports/ledgerStore';
import type { Log } from '../ports/log';
import type { ThreadStore } from '../ports/threadStore';
import { emptyAnswer, withEvent } from './answer';
import { historyOf, titleOf } from './history';

/** How often a growing answer is written down, in milliseconds: at most this much of it can be lost to a crash. */
const saveEveryMs = 1_000;

/** How long to wait before an ended answer that the database refused is written again, in milliseconds. */
const saveAgainMs = 5_000;

export interface Question {
  /** Undefined starts a new conversation. */
  readonly threadId: string | undefined;
  /** What is sent to the model. */
  readonly text: string;
  /** What is shown, when shorter. */
  readonly shown?: string;
  readonly purpose: Purpose;
  readonly language?: string;
  readonly quality?: Quality;
}

export interface ConversationDependencies {
  readonly ask: Ask;
  readonly explain: (route: Route) => Explanation;
  readonly threads: () => Promise<ThreadStore>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly realm: () => Realm;
  readonly window: string;
  /** Told how an answer was used: asked again, or followed by `next`. Never throws. */
  readonly onUsed?: (how: 'same' | 'better' | 'cheaper' | 'followed', answer: StoredMessage, next?: string) => void;
}

export type Sent = { readonly ok: true; readonly threadId: string; readonly messageId: string } | { readonly ok: false; readonly failure: Failure };

interface Running {
  readonly abort: AbortController;
  readonly messageId: string;
  message: StoredMessage;
  phase: AnswerPhase;
  /** Resolves when the answer has ended and is written down, or is waiting to be. Never rejects. */
  done: Promise<void>;
}

/**
 * Conversations and the answers being written in them. An answer lives here, not in a page: closing or reloading a
 * page changes nothing about it.
 */
export class Conversations {
  readonly #running = new Map<string, Running>();
  readonly #starting = new Set<string>();
  /** Ended answers that the database refused so far, by id: they are shown and sent from here. */
  readonly #unsaved = new Map<string, StoredMessage>();
  readonly #listeners = new Set<(event: ConversationEvent) => void>();
  #closing = false;

  constructor(private readonly dependencies: ConversationDependencies) {}

  onEvent(listener: (event: ConversationEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async list(limit = 200): Promise<readonly Thread[]> {
    return (await this.dependencies.threads()).list(limit);
  }

  /** The thread with its messages, the answer under way included as far as it is. Undefined: deleted or never there. */
  async open(threadId: string): Promise<{ readonly thread: Thread; readonly messages: readonly StoredMessage[] } | undefined> {
    const threads = await this.dependencies.threads();
    let stored = await threads.get(threadId);
    const writtenHere = this.#running.get(threadId)?.messageId;
    // One that is written elsewhere may be by a window that ended in the middle of it.
    const writtenElsewhere = stored?.messages.some(({ id, answer }) => answer?.state === 'streaming' && id !== writtenHere) ?? false;
    if (writtenElsewhere && (await threads.markInterrupted()) > 0) stored = await threads.get(threadId);
    const running = this.#running.get(threadId);
    return stored && { thread: stored.thread, messages: stored.messages.map((message) => (message.id === running?.messageId ? running.message : (this.#unsaved.get(message.id) ?? message))) };
  }

  /** The stored conversations changed, by this window or by another. */
  storeChanged(): void {
    this.#emit({ type: 'threads-changed' });
  }

  /** A question is being stored or an answer written: events tell what happens in this thread. */
  isBusy(threadId: string): boolean {
    return this.#running.has(threadId) || this.#starting.has(threadId);
  }

  runningIn(threadId: string): { readonly messageId: string; readonly phase: AnswerPhase } | undefined {
    return this.#running.get(threadId);
  }

  isRunning(): boolean {
    return this.#running.size > 0;
  }

  /**
   * Stores the question and starts the answer, which goes on by itself. Fails only if the question could not be
   * stored, or one is being answered; the caller then still has the text.
   */
  async send(question: Question): Promise<Sent> {
    const { clock, ids, realm } = this.dependencies;
    const { threadId } = question;
    if (threadId && this.isBusy(threadId)) return { ok: false, failure: { kind: 'busy' } };
    if (threadId) this.#starting.add(threadId);
    try {
      const threads = await this.dependencies.threads();
      const now = clock.now();
      const existing = threadId ? await this.open(threadId) : undefined;
      const thread = existing?.thread ?? { id: ids.next(), title: titleOf(question.shown ?? question.text), createdAt: now, updatedAt: now, realm: realm() };
      if (!existing) await threads.create(thread);
      const asked: StoredMessage = {
        id: ids.next(),
        threadId: thread.id,
        position: (existing?.messages.at(-1)?.position ?? -1) + 1,
        role: 'user',
        text: question.text,
        createdAt: now,
        ...(question.shown === undefined ? {} : { shown: question.shown }),
      };
      await threads.append(asked);
      const answered = existing?.messages.at(-1);
      if (answered?.role === 'assistant') this.dependencies.onUsed?.('followed', answered, question.text);
      this.#emit({ type: 'message-added', threadId: thread.id, message: asked });
      const messages = [...(existing?.messages ?? []), asked];
      const messageId = await this.#start(threads, thread.id, asked.position + 1, {
        messages: historyOf(messages, asked.position),
        purpose: question.purpose,
        threadId: thread.id,
        ...(question.language === undefined ? {} : { language: question.language }),
        ...(question.quality === undefined ? {} : { quality: question.quality }),
        ...warmPrefix(existing?.messages.at(-1), now),
      });
      this.#emit({ type: 'threads-changed' });
      return { ok: true, threadId: thread.id, messageId };
    } catch (error) {
      return { ok: false, failure: storageFailure(error) };
    } finally {
      if (threadId) this.#starting.delete(threadId);
    }
  }

  /** Asks the last question of a thread again: the same way, or one model up or down from the one that answered. */
  async again(threadId: string, messageId: string, how: 'same' | 'better' | 'cheaper'): Promise<Sent> {
    if (this.isBusy(threadId)) return { ok: false, failure: { kind: 'busy' } };
    this.#starting.add(threadId);
    try {
      const threads = await this.dependencies.threads();
      const stored = await this.open(threadId);
      const answer = stored?.messages.find((message) => message.id === messageId);
      const question = stored?.messages.filter((message) => message.role === 'user' && message.position < (answer?.position ?? 0)).at(-1);
      const last = stored?.messages.at(-1);
      if (!stored || !answer || !question || !last) return { ok: false, failure: { kind: 'unexpected', detail: 'That answer is no longer there.' } };
      const arm = answer.answer?.arm;
      this.dependencies.onUsed?.(how, answer);
      const started = await this.#start(threads, threadId, last.position + 1, {
        messages: historyOf(stored.messages, question.position),
        purpose: answer.answer?.purpose ?? 'chat',
        threadId,
        ...(how !== 'same' && arm ? { step: { direction: how, than: asArmId(arm) } } : {}),
      });
      return { ok: true, threadId, messageId: started };
    } catch (error) {
      return { ok: false, failure: storageFailure(error) };
    } finally {
      this.#starting.delete(threadId);
    }
  }

  /**
   * Keeps what the person says of an answer; undefined takes it back. Returns the answer, which must have ended, with it.
   */
  async rate(threadId: string, messageId: string, rating: Rating | undefined): Promise<{ readonly ok: true; readonly message: StoredMessage } | { readonly ok: false; readonly failure: Failure }> {
    if (this.#running.get(threadId)?.messageId === messageId) return { ok: false, failure: { kind: 'busy' } };
    try {
      const message = (await this.open(threadId))?.messages.find(({ id }) => id === messageId);
      if (!message?.answer) return { ok: false, failure: { kind: 'unexpected', detail: 'That answer is no longer there.' } };
      const { rating: _before, ...rest } = message.answer;
      const answer = { ...rest, ...(rating ? { rating } : {}) };
      const rated = { ...message, answer };
      await (await this.dependencies.threads()).update(messageId, message.text, answer);
      if (this.#unsaved.has(messageId)) this.#unsaved.set(messageId, rated);
      this.#emit({ type: 'answer-changed', threadId, messageId, answer, phase: 'ended' });
      return { ok: true, message: rated };
    } catch (error) {
      return { ok: false, failure: storageFailure(error) };
    }
  }

  stop(threadId: string): void {
    this.#running.get(threadId)?.abort.abort();
  }

  /** Stops an answer under way, then marks the thread deleted; `restore` brings it back for a day. */
  async delete(threadId: string): Promise<void> {
    this.stop(threadId);
    await (await this.dependencies.threads()).delete(threadId, this.dependencies.clock.now());
    this.#emit({ type: 'threads-changed' });
  }

  async restore(threadId: string): Promise<void> {
    await (await this.dependencies.threads()).restore(threadId);
    this.#emit({ type: 'threads-changed' });
  }

  /** Cancels everything under way and waits until it is written down. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const running of this.#running.values()) running.abort.abort();
    await Promise.all(Array.from(this.#running.values(), ({ done }) => done));
    await this.#saveUnsaved();
  }

  async #start(threads: ThreadStore, threadId: string, position: number, request: AskRequest): Promise<string> {
    const { clock, ids, window } = this.dependencies;
    const message: StoredMessage = { id: ids.next(), threadId, position, role: 'assistant', text: '', createdAt: clock.now(), answer: { ...emptyAnswer(request.purpose, this.dependencies.realm()), window } };
    await threads.append(message);
    const running: Running = { abort: new AbortController(), messageId: message.id, message, phase: 'choosing', done: Promise.resolve() };
    // Stored while the window was closing: nothing may leave any more.
    if (this.#closing) running.abort.abort();
    this.#running.set(threadId, running);
    this.#emit({ type: 'message-added', threadId, message });
    running.done = this.#write(threads, threadId, running, { ...request, question: message.id });
    return message.id;
  }

  async #write(threads: ThreadStore, threadId: string, running: Running, request: AskRequest): Promise<void> {
    const { clock, log } = this.dependencies;
    let savedAt = clock.elapsed();
    let saving: Promise<unknown> | undefined;
    try {
      for await (const event of this.dependencies.ask(request, running.abort.signal)) {
        this.#apply(threadId, running, event);
        if (saving || clock.elapsed() - savedAt < saveEveryMs) continue;
        savedAt = clock.elapsed();
        // Not waited for: a database that another process holds must not stop the text.
        saving = this.#save(threads, running.message).then(() => {
          saving = undefined;
        });
      }
    } catch (error) {
      // Nothing here throws; should it all the same, the conversation must not stay busy for ever.
      log.error('an answer ended unexpectedly', error);
      this.#apply(threadId, running, { type: 'answer-failed', failure: unexpected(error), receipt: undefined });
    }
    await saving;
    if (!(await this.#save(threads, running.message))) {
      this.#unsaved.set(running.messageId, running.message);
      if (!this.#closing) clock.after(saveAgainMs, () => void this.#saveUnsaved());
    }
    this.#running.delete(threadId);
    this.#emit({ type: 'threads-changed' });
  }

  /** Whether the answer is written down as it is now. */
  async #save(threads: ThreadStore, { id, text, answer }: StoredMessage): Promise<boolean> {
    try {
      if (answer) await threads.update(id, text, answer);
      return true;
    } catch (error) {
      this.dependencies.log.error('an answer could not be saved yet', error);
      return false;
    }
  }

  async #saveUnsaved(): Promise<void> {
    const { clock } = this.dependencies;
    try {
      const threads = await this.dependencies.threads();
      for (const message of this.#unsaved.values()) if (await this.#save(threads, message)) this.#unsaved.delete(message.id);
    } catch (error) {
      this.dependencies.log.error('answers could not be saved yet', error);
    }
    if (this.#unsaved.size > 0 && !this.#closing) clock.after(saveAgainMs, () => void this.#saveUnsaved());
  }

  #apply(threadId: string, running: Running, event: AnswerEvent): void {
    const { message } = running;
    if (event.type === 'text-delta') {
      running.message = { ...message, text: message.text + event.text };
      if (running.phase !== 'writing') this.#changePhase(threadId, running, 'writing');
      this.#emit({ type: 'text-appended', threadId, messageId: message.id, at: message.text.length, text: event.text });
      return;
    }
    if (event.type === 'reasoning-delta' && running.phase === 'thinking' && message.answer) {
      const { reasoning = '' } = message.answer;
      running.message = { ...message, answer: { ...message.answer, reasoning: reasoning + event.text } };
      this.#emit({ type: 'reasoning-appended', threadId, messageId: message.id, at: reasoning.length, text: event.text });
      return;
    }
    const answer = message.answer && withEvent(this.dependencies.explain, message.answer, event, message.text);
    if (!answer) return;
    // Nobody pressed Stop: the window went away under the answer.
    const interrupted = this.#closing && answer.state === 'cancelled';
    running.message = { ...message, answer: interrupted ? { ...answer, state: 'interrupted' } : answer };
    this.#changePhase(threadId, running, phaseAfter(event, running.phase));
  }

  #changePhase(threadId: string, running: Running, phase: AnswerPhase): void {
    running.phase = phase;
    if (running.message.answer) this.#emit({ type: 'answer-changed', threadId, messageId: running.messageId, answer: running.message.answer, phase });
  }

  #emit(event: ConversationEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        // Whoever only looks on must not end an answer that is paid for.
        this.dependencies.log.error('a listener of the conversations failed', error);
      }
    }
  }
}

/** How long hosts keep a prompt at least, in milliseconds: five minutes at OpenAI, Anthropic and most others. */
const cacheKeptMs = 5 * 60_000;
/** Hosts cache from 1,024 tokens on, in steps of 128 (OpenAI's prompt caching guide). */
const leastCached = 1024;
const cacheStep = 128;

/** What the host of the last answer still has of the prompt, as a request tells it. `now` is epoch milliseconds. */
export function warmPrefix(last: StoredMessage | undefined, now: number): Pick<AskRequest, 'warm'> {
  const { arm, inputTokens = 0, totalMs = 0 } = last?.answer ?? {};
  if (!last || arm === undefined || inputTokens < leastCached || now - last.createdAt - totalMs > cacheKeptMs) return {};
  return { warm: { arm: asArmId(arm), cachedTokens: Math.floor(inputTokens / cacheStep) * cacheStep } };
}

function phaseAfter(event: AnswerEvent, phase: AnswerPhase): AnswerPhase {
  switch (event.type) {
    case 'answer-start':
      return 'waiting';
    case 'answer-waiting':
      return 'pausing';
    case 'answer-switched':
      return 'choosing';
    case 'reasoning-delta':
      return 'thinking';
    case 'answer-end':
    case 'answer-failed':
      return 'ended';
    default:
      return phase;
  }
}
