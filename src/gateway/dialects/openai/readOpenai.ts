import type * as z from 'zod/mini';
import type { Read } from '../../dialect';
import { readBody } from '../readBody';

/** Reads a body of one of OpenAI's protocols, whose clients write a field as in code: `messages[2].content`. */
export function readOpenai<T>(schema: z.ZodMiniType<T>, body: unknown): Read<T> {
  return readBody(schema, body, fieldName);
}

function fieldName(path: readonly PropertyKey[]): string {
  return path.map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`)).join('');
}
