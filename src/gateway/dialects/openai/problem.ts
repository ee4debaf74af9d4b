import type { Problem, ProblemKind } from '../../dialect';

/**
 * OpenAI's words for what went wrong. Clients act on the codes: an agent shortens its conversation on
 * `context_length_exceeded`, waits on `rate_limit_exceeded`, and gives up on `insufficient_quota`.
 */
const words: Readonly<Record<ProblemKind, { readonly type: string; readonly code: string }>> = {
  badRequest: { type: 'invalid_request_error', code: 'invalid_value' },
  unauthorized: { type: 'invalid_request_error', code: 'invalid_api_key' },
  forbidden: { type: 'invalid_request_error', code: 'permission_denied' },
  notFound: { type: 'invalid_request_error', code: 'model_not_found' },
  tooLarge: { type: 'invalid_request_error', code: 'request_too_large' },
  contextTooLong: { type: 'invalid_request_error', code: 'context_length_exceeded' },
  budget: { type: 'insufficient_quota', code: 'insufficient_quota' },
  rateLimited: { type: 'requests', code: 'rate_limit_exceeded' },
  overloaded: { type: 'server_error', code: 'server_is_overloaded' },
  timedOut: { type: 'server_error', code: 'timeout' },
  unavailable: { type: 'server_error', code: 'service_unavailable' },
  internal: { type: 'server_error', code: 'server_error' },
};

export function codeOf(kind: ProblemKind): string {
  return words[kind].code;
}

/** The body of a refusal, the same in all of OpenAI's protocols. */
export function openaiProblem({ kind, message, field }: Problem): { readonly error: { readonly message: string; readonly type: string; readonly param: string | null; readonly code: string } } {
  return { error: { message, type: words[kind].type, param: field ?? null, code: words[kind].code } };
}
