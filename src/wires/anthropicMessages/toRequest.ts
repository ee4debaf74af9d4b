import type { Anthropic } from '@anthropic-ai/sdk';
import type { Image, Message, ReasoningPart, Sampling } from '../../core/model/message';
import { type ModelTraits, traitsOf } from '../../core/model/provider';
import type { WireRequest } from '../../core/ports/wire';
import { firstAnswer } from '../http/firstAnswer';
import { objectOf, parseJson } from '../http/jsonValue';
import { schemaText } from '../http/schemaText';
import { cacheMarks } from './cacheMarks';
import { toThought } from './sealedThoughts';
import { takesSchema } from './takesSchema';
import { toThinking } from './toThinking';

/**
 * The client package (1.11) gives its types and nothing that runs. What it would do besides is `fetch` with a body: the
 * reply is read by our own reader, and the headers are made here, as with the other wire. And it writes to the console
 * by itself about models and words it calls deprecated, looks for keys in files and the environment, adds what
 * ANTHROPIC_CUSTOM_HEADERS holds to every request, and weighs 100 kB after gzip.
 */
export type RequestBody = Anthropic.MessageCreateParamsStreaming;

type Block = Anthropic.TextBlockParam | Anthropic.ImageBlockParam | Anthropic.ToolUseBlockParam | Anthropic.ToolResultBlockParam | Anthropic.ThinkingBlockParam | Anthropic.RedactedThinkingBlockParam;
interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: Block[];
}

/**
 * The body of one request. What a provider's definition adds comes first, so that it cannot change what is asked, of
 * which model, or how much may be answered.
 */
export function toRequest(request: Omit<WireRequest, 'key' | 'limits'>): RequestBody {
  const { format } = request;
  const { provider } = request.endpoint;
  const traits = traitsOf(provider, request.model);
  const place = `${provider.id}/${request.model}`;
  const isOwn = (part: ReasoningPart): boolean => part.place === place;
  // The vendor has no mode for any JSON, and not every model takes a schema, nor a model every schema.
  const schema = format !== undefined && format !== 'json' && traits?.answerSchema === true && takesSchema(format.schema) ? format : undefined;
  const inWords = format === undefined || format === 'json' || schema !== undefined ? [] : [schemaText(format)];
  const head = request.messages.slice(0, firstAnswer(request.messages));
  const texts = [...head.flatMap((message) => (message.role === 'system' ? [message.text] : [])), ...inWords];
  const system = texts.flatMap(toText);
  const tools = request.tools.map(({ name, description, parameters }): Anthropic.Tool => ({ name, description, input_schema: { ...parameters, type: 'object' } }));
  const messages = toTurns(request.messages, isOwn);
  // Marks on blocks that were made here, a moment ago, and are nobody else's yet.
  for (const block of cacheMarks({ system, tools, messages }, traits)) block.cache_control = { type: 'ephemeral' };
  const { thinking, output_config } = toThinking(request, traits, { forced: isForced(request), isOwn });
  const output = { ...output_config, ...(schema === undefined ? {} : { format: { type: 'json_schema' as const, schema: schema.schema } }) };
  return {
    ...provider.extraBody,
    model: request.model,
    max_tokens: request.maxOutputTokens,
    stream: true,
    ...(system.length === 0 ? {} : { system }),
    ...(tools.length === 0 ? {} : { tools }),
    messages,
    ...(thinking === undefined ? {} : { thinking }),
    ...(Object.keys(output).length === 0 ? {} : { output_config: output }),
    ...toChoice(request, thinking !== undefined && thinking.type !== 'disabled'),
    ...toSampling(request.sampling, thinking !== undefined && thinking.type !== 'disabled' ? 'none' : traits?.sampling),
  };
}

function isForced({ tools, toolChoice }: Pick<WireRequest, 'tools' | 'toolChoice'>): boolean {
  return tools.length > 0 && toolChoice !== undefined && toolChoice !== 'auto' && toolChoice !== 'none';
}

/** A model that thinks in any case cannot be made to call a tool: that is refused, so it is left to the model. */
function toChoice({ tools, toolChoice, parallelToolCalls }: Pick<WireRequest, 'tools' | 'toolChoice' | 'parallelToolCalls'>, thinks: boolean): { tool_choice?: Anthropic.ToolChoice } {
  if (tools.length === 0 || (toolChoice === undefined && parallelToolCalls !== false)) return {};
  if (toolChoice === 'none') return { tool_choice: { type: 'none' } };
  const one = parallelToolCalls === false ? { disable_parallel_tool_use: true } : {};
  if (toolChoice === undefined || toolChoice === 'auto' || thinks) return { tool_choice: { type: 'auto', ...one } };
  return { tool_choice: toolChoice === 'required' ? { type: 'any', ...one } : { type: 'tool', name: toolChoice.name, ...one } };
}

/** The client package no longer has the first two; models that are older than it take them. A temperature is at most 1 here. */
function toSampling(sampling: Sampling | undefined, takes: ModelTraits['sampling'] = 'both'): { temperature?: number; top_p?: number; stop_sequences?: string[] } {
  const { temperature, topP, stop = [] } = sampling ?? {};
  // A blank one is refused.
  const sequences = stop.filter((text) => !isBlank(text));
  return {
    ...(temperature === undefined || takes === 'none' ? {} : { temperature: Math.min(temperature, 1) }),
    ...(topP === undefined || takes === 'none' || (takes === 'one' && temperature !== undefined) ? {} : { top_p: topP }),
    ...(sequences.length === 0 ? {} : { stop_sequences: sequences }),
  };
}

/**
 * Messages of one side in a row become one turn: all results of parallel tool calls must be in the very next one, before
 * anything else. What is empty or blank is left out, because a blank block is refused. A system text that comes later in a
 * conversation stays where it is, marked as what it is: put before all, it would keep the prompt cache from all that follows.
 */
function toTurns(messages: readonly Message[], isOwn: (part: ReasoningPart) => boolean): Turn[] {
  const turns: Turn[] = [];
  const begins = firstAnswer(messages);
  for (const [index, message] of messages.entries()) {
    if (message.role === 'system' && index < begins) continue;
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const content = toBlocks(message, isOwn);
    const last = turns.at(-1);
    if (last?.role === role) last.content.splice(message.role === 'tool' ? resultsIn(last) : last.content.length, 0, ...content);
    else if (content.length > 0) turns.push({ role, content });
  }
  return turns;
}

/** How many blocks of a turn are results of tools, which come first. */
function resultsIn({ content }: Turn): number {
  return content.filter(({ type }) => type === 'tool_result').length;
}

function toBlocks(message: Message, isOwn: (part: ReasoningPart) => boolean): Block[] {
  switch (message.role) {
    case 'system':
      return isBlank(message.text) ? [] : toText(`<system-reminder>\n${message.text}\n</system-reminder>`);
    case 'user':
      return [...toImages(message.images), ...toText(message.text)];
    case 'assistant': {
      const said: Block[] = [...toText(message.text), ...(message.toolCalls ?? []).map(({ id, name, arguments: text }): Block => ({ type: 'tool_use', id: toToolId(id), name, input: objectOf(parseJson(text)?.value) ?? {} }))];
      // Thinking comes first, and never alone.
      return said.length === 0 ? [] : [...(message.reasoning ?? []).filter(isOwn).map(toThought), ...said];
    }
    case 'tool':
      return [{ type: 'tool_result', tool_use_id: toToolId(message.toolCallId), ...toResult(message), ...(message.failed === true ? { is_error: true } : {}) }];
  }
}

function toResult({ text, images }: Extract<Message, { readonly role: 'tool' }>): Pick<Anthropic.ToolResultBlockParam, 'content'> {
  if (images !== undefined && images.length > 0) return { content: [...toText(text), ...toImages(images)] };
  return isBlank(text) ? {} : { content: text };
}

function toImages(images: readonly Image[] | undefined): Anthropic.ImageBlockParam[] {
  return (images ?? []).map(({ mediaType, base64 }) => ({ type: 'image', source: { type: 'base64', media_type: mediaType, data: base64 } }));
}

function toText(text: string): Anthropic.TextBlockParam[] {
  return isBlank(text) ? [] : [{ type: 'text', text }];
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}

/** A call made by another vendor's model may have an id that is refused here, such as `functions.read:0` (Kimi). */
function toToolId(id: string): string {
  return id.replace(/[^A-Za-z0-9_-]/g, '_');
}
