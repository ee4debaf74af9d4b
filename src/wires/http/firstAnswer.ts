import type { Message } from '../../core/model/message';

/**
 * Where the model first spoke, or the end. System texts before it are the beginning of the prompt, wherever they stand; one
 * that comes later stays in its place, because before all else it would keep the prompt cache from everything that follows.
 */
export function firstAnswer(messages: readonly Message[]): number {
  const at = messages.findIndex(({ role }) => role === 'assistant');
  return at < 0 ? messages.length : at;
}
