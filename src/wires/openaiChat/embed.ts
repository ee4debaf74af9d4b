import type { Failure } from '../../core/model/failure';
import type { WireEmbedded, WireEmbedRequest } from '../../core/ports/wire';
import { failedReplyOf, maxErrorBytes } from '../http/failedReplyOf';
import { listOf, numberOf, objectOf, parseJson } from '../http/jsonValue';
import { readErrorInReply, readFailure } from '../http/openai/readFailure';
import { readUsage } from '../http/openai/readUsage';
import { readNetworkFailure, withBilling } from '../http/readNetworkFailure';
import { readerOf, textOf } from '../http/replyBody';
import { Silence } from '../http/silence';
import { unsendable } from '../http/unsendable';

/** Longest reply that is read, in bytes: 2,048 vectors of 3,072 numbers are 130 MB, and nobody asks for that at once. */
const maxReplyBytes = 64 * 1024 * 1024;

/** One request for vectors, which `send` makes, and its reply. Never rejects. https://platform.openai.com/docs/api-reference/embeddings */
export async function embed({ endpoint, key, model, input, dimensions, limits }: WireEmbedRequest, send: (body: object, signal: AbortSignal) => Promise<Response>, signal: AbortSignal): Promise<WireEmbedded> {
  const provider = endpoint.provider.id;
  const contextOf = ({ headers }: Response) => ({ provider, model, key, headers, nowMs: Date.now() });
  const failed = (failure: Failure, usage?: WireEmbedded['usage']): WireEmbedded => ({ ok: false, failure, usage });
  const problem = signal.aborted ? ({ kind: 'cancelled' } as const) : unsendable(endpoint, key);
  if (problem !== undefined) return failed(problem);
  const startedAt = performance.now();
  // Vectors come at once: all of it is the wait for the first word.
  const silence = new Silence({ firstTokenMs: limits.firstTokenMs, idleMs: limits.firstTokenMs }, signal);
  const stopped = (): Failure => (silence.halted === 'cancelled' ? { kind: 'cancelled' } : { kind: 'timedOut', provider, waitedMs: silence.limitMs, phase: 'firstToken' });
  try {
    const response = await silence.wait(send({ model, input, encoding_format: 'float', ...(dimensions === undefined ? {} : { dimensions }) }, silence.signal));
    const { text, whole } = await silence.wait(textOf(readerOf(response, silence.signal), response.ok ? maxReplyBytes : maxErrorBytes));
    if (silence.halted !== undefined) return failed(stopped());
    if (!response.ok) return failed(readFailure(contextOf(response), failedReplyOf(response, text)));
    const body = objectOf((whole ? parseJson(text) : undefined)?.value);
    const usage = readUsage(body?.['usage'], endpoint.provider);
    if (objectOf(body?.['error']) !== undefined) return failed(readErrorInReply(contextOf(response), body), usage);
    const vectors = readVectors(body?.['data'], input.length);
    return vectors === undefined ? failed({ kind: 'badReply', provider, detail: 'The reply does not have a vector for each text.' }, usage) : { ok: true, vectors, usage };
  } catch (error) {
    return failed(silence.halted === undefined ? withBilling(readNetworkFailure(provider, error, performance.now() - startedAt), error) : stopped());
  } finally {
    silence.close();
  }
}

/** In the order of the texts, whatever the order of the rows. Undefined unless every text has one, and all are of one length. */
function readVectors(data: unknown, count: number): readonly (readonly number[])[] | undefined {
  const rows = listOf(data);
  const vectors = new Map<number, readonly number[]>();
  rows.forEach((value, place) => {
    const row = objectOf(value);
    const numbers = listOf(row?.['embedding']);
    const vector = numbers.flatMap((one) => numberOf(one) ?? []);
    if (vector.length > 0 && vector.length === numbers.length) vectors.set(numberOf(row?.['index']) ?? place, vector);
  });
  const ordered = Array.from({ length: count }, (_, index) => vectors.get(index) ?? []);
  const width = ordered[0]?.length ?? 0;
  return rows.length === count && width > 0 && ordered.every((vector) => vector.length === width) ? ordered : undefined;
}
