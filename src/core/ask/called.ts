import type { StopReason } from '../model/ask';
import { type Failure, unexpected } from '../model/failure';
import { effortToSend } from '../model/modelCard';
import { type Endpoint, traitsOf, wireFor } from '../model/provider';
import type { Price } from '../model/price';
import type { Usage } from '../model/usage';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type { Wire, WireLimits, WireRequest } from '../ports/wire';
import type { HostPool } from '../providers/hostPool';
import type { ChosenKey, KeyPool } from '../providers/keyPool';
import { type Attempt, type AttemptResult, notSent } from './attempt';

export interface CalledDependencies {
  /** The endpoint of a provider, started if it is a server of ours; undefined when the provider is gone. */
  readonly endpoint: (provider: string) => Promise<Endpoint | undefined>;
  readonly wire: (name: Endpoint['provider']['wire']) => Wire;
  readonly keyPool: Pick<KeyPool, 'choose' | 'succeeded' | 'failed'>;
  readonly hosts: HostPool;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: () => WireLimits;
}

/** The innermost attempt: reads the key, calls the wire, passes on what comes. */
export function called(dependencies: CalledDependencies): Attempt {
  const { clock, keyPool, log } = dependencies;
  return async function* call({ request, candidate, maxOutputTokens }, signal) {
    const { offer } = candidate.arm;
    if (signal.aborted) return notSent({ kind: 'cancelled' });
    let endpoint: Endpoint | undefined;
    let chosen: ChosenKey | undefined;
    try {
      endpoint = await dependencies.endpoint(offer.provider);
      if (!endpoint) return notSent({ kind: 'noProvider' });
      chosen = endpoint.provider.auth === 'none' ? undefined : await keyPool.choose(endpoint.provider, offer.model, request.threadId);
    } catch (error) {
      // A secret storage that cannot be read, a demo that cannot start: nothing was sent, so nothing is owed.
      log.error(`${offer.provider} could not be asked`, error);
      return notSent(unexpected(error));
    }
    if (!chosen && endpoint.provider.auth !== 'none') return notSent({ kind: 'keyMissing', provider: offer.provider });

    dependencies.hosts.asked(offer.provider);
    const startedAt = clock.elapsed();
    let firstTokenMs: number | undefined;
    let received = '';
    let shown = false;
    const result = (stop: StopReason, failure: Failure | undefined, usage: Usage | undefined): AttemptResult => {
      if (chosen && !failure) keyPool.succeeded(chosen.name, offer.model);
      const pool = chosen && failure && keyPool.failed(chosen.name, offer.model, failure);
      return { stop, failure, pool, usage, timing: { firstTokenMs, totalMs: clock.elapsed() - startedAt }, shown, sent: true, received, receipt: undefined };
    };

    try {
      const stream = dependencies
        .wire(wireFor(endpoint.provider, offer.model))
        .complete({ endpoint, key: chosen?.key, model: offer.model, effort: effortToSend(candidate.arm), messages: request.messages, tools: request.tools ?? [], maxOutputTokens, limits: patienceWith(endpoint, offer.model, dependencies.limits()), contextTokens: candidate.arm.card.contextTokens, ...ceilingOf(offer.price) }, signal);
      for await (const event of stream) {
        switch (event.type) {
          case 'text':
          case 'reasoning':
            firstTokenMs ??= clock.elapsed() - startedAt;
            received += event.text;
            shown ||= event.type === 'text';
            yield { type: event.type === 'text' ? 'text-delta' : 'reasoning-delta', text: event.text };
            break;
          case 'end':
            // Wires hold back what was cut off; should one not, half a call must not run.
            for (const toolCall of isCut(event.stop) ? [] : event.toolCalls) {
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

function isCut(stop: StopReason): boolean {
  return stop === 'length' || stop === 'contentFilter';
}

/** A model that thinks for minutes is waited for, whatever the person's patience with the others. */
function patienceWith({ provider }: Endpoint, model: string, limits: WireLimits): WireLimits {
  return { ...limits, firstTokenMs: Math.max(limits.firstTokenMs, traitsOf(provider, model)?.firstTokenMs ?? 0) };
}

/** What the reservation counts on. A step, an hour or a tier is no other host: brokers compare the plain price. */
function ceilingOf(price: Price | undefined): Pick<WireRequest, 'ceiling'> {
  if (price === undefined || (price.input === 0 && price.output === 0)) return {};
  return { ceiling: { inputUsd: price.input / 1e9, outputUsd: price.output / 1e9, perCallUsd: (price.perCall ?? 0) / 1e9 } };
}
