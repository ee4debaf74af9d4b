import type { Citation, StopReason } from '../model/ask';
import type { Failure } from '../model/failure';
import type { AnswerFormat, Message, Sampling, ToolCall, ToolChoice, ToolDefinition } from '../model/message';
import type { Capability, Effort, SentEffort } from '../model/modelCard';
import type { Endpoint } from '../model/provider';
import type { Usage } from '../model/usage';

export interface WireRequest {
  readonly endpoint: Endpoint;
  /** Undefined for a provider without auth. */
  readonly key: string | undefined;
  readonly model: string;
  readonly effort: SentEffort;
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  readonly maxOutputTokens: number;
  readonly limits: WireLimits;
  /** The most the model takes at this place, prompt and answer together; for servers that must be told how much to hold. */
  readonly contextTokens?: number;
  /** The price that the reservation counts on; a broker must not choose a dearer host. Undefined: unknown, or nothing. */
  readonly ceiling?: PriceCeiling;
  /**
   * The answer must be JSON. Undefined: as the model likes. The prompt has to ask for it as well: OpenAI refuses the mode
   * where the word is not in it, and protocols without the mode leave it at that.
   */
  readonly format?: AnswerFormat;
  readonly toolChoice?: ToolChoice;
  /** False: one tool call at a time. */
  readonly parallelToolCalls?: boolean;
  readonly sampling?: Sampling;
  /** The answer may come in one piece. A wire may take it in many all the same. */
  readonly whole?: boolean;
}

/** USD per 1M tokens, and USD for the call itself. */
interface PriceCeiling {
  readonly inputUsd: number;
  readonly outputUsd: number;
  readonly perCallUsd: number;
}

/** Milliseconds of silence after which a stream is given up. Content counts, heartbeats do not. */
export interface WireLimits {
  readonly firstTokenMs: number;
  readonly idleMs: number;
}

/**
 * What a wire reports. The stream always ends with `end` or `failed`, never throws, and `usage` is in the final
 * event when the provider sent any, also after an abort.
 */
export type WireEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  | { readonly type: 'end'; readonly stop: StopReason; readonly toolCalls: readonly ToolCall[]; readonly reasoning?: readonly SealedReasoning[]; readonly usage: Usage | undefined; readonly citations?: readonly Citation[] }
  | { readonly type: 'failed'; readonly failure: Failure; readonly usage: Usage | undefined };

/** Reasoning that must be sent back with the tool calls it led to; see `ReasoningPart`, whose place the caller knows. */
export interface SealedReasoning {
  readonly text: string;
  readonly sealed: string;
}

/** A model as a provider lists it. Prices in USD per 1M tokens, undefined when not told. */
export interface ListedModel {
  readonly id: string;
  /** The model it is, where the id is a name that somebody gave it and says nothing. */
  readonly model?: string;
  readonly name?: string;
  readonly contextTokens?: number;
  readonly maxOutputTokens?: number;
  readonly inputUsd?: number;
  readonly outputUsd?: number;
  readonly cacheReadUsd?: number;
  readonly cacheWriteUsd?: number;
  readonly reasoningUsd?: number;
  /** USD for the call itself. */
  readonly perCallUsd?: number;
  /** What the model can do at this place; undefined when not told. */
  readonly capabilities?: readonly Capability[];
  /** Efforts it takes by name at this place, as in `Offer`. */
  readonly efforts?: readonly Effort[];
  /** Other names it is known by, the surest first. */
  readonly knownAs?: readonly string[];
  /** ISO date that the list says it was made on. Of some servers the day it was loaded: see `ProviderDefinition.listsReleases`. */
  readonly created?: string;
}

/** How far a model that is being loaded onto a machine has come. Bytes of all its parts that are known so far. */
export interface PullProgress {
  /** What the server does now, in its words. */
  readonly status: string;
  readonly completedBytes?: number;
  readonly totalBytes?: number;
}

export interface WireEmbedRequest extends Pick<WireRequest, 'endpoint' | 'key' | 'model' | 'limits'> {
  readonly input: readonly string[];
  readonly dimensions?: number;
}

export type WireEmbedded = { readonly ok: true; readonly vectors: readonly (readonly number[])[]; readonly usage: Usage | undefined } | { readonly ok: false; readonly failure: Failure; readonly usage: Usage | undefined };

export type KeyCheck = { readonly ok: true; readonly note?: string } | { readonly ok: false; readonly failure: Failure };

/** One protocol. Makes exactly one HTTP request per call and never retries: the engine owns retries. */
export interface Wire {
  complete(request: WireRequest, signal: AbortSignal): AsyncIterable<WireEvent>;
  checkKey(endpoint: Endpoint, key: string | undefined, signal: AbortSignal): Promise<KeyCheck>;
  /** Undefined when the provider has no list or did not answer; the reason goes to the log. */
  listModels(endpoint: Endpoint, key: string | undefined, signal: AbortSignal): Promise<readonly ListedModel[] | undefined>;
  /** Vectors of texts, where the protocol has them: one HTTP request, never retried, never rejects. */
  embed?(request: WireEmbedRequest, signal: AbortSignal): Promise<WireEmbedded>;
  /**
   * Gets a model onto the machine that the provider is on, where it can. Resolves with undefined when it is there, else
   * with what went wrong; never rejects.
   */
  pull?(endpoint: Endpoint, model: string, onProgress: (progress: PullProgress) => void, signal: AbortSignal): Promise<Failure | undefined>;
}
