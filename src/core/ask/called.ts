import type { AskRequest, StopReason } from '../model/ask';
import { type Failure, unexpected } from '../model/failure';
import type { ToolCall } from '../model/message';
import { effortToSend, type Offer } from '../model/modelCard';
import { type Endpoint, traitsOf, wireFor } from '../model/provider';
import type { Price } from '../model/price';
import type { Usage } from '../model/usage';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type { Wire, WireLimits, WireRequest } from '../ports/wire';
import type { HostPool } from '../providers/hostPool';
import type { ChosenKey, KeyPool } from '../providers/keyPool';
import type { AgentTurns } from './agentTurns';
import { type Attempt, type AttemptResult, notSent } from './attempt';

export interface CalledDependencies {
  /** The endpoint of a provider, started if it is a server of ours; undefined when the provider is gone. */
  readonly endpoint: (provider: string) => Promise<Endpoint | undefined>;
  readonly wire: (name: Endpoint['provider']['wire']) => Wire;
  readonly keyPool: Pick<KeyPool, 'choose' | 'succeeded' | 'failed'>;
  readonly hosts: HostPool;
  readonly agentTurns: AgentTurns;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: () => WireLimits;
}

/** Longest answer that is taken in one piece, in tokens: should it be given up, nobody knows how much of it was made, so that all of it is charged. */
const longestWhole = 512;

/** What a token of such an answer takes at a slow place, in milliseconds. */
const slowestTokenMs = 100;

/** The innermost attempt: reads the key, calls the wire, passes on what comes. */
export function called(dependencies: CalledDependencies): Attempt {
  const { clock, keyPool, log } = dependencies;
  return async function* call({ request, candidate, maxOutputTokens }, signal) {
    const { toolChoice, parallelToolCalls, sampling, format } = request;
    const { offer } = candidate.arm;
    if (signal.aborted) return notSent({ kind: 'cancelled' });
    const reached = await reach(dependencies, offer, request);
    if ('failure' in reached) return reached;
    const { endpoint, chosen } = reached;
    const protocol = wireFor(endpoint.provider, offer.model);
    // The other protocols tell every word whoever reads it.
    const whole = request.whole === true && protocol === 'openaiChat' && endpoint.provider.answersWhole === true && maxOutputTokens <= longestWhole;

    dependencies.hosts.asked(offer.provider);
    const startedAt = clock.elapsed();
    let firstTokenMs: number | undefined;
    let received = '';
    let text = '';
    let toolCalls: readonly ToolCall[] = [];
    let shown = false;
    const result = (stop: StopReason, failure: Failure | undefined, usage: Usage | undefined): AttemptResult => {
      if (chosen && !failure) keyPool.succeeded(chosen.name, offer.model);
      const pool = chosen && failure && keyPool.failed(chosen.name, offer.model, failure);
      return { stop, failure, pool, usage, timing: { firstTokenMs, totalMs: clock.elapsed() - startedAt }, shown, sent: true, received, said: { text, toolCalls }, ...(whole && received === '' ? { unseenTokens: maxOutputTokens } : {}), receipt: undefined };
    };

    try {
      const stream = dependencies
        .wire(protocol)
        .complete({ endpoint, key: chosen?.key, model: offer.model, effort: effortToSend(candidate.arm), messages: request.messages, tools: request.tools ?? [], maxOutputTokens, limits: patienceWith(endpoint, offer.model, dependencies.limits(), whole ? maxOutputTokens : 0), contextTokens: candidate.arm.card.contextTokens, ...ceilingOf(offer.price), ...given({ toolChoice, parallelToolCalls, sampling, format }), ...(whole ? { whole } : {}) }, signal);
      for await (const event of stream) {
        switch (event.type) {
          case 'text':
          case 'reasoning':
            // What comes in one piece has no first word.
            if (!whole) firstTokenMs ??= clock.elapsed() - startedAt;
            received += event.text;
            if (event.type === 'text') {
              text += event.text;
              shown = true;
            }
            yield { type: event.type === 'text' ? 'text-delta' : 'reasoning-delta', text: event.text };
            break;
          case 'end':
            for (const part of event.reasoning ?? []) yield { type: 'reasoning-part', part: { ...part, place: `${offer.provider}/${offer.model}` } };
            // Before anybody can come back with their results.
            dependencies.agentTurns.made(request, event.toolCalls, candidate.id, event.usage?.inputTokens);
            // Wires hold back what was cut off; should one not, half a call must not run.
            toolCalls = isCut(event.stop) ? [] : event.toolCalls;
            for (const toolCall of toolCalls) {
              received += toolCall.name + toolCall.arguments;
              shown = true;
              yield { type: 'tool-call', call: toolCall };
            }
            if (event.citations !== undefined) yield { type: 'citations', citations: event.citations };
            return result(event.stop, undefined, event.usage);
          case 'failed':
            return result('unknown', event.failure, event.usage);
        }
      }
    } catch (error) {
      // A wire never throws; should one break its word, what came is kept and counted.
      log.error(`the wire of ${offer.provider} failed unexpectedly`, error);
      return result('unknown', unexpected(error), undefined);
    }
    return result('unknown', { kind: 'truncated', provider: offer.provider }, undefined);
  };
}

/** Where a provider is asked, and with which key; undefined for one that asks for none. */
export interface Reached {
  readonly endpoint: Endpoint;
  readonly chosen: ChosenKey | undefined;
}

/** Finds the place of an offer and a key for it, or says why nothing can be sent. Never rejects. */
export async function reach({ endpoint: endpointOf, keyPool, log }: Pick<CalledDependencies, 'endpoint' | 'keyPool' | 'log'>, offer: Pick<Offer, 'provider' | 'model'>, { threadId, client }: Pick<AskRequest, 'threadId' | 'client'>): Promise<Reached | AttemptResult> {
  try {
    const endpoint = await endpointOf(offer.provider);
    if (!endpoint) return notSent({ kind: 'noProvider' });
    if (endpoint.provider.auth === 'none') return { endpoint, chosen: undefined };
    // A client stays with its key as a conversation does: its prompts are in the cache of that key's account.
    const chosen = await keyPool.choose(endpoint.provider, offer.model, threadId ?? client?.id);
    return chosen ? { endpoint, chosen } : notSent({ kind: 'keyMissing', provider: offer.provider });
  } catch (error) {
    // A secret storage that cannot be read, a demo that cannot start: nothing was sent, so nothing is owed.
    log.error(`${offer.provider} could not be asked`, error);
    return notSent(unexpected(error));
  }
}

function isCut(stop: StopReason): boolean {
  return stop === 'length' || stop === 'contentFilter';
}

/**
 * A model that thinks for minutes is waited for, whatever the person's patience with the others; so is the rest of an answer
 * of `wholeTokens` that comes all at once.
 */
export function patienceWith({ provider }: Endpoint, model: string, limits: WireLimits, wholeTokens = 0): WireLimits {
  return { ...limits, firstTokenMs: Math.max(limits.firstTokenMs, traitsOf(provider, model)?.firstTokenMs ?? 0) + wholeTokens * slowestTokenMs };
}

/** What the reservation counts on. A step, an hour or a tier is no other host: brokers compare the plain price. */
function ceilingOf(price: Price | undefined): Pick<WireRequest, 'ceiling'> {
  if (price === undefined || (price.input === 0 && price.output === 0)) return {};
  return { ceiling: { inputUsd: price.input / 1e9, outputUsd: price.output / 1e9, perCallUsd: (price.perCall ?? 0) / 1e9 } };
}

/** Without what was not asked for. */
function given<T extends object>(wishes: T): { [K in keyof T]?: Exclude<T[K], undefined> };
function given(wishes: object): object {
  return Object.fromEntries(Object.entries(wishes).filter(([, value]) => value !== undefined));
}
