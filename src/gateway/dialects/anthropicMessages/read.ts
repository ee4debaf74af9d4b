import type { AnswerFormat, Image, Message, ReasoningPart, ToolCall, ToolChoice, ToolDefinition } from '../../../core/model/message';
import type { Effort } from '../../../core/model/modelCard';
import type { DialectRequest, Read } from '../../dialect';
import { badField, readBody } from '../readBody';
import { unwrapSealed } from '../sealed';
import { isStrict } from './isStrict';
import { type AssistantBlock, type BodyMessage, type CountBody, countBody, messagesBody, type ResultBlock, type UserBlock } from './body';

/** The body of `POST /v1/messages`. */
export function read(body: unknown): Read<DialectRequest> {
  const parsed = readBody(messagesBody, body);
  if (!parsed.ok) return parsed;
  const { max_tokens, stream, temperature, top_p, stop_sequences } = parsed.value;
  const prompt = toPrompt(parsed.value);
  if (!prompt.ok) return prompt;
  const sampling = {
    ...(typeof temperature === 'number' ? { temperature } : {}),
    ...(typeof top_p === 'number' ? { topP: top_p } : {}),
    ...((stop_sequences?.length ?? 0) > 0 && stop_sequences ? { stop: stop_sequences } : {}),
  };
  return {
    ok: true,
    value: {
      ...prompt.value,
      stream: stream ?? false,
      ask: { ...prompt.value.ask, maxOutputTokens: max_tokens, ...(Object.keys(sampling).length === 0 ? {} : { sampling }) },
    },
  };
}

/** The body of `POST /v1/messages/count_tokens`, which has no limit and no stream. */
export function readCount(body: unknown): Read<DialectRequest> {
  const parsed = readBody(countBody, body);
  if (!parsed.ok) return parsed;
  const prompt = toPrompt(parsed.value);
  return prompt.ok ? { ok: true, value: { ...prompt.value, stream: false } } : prompt;
}

function toPrompt(body: CountBody): Read<Omit<DialectRequest, 'stream'>> {
  const tools = toTools(body);
  if (!tools.ok) return tools;
  const system = textOf(body.system ?? '').replace(mark, '');
  const effort = toEffort(body);
  const format = body.output_config?.format ?? body.output_format;
  return {
    ok: true,
    value: {
      model: body.model,
      ask: {
        messages: [...(system === '' ? [] : [{ role: 'system', text: system } as const]), ...body.messages.flatMap(toMessages)],
        ...tools.value,
        ...(format ? { format: toFormat(format.schema) } : {}),
      },
      ...(effort === undefined ? {} : { effort }),
    },
  };
}

/**
 * Claude Code (from 2.1.36) begins its system text with a mark for the vendor that is another in every request. No cache of
 * any vendor would ever know the rest of the prompt again. https://github.com/anthropics/claude-code/issues/68900
 */
const mark = /^x-anthropic-billing-header:[^\n]*(?:\n+|$)/;

function toFormat(schema: Readonly<Record<string, unknown>>): AnswerFormat {
  return { name: 'answer', schema, ...(isStrict(schema) ? { strict: true } : {}) };
}

interface Tools {
  readonly tools?: readonly ToolDefinition[];
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
}

/**
 * The vendor runs some tools itself, such as its web search, and trains its models on others: other models can have
 * neither. They are left out beside tools of the client's own; a request that is for them alone is refused.
 */
function toTools({ tools, tool_choice: choice }: CountBody): Read<Tools> {
  const all = tools ?? [];
  const own = all.flatMap((tool) => ('input_schema' in tool ? [{ name: tool.name, description: tool.description ?? '', parameters: tool.input_schema }] : []));
  const foreign = all.findIndex((tool) => !('input_schema' in tool));
  const forced = choice?.type === 'tool' ? choice.name : undefined;
  const forcedAt = forced === undefined ? -1 : all.findIndex(({ name }) => name === forced);
  if (forced !== undefined && forcedAt < 0) return badField('tool_choice.name', 'is none of the tools of this request');
  if (foreign >= 0 && (own.length === 0 || (forced !== undefined && !own.some(({ name }) => name === forced)))) {
    return badField(`tools.${own.length === 0 ? foreign : forcedAt}`, 'is a tool that the vendor runs itself, which other models cannot have: offer a tool of your own instead');
  }
  return {
    ok: true,
    value: {
      ...(own.length === 0 ? {} : { tools: own }),
      ...(choice && own.length > 0 ? { toolChoice: toChoice(choice) } : {}),
      ...(choice && choice.type !== 'none' && typeof choice.disable_parallel_tool_use === 'boolean' ? { parallelToolCalls: !choice.disable_parallel_tool_use } : {}),
    },
  };
}

function toChoice(choice: NonNullable<CountBody['tool_choice']>): ToolChoice {
  return choice.type === 'tool' ? { name: choice.name } : choice.type === 'any' ? 'required' : choice.type;
}

/** Budgets of thinking lie between the sizes that our own wire sends for the efforts. */
function toEffort({ thinking, output_config: config }: CountBody): Effort | undefined {
  if (thinking?.type === 'disabled') return 'none';
  const named = efforts.get(config?.effort ?? '');
  if (named !== undefined) return named;
  const budget = thinking?.budget_tokens;
  if (thinking?.type !== 'enabled' || typeof budget !== 'number') return undefined;
  return budget < 5000 ? 'low' : budget < 12_000 ? 'medium' : budget < 24_000 ? 'high' : 'xhigh';
}

const efforts: ReadonlyMap<string, Effort> = new Map<string, Effort>([['low', 'low'], ['medium', 'medium'], ['high', 'high'], ['xhigh', 'xhigh'], ['max', 'xhigh']]);

function toMessages(message: BodyMessage): readonly Message[] {
  switch (message.role) {
    case 'system':
      return [{ role: 'system', text: textOf(message.content) }];
    case 'user':
      return typeof message.content === 'string' ? [{ role: 'user', text: message.content }] : fromUser(message.content);
    case 'assistant':
      return [typeof message.content === 'string' ? { role: 'assistant', text: message.content } : fromAssistant(message.content)];
  }
}

/** Results of tools come first, as the vendor asks of clients. What is said besides is one message, its images before its words. */
function fromUser(blocks: readonly UserBlock[]): readonly Message[] {
  const results = blocks.flatMap((block): Message[] => {
    if (block.type !== 'tool_result') return [];
    const content = typeof block.content === 'string' ? { text: block.content, images: [] } : fold(block.content ?? []);
    return [{ role: 'tool', toolCallId: block.tool_use_id, text: content.text, ...imagesField(content.images), ...(block.is_error === true ? { failed: true } : {}) }];
  });
  const rest = blocks.flatMap((block) => (block.type === 'tool_result' || block.type === 'other' ? [] : [block]));
  if (rest.length === 0 && results.length > 0) return results;
  const { text, images } = fold(rest);
  return [...results, { role: 'user', text, ...imagesField(images) }];
}

/** Texts side by side are paragraphs of their own: clients put what they add into blocks beside what a person wrote. */
function fold(blocks: readonly ResultBlock[]): { readonly text: string; readonly images: readonly Image[] } {
  const texts: string[] = [];
  const images: Image[] = [];
  for (const block of blocks) {
    switch (block.type) {
      case 'text':
        texts.push(block.text);
        break;
      case 'image':
        images.push(...toImage(block));
        break;
      case 'search_result':
        texts.push([`${block.title} (${block.source})`, ...block.content.map(({ text }) => text)].join('\n'));
        break;
      case 'document': {
        const { source, title, context } = block;
        const content = source.type === 'text' ? { text: source.data, images: [] } : source.type !== 'content' ? { text: '', images: [] } : typeof source.content === 'string' ? { text: source.content, images: [] } : fold(source.content);
        texts.push([title, context, content.text].filter((part) => part !== undefined && part !== null && part !== '').join('\n'));
        images.push(...content.images);
        break;
      }
      case 'other':
    }
  }
  return { text: texts.filter((text) => text !== '').join('\n\n'), images };
}

function toImage({ source }: Extract<ResultBlock, { readonly type: 'image' }>): readonly Image[] {
  return source.type === 'base64' ? [{ mediaType: source.media_type, base64: source.data }] : [];
}

function imagesField(images: readonly Image[]): { readonly images?: readonly Image[] } {
  return images.length === 0 ? {} : { images };
}

/** Thinking that is not wrapped is from another place, nobody knows which, and is left out: only its maker could read it. */
function fromAssistant(blocks: readonly AssistantBlock[]): Message {
  let text = '';
  const reasoning: ReasoningPart[] = [];
  const toolCalls: ToolCall[] = [];
  for (const block of blocks) {
    if (block.type === 'text') text += block.text;
    else if (block.type === 'tool_use') toolCalls.push({ id: block.id, name: block.name, arguments: JSON.stringify(block.input) });
    else if (block.type !== 'other') {
      const part = block.type === 'thinking' ? unwrapSealed(block.signature ?? '', block.thinking) : unwrapSealed(block.data);
      if (part !== undefined) reasoning.push(part);
    }
  }
  return { role: 'assistant', text, ...(reasoning.length === 0 ? {} : { reasoning }), ...(toolCalls.length === 0 ? {} : { toolCalls }) };
}

function textOf(content: string | readonly { readonly text: string }[]): string {
  return typeof content === 'string' ? content : content.map(({ text }) => text).filter((text) => text !== '').join('\n\n');
}
