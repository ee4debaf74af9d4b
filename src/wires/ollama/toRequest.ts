import type { Image, Message, Sampling } from '../../core/model/message';
import type { WireRequest } from '../../core/ports/wire';
import { objectOf, parseJson } from '../http/jsonValue';
import { offeredTools } from '../http/offeredTools';
import { contextSize } from './contextSize';

/**
 * The body of one request to `/api/chat`. What the definition adds comes first, so that it cannot change what is asked,
 * of which model, or how much may be answered.
 */
export function toRequest(request: Omit<WireRequest, 'key' | 'limits'>): Readonly<Record<string, unknown>> {
  const { provider } = request.endpoint;
  const think = toThink(request);
  // No tool can be made to be called here, and what calls are made at once is the model's.
  const tools = offeredTools(request);
  const place = `${provider.id}/${request.model}`;
  return {
    ...provider.extraBody,
    model: request.model,
    messages: request.messages.map((message) => toMessage(message, request.messages, place)),
    stream: true,
    // From 0.12.6 on: too long a prompt is refused, and a full context ends the answer, where the beginning would be forgotten.
    truncate: false,
    shift: false,
    options: { ...objectOf(provider.extraBody['options']), ...toSampling(request.sampling), num_ctx: contextSize(request), num_predict: request.maxOutputTokens },
    ...(think === undefined ? {} : { think }),
    ...(request.format === undefined ? {} : { format: request.format === 'json' ? request.format : request.format.schema }),
    ...(tools.length === 0 ? {} : { tools: tools.map(({ name, description, parameters }) => ({ type: 'function', function: { name, description, parameters } })) }),
  };
}

/**
 * gpt-oss takes a level and cannot be stopped from thinking; every other model takes yes or no and refuses a level. Only
 * models with levels are listed with low and medium. https://docs.ollama.com/capabilities/thinking
 */
function toThink({ effort, model }: Pick<WireRequest, 'effort' | 'model'>): boolean | string | undefined {
  switch (effort) {
    case 'none':
      return undefined;
    case 'off':
      return false;
    case 'low':
    case 'medium':
      return effort;
    case 'high':
    case 'xhigh':
      return /gpt-?oss/i.test(model) ? 'high' : true;
  }
}

function toSampling({ temperature, topP, stop, seed }: Sampling = {}): object {
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(stop === undefined || stop.length === 0 ? {} : { stop }),
    ...(seed === undefined ? {} : { seed }),
  };
}

function toMessage(message: Message, all: readonly Message[], place: string): Readonly<Record<string, unknown>> {
  switch (message.role) {
    case 'system':
      return { role: 'system', content: message.text };
    case 'user':
      return { role: 'user', content: message.text, ...toImages(message.images) };
    case 'assistant': {
      const calls = message.toolCalls ?? [];
      if (calls.length === 0) return { role: 'assistant', content: message.text };
      // Models that think between calls of tools are given what they thought before them.
      const thinking = (message.reasoning ?? []).flatMap((part) => (part.place === place ? [part.text] : [])).join('');
      return { role: 'assistant', content: message.text, ...(thinking === '' ? {} : { thinking }), tool_calls: calls.map((call, index) => ({ id: call.id, function: { index, name: call.name, arguments: argumentsOf(call.arguments) } })) };
    }
    case 'tool': {
      // Most templates know a result by the name of its tool; newer versions by the id as well.
      const name = nameOfCall(message.toolCallId, all);
      return { role: 'tool', content: message.text, tool_call_id: message.toolCallId, ...(name === undefined ? {} : { tool_name: name }), ...toImages(message.images) };
    }
  }
}

function toImages(images: readonly Image[] = []): { readonly images?: readonly string[] } {
  return images.length === 0 ? {} : { images: images.map(({ base64 }) => base64.replace(/^data:[^,]*,/, '')) };
}

/** The server takes an object only. What a model wrote instead of one cannot be passed on. */
function argumentsOf(text: string): object {
  return objectOf(parseJson(text)?.value) ?? {};
}

function nameOfCall(id: string, messages: readonly Message[]): string | undefined {
  for (const message of messages.toReversed()) {
    const call = message.role === 'assistant' ? message.toolCalls?.find((one) => one.id === id) : undefined;
    if (call !== undefined) return call.name;
  }
  return undefined;
}
