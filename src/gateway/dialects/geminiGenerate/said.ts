import type { StopReason } from '../../../core/model/ask';
import type { ToolCall } from '../../../core/model/message';
import type { Usage } from '../../../core/model/usage';
import type { AnswerHead, Problem, ProblemKind } from '../../dialect';

/** What an answer of one candidate says so far, or in whole. */
export function toReply({ id, answering }: AnswerHead, parts: readonly object[], end?: { readonly stop: StopReason; readonly usage: Usage }): object {
  return {
    candidates: [{ content: { role: 'model', parts }, ...(end === undefined ? {} : { finishReason: finishReasons[end.stop] }), index: 0 }],
    ...(end === undefined ? {} : { usageMetadata: toUsage(end.usage) }),
    modelVersion: answering,
    responseId: id,
  };
}

const finishReasons: Readonly<Record<StopReason, string>> = { stop: 'STOP', length: 'MAX_TOKENS', toolCalls: 'STOP', contentFilter: 'SAFETY', unknown: 'STOP' };

/** Google's prompt counts what came from the cache, and its candidates do not count thoughts. */
function toUsage({ inputTokens, cachedInputTokens, outputTokens, reasoningTokens }: Usage): object {
  return {
    promptTokenCount: inputTokens,
    ...(cachedInputTokens === 0 ? {} : { cachedContentTokenCount: cachedInputTokens }),
    candidatesTokenCount: outputTokens - reasoningTokens,
    ...(reasoningTokens === 0 ? {} : { thoughtsTokenCount: reasoningTokens }),
    totalTokenCount: inputTokens + outputTokens,
  };
}

export function toCall({ id, name, arguments: text }: ToolCall, thoughtSignature: string | undefined): object {
  return { functionCall: { id, name, args: argsOf(text) }, ...(thoughtSignature === undefined ? {} : { thoughtSignature }) };
}

/** Arguments as an object, which clients count on: what a model wrote instead of one says nothing. */
function argsOf(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}

export function toProblem({ kind, status, message, field, retryAfterMs }: Problem): object {
  const details = [
    ...(field === undefined ? [] : [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field, description: message }] }]),
    ...(retryAfterMs === undefined ? [] : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${Math.ceil(retryAfterMs / 1000)}s` }]),
  ];
  return { error: { code: status, message, status: statuses[kind], ...(details.length === 0 ? {} : { details }) } };
}

const statuses: Readonly<Record<ProblemKind, string>> = {
  badRequest: 'INVALID_ARGUMENT',
  contextTooLong: 'INVALID_ARGUMENT',
  unauthorized: 'UNAUTHENTICATED',
  forbidden: 'PERMISSION_DENIED',
  notFound: 'NOT_FOUND',
  tooLarge: 'INVALID_ARGUMENT',
  budget: 'FAILED_PRECONDITION',
  rateLimited: 'RESOURCE_EXHAUSTED',
  overloaded: 'UNAVAILABLE',
  timedOut: 'DEADLINE_EXCEEDED',
  unavailable: 'UNAVAILABLE',
  internal: 'INTERNAL',
};
