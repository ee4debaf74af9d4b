import type { StopReason } from '../../core/model/ask';
import type { Failure } from '../../core/model/failure';
import type { ProviderDefinition } from '../../core/model/provider';
import type { Usage } from '../../core/model/usage';
import type { SealedReasoning } from '../../core/ports/wire';
import type { DeltaEvent } from '../http/answerFold';
import { readErrorInReply } from '../http/openai/readFailure';
import { readUsage } from '../http/openai/readUsage';
import { type FoldOptions, ReplyFold } from '../http/replyFold';
import { type Chunk, fromChunk } from './fromChunk';
import { FunctionCalls } from './functionCalls';
import { mapStopReason } from './mapStopReason';

export interface AnswerOptions extends FoldOptions {
  readonly provider: Pick<ProviderDefinition, 'reasoningTokensIncluded' | 'billedIn'>;
}

/** The fold of this protocol. */
export class AnswerReader extends ReplyFold {
  usage: Usage | undefined;
  /** The last event is the end: nothing that matters follows it. */
  readonly finished = false;
  protected begun = false;
  protected readonly tools = new FunctionCalls();
  // `[DONE]` is not of this protocol; some gateways end every stream with it.
  protected readonly doneEnds = false;
  readonly #provider: AnswerOptions['provider'];
  readonly #shown = new Set<DeltaEvent['type']>();
  /** Kinds of which the next piece is set apart from what was shown. */
  readonly #opened = new Set<DeltaEvent['type']>();
  #sealed: readonly SealedReasoning[] = [];
  #refused = false;
  #word: string | undefined;

  constructor(options: AnswerOptions) {
    super(options);
    this.#provider = options.provider;
  }

  protected stopped(): { readonly said: StopReason | 'error'; readonly word: string | undefined } {
    return { said: this.#refused ? 'contentFilter' : mapStopReason(this.#word), word: this.#word };
  }

  protected override sealed(): readonly SealedReasoning[] {
    return this.#sealed;
  }

  protected readError(value: unknown): Failure {
    return readErrorInReply(this.options.context(), value);
  }

  protected takeValue(value: unknown): readonly DeltaEvent[] {
    const chunk = fromChunk(value);
    if (chunk.error !== undefined) return this.fail(this.readError(chunk.error));
    this.begun ||= chunk.begins;
    if (chunk.opens !== undefined) this.#opened.add(chunk.opens);
    this.#sealed = [...this.#sealed, ...chunk.sealed];
    const deltas = this.#takeContent(chunk);
    const { ending } = chunk;
    if (ending === undefined) return deltas;

    this.#word = ending.word;
    this.usage = readUsage(ending.usage, this.#provider, ending.tier);
    if (ending.error !== undefined) return this.fail(this.readError(ending.error));
    if (this.#sealed.length === 0) this.#sealed = ending.sealed;
    // Only what has not been streamed: of a server that ignores `stream`, everything.
    const rest = {
      reasoning: this.#shown.has('reasoning') ? '' : ending.reasoning,
      text: this.#shown.has('text') ? '' : ending.text,
      refusal: this.#shown.has('text') ? '' : ending.refusal,
      calls: ending.calls,
      citations: ending.citations,
    };
    return [...this.#takeContent(rest), ...this.finish()];
  }

  #takeContent({ reasoning, text, refusal, calls, citations }: Pick<Chunk, 'reasoning' | 'text' | 'refusal' | 'calls' | 'citations'>): readonly DeltaEvent[] {
    for (const call of calls) this.tools.add(call);
    this.citations.add(citations);
    this.#refused ||= refusal !== '';
    const words = text + refusal;
    if (reasoning !== '' || words !== '' || calls.length > 0) this.progress += 1;
    return [...this.#delta('reasoning', reasoning), ...this.#delta('text', words)];
  }

  #delta(type: DeltaEvent['type'], text: string): readonly DeltaEvent[] {
    if (text === '') return [];
    const isApart = this.#opened.delete(type) && this.#shown.has(type);
    this.#shown.add(type);
    return this.characters.delta(type, isApart ? `\n\n${text}` : text);
  }
}
