import type { AnswerFormat, Message, ReasoningPart, Sampling, ToolCall, ToolChoice, ToolDefinition } from './message';
import type { NanoDollars } from './money';
import type { ArmId } from './modelCard';
import type { Charge, Estimate } from './price';
import type { Failure } from './failure';
import type { Realm } from './provider';
import type { Candidate, Quality, Route } from './route';
import type { Usage } from './usage';

/** Why a call was made; side calls (titles, judges, trials) are counted like any other. */
export const purposes = ['chat', 'selection', 'title', 'check', 'judge', 'shadow', 'experiment', 'compare', 'consensus', 'refine', 'cascade', 'commit', 'terminal', 'notebook', 'editor-chat', 'tool', 'gateway', 'embedding'] as const;
/** `agent:<name>`: a program in the terminal, through the gateway. */
export type Purpose = (typeof purposes)[number] | AgentPurpose;
type AgentPurpose = `agent:${string}`;

export function isAgentPurpose(purpose: string): purpose is AgentPurpose {
  return purpose.startsWith('agent:');
}

/** Whether a program reads the answer, which may be an agent at work. */
export function isOfProgram(purpose: Purpose): boolean {
  return purpose === 'editor-chat' || purpose === 'gateway' || isAgentPurpose(purpose);
}

/** Those of answers that one model gave in a conversation: they can be rated, and teach how models answer. */
export const answerPurposes: readonly Purpose[] = ['chat', 'selection', 'terminal', 'notebook'];

export interface AskRequest {
  readonly messages: readonly Message[];
  readonly purpose: Purpose;
  readonly threadId?: string;
  /** Id that all calls for it have in the ledger; without it one is made. */
  readonly question?: string;
  readonly tools?: readonly ToolDefinition[];
  readonly toolChoice?: ToolChoice;
  /** False: one tool call at a time. */
  readonly parallelToolCalls?: boolean;
  readonly sampling?: Sampling;
  readonly format?: AnswerFormat;
  /** Language id of the code at hand, as the editor names it. */
  readonly language?: string;
  readonly quality?: Quality;
  /** Ask exactly this arm. */
  readonly pin?: ArmId;
  /** Ask an arm above or below the one that answered. */
  readonly step?: { readonly direction: 'better' | 'cheaper'; readonly than: ArmId };
  readonly maxOutputTokens?: number;
  /** Nobody reads the answer before its end: a short one may come in one piece. */
  readonly whole?: boolean;
  /** The part of the prompt that the host of the conversation's last answer most likely still has in its cache. */
  readonly warm?: { readonly arm: ArmId; readonly cachedTokens: number };
  /** Id of money that is held for several calls together; this one is paid from it. */
  readonly hold?: string;
  /** Asked first while it is open to the request, whatever is cheapest: the turn of an agent is its own. */
  readonly keep?: ArmId;
  /** Only these may be asked, besides what the person's settings allow: `provider/model` with `*` for any text. */
  readonly allow?: readonly string[];
  /** On whose behalf, where that is not the person in this window. */
  readonly client?: AskingClient;
}

/** Who asks through the gateway: the books keep both, and what it may spend is refused like a budget. */
export interface AskingClient {
  /** Id of the client; what all its calls cost counts against `limit`. */
  readonly id: string;
  readonly limit?: NanoDollars;
  /** Folder that it works in, as it is shown to people. */
  readonly folder?: string;
}

/** Why a model stopped. `length`: the answer hit its limit and is cut off. */
export type StopReason = 'stop' | 'length' | 'toolCalls' | 'contentFilter' | 'unknown';

/** A page that a model names as a source. `url` is http or https; both are the model's words, to be shown and never followed unasked. */
export interface Citation {
  readonly url: string;
  readonly title?: string;
}

/** Milliseconds since the request left. `firstTokenMs` undefined: nothing came, or all at once. */
export interface Timing {
  readonly firstTokenMs: number | undefined;
  readonly totalMs: number;
}

/** What one call ended with, as the ledger has it. */
export interface Receipt {
  readonly callId: string;
  readonly arm: ArmId;
  readonly usage: Usage;
  readonly charge: Charge;
  readonly timing: Timing;
}

/** An answer is a stream that always ends: the last event is `answer-end` or `answer-failed`, and nothing throws. */
export type AnswerEvent =
  | { readonly type: 'answer-routed'; readonly route: Route }
  /** The call is put off by a limit of the person's own. `untilMs` is when it is expected to go, epoch milliseconds; undefined while nobody knows. */
  | { readonly type: 'answer-waiting'; readonly candidate: Candidate; readonly reason: 'limit'; readonly untilMs: number | undefined }
  /** The same model is asked again at `untilMs`: nothing of its answer was shown yet. */
  | { readonly type: 'answer-waiting'; readonly candidate: Candidate; readonly reason: 'retry'; readonly untilMs: number; readonly failure: Failure; readonly receipt: Receipt | undefined }
  | { readonly type: 'answer-start'; readonly candidate: Candidate; readonly realm: Realm; readonly callId: string; readonly held: Estimate | undefined }
  | { readonly type: 'reasoning-delta'; readonly text: string }
  | { readonly type: 'text-delta'; readonly text: string }
  /** What must go back with the tool calls of this answer, told before them. */
  | { readonly type: 'reasoning-part'; readonly part: ReasoningPart }
  | { readonly type: 'tool-call'; readonly call: ToolCall }
  /** What the answer rests on, told once at its end. */
  | { readonly type: 'citations'; readonly citations: readonly Citation[] }
  /** A call failed before it showed anything, and `to` is tried next. */
  | { readonly type: 'answer-switched'; readonly from: Candidate; readonly to: Candidate; readonly failure: Failure; readonly receipt: Receipt | undefined }
  | { readonly type: 'answer-end'; readonly stop: StopReason; readonly receipt: Receipt }
  | { readonly type: 'answer-failed'; readonly failure: Failure; readonly receipt: Receipt | undefined };

/**
 * The one request path, as every surface sees it. The stream always ends with `answer-end` or `answer-failed` and
 * never throws.
 */
export type Ask = (request: AskRequest, signal: AbortSignal) => AsyncGenerator<AnswerEvent, void>;
