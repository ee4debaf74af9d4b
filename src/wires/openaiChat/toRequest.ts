import type { OpenAI } from 'openai';
import type { Image, Message } from '../../core/model/message';
import { traitsOf } from '../../core/model/provider';
import type { WireRequest } from '../../core/ports/wire';
import { toolResult } from '../http/openai/toolResult';
import { schemaText } from '../http/schemaText';
import { goesBack } from './reasoningBack';
import { shortId } from './shortId';

export type RequestBody = OpenAI.Chat.Completions.ChatCompletionCreateParams;

type RequestMessage = OpenAI.Chat.Completions.ChatCompletionMessageParam;

/**
 * The body of one request. What a provider's definition adds comes first, so that it cannot change what is asked, of
 * which model, or how much may be answered.
 */
export function toRequest(request: Omit<WireRequest, 'key' | 'limits'>): RequestBody {
  const { provider } = request.endpoint;
  return {
    ...provider.extraBody,
    model: request.model.includes(':') ? request.model : `${request.model}${provider.modelSuffix ?? ''}`,
    messages: toMessages(request),
    stream: request.whole !== true,
    ...(provider.streamUsage && request.whole !== true ? { stream_options: { include_usage: true } } : {}),
    [traitsOf(provider, request.model)?.outputLimitField ?? provider.outputLimitField]: request.maxOutputTokens,
    ...toEffort(request),
    ...toCeiling(request),
    ...toCache(request),
    ...toFormat(request),
    ...toTools(request),
    ...toSampling(request),
  };
}

type Part<K extends keyof WireRequest> = Pick<WireRequest, 'endpoint' | 'model' | K>;

function toFormat(request: Part<'format' | 'tools'>): Pick<RequestBody, 'response_format'> {
  const { endpoint: { provider }, format } = request;
  if (format === undefined || !takesFormat(request)) return {};
  if (format === 'json' || provider.answerSchemas === false) return { response_format: { type: 'json_object' } };
  const { name, schema, strict } = format;
  return { response_format: { type: 'json_schema', json_schema: { name, schema, ...(strict === undefined ? {} : { strict }) } } };
}

function takesFormat({ endpoint: { provider }, tools }: Part<'tools'>): boolean {
  return tools.length === 0 || provider.jsonWithTools !== false;
}

/** What is usual is not said: not every server knows these words. */
function toTools({ endpoint: { provider }, tools, toolChoice, parallelToolCalls }: Part<'tools' | 'toolChoice' | 'parallelToolCalls'>): Pick<RequestBody, 'tools' | 'tool_choice' | 'parallel_tool_calls'> {
  if (tools.length === 0) return {};
  const choice = provider.forcedTools === false && toolChoice !== 'none' ? 'auto' : toolChoice;
  return {
    tools: tools.map(({ name, description, parameters, strict }) => ({ type: 'function', function: { name, description, parameters, ...(strict === true && provider.strictTools === true ? { strict } : {}) } })),
    ...(choice === undefined || choice === 'auto' ? {} : { tool_choice: typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.name } } }),
    ...(parallelToolCalls === false && provider.singleToolCalls !== false ? { parallel_tool_calls: false } : {}),
  };
}

/** Of texts to end at, four are taken. Where nothing is left to chance, a top-p says nothing, and some refuse it. */
function toSampling({ endpoint: { provider }, model, sampling }: Part<'sampling'>): object {
  if (sampling === undefined) return {};
  const { temperature, topP, seed } = sampling;
  const { sampling: takes = 'both', stops = true } = traitsOf(provider, model) ?? {};
  const { seedField = 'seed' } = provider;
  const stop = stops ? (sampling.stop ?? []).filter((text) => text !== '').slice(0, 4) : [];
  return {
    ...(temperature === undefined || takes === 'none' ? {} : { temperature }),
    ...(topP === undefined || takes === 'none' || temperature === 0 || (takes === 'one' && temperature !== undefined) ? {} : { top_p: topP }),
    ...(stop.length === 0 ? {} : { stop }),
    ...(seed === undefined || seedField === 'none' ? {} : { [seedField]: seed }),
  };
}

function toEffort({ endpoint: { provider }, effort, tools }: Pick<WireRequest, 'endpoint' | 'effort' | 'tools'>): object {
  if (effort === 'none' || provider.effortField === 'none') return {};
  if (tools.length > 0 && provider.effortWithTools === false) return {};
  const name = effort === 'off' ? 'none' : effort;
  if (provider.effortField === 'reasoning_effort') return { reasoning_effort: name };
  const extra = provider.extraBody['reasoning'];
  return { reasoning: { ...(typeof extra === 'object' ? extra : {}), effort: name } };
}

/** https://openrouter.ai/docs/guides/routing/provider-selection#max-price */
function toCeiling({ endpoint: { provider }, ceiling }: Pick<WireRequest, 'endpoint' | 'ceiling'>): object {
  if (provider.priceCeiling === undefined || ceiling === undefined) return {};
  const extra = provider.extraBody['provider'];
  const { inputUsd, outputUsd, perCallUsd } = ceiling;
  return { provider: { ...(typeof extra === 'object' ? extra : {}), max_price: { prompt: inputUsd, completion: outputUsd, request: perCallUsd } } };
}

/** OpenRouter marks the end itself. What is kept costs a quarter more and pays when the conversation goes on, as an agent's does. */
function toCache({ endpoint: { provider }, model, tools, messages }: Part<'tools' | 'messages'>): { readonly cache_control?: { readonly type: 'ephemeral' } } {
  const goesOn = tools.length > 0 || messages.some(({ role }) => role === 'assistant');
  return goesOn && traitsOf(provider, model)?.cacheFromTokens !== undefined ? { cache_control: { type: 'ephemeral' } } : {};
}

function toMessages(request: Part<'messages' | 'format' | 'tools'>): RequestMessage[] {
  const { endpoint: { provider }, model, messages, format } = request;
  const to = { provider, place: `${provider.id}/${model}`, mustSign: traitsOf(provider, model)?.signedCalls === true };
  const converted: RequestMessage[] = [];
  // The results of tools are text; what they show follows them, because nothing may stand between results.
  let shown: Image[] = [];
  const answer = () => {
    if (provider.answersTools === true && converted.at(-1)?.role === 'tool') converted.push({ role: 'assistant', content: 'Done.' });
  };
  const show = () => {
    if (shown.length > 0) answer();
    if (shown.length > 0) converted.push({ role: 'user', content: [{ type: 'text', text: 'What the tools show:' }, ...toImages(shown)] });
    shown = [];
  };
  for (const message of messages) {
    if (message.role === 'tool') shown.push(...(message.images ?? []));
    else show();
    if (message.role === 'user') answer();
    converted.push(toMessage(message, to));
  }
  show();
  if (format !== undefined && format !== 'json' && (provider.answerSchemas === false || !takesFormat(request))) converted.unshift({ role: 'system', content: schemaText(format) });
  return converted;
}

interface Receiver {
  readonly provider: WireRequest['endpoint']['provider'];
  readonly place: string;
  readonly mustSign: boolean;
}

function toMessage(message: Message, { provider, place, mustSign }: Receiver): RequestMessage {
  const toId = provider.shortCallIds === true ? shortId : (id: string) => id;
  switch (message.role) {
    case 'system':
      return { role: 'system', content: message.text };
    case 'user': {
      const images = message.images ?? [];
      if (images.length === 0) return { role: 'user', content: message.text };
      return { role: 'user', content: [...(message.text === '' ? [] : [{ type: 'text' as const, text: message.text }]), ...toImages(images)] };
    }
    case 'assistant': {
      const calls = message.toolCalls ?? [];
      if (calls.length === 0) return { role: 'assistant', content: message.text };
      const back = goesBack(provider.reasoningBack, (message.reasoning ?? []).filter((part) => part.place === place), mustSign);
      return {
        role: 'assistant',
        // Empty text beside tool calls is refused by some servers; `null` is what the model itself had sent.
        content: message.text === '' ? null : message.text,
        ...back.message,
        tool_calls: calls.map((call, index) => ({ id: toId(call.id), type: 'function', function: { name: call.name, arguments: call.arguments }, ...back.call(call.id, index === 0) })),
      };
    }
    case 'tool':
      return { role: 'tool', tool_call_id: toId(message.toolCallId), content: toolResult(message) };
  }
}

function toImages(images: readonly Image[]): { readonly type: 'image_url'; readonly image_url: { readonly url: string } }[] {
  return images.map(({ mediaType, base64 }) => ({ type: 'image_url', image_url: { url: `data:${mediaType};base64,${base64}` } }));
}
