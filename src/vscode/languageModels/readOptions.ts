import type * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { AskRequest } from '../../core/model/ask';
import type { ToolDefinition } from '../../core/model/message';

/** The editor's word for "a tool must be called" (`LanguageModelChatToolMode.Required`). */
const requiredMode = 2;

const count = z.int().check(z.minimum(1), z.maximum(1_000_000));

/** What of `modelOptions` is understood, in the words of OpenAI's API, which extensions use. What else is there is left out. */
const optionsSchema = z.object({
  temperature: z.nullish(z.number().check(z.minimum(0), z.maximum(2))),
  top_p: z.nullish(z.number().check(z.minimum(0), z.maximum(1))),
  topP: z.nullish(z.number().check(z.minimum(0), z.maximum(1))),
  seed: z.nullish(z.int()),
  stop: z.nullish(z.union([z.string(), z.array(z.string()).check(z.maxLength(16))])),
  max_tokens: z.nullish(count),
  max_output_tokens: z.nullish(count),
  max_completion_tokens: z.nullish(count),
  maxOutputTokens: z.nullish(count),
});

export type ReadOptions = { readonly ok: true; readonly value: Pick<AskRequest, 'tools' | 'toolChoice' | 'sampling' | 'maxOutputTokens'> } | { readonly ok: false; readonly problem: string };

/** The options of a request in our words, or which field is not right. Pure. */
export function readOptions({ tools = [], toolMode, modelOptions = {} }: Partial<Pick<vscode.ProvideLanguageModelChatResponseOptions, 'tools' | 'modelOptions'>> & { readonly toolMode?: number }): ReadOptions {
  const parsed = optionsSchema.safeParse(modelOptions);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { ok: false, problem: `modelOptions.${(issue?.path ?? []).join('.')}: ${issue?.message ?? 'not valid'}` };
  }
  const { temperature, top_p, topP, seed, stop, ...lengths } = parsed.data;
  const nucleus = top_p ?? topP ?? undefined;
  const ends = typeof stop === 'string' ? [stop] : (stop ?? []);
  const sampling = {
    ...(typeof temperature === 'number' ? { temperature } : {}),
    ...(nucleus === undefined ? {} : { topP: nucleus }),
    ...(ends.length > 0 ? { stop: ends } : {}),
    ...(typeof seed === 'number' ? { seed } : {}),
  };
  const longest = lengths.max_completion_tokens ?? lengths.max_output_tokens ?? lengths.max_tokens ?? lengths.maxOutputTokens;
  const offered = tools.map(toolOf);
  return {
    ok: true,
    value: {
      ...(offered.length > 0 ? { tools: offered } : {}),
      ...(offered.length > 0 && toolMode === requiredMode ? { toolChoice: 'required' as const } : {}),
      ...(Object.keys(sampling).length > 0 ? { sampling } : {}),
      ...(typeof longest === 'number' ? { maxOutputTokens: longest } : {}),
    },
  };
}

function toolOf({ name, description, inputSchema }: vscode.LanguageModelChatTool): ToolDefinition {
  // Without a schema the tool takes nothing; several vendors refuse an empty one.
  return { name, description, parameters: isRecord(inputSchema) ? inputSchema : { type: 'object', properties: {} } };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
