import type { AnswerEvent, AskRequest, Citation, Receipt, StopReason } from '../core/model/ask';
import type { Effort } from '../core/model/modelCard';
import type { ReasoningPart, ToolCall } from '../core/model/message';

/** A protocol that clients of the gateway speak. Pure: bytes, sockets and money are elsewhere. */
export interface Dialect {
  /** Reads the body of a request, or says what is wrong with which field. */
  read(body: unknown): Read<DialectRequest>;
  /** Writes an answer as it comes. */
  stream(head: AnswerHead): StreamWriter;
  /** The body of an answer that is sent at once. */
  whole(head: AnswerHead, answer: WholeAnswer): object;
  /** The body of a refusal, in the protocol's own shape. */
  problem(problem: Problem): object;
}

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

/** What a client asks, in our words. Who it is, which models that may be and for how much is the gateway's. */
export interface DialectRequest {
  /** As the client wrote it. */
  readonly model: string;
  readonly stream: boolean;
  readonly ask: Pick<AskRequest, 'messages' | 'tools' | 'toolChoice' | 'parallelToolCalls' | 'sampling' | 'format' | 'maxOutputTokens'>;
  /** How hard the model is to think, where the client says so; it picks among the efforts of a model that was named. */
  readonly effort?: Effort;
  /** Whether the stream ends with the usage, in protocols where that is asked for. */
  readonly includeUsage?: boolean;
  /** Tools offered in a form that only the protocol has, by name: their calls are awaited in that form. */
  readonly toolForms?: ReadonlyMap<string, ToolForm>;
  /** What an answer repeats of the request because its readers expect it there. */
  readonly repeated?: Readonly<Record<string, unknown>>;
}

/** How a client offered a tool. `custom`: its input is text, not JSON. `legacy`: a function, of the time before tools. */
export interface ToolForm {
  readonly kind: 'function' | 'custom' | 'legacy';
  readonly name: string;
  /** The group it stands in, whose name is a part of its name for the model. */
  readonly namespace?: string;
}

/** What is known when an answer begins. */
export interface AnswerHead {
  /** Id of the answer, without the protocol's prefix. */
  readonly id: string;
  /** As the client asked for it. */
  readonly request: DialectRequest;
  /** The model that answers, `provider/model`, once it is known. */
  readonly answering: string;
  /** Estimated tokens of the prompt, for protocols that tell them at the start. */
  readonly inputTokens: number;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/**
 * Turns events into the bytes of an event stream (`data: …\n\n`). `begin` comes first, then every event of the answer as
 * it happens, `answer-end` last; where it fails instead, `fail`. An empty text sends nothing.
 */
export interface StreamWriter {
  /** Default `text/event-stream`. */
  readonly contentType?: string;
  begin(): string;
  event(event: AnswerEvent): string;
  fail(problem: Problem): string;
  /** Sent when nothing was for long, so that nobody on the way gives up. Default: a comment of the event stream. */
  heartbeat?(): string;
}

/** A whole answer, folded from its events. */
export interface WholeAnswer {
  readonly text: string;
  /** All that was thought, as it was shown. */
  readonly reasoning: string;
  readonly reasoningParts: readonly ReasoningPart[];
  readonly toolCalls: readonly ToolCall[];
  readonly citations: readonly Citation[];
  readonly stop: StopReason;
  readonly receipt: Receipt;
}

/** `contextTooLong`: clients that know it shorten the conversation and go on. */
export type ProblemKind = 'badRequest' | 'contextTooLong' | 'unauthorized' | 'forbidden' | 'notFound' | 'tooLarge' | 'budget' | 'rateLimited' | 'overloaded' | 'timedOut' | 'unavailable' | 'internal';

/** A refusal, before it is put into a protocol's words. `message` is for people: what is wrong and what to do next. */
export interface Problem {
  readonly kind: ProblemKind;
  /** HTTP status. */
  readonly status: number;
  readonly message: string;
  /** The field of the request that is wrong, as the protocol names it. */
  readonly field?: string;
  /** Milliseconds until asking again makes sense. */
  readonly retryAfterMs?: number;
}
