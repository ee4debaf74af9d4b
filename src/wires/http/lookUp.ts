import type { Failure } from '../../core/model/failure';
import type { Log } from '../../core/ports/log';
import type { Endpoint } from '../../core/model/provider';
import type { FailedReply } from './failedReply';
import { failedReplyOf, maxErrorBytes } from './failedReplyOf';
import { parseJson } from './jsonValue';
import { pathBelow } from './pathBelow';
import { readNetworkFailure } from './readNetworkFailure';
import { readerOf, textOf } from './replyBody';
import { Silence } from './silence';
import { unsendable } from './unsendable';

/** Longest model list that is read, in bytes. 5,000 models are 6 MB. */
const maxListBytes = 32 * 1024 * 1024;
/** For a key check or a model list, in milliseconds. */
const lookupMs = 15_000;

/** What a protocol adds to one lookup. */
export interface LookUpParts {
  readonly endpoint: Endpoint;
  readonly key: string | undefined;
  /** Of the definition: below the base URL, or a whole https URL. */
  readonly path: string;
  /** False: without a key, the server says whether it wants one. */
  readonly needsKey: boolean;
  /** Makes the one request, to a path or a whole URL. */
  readonly get: (path: string, signal: AbortSignal) => Promise<Response>;
  readonly readFailure: (reply: FailedReply) => Failure;
}

export type Found = { readonly value: unknown } | { readonly failure: Failure };

/** One GET, parsed. Never throws. */
export async function lookUp({ endpoint, key, path, needsKey, get, readFailure }: LookUpParts, signal: AbortSignal): Promise<Found> {
  const provider = endpoint.provider.id;
  const problem = signal.aborted ? ({ kind: 'cancelled' } as const) : unsendable(endpoint, key);
  if (problem !== undefined && (needsKey || problem.kind !== 'keyMissing')) return { failure: problem };
  const startedAt = performance.now();
  const silence = new Silence({ firstTokenMs: lookupMs, idleMs: lookupMs }, signal);
  const stopped = (): Failure => (silence.halted === 'cancelled' ? { kind: 'cancelled' } : { kind: 'timedOut', provider, waitedMs: lookupMs, phase: 'firstToken' });
  try {
    const response = await silence.wait(get(pathBelow(endpoint, path), silence.signal));
    const { text, whole } = await silence.wait(textOf(readerOf(response, silence.signal), response.ok ? maxListBytes : maxErrorBytes));
    if (silence.halted !== undefined) return { failure: stopped() };
    if (!response.ok) {
      const failure = readFailure(failedReplyOf(response, text));
      // No model was asked for: what is not there is the address.
      return { failure: failure.kind === 'modelGone' ? { kind: 'badReply', provider, detail: failure.detail ?? `HTTP ${response.status}` } : failure };
    }
    const parsed = whole ? parseJson(text) : undefined;
    return parsed === undefined ? { failure: { kind: 'badReply', provider, detail: 'The address answered with something else than JSON.' } } : { value: parsed.value };
  } catch (error) {
    return { failure: silence.halted === undefined ? readNetworkFailure(provider, error, performance.now() - startedAt) : stopped() };
  } finally {
    silence.close();
  }
}

/** Says in the log why a model list could not be had. */
export function logNoList(log: Log | undefined, provider: string, failure: Failure | undefined): void {
  const detail = failure !== undefined && 'detail' in failure && failure.detail !== undefined ? `, ${failure.detail}` : '';
  log?.warn(`No model list from ${provider}: ${failure === undefined ? 'the answer is not a list' : `${failure.kind}${detail}`}`);
}
