import type { Failure } from '../../core/model/failure';
import type { Usage } from '../../core/model/usage';
import type { WireEvent } from '../../core/ports/wire';

/** Text or reasoning on its way, and the event that ends the answer. */
export type DeltaEvent = Extract<WireEvent, { readonly type: 'text' | 'reasoning' }>;
export type FinalEvent = Extract<WireEvent, { readonly type: 'end' | 'failed' }>;

/**
 * Folds the bytes of a successful reply into an answer. Knows nothing of sockets or time, so that every reply anybody
 * ever recorded is a row in a test.
 *
 * Invariant: tool calls are only in an `end` event, and never after `length` or anything cut off.
 */
export interface AnswerFold {
  /** Set once the reply has said how it ended; bytes after that are not read. */
  readonly final: FinalEvent | undefined;
  /** Rises with every piece of content: text, reasoning, a part of a tool call. What is waited for. */
  readonly progress: number;
  /** The model has said why it stopped; usage or a mark of the end may still follow. */
  readonly finished: boolean;
  /** What the provider has said so far of usage. */
  readonly usage: Usage | undefined;
  push(bytes: Uint8Array): readonly DeltaEvent[];
  /** The body ended properly. `final` is set after this. */
  end(): readonly DeltaEvent[];
  /** The connection broke. Complete all the same when the model had said that it was done. */
  lost(failure: Failure): readonly DeltaEvent[];
  /** Nothing came for too long. */
  silent(failure: Failure): readonly DeltaEvent[];
  cancelled(): readonly DeltaEvent[];
}
