import type { StopReason } from '../../core/model/ask';
import type { Failure } from '../../core/model/failure';
import type { ProviderDefinition } from '../../core/model/provider';
import type { Usage } from '../../core/model/usage';
import type { SealedReasoning } from '../../core/ports/wire';
import type { DeltaEvent } from '../http/answerFold';
import { readErrorInReply } from '../http/openai/readFailure';
import { readUsage } from '../http/openai/readUsage';
import { type FoldOptions, ReplyFold } from '../http/replyFold';
import { ThinkingSplitter } from '../http/thinkingSplitter';
import { fromChunk } from './fromChunk';
import { mapStopReason } from './mapStopReason';
import { ThoughtsBack } from './reasoningBack';
import { ToolCallAssembly } from './toolCallAssembly';

export interface AnswerOptions extends FoldOptions {
  readonly provider: Pick<ProviderDefinition, 'reasoningTokensIncluded' | 'billedIn' | 'reasoningBack'>;
}

/** The fold of this protocol. */
export class AnswerReader extends ReplyFold {
  protected readonly tools = new ToolCallAssembly();
  // Some servers end with nothing else.
  protected readonly doneEnds = true;
  readonly #provider: AnswerOptions['provider'];
  readonly #thinking = new ThinkingSplitter();
  readonly #thoughts: ThoughtsBack;
  #finishReason: string | undefined;
  #refused = false;
  #usage: Usage | undefined;

  constructor(options: AnswerOptions) {
    super(options);
    this.#provider = options.provider;
    this.#thoughts = new ThoughtsBack(options.provider.reasoningBack);
  }

  get finished(): boolean {
    return this.#finishReason !== undefined;
  }

  /** What the provider has said so far of usage. A count of no output beside output cannot be true. */
  get usage(): Usage | undefined {
    return this.begun && this.#usage?.outputTokens === 0 && this.#usage.billed === undefined ? undefined : this.#usage;
  }

  protected get begun(): boolean {
    return this.progress > 0;
  }

  protected stopped(): { readonly said: StopReason | 'error'; readonly word: string | undefined } {
    return { said: this.#refused ? 'contentFilter' : mapStopReason(this.#finishReason), word: this.#finishReason };
  }

  protected override sealed(): readonly SealedReasoning[] {
    return this.#thoughts.sealed(this.tools.extras);
  }

  protected readError(value: unknown): Failure {
    return readErrorInReply(this.options.context(), value);
  }

  protected takeValue(value: unknown): readonly DeltaEvent[] {
    const chunk = fromChunk(value);
    // The last figures that make sense count: some send running totals, some the same twice; none is ever summed.
    this.#usage = readUsage(chunk.usage, this.#provider, chunk.tier) ?? this.#usage;
    if (chunk.error !== undefined && chunk.error !== null) return this.fail(this.readError(chunk.error));

    this.#thoughts.add(chunk);
    const deltas: DeltaEvent[] = [];
    if (chunk.reasoning !== '') deltas.push(...this.#split(this.#thinking.skip()), ...this.characters.delta('reasoning', chunk.reasoning));
    if (chunk.text !== '') deltas.push(...this.#split(this.#thinking.push(chunk.text)));
    if (chunk.refusal !== '') {
      this.#refused = true;
      deltas.push(...this.characters.delta('text', chunk.refusal));
    }
    for (const call of chunk.toolCalls) this.tools.add(call);
    this.citations.add(chunk.citations);
    if (chunk.text !== '' || chunk.reasoning !== '' || chunk.refusal !== '' || chunk.toolCalls.length > 0) this.progress += 1;
    this.#finishReason = chunk.finishReason ?? this.#finishReason;
    return deltas;
  }

  protected override flush(): readonly DeltaEvent[] {
    return [...this.#split(this.#thinking.end()), ...super.flush()];
  }

  #split({ text, reasoning }: { readonly text: string; readonly reasoning: string }): readonly DeltaEvent[] {
    return [...this.characters.delta('reasoning', reasoning), ...this.characters.delta('text', text)];
  }
}
