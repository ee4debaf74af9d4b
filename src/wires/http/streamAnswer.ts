import type { Failure } from '../../core/model/failure';
import type { WireEvent, WireRequest } from '../../core/ports/wire';
import type { AnswerFold, DeltaEvent } from './answerFold';
import type { FailedReply } from './failedReply';
import { readNetworkFailure, withBilling } from './readNetworkFailure';
import { failedReplyOf, maxErrorBytes } from './failedReplyOf';
import { type BodyReader, readerOf, textOf } from './replyBody';
import { Silence } from './silence';
import { unsendable } from './unsendable';

/** What a protocol adds to one streamed request. */
export interface StreamParts {
  readonly request: Pick<WireRequest, 'endpoint' | 'key' | 'limits'>;
  readonly answer: AnswerFold;
  /** Makes the one request. */
  readonly send: (signal: AbortSignal) => Promise<Response>;
  readonly readFailure: (reply: FailedReply) => Failure;
}

/**
 * One request and its answer, in the same way for every protocol over HTTP. The stream always ends with `end` or
 * `failed` and never throws; when it ends, for whatever reason, nothing is left running at the provider.
 */
export async function* streamAnswer({ request, answer, send, readFailure }: StreamParts, signal: AbortSignal): AsyncGenerator<WireEvent, void> {
  const { endpoint, key } = request;
  const provider = endpoint.provider.id;
  const problem = signal.aborted ? ({ kind: 'cancelled' } as const) : unsendable(endpoint, key);
  if (problem !== undefined) {
    yield { type: 'failed', failure: problem, usage: undefined };
    return;
  }

  const startedAt = performance.now();
  const silence = new Silence(request.limits, signal);
  let body: BodyReader | undefined;
  try {
    const response = await silence.wait(send(silence.signal));
    body = readerOf(response, silence.signal);
    if (!response.ok) {
      const text = await silence.wait(textOf(body, maxErrorBytes));
      if (silence.halted !== 'cancelled') {
        yield { type: 'failed', failure: readFailure(failedReplyOf(response, text.text)), usage: undefined };
        return;
      }
    }
    while (answer.final === undefined && silence.halted === undefined) {
      const piece = body === undefined ? { done: true as const, value: undefined } : await silence.wait(body.read());
      if (silence.halted !== undefined) break;
      const { progress, finished } = answer;
      yield* piece.done ? answer.end() : answer.push(piece.value);
      if (answer.progress > progress || answer.finished !== finished) silence.heard(answer.finished);
    }
    if (answer.final === undefined) yield* halted(answer, silence, provider);
  } catch (error) {
    if (silence.halted !== undefined) yield* halted(answer, silence, provider);
    else yield* answer.lost(withBilling(readNetworkFailure(provider, error, performance.now() - startedAt), error));
  } finally {
    // Also when the caller stops listening: the connection closes, and the provider stops working.
    if (answer.final?.type === 'end' && body !== undefined) void drain(body, silence);
    else silence.close();
  }
  yield answer.final ?? { type: 'failed', failure: { kind: 'unexpected', detail: 'The answer has no end.' }, usage: answer.usage };
}

function halted(answer: AnswerFold, silence: Silence, provider: string): readonly DeltaEvent[] {
  if (silence.halted === 'cancelled') return answer.cancelled();
  return answer.silent({ kind: 'timedOut', provider, waitedMs: silence.limitMs, phase: silence.halted ?? 'stall' });
}

/** How long the end of the body is waited for after the answer's end, so that the connection can be used again. */
const drainMs = 250;

/** Nobody waits for this: the answer is whole and on its way. */
async function drain(body: BodyReader, silence: Silence): Promise<void> {
  silence.release();
  const timer = setTimeout(() => silence.close(), drainMs);
  let ended = false;
  try {
    for (let reads = 0; reads < 8 && !ended; reads += 1) ended = (await body.read()).done;
  } catch {
    // A connection that breaks now has done its work.
  } finally {
    clearTimeout(timer);
    // An abort takes its time, and there is nothing left to stop.
    if (!ended) silence.close();
  }
}
