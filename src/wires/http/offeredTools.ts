import type { ToolDefinition } from '../../core/model/message';
import type { WireRequest } from '../../core/ports/wire';

/** The tools to offer where a protocol cannot say that none, or only one of them, may be called. */
export function offeredTools({ tools, toolChoice }: Pick<WireRequest, 'tools' | 'toolChoice'>): readonly ToolDefinition[] {
  if (toolChoice === 'none') return [];
  return typeof toolChoice === 'object' ? tools.filter(({ name }) => name === toolChoice.name) : tools;
}
