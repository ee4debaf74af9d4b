import type { Endpoint } from '../../core/model/provider';
import type { Log } from '../../core/ports/log';
import type { KeyCheck, ListedModel, Wire, WireEvent, WireRequest } from '../../core/ports/wire';
import type { FailureContext } from '../http/failedReply';
import { type Found, logNoList, lookUp } from '../http/lookUp';
import type { Fetch, Sender } from '../http/sender';
import { streamAnswer } from '../http/streamAnswer';
import { AnswerReader } from './answerReader';
import { readFailure } from '../http/openai/readFailure';
import { readKeyCheck } from '../http/openai/readKeyCheck';
import { readModels } from '../http/openai/readModels';
import { send } from './send';
import { toRequest } from './toRequest';

export interface OpenaiChatOptions {
  /** Instead of the global `fetch`, which the editor has fitted with the user's proxy. */
  readonly fetch?: Fetch;
  /** Told why a model list could not be had. */
  readonly log?: Log;
}

/** The OpenAI chat completions protocol, as spoken by OpenAI and by everybody compatible with it. */
export function openaiChatWire(options: OpenaiChatOptions = {}): Wire {
  // Looked up at each request, because the editor puts its own in place after start.
  const fetch: Fetch = (input, init) => (options.fetch ?? globalThis.fetch)(input, init);
  return {
    complete: (request, signal) => complete(fetch, request, signal),
    checkKey: (endpoint, key, signal) => checkKey(fetch, endpoint, key, signal),
    listModels: (endpoint, key, signal) => listModels(fetch, endpoint, key, signal, options.log),
  };
}

function complete(fetch: Fetch, request: WireRequest, signal: AbortSignal): AsyncIterable<WireEvent> {
  const { endpoint, key } = request;
  const context = () => contextOf(endpoint, request.model, key);
  const sender: Sender = { fetch, endpoint, key, accept: 'text/event-stream, application/json' };
  return streamAnswer(
    {
      request,
      answer: new AnswerReader({ provider: endpoint.provider, context, makeId }),
      send: (stop) => send(sender, (client) => client.chat.completions.create(toRequest(request), { signal: stop })),
      readFailure: (reply) => readFailure(context(), reply),
    },
    signal,
  );
}

async function checkKey(fetch: Fetch, endpoint: Endpoint, key: string | undefined, signal: AbortSignal): Promise<KeyCheck> {
  const found = await look(fetch, endpoint, key, endpoint.provider.keyCheckPath, true, signal);
  if ('failure' in found) return found.failure.kind === 'noCredit' ? { ok: true, note: 'The key works, but the account has no credit left.' } : { ok: false, failure: found.failure };
  return readKeyCheck(found.value, contextOf(endpoint, '', key));
}

async function listModels(fetch: Fetch, endpoint: Endpoint, key: string | undefined, signal: AbortSignal, log: Log | undefined): Promise<readonly ListedModel[] | undefined> {
  const { id, livePrices, modelsPath } = endpoint.provider;
  if (modelsPath === undefined) return undefined;
  const found = await look(fetch, endpoint, key, modelsPath, false, signal);
  const models = 'failure' in found ? undefined : readModels(found.value, livePrices);
  if (models === undefined) logNoList(log, id, 'failure' in found ? found.failure : undefined);
  return models;
}

function look(fetch: Fetch, endpoint: Endpoint, key: string | undefined, path: string, needsKey: boolean, signal: AbortSignal): Promise<Found> {
  const sender: Sender = { fetch, endpoint, key, accept: 'application/json' };
  const get = (where: string, stop: AbortSignal) => send(sender, (client) => client.get(where, { signal: stop }));
  return lookUp({ endpoint, key, path, needsKey, get, readFailure: (reply) => readFailure(contextOf(endpoint, '', key), reply) }, signal);
}

function contextOf(endpoint: Endpoint, model: string, key: string | undefined): FailureContext {
  return { provider: endpoint.provider.id, model, key, nowMs: Date.now() };
}

/** Nine letters and digits, the only form of id that Mistral takes back. */
function makeId(): string {
  return crypto.randomUUID().replaceAll('-', '').slice(0, 9);
}
