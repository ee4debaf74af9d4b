import * as z from 'zod/mini';
import type { AnswerFormat, Image, Message, ReasoningPart, ToolCall, ToolChoice, ToolDefinition } from '../../../core/model/message';
import type { DialectRequest, Read, ToolForm } from '../../dialect';
import { freeformArguments, freeformTool } from '../openai/freeform';
import { readOpenai } from '../openai/readOpenai';
import { readSampling } from '../openai/sampling';
import { unwrapSealed } from '../sealed';
import { type ChatBody, chatBody } from './body';

export function readChat(body: unknown): Read<DialectRequest> {
  const read = readOpenai(chatBody, body);
  return read.ok ? { ok: true, value: toRequest(read.value) } : read;
}

function toRequest(body: ChatBody): DialectRequest {
  const { tools, toolChoice } = readTools(body);
  const limit = body.max_completion_tokens ?? body.max_tokens ?? undefined;
  const format = formatOf(body);
  const forms: readonly ToolForm[] = [
    ...(body.functions ?? []).map(({ name }) => ({ kind: 'legacy', name }) as const),
    ...(body.tools ?? []).flatMap((tool) => (tool.type === 'custom' ? [{ kind: 'custom', name: tool.custom.name } as const] : [])),
  ];
  const parallel = (body.functions ?? []).length > 0 ? false : body.parallel_tool_calls;
  return {
    model: body.model,
    stream: body.stream ?? false,
    ask: {
      messages: readMessages(body.messages),
      ...(tools.length === 0 ? {} : { tools }),
      ...(toolChoice === undefined ? {} : { toolChoice }),
      ...(typeof parallel === 'boolean' ? { parallelToolCalls: parallel } : {}),
      ...readSampling(body),
      ...(format === undefined ? {} : { format }),
      ...(limit === undefined ? {} : { maxOutputTokens: limit }),
    },
    ...(typeof body.reasoning_effort === 'string' ? { effort: body.reasoning_effort } : {}),
    ...(body.stream_options?.include_usage === true ? { includeUsage: true } : {}),
    ...(forms.length === 0 ? {} : { toolForms: new Map(forms.map((form) => [form.name, form])) }),
  };
}

type Tool = NonNullable<ChatBody['tools']>[number];

function readTools({ tools, tool_choice: choice, functions, function_call: legacyChoice }: ChatBody): { readonly tools: readonly ToolDefinition[]; readonly toolChoice: ToolChoice | undefined } {
  const offered = [...(tools ?? []).map(toTool), ...(functions ?? []).map(toFunction)];
  if (typeof choice !== 'object' || choice === null) return { tools: offered, toolChoice: choice ?? legacyChoice ?? undefined };
  if (choice.type !== 'allowed_tools') return { tools: offered, toolChoice: { name: nameOf(choice) } };
  const allowed = new Set(choice.allowed_tools.tools.map(nameOf));
  return { tools: offered.filter(({ name }) => allowed.has(name)), toolChoice: choice.allowed_tools.mode };
}

function nameOf(tool: { readonly type: 'function'; readonly function: { readonly name: string } } | { readonly type: 'custom'; readonly custom: { readonly name: string } }): string {
  return tool.type === 'function' ? tool.function.name : tool.custom.name;
}

function toTool(tool: Tool): ToolDefinition {
  return tool.type === 'function' ? toFunction(tool.function) : freeformTool(tool.custom);
}

function toFunction({ name, description, parameters, strict }: Extract<Tool, { readonly type: 'function' }>['function']): ToolDefinition {
  return { name, description: description ?? '', parameters: parameters ?? { type: 'object', properties: {} }, ...(strict === true ? { strict } : {}) };
}

function formatOf({ response_format: format }: ChatBody): AnswerFormat | undefined {
  if (format === null || format === undefined || format.type === 'text') return undefined;
  if (format.type === 'json_object') return 'json';
  const { name, schema, strict } = format.json_schema;
  return { name, schema, ...(typeof strict === 'boolean' ? { strict } : {}) };
}

type BodyMessage = ChatBody['messages'][number];

function readMessages(messages: readonly BodyMessage[]): readonly Message[] {
  let lastFunction = '';
  return messages.map((message, index): Message => {
    switch (message.role) {
      case 'system':
      case 'developer':
        return { role: 'system', text: readContent(message.content).text };
      case 'user':
        return { role: 'user', ...readContent(message.content) };
      case 'assistant': {
        const calls = readCalls(message);
        // The field before tools has no ids: a result is of the call above it.
        if (typeof message.function_call === 'object' && message.function_call !== null) {
          lastFunction = `call_${index}`;
          calls.push({ id: lastFunction, name: message.function_call.name, arguments: message.function_call.arguments });
        }
        const reasoning = readReasoning(message.reasoning_details);
        const { text } = readContent(message.content ?? '');
        return { role: 'assistant', text: text === '' ? (message.refusal ?? '') : text, ...(reasoning.length === 0 ? {} : { reasoning }), ...(calls.length === 0 ? {} : { toolCalls: calls }) };
      }
      case 'tool':
        return { role: 'tool', toolCallId: message.tool_call_id, ...readContent(message.content ?? '') };
      case 'function':
        return { role: 'tool', toolCallId: lastFunction, text: message.content ?? '' };
    }
  });
}

function readCalls({ tool_calls: calls }: Extract<BodyMessage, { readonly role: 'assistant' }>): ToolCall[] {
  return (calls ?? []).map((call) =>
    call.type === 'function' ? { id: call.id, name: call.function.name, arguments: call.function.arguments } : { id: call.id, name: call.custom.name, arguments: freeformArguments(call.custom.input) },
  );
}

type Part = { readonly type: 'text'; readonly text: string } | { readonly type: 'refusal'; readonly refusal: string } | { readonly type: 'image_url'; readonly image_url: { readonly url: Image } };

function readContent(content: string | readonly Part[]): { readonly text: string; readonly images?: readonly Image[] } {
  if (typeof content === 'string') return { text: content };
  const texts = content.flatMap((part) => (part.type === 'text' ? [part.text] : part.type === 'refusal' ? [part.refusal] : []));
  const images = content.flatMap((part) => (part.type === 'image_url' ? [part.image_url.url] : []));
  return { text: texts.join('\n'), ...(images.length === 0 ? {} : { images }) };
}

const sealedDetail = z.object({ data: z.string() });

/** Whatever else is there is of vendors that the client asked itself. */
function readReasoning(details: unknown): readonly ReasoningPart[] {
  if (!Array.isArray(details)) return [];
  return details.flatMap((detail) => {
    const { data } = sealedDetail.safeParse(detail);
    return (data && unwrapSealed(data.data)) ?? [];
  });
}
