import type { AnswerEvent, Receipt, StopReason } from '../../../core/model/ask';
import type { ReasoningPart, ToolCall } from '../../../core/model/message';
import type { AnswerHead, Problem, StreamWriter } from '../../dialect';
import { wrapSealed } from '../sealed';
import { inputOf, stopReasons, toHidden, toProblem, toUsage } from './said';

/**
 * The event stream of one answer. What was thought is signed when all of it is known, which is after the text: where text
 * came in between, the signed parts follow it as blocks that are not shown, before the calls that they led to.
 */
export class MessageWriter implements StreamWriter {
  /** Of the block that is open, or was last. */
  #index = -1;
  #open: { readonly type: 'text' | 'thinking'; shown: string } | undefined;

  constructor(private readonly head: AnswerHead) {}

  begin(): string {
    const { id, answering, inputTokens } = this.head;
    const usage = { input_tokens: inputTokens, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 };
    return line({ type: 'message_start', message: { id: `msg_${id}`, type: 'message', role: 'assistant', model: answering, content: [], stop_reason: null, stop_sequence: null, usage } });
  }

  event(event: AnswerEvent): string {
    switch (event.type) {
      case 'reasoning-delta':
        return this.#shown('thinking', event.text);
      case 'text-delta':
        return this.#shown('text', event.text);
      case 'reasoning-part':
        return this.#part(event.part);
      case 'tool-call':
        return this.#call(event.call);
      case 'answer-end':
        return this.#end(event.stop, event.receipt);
      // Where an answer came from is for the vendor's own searches only in this protocol; a failure is told by `fail`.
      case 'citations':
      case 'answer-routed':
      case 'answer-waiting':
      case 'answer-start':
      case 'answer-switched':
      case 'answer-failed':
        return '';
    }
  }

  fail(problem: Problem): string {
    return line({ ...toProblem(problem), type: 'error' });
  }

  heartbeat(): string {
    return line({ type: 'ping' });
  }

  #shown(type: 'text' | 'thinking', text: string): string {
    if (text === '') return '';
    const started = this.#open?.type === type ? '' : this.#close() + this.#start(type === 'text' ? { type, text: '' } : { type, thinking: '', signature: '' });
    this.#open ??= { type, shown: '' };
    this.#open.shown += text;
    return started + this.#delta(type === 'text' ? { type: 'text_delta', text } : { type: 'thinking_delta', thinking: text });
  }

  /** Signs the thinking that is still open where it is just this part's; else it is a block of its own. */
  #part(part: ReasoningPart): string {
    if (this.#open?.type === 'thinking' && this.#open.shown === part.text) {
      return this.#delta({ type: 'signature_delta', signature: wrapSealed({ place: part.place, sealed: part.sealed }) }) + this.#close();
    }
    return this.#close() + this.#start(toHidden(part)) + this.#stop();
  }

  #call(call: ToolCall): string {
    const { id, name } = call;
    return this.#close() + this.#start({ type: 'tool_use', id, name, input: {} }) + this.#delta({ type: 'input_json_delta', partial_json: JSON.stringify(inputOf(call)) }) + this.#stop();
  }

  #end(stop: StopReason, { usage }: Receipt): string {
    return this.#close() + line({ type: 'message_delta', delta: { stop_reason: stopReasons[stop], stop_sequence: null }, usage: toUsage(usage) }) + line({ type: 'message_stop' });
  }

  #close(): string {
    if (this.#open === undefined) return '';
    this.#open = undefined;
    return this.#stop();
  }

  #start(block: object): string {
    this.#index += 1;
    return line({ type: 'content_block_start', index: this.#index, content_block: block });
  }

  #delta(delta: object): string {
    return line({ type: 'content_block_delta', index: this.#index, delta });
  }

  #stop(): string {
    return line({ type: 'content_block_stop', index: this.#index });
  }
}

function line(value: { readonly type: string; readonly [field: string]: unknown }): string {
  return `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
}
