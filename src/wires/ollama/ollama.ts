import type { Failure } from '../../core/model/failure';
import type { Endpoint } from '../../core/model/provider';
import type { Log } from '../../core/ports/log';
import type { KeyCheck, ListedModel, Wire, WireEvent, WireRequest } from '../../core/ports/wire';
import { parseJson } from '../http/jsonValue';
import { withBilling } from '../http/readNetworkFailure';
import { readerOf, textOf } from '../http/replyBody';
import { retryAdvice } from '../http/retryAfter';
import { Silence } from '../http/silence';
import { AnswerReader } from './answerReader';
import { promptTokens } from './contextSize';
import { type Fetch, request as send, unsendable } from './exchange';
import { pull } from './pull';
import { readFailure, readUnreached } from './readFailure';
import { type InstalledModel, readModel, readTags } from './readModels';
import { toRequest } from './toRequest';

export interface OllamaOptions {
  /** Instead of the global `fetch`. */
  readonly fetch?: Fetch;
  /** Told why a model list could not be had. */
  readonly log?: Log;
}

/** Longest error body that is read, in bytes. */
const maxErrorBytes = 64 * 1024;
/** Longest list or description that is read, in bytes. A description holds licences and a vocabulary of some MB. */
const maxLookupBytes = 32 * 1024 * 1024;
/** For one lookup on this machine, in milliseconds. */
const lookupMs = 5000;
/** For the descriptions of all models together, in milliseconds. What has none by then is listed by its name. */
const describeMs = 8000;
/** Descriptions asked for at the same time. Each reads the head of a large file. */
const describedAtOnce = 4;

const chatPath = '/api/chat';
const tagsPath = '/api/tags';
const showPath = '/api/show';

/** Ollama's own protocol. Its OpenAI-compatible route cannot be told the size of the context and forgets what is longer. */
export function ollamaWire(options: OllamaOptions = {}): Wire {
  // Looked up at each request, because the editor puts its own in place after start.
  const fetch: Fetch = (input, init) => (options.fetch ?? globalThis.fetch)(input, init);
  return {
    complete: (request, signal) => complete(fetch, request, signal),
    checkKey: (endpoint, _key, signal) => checkReach(fetch, endpoint, signal),
    listModels: (endpoint, _key, signal) => listModels(fetch, endpoint, signal, options.log),
    pull: (endpoint, model, onProgress, signal) => pull(fetch, endpoint, model, onProgress, signal),
  };
}

async function* complete(fetch: Fetch, request: WireRequest, signal: AbortSignal): AsyncGenerator<WireEvent, void> {
  const { endpoint, model } = request;
  const provider = endpoint.provider.id;
  const problem = signal.aborted ? ({ kind: 'cancelled' } as const) : unsendable(endpoint);
  if (problem !== undefined) {
    yield { type: 'failed', failure: problem, usage: undefined };
    return;
  }

  const startedAt = performance.now();
  const silence = new Silence(request.limits, signal);
  const context = { provider, model };
  const answer = new AnswerReader({ context, estimatedInput: promptTokens(request), makeId });
  const stopped = (): Failure => (silence.halted === 'cancelled' ? { kind: 'cancelled' } : { kind: 'timedOut', provider, waitedMs: silence.limitMs, phase: silence.halted ?? 'stall' });
  try {
    const response = await silence.wait(send(fetch, endpoint, chatPath, silence.signal, toRequest(request)));
    const body = readerOf(response, silence.signal);
    if (!response.ok) {
      const { text } = await silence.wait(textOf(body, maxErrorBytes));
      if (silence.halted === undefined) answer.fail(readFailure(context, statusOf(response), text, retryAdvice(response.headers, Date.now())));
    }
    while (answer.final === undefined && silence.halted === undefined) {
      const piece = body === undefined ? { done: true as const, value: undefined } : await silence.wait(body.read());
      if (silence.halted !== undefined) break;
      const { progress } = answer;
      yield* piece.done ? answer.end() : answer.push(piece.value);
      if (answer.progress > progress) silence.heard(false);
    }
    if (answer.final === undefined) yield* answer.fail(stopped());
  } catch (error) {
    yield* silence.halted === undefined ? answer.lost(withBilling(readUnreached(provider, error, performance.now() - startedAt), error)) : answer.fail(stopped());
  } finally {
    // Also when the caller stops listening: the connection closes, and the model stops working.
    silence.close();
  }
  yield answer.final ?? { type: 'failed', failure: { kind: 'unexpected', detail: 'The answer has no end.' }, usage: undefined };
}

/** There is no key: what is checked is whether Ollama answers, and whether there is a model to ask. */
async function checkReach(fetch: Fetch, endpoint: Endpoint, signal: AbortSignal): Promise<KeyCheck> {
  const found = await look(fetch, endpoint, tagsPath, signal);
  if ('failure' in found) return { ok: false, failure: found.failure };
  const installed = readTags(found.value);
  if (installed === undefined) return { ok: false, failure: { kind: 'badReply', provider: endpoint.provider.id, detail: 'Something else than Ollama answers at the address.' } };
  if (installed.length === 0) return { ok: true, note: 'running, but without a model; pull one' };
  return { ok: true, note: `${installed.length} ${installed.length === 1 ? 'model' : 'models'} on this machine` };
}

async function listModels(fetch: Fetch, endpoint: Endpoint, signal: AbortSignal, log: Log | undefined): Promise<readonly ListedModel[] | undefined> {
  const found = await look(fetch, endpoint, tagsPath, signal);
  const installed = 'failure' in found ? undefined : readTags(found.value);
  if (installed === undefined) {
    const why = 'failure' in found ? `${found.failure.kind}${'detail' in found.failure && found.failure.detail !== undefined ? `, ${found.failure.detail}` : ''}` : 'the answer is not a list';
    log?.warn(`No model list from ${endpoint.provider.id}: ${why}`);
    return undefined;
  }
  const models = await described(fetch, endpoint, installed, signal);
  // A list read while somebody called it off may lack what matters; it would be kept for a day.
  return signal.aborted ? undefined : models.filter((model) => model !== undefined);
}

/** What `/api/show` says of each model, in the order of the list. */
async function described(fetch: Fetch, endpoint: Endpoint, installed: readonly InstalledModel[], signal: AbortSignal): Promise<readonly (ListedModel | undefined)[]> {
  const enough = AbortSignal.any([signal, AbortSignal.timeout(describeMs)]);
  const models: (ListedModel | undefined)[] = [];
  const waiting = [...installed.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, model] = next;
      const shown = await look(fetch, endpoint, showPath, enough, { model: model.id });
      models[index] = readModel(model, 'failure' in shown ? undefined : shown.value);
    }
  };
  await Promise.all(Array.from({ length: describedAtOnce }, work));
  return models;
}

type Found = { readonly value: unknown } | { readonly failure: Failure };

/** One lookup, parsed. A POST when there is a body. */
async function look(fetch: Fetch, endpoint: Endpoint, path: string, signal: AbortSignal, body?: object): Promise<Found> {
  const provider = endpoint.provider.id;
  const problem = signal.aborted ? ({ kind: 'cancelled' } as const) : unsendable(endpoint);
  if (problem !== undefined) return { failure: problem };
  const startedAt = performance.now();
  const silence = new Silence({ firstTokenMs: lookupMs, idleMs: lookupMs }, signal);
  const stopped = (): Failure => (silence.halted === 'cancelled' ? { kind: 'cancelled' } : { kind: 'timedOut', provider, waitedMs: lookupMs, phase: 'firstToken' });
  try {
    const response = await silence.wait(send(fetch, endpoint, path, silence.signal, body));
    const { text, whole } = await silence.wait(textOf(readerOf(response, silence.signal), response.ok ? maxLookupBytes : maxErrorBytes));
    if (silence.halted !== undefined) return { failure: stopped() };
    if (!response.ok) return { failure: readFailure({ provider, model: '' }, statusOf(response), text) };
    const parsed = whole ? parseJson(text) : undefined;
    return parsed === undefined ? { failure: { kind: 'badReply', provider, detail: 'The address answered with something else than JSON.' } } : { value: parsed.value };
  } catch (error) {
    return { failure: silence.halted === undefined ? readUnreached(provider, error, performance.now() - startedAt) : stopped() };
  } finally {
    silence.close();
  }
}

/** A redirect that is not followed has status 0 in browsers. */
function statusOf(response: Response): number {
  return response.status === 0 ? 302 : response.status;
}

function makeId(): string {
  return `call_${crypto.randomUUID().replaceAll('-', '').slice(0, 8)}`;
}
