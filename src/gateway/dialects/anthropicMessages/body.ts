import * as z from 'zod/mini';
import { withNotes } from './unreadable';

/**
 * What is read of a request. Fields nobody here knows are passed over, as the vendor adds some every month; a block that
 * a person put in and no other model could be given is refused by its name, because an answer without it would be about
 * something else. `cache_control` is passed over: where a prompt is kept is decided by who sends it.
 */

/** A value that is refused with this sentence. */
const refused = (sentence: string) => z.unknown().check(z.refine(() => false, { error: sentence }));

const text = z.object({ type: z.literal('text'), text: z.string() });

const image = z.object({
  type: z.literal('image'),
  source: z.discriminatedUnion('type', [
    z.object({ type: z.literal('base64'), media_type: z.enum(['image/png', 'image/jpeg', 'image/webp', 'image/gif']), data: z.string().check(z.minLength(1)) }),
    z.object({ type: z.literal('url'), url: refused('is not fetched here: send the image itself, as base64') }),
    z.object({ type: z.literal('file'), file_id: refused('is a file at the vendor: send the image itself, as base64') }),
  ]),
});

const document = z.object({
  type: z.literal('document'),
  title: z.nullish(z.string()),
  context: z.nullish(z.string()),
  source: z.discriminatedUnion('type', [
    z.object({ type: z.literal('text'), data: z.string() }),
    z.object({ type: z.literal('content'), content: z.union([z.string(), z.array(z.discriminatedUnion('type', [text, image]))]) }),
    z.object({ type: z.literal('base64'), media_type: refused('is a kind of document that most models cannot read: send its text instead') }),
    z.object({ type: z.literal('url'), url: refused('is not fetched here: send the text of the document instead') }),
    z.object({ type: z.literal('file'), file_id: refused('is a file at the vendor: send the text of the document instead') }),
  ]),
});

const searchResult = z.object({ type: z.literal('search_result'), source: z.string(), title: z.string(), content: z.array(text) });

/** A block that says nothing to any other model, or whose kind nobody here knows. */
const other = z.object({ type: z.literal('other') });

/** Blocks of these types are read as `other`: what a tool of the vendor's did, or which of its tools it found. */
const passedOver = /^(?:server_tool_use|mcp_tool_use|\w+_tool_result|tool_reference|browser_state|fallback|compaction)$/;

const known = (types: readonly string[], unknown: 'refused' | 'other') =>
  z.transform((block: unknown) => {
    const type = typeof block === 'object' && block !== null && 'type' in block ? block.type : undefined;
    if (typeof type !== 'string' || types.includes(type)) return block;
    return unknown === 'other' || passedOver.test(type) ? { type: 'other' } : block;
  });

const toolResult = z.object({
  type: z.literal('tool_result'),
  tool_use_id: z.string().check(z.minLength(1)),
  content: z.nullish(z.union([z.string(), z.array(z.pipe(known(['text', 'image', 'document', 'search_result'], 'refused'), z.discriminatedUnion('type', [text, image, document, searchResult, other])))])),
  is_error: z.nullish(z.boolean()),
});

const userBlock = z.pipe(known(['text', 'image', 'document', 'search_result', 'tool_result'], 'refused'), z.discriminatedUnion('type', [text, image, document, searchResult, toolResult, other]));

/** What a model said itself may be left out where nobody knows it. */
const assistantBlock = z.pipe(
  known(['text', 'thinking', 'redacted_thinking', 'tool_use'], 'other'),
  z.discriminatedUnion('type', [
    text,
    z.object({ type: z.literal('thinking'), thinking: z.string(), signature: z.nullish(z.string()) }),
    z.object({ type: z.literal('redacted_thinking'), data: z.string() }),
    z.object({ type: z.literal('tool_use'), id: z.string().check(z.minLength(1)), name: z.string().check(z.minLength(1)), input: z.record(z.string(), z.unknown()) }),
    other,
  ]),
);

const message = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), content: z.pipe(z.transform(withNotes), z.union([z.string(), z.array(userBlock)])) }),
  z.object({ role: z.literal('assistant'), content: z.union([z.string(), z.array(assistantBlock)]) }),
  z.object({ role: z.literal('system'), content: z.union([z.string(), z.array(text)]) }),
]);

/** `custom`, or no type: the client's own. All others are the vendor's. */
const tool = z.union([
  z.object({ type: z.optional(z.nullable(z.literal('custom'))), name: z.string().check(z.minLength(1)), description: z.nullish(z.string()), input_schema: z.record(z.string(), z.unknown()) }),
  z.object({ type: z.string().check(z.refine((type) => type !== 'custom', { abort: true })), name: z.optional(z.string()) }),
]);

const answerFormat = z.object({ type: z.literal('json_schema'), schema: z.record(z.string(), z.unknown()) });

const oneAtATime = { disable_parallel_tool_use: z.nullish(z.boolean()) };

/** What a request to count tokens has as well. */
const shared = {
  model: z.string().check(z.minLength(1)),
  system: z.nullish(z.union([z.string(), z.array(text)])),
  messages: z.array(message).check(z.minLength(1)),
  tools: z.nullish(z.array(tool)),
  tool_choice: z.nullish(
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('auto'), ...oneAtATime }),
      z.object({ type: z.literal('any'), ...oneAtATime }),
      z.object({ type: z.literal('tool'), name: z.string(), ...oneAtATime }),
      z.object({ type: z.literal('none') }),
    ]),
  ),
  thinking: z.nullish(z.object({ type: z.string(), budget_tokens: z.nullish(z.number()) })),
  output_config: z.nullish(
    z.object({
      effort: z.nullish(z.string()),
      format: z.nullish(answerFormat),
    }),
  ),
  /** Where older clients have it. */
  output_format: z.nullish(answerFormat),
};

export const countBody = z.object(shared);
export const messagesBody = z.object({
  ...shared,
  max_tokens: z.int().check(z.gte(1)),
  stream: z.nullish(z.boolean()),
  temperature: z.nullish(z.number().check(z.gte(0), z.lte(1))),
  top_p: z.nullish(z.number().check(z.gte(0), z.lte(1))),
  stop_sequences: z.nullish(z.array(z.string())),
});

export type CountBody = z.infer<typeof countBody>;
export type BodyMessage = CountBody['messages'][number];
export type UserBlock = z.infer<typeof userBlock>;
export type ResultBlock = Exclude<NonNullable<z.infer<typeof toolResult>['content']>, string>[number];
export type AssistantBlock = z.infer<typeof assistantBlock>;
