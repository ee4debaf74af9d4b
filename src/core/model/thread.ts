import type { AskRequest, Citation } from './ask';
import type { ContextItem } from './contextItem';
import type { Failure, FailureKind } from './failure';
import type { NanoDollars } from './money';
import type { Rating } from './outcome';
import type { Realm } from './provider';
import type { Route } from './route';
import type { WorkRecord } from './work';

export interface Thread {
  readonly id: string;
  readonly title: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly realm: Realm;
  /** Stays on top of the list. */
  readonly pinned?: boolean;
  /** Out of the list, but kept and found by search. */
  readonly archived?: boolean;
  /** Who gave the title; undefined in those of older versions. A title of the person's is never replaced. */
  readonly titleBy?: 'question' | 'model' | 'person';
  /** The conversation it was made from, and the last message that was taken over. */
  readonly forkedFrom?: { readonly threadId: string; readonly messageId: string };
}

export type AnswerState = 'streaming' | 'complete' | 'truncated' | 'failed' | 'cancelled' | 'interrupted';

/** A stored message. Order in a thread is `position`, from 0. */
export interface StoredMessage {
  readonly id: string;
  readonly threadId: string;
  readonly position: number;
  readonly role: 'user' | 'assistant';
  /** What is sent to the model. */
  readonly text: string;
  readonly createdAt: number;
  /** What the user sees of a message built from a selection, when shorter than what is sent. */
  readonly shown?: string;
  /** What went with a question. */
  readonly context?: readonly ContextItem[];
  /** This question was edited: the archived conversation that holds what stood here before. */
  readonly earlier?: string;
  readonly answer?: StoredAnswer;
}

/** The question that an answer of the same conversation was given to. */
export function questionBefore(messages: readonly StoredMessage[], { position }: StoredMessage): StoredMessage | undefined {
  return messages.findLast((message) => message.role === 'user' && message.position < position);
}

/** A conversation with its messages, in their order. */
export interface StoredThread {
  readonly thread: Thread;
  readonly messages: readonly StoredMessage[];
}

/** What is kept of an answer besides its text. Plain data, JSON in the database. */
export interface StoredAnswer {
  readonly state: AnswerState;
  readonly arm?: string;
  readonly modelName?: string;
  readonly providerName?: string;
  readonly realm?: Realm;
  readonly reasoning?: string;
  readonly failure?: Failure;
  readonly citations?: readonly Citation[];
  readonly cost?: NanoDollars;
  readonly costSource?: string;
  readonly inputTokens?: number;
  readonly cachedInputTokens?: number;
  readonly outputTokens?: number;
  readonly reasoningTokens?: number;
  readonly estimatedUsage?: boolean;
  readonly firstTokenMs?: number;
  readonly totalMs?: number;
  readonly why?: Explanation;
  /** Why and how long the model is not asked yet, while `streaming`. `untilMs` is epoch milliseconds; undefined while nobody knows. */
  readonly waiting?: { readonly provider: string; readonly reason: FailureKind | 'limit'; readonly untilMs?: number };
  /** Models that were asked before, and why they were left; `same` when the same model was asked elsewhere. */
  readonly switches?: readonly { readonly from: string; readonly reason: string; readonly to?: string; readonly same?: boolean }[];
  readonly purpose?: AskRequest['purpose'];
  /** The process writing it while `streaming`; how an answer of a dead process is recognised. */
  readonly window?: string;
  /** What the person said of it. */
  readonly rating?: Rating;
  /** The calls behind it, when it is more than one. */
  readonly work?: WorkRecord;
}

/**
 * "Why this model" in storable form: everything formatted numbers need, nothing the page must look up. What is optional
 * is missing in those of older versions.
 */
export interface Explanation {
  readonly reasons: readonly string[];
  readonly tier: string;
  readonly quality: string;
  readonly bar: number;
  readonly inputTokens: number;
  readonly candidates: readonly ExplainedCandidate[];
  readonly notShown: number;
  readonly task?: ExplainedTask;
  /** `bar`: the cheapest that is likely enough. `nearly`: one that nearly is, for being far cheaper. `bestBuy`: nobody is. `asked`: by name, or better or cheaper than another. */
  readonly choice?: 'bar' | 'nearly' | 'bestBuy' | 'asked';
  /** Models that are likely enough, the chosen one among them. People count models, not the hosts and efforts they come in. */
  readonly able?: number;
  /** As `Route.shortened`. */
  readonly shortened?: Route['shortened'];
  /** The likeliest to succeed of those that could be asked, whatever it costs. */
  readonly ablest?: { readonly name: string; readonly p: number; readonly likely: NanoDollars };
  /** Models that are not tried, under the mildest reason that stands against any of their arms; the largest group first. */
  readonly leftOut?: readonly { readonly why: string; readonly models: number }[];
}

/** What the text was taken for. Probabilities in [0, 1], the likeliest first, slight ones left out. */
export interface ExplainedTask {
  readonly domains: readonly Share[];
  readonly intents?: readonly Share[];
  readonly tiers?: readonly Share[];
  /** Classifiers of the person's own that fitted, with what of the task did. */
  readonly labels?: readonly { readonly name: string; readonly why: string }[];
  /** In logits: the log odds that a model of average ability fails. */
  readonly difficulty: number;
}

interface Share {
  readonly name: string;
  readonly share: number;
}

export interface ExplainedCandidate {
  readonly arm: string;
  readonly name: string;
  readonly provider: string;
  /** Chance of success with the ends of its 80 % interval. */
  readonly p?: number;
  readonly low?: number;
  readonly top?: number;
  /** Nobody measured the model: the chance is what price and age let one expect. */
  readonly estimated?: true;
  /** Cost at the tenth, fiftieth and ninetieth percentile of the expected answer. */
  readonly least?: NanoDollars;
  readonly likely?: NanoDollars;
  readonly high?: NanoDollars;
  /** Tokens of the answer that were expected of it; of those that may be asked. */
  readonly outputTokens?: number;
  /** Paid for by a subscription: `likely` is nothing more than that. */
  readonly included?: true;
  readonly verdict: 'chosen' | 'next' | string;
}

/** Where an answer under way is, for the line shown before its first word. */
export type AnswerPhase = 'choosing' | 'pausing' | 'waiting' | 'thinking' | 'writing' | 'ended';

/** What changed, for whoever shows conversations. Events of one thread come in order. */
export type ConversationEvent =
  | { readonly type: 'threads-changed' }
  /** All from this position on. */
  | { readonly type: 'messages-removed'; readonly threadId: string; readonly from: number }
  | { readonly type: 'message-added'; readonly threadId: string; readonly message: StoredMessage }
  | { readonly type: 'answer-changed'; readonly threadId: string; readonly messageId: string; readonly answer: StoredAnswer; readonly phase: AnswerPhase }
  | { readonly type: 'reasoning-appended'; readonly threadId: string; readonly messageId: string; readonly at: number; readonly text: string }
  | { readonly type: 'text-appended'; readonly threadId: string; readonly messageId: string; readonly at: number; readonly text: string }
  /** Its text is another one: a step of its work was taken. */
  | { readonly type: 'message-changed'; readonly threadId: string; readonly message: StoredMessage }
  /** Text of a step of its work; other changes of steps come as `answer-changed`. */
  | { readonly type: 'step-appended'; readonly threadId: string; readonly messageId: string; readonly stepId: string; readonly at: number; readonly text: string };
