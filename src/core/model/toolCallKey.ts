import type { Message, ToolCall } from './message';

/** An id that counts, such as `call_0` and `functions.read:0`, and not one that no other call has. */
const counting = /^\D*\d{1,6}$/;

/**
 * What a tool call is remembered by; `messages` are those that it answered. Where its provider counts calls from nought in
 * every conversation, two conversations are told apart by what the person said first and last in them.
 */
export function toolCallKey(messages: readonly Message[], { id, name }: ToolCall): string {
  const said = counting.test(id) ? messages.filter(({ role }) => role === 'user') : [];
  return [name, id, said[0]?.text ?? '', said.at(-1)?.text ?? ''].map(digest).join(' ');
}

/** 64 bits of a text, so that long ones are not held. */
function digest(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x1b873593;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b) ^ (high >>> 15);
  }
  return `${(low >>> 0).toString(36)}${(high >>> 0).toString(36)}`;
}
