import type { StopReason } from '../../core/model/ask';
import type { Failure } from '../../core/model/failure';
import type { Usage } from '../../core/model/usage';
import type { SealedReasoning } from '../../core/ports/wire';
import type { DeltaEvent } from '../http/answerFold';
import { type JsonObject, numberOf, objectOf } from '../http/jsonValue';
import { ReplyFold } from '../http/replyFold';
import { fromChunk } from './fromChunk';
import { mapStopReason } from './mapStopReason';
import { readErrorInReply } from './readFailure';
import { mergeUsage, readUsage } from './readUsage';
import { SealedThoughts } from './sealedThoughts';
import { ToolInputs } from './toolInputs';

/** Characters of an answer to one token, for what was cut off before the provider counted it. */
const charactersPerToken = 3.5;

/** The fold of this protocol. */
export class AnswerReader extends ReplyFold {
  protected tools = new ToolInputs();
  #thoughts = new SealedThoughts();
  // `[DONE]` is not of this protocol; some gateways end every stream with it.
  protected readonly doneEnds = false;
  #begun = false;
  #ended = false;
  #stopReason: string | undefined;
  #figures: JsonObject = {};
  /** The figures are those of the end, not only of the beginning. */
  #counted = false;
  #length = 0;
  #textLength = 0;

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

  protected get begun(): boolean {
    return this.#begun || this.progress > 0;
  }

  protected stopped(): { readonly said: StopReason; readonly word: string | undefined } {
    return { said: mapStopReason(this.#stopReason), word: this.#stopReason };
  }

  protected override sealed(): readonly SealedReasoning[] {
    return this.#thoughts.parts;
  }

  protected readError(value: unknown): Failure {
    return readErrorInReply(this.options.context(), value);
  }

  protected takeValue(value: unknown): readonly DeltaEvent[] {
    const chunk = fromChunk(value);
    if (chunk.error !== undefined) return this.fail(this.readError(chunk.error));
    if (chunk.begins && this.#begun) {
      // Two answers spliced into one stream have been seen. What was only thought or begun is dropped, shown text cannot be.
      if (this.#textLength > 0) return this.fail(this.badReply('A second answer began within the first.'));
      this.tools = new ToolInputs();
      this.#thoughts = new SealedThoughts();
      this.#stopReason = undefined;
      this.#figures = {};
      this.#counted = false;
    }
    this.#begun ||= chunk.begins;
    this.#figures = mergeUsage(this.#figures, chunk.usage);
    this.#counted ||= (!chunk.begins || chunk.ends) && numberOf(objectOf(chunk.usage)?.['output_tokens']) !== undefined;
    this.#stopReason = chunk.stopReason ?? this.#stopReason;
    this.#ended ||= chunk.ends;

    for (const part of chunk.tools) this.tools.add(part);
    for (const part of chunk.thoughts) this.#thoughts.add(part);
    this.citations.add(chunk.citations);
    const toolsLength = chunk.tools.reduce((sum, part) => sum + part.partial.length + (part.input ?? part.name ?? '').length, 0);
    const length = chunk.text.length + chunk.reasoning.length + toolsLength;
    this.#length += length;
    this.#textLength += chunk.text.length;
    if (length > 0) this.progress += 1;
    const deltas = [...this.characters.delta('reasoning', chunk.reasoning), ...this.characters.delta('text', chunk.text)];
    return chunk.ends ? [...deltas, ...this.finish()] : deltas;
  }
}
