import type { AskRequest, Citation } from './ask';
import type { Failure, FailureKind } from './failure';
import type { NanoDollars } from './money';
import type { Rating } from './outcome';
import type { Realm } from './provider';

export interface Thread {
  readonly id: string;
  readonly title: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly realm: Realm;
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
  readonly answer?: StoredAnswer;
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
}

/** "Why this model" in storable form: everything formatted numbers need, nothing the page must look up. */
export interface Explanation {
  readonly reasons: readonly string[];
  readonly tier: string;
  readonly quality: string;
  readonly bar: number;
  readonly inputTokens: number;
  readonly candidates: readonly {
    readonly arm: string;
    readonly name: string;
    readonly provider: string;
    readonly p?: number;
    readonly low?: number;
    readonly likely?: NanoDollars;
    readonly high?: NanoDollars;
    /** Paid for by a subscription: `likely` is nothing more than that. */
    readonly included?: true;
    readonly verdict: 'chosen' | 'next' | string;
  }[];
  readonly notShown: number;
}

/** Where an answer under way is, for the line shown before its first word. */
export type AnswerPhase = 'choosing' | 'pausing' | 'waiting' | 'thinking' | 'writing' | 'ended';

/** What changed, for whoever shows conversations. Events of one thread come in order. */
export type ConversationEvent =
  | { readonly type: 'threads-changed' }
  | { readonly type: 'message-added'; readonly threadId: string; readonly message: StoredMessage }
  | { readonly type: 'answer-changed'; readonly threadId: string; readonly messageId: string; readonly answer: StoredAnswer; readonly phase: AnswerPhase }
  | { readonly type: 'reasoning-appended'; readonly threadId: string; readonly messageId: string; readonly at: number; readonly text: string }
  | { readonly type: 'text-appended'; readonly threadId: string; readonly messageId: string; readonly at: number; readonly text: string };
