import type { AnswerEvent } from '../../../core/model/ask';
import type { ReasoningPart } from '../../../core/model/message';
import type { AnswerHead, Problem, StreamWriter } from '../../dialect';
import { toCall, toProblem, toReply } from './said';
import { toSignature } from './thoughtSignature';

/** The pieces of an answer as events, or, for clients that do not ask for them, as the entries of one list. */
export class GenerateWriter implements StreamWriter {
  readonly contentType: string;
  /** What goes with the next call. */
  #sealed: readonly ReasoningPart[] = [];
  #pieces = 0;

  constructor(
    private readonly head: AnswerHead,
    private readonly form: 'events' | 'list',
  ) {
    this.contentType = form === 'events' ? 'text/event-stream' : 'application/json; charset=utf-8';
  }

  begin(): string {
    return this.form === 'events' ? '' : '[';
  }

  event(event: AnswerEvent): string {
    switch (event.type) {
      case 'reasoning-delta':
        return event.text !== '' && this.head.request.repeated?.['thoughts'] === true ? this.#piece(toReply(this.head, [{ text: event.text, thought: true }])) : '';
      case 'text-delta':
        return event.text === '' ? '' : this.#piece(toReply(this.head, [{ text: event.text }]));
      case 'reasoning-part':
        this.#sealed = [...this.#sealed, event.part];
        return '';
      case 'tool-call': {
        const signature = toSignature(this.#sealed);
        this.#sealed = [];
        return this.#piece(toReply(this.head, [toCall(event.call, signature)]));
      }
      case 'answer-end':
        return this.#piece(toReply(this.head, [{ text: '' }], { stop: event.stop, usage: event.receipt.usage })) + this.#end();
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
    return this.#piece(toProblem(problem)) + this.#end();
  }

  /** Not a comment: Google's client takes the first line that is not data for the end of what it can read. */
  heartbeat(): string {
    return this.form === 'events' ? this.#piece({ candidates: [], responseId: this.head.id }) : '\n';
  }

  #piece(value: object): string {
    this.#pieces += 1;
    if (this.form === 'events') return `data: ${JSON.stringify(value)}\n\n`;
    return `${this.#pieces === 1 ? '' : ','}${JSON.stringify(value)}\n`;
  }

  #end(): string {
    return this.form === 'events' ? '' : ']';
  }
}
