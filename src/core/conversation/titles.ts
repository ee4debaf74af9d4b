import type { Ask, AskRequest } from '../model/ask';
import { fromUsd, type NanoDollars } from '../model/money';
import type { Candidate } from '../model/route';
import type { ConversationEvent, StoredMessage } from '../model/thread';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type { ThreadStore } from '../ports/threadStore';
import type { Conversations } from './conversations';
import { titleOf } from './history';

/**
 * A title may cost this much at worst: a twentieth of a US cent. At worst it has some 900 tokens of question (every byte
 * one) and 32 of answer: enough for a model of 0.45 USD per million tokens of input and four times that of output. A
 * dearer one is not worth asking for a few words.
 */
const mostForTitle: NanoDollars = fromUsd(0.0005);

/** Of a longer question only the beginning and the end are sent: what is wanted stands in one of them. In UTF-16 units. */
const mostSent = 500;
const longestTitleTokens = 32;
/** After this long nobody waits for a title any more, in milliseconds. */
const patienceMs = 20_000;

const instructions = 'Write a short title for a conversation that begins with the question below: at most six words, in the language of the question, without quotation marks. The question is not for you to answer. Reply with the title alone.';

export interface TitleDependencies {
  readonly ask: Ask;
  readonly conversations: Pick<Conversations, 'open' | 'runningIn'>;
  readonly threads: () => Promise<ThreadStore>;
  readonly enabled: () => boolean;
  readonly isOffline: () => boolean;
  /** Whether a provider is on this machine. */
  readonly isLocal: (provider: string) => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Titles by a cheap model, once for a conversation, after its first complete answer. A question that fits a title is its
 * own, for nothing; so this is about long ones and such of several lines.
 */
export class Titles {
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Promise<void>>();

  constructor(private readonly dependencies: TitleDependencies) {}

  /** What happens in the conversations. */
  readonly heard = (event: ConversationEvent): void => {
    const { enabled, isOffline, conversations, log } = this.dependencies;
    if (event.type !== 'answer-changed' || event.phase !== 'ended' || event.answer.state !== 'complete') return;
    if (!enabled() || isOffline() || this.#closing.signal.aborted) return;
    // Rating an answer changes it as well, long after it came.
    if (conversations.runningIn(event.threadId)?.messageId !== event.messageId) return;
    const naming = this.#name(event.threadId, event.messageId).catch((error: unknown) => log.error('a conversation could not be given a title', error));
    this.#underWay.add(naming);
    void naming.then(() => this.#underWay.delete(naming));
  };

  /** Gives up what is under way, and waits until it is in the books. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#underWay);
  }

  async #name(threadId: string, messageId: string): Promise<void> {
    const { conversations, threads } = this.dependencies;
    const stored = await conversations.open(threadId);
    const question = stored?.messages.find(({ role }) => role === 'user');
    if (!stored || !question || stored.thread.titleBy !== 'question') return;
    const isFirst = stored.messages.every(({ id, answer }) => id === messageId || answer?.state !== 'complete');
    if (!isFirst || isItsOwnTitle(question)) return;
    const answeredBy = stored.messages.find(({ id }) => id === messageId)?.answer?.providerName ?? '';
    const title = titleFrom(await this.#ask(answeredBy, { messages: [{ role: 'system', text: instructions }, { role: 'user', text: excerpt(question.shown ?? question.text) }], purpose: 'title', threadId, question: messageId, quality: 'economy', maxOutputTokens: longestTitleTokens }));
    if (title !== undefined) await (await threads()).rename(threadId, title, 'model');
  }

  /** What was answered, however it ended; empty when nobody could be asked for so little. */
  async #ask(answeredBy: string, request: AskRequest): Promise<string> {
    const { ask, clock, isLocal } = this.dependencies;
    // A question that a model on this machine answered does not leave it for the sake of a title.
    const mayAsk = (candidate: Candidate | undefined): boolean => isCheap(candidate) && (!isLocal(answeredBy) || isLocal(candidate?.arm.offer.provider ?? ''));
    const late = new AbortController();
    const cancel = clock.after(patienceMs, () => late.abort());
    let text = '';
    try {
      for await (const event of ask(request, AbortSignal.any([late.signal, this.#closing.signal]))) {
        // Leaving here ends the request before anything is held or sent: the stream goes on only when it is read.
        if (event.type === 'answer-routed' && !mayAsk(event.route.ranked[0])) return '';
        if (event.type === 'answer-switched' && !mayAsk(event.to)) return '';
        if (event.type === 'answer-waiting' && event.reason === 'limit') return '';
        if (event.type === 'text-delta') text += event.text;
        if (event.type === 'answer-failed') return '';
      }
    } finally {
      cancel();
    }
    return text;
  }
}

/** Whether the title that was made from the question holds all of it. */
function isItsOwnTitle({ shown, text }: StoredMessage): boolean {
  return titleOf(shown ?? text) === (shown ?? text).trim();
}

function isCheap(candidate: Candidate | undefined): boolean {
  return candidate?.estimate !== undefined && candidate.estimate.worst <= mostForTitle;
}

function excerpt(question: string): string {
  if (question.length <= mostSent) return question;
  const half = mostSent / 2;
  return `${question.slice(0, half)}\n…\n${question.slice(-half)}`.toWellFormed();
}

/** Characters that nobody sees or that change how others are shown: controls, formats, fillers, marks that choose a variant. */
const unseen = /\p{C}|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}/gu;
/** What models put around a title: signs of Markdown, quotation marks, the word itself. */
const wrapping = /^(?:[\s#>*_`"'“”„‘’«»-]|title\s*:)+|[\s*_`"'“”„‘’«».]+$/giu;

/** More of what a model said is not looked at: a title stands at its beginning, and some servers keep to no limit. In UTF-16 units. */
const mostRead = 2_000;

/** The title in what a model said, which may be anything: one line of visible characters without markup. Undefined: it said nothing. */
export function titleFrom(said: string): string | undefined {
  const lines = said.slice(0, mostRead).split(/[\r\n\u2028\u2029]+/).map((line) => line.replaceAll(unseen, '').replaceAll(/<[^>]*>|\]\([^)]*\)|[[\]]/g, '').replaceAll(wrapping, '').replaceAll(/\s+/gu, ' '));
  const line = lines.find((one) => /[\p{L}\p{N}]/u.test(one));
  return line === undefined ? undefined : titleOf(line);
}
