import type { AnswerFormat } from '../../core/model/message';

/** Asks for an answer of a schema in words, where a protocol or a model takes no schema. */
export function schemaText(format: Exclude<AnswerFormat, 'json'>): string {
  return `Answer with JSON that fits this JSON schema, and with nothing else, not even a code fence:\n${JSON.stringify(format.schema)}`;
}
