/** Events of the Responses protocol, with the fields that the types of `openai` 7.55 give them. */
export function responsesEvent(type: string, fields: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: 1, ...fields })}\n\n`;
}

export function responseCreated(): string {
  const response = { id: 'resp_1', object: 'response', status: 'in_progress', error: null, incomplete_details: null, output: [], usage: null };
  return responsesEvent('response.created', { response }) + responsesEvent('response.in_progress', { response });
}

/** A message as it stands whole in `output`, where the last event repeats all that was streamed. */
export function messageOutput(text: string, index = 0): object {
  return { id: `msg_${index}`, type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text, annotations: [] }] };
}

/** A function call as it stands whole in `output`. */
export function callOutput(callId: string, name: string, text: string, index = 0): object {
  return { id: `fc_${index}`, type: 'function_call', status: 'completed', call_id: callId, name, arguments: text };
}

export function messageItem(pieces: readonly string[], index = 0): string {
  const at = { item_id: `msg_${index}`, output_index: index, content_index: 0 };
  const text = pieces.join('');
  return (
    responsesEvent('response.output_item.added', { output_index: index, item: { id: at.item_id, type: 'message', role: 'assistant', status: 'in_progress', content: [] } }) +
    responsesEvent('response.content_part.added', { ...at, part: { type: 'output_text', text: '', annotations: [] } }) +
    pieces.map((delta) => responsesEvent('response.output_text.delta', { ...at, delta, logprobs: [] })).join('') +
    responsesEvent('response.output_text.done', { ...at, text, logprobs: [] }) +
    responsesEvent('response.content_part.done', { ...at, part: { type: 'output_text', text, annotations: [] } }) +
    responsesEvent('response.output_item.done', { output_index: index, item: messageOutput(text, index) })
  );
}

export function refusalItem(pieces: readonly string[], index = 0): string {
  const at = { item_id: `msg_${index}`, output_index: index, content_index: 0 };
  return (
    responsesEvent('response.output_item.added', { output_index: index, item: { id: at.item_id, type: 'message', role: 'assistant', content: [] } }) +
    responsesEvent('response.content_part.added', { ...at, part: { type: 'refusal', refusal: '' } }) +
    pieces.map((delta) => responsesEvent('response.refusal.delta', { ...at, delta })).join('') +
    responsesEvent('response.refusal.done', { ...at, refusal: pieces.join('') })
  );
}

/** Paragraphs of a summary, each of several pieces. */
export function reasoningItem(paragraphs: readonly (readonly string[])[], index = 0): string {
  const id = `rs_${index}`;
  const parts = paragraphs.map((pieces, part) => {
    const at = { item_id: id, output_index: index, summary_index: part };
    const text = pieces.join('');
    return (
      responsesEvent('response.reasoning_summary_part.added', { ...at, part: { type: 'summary_text', text: '' } }) +
      pieces.map((delta) => responsesEvent('response.reasoning_summary_text.delta', { ...at, delta })).join('') +
      responsesEvent('response.reasoning_summary_text.done', { ...at, text }) +
      responsesEvent('response.reasoning_summary_part.done', { ...at, part: { type: 'summary_text', text } })
    );
  });
  const item = (summary: readonly object[]) => ({ output_index: index, item: { id, type: 'reasoning', summary } });
  return responsesEvent('response.output_item.added', item([])) + parts.join('') + responsesEvent('response.output_item.done', item(paragraphs.map((pieces) => ({ type: 'summary_text', text: pieces.join('') }))));
}

export function callItem(callId: string, name: string, pieces: readonly string[], index = 0): string {
  const id = `fc_${index}`;
  return (
    responsesEvent('response.output_item.added', { output_index: index, item: { ...callOutput(callId, name, '', index), status: 'in_progress' } }) +
    pieces.map((delta) => responsesEvent('response.function_call_arguments.delta', { item_id: id, output_index: index, delta })).join('') +
    responsesEvent('response.function_call_arguments.done', { item_id: id, output_index: index, arguments: pieces.join('') }) +
    responsesEvent('response.output_item.done', { output_index: index, item: callOutput(callId, name, pieces.join(''), index) })
  );
}

/** The last event. `response` may say another status, a reason, an error, its output. */
export function responseEnd(status: 'completed' | 'incomplete' | 'failed' = 'completed', response: object = {}): string {
  return responsesEvent(`response.${status}`, { response: { id: 'resp_1', object: 'response', status, error: null, incomplete_details: null, output: [], usage: responsesUsage(), ...response } });
}

export function responsesUsage({ input = 100, cached = 0, written = 0, output = 20, reasoning = 0 } = {}): object {
  return { input_tokens: input, input_tokens_details: { cached_tokens: cached, cache_write_tokens: written }, output_tokens: output, output_tokens_details: { reasoning_tokens: reasoning }, total_tokens: input + output };
}
