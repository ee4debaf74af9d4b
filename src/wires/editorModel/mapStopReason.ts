import type { StopReason } from '../../core/model/ask';
import type { ToolCall } from '../../core/model/message';

/** The editor does not say why a model stopped; that it called tools can be seen. */
export function mapStopReason(toolCalls: readonly ToolCall[]): StopReason {
  return toolCalls.length > 0 ? 'toolCalls' : 'stop';
}
