import type { ConversationEvent, StoredAnswer, StoredMessage, StoredThread, Thread } from '../../core/model/thread';
import { withStepText } from './stepText';

/** What happened to one conversation. */
type ThreadEvent = Exclude<ConversationEvent, { type: 'threads-changed' }>;

/** A conversation as a chat shows it: as it was read from the database, with what its events have told since. */
export class ShownThread {
  /** Changed in place: an answer comes in a thousand pieces. */
  #messages: StoredMessage[] = [];
  #isReading = false;
  /** An event that does not fit came while it was read. */
  #missed = false;
  /** When it was last written to, as the database has it. Undefined: it has to be read again. */
  #updatedAt: number | undefined;
  /** Its own fields. */
  thread: Thread | undefined;

  get messages(): readonly StoredMessage[] {
    return this.#messages;
  }

  /** It is being read, and is shown as a whole once it is. */
  get isReading(): boolean {
    return this.#isReading;
  }

  /** The last message that an answer can be asked for again. One that no model gave is nothing to go up or down from; the one before it still is. */
  get lastMessageId(): string | undefined {
    return this.#messages.findLast(({ answer }) => !answer || answer.state === 'streaming' || answer.arm !== undefined)?.id;
  }

  message(messageId: string | undefined): StoredMessage | undefined {
    return this.#messages.find(({ id }) => id === messageId);
  }

  messageBefore(messageId: string): StoredMessage | undefined {
    return this.#messages[this.#messages.findIndex(({ id }) => id === messageId) - 1];
  }

  /** From here on until `read` or `unreadable`, what comes may be in what is read, or be missing there. */
  beginReading(): void {
    this.#isReading = true;
    this.#missed = false;
  }

  /** Undefined: there is no conversation. */
  read(stored: StoredThread | undefined): void {
    this.#messages = [...(stored?.messages ?? [])];
    this.thread = stored?.thread;
    this.#updatedAt = this.#missed ? undefined : stored?.thread.updatedAt;
    this.#isReading = false;
  }

  /** What cannot be read now stays as it is shown: it may be readable in a moment. */
  unreadable(threadId: string | undefined): void {
    if (this.#messages[0]?.threadId !== threadId) this.#messages = [];
    this.#updatedAt = undefined;
    this.#isReading = false;
  }

  /** Whether the database has nothing newer, as far as that can be told without reading it. An answer that is shown as under way may have been given up by the window that wrote it. */
  isOf(updatedAt: number | undefined): boolean {
    return updatedAt !== undefined && updatedAt === this.#updatedAt && !this.#messages.some(({ answer }) => answer?.state === 'streaming');
  }

  /** Whether what is stored is what is shown; remembered if it is. */
  isSame({ thread, messages }: StoredThread): boolean {
    const isSame = messages.length === this.#messages.length && messages.every((message, index) => isShownAs(message, this.#messages[index]));
    if (isSame) this.#updatedAt = thread.updatedAt;
    return isSame;
  }

  /** Takes in what happened. False: it does not fit, for the conversation was read meanwhile and lacks it or has it already. */
  take(event: ThreadEvent): boolean {
    const fits = this.#take(event);
    if (!fits) this.#missed = true;
    return fits;
  }

  #take(event: ThreadEvent): boolean {
    switch (event.type) {
      case 'message-added':
        if (this.#messages.some(({ id }) => id === event.message.id)) return false;
        this.#messages.push(event.message);
        return true;
      case 'messages-removed':
        this.#messages = this.#messages.filter(({ position }) => position < event.from);
        return true;
      case 'message-changed':
        return this.#change(event.message.id, () => event.message);
      case 'step-appended':
        return this.#change(event.messageId, (message) => withStepText(message, event));
      case 'text-appended':
        return this.#change(event.messageId, (message) => (message.text.length === event.at ? { ...message, text: message.text + event.text } : undefined));
      case 'reasoning-appended':
        return this.#change(event.messageId, (message) => withReasoning(message, event));
      case 'answer-changed':
        this.#change(event.messageId, (message) => ({ ...message, answer: event.answer }));
        // A message that is not here is being read, and its answer with it.
        return true;
    }
  }

  /** False when the message is not there or `change` gives nothing. From the end: there is the answer under way, however long the conversation. */
  #change(messageId: string, change: (message: StoredMessage) => StoredMessage | undefined): boolean {
    const index = this.#messages.findLastIndex(({ id }) => id === messageId);
    const message = this.#messages[index];
    const changed = message && change(message);
    if (!changed) return false;
    this.#messages[index] = changed;
    return true;
  }
}

/** Texts only grow, and an ended answer does not change. */
function isShownAs({ id, text, answer }: StoredMessage, shown: StoredMessage | undefined): boolean {
  return id === shown?.id && text.length === shown.text.length && answer?.state === shown.answer?.state && isSameRating(answer?.rating, shown.answer?.rating);
}

function isSameRating(one: StoredAnswer['rating'], other: StoredAnswer['rating']): boolean {
  return one?.value === other?.value && one?.reason === other?.reason && one?.note === other?.note;
}

function withReasoning(message: StoredMessage, { at, text }: { readonly at: number; readonly text: string }): StoredMessage | undefined {
  const { reasoning = '' } = message.answer ?? {};
  return message.answer && reasoning.length === at ? { ...message, answer: { ...message.answer, reasoning: reasoning + text } } : undefined;
}
