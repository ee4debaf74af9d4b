import * as z from 'zod/mini';
import { codeRequest, type EditsView } from './codeProtocol';
import { type CompletionsView, type ContextItemView, type ContextProposal, contextRequest, type SentContextView } from './contextProtocol';
import { historyRequest, type HistoryView, type SearchView, type ThreadView } from './historyProtocol';
import { type ArmChoice, type ForecastView, workWish, type WorkView } from './workProtocol';
import { workRequest } from './workRequest';

/**
 * What the host and the chat page say to each other. The page owns only scroll, draft and folding: on load it asks
 * for a snapshot, after that it gets deltas numbered without gaps, and asks for a new snapshot when one is missing.
 * Every request of the page is settled by exactly one reply, and done once: its id is like that of no other, also not of
 * the page before a reload, which can ask what became of it. All money and time is already text: formatting is done
 * on the host, so that the page cannot disagree with the status bar.
 */
export interface ChatState {
  readonly thread: CurrentThread | undefined;
  readonly messages: readonly MessageView[];
  /** The rows of the list that are shown, not all there are. */
  readonly threads: readonly ThreadView[];
  readonly history: HistoryView;
  /** What was found, while something is looked for. */
  readonly search?: SearchView | undefined;
  readonly draft: string;
  /** How often it was changed, by page and host together: of two drafts the one with more changes is the newer. */
  readonly draftTurn?: number;
  /** What asking the draft would choose and cost, at each quality. */
  readonly preview: Readonly<Record<QualityName, PreviewView>> | undefined;
  readonly budgets: readonly BudgetView[];
  readonly setup: SetupView;
  readonly quality: QualityName;
  /** The best quality that can be chosen here, and why no better one. Undefined: all can. */
  readonly qualityLimit: { readonly most: QualityName; readonly why: string } | undefined;
  /** What asking the last answer's question again would choose; undefined until it is asked for or an answer has ended. */
  readonly steps: StepsView | undefined;
  /** Id of the answer under way in this conversation. */
  readonly running: string | undefined;
  readonly notice: NoticeView | undefined;
  /** Stands for as long as what it tells of: the network is gone, or questions wait for it. */
  readonly banner: NoticeView | undefined;
  /** What goes with the draft. */
  readonly context?: readonly ContextItemView[];
  /** What fits what was typed after `@`; undefined while nothing is looked for. */
  readonly completions?: CompletionsView | undefined;
  readonly contextProposal?: ContextProposal | undefined;
  /** What asking several models would cost, while that is chosen. */
  readonly forecast?: ForecastView | undefined;
  /** The models to choose from, once they were asked for. */
  readonly arms?: readonly ArmChoice[] | undefined;
  /** Texts of steps that are unfolded, under `stepKey`. Untrusted. */
  readonly stepTexts?: Readonly<Record<string, string>> | undefined;
}

export const qualityNames = ['economy', 'balanced', 'quality'] as const;
export type QualityName = (typeof qualityNames)[number];

/** Which model a button would ask and about what it would cost, or that there is none, in a sentence each. */
export interface StepsView {
  readonly messageId: string;
  readonly better: string;
  readonly cheaper: string;
}

/** The conversation that is shown. */
export interface CurrentThread {
  readonly id: string;
  readonly title: string;
  readonly pinned?: boolean;
  readonly archived?: boolean;
  /** The conversation it was made from. */
  readonly origin?: string;
}

export interface MessageView {
  readonly id: string;
  readonly role: 'user' | 'assistant';
  /** Markdown for answers, plain text for questions. Untrusted. */
  readonly text: string;
  /** What went with a question. */
  readonly context?: readonly SentContextView[];
  /** What was sent, where it is not what is shown. Only of questions. */
  readonly sent?: string;
  /** The conversation that keeps what stood here before it was edited. */
  readonly earlier?: string;
  readonly answer?: AnswerView;
}

export interface AnswerView {
  readonly state: 'streaming' | 'complete' | 'truncated' | 'failed' | 'cancelled' | 'interrupted';
  /** What is happening before the first token, e.g. `Waiting for gpt-5.6-luna`. */
  readonly progress?: string;
  /** In how many milliseconds what `progress` says will happen, from when this was sent. */
  readonly progressInMs?: number;
  readonly model?: string;
  readonly provider?: string;
  readonly demo: boolean;
  readonly reasoning?: string;
  /** e.g. `$0.00042`, `—`; with a sentence about where the figure comes from. */
  readonly cost?: string;
  readonly costNote?: string;
  readonly tokens?: string;
  readonly tokensNote?: string;
  readonly time?: string;
  readonly timeNote?: string;
  readonly why?: WhyView;
  readonly failure?: FailureView;
  /** What the model names as its sources. */
  readonly citations?: readonly { readonly url: string; readonly title?: string }[];
  readonly switches: readonly string[];
  readonly canBetter: boolean;
  readonly canCheaper: boolean;
  /** True when the answer was asked about a selection that can still be replaced. */
  readonly canReplace: boolean;
  /** What a rating of it does, in a sentence; undefined while it cannot be rated. */
  readonly ratingNote?: string;
  readonly rating?: RatingView;
  /** Undefined for an answer without code, and while it is written. */
  readonly edits?: EditsView;
  /** The calls behind it, when it is more than one. */
  readonly work?: WorkView;
}

const ratingReasons = ['wrong', 'incomplete', 'ignoredInstructions', 'tooLong', 'tooSlow', 'style', 'other'] as const;

export interface RatingView {
  readonly value: 'up' | 'down';
  readonly reason?: (typeof ratingReasons)[number];
  readonly note?: string;
}

/** Why this model. Everything but `reasons`, `bar` and the candidates is empty for answers of older versions. */
export interface WhyView {
  /** The choice in one sentence. */
  readonly summary: string;
  /** What the text was taken for. */
  readonly chips: readonly ChipView[];
  /** How hard it is, in words. */
  readonly difficulty: string;
  /** What was expected of the answer and what it came to; `actual` is empty until it is there. */
  readonly figures: readonly { readonly name: string; readonly expected: string; readonly actual: string }[];
  /** The other reasons. */
  readonly reasons: readonly string[];
  readonly bar: number;
  readonly candidates: readonly WhyRow[];
  /** Round costs for the axis of the picture. */
  readonly ticks: readonly { readonly usd: number; readonly text: string }[];
  /** Models that are not tried, grouped by what stands against them: `20 dearer, 12 not sure enough`. */
  readonly leftOut: string;
  readonly notShown: number;
}

export interface ChipView {
  readonly kind: 'tier' | 'domain' | 'intent' | 'label';
  readonly text: string;
  /** e.g. `71 %`; empty where it is not a matter of chance. */
  readonly share: string;
  readonly title: string;
}

/** One row of the price-against-chance picture. `p`, `low` and `top` in [0,1]; `usd` is the likely cost as a number only for drawing. */
export interface WhyRow {
  readonly name: string;
  readonly provider: string;
  readonly p?: number;
  readonly low?: number;
  readonly top?: number;
  /** Nobody measured it: its chance is estimated from price and age. */
  readonly estimated?: true;
  readonly usd?: number;
  readonly cost: string;
  readonly verdict: string;
  readonly chosen: boolean;
}

export interface FailureView {
  readonly kind: string;
  readonly sentence: string;
  readonly detail?: string;
  readonly actions: readonly { readonly id: string; readonly label: string }[];
}

/** What asking the draft would choose and cost. All texts; without `model` it could not be asked, and `note` says why. */
export interface PreviewView {
  /** e.g. `$0.0004`: what it usually costs. */
  readonly usual: string;
  /** e.g. `$0.0004 – $0.002`: one answer in ten is cheaper, one in ten dearer. */
  readonly range: string;
  /** e.g. `≈214 → 350 tokens`. */
  readonly tokens: string;
  readonly model: string;
  /** e.g. `moderate question`. */
  readonly note: string;
  /** How what is left of a budget changes the choice, or may end it; undefined when it does not. */
  readonly short?: string;
}

export interface BudgetView {
  readonly label: string;
  /** e.g. `$0.42 / $5.00`. */
  readonly text: string;
  /** 0 to 100, may pass 100. Undefined without a limit. */
  readonly percent: number | undefined;
  readonly level: 'ok' | 'warn' | 'high' | 'over';
  readonly resets: string;
}

export interface SetupView {
  /** Providers that can be asked now. */
  readonly providers: readonly string[];
  readonly demo: boolean;
  readonly trusted: boolean;
}

export interface NoticeView {
  readonly sentence: string;
  readonly level: 'info' | 'warning' | 'error';
  readonly actions: readonly { readonly id: string; readonly label: string }[];
}

export type ChatDelta =
  /** `cleared` names what is now undefined: messages travel as JSON, which has no undefined. */
  | { readonly type: 'state'; readonly state: Partial<ChatState>; readonly cleared: readonly (keyof ChatState)[] }
  | { readonly type: 'message-added'; readonly message: MessageView }
  /** Only so many of the messages are left. */
  | { readonly type: 'messages-kept'; readonly count: number }
  | { readonly type: 'answer-changed'; readonly messageId: string; readonly answer: AnswerView }
  /** Another text took the place of what was there. */
  | { readonly type: 'message-changed'; readonly message: MessageView }
  /** `at` is the length of the text before: a delta that does not fit is a gap. */
  | { readonly type: 'reasoning-appended'; readonly messageId: string; readonly at: number; readonly text: string }
  | { readonly type: 'text-appended'; readonly messageId: string; readonly at: number; readonly text: string }
  /** Of a step that is unfolded. */
  | { readonly type: 'step-appended'; readonly messageId: string; readonly stepId: string; readonly at: number; readonly text: string };

export type ToPage =
  | { readonly type: 'snapshot'; readonly sequence: number; readonly state: ChatState }
  | { readonly type: 'delta'; readonly sequence: number; readonly delta: ChatDelta }
  | { readonly type: 'reply'; readonly id: number; readonly ok: true }
  | { readonly type: 'reply'; readonly id: number; readonly ok: false; readonly error: string }
  /** Puts the caret into the composer. */
  | { readonly type: 'focus' };

const id = z.string().check(z.maxLength(200));
const longText = z.string().check(z.maxLength(4_000_000));

/** Parsed on the host: the page is hostile ground. */
const chatRequest = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('snapshot') }),
  z.strictObject({ type: z.literal('send'), text: longText, work: z.optional(workWish) }),
  /** Sends the draft to a model with a longer context, which the person chooses in a list of the editor. */
  z.strictObject({ type: z.literal('ask-longer') }),
  /** Settles as the request of this id does, which a page before this one made; refused if it never came. */
  z.strictObject({ type: z.literal('asked'), id: z.number() }),
  z.strictObject({ type: z.literal('stop') }),
  z.strictObject({ type: z.literal('draft'), text: longText, turn: z.int() }),
  z.strictObject({ type: z.literal('new-thread') }),
  z.strictObject({ type: z.literal('open-thread'), threadId: id }),
  z.strictObject({ type: z.literal('delete-thread'), threadId: id }),
  z.strictObject({ type: z.literal('restore-thread'), threadId: id }),
  z.strictObject({ type: z.literal('again'), messageId: id, how: z.enum(['same', 'better', 'cheaper']) }),
  /** The buttons below the last answer are near the pointer or the focus: what would they ask? */
  z.strictObject({ type: z.literal('steps') }),
  z.strictObject({ type: z.literal('quality'), quality: z.enum(qualityNames) }),
  z.strictObject({ type: z.literal('rate'), messageId: id, rating: z.enum(['up', 'down', 'none']), reason: z.optional(z.enum(ratingReasons)), note: z.optional(z.string().check(z.maxLength(500))) }),
  z.strictObject({ type: z.literal('copy'), text: longText }),
  z.strictObject({ type: z.literal('insert'), messageId: id, text: longText }),
  z.strictObject({ type: z.literal('replace-selection'), messageId: id, text: longText }),
  z.strictObject({ type: z.literal('open-link'), url: z.string().check(z.maxLength(8000)) }),
  /** A button of a failure or notice. The host acts only on buttons that it offered for that message. */
  z.strictObject({ type: z.literal('action'), action: id, messageId: z.optional(id) }),
  // Each with a file of its own, and a part of the chat that does it.
  z.strictObject({ type: z.literal('history'), request: historyRequest }),
  z.strictObject({ type: z.literal('context'), request: contextRequest }),
  z.strictObject({ type: z.literal('code'), request: codeRequest }),
  z.strictObject({ type: z.literal('work'), request: workRequest }),
]);

export type ChatRequest = z.infer<typeof chatRequest>;

export const fromPage = z.strictObject({ id: z.number(), request: chatRequest });
export type FromPage = z.infer<typeof fromPage>;

/** A change of some fields, with those that became undefined named. */
export function stateDelta(state: Partial<ChatState>): ChatDelta {
  const isField = (key: string): key is keyof ChatState => key in state;
  const cleared = Object.entries(state).filter(([, value]) => value === undefined).map(([key]) => key).filter(isField);
  return { type: 'state', state, cleared };
}
