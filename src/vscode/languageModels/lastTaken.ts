import type { StoredMessage } from '../../core/model/thread';

/**
 * Id of the answer after which a new question goes on: the one that the editor shows last, or one before it. Questions that no
 * model could take are left out with their refusals: what came with them, such as an image, would keep every later question
 * from being taken as well. Undefined: there is no such answer.
 */
export function lastTaken(messages: readonly StoredMessage[], messageId: string): string | undefined {
  const shown = messages.slice(0, messages.findIndex(({ id }) => id === messageId) + 1);
  return shown.findLast(({ role, text, answer }) => role === 'assistant' && !(text === '' && answer?.failure?.kind === 'noCandidate'))?.id;
}
