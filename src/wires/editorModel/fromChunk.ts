import type { ToolCall } from '../../core/model/message';
import type { Editor } from './editor';

/** What one part of an answer is. Parts of kinds that nobody knows yet (thinking, usage marks) are `other`: a sign of life. */
export type Part = { readonly type: 'text'; readonly text: string } | { readonly type: 'toolCall'; readonly call: ToolCall } | { readonly type: 'other' };

export function fromChunk(editor: Pick<Editor, 'LanguageModelTextPart' | 'LanguageModelToolCallPart'>, part: unknown): Part {
  if (part instanceof editor.LanguageModelTextPart) return { type: 'text', text: part.value };
  if (part instanceof editor.LanguageModelToolCallPart) return { type: 'toolCall', call: { id: part.callId, name: part.name, arguments: JSON.stringify(part.input ?? {}) } };
  return { type: 'other' };
}
