import type { AskRequest } from '../model/ask';
import type { Capability } from '../model/modelCard';

/**
 * Capabilities the wire needs. An answer in JSON that is merely asked for in words needs none: every model here can write
 * it, and where a form is asked for by name, a place that does not know it is told in words.
 */
export function needsOf(request: Pick<AskRequest, 'messages' | 'tools'>): readonly Capability[] {
  const needs: Capability[] = [];
  if (request.tools && request.tools.length > 0) needs.push('tools');
  if (request.messages.some((message) => (message.role === 'user' || message.role === 'tool') && message.images && message.images.length > 0)) needs.push('vision');
  return needs;
}
