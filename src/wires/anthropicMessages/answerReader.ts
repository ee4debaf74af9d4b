import type { Failure } from '../../core/model/failure';
import type { Usage } from '../../core/model/usage';
import type { AnswerFold, DeltaEvent, FinalEvent } from '../http/answerFold';
import { cleanDetail } from '../http/cleanDetail';
import type { FailureContext } from '../http/failedReply';
import { type JsonObject, numberOf, objectOf } from '../http/jsonValue';
import { type ReplyPart, ReplyReader } from '../http/replyReader';
import { maxEventLength } from '../http/sseReader';
import { WholeCharacters } from '../http/wholeCharacters';
import { type Chunk, fromChunk } from './fromChunk';
import { mapStopReason } from './mapStopReason';
import { readErrorInReply } from './readFailure';
import { mergeUsage, readUsage } from './readUsage';
import { ToolInputs } from './toolInputs';

export interface AnswerOptions {
  readonly context: () => FailureContext;
  readonly makeId: () => string;
}

/** Characters of an answer to one token, for what was cut off before the provider counted it. */
const charactersPerToken = 3.5;

/** The fold of this protocol. */
export class AnswerReader implements AnswerFold {
  final: FinalEvent | undefined;
  progress = 0;

  readonly #options: AnswerOptions;
  readonly #reply = new ReplyReader();
  readonly #characters = new WholeCharacters();
  #tools = new ToolInputs();
  #begun = false;
  #ended = false;
  #stopReason: string | undefined;
  #figures: JsonObject = {};
  /** The figures are those of the end, not only of the beginning. */
  #counted = false;
  #length = 0;
  #textLength = 0;

  constructor(options: AnswerOptions) {
    this.#options = options;
  }

  get finished(): boolean {
    return this.#ended || this.#stopReason !== undefined;
  }

  /**
   * Before the end only the beginning's figures are there: they hold the whole prompt and the first token of the answer.
   * What has come since is then counted here, and the whole is marked as an estimate.
   */
  get usage(): Usage | undefined {
    const told = readUsage(this.#figures);
    if (told === undefined || (this.#counted && (told.outputTokens > 0 || this.#length === 0))) return told;
    const seen = Math.ceil(this.#length / charactersPerToken);
    return { ...told, outputTokens: Math.max(told.outputTokens, seen), estimated: true };
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
    if (this.progress === 0) return this.#fail(failure);
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
        // Not of this protocol; some gateways end every stream with it.
        return this.finished ? this.#finish() : this.#cut('The answer ended without a sign of its end.');
      case 'garbage':
        return this.#fail(this.#badReply(part.problem));
      case 'value':
        return part.isError ? this.#fail(readErrorInReply(this.#options.context(), part.value)) : this.#takeChunk(fromChunk(part.value));
    }
  }

  #takeChunk(chunk: Chunk): readonly DeltaEvent[] {
    if (chunk.error !== undefined) return this.#fail(readErrorInReply(this.#options.context(), chunk.error));
    if (chunk.begins && this.#begun) {
      // Two answers spliced into one stream have been seen. What was only thought or begun is dropped, shown text cannot be.
      if (this.#textLength > 0) return this.#fail(this.#badReply('A second answer began within the first.'));
      this.#tools = new ToolInputs();
      this.#stopReason = undefined;
      this.#figures = {};
      this.#counted = false;
    }
    this.#begun ||= chunk.begins;
    this.#figures = mergeUsage(this.#figures, chunk.usage);
    this.#counted ||= (!chunk.begins || chunk.ends) && numberOf(objectOf(chunk.usage)?.['output_tokens']) !== undefined;
    this.#stopReason = chunk.stopReason ?? this.#stopReason;
    this.#ended ||= chunk.ends;

    for (const part of chunk.tools) this.#tools.add(part);
    const toolsLength = chunk.tools.reduce((sum, part) => sum + part.partial.length + (part.input ?? part.name ?? '').length, 0);
    const length = chunk.text.length + chunk.reasoning.length + toolsLength;
    this.#length += length;
    this.#textLength += chunk.text.length;
    if (length > 0) this.progress += 1;
    const deltas = [...this.#characters.delta('reasoning', chunk.reasoning), ...this.#characters.delta('text', chunk.text)];
    if (this.#tools.length > maxEventLength) return [...deltas, ...this.#fail(this.#badReply('A tool call is too long.'))];
    return chunk.ends ? [...deltas, ...this.#finish()] : deltas;
  }

  #finish(): readonly DeltaEvent[] {
    const deltas = this.#characters.end();
    const { provider } = this.#options.context();
    const { usage } = this;
    const said = mapStopReason(this.#stopReason);
    const toolCalls = said === 'length' || said === 'contentFilter' ? [] : this.#tools.calls(this.#options.makeId);
    const stop = toolCalls.length > 0 ? 'toolCalls' : said === 'toolCalls' ? 'unknown' : said;
    if (this.progress > 0 || stop === 'length') this.final = { type: 'end', stop, toolCalls, usage };
    else this.final = { type: 'failed', failure: stop === 'contentFilter' ? { kind: 'refused', provider, detail: 'The provider held the answer back.' } : { kind: 'badReply', provider, detail: 'The answer is empty.' }, usage };
    return deltas;
  }

  #cut(detail: string): readonly DeltaEvent[] {
    const { provider, key } = this.#options.context();
    if (this.progress > 0 || this.#begun) return this.#fail({ kind: 'truncated', provider, detail });
    const quoted = cleanDetail(this.#reply.beginning, key);
    return this.#fail({ kind: 'badReply', provider, detail: quoted === undefined ? 'The answer is empty.' : `No answer in the reply: ${quoted}`.slice(0, 300) });
  }

  #fail(failure: Failure): readonly DeltaEvent[] {
    const deltas = this.#characters.end();
    this.final = { type: 'failed', failure, usage: this.usage };
    return deltas;
  }

  #badReply(problem: string): Failure {
    const { provider, key } = this.#options.context();
    return { kind: 'badReply', provider, detail: cleanDetail(problem, key) ?? 'unreadable' };
  }
}
