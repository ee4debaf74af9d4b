import type { Failure } from '../../core/model/failure';
import type { ProviderDefinition } from '../../core/model/provider';
import type { Usage } from '../../core/model/usage';
import type { AnswerFold, DeltaEvent, FinalEvent } from '../http/answerFold';
import { cleanDetail } from '../http/cleanDetail';
import type { FailureContext } from '../http/failedReply';
import { type ReplyPart, ReplyReader } from '../http/replyReader';
import { maxEventLength } from '../http/sseReader';
import { WholeCharacters } from '../http/wholeCharacters';
import { fromChunk } from './fromChunk';
import { mapStopReason } from './mapStopReason';
import { readErrorInReply } from '../http/openai/readFailure';
import { readUsage } from '../http/openai/readUsage';
import { ThinkingSplitter } from '../http/thinkingSplitter';
import { ToolCallAssembly } from './toolCallAssembly';

export interface AnswerOptions {
  readonly provider: Pick<ProviderDefinition, 'reasoningTokensIncluded'>;
  readonly context: () => FailureContext;
  readonly makeId: () => string;
}

/** The fold of this protocol. */
export class AnswerReader implements AnswerFold {
  final: FinalEvent | undefined;
  progress = 0;

  readonly #options: AnswerOptions;
  readonly #reply = new ReplyReader();
  readonly #toolCalls = new ToolCallAssembly();
  readonly #thinking = new ThinkingSplitter();
  readonly #characters = new WholeCharacters();
  #finishReason: string | undefined;
  #refused = false;
  #usage: Usage | undefined;

  constructor(options: AnswerOptions) {
    this.#options = options;
  }

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

  end(): readonly DeltaEvent[] {
    const deltas = this.#take(this.#reply.end());
    if (this.final !== undefined) return deltas;
    return [...deltas, ...(this.finished ? this.#finish() : this.#cut('The answer ended without a sign of its end.'))];
  }

  lost(failure: Failure): readonly DeltaEvent[] {
    if (this.finished) return this.#finish();
    if (!this.started) return this.#fail(failure);
    return this.#cut('detail' in failure && failure.detail !== undefined ? failure.detail : 'The connection was lost.');
  }

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
    if (chunk.reasoning !== '') deltas.push(...this.#split(this.#thinking.skip()), ...this.#characters.delta('reasoning', chunk.reasoning));
    if (chunk.text !== '') deltas.push(...this.#split(this.#thinking.push(chunk.text)));
    if (chunk.refusal !== '') {
      this.#refused = true;
      deltas.push(...this.#characters.delta('text', chunk.refusal));
    }
    for (const call of chunk.toolCalls) this.#toolCalls.add(call);
    if (chunk.text !== '' || chunk.reasoning !== '' || chunk.refusal !== '' || chunk.toolCalls.length > 0) this.progress += 1;
    if (this.#toolCalls.length > maxEventLength) return [...deltas, ...this.#fail({ kind: 'badReply', provider: this.#options.context().provider, detail: 'A tool call is too long.' })];
    this.#finishReason = chunk.finishReason ?? this.#finishReason;
    return deltas;
  }

  #split({ text, reasoning }: { readonly text: string; readonly reasoning: string }): readonly DeltaEvent[] {
    return [...this.#characters.delta('reasoning', reasoning), ...this.#characters.delta('text', text)];
  }

  /** What was held back while it could have become something else. */
  #flush(): readonly DeltaEvent[] {
    return [...this.#split(this.#thinking.end()), ...this.#characters.end()];
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
