import type { OpenAI } from 'openai';
import type { Message } from '../../core/model/message';
import { traitsOf } from '../../core/model/provider';
import type { WireRequest } from '../../core/ports/wire';

/**
 * The client package gives its types and nothing that runs: what it would do besides is `fetch` with a body, and its
 * bundle is in the other wire already.
 */
export type RequestBody = OpenAI.Responses.ResponseCreateParams;

type InputItem = OpenAI.Responses.ResponseInputItem;

/**
 * The body of one request. What a provider's definition adds comes first, so that it cannot change what is asked, of
 * which model, or how much may be answered. Nothing is stored at the provider, so that nothing of an earlier answer can
 * be named by its id: the conversation is sent as it was, without its reasoning.
 */
export function toRequest(request: Omit<WireRequest, 'key' | 'limits'>): RequestBody {
  const { endpoint, messages, tools } = request;
  const { provider } = endpoint;
  const json = request.format === 'json';
  const system = messages.flatMap((message) => (message.role === 'system' && message.text !== '' ? [message.text] : []));
  // For JSON the word must be in the input, where instructions do not count.
  const developer = json ? system.map((content): InputItem => ({ role: 'developer', content })) : [];
  return {
    ...provider.extraBody,
    model: request.model,
    ...(system.length === 0 || json ? {} : { instructions: system.join('\n\n') }),
    input: [...developer, ...messages.flatMap(toItems)],
    stream: traitsOf(provider, request.model)?.streams ?? true,
    store: false,
    max_output_tokens: request.maxOutputTokens,
    ...toReasoning(request),
    ...(json ? { text: { format: { type: 'json_object' } } } : {}),
    // `strict` unsaid would mean strict, which refuses schemas with optional fields.
    ...(tools.length === 0 ? {} : { tools: tools.map(({ name, description, parameters }) => ({ type: 'function', name, description, parameters, strict: false })) }),
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

function toItems(message: Message): readonly InputItem[] {
  switch (message.role) {
    case 'system':
      return [];
    case 'user': {
      const images = message.images ?? [];
      if (images.length === 0) return [{ role: 'user', content: message.text }];
      return [
        {
          role: 'user',
          content: [
            ...(message.text === '' ? [] : [{ type: 'input_text' as const, text: message.text }]),
            ...images.map(({ mediaType, base64 }) => ({ type: 'input_image' as const, detail: 'auto' as const, image_url: `data:${mediaType};base64,${base64}` })),
          ],
        },
      ];
    }
    case 'assistant':
      return [
        ...(message.text === '' ? [] : [{ role: 'assistant', content: message.text } as const]),
        ...(message.toolCalls ?? []).map((call) => ({ type: 'function_call', call_id: toCallId(call.id), name: call.name, arguments: call.arguments }) as const),
      ];
    case 'tool':
      return [{ type: 'function_call_output', call_id: toCallId(message.toolCallId), output: message.text }];
  }
}

/** Longer ids are refused; another vendor's model may have made one. The end of an id is what tells it from others. */
function toCallId(id: string): string {
  return id.slice(-64);
}
