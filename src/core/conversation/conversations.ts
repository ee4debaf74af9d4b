import type { Ask, AskRequest, Purpose } from '../model/ask';
import type { ContextItem } from '../model/contextItem';
import type { Failure } from '../model/failure';
import { type ArmId, asArmId } from '../model/modelCard';
import type { Realm } from '../model/provider';
import type { Quality } from '../model/route';
import type { Rating } from '../model/outcome';
import type { WorkDoing, WorkEvent, WorkWish } from '../model/work';
import { type AnswerPhase, type ConversationEvent, questionBefore, type StoredAnswer, type StoredMessage, type StoredThread, type Thread } from '../model/thread';
import type { Ids } from '../ports/ids';
import { storageFailure } from '../ports/ledgerStore';
import type { SearchPage, ThreadQuery, ThreadStore } from '../ports/threadStore';
import { emptyAnswer } from './answer';
import { copyOf } from './copied';
import { historyOf, titleOf } from './history';
import { asNew } from './imported';
import { RunningAnswers, type WritingDependencies } from './runningAnswers';
import { warmPrefix } from './warmPrefix';
import { beginWork, goingOn, taken } from './workAnswer';

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
  /** Ask exactly this one. */
  readonly pin?: ArmId;
  /** What goes with it. */
  readonly context?: readonly ContextItem[];
  /** Several models work on it. */
  readonly work?: WorkWish;
}

export interface ConversationDependencies extends WritingDependencies {
  readonly ask: Ask;
  /** Several models on one question; `request.question` is the id of the answer. */
  readonly work: (wish: WorkWish, request: AskRequest, doing: WorkDoing) => AsyncGenerator<WorkEvent, void>;
  readonly ids: Ids;
  readonly realm: () => Realm;
  readonly window: string;
  /** Told how an answer was used: asked again, or followed by `next`. Never throws. */
  readonly onUsed?: (how: 'same' | 'better' | 'cheaper' | 'followed', answer: StoredMessage, next?: string) => void;
}

/** An answer after it was changed. */
export type ChangedAnswer = { readonly ok: true; readonly message: StoredMessage } | { readonly ok: false; readonly failure: Failure };

/** Ids of the conversations that are kept. */
export interface Imported {
  readonly threadIds: readonly string[];
  readonly failure?: Failure;
}

export type Forked = { readonly ok: true; readonly thread: Thread } | { readonly ok: false; readonly failure: Failure };
/** `earlier`: the archived conversation as it was before, also where asking failed after it was kept. */
export type Edited = Sent & { readonly earlier?: string };
export type Sent = { readonly ok: true; readonly threadId: string; readonly messageId: string } | { readonly ok: false; readonly failure: Failure };

const busy = { ok: false, failure: { kind: 'busy' } } as const;
const answerGone = { ok: false, failure: { kind: 'unexpected', detail: 'That answer is no longer there.' } } as const;

/**
 * Conversations and the answers being written in them. An answer lives here, not in a page: closing or reloading a
 * page changes nothing about it.
 */
export class Conversations {
  readonly #running: RunningAnswers;
  readonly #starting = new Set<string>();
  /** Resolves when the last change of an answer that has ended is written. */
  #changes: Promise<unknown> = Promise.resolve();
  readonly #listeners = new Set<(event: ConversationEvent) => void>();

  constructor(private readonly dependencies: ConversationDependencies) {
    this.#running = new RunningAnswers(dependencies, (event) => this.#emit(event));
  }

  onEvent(listener: (event: ConversationEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A page of the conversations; the first one, unless told otherwise. Throws StorageError, as all that reads. */
  async list(query: Partial<ThreadQuery> = {}): Promise<readonly Thread[]> {
    return (await this.dependencies.threads()).list({ limit: 200, ...query });
  }

  /** Conversations with these words in the title or in a message; `next` of a page gives the one after it. */
  async search(query: string, limit: number, next?: string): Promise<SearchPage> {
    return (await this.dependencies.threads()).search(query, limit, next);
  }

  /** The thread with its messages, the answer under way included as far as it is. Undefined: deleted or never there. */
  async open(threadId: string): Promise<{ readonly thread: Thread; readonly messages: readonly StoredMessage[] } | undefined> {
    const threads = await this.dependencies.threads();
    let stored = await threads.get(threadId);
    const writtenHere = this.#running.get(threadId)?.messageId;
    // One that is written elsewhere may be by a window that ended in the middle of it.
    const writtenElsewhere = stored?.messages.some(({ id, answer }) => answer?.state === 'streaming' && id !== writtenHere) ?? false;
    if (writtenElsewhere && (await threads.markInterrupted()) > 0) stored = await threads.get(threadId);
    return stored && { thread: stored.thread, messages: stored.messages.map((message) => this.#running.asItIs(message)) };
  }

  /** The stored conversations changed, by this window or by another. */
  storeChanged(): void {
    this.#emit({ type: 'threads-changed' });
  }

  /** A question is being stored or an answer written: events tell what happens in this thread. */
  isBusy(threadId: string): boolean {
    return this.#running.get(threadId) !== undefined || this.#starting.has(threadId);
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
  send(question: Question): Promise<Sent> {
    return this.#alone(question.threadId, () => this.#send(question));
  }

  /** Begins one thing at a time in a conversation. What it throws becomes its failure. */
  async #alone(threadId: string | undefined, begin: () => Promise<Sent>): Promise<Sent> {
    const running = threadId === undefined ? undefined : this.#running.get(threadId);
    // One that is shown as ended is still being written down: whoever asks on at once is not refused.
    if (running?.phase === 'ended') await running.done;
    if (threadId && this.isBusy(threadId)) return busy;
    if (threadId) this.#starting.add(threadId);
    try {
      return await begin();
    } catch (error) {
      return { ok: false, failure: storageFailure(error) };
    } finally {
      if (threadId) this.#starting.delete(threadId);
    }
  }

  /** `earlier` is the conversation that keeps what stood in the place of this question. Throws StorageError. */
  async #send(question: Question, earlier?: string): Promise<Sent> {
    const { clock, ids, realm } = this.dependencies;
    const { threadId } = question;
    const threads = await this.dependencies.threads();
    const now = clock.now();
    const existing = threadId ? await this.open(threadId) : undefined;
    const thread: Thread = existing?.thread ?? { id: ids.next(), title: titleOf(question.shown ?? question.text), titleBy: 'question', createdAt: now, updatedAt: now, realm: realm() };
    if (!existing) await threads.create(thread);
    const asked: StoredMessage = {
      id: ids.next(),
      threadId: thread.id,
      position: (existing?.messages.at(-1)?.position ?? -1) + 1,
      role: 'user',
      text: question.text,
      createdAt: now,
      ...(question.shown === undefined ? {} : { shown: question.shown }),
      ...(question.context && question.context.length > 0 ? { context: question.context } : {}),
      ...(earlier === undefined ? {} : { earlier }),
    };
    await threads.append(asked);
    const answered = existing?.messages.at(-1);
    if (answered?.role === 'assistant' && earlier === undefined) this.dependencies.onUsed?.('followed', answered, question.text);
    this.#emit({ type: 'message-added', threadId: thread.id, message: asked });
    const messages = [...(existing?.messages ?? []), asked];
    const messageId = await this.#start(threads, thread.id, asked.position + 1, {
      messages: historyOf(messages, asked.position),
      purpose: question.purpose,
      threadId: thread.id,
      ...(question.language === undefined ? {} : { language: question.language }),
      ...(question.quality === undefined ? {} : { quality: question.quality }),
      ...(question.pin === undefined ? {} : { pin: question.pin }),
      ...warmPrefix(existing?.messages.at(-1), now),
    }, question.work);
    this.storeChanged();
    return { ok: true, threadId: thread.id, messageId };
  }

  /**
   * Asks a question of a conversation anew in other words, in its place. What stood there and behind it goes into an
   * archived conversation first, whose id is in the result and, as `earlier`, in the new question: nothing is lost by it.
   * Without `context` that of the old question goes with the new one.
   */
  async editAndResend(threadId: string, messageId: string, text: string, { context, work }: Pick<Question, 'context' | 'work'> = {}): Promise<Edited> {
    const kept: { earlier?: string } = {};
    const sent = await this.#alone(threadId, async () => {
      const threads = await this.dependencies.threads();
      const stored = await this.open(threadId);
      const question = stored?.messages.find(({ id, role }) => id === messageId && role === 'user');
      const last = stored?.messages.at(-1);
      if (!stored || !question || !last) return { ok: false, failure: { kind: 'unexpected', detail: 'That question is no longer there.' } };
      const copy = copyOf(this.dependencies, stored, last.id, { title: stored.thread.title, archived: true });
      await threads.importThread(copy.thread, copy.messages);
      kept.earlier = copy.thread.id;
      await threads.truncate(threadId, question.position);
      this.#emit({ type: 'messages-removed', threadId, from: question.position });
      // The title was that of the question that stood here.
      if (stored.messages.every(({ role, position }) => role !== 'user' || position >= question.position)) await threads.rename(threadId, titleOf(text), 'question');
      const answered = stored.messages.find(({ position, answer }) => position > question.position && answer)?.answer;
      const goesWithIt = context ?? question.context;
      const shown = text === question.text ? question.shown : undefined;
      return this.#send({ threadId, text, purpose: purposeOf(answered), ...(shown === undefined ? {} : { shown }), ...(goesWithIt ? { context: goesWithIt } : {}), ...(work ? { work } : {}) }, kept.earlier);
    });
    return { ...sent, ...kept };
  }

  /** A new conversation with copies of the messages up to and including this one. */
  async fork(threadId: string, messageId: string): Promise<Forked> {
    try {
      const stored = await this.open(threadId);
      if (!stored?.messages.some(({ id }) => id === messageId)) return { ok: false, failure: { kind: 'unexpected', detail: 'That message is no longer there.' } };
      const { thread, messages } = copyOf(this.dependencies, stored, messageId, { title: stored.thread.title });
      await (await this.dependencies.threads()).importThread(thread, messages);
      this.storeChanged();
      return { ok: true, thread };
    } catch (error) {
      return { ok: false, failure: storageFailure(error) };
    }
  }

  /** Asks the last question of a thread again: the same way, one model up or down from the one that answered, this one, or of several models. */
  again(threadId: string, messageId: string, how: 'same' | 'better' | 'cheaper' | { readonly pin: ArmId }, wish?: WorkWish): Promise<Sent> {
    return this.#alone(threadId, async () => {
      const threads = await this.dependencies.threads();
      const stored = await this.open(threadId);
      const answer = stored?.messages.find((message) => message.id === messageId);
      const question = stored && answer && questionBefore(stored.messages, answer);
      const last = stored?.messages.at(-1);
      if (!question || !last) return answerGone;
      const arm = answer.answer?.arm;
      const pin = typeof how === 'string' ? undefined : how.pin;
      if (!wish && typeof how === 'string') this.dependencies.onUsed?.(how, answer);
      const started = await this.#start(threads, threadId, last.position + 1, {
        messages: historyOf(stored.messages, question.position),
        purpose: purposeOf(answer.answer),
        threadId,
        ...(pin === undefined ? {} : { pin }),
        ...(typeof how === 'string' && how !== 'same' && arm ? { step: { direction: how, than: asArmId(arm) } } : {}),
      }, wish ?? (how === 'same' ? answer.answer?.work?.wish : undefined));
      return { ok: true, threadId, messageId: started };
    });
  }

  /**
   * Keeps what the person says of an answer; undefined takes it back. Returns the answer, which must have ended, with it.
   */
  rate(threadId: string, messageId: string, rating: Rating | undefined): Promise<ChangedAnswer> {
    return this.#changeAnswer(threadId, messageId, (message, { rating: _before, ...rest }) => ({ ...message, answer: { ...rest, ...(rating ? { rating } : {}) } }));
  }

  /** Stops one step of the work under way; the others go on. */
  stopStep(threadId: string, stepId: string): void {
    this.#running.get(threadId)?.stops.get(stepId)?.abort();
  }

  /** Asks the model of one step of a comparison once more, in its place. */
  retryStep(threadId: string, messageId: string, stepId: string): Promise<Sent> {
    return this.#alone(threadId, async () => {
      const threads = await this.dependencies.threads();
      const { messages } = (await this.open(threadId)) ?? { messages: [] };
      const message = messages.find(({ id }) => id === messageId);
      if (message?.answer?.state === 'streaming') return busy;
      const question = message && questionBefore(messages, message);
      const step = message?.answer?.work?.steps.find(({ id }) => id === stepId);
      const { arm } = step ?? {};
      const going = message && goingOn(message, this.dependencies.window);
      if (!going?.answer || !question || !step || arm === undefined) return answerGone;
      await threads.update(messageId, going.text, going.answer);
      const request: AskRequest = { messages: historyOf(messages, question.position), purpose: 'chat', threadId, question: messageId };
      const run = this.#running.begin(threads, going, (doing) => this.dependencies.work({ strategy: 'compare', arms: [arm] }, request, { ...doing, again: step }));
      this.#emit({ type: 'answer-changed', threadId, messageId, answer: going.answer, phase: 'choosing' });
      run();
      return { ok: true, threadId, messageId };
    });
  }

  /** Makes the text of a step of its work the answer. Work under way is stopped: the person has what they want. */
  async takeStep(threadId: string, messageId: string, stepId: string): Promise<ChangedAnswer> {
    const running = this.#running.get(threadId);
    if (running?.messageId === messageId) {
      running.abort.abort();
      await running.done;
    }
    return this.#changeAnswer(threadId, messageId, (message) => taken(message, stepId));
  }

  /** Keeps what the person voted for. */
  vote(threadId: string, messageId: string, step: string): Promise<ChangedAnswer> {
    const at = this.dependencies.clock.now();
    return this.#changeAnswer(threadId, messageId, (message, { work, ...rest }) => (work && (step === 'same' || work.steps.some(({ id }) => id === step)) ? { ...message, answer: { ...rest, work: { ...work, vote: { step, at } } } } : undefined));
  }

  /** Changes an answer that has ended: one change after the other, so that a vote and a rating at once are both kept. */
  #changeAnswer(threadId: string, messageId: string, change: (message: StoredMessage, answer: StoredAnswer) => StoredMessage | undefined): Promise<ChangedAnswer> {
    const changed = this.#changes.then(() => this.#changeNow(threadId, messageId, change));
    this.#changes = changed;
    return changed;
  }

  /** Never rejects. */
  async #changeNow(threadId: string, messageId: string, change: (message: StoredMessage, answer: StoredAnswer) => StoredMessage | undefined): Promise<ChangedAnswer> {
    const running = this.#running.get(threadId);
    if (running?.messageId === messageId && running.phase !== 'ended') return busy;
    // One that has just ended is being written down.
    if (running?.messageId === messageId) await running.done;
    try {
      const before = (await this.open(threadId))?.messages.find(({ id }) => id === messageId);
      // Another window writes it.
      if (before?.answer?.state === 'streaming') return busy;
      const message = before?.answer && change(before, before.answer);
      if (!before || !message?.answer) return answerGone;
      // A step of it is asked once more since.
      if (this.#running.get(threadId)?.messageId === messageId) return busy;
      await (await this.dependencies.threads()).update(messageId, message.text, message.answer);
      this.#running.changed(message);
      if (message.text !== before.text) this.#emit({ type: 'message-changed', threadId, message });
      this.#emit({ type: 'answer-changed', threadId, messageId, answer: message.answer, phase: 'ended' });
      return { ok: true, message };
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
    await this.#changeThreads((threads) => threads.delete(threadId, this.dependencies.clock.now()));
  }

  /** Gives it the title that the person wants; one without a word changes nothing. Throws StorageError. */
  async rename(threadId: string, title: string): Promise<void> {
    if (title.trim() !== '') await this.#changeThreads((threads) => threads.rename(threadId, title.trim(), 'person'));
  }

  /** Keeps it on top of the list, or no longer. Throws StorageError. */
  setPinned(threadId: string, pinned: boolean): Promise<void> {
    return this.#changeThreads((threads) => threads.setPinned(threadId, pinned));
  }

  /** Takes it out of the list without deleting it, or brings it back. Throws StorageError. */
  setArchived(threadId: string, archived: boolean): Promise<void> {
    return this.#changeThreads((threads) => threads.setArchived(threadId, archived));
  }

  restore(threadId: string): Promise<void> {
    return this.#changeThreads((threads) => threads.restore(threadId));
  }

  async #changeThreads(change: (threads: ThreadStore) => Promise<void>): Promise<void> {
    await change(await this.dependencies.threads());
    this.storeChanged();
  }

  /** All conversations, the archived last, one after the other as they are read. Throws StorageError. */
  async *everything(): AsyncGenerator<StoredThread, void> {
    for (const archived of [false, true]) {
      let page: readonly Thread[] = [];
      do {
        const before = page.at(-1);
        page = await this.list({ archived, ...(before ? { before } : {}) });
        for (const { id } of page) {
          const stored = await this.open(id);
          if (stored) yield stored;
        }
      } while (page.length > 0);
    }
  }

  /** Keeps conversations of a file as new ones, until `signal` is aborted. `failure`: those behind the last one are not kept. */
  async importThreads(chats: readonly StoredThread[], signal: AbortSignal): Promise<Imported> {
    const threadIds: string[] = [];
    try {
      const threads = await this.dependencies.threads();
      for (const { thread, messages } of asNew(this.dependencies, chats)) {
        if (signal.aborted) break;
        await threads.importThread(thread, messages);
        threadIds.push(thread.id);
      }
      return { threadIds };
    } catch (error) {
      return { threadIds, failure: storageFailure(error) };
    } finally {
      this.storeChanged();
    }
  }

  /** Cancels everything under way and waits until it is written down. */
  close(): Promise<void> {
    return this.#running.close();
  }

  async #start(threads: ThreadStore, threadId: string, position: number, request: AskRequest, wish?: WorkWish): Promise<string> {
    const { clock, ids, window } = this.dependencies;
    const message: StoredMessage = { id: ids.next(), threadId, position, role: 'assistant', text: '', createdAt: clock.now(), answer: { ...emptyAnswer(wish?.strategy ?? request.purpose, this.dependencies.realm()), window, ...(wish ? { work: beginWork(wish) } : {}) } };
    await threads.append(message);
    const run = this.#running.begin(threads, message, (doing) => {
      const whole = { ...request, question: message.id };
      return wish ? this.dependencies.work(wish, whole, doing) : this.dependencies.ask(whole, doing.signal);
    });
    this.#emit({ type: 'message-added', threadId, message });
    run();
    return message.id;
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

/** What a question is asked for once more: of one model, where several worked on it. */
function purposeOf(answer: StoredAnswer | undefined): Purpose {
  return answer?.work ? 'chat' : (answer?.purpose ?? 'chat');
}
