import type { StopReason } from '../../../core/model/ask';
import type { ReasoningPart, ToolCall } from '../../../core/model/message';
import type { Usage } from '../../../core/model/usage';
import type { Problem, ProblemKind } from '../../dialect';
import { wrapSealed } from '../sealed';

/** Why it stopped, in the vendor's words. A stop that nobody can explain is an ordinary one. */
export const stopReasons: Readonly<Record<StopReason, string>> = { stop: 'end_turn', length: 'max_tokens', toolCalls: 'tool_use', contentFilter: 'refusal', unknown: 'end_turn' };

/** The vendor's `input_tokens` are those that the cache has nothing to do with. */
export function toUsage({ inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens }: Usage): object {
  return {
    input_tokens: Math.max(0, inputTokens - cachedInputTokens - cacheWriteTokens),
    cache_creation_input_tokens: cacheWriteTokens,
    cache_read_input_tokens: cachedInputTokens,
    output_tokens: outputTokens,
  };
}

/** What must come back with the tool calls: as signed thinking where it was shown, else as thinking nobody may see. */
export function toThinking(part: ReasoningPart): object {
  return part.text === '' ? toHidden(part) : { type: 'thinking', thinking: part.text, signature: wrapSealed({ place: part.place, sealed: part.sealed }) };
}

export function toHidden(part: ReasoningPart): object {
  return { type: 'redacted_thinking', data: wrapSealed(part) };
}

/** The input of a call as an object, which clients count on: what a model wrote instead of one says nothing. */
export function inputOf({ arguments: text }: ToolCall): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}

export function toProblem({ kind, message }: Problem): object {
  return { type: 'error', error: { type: errorTypes[kind], message } };
}

const errorTypes: Readonly<Record<ProblemKind, string>> = {
  badRequest: 'invalid_request_error',
  contextTooLong: 'invalid_request_error',
  unauthorized: 'authentication_error',
  forbidden: 'permission_error',
  notFound: 'not_found_error',
  tooLarge: 'request_too_large',
  budget: 'billing_error',
  rateLimited: 'rate_limit_error',
  overloaded: 'overloaded_error',
  timedOut: 'timeout_error',
  unavailable: 'api_error',
  internal: 'api_error',
};
