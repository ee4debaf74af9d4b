import type { AnswerEvent } from '../model/ask';
import { unexpected } from '../model/failure';
import type { Route } from '../model/route';
import type { AnswerPhase, ConversationEvent, Explanation, StoredAnswer, StoredMessage } from '../model/thread';
import type { WorkDoing, WorkEvent } from '../model/work';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type { ThreadStore } from '../ports/threadStore';
import { withEvent, withWholeTime } from './answer';
import { asLeft, isWorkEvent, withWork } from './workAnswer';

/** How often a growing answer is written down, in milliseconds: at most this much of it can be lost to a crash. */
const saveEveryMs = 1_000;

/** How long to wait before an ended answer that the database refused is written again, in milliseconds. */
const saveAgainMs = 5_000;

export interface WritingDependencies {
  readonly explain: (route: Route) => Explanation;
  readonly threads: () => Promise<ThreadStore>;
  readonly clock: Clock;
  readonly log: Log;
}

interface Running {
  readonly abort: AbortController;
  /** Of the steps of its work. */
  readonly stops: Map<string, AbortController>;
  readonly messageId: string;
  message: StoredMessage;
  phase: AnswerPhase;
  /** When it would have begun had it been written without a pause, by the clock of durations. */
  readonly startedAt: number;
  /** Resolves when the answer has ended and is written down, or is waiting to be. Never rejects. */
  done: Promise<void>;
}

/**
 * The answers being written, one in a conversation at most: what comes goes into the message, is told, and is written
 * down from time to time and at the end.
 */
export class RunningAnswers {
  readonly #running = new Map<string, Running>();
  /** Ended answers that the database refused so far, by id: they are shown and sent from here. */
  readonly #unsaved = new Map<string, StoredMessage>();
  #closing = false;

  /** @param emit tells what happens; never throws */
  constructor(
    private readonly dependencies: WritingDependencies,
    private readonly emit: (event: ConversationEvent) => void,
  ) {}

  get size(): number {
    return this.#running.size;
  }

  get(threadId: string): Running | undefined {
    return this.#running.get(threadId);
  }

  /** A message that was read from the database as it is by now. */
  asItIs(message: StoredMessage): StoredMessage {
    const running = this.#running.get(message.threadId);
    return running?.messageId === message.id ? running.message : asLeft(this.#unsaved.get(message.id) ?? message);
  }

  /** An ended answer was changed: one that is still to be written down is written as it is now. */
  changed(message: StoredMessage): void {
    if (this.#unsaved.has(message.id)) this.#unsaved.set(message.id, message);
  }

  /** Cancels everything under way and waits until it is written down. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const running of this.#running.values()) running.abort.abort();
    await Promise.all(Array.from(this.#running.values(), ({ done }) => done));
    await this.#saveUnsaved();
  }

  /** Writes into a message what comes. It runs from now on; nothing is asked before what is returned is called. */
  begin(threads: ThreadStore, message: StoredMessage, events: (doing: WorkDoing) => AsyncIterable<AnswerEvent | WorkEvent>): () => void {
    const { threadId } = message;
    const running: Running = { abort: new AbortController(), stops: new Map(), messageId: message.id, message, phase: 'choosing', startedAt: this.dependencies.clock.elapsed() - (message.answer?.totalMs ?? 0), done: Promise.resolve() };
    // Stored while the window was closing: nothing may leave any more.
    if (this.#closing) running.abort.abort();
    this.#running.set(threadId, running);
    const stopOf = (stepId: string): AbortSignal => {
      const stop = new AbortController();
      running.stops.set(stepId, stop);
      return stop.signal;
    };
    return () => {
      running.done = this.#write(threads, threadId, running, () => events({ signal: running.abort.signal, stopOf }));
    };
  }

  async #write(threads: ThreadStore, threadId: string, running: Running, events: () => AsyncIterable<AnswerEvent | WorkEvent>): Promise<void> {
    const { clock, log } = this.dependencies;
    let savedAt = clock.elapsed();
    let saving: Promise<unknown> | undefined;
    try {
      // Called in here: the part that does it may not even load.
      for await (const event of events()) {
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
    this.emit({ type: 'threads-changed' });
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

  #applyWork(threadId: string, running: Running, event: WorkEvent): void {
    const before = running.message;
    const worked = withWork(before, event);
    const message = event.type === 'work-ended' && worked.answer ? { ...worked, answer: this.#timed(running, worked.answer) } : worked;
    const interrupted = this.#closing && message.answer?.state === 'cancelled';
    running.message = interrupted && message.answer ? { ...message, answer: { ...message.answer, state: 'interrupted' } } : message;
    if (event.type === 'step-appended') {
      const at = before.answer?.work?.steps.find(({ id }) => id === event.stepId)?.text.length;
      if (at !== undefined) this.emit({ type: 'step-appended', threadId, messageId: message.id, stepId: event.stepId, at, text: event.text });
      return;
    }
    if (message.text !== before.text) this.emit({ type: 'message-changed', threadId, message: running.message });
    this.#changePhase(threadId, running, event.type === 'work-ended' ? 'ended' : event.type === 'work-planned' ? 'waiting' : running.phase === 'choosing' ? 'waiting' : 'writing');
  }

  #apply(threadId: string, running: Running, event: AnswerEvent | WorkEvent): void {
    const { message } = running;
    if (isWorkEvent(event)) return this.#applyWork(threadId, running, event);
    if (event.type === 'text-delta') {
      running.message = { ...message, text: message.text + event.text };
      if (running.phase !== 'writing') this.#changePhase(threadId, running, 'writing');
      this.emit({ type: 'text-appended', threadId, messageId: message.id, at: message.text.length, text: event.text });
      return;
    }
    if (event.type === 'reasoning-delta' && running.phase === 'thinking' && message.answer) {
      const { reasoning = '' } = message.answer;
      running.message = { ...message, answer: { ...message.answer, reasoning: reasoning + event.text } };
      this.emit({ type: 'reasoning-appended', threadId, messageId: message.id, at: reasoning.length, text: event.text });
      return;
    }
    const next = message.answer && withEvent(this.dependencies.explain, message.answer, event, message.text);
    if (!next) return;
    const answer = event.type === 'answer-end' || event.type === 'answer-failed' ? this.#timed(running, next) : next;
    // Nobody pressed Stop: the window went away under the answer.
    const interrupted = this.#closing && answer.state === 'cancelled';
    running.message = { ...message, answer: interrupted ? { ...answer, state: 'interrupted' } : answer };
    this.#changePhase(threadId, running, phaseAfter(event, running.phase));
  }

  #timed({ startedAt }: Running, answer: StoredAnswer): StoredAnswer {
    return withWholeTime(answer, this.dependencies.clock.elapsed() - startedAt);
  }

  #changePhase(threadId: string, running: Running, phase: AnswerPhase): void {
    running.phase = phase;
    if (running.message.answer) this.emit({ type: 'answer-changed', threadId, messageId: running.messageId, answer: running.message.answer, phase });
  }
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
