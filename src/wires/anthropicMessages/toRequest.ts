import type { Anthropic } from '@anthropic-ai/sdk';
import type { Message } from '../../core/model/message';
import { traitsOf } from '../../core/model/provider';
import type { WireRequest } from '../../core/ports/wire';
import { objectOf, parseJson } from '../http/jsonValue';
import { cacheMarks } from './cacheMarks';
import { toThinking } from './toThinking';

/**
 * The client package (1.11) gives its types and nothing that runs. What it would do besides is `fetch` with a body: the
 * reply is read by our own reader, and the headers are made here, as with the other wire. And it writes to the console
 * by itself about models and words it calls deprecated, looks for keys in files and the environment, adds what
 * ANTHROPIC_CUSTOM_HEADERS holds to every request, and weighs 100 kB after gzip.
 */
export type RequestBody = Anthropic.MessageCreateParamsStreaming;

type Block = Anthropic.TextBlockParam | Anthropic.ImageBlockParam | Anthropic.ToolUseBlockParam | Anthropic.ToolResultBlockParam;
interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: Block[];
}

/**
 * The body of one request. What a provider's definition adds comes first, so that it cannot change what is asked, of
 * which model, or how much may be answered.
 */
export function toRequest(request: Omit<WireRequest, 'key' | 'limits'>): RequestBody {
  const { provider } = request.endpoint;
  const traits = traitsOf(provider, request.model);
  const system = request.messages.flatMap((message): Anthropic.TextBlockParam[] => (message.role === 'system' && !isBlank(message.text) ? [{ type: 'text', text: message.text }] : []));
  const tools = request.tools.map(({ name, description, parameters }): Anthropic.Tool => ({ name, description, input_schema: { ...parameters, type: 'object' } }));
  const messages = toTurns(request.messages);
  // Marks on blocks that were made here, a moment ago, and are nobody else's yet.
  for (const block of cacheMarks({ system, tools, messages }, traits)) block.cache_control = { type: 'ephemeral' };
  return {
    ...provider.extraBody,
    model: request.model,
    max_tokens: request.maxOutputTokens,
    stream: true,
    ...(system.length === 0 ? {} : { system }),
    ...(tools.length === 0 ? {} : { tools }),
    messages,
    ...toThinking(request, traits),
  };
}

/**
 * Messages of one side in a row become one turn: all results of parallel tool calls must be in the very next one. What is
 * empty or blank is left out, because a blank block is refused.
 */
function toTurns(messages: readonly Message[]): Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    if (message.role === 'system') continue;
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const content = toBlocks(message);
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...content);
    else if (content.length > 0) turns.push({ role, content });
  }
  return turns;
}

function toBlocks(message: Exclude<Message, { readonly role: 'system' }>): Block[] {
  switch (message.role) {
    case 'user':
      return [...(message.images ?? []).map(({ mediaType, base64 }): Block => ({ type: 'image', source: { type: 'base64', media_type: mediaType, data: base64 } })), ...toText(message.text)];
    case 'assistant':
      return [...toText(message.text), ...(message.toolCalls ?? []).map(({ id, name, arguments: text }): Block => ({ type: 'tool_use', id: toToolId(id), name, input: objectOf(parseJson(text)?.value) ?? {} }))];
    case 'tool':
      return [{ type: 'tool_result', tool_use_id: toToolId(message.toolCallId), ...(isBlank(message.text) ? {} : { content: message.text }) }];
  }
}

function toText(text: string): Block[] {
  return isBlank(text) ? [] : [{ type: 'text', text }];
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}

/** A call made by another vendor's model may have an id that is refused here, such as `functions.read:0` (Kimi). */
function toToolId(id: string): string {
  return id.replace(/[^A-Za-z0-9_-]/g, '_');
}
