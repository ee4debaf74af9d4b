import type { Failure } from '../../core/model/failure';
import type { ProviderDefinition } from '../../core/model/provider';
import type { Usage } from '../../core/model/usage';
import type { WireEvent } from '../../core/ports/wire';
import { cleanDetail } from './cleanDetail';
import { fromChunk } from './fromChunk';
import { mapStopReason } from './mapStopReason';
import { type FailureContext, readErrorInReply } from './readFailure';
import { readUsage } from './readUsage';
import { type ReplyPart, ReplyReader } from './replyReader';
import { maxEventLength } from './sseReader';
import { ThinkingSplitter } from './thinkingSplitter';
import { ToolCallAssembly } from './toolCallAssembly';

/** Text or reasoning on its way, and the event that ends the answer. */
export type DeltaEvent = Extract<WireEvent, { readonly type: 'text' | 'reasoning' }>;
export type FinalEvent = Extract<WireEvent, { readonly type: 'end' | 'failed' }>;

export interface AnswerOptions {
  readonly provider: Pick<ProviderDefinition, 'reasoningTokensIncluded'>;
  readonly context: () => FailureContext;
  readonly makeId: () => string;
}

/**
 * Folds the bytes of a successful reply into an answer. Knows nothing of sockets or time, so that every reply anybody
 * ever recorded is a row in a test.
 *
 * Invariant: tool calls are only in an `end` event, and never after `length` or anything cut off.
 */
export class AnswerReader {
  /** Set once the reply has said how it ended; bytes after that are not read. */
  final: FinalEvent | undefined;
  /** Rises with every piece of content: text, reasoning, a part of a tool call. What is waited for. */
  progress = 0;

  readonly #options: AnswerOptions;
  readonly #reply = new ReplyReader();
  readonly #toolCalls = new ToolCallAssembly();
  readonly #thinking = new ThinkingSplitter();
  #finishReason: string | undefined;
  #refused = false;
  #usage: Usage | undefined;
  #lastWas: DeltaEvent['type'] = 'text';
  /** First half of a surrogate pair, whose other half is in the next chunk. */
  #half = '';

  constructor(options: AnswerOptions) {
    this.#options = options;
  }

  /** The model has said why it stopped; usage or `[DONE]` may still follow. */
  get finished(): boolean {
    return this.#finishReason !== undefined;
  }

  /** Whether anything of an answer has come. */
  get started(): boolean {
    return this.progress > 0;
  }

  /** What the provider has said so far of usage. A count of no output beside output cannot be true. */
  get usage(): Usage | undefined {
    return this.started && this.#usage?.outputTokens === 0 ? undefined : this.#usage;
  }

  push(bytes: Uint8Array): readonly DeltaEvent[] {
    return this.#take(this.#reply.push(bytes));
  }

  /** The body ended properly. `final` is set after this. */
  end(): readonly DeltaEvent[] {
    const deltas = this.#take(this.#reply.end());
    if (this.final !== undefined) return deltas;
    return [...deltas, ...(this.finished ? this.#finish() : this.#cut('The answer ended without a sign of its end.'))];
  }

  /** The connection broke. Complete all the same when the model had said that it was done. */
  lost(failure: Failure): readonly DeltaEvent[] {
    if (this.finished) return this.#finish();
    if (!this.started) return this.#fail(failure);
    return this.#cut('detail' in failure && failure.detail !== undefined ? failure.detail : 'The connection was lost.');
  }

  /** Nothing came for too long. */
  silent(failure: Failure): readonly DeltaEvent[] {
    return this.finished ? this.#finish() : this.#fail(failure);
  }

  cancelled(): readonly DeltaEvent[] {
    return this.#fail({ kind: 'cancelled' });
  }

  #take(parts: readonly ReplyPart[]): readonly DeltaEvent[] {
    const deltas: DeltaEvent[] = [];
    for (const part of parts) {
      if (this.final !== undefined) break;
      deltas.push(...this.#takePart(part));
    }
    return deltas;
  }

  #takePart(part: ReplyPart): readonly DeltaEvent[] {
    switch (part.type) {
      case 'done':
        return this.#finish();
      case 'garbage':
        return this.#fail({ kind: 'badReply', provider: this.#options.context().provider, detail: this.#clean(part.problem) ?? 'unreadable' });
      case 'value':
        return part.isError ? this.#fail(readErrorInReply(this.#options.context(), part.value)) : this.#takeChunk(part.value);
    }
  }

  #takeChunk(value: unknown): readonly DeltaEvent[] {
    const chunk = fromChunk(value);
    // The last figures that make sense count: some send running totals, some the same twice; none is ever summed.
    this.#usage = readUsage(chunk.usage, this.#options.provider) ?? this.#usage;
    if (chunk.error !== undefined && chunk.error !== null) return this.#fail(readErrorInReply(this.#options.context(), chunk.error));

    const deltas: DeltaEvent[] = [];
    if (chunk.reasoning !== '') deltas.push(...this.#split(this.#thinking.skip()), ...this.#delta('reasoning', chunk.reasoning));
    if (chunk.text !== '') deltas.push(...this.#split(this.#thinking.push(chunk.text)));
    if (chunk.refusal !== '') {
      this.#refused = true;
      deltas.push(...this.#delta('text', chunk.refusal));
    }
    for (const call of chunk.toolCalls) this.#toolCalls.add(call);
    if (chunk.text !== '' || chunk.reasoning !== '' || chunk.refusal !== '' || chunk.toolCalls.length > 0) this.progress += 1;
    if (this.#toolCalls.length > maxEventLength) return [...deltas, ...this.#fail({ kind: 'badReply', provider: this.#options.context().provider, detail: 'A tool call is too long.' })];
    this.#finishReason = chunk.finishReason ?? this.#finishReason;
    return deltas;
  }

  #split({ text, reasoning }: { readonly text: string; readonly reasoning: string }): readonly DeltaEvent[] {
    return [...this.#delta('reasoning', reasoning), ...this.#delta('text', text)];
  }

  /** One delta, in which no character is torn apart. */
  #delta(type: DeltaEvent['type'], text: string): readonly DeltaEvent[] {
    if (text === '') return [];
    const deltas: DeltaEvent[] = [];
    let whole = text;
    if (this.#half !== '') {
      if (type === this.#lastWas) whole = this.#half + text;
      else deltas.push({ type: this.#lastWas, text: this.#half });
      this.#half = '';
    }
    this.#lastWas = type;
    const last = whole.charCodeAt(whole.length - 1);
    if (last >= 0xd800 && last <= 0xdbff) {
      this.#half = whole.slice(-1);
      whole = whole.slice(0, -1);
    }
    if (whole !== '') deltas.push({ type, text: whole });
    return deltas;
  }

  /** What was held back while it could have become something else. */
  #flush(): readonly DeltaEvent[] {
    const deltas = [...this.#split(this.#thinking.end())];
    if (this.#half !== '') deltas.push({ type: this.#lastWas, text: this.#half });
    this.#half = '';
    return deltas;
  }

  #finish(): readonly DeltaEvent[] {
    const deltas = this.#flush();
    const { provider } = this.#options.context();
    const word = this.#finishReason;
    const said = this.#refused ? 'contentFilter' : mapStopReason(word);
    const { usage } = this;
    if (said === 'error') {
      const detail = this.#clean(`The provider ended the answer with "${word}".`);
      this.final = { type: 'failed', failure: { kind: 'providerDown', provider, ...(detail === undefined ? {} : { detail }) }, usage };
      return deltas;
    }
    const toolCalls = said === 'length' || said === 'contentFilter' ? [] : this.#toolCalls.calls(this.#options.makeId);
    const stop = toolCalls.length > 0 ? 'toolCalls' : said === 'toolCalls' ? 'unknown' : said;
    if (!this.started && stop !== 'length') {
      const failure: Failure = stop === 'contentFilter' ? { kind: 'refused', provider, detail: 'The provider held the answer back.' } : { kind: 'badReply', provider, detail: 'The answer is empty.' };
      this.final = { type: 'failed', failure, usage };
      return deltas;
    }
    this.final = { type: 'end', stop, toolCalls, usage };
    return deltas;
  }

  #cut(detail: string): readonly DeltaEvent[] {
    const { provider } = this.#options.context();
    if (this.started) return this.#fail({ kind: 'truncated', provider, detail });
    const quoted = this.#clean(this.#reply.beginning);
    return this.#fail({ kind: 'badReply', provider, detail: quoted === undefined ? 'The answer is empty.' : `No answer in the reply: ${quoted}`.slice(0, 300) });
  }

  #fail(failure: Failure): readonly DeltaEvent[] {
    const deltas = this.#flush();
    this.final = { type: 'failed', failure, usage: this.usage };
    return deltas;
  }

  #clean(words: string): string | undefined {
    return cleanDetail(words, this.#options.context().key);
  }
}
