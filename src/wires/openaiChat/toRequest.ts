import type { OpenAI } from 'openai';
import type { Message } from '../../core/model/message';
import { traitsOf } from '../../core/model/provider';
import type { WireRequest } from '../../core/ports/wire';

export type RequestBody = OpenAI.Chat.Completions.ChatCompletionCreateParamsStreaming;

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
    messages: request.messages.map(toMessage),
    stream: true,
    ...(provider.streamUsage ? { stream_options: { include_usage: true } } : {}),
    [traitsOf(provider, request.model)?.outputLimitField ?? provider.outputLimitField]: request.maxOutputTokens,
    ...toEffort(request),
    ...toCeiling(request),
    ...(request.format === undefined ? {} : { response_format: { type: 'json_object' } }),
    ...(request.tools.length === 0 ? {} : { tools: request.tools.map(({ name, description, parameters }) => ({ type: 'function', function: { name, description, parameters } })) }),
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

function toMessage(message: Message): RequestMessage {
  switch (message.role) {
    case 'system':
      return { role: 'system', content: message.text };
    case 'user': {
      const images = message.images ?? [];
      if (images.length === 0) return { role: 'user', content: message.text };
      return {
        role: 'user',
        content: [
          ...(message.text === '' ? [] : [{ type: 'text' as const, text: message.text }]),
          ...images.map(({ mediaType, base64 }) => ({ type: 'image_url' as const, image_url: { url: `data:${mediaType};base64,${base64}` } })),
        ],
      };
    }
    case 'assistant': {
      const calls = message.toolCalls ?? [];
      if (calls.length === 0) return { role: 'assistant', content: message.text };
      return {
        role: 'assistant',
        // Empty text beside tool calls is refused by some servers; `null` is what the model itself had sent.
        content: message.text === '' ? null : message.text,
        tool_calls: calls.map((call) => ({ id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } })),
      };
    }
    case 'tool':
      return { role: 'tool', tool_call_id: message.toolCallId, content: message.text };
  }
}
