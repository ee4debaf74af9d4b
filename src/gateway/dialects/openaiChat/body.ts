import * as z from 'zod/mini';
import { effortWord } from '../openai/effort';
import { freeformFields } from '../openai/freeform';
import { imageAddress } from '../openai/image';
import { samplingFields } from '../openai/sampling';

const name = z.string().check(z.minLength(1));
const textPart = z.object({ type: z.literal('text'), text: z.string() });
const texts = z.union([z.string(), z.array(z.discriminatedUnion('type', [textPart], 'must be "text": a message of this role is text'))]);
const contents = z.union([
  z.string(),
  z.array(z.discriminatedUnion('type', [textPart, z.object({ type: z.literal('image_url'), image_url: z.object({ url: imageAddress }) })], 'must be "text" or "image_url": sound and files are not taken')),
]);
const said = z.union([z.string(), z.array(z.discriminatedUnion('type', [textPart, z.object({ type: z.literal('refusal'), refusal: z.string() })], 'must be "text" or "refusal"'))]);

const called = z.object({ name, arguments: z.string() });
const toolCall = z.discriminatedUnion(
  'type',
  [z.object({ type: z.literal('function'), id: name, function: called }), z.object({ type: z.literal('custom'), id: name, custom: z.object({ name, input: z.string() }) })],
  'must be "function" or "custom"',
);

const message = z.discriminatedUnion(
  'role',
  [
    z.object({ role: z.enum(['system', 'developer']), content: texts }),
    z.object({ role: z.literal('user'), content: contents }),
    z.object({
      role: z.literal('assistant'),
      content: z.nullish(said),
      refusal: z.nullish(z.string()),
      tool_calls: z.nullish(z.array(toolCall)),
      function_call: z.nullish(called),
      // Ours among them; the others are of a vendor that the client asked itself.
      reasoning_details: z.optional(z.unknown()),
    }),
    // Images in a tool's result are no part of the protocol, and sent all the same.
    z.object({ role: z.literal('tool'), tool_call_id: name, content: z.nullish(contents) }),
    z.object({ role: z.literal('function'), name, content: z.nullish(z.string()) }),
  ],
  'must be "system", "developer", "user", "assistant", "tool" or "function"',
);

const parameters = z.nullish(z.record(z.string(), z.unknown()));
const functionFields = z.object({ name, description: z.nullish(z.string()), parameters, strict: z.nullish(z.boolean()) });
const tool = z.discriminatedUnion('type', [z.object({ type: z.literal('function'), function: functionFields }), z.object({ type: z.literal('custom'), custom: z.object(freeformFields) })], 'must be "function" or "custom"');

const namedTool = z.discriminatedUnion('type', [z.object({ type: z.literal('function'), function: z.object({ name }) }), z.object({ type: z.literal('custom'), custom: z.object({ name }) })], 'must be "function" or "custom"');
const toolChoice = z.union([
  z.enum(['auto', 'required', 'none']),
  namedTool,
  z.object({ type: z.literal('allowed_tools'), allowed_tools: z.object({ mode: z.enum(['auto', 'required']), tools: z.array(namedTool) }) }),
]);

const format = z.discriminatedUnion(
  'type',
  [
    z.object({ type: z.literal('text') }),
    z.object({ type: z.literal('json_object') }),
    z.object({ type: z.literal('json_schema'), json_schema: z.object({ name, schema: z.record(z.string(), z.unknown()), strict: z.nullish(z.boolean()) }) }),
  ],
  'must be "text", "json_object" or "json_schema"',
);

const tokens = z.nullish(z.int().check(z.minimum(1)));

/**
 * A request for a chat completion: https://platform.openai.com/docs/api-reference/chat/create. What is not here is not
 * read: penalties, `logit_bias`, `prediction`, `service_tier`, `store`, `metadata`, `user`. Fields that would change what
 * the answer is are refused instead of left out.
 */
export const chatBody = z.object({
  model: name,
  messages: z.array(message).check(z.minLength(1)),
  stream: z.nullish(z.boolean()),
  stream_options: z.nullish(z.object({ include_usage: z.nullish(z.boolean()) })),
  tools: z.nullish(z.array(tool)),
  tool_choice: z.nullish(toolChoice),
  functions: z.nullish(z.array(functionFields)),
  function_call: z.nullish(z.union([z.enum(['auto', 'none']), z.object({ name })])),
  parallel_tool_calls: z.nullish(z.boolean()),
  ...samplingFields,
  stop: z.nullish(z.union([z.string(), z.array(z.string())])),
  seed: z.nullish(z.int()),
  response_format: z.nullish(format),
  max_tokens: tokens,
  max_completion_tokens: tokens,
  reasoning_effort: z.nullish(effortWord),
  n: z.nullish(z.literal(1, 'must be 1: one answer is given to a request')),
  logprobs: z.nullish(z.literal(false, 'must be false: the probabilities of tokens are not known here')),
  modalities: z.nullish(z.array(z.literal('text', 'must be "text": answers are text'))),
});

export type ChatBody = z.output<typeof chatBody>;
