import type { Failure } from '../../core/model/failure';
import type { Endpoint } from '../../core/model/provider';
import type { PullProgress } from '../../core/ports/wire';
import { numberOf, objectOf, textOf as stringOf } from '../http/jsonValue';
import { readerOf, textOf } from '../http/replyBody';
import { networkWords } from '../http/sayings';
import { Silence } from '../http/silence';
import { type Fetch, request as send, unsendable } from './exchange';
import { LineReader } from './lineReader';
import { readErrorInReply, readFailure, readUnreached } from './readFailure';

const pullPath = '/api/pull';
/** Longest error body that is read, in bytes. */
const maxErrorBytes = 64 * 1024;
/** How long the server may say nothing, in milliseconds. Checking the sum of a file of tens of GB is silent for minutes. */
const silenceMs = 10 * 60 * 1000;
/** For its first word: it looks the model up on the network. */
const firstWordMs = 2 * 60 * 1000;

/**
 * Gets a model onto the machine. Calls `onProgress` with the bytes of all layers together. Resolves with undefined when it
 * is there, else with what went wrong; never rejects. What was loaded before it was stopped is kept by the server, and the
 * next pull goes on from there.
 */
export async function pull(fetch: Fetch, endpoint: Endpoint, model: string, onProgress: (progress: PullProgress) => void, signal: AbortSignal): Promise<Failure | undefined> {
  const provider = endpoint.provider.id;
  const problem = signal.aborted ? ({ kind: 'cancelled' } as const) : unsendable(endpoint);
  if (problem !== undefined) return problem;
  const startedAt = performance.now();
  const silence = new Silence({ firstTokenMs: firstWordMs, idleMs: silenceMs }, signal);
  const stopped = (): Failure => (silence.halted === 'cancelled' ? { kind: 'cancelled' } : { kind: 'timedOut', provider, waitedMs: silence.limitMs, phase: silence.halted ?? 'stall' });
  const lines = new LineReader();
  const layers = new Layers();
  try {
    // `name` for servers before 0.4, which do not know `model`.
    const response = await silence.wait(send(fetch, endpoint, pullPath, silence.signal, { model, name: model, stream: true }));
    const body = readerOf(response, silence.signal);
    if (!response.ok) {
      const { text } = await silence.wait(textOf(body, maxErrorBytes));
      return silence.halted === undefined ? readFailure({ provider, model }, response.status === 0 ? 302 : response.status, text) : stopped();
    }
    for (;;) {
      const piece = body === undefined ? { done: true as const, value: undefined } : await silence.wait(body.read());
      if (silence.halted !== undefined) return stopped();
      for (const part of piece.done ? lines.end() : lines.push(piece.value)) {
        if (part.type === 'garbage') return { kind: 'badReply', provider, detail: part.problem };
        const line = objectOf(part.value);
        if (line?.['error'] !== undefined) return brokenOff(readErrorInReply({ provider, model }, line['error']));
        const status = stringOf(line?.['status']);
        if (status === 'success') return undefined;
        if (status !== undefined) onProgress(layers.progress(status, stringOf(line?.['digest']), numberOf(line?.['completed']), numberOf(line?.['total'])));
        silence.heard(false);
      }
      if (piece.done) return { kind: 'truncated', provider };
    }
  } catch (error) {
    return silence.halted === undefined ? readUnreached(provider, error, performance.now() - startedAt) : stopped();
  } finally {
    // Also when it was stopped: the connection closes, and the server stops loading.
    silence.close();
  }
}

/** The server lost its own connection to the library: what it has is kept. */
function brokenOff(failure: Failure): Failure {
  return failure.kind === 'providerDown' && networkWords.test(failure.detail ?? '') ? { kind: 'truncated', provider: failure.provider, ...(failure.detail === undefined ? {} : { detail: failure.detail }) } : failure;
}

/** Bytes of the layers that a model consists of. They are told one by one, and some before their size. */
class Layers {
  readonly #layers = new Map<string, { readonly completed: number; readonly total: number }>();

  progress(status: string, digest: string | undefined, completed: number | undefined, total: number | undefined): PullProgress {
    if (digest !== undefined && total !== undefined && total > 0) this.#layers.set(digest, { completed: Math.min(Math.max(completed ?? 0, 0), total), total });
    let all = 0;
    let done = 0;
    for (const layer of this.#layers.values()) {
      all += layer.total;
      done += layer.completed;
    }
    // A digest says nothing to a person.
    return { status: status.replace(/^pulling [0-9a-f]{8,}.*$/, 'loading'), ...(all === 0 ? {} : { completedBytes: done, totalBytes: all }) };
  }
}
