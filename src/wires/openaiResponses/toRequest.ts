import type { OpenAI } from 'openai';
import type { Image, Message } from '../../core/model/message';
import { traitsOf } from '../../core/model/provider';
import type { WireRequest } from '../../core/ports/wire';
import { firstAnswer } from '../http/firstAnswer';
import { toolResult } from '../http/openai/toolResult';

/**
 * The client package gives its types and nothing that runs: what it would do besides is `fetch` with a body, and its
 * bundle is in the other wire already.
 */
export type RequestBody = Omit<OpenAI.Responses.ResponseCreateParams, 'input'> & { readonly input: readonly InputItem[] };

/** Reasoning goes back without its id, which the vendor would look for where nothing was stored. */
type InputItem = OpenAI.Responses.ResponseInputItem | Omit<OpenAI.Responses.ResponseReasoningItem, 'id'>;

/**
 * The body of one request. What a provider's definition adds comes first, so that it cannot change what is asked, of
 * which model, or how much may be answered. Nothing is stored at the provider, so that nothing of an earlier answer can
 * be named by its id: the conversation is sent as it was, and of its reasoning what came sealed from this very place.
 */
export function toRequest(request: Omit<WireRequest, 'key' | 'limits'>): RequestBody {
  const { endpoint, messages, tools } = request;
  const { provider } = endpoint;
  const json = request.format === 'json';
  const begins = firstAnswer(messages);
  const system = messages.slice(0, begins).flatMap((message) => (message.role === 'system' && message.text !== '' ? [message.text] : []));
  // For JSON the word must be in the input, where instructions do not count.
  const developer = json ? system.map((content): InputItem => ({ role: 'developer', content })) : [];
  return {
    ...provider.extraBody,
    model: request.model,
    ...(system.length === 0 || json ? {} : { instructions: system.join('\n\n') }),
    input: [...developer, ...messages.flatMap((message, index) => (message.role === 'system' && index < begins ? [] : toItems(message, `${provider.id}/${request.model}`)))],
    stream: traitsOf(provider, request.model)?.streams ?? true,
    store: false,
    max_output_tokens: request.maxOutputTokens,
    ...toReasoning(request),
    ...toFormat(request),
    ...toTools(request),
    ...toSampling(request),
    // What the model thought before it called a tool goes back with the call; an answer without tools needs none of it.
    ...(tools.length > 0 && traitsOf(provider, request.model)?.sealsReasoning === true ? { include: ['reasoning.encrypted_content'] } : {}),
  };
}

function toFormat({ format }: Pick<WireRequest, 'format'>): Pick<RequestBody, 'text'> {
  if (format === undefined) return {};
  if (format === 'json') return { text: { format: { type: 'json_object' } } };
  const { name, schema, strict } = format;
  return { text: { format: { type: 'json_schema', name, schema, ...(strict === undefined ? {} : { strict }) } } };
}

/** What is usual is not said, but for `strict`: unsaid it would mean strict, which refuses schemas with optional fields. */
function toTools({ tools, toolChoice, parallelToolCalls }: Pick<WireRequest, 'tools' | 'toolChoice' | 'parallelToolCalls'>): Pick<RequestBody, 'tools' | 'tool_choice' | 'parallel_tool_calls'> {
  if (tools.length === 0) return {};
  return {
    tools: tools.map(({ name, description, parameters, strict }) => ({ type: 'function', name, description, parameters, strict: strict === true })),
    ...(toolChoice === undefined || toolChoice === 'auto' ? {} : { tool_choice: typeof toolChoice === 'string' ? toolChoice : { type: 'function', name: toolChoice.name } }),
    ...(parallelToolCalls === false ? { parallel_tool_calls: false } : {}),
  };
}

/** The protocol has no seed, and no texts to end at. */
function toSampling({ endpoint: { provider }, model, sampling: { temperature, topP } = {} }: Pick<WireRequest, 'endpoint' | 'model' | 'sampling'>): Pick<RequestBody, 'temperature' | 'top_p'> {
  const takes = traitsOf(provider, model)?.sampling ?? 'both';
  return {
    ...(temperature === undefined || takes === 'none' ? {} : { temperature }),
    ...(topP === undefined || takes === 'none' || (takes === 'one' && temperature !== undefined) ? {} : { top_p: topP }),
  };
}

/**
 * Summaries of the reasoning are read but not asked for: an organisation that OpenAI has not verified would be refused
 * with status 400 (`reasoning.summary`, unsupported_value).
 */
function toReasoning({ endpoint: { provider }, effort }: Pick<WireRequest, 'endpoint' | 'effort'>): Pick<RequestBody, 'reasoning'> {
  if (effort === 'none' || provider.effortField === 'none') return {};
  return { reasoning: { effort: effort === 'off' ? 'none' : effort } };
}

function toItems(message: Message, place: string): readonly InputItem[] {
  switch (message.role) {
    case 'system':
      return message.text === '' ? [] : [{ role: 'developer', content: message.text }];
    case 'user':
      return [{ role: 'user', content: message.images === undefined || message.images.length === 0 ? message.text : toParts(message) }];
    case 'assistant': {
      const said: readonly InputItem[] = [
        ...(message.text === '' ? [] : [{ role: 'assistant', content: message.text } as const]),
        ...(message.toolCalls ?? []).map((call) => ({ type: 'function_call', call_id: toCallId(call.id), name: call.name, arguments: call.arguments }) as const),
      ];
      // Reasoning alone, without what it led to, is refused.
      if (said.length === 0) return [];
      const reasoning = (message.reasoning ?? []).filter((part) => part.place === place);
      return [...reasoning.map(({ text, sealed }): InputItem => ({ type: 'reasoning', summary: text === '' ? [] : [{ type: 'summary_text', text }], encrypted_content: sealed })), ...said];
    }
    case 'tool': {
      const text = toolResult(message);
      const images = message.images ?? [];
      return [{ type: 'function_call_output', call_id: toCallId(message.toolCallId), output: images.length === 0 ? text : toParts({ text, images }) }];
    }
  }
}

function toParts({ text, images = [] }: { readonly text: string; readonly images?: readonly Image[] }): (OpenAI.Responses.ResponseInputText | OpenAI.Responses.ResponseInputImage)[] {
  return [...(text === '' ? [] : [{ type: 'input_text' as const, text }]), ...images.map(({ mediaType, base64 }) => ({ type: 'input_image' as const, detail: 'auto' as const, image_url: `data:${mediaType};base64,${base64}` }))];
}

/** Longer ids are refused; another vendor's model may have made one. The end of an id is what tells it from others. */
function toCallId(id: string): string {
  return id.slice(-64);
}
