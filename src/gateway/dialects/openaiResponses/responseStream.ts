import type { AnswerEvent, Citation, Receipt, StopReason } from '../../../core/model/ask';
import type { ReasoningPart, ToolCall } from '../../../core/model/message';
import type { AnswerHead, Problem, StreamWriter } from '../../dialect';
import { freeformInput } from '../openai/freeform';
import { codeOf } from '../openai/problem';
import { wrapSealed } from '../sealed';

/** An item that is being written. Its `delta` is the event of a piece of it, up to the piece. */
interface Open {
  readonly kind: 'message' | 'reasoning';
  readonly id: string;
  readonly delta: string;
  text: string;
  readonly annotations: object[];
}

/**
 * The events of a response, numbered without gaps, item after item: an item is whole before the next begins.
 * https://platform.openai.com/docs/api-reference/responses-streaming
 */
export class ResponseStream implements StreamWriter {
  /** The response as its last event has it. */
  response: object = {};
  readonly #head: AnswerHead;
  #answering: string;
  #sequence = 0;
  #open: Open | undefined;
  readonly #output: object[] = [];

  constructor(head: AnswerHead) {
    this.#head = head;
    this.#answering = head.answering;
  }

  begin(): string {
    this.#describe('in_progress', {});
    return this.#event('response.created', { response: this.response }) + this.#event('response.in_progress', { response: this.response });
  }

  event(event: AnswerEvent): string {
    switch (event.type) {
      case 'answer-start': {
        // Who answers can be another than was told, while nothing was said.
        const { provider, model } = event.candidate.arm.offer;
        this.#answering = `${provider}/${model}`;
        return '';
      }
      case 'text-delta':
        return this.#piece('message', event.text);
      case 'reasoning-delta':
        return this.#piece('reasoning', event.text);
      case 'reasoning-part':
        return this.#sealed(event.part);
      case 'tool-call':
        return this.#call(event.call);
      case 'citations':
        return event.citations.map((citation) => this.#citation(citation)).join('');
      case 'answer-end':
        return this.#end(event.stop, event.receipt);
      default:
        return '';
    }
  }

  fail(problem: Problem): string {
    // Clients read the wait out of the sentence.
    const wait = problem.retryAfterMs === undefined ? '' : ` Please try again in ${Math.ceil(problem.retryAfterMs / 100) / 10}s.`;
    this.#describe('failed', { error: { code: codeOf(problem.kind), message: problem.message + wait } });
    return this.#event('response.failed', { response: this.response });
  }

  #piece(kind: Open['kind'], text: string): string {
    const opened = this.#open?.kind === kind ? '' : this.#close() + this.#begin(kind);
    if (this.#open === undefined) return opened;
    this.#open.text += text;
    return `${opened}${this.#open.delta}${JSON.stringify(text)},"sequence_number":${this.#sequence++}}\n\n`;
  }

  #begin(kind: Open['kind']): string {
    const id = this.#id(kind === 'message' ? 'msg' : 'rs');
    const place = { item_id: id, output_index: this.#output.length };
    const type = kind === 'message' ? 'response.output_text.delta' : 'response.reasoning_summary_text.delta';
    const fields = kind === 'message' ? { type, ...place, content_index: 0, logprobs: [] } : { type, ...place, summary_index: 0 };
    this.#open = { kind, id, delta: `event: ${type}\ndata: ${JSON.stringify(fields).slice(0, -1)},"delta":`, text: '', annotations: [] };
    return kind === 'message'
      ? this.#added({ id, type: 'message', status: 'in_progress', role: 'assistant', content: [] }) + this.#event('response.content_part.added', { ...place, content_index: 0, part: textPart('', []) })
      : this.#added({ id, type: 'reasoning', summary: [] }) + this.#event('response.reasoning_summary_part.added', { ...place, summary_index: 0, part: summaryPart('') });
  }

  #close(status: 'completed' | 'incomplete' = 'completed', encrypted?: string): string {
    const open = this.#open;
    if (open === undefined) return '';
    this.#open = undefined;
    const { id, text, annotations } = open;
    const place = { item_id: id, output_index: this.#output.length };
    if (open.kind === 'message') {
      const part = textPart(text, annotations);
      return (
        this.#event('response.output_text.done', { ...place, content_index: 0, text, logprobs: [] }) +
        this.#event('response.content_part.done', { ...place, content_index: 0, part }) +
        this.#done({ id, type: 'message', status, role: 'assistant', content: [part] })
      );
    }
    const part = summaryPart(text);
    return (
      this.#event('response.reasoning_summary_text.done', { ...place, summary_index: 0, text }) +
      this.#event('response.reasoning_summary_part.done', { ...place, summary_index: 0, part }) +
      this.#done({ id, type: 'reasoning', summary: [part], ...(encrypted === undefined ? {} : { encrypted_content: encrypted }) })
    );
  }

  /** Into the item that shows it, while that is open; else into one of its own, that shows nothing again. */
  #sealed({ place, sealed, text }: ReasoningPart): string {
    const shown = this.#open?.kind === 'reasoning' ? this.#open.text : '';
    const encrypted = wrapSealed({ place, sealed, ...(shown === text ? {} : { text }) });
    if (this.#open?.kind === 'reasoning') return this.#close('completed', encrypted);
    const closed = this.#close();
    const item = { id: this.#id('rs'), type: 'reasoning', summary: [], encrypted_content: encrypted };
    return closed + this.#added(item) + this.#done(item);
  }

  #call(call: ToolCall): string {
    const { kind, name, namespace } = this.#head.request.toolForms?.get(call.name) ?? { kind: 'function', name: call.name };
    const named = { call_id: call.id, name, ...(namespace === undefined ? {} : { namespace }) };
    const closed = this.#close();
    const id = this.#id(kind === 'custom' ? 'ctc' : 'fc');
    const place = { item_id: id, output_index: this.#output.length };
    if (kind === 'custom') {
      const input = freeformInput(call.arguments);
      const item = { id, type: 'custom_tool_call', status: 'completed', ...named, input };
      return (
        closed +
        this.#added({ ...item, status: 'in_progress', input: '' }) +
        this.#event('response.custom_tool_call_input.delta', { ...place, delta: input }) +
        this.#event('response.custom_tool_call_input.done', { ...place, input }) +
        this.#done(item)
      );
    }
    const item = { id, type: 'function_call', status: 'completed', ...named, arguments: call.arguments };
    return (
      closed +
      this.#added({ ...item, status: 'in_progress', arguments: '' }) +
      this.#event('response.function_call_arguments.delta', { ...place, delta: call.arguments }) +
      this.#event('response.function_call_arguments.done', { ...place, name, arguments: call.arguments }) +
      this.#done(item)
    );
  }

  /** Of the text that it stands below; what rests on a page without saying anything is not told. */
  #citation({ url, title }: Citation): string {
    const open = this.#open;
    if (open?.kind !== 'message') return '';
    const annotation = { type: 'url_citation', url, title: title ?? url, start_index: 0, end_index: open.text.length };
    const place = { item_id: open.id, output_index: this.#output.length, content_index: 0, annotation_index: open.annotations.length };
    open.annotations.push(annotation);
    return this.#event('response.output_text.annotation.added', { ...place, annotation });
  }

  #end(stop: StopReason, { usage }: Receipt): string {
    const reason = stop === 'length' ? 'max_output_tokens' : stop === 'contentFilter' ? 'content_filter' : undefined;
    const status = reason === undefined ? 'completed' : 'incomplete';
    const closed = this.#close(status);
    this.#describe(status, {
      ...(reason === undefined ? {} : { incomplete_details: { reason } }),
      usage: {
        input_tokens: usage.inputTokens,
        input_tokens_details: { cached_tokens: usage.cachedInputTokens, cache_write_tokens: usage.cacheWriteTokens },
        output_tokens: usage.outputTokens,
        output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
        total_tokens: usage.inputTokens + usage.outputTokens,
      },
    });
    return closed + this.#event(`response.${status}`, { response: this.response });
  }

  #added(item: object): string {
    return this.#event('response.output_item.added', { output_index: this.#output.length, item });
  }

  #done(item: object): string {
    this.#output.push(item);
    return this.#event('response.output_item.done', { output_index: this.#output.length - 1, item });
  }

  #describe(status: string, more: object): void {
    const { id, createdAt, request } = this.#head;
    const usual = { error: null, incomplete_details: null, usage: null, previous_response_id: null, store: false };
    this.response = { id: `resp_${id}`, object: 'response', created_at: Math.floor(createdAt / 1000), status, model: this.#answering, ...usual, ...request.repeated, ...more, output: [...this.#output] };
  }

  /** Items are told apart by their place in the answer. */
  #id(prefix: string): string {
    return `${prefix}_${this.#head.id}_${this.#output.length}`;
  }

  #event(type: string, fields: object): string {
    return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields, sequence_number: this.#sequence++ })}\n\n`;
  }
}

function textPart(text: string, annotations: readonly object[]): object {
  return { type: 'output_text', text, annotations, logprobs: [] };
}

function summaryPart(text: string): object {
  return { type: 'summary_text', text };
}
