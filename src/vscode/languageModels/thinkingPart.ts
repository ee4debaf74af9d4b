import type * as vscode from 'vscode';

/**
 * Thoughts as the editor shows them; undefined where its API has no such part. The types of 1.125 do not name it, the editor
 * has had it since 1.104, so it is looked for by its name.
 */
export function thinkingPart(editor: object, text: string): vscode.LanguageModelResponsePart | undefined {
  const make: unknown = Reflect.get(editor, 'LanguageModelThinkingPart');
  if (typeof make !== 'function' || text === '') return undefined;
  const part: unknown = Reflect.construct(make, [text]);
  return isPart(part) ? part : undefined;
}

/** Every part of an answer with a text has it as `value`. */
function isPart(part: unknown): part is vscode.LanguageModelTextPart {
  return typeof part === 'object' && part !== null && 'value' in part && typeof part.value === 'string';
}
