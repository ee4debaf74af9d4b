import type { Failure } from '../../core/model/failure';
import type { Usage } from '../../core/model/usage';
import type { WireEvent } from '../../core/ports/wire';
import { cleanDetail } from '../http/cleanDetail';
import { ThinkingSplitter } from '../http/thinkingSplitter';
import { WholeCharacters } from '../http/wholeCharacters';
import { withIds } from '../http/withIds';
import { fromChunk, type WholeToolCall } from './fromChunk';
import { type LinePart, LineReader, maxLineLength } from './lineReader';
import { mapStopReason } from './mapStopReason';
import { type FailureContext, readErrorInReply } from './readFailure';
import { readUsage } from './readUsage';

export type DeltaEvent = Extract<WireEvent, { readonly type: 'text' | 'reasoning' }>;
export type FinalEvent = Extract<WireEvent, { readonly type: 'end' | 'failed' }>;

export interface AnswerOptions {
  readonly context: FailureContext;
  /** In tokens, for a reply that does not tell the prompt's. */
  readonly estimatedInput: number;
  readonly makeId: () => string;
}

/**
 * Folds the bytes of a successful reply into an answer. Knows nothing of sockets or time.
 *
 * Invariant: tool calls are only in an `end` event, and never after `length` or anything cut off.
 */
export class AnswerReader {
  /** Set once the reply has said how it ended; bytes after that are not read. */
  final: FinalEvent | undefined;
  /** Rises with every piece of content. What is waited for. */
  progress = 0;

  readonly #options: AnswerOptions;
  readonly #lines = new LineReader();
  // Models whose template the server does not know leave their thoughts in the text.
  readonly #thinking = new ThinkingSplitter();
  readonly #characters = new WholeCharacters();
  #toolCalls: readonly WholeToolCall[] = [];
  #toolCallLength = 0;
  #thought = '';

  constructor(options: AnswerOptions) {
    this.#options = options;
  }

  push(bytes: Uint8Array): readonly DeltaEvent[] {
    return this.#take(this.#lines.push(bytes));
  }

  /** The body ended properly. `final` is set after this. */
  end(): readonly DeltaEvent[] {
    const deltas = this.#take(this.#lines.end());
    return this.final === undefined ? [...deltas, ...this.#cut('The answer ended without a sign of its end.')] : deltas;
  }

  /** The connection broke. */
  lost(failure: Failure): readonly DeltaEvent[] {
    if (this.progress === 0) return this.fail(failure);
    return this.#cut('detail' in failure && failure.detail !== undefined ? failure.detail : 'The connection was lost.');
  }

  fail(failure: Failure, usage?: Usage): readonly DeltaEvent[] {
    const deltas = this.#flush();
    this.final = { type: 'failed', failure, usage };
    return deltas;
  }

  #take(parts: readonly LinePart[]): readonly DeltaEvent[] {
    const deltas: DeltaEvent[] = [];
    for (const part of parts) {
      if (this.final !== undefined) break;
      deltas.push(...(part.type === 'value' ? this.#takeLine(part.value) : this.#unreadable(part.problem)));
    }
    return deltas;
  }

  #takeLine(value: unknown): readonly DeltaEvent[] {
    const line = fromChunk(value);
    if (line.error !== undefined) return this.fail(readErrorInReply(this.#options.context, line.error));
    const deltas: DeltaEvent[] = [];
    if (this.#thought.length < maxLineLength) this.#thought += line.reasoning;
    if (line.reasoning !== '') deltas.push(...this.#split(this.#thinking.skip()), ...this.#characters.delta('reasoning', line.reasoning));
    if (line.text !== '') deltas.push(...this.#split(this.#thinking.push(line.text)));
    this.#toolCalls = [...this.#toolCalls, ...line.toolCalls];
    for (const call of line.toolCalls) this.#toolCallLength += call.name.length + call.arguments.length;
    if (line.text !== '' || line.reasoning !== '' || line.toolCalls.length > 0) this.progress += 1;
    if (this.#toolCallLength > maxLineLength) return [...deltas, ...this.#unreadable('A tool call is too long.')];
    return line.done ? [...deltas, ...this.#finish(line.doneReason, readUsage(value, this.#options.estimatedInput))] : deltas;
  }

  #finish(word: string | undefined, usage: Usage | undefined): readonly DeltaEvent[] {
    const said = mapStopReason(word);
    if (said === 'nothing' && this.progress > 0) return this.#cut('The model was taken out of memory.', usage);
    const empty = this.progress === 0 && said !== 'length';
    if (said === 'nothing' || empty) return this.fail({ kind: 'badReply', provider: this.#options.context.provider, mayRetry: true, detail: 'The answer is empty.' }, usage);
    const deltas = this.#flush();
    const toolCalls = said === 'length' ? [] : withIds(this.#toolCalls, this.#options.makeId);
    // Nothing seals it here, but it is only for the model that thought it.
    const reasoning = toolCalls.length > 0 && this.#thought !== '' ? { reasoning: [{ text: this.#thought, sealed: 'thinking' }] } : {};
    // The server says "stop" after tool calls as well.
    this.final = { type: 'end', stop: toolCalls.length > 0 ? 'toolCalls' : said === 'toolCalls' ? 'unknown' : said, toolCalls, ...reasoning, usage };
    return deltas;
  }

  #cut(detail: string, usage?: Usage): readonly DeltaEvent[] {
    const { provider } = this.#options.context;
    if (this.progress > 0) return this.fail({ kind: 'truncated', provider, detail }, usage);
    const quoted = cleanDetail(this.#lines.beginning, undefined);
    return this.fail(quoted === undefined ? { kind: 'badReply', provider, mayRetry: true, detail: 'The answer is empty.' } : { kind: 'badReply', provider, detail: `No answer in the reply: ${quoted}`.slice(0, 300) });
  }

  #unreadable(problem: string): readonly DeltaEvent[] {
    return this.fail({ kind: 'badReply', provider: this.#options.context.provider, detail: cleanDetail(problem, undefined) ?? 'unreadable' });
  }

  /** What was held back while it could have become something else. */
  #flush(): readonly DeltaEvent[] {
    return [...this.#split(this.#thinking.end()), ...this.#characters.end()];
  }

  #split({ text, reasoning }: { readonly text: string; readonly reasoning: string }): readonly DeltaEvent[] {
    return [...this.#characters.delta('reasoning', reasoning), ...this.#characters.delta('text', text)];
  }
}
