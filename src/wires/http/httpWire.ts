import type { Failure } from '../../core/model/failure';
import type { Endpoint } from '../../core/model/provider';
import type { Log } from '../../core/ports/log';
import type { KeyCheck, ListedModel, Wire, WireRequest } from '../../core/ports/wire';
import type { AnswerFold } from './answerFold';
import type { FailedReply, FailureContext } from './failedReply';
import { type Found, logNoList, lookUp } from './lookUp';
import type { Fetch, Sender } from './sender';
import { streamAnswer } from './streamAnswer';

export interface HttpWireOptions {
  /** Instead of the global `fetch`, which the editor has fitted with the user's proxy. */
  readonly fetch?: Fetch;
  /** Told why a model list could not be had. */
  readonly log?: Log;
}

/** What a protocol over HTTP with a key adds to a wire. */
export interface Protocol {
  /** Makes the one request for an answer. */
  ask(sender: Sender, request: WireRequest, signal: AbortSignal): Promise<Response>;
  answer(request: WireRequest, context: () => FailureContext): AnswerFold;
  /** Makes one GET, to a path below the base URL or a whole URL. */
  get(sender: Sender, path: string, signal: AbortSignal): Promise<Response>;
  readFailure(context: FailureContext, reply: FailedReply): Failure;
  readModels(body: unknown, provider: Endpoint['provider']): readonly ListedModel[] | undefined;
  /** Of the body of a successful reply. */
  readKeyCheck(body: unknown, context: FailureContext): KeyCheck;
}

/** A wire of a protocol over HTTP: one request, one answer that always ends, nothing kept. */
export function httpWire(protocol: Protocol, options: HttpWireOptions): Wire {
  // Looked up at each request, because the editor puts its own in place after start.
  const fetch: Fetch = (input, init) => (options.fetch ?? globalThis.fetch)(input, init);

  const look = (endpoint: Endpoint, key: string | undefined, path: string, needsKey: boolean, signal: AbortSignal): Promise<Found> => {
    const sender: Sender = { fetch, endpoint, key, accept: 'application/json' };
    const get = (where: string, stop: AbortSignal) => protocol.get(sender, where, stop);
    return lookUp({ endpoint, key, path, needsKey, get, readFailure: (reply) => protocol.readFailure(contextOf(endpoint, '', key), reply) }, signal);
  };

  return {
    complete: (request, signal) => {
      const { endpoint, key, model } = request;
      let headers: Headers | undefined;
      const context = () => ({ ...contextOf(endpoint, model, key), headers });
      const sender: Sender = { fetch, endpoint, key, accept: 'text/event-stream, application/json' };
      return streamAnswer({ request, answer: protocol.answer(request, context), send: async (stop) => {
          const reply = await protocol.ask(sender, request, stop);
          headers = reply.headers;
          return reply;
        }, readFailure: (reply) => protocol.readFailure(context(), reply) }, signal);
    },
    checkKey: async (endpoint, key, signal) => {
      const found = await look(endpoint, key, endpoint.provider.keyCheckPath, true, signal);
      if ('failure' in found) return found.failure.kind === 'noCredit' ? { ok: true, note: 'The key works, but the account has no credit left.' } : { ok: false, failure: found.failure };
      return protocol.readKeyCheck(found.value, contextOf(endpoint, '', key));
    },
    listModels: async (endpoint, key, signal) => {
      const { id, modelsPath } = endpoint.provider;
      if (modelsPath === undefined) return undefined;
      const found = await look(endpoint, key, modelsPath, false, signal);
      const models = 'failure' in found ? undefined : protocol.readModels(found.value, endpoint.provider);
      if (models === undefined) logNoList(options.log, id, 'failure' in found ? found.failure : undefined);
      return models;
    },
  };
}

function contextOf(endpoint: Endpoint, model: string, key: string | undefined): FailureContext {
  return { provider: endpoint.provider.id, model, key, nowMs: Date.now() };
}
