import type { AnswerEvent } from '../../../core/model/ask';
import type { ReasoningPart, ToolCall } from '../../../core/model/message';
import type { AnswerHead, Problem, StreamWriter } from '../../dialect';
import { openaiProblem } from '../openai/problem';
import { finishReason, isLegacy, toAnnotations, toCall, toDetails, toUsage } from './answer';

/** The chunks of a chat completion. Text is put between two texts that are made once: most of a stream is that. */
export class ChatStream implements StreamWriter {
  readonly #head: AnswerHead;
  #start: string;
  readonly #rest: string;
  #calls = 0;
  #legacy = false;
  #reasoning: readonly ReasoningPart[] = [];

  constructor(head: AnswerHead) {
    this.#head = head;
    this.#start = this.#startOf(head.answering);
    // Where usage is asked for, every chunk has the field.
    this.#rest = `]${head.request.includeUsage === true ? ',"usage":null' : ''}}\n\n`;
  }

  begin(): string {
    return this.#delta('{"role":"assistant","content":""}');
  }

  event(event: AnswerEvent): string {
    switch (event.type) {
      case 'answer-start': {
        // Who answers can be another than was told, while nothing was said.
        const { provider, model } = event.candidate.arm.offer;
        this.#start = this.#startOf(`${provider}/${model}`);
        return '';
      }
      case 'text-delta':
        return this.#delta(`{"content":${JSON.stringify(event.text)}}`);
      case 'reasoning-delta':
        return this.#delta(`{"reasoning_content":${JSON.stringify(event.text)}}`);
      case 'reasoning-part':
        // Told in one piece: clients that put a message together keep the last of a field they do not know.
        this.#reasoning = [...this.#reasoning, event.part];
        return '';
      case 'tool-call':
        return this.#sealed() + this.#call(event.call);
      case 'citations':
        return event.citations.length === 0 ? '' : this.#delta(JSON.stringify({ annotations: toAnnotations(event.citations) }));
      case 'answer-end': {
        const usage = this.#head.request.includeUsage === true ? `${this.#start}],"usage":${JSON.stringify(toUsage(event.receipt.usage))}}\n\n` : '';
        return `${this.#sealed()}${this.#delta('{}', finishReason(event.stop, this.#legacy))}${usage}data: [DONE]\n\n`;
      }
      default:
        return '';
    }
  }

  fail(problem: Problem): string {
    return `data: ${JSON.stringify(openaiProblem(problem))}\n\n`;
  }

  #startOf(model: string): string {
    const { id, createdAt } = this.#head;
    return `data: {"id":"chatcmpl-${id}","object":"chat.completion.chunk","created":${Math.floor(createdAt / 1000)},"model":${JSON.stringify(model)},"choices":[`;
  }

  #call(call: ToolCall): string {
    const forms = this.#head.request.toolForms;
    if (!isLegacy(call, forms)) return this.#delta(JSON.stringify({ tool_calls: [{ index: this.#calls++, ...toCall(call, forms) }] }));
    if (this.#legacy) return '';
    this.#legacy = true;
    return this.#delta(JSON.stringify({ function_call: { name: call.name, arguments: call.arguments } }));
  }

  #sealed(): string {
    const parts = this.#reasoning;
    this.#reasoning = [];
    return parts.length === 0 ? '' : this.#delta(JSON.stringify({ reasoning_details: toDetails(parts) }));
  }

  #delta(delta: string, finish?: string): string {
    return `${this.#start}{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finish === undefined ? 'null' : `"${finish}"`}}${this.#rest}`;
  }
}
