import type { Citation, StopReason } from '../../../core/model/ask';
import type { ReasoningPart, ToolCall } from '../../../core/model/message';
import type { Usage } from '../../../core/model/usage';
import type { DialectRequest } from '../../dialect';
import { freeformInput } from '../openai/freeform';
import { wrapSealed } from '../sealed';

/** What an answer says in the words of chat completions, at once or in pieces. */
export function toCall({ id, name, arguments: text }: ToolCall, forms: DialectRequest['toolForms']): object {
  if (forms?.get(name)?.kind === 'custom') return { id, type: 'custom', custom: { name, input: freeformInput(text) } };
  return { id, type: 'function', function: { name, arguments: text } };
}

/** The client awaits its one call in the field before tools. */
export function isLegacy({ name }: ToolCall, forms: DialectRequest['toolForms']): boolean {
  return forms?.get(name)?.kind === 'legacy';
}

export function finishReason(stop: StopReason, legacy: boolean): string {
  switch (stop) {
    case 'toolCalls':
      return legacy ? 'function_call' : 'tool_calls';
    case 'length':
      return 'length';
    case 'contentFilter':
      return 'content_filter';
    case 'stop':
    case 'unknown':
      return 'stop';
  }
}

/** As OpenRouter sends what only its vendor reads; clients give it back with the message as they got it. */
export function toDetails(parts: readonly ReasoningPart[]): readonly object[] {
  return parts.map((part, index) => ({ type: 'reasoning.encrypted', data: wrapSealed(part), format: 'farthing', index }));
}

export function toAnnotations(citations: readonly Citation[]): readonly object[] {
  return citations.map(({ url, title }) => ({ type: 'url_citation', url_citation: { url, title: title ?? url, start_index: 0, end_index: 0 } }));
}

export function toUsage(usage: Usage): object {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedInputTokens, cache_write_tokens: usage.cacheWriteTokens },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
  };
}
