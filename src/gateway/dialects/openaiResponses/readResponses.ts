import type { AnswerFormat, Image, Message, ReasoningPart, ToolCall, ToolChoice, ToolDefinition } from '../../../core/model/message';
import type { DialectRequest, Read, ToolForm } from '../../dialect';
import { freeformArguments, freeformTool } from '../openai/freeform';
import { readOpenai } from '../openai/readOpenai';
import { readSampling } from '../openai/sampling';
import { unwrapSealed } from '../sealed';
import { type ResponsesBody, responsesBody } from './body';
import { flatName } from './flatName';

export function readResponses(body: unknown): Read<DialectRequest> {
  const read = readOpenai(responsesBody, body);
  return read.ok ? { ok: true, value: toRequest(read.value) } : read;
}

function toRequest(body: ResponsesBody): DialectRequest {
  const offered = (body.tools ?? []).flatMap(toTools);
  const { tools, toolChoice } = readChoice(body, offered.map(({ tool }) => tool));
  const format = formatOf(body);
  const toolForms = new Map(offered.flatMap(({ tool, form }) => (form === undefined ? [] : [[tool.name, form] as const])));
  return {
    model: body.model,
    stream: body.stream ?? false,
    ask: {
      messages: [...(typeof body.instructions === 'string' && body.instructions !== '' ? [{ role: 'system' as const, text: body.instructions }] : []), ...(typeof body.input === 'string' ? [{ role: 'user' as const, text: body.input }] : readItems(body.input))],
      ...(tools.length === 0 ? {} : { tools }),
      ...(toolChoice === undefined ? {} : { toolChoice }),
      ...(typeof body.parallel_tool_calls === 'boolean' ? { parallelToolCalls: body.parallel_tool_calls } : {}),
      ...readSampling(body),
      ...(format === undefined ? {} : { format }),
      ...(typeof body.max_output_tokens === 'number' ? { maxOutputTokens: body.max_output_tokens } : {}),
    },
    ...(typeof body.reasoning?.effort === 'string' ? { effort: body.reasoning.effort } : {}),
    ...(toolForms.size === 0 ? {} : { toolForms }),
    // The tools and the instructions would be most of every answer, and the client has them.
    repeated: {
      instructions: null,
      metadata: body.metadata ?? {},
      parallel_tool_calls: body.parallel_tool_calls ?? true,
      temperature: body.temperature ?? null,
      top_p: body.top_p ?? null,
      tool_choice: body.tool_choice ?? 'auto',
      tools: [],
      max_output_tokens: body.max_output_tokens ?? null,
      reasoning: { effort: body.reasoning?.effort ?? null, summary: null },
      text: { format: body.text?.format ?? { type: 'text' } },
    },
  };
}

type Tool = NonNullable<ResponsesBody['tools']>[number];
interface Offered {
  readonly tool: ToolDefinition;
  /** Undefined: a function like any other. */
  readonly form?: ToolForm;
}

function toTools(tool: Tool): readonly Offered[] {
  switch (tool.type) {
    case 'vendor':
      return [];
    case 'namespace':
      return tool.tools.map((inner) => toOffered(inner, tool.name));
    case 'function':
    case 'custom':
      return [toOffered(tool, undefined)];
  }
}

function toOffered(tool: Extract<Tool, { readonly type: 'function' | 'custom' }>, namespace: string | undefined): Offered {
  const name = flatName(tool.name, namespace);
  const form: ToolForm = { kind: tool.type, name: tool.name, ...(namespace === undefined ? {} : { namespace }) };
  if (tool.type === 'custom') return { tool: freeformTool({ ...tool, name }), form };
  const { description, parameters, strict } = tool;
  return { tool: { name, description: description ?? '', parameters: parameters ?? { type: 'object', properties: {} }, ...(strict === true ? { strict } : {}) }, ...(namespace === undefined ? {} : { form }) };
}

function readChoice({ tool_choice: choice }: ResponsesBody, offered: readonly ToolDefinition[]): { readonly tools: readonly ToolDefinition[]; readonly toolChoice: ToolChoice | undefined } {
  if (typeof choice !== 'object' || choice === null) return { tools: offered, toolChoice: choice ?? undefined };
  if (choice.type !== 'allowed_tools') return { tools: offered, toolChoice: { name: flatName(choice.name, choice.namespace) } };
  const allowed = new Set(choice.tools.map(({ name, namespace }) => flatName(name ?? '', namespace)));
  return { tools: offered.filter(({ name }) => allowed.has(name)), toolChoice: choice.mode };
}

function formatOf({ text }: ResponsesBody): AnswerFormat | undefined {
  const format = text?.format;
  if (format === null || format === undefined || format.type === 'text') return undefined;
  if (format.type === 'json_object') return 'json';
  const { name, schema, strict } = format;
  return { name, schema, ...(typeof strict === 'boolean' ? { strict } : {}) };
}

type Item = Exclude<ResponsesBody['input'], string>[number];

/** What one answer left, put together again: its items stand one after the other until somebody else speaks. */
interface Turn {
  readonly texts: string[];
  readonly reasoning: ReasoningPart[];
  readonly toolCalls: ToolCall[];
}

function readItems(items: readonly Item[]): readonly Message[] {
  const messages: Message[] = [];
  let turn: Turn | undefined;
  const close = () => {
    if (turn !== undefined) messages.push(toAssistant(turn));
    turn = undefined;
  };
  const say = (message: Message) => {
    close();
    messages.push(message);
  };
  for (const item of items) {
    const open = (): Turn => (turn ??= { texts: [], reasoning: [], toolCalls: [] });
    switch (item.type) {
      case undefined:
      case 'message': {
        const content = readContent(item.content);
        if (item.role === 'assistant') open().texts.push(content.text);
        else if (item.role === 'user') say({ role: 'user', ...content });
        else say({ role: 'system', text: content.text });
        break;
      }
      case 'reasoning': {
        const part = unwrapSealed(item.encrypted_content ?? '', (item.summary ?? []).map(({ text }) => text).join('\n\n'));
        if (part !== undefined) open().reasoning.push(part);
        break;
      }
      case 'function_call':
        open().toolCalls.push({ id: item.call_id, name: flatName(item.name, item.namespace), arguments: item.arguments });
        break;
      case 'custom_tool_call':
        open().toolCalls.push({ id: item.call_id, name: flatName(item.name, item.namespace), arguments: freeformArguments(item.input) });
        break;
      case 'function_call_output':
      case 'custom_tool_call_output':
        say({ role: 'tool', toolCallId: item.call_id, ...readContent(item.output) });
        break;
      default:
        break;
    }
  }
  close();
  return messages;
}

function toAssistant({ texts, reasoning, toolCalls }: Turn): Message {
  return { role: 'assistant', text: texts.join('\n\n'), ...(reasoning.length === 0 ? {} : { reasoning }), ...(toolCalls.length === 0 ? {} : { toolCalls }) };
}

type Part = { readonly type: 'input_image'; readonly image_url: Image } | { readonly type: 'refusal'; readonly refusal: string } | { readonly type: string; readonly text: string };

function readContent(content: string | readonly Part[]): { readonly text: string; readonly images?: readonly Image[] } {
  if (typeof content === 'string') return { text: content };
  const texts = content.flatMap((part) => ('text' in part ? [part.text] : 'refusal' in part ? [part.refusal] : []));
  const images = content.flatMap((part) => ('image_url' in part ? [part.image_url] : []));
  return { text: texts.join('\n'), ...(images.length === 0 ? {} : { images }) };
}
