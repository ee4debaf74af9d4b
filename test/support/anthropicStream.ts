/** One event of Anthropic's stream. */
export function event(value: { readonly type: string; readonly [name: string]: unknown }): string {
  return `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
}

export function messageStart(usage: unknown = { input_tokens: 100, output_tokens: 1 }): string {
  return event({ type: 'message_start', message: { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null, usage } });
}

/** A whole text block, in these pieces. */
export function textBlock(pieces: readonly string[], index = 0): string {
  return block(index, { type: 'text', text: '' }, pieces.map((text) => ({ type: 'text_delta', text })));
}

export function thinkingBlock(pieces: readonly string[], index = 0): string {
  return block(index, { type: 'thinking', thinking: '', signature: '' }, [...pieces.map((thinking) => ({ type: 'thinking_delta', thinking })), { type: 'signature_delta', signature: 'c2ln' }]);
}

export function toolBlock(id: string, name: string, pieces: readonly string[], index = 0): string {
  return block(index, { type: 'tool_use', id, name, input: {} }, pieces.map((partial_json) => ({ type: 'input_json_delta', partial_json })));
}

export function block(index: number, start: object, deltas: readonly object[]): string {
  return [event({ type: 'content_block_start', index, content_block: start }), ...deltas.map((delta) => event({ type: 'content_block_delta', index, delta })), event({ type: 'content_block_stop', index })].join('');
}

export function messageDelta(stopReason: string | null, usage: unknown = { output_tokens: 20 }): string {
  return event({ type: 'message_delta', delta: { stop_reason: stopReason, stop_sequence: null }, usage });
}

export const messageStop = event({ type: 'message_stop' });
export const ping = event({ type: 'ping' });
