import * as z from 'zod/mini';
import type { ToolDefinition } from '../../../core/model/message';

/** A tool whose input is text and no JSON: OpenAI's "custom" tools, which Codex applies patches with. */
export const freeformFields = {
  name: z.string().check(z.minLength(1)),
  description: z.nullish(z.string()),
  format: z.nullish(z.unknown()),
};

interface Freeform {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly format?: unknown;
}

/** The same as a function that any model can call, with the text as its only argument. Its grammar is told in words. */
export function freeformTool({ name, description, format }: Freeform): ToolDefinition {
  const grammar = grammarOf(format);
  return {
    name,
    description: [description ?? '', grammar === undefined ? '' : `The input must follow this ${grammar.syntax} grammar:\n${grammar.definition}`].filter((part) => part !== '').join('\n\n'),
    parameters: { type: 'object', properties: { input: { type: 'string', description: 'The whole input of the tool, as plain text.' } }, required: ['input'], additionalProperties: false },
  };
}

const grammarFields = { syntax: z.string(), definition: z.string() };
/** Flat in responses, nested in chat completions. */
const grammarForm = z.union([z.object({ type: z.literal('grammar'), ...grammarFields }), z.pipe(z.object({ type: z.literal('grammar'), grammar: z.object(grammarFields) }), z.transform(({ grammar }) => grammar))]);

function grammarOf(format: unknown): { readonly syntax: string; readonly definition: string } | undefined {
  return grammarForm.safeParse(format).data;
}

export function freeformArguments(input: string): string {
  return JSON.stringify({ input });
}

const inputOnly = z.object({ input: z.string() });

/** The text that a model wants the tool to have. A model that wrote the text itself in place of the JSON meant just that. */
export function freeformInput(text: string): string {
  try {
    const parsed = inputOnly.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data.input : text;
  } catch {
    return text;
  }
}
