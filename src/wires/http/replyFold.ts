import type { StopReason } from '../../core/model/ask';
import type { Failure } from '../../core/model/failure';
import type { ToolCall } from '../../core/model/message';
import type { Usage } from '../../core/model/usage';
import type { SealedReasoning } from '../../core/ports/wire';
import type { AnswerFold, DeltaEvent, FinalEvent } from './answerFold';
import { Citations } from './citations';
import { cleanDetail } from './cleanDetail';
import type { FailureContext } from './failedReply';
import { type ReplyPart, ReplyReader } from './replyReader';
import { maxEventLength } from './sseReader';
import { WholeCharacters } from './wholeCharacters';

export interface FoldOptions {
  readonly context: () => FailureContext;
  readonly makeId: () => string;
}

/** Tool calls on their way. `length`: characters held. */
interface OpenToolCalls {
  readonly length: number;
  /** The finished calls, in order; a missing or repeated id is replaced by one from `makeId`. */
  calls(makeId: () => string): readonly ToolCall[];
}

/**
 * The fold of every protocol whose reply is an event stream, or, from a server that ignores `stream`, one piece of JSON.
 * What the values say is the protocol's; how an answer ends, with all that can be missing from it, is the same for all.
 */
export abstract class ReplyFold implements AnswerFold {
  final: FinalEvent | undefined;
  progress = 0;

  protected abstract readonly tools: OpenToolCalls;
  protected readonly characters = new WholeCharacters();
  protected readonly citations = new Citations();
  readonly #reply = new ReplyReader();

  constructor(protected readonly options: FoldOptions) {}

  abstract get finished(): boolean;
  abstract get usage(): Usage | undefined;
  /** Anything came that only an answer has, even if nothing of it can be shown. */
  protected abstract get begun(): boolean;
  /** Whether `[DONE]`, or the end of a whole piece of JSON, is the end of an answer that has not said so itself. */
  protected abstract readonly doneEnds: boolean;

  /** Takes what one value says. Calls `finish` or `fail` where it says that, too. */
  protected abstract takeValue(value: unknown): readonly DeltaEvent[];
  protected abstract readError(value: unknown): Failure;
  /** Why the model stopped, and the word it said. */
  protected abstract stopped(): { readonly said: StopReason | 'error'; readonly word: string | undefined };

  push(bytes: Uint8Array): readonly DeltaEvent[] {
    return this.#take(this.#reply.push(bytes));
  }

  end(): readonly DeltaEvent[] {
    const deltas = this.#take(this.#reply.end());
    return this.final === undefined ? [...deltas, ...this.#endOfBody()] : deltas;
  }

  lost(failure: Failure): readonly DeltaEvent[] {
    if (this.finished) return this.finish();
    // What comes in one piece is made, and billed, before its first character is sent.
    if (this.progress === 0 && !this.#reply.isOnePiece) return this.fail(failure);
    const detail = 'detail' in failure && failure.detail !== undefined ? failure.detail : 'The connection was lost.';
    return this.progress === 0 ? this.fail({ kind: 'truncated', provider: this.options.context().provider, detail }) : this.#cut(detail);
  }

  silent(failure: Failure): readonly DeltaEvent[] {
    return this.finished ? this.finish() : this.fail(failure);
  }

  cancelled(): readonly DeltaEvent[] {
    return this.fail({ kind: 'cancelled' });
  }

  /** What must go back with the tool calls of this answer. */
  protected sealed(): readonly SealedReasoning[] {
    return [];
  }

  /** What was held back while it could have become something else. */
  protected flush(): readonly DeltaEvent[] {
    return this.characters.end();
  }

  protected finish(): readonly DeltaEvent[] {
    const deltas = this.flush();
    const { provider } = this.options.context();
    const { said, word } = this.stopped();
    if (said === 'error') return [...deltas, ...this.fail({ kind: 'providerDown', provider, detail: this.#clean(`The provider ended the answer with "${word}".`) })];
    // A call of an answer that was cut off, or held back, is never made.
    const toolCalls = said === 'length' || said === 'contentFilter' ? [] : this.tools.calls(this.options.makeId);
    const stop = toolCalls.length > 0 ? 'toolCalls' : said === 'toolCalls' ? 'unknown' : said;
    if (this.progress === 0 && stop !== 'length') {
      return [...deltas, ...this.fail(stop === 'contentFilter' ? { kind: 'refused', provider, detail: 'The provider held the answer back.' } : this.#empty())];
    }
    const reasoning = toolCalls.length > 0 ? this.sealed() : [];
    this.final = { type: 'end', stop, toolCalls, ...(reasoning.length === 0 ? {} : { reasoning }), usage: this.usage, ...this.citations.field };
    return deltas;
  }

  protected fail(failure: Failure): readonly DeltaEvent[] {
    const deltas = this.flush();
    this.final = { type: 'failed', failure, usage: this.usage };
    return deltas;
  }

  protected badReply(problem: string): Failure {
    return { kind: 'badReply', provider: this.options.context().provider, detail: this.#clean(problem) };
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
        return this.doneEnds ? this.finish() : this.#endOfBody();
      case 'garbage':
        // A page that says what went wrong is the provider's, or its proxy's, own fault: it comes and goes.
        return this.fail(part.status === undefined ? this.badReply(part.problem) : { kind: 'providerDown', provider: this.options.context().provider, status: part.status, detail: this.#clean(part.problem) });
      case 'value': {
        if (part.isError) return this.fail(this.readError(part.value));
        const deltas = this.takeValue(part.value);
        return this.final === undefined && this.tools.length > maxEventLength ? [...deltas, ...this.fail(this.badReply('A tool call is too long.'))] : deltas;
      }
    }
  }

  #endOfBody(): readonly DeltaEvent[] {
    return this.finished ? this.finish() : this.#cut('The answer ended without a sign of its end.');
  }

  #cut(detail: string): readonly DeltaEvent[] {
    const { provider, key } = this.options.context();
    if (this.begun) return this.fail({ kind: 'truncated', provider, detail });
    const quoted = cleanDetail(this.#reply.beginning, key);
    return this.fail(quoted === undefined ? this.#empty() : { kind: 'badReply', provider, detail: `No answer in the reply: ${quoted}`.slice(0, 300) });
  }

  /** Nothing of an answer, in an order as if there were one: the next try may well have one. */
  #empty(): Failure {
    return { kind: 'badReply', provider: this.options.context().provider, mayRetry: true, detail: 'The answer is empty.' };
  }

  #clean(words: string): string {
    return cleanDetail(words, this.options.context().key) ?? 'unreadable';
  }
}
