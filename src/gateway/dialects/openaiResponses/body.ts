import * as z from 'zod/mini';
import { effortWord } from '../openai/effort';
import { freeformFields } from '../openai/freeform';
import { imageAddress } from '../openai/image';
import { samplingFields } from '../openai/sampling';

const name = z.string().check(z.minLength(1));
const optionalText = z.nullish(z.string());
const notStored = 'cannot be used: nothing is stored here. Send the whole conversation as input, as most libraries do where store is false';

/** Present only to be refused: null and missing are as if it were not there. */
function never(words: string): z.ZodMiniOptional<z.ZodMiniNullable<z.ZodMiniNever>> {
  return z.nullish(z.never(words));
}

const textPart = z.object({ type: z.enum(['input_text', 'output_text', 'text', 'summary_text', 'reasoning_text']), text: z.string() });
const imagePart = z.object({ type: z.literal('input_image'), image_url: imageAddress });
const partWords = 'must be text or "input_image": sound and files are not taken';
const contents = z.union([z.string(), z.array(z.discriminatedUnion('type', [textPart, imagePart, z.object({ type: z.literal('refusal'), refusal: z.string() })], partWords))]);
const outputs = z.union([z.string(), z.array(z.discriminatedUnion('type', [textPart, imagePart], partWords))]);

const message = z.object({ type: z.optional(z.literal('message')), role: z.enum(['user', 'system', 'developer', 'assistant']), content: contents });

/** What the vendor's own tools left in a conversation: the answers after it say what came of it. */
const leftOut = z.enum(['web_search_call', 'file_search_call', 'code_interpreter_call', 'image_generation_call', 'mcp_list_tools', 'mcp_call', 'mcp_approval_request', 'mcp_approval_response', 'tool_search_call', 'tool_search_output']);

const item = z.discriminatedUnion(
  'type',
  [
    message,
    z.object({ type: z.literal('reasoning'), summary: z.nullish(z.array(z.object({ text: z.string() }))), encrypted_content: optionalText }),
    z.object({ type: z.literal('function_call'), call_id: name, name, namespace: optionalText, arguments: z.string() }),
    z.object({ type: z.literal('function_call_output'), call_id: name, output: outputs }),
    z.object({ type: z.literal('custom_tool_call'), call_id: name, name, namespace: optionalText, input: z.string() }),
    z.object({ type: z.literal('custom_tool_call_output'), call_id: name, output: outputs }),
    z.object({ type: leftOut }),
    z.object({ type: z.literal('item_reference'), id: never(notStored) }),
  ],
  'is an item that only its vendor could read',
);

const functionFields = { name, description: optionalText, parameters: z.nullish(z.record(z.string(), z.unknown())), strict: z.nullish(z.boolean()) };
const functionTool = z.object({ type: z.literal('function'), ...functionFields });
const customTool = z.object({ type: z.literal('custom'), ...freeformFields });
const namespace = z.object({ type: z.literal('namespace'), name, tools: z.array(z.discriminatedUnion('type', [functionTool, customTool])) });
const own: readonly unknown[] = ['function', 'custom', 'namespace'];
/** Tools that a vendor runs itself stand for nothing here: Codex offers `web_search` always, and goes on without. */
const tool = z.pipe(
  z.transform((offered: unknown) => (typeof offered === 'object' && offered !== null && 'type' in offered && typeof offered.type === 'string' && !own.includes(offered.type) ? { type: 'vendor' } : offered)),
  z.discriminatedUnion('type', [functionTool, customTool, namespace, z.object({ type: z.literal('vendor') })]),
);

const namedTool = z.object({ type: z.enum(['function', 'custom'], 'must be "function" or "custom": tools that a vendor runs are not offered'), name, namespace: optionalText });
const toolChoice = z.union([
  z.enum(['auto', 'required', 'none']),
  namedTool,
  z.object({ type: z.literal('allowed_tools'), mode: z.enum(['auto', 'required']), tools: z.array(z.object({ type: z.string(), name: optionalText, namespace: optionalText })) }),
]);

const format = z.discriminatedUnion(
  'type',
  [
    z.object({ type: z.literal('text') }),
    z.object({ type: z.literal('json_object') }),
    z.object({ type: z.literal('json_schema'), name, schema: z.record(z.string(), z.unknown()), strict: z.nullish(z.boolean()) }),
  ],
  'must be "text", "json_object" or "json_schema"',
);

/**
 * A request for a response: https://platform.openai.com/docs/api-reference/responses/create. What is not here is not read:
 * `store` (nothing is), `include`, `truncation`, `service_tier`, `user`, cache keys. What would change the answer is refused.
 */
export const responsesBody = z.object({
  model: name,
  input: z.union([z.string(), z.array(item).check(z.minLength(1))]),
  instructions: optionalText,
  stream: z.nullish(z.boolean()),
  tools: z.nullish(z.array(tool)),
  tool_choice: z.nullish(toolChoice),
  parallel_tool_calls: z.nullish(z.boolean()),
  text: z.nullish(z.object({ format: z.nullish(format) })),
  reasoning: z.nullish(z.object({ effort: z.nullish(effortWord) })),
  ...samplingFields,
  max_output_tokens: z.nullish(z.int().check(z.minimum(1))),
  metadata: z.nullish(z.record(z.string(), z.unknown())),
  previous_response_id: never(notStored),
  conversation: never(notStored),
  prompt: never('cannot be used: templates of prompts are at OpenAI. Send the prompt itself as input'),
  background: z.nullish(z.literal(false, 'must be false: an answer is given while its client waits')),
  top_logprobs: z.nullish(z.literal(0, 'must be 0: the probabilities of tokens are not known here')),
});

export type ResponsesBody = z.output<typeof responsesBody>;
