import type { ProviderDefinition, WireName } from '../../src/core/model/provider';
import type { Wire } from '../../src/core/ports/wire';
import { anthropicMessagesWire } from '../../src/wires/anthropicMessages/anthropicMessages';
import { ollamaWire } from '../../src/wires/ollama/ollama';
import { openaiChatWire } from '../../src/wires/openaiChat/openaiChat';
import { openaiResponsesWire } from '../../src/wires/openaiResponses/openaiResponses';
import { messageDelta, messageStart, messageStop, textBlock, thinkingBlock, toolBlock } from './anthropicStream';
import { callItem, callOutput, messageItem, messageOutput, reasoningItem, responseCreated, responseEnd, responsesEvent, responsesUsage } from './responsesStream';
import { chunk, doneChunk, fakeKey, usageChunk } from './wireFixtures';

interface SaidCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** Figures of a prompt of which a part came from the cache and a part was written into it. */
interface SaidUsage {
  readonly fresh: number;
  readonly cached: number;
  readonly written: number;
  readonly output: number;
}

/** How a provider of a protocol says what every provider has to say. The whole reply, ready to send. */
export interface Dialect {
  readonly wire: Wire;
  /** Below the base URL. */
  readonly path: string;
  readonly auth: ProviderDefinition['auth'];
  /** The header with the key; undefined where none is sent. */
  readonly keyHeader: readonly [name: string, value: string] | undefined;
  /** `because` is a word that nobody knows. */
  text(pieces: readonly string[], stop?: 'stop' | 'length' | 'refusal' | 'because'): string;
  reasoning(pieces: readonly string[], text: string): string;
  toolCalls(calls: readonly SaidCall[]): string;
  usage(usage: SaidUsage): string;
  /** Without its end. */
  cut(text: string): string;
  /** What a server sends to say no more than that it is there. */
  readonly heartbeat: string;
  /** An error in the stream, after text. */
  failing(text: string, words: string): string;
  readonly tooLong: { readonly status: number; readonly body: unknown };
  /** The field of a request's body with the conversation. */
  readonly conversation: 'messages' | 'input';
  /** A message of it: words and an image. */
  imageQuestion(text: string, base64: string): object;
  /** What a request's body says so that the answer is JSON; undefined where the protocol has no mode for it. */
  readonly json: object | undefined;
}

/** Wires that send a key. */
export type KeyedWireName = Exclude<WireName, 'ollama' | 'editorModel'>;

/** As OpenAI begins every answer. */
const opening = chunk({ role: 'assistant', content: '' });

const line = (value: object) => `${JSON.stringify({ model: 'm', done: false, ...value })}\n`;
const says = (message: object) => line({ message: { role: 'assistant', content: '', ...message } });
const done = (more: object = {}) => line({ message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 100, eval_count: 20, ...more });

/** Every wire over HTTP. */
export const dialects: Readonly<Record<KeyedWireName | 'ollama', Dialect>> = {
  openaiChat: {
    wire: openaiChatWire(),
    path: '/chat/completions',
    auth: 'bearer',
    keyHeader: ['authorization', `Bearer ${fakeKey}`],
    text: (pieces, stop = 'stop') => opening + pieces.map((content) => chunk({ content })).join('') + chunk({}, stop === 'refusal' ? 'content_filter' : stop) + usageChunk({ prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 }) + doneChunk,
    reasoning: (pieces, text) => opening + pieces.map((reasoning) => chunk({ reasoning })).join('') + chunk({ content: text }) + chunk({}, 'stop') + doneChunk,
    toolCalls: (calls) => opening + calls.map(({ id, name, arguments: text }, index) => chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: text } }] })).join('') + chunk({}, 'tool_calls') + doneChunk,
    usage: ({ fresh, cached, written, output }) =>
      opening + chunk({ content: 'Hi' }) + chunk({}, 'stop') + usageChunk({ prompt_tokens: fresh + cached + written, completion_tokens: output, total_tokens: fresh + cached + written + output, prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: written } }) + doneChunk,
    cut: (text) => chunk({ content: text }),
    failing: (text, words) => `${chunk({ content: text })}data: ${JSON.stringify({ error: { message: words, code: 502 } })}\n\n`,
    tooLong: { status: 400, body: { error: { message: "This model's maximum context length is 200000 tokens. However, you requested 210000 tokens.", code: 'context_length_exceeded' } } },
    heartbeat: ': ping\n\n',
    conversation: 'messages',
    imageQuestion: (text, base64) => ({ role: 'user', content: [{ type: 'text', text }, { type: 'image_url', image_url: { url: `data:image/png;base64,${base64}` } }] }),
    json: { response_format: { type: 'json_object' } },
  },
  openaiResponses: {
    wire: openaiResponsesWire(),
    path: '/responses',
    auth: 'bearer',
    keyHeader: ['authorization', `Bearer ${fakeKey}`],
    text: (pieces, stop = 'stop') => {
      const whole = pieces.length === 0 ? {} : { output: [messageOutput(pieces.join(''))] };
      return responseCreated() + (pieces.length === 0 ? '' : messageItem(pieces)) + (stop === 'stop' ? responseEnd('completed', whole) : responseEnd('incomplete', { ...whole, incomplete_details: { reason: { length: 'max_output_tokens', refusal: 'content_filter', because: stop }[stop] } }));
    },
    reasoning: (pieces, text) => responseCreated() + reasoningItem([pieces]) + messageItem([text], 1) + responseEnd('completed', { output: [{ id: 'rs_0', type: 'reasoning', summary: [{ type: 'summary_text', text: pieces.join('') }] }, messageOutput(text, 1)] }),
    toolCalls: (calls) => responseCreated() + calls.map(({ id, name, arguments: text }, index) => callItem(id, name, [text], index)).join('') + responseEnd('completed', { output: calls.map(({ id, name, arguments: text }, index) => callOutput(id, name, text, index)) }),
    usage: ({ fresh, cached, written, output }) => responseCreated() + messageItem(['Hi']) + responseEnd('completed', { output: [messageOutput('Hi')], usage: responsesUsage({ input: fresh + cached + written, cached, written, output }) }),
    cut: (text) => responseCreated() + messageItem([text]),
    failing: (text, words) => responseCreated() + messageItem([text]) + responsesEvent('error', { code: 'server_error', message: words, param: null }),
    tooLong: { status: 400, body: { error: { message: 'Your input exceeds the context window of this model: you requested 210000 tokens, the maximum is 200000.', type: 'invalid_request_error', param: 'input', code: 'context_length_exceeded' } } },
    heartbeat: ': keepalive\n\n',
    conversation: 'input',
    imageQuestion: (text, base64) => ({ role: 'user', content: [{ type: 'input_text', text }, { type: 'input_image', detail: 'auto', image_url: `data:image/png;base64,${base64}` }] }),
    json: { text: { format: { type: 'json_object' } } },
  },
  anthropicMessages: {
    wire: anthropicMessagesWire(),
    path: '/messages',
    auth: 'xApiKey',
    keyHeader: ['x-api-key', fakeKey],
    text: (pieces, stop = 'stop') => messageStart() + textBlock(pieces) + messageDelta({ stop: 'end_turn', length: 'max_tokens', refusal: stop, because: stop }[stop]) + messageStop,
    reasoning: (pieces, text) => messageStart() + thinkingBlock(pieces) + textBlock([text], 1) + messageDelta('end_turn') + messageStop,
    toolCalls: (calls) => messageStart() + calls.map(({ id, name, arguments: text }, index) => toolBlock(id, name, [text], index)).join('') + messageDelta('tool_use') + messageStop,
    usage: ({ fresh, cached, written, output }) =>
      messageStart({ input_tokens: fresh, cache_read_input_tokens: cached, cache_creation_input_tokens: written, output_tokens: 1 }) + textBlock(['Hi']) + messageDelta('end_turn', { output_tokens: output }) + messageStop,
    cut: (text) => messageStart() + textBlock([text]),
    failing: (text, words) => `${messageStart() + textBlock([text])}event: error\ndata: ${JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message: words } })}\n\n`,
    tooLong: { status: 400, body: { type: 'error', error: { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000 maximum' } } },
    heartbeat: 'event: ping\ndata: {"type":"ping"}\n\n',
    conversation: 'messages',
    imageQuestion: (text, base64) => ({ role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: base64 } }, { type: 'text', text }] }),
    json: undefined,
  },
  ollama: {
    wire: ollamaWire(),
    path: '/api/chat',
    auth: 'none',
    keyHeader: undefined,
    text: (pieces, stop = 'stop') => pieces.map((content) => says({ content })).join('') + done({ done_reason: stop }),
    reasoning: (pieces, text) => pieces.map((thinking) => says({ thinking })).join('') + says({ content: text }) + done(),
    toolCalls: (calls) => says({ tool_calls: calls.map(({ id, name, arguments: text }) => ({ id, function: { name, arguments: JSON.parse(text) } })) }) + done(),
    usage: ({ fresh, output }) => says({ content: 'Hi' }) + done({ prompt_eval_count: fresh, eval_count: output }),
    cut: (text) => says({ content: text }),
    heartbeat: '\n',
    failing: (text, words) => (text === '' ? '' : says({ content: text })) + line({ error: words }),
    tooLong: { status: 400, body: { error: 'request (210000 tokens) exceeds the available context size (200000 tokens), try increasing it' } },
    conversation: 'messages',
    imageQuestion: (content, base64) => ({ role: 'user', content, images: [base64] }),
    json: { format: 'json' },
  },
};
