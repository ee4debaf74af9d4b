import type { DemoAnswer } from './answer';
import { hashOf } from './pace';
import type { DemoRequest } from './request';
import { cachedTokens, countTokens, promptTokens, tokenPieces } from './tokens';

type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** An answer in the pieces it is sent in, and what it used. */
export interface Completion {
  readonly id: string;
  readonly pieces: readonly string[];
  readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  readonly finish: FinishReason;
  readonly usage: WireUsage;
}

/** Usage as OpenAI sends it. */
interface WireUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details: { readonly cached_tokens: number; readonly audio_tokens: 0 };
  readonly completion_tokens_details: { readonly reasoning_tokens: 0; readonly audio_tokens: 0; readonly accepted_prediction_tokens: 0; readonly rejected_prediction_tokens: 0 };
}

/** Cuts an answer at the output limit and counts it. A piece is a token. */
export function completionOf(request: DemoRequest, answer: DemoAnswer, maxTokens: number): Completion {
  const all = tokenPieces(answer.text);
  const argumentTokens = answer.toolCalls.reduce((sum, call) => sum + countTokens(call.name) + countTokens(call.arguments), 0);
  const cut = all.length + argumentTokens > maxTokens;
  const pieces = cut ? all.slice(0, maxTokens) : all;
  const output = cut ? maxTokens : all.length + argumentTokens;
  const input = promptTokens(request.messages);
  const id = hashOf(JSON.stringify([request.model, request.messages])).toString(16).padStart(8, '0');
  return {
    id: `chatcmpl-demo-${id}`,
    pieces,
    toolCalls: cut ? [] : answer.toolCalls.map((call, index) => ({ id: `call_demo_${id}_${index}`, ...call })),
    finish: cut ? 'length' : answer.toolCalls.length > 0 ? 'tool_calls' : 'stop',
    usage: {
      prompt_tokens: input,
      completion_tokens: output,
      total_tokens: input + output,
      prompt_tokens_details: { cached_tokens: cachedTokens(request.messages), audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
    },
  };
}

/** The answer whole, for a request that does not stream. `created` is epoch seconds. */
export function wholeCompletion(completion: Completion, model: string, created: number, withUsage: boolean): string {
  const toolCalls = completion.toolCalls.map(({ id, name, arguments: text }) => ({ id, type: 'function', function: { name, arguments: text } }));
  return JSON.stringify({
    id: completion.id,
    object: 'chat.completion',
    created,
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: completion.pieces.join(''), refusal: null, ...(toolCalls.length > 0 ? { tool_calls: toolCalls } : {}) },
        logprobs: null,
        finish_reason: completion.finish,
      },
    ],
    ...(withUsage ? { usage: completion.usage } : {}),
  });
}

/** The events of a streamed answer, in order, each a whole `data:` frame. The first is the role, without text. */
export function streamFrames(completion: Completion, model: string, created: number, includeUsage: boolean): readonly string[] {
  const base = { id: completion.id, object: 'chat.completion.chunk', created, model, service_tier: 'default', system_fingerprint: 'fp_demo' };
  const chunk = (delta: Readonly<Record<string, unknown>>, finish: FinishReason | null = null) =>
    frame({ ...base, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], ...(includeUsage ? { usage: null } : {}) });
  return [
    chunk({ role: 'assistant', content: '', refusal: null }),
    ...completion.pieces.map((piece) => chunk({ content: piece })),
    ...completion.toolCalls.flatMap(({ id, name, arguments: text }, index) => [
      chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }),
      ...tokenPieces(text).map((piece) => chunk({ tool_calls: [{ index, function: { arguments: piece } }] })),
    ]),
    chunk({}, completion.finish),
    ...(includeUsage ? [frame({ ...base, choices: [], usage: completion.usage })] : []),
    'data: [DONE]\n\n',
  ];
}

function frame(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}
