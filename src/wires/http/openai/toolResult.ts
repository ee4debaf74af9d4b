import type { Message } from '../../../core/model/message';

/** The text of a tool's result. OpenAI's protocols have no field to say that it failed, so the words do. */
export function toolResult({ text, failed }: Extract<Message, { readonly role: 'tool' }>): string {
  return failed !== true || /^\s*\W*error\b/i.test(text) ? text : `Error: ${text}`;
}
