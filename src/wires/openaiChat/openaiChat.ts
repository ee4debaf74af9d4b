import type { Failure } from '../../core/model/failure';
import type { Log } from '../../core/ports/log';
import type { KeyCheck, ListedModel, Wire, WireEvent, WireRequest } from '../../core/ports/wire';
import { AnswerReader } from './answerReader';
import { parseJson } from './jsonValue';
import { type FailureContext, readFailure } from './readFailure';
import { readKeyCheck } from './readKeyCheck';
import { readModels } from './readModels';
import { readNetworkFailure } from './readNetworkFailure';
import { type Fetch, type Sender, pathBelow, send, unsendable } from './send';
import { Silence } from './silence';
import { toRequest } from './toRequest';

export interface OpenaiChatOptions {
  /** Instead of the global `fetch`, which the editor has fitted with the user's proxy. */
  readonly fetch?: Fetch;
  /** Told why a model list could not be had. */
  readonly log?: Log;
}

/** Longest error body that is read, in bytes. */
const maxErrorBytes = 64 * 1024;
/** Longest model list that is read, in bytes. 5,000 models are 6 MB. */
const maxListBytes = 32 * 1024 * 1024;
/** For a key check or a model list, in milliseconds. */
const lookupMs = 15_000;

/** The OpenAI chat completions protocol, as spoken by OpenAI and by everybody compatible with it. */
export function openaiChatWire(options: OpenaiChatOptions = {}): Wire {
  // Looked up at each request, because the editor puts its own in place after start.
  const fetch: Fetch = (input, init) => (options.fetch ?? globalThis.fetch)(input, init);
  return {
    complete: (request, signal) => complete(fetch, request, signal),
    checkKey: (endpoint, key, signal) => checkKey({ fetch, endpoint, key, accept: 'application/json' }, signal),
    listModels: (endpoint, key, signal) => listModels({ fetch, endpoint, key, accept: 'application/json' }, signal, options.log),
  };
}

async function* complete(fetch: Fetch, request: WireRequest, signal: AbortSignal): AsyncGenerator<WireEvent, void> {
  const { endpoint, key } = request;
  const provider = endpoint.provider.id;
  const context = (): FailureContext => ({ provider, model: request.model, key, nowMs: Date.now() });
  const problem = signal.aborted ? ({ kind: 'cancelled' } as const) : unsendable(endpoint, key);
  if (problem !== undefined) {
    yield { type: 'failed', failure: problem, usage: undefined };
    return;
  }

  const startedAt = performance.now();
  const silence = new Silence(request.limits, signal);
  const answer = new AnswerReader({ provider: endpoint.provider, context, makeId });
  let body: ReadableStreamDefaultReader<Uint8Array> | undefined;
  try {
    const sender: Sender = { fetch, endpoint, key, accept: 'text/event-stream, application/json' };
    const response = await silence.wait(send(sender, (client) => client.chat.completions.create(toRequest(request), { signal: silence.signal })));
    body = readerOf(response, silence.signal);
    if (!response.ok) {
      const text = await silence.wait(textOf(body, maxErrorBytes));
      if (silence.halted !== 'cancelled') {
        yield { type: 'failed', failure: failureOf(response, text.text, context()), usage: undefined };
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
    else yield* answer.lost(readNetworkFailure(provider, error, performance.now() - startedAt));
  } finally {
    // Also when the caller stops listening: the connection closes, and the provider stops working.
    if (answer.final?.type === 'end' && body !== undefined) void drain(body, silence);
    else silence.close();
  }
  yield answer.final ?? { type: 'failed', failure: { kind: 'unexpected', detail: 'The answer has no end.' }, usage: answer.usage };
}

function halted(answer: AnswerReader, silence: Silence, provider: string): ReturnType<AnswerReader['end']> {
  if (silence.halted === 'cancelled') return answer.cancelled();
  return answer.silent({ kind: 'timedOut', provider, waitedMs: silence.limitMs, phase: silence.halted ?? 'stall' });
}

/** How long the end of the body is waited for after `[DONE]`, so that the connection can be used again. */
const drainMs = 250;

/** Nobody waits for this: the answer is whole and on its way. */
async function drain(body: ReadableStreamDefaultReader<Uint8Array>, silence: Silence): Promise<void> {
  silence.release();
  const timer = setTimeout(() => silence.close(), drainMs);
  try {
    for (let reads = 0; reads < 8; reads += 1) if ((await body.read()).done) break;
  } catch {
    // A connection that breaks now has done its work.
  } finally {
    clearTimeout(timer);
    silence.close();
  }
}

/** Reads that end at once when the request is stopped, whatever the transport does about its signal. */
function readerOf(response: Response, signal: AbortSignal): ReadableStreamDefaultReader<Uint8Array> | undefined {
  const reader = response.body?.getReader();
  if (reader === undefined) return undefined;
  const cancel = () => void reader.cancel().catch(() => undefined);
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  return reader;
}

/** The beginning of a body as text. A body that breaks off is what came of it. */
async function textOf(body: ReadableStreamDefaultReader<Uint8Array> | undefined, maxBytes: number): Promise<{ readonly text: string; readonly whole: boolean }> {
  if (body === undefined) return { text: '', whole: true };
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await body.read();
      if (done) break;
      bytes += value.length;
      text += decoder.decode(value, { stream: true });
      if (bytes > maxBytes) {
        void body.cancel().catch(() => undefined);
        return { text, whole: false };
      }
    }
  } catch {
    return { text, whole: false };
  }
  return { text: text + decoder.decode(), whole: true };
}

function failureOf(response: Response, body: string, context: FailureContext): Failure {
  if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
    // Only the origin: the rest of an address may hold what is private.
    const target = URL.parse(response.headers.get('location') ?? '')?.origin;
    return readFailure(context, { status: response.status === 0 ? 302 : response.status, headers: response.headers, body: target ?? '' });
  }
  return readFailure(context, { status: response.status, headers: response.headers, body });
}

async function checkKey(sender: Sender, signal: AbortSignal): Promise<KeyCheck> {
  const found = await look(sender, sender.endpoint.provider.keyCheckPath, true, signal);
  if ('failure' in found) return found.failure.kind === 'noCredit' ? { ok: true, note: 'The key works, but the account has no credit left.' } : { ok: false, failure: found.failure };
  return readKeyCheck(found.value, found.context);
}

async function listModels(sender: Sender, signal: AbortSignal, log: Log | undefined): Promise<readonly ListedModel[] | undefined> {
  const { provider } = sender.endpoint;
  if (provider.modelsPath === undefined) return undefined;
  const found = await look(sender, provider.modelsPath, false, signal);
  const models = 'failure' in found ? undefined : readModels(found.value, provider.livePrices);
  if (models !== undefined) return models;
  const why = 'failure' in found ? `${found.failure.kind}${'detail' in found.failure && found.failure.detail !== undefined ? `, ${found.failure.detail}` : ''}` : 'the answer is not a list';
  log?.warn(`No model list from ${provider.id}: ${why}`);
  return undefined;
}

type Found = { readonly value: unknown; readonly context: FailureContext } | { readonly failure: Failure };

/** One GET, parsed. */
async function look(sender: Sender, path: string, needsKey: boolean, signal: AbortSignal): Promise<Found> {
  const { endpoint, key } = sender;
  const provider = endpoint.provider.id;
  const problem = signal.aborted ? ({ kind: 'cancelled' } as const) : unsendable(endpoint, key);
  // Some lists are open to everybody: without a key, the server says whether it wants one.
  if (problem !== undefined && (needsKey || problem.kind !== 'keyMissing')) return { failure: problem };
  const context: FailureContext = { provider, model: '', key, nowMs: Date.now() };
  const startedAt = performance.now();
  const silence = new Silence({ firstTokenMs: lookupMs, idleMs: lookupMs }, signal);
  const stopped = (): Failure => (silence.halted === 'cancelled' ? { kind: 'cancelled' } : { kind: 'timedOut', provider, waitedMs: lookupMs, phase: 'firstToken' });
  try {
    const response = await silence.wait(send(sender, (client) => client.get(pathBelow(endpoint, path), { signal: silence.signal })));
    const { text, whole } = await silence.wait(textOf(readerOf(response, silence.signal), response.ok ? maxListBytes : maxErrorBytes));
    if (silence.halted !== undefined) return { failure: stopped() };
    if (!response.ok) {
      const failure = failureOf(response, text, context);
      // No model was asked for: what is not there is the address.
      return { failure: failure.kind === 'modelGone' ? { kind: 'badReply', provider, detail: failure.detail ?? `HTTP ${response.status}` } : failure };
    }
    const parsed = whole ? parseJson(text) : undefined;
    return parsed === undefined ? { failure: { kind: 'badReply', provider, detail: 'The address answered with something else than JSON.' } } : { value: parsed.value, context };
  } catch (error) {
    return { failure: silence.halted === undefined ? readNetworkFailure(provider, error, performance.now() - startedAt) : stopped() };
  } finally {
    silence.close();
  }
}

/** Nine letters and digits, the only form of id that Mistral takes back. */
function makeId(): string {
  return crypto.randomUUID().replaceAll('-', '').slice(0, 9);
}
