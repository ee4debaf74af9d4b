import { utf8Bytes } from '../budget/tokenBound';
import type { AskRequest, Receipt } from '../model/ask';
import type { Embed, Embedded, EmbedRequest } from '../model/embedding';
import { type Failure, unexpected } from '../model/failure';
import { type Arm, type Offer, idOfArm } from '../model/modelCard';
import { type ProviderDefinition, wireFor } from '../model/provider';
import type { Candidate } from '../model/route';
import type { AppSettings } from '../model/settings';
import type { Ids } from '../ports/ids';
import type { WireEmbedded } from '../ports/wire';
import { matcher } from '../routing/candidates';
import { sampledTokens } from '../routing/inputTokens';
import { type Attempt, type AttemptResult, notSent } from './attempt';
import { booked, type BookedDependencies } from './booked';
import { type CalledDependencies, patienceWith, reach } from './called';
import type { Connection } from './connection';
import { limited, type LimitedDependencies } from './limited';
import { type Observer, observed } from './observed';

export interface EmbedDependencies extends BookedDependencies, CalledDependencies, LimitedDependencies {
  readonly observer: Observer;
  readonly connection: Connection;
  readonly ids: Ids;
  readonly settings: () => AppSettings;
  /** Those that can be asked now. Rejects when the storage of keys does not open. */
  readonly askable: () => Promise<readonly ProviderDefinition[]>;
  /** What a model costs there, also one that is not for chat. */
  readonly saleOf: (provider: ProviderDefinition, model: string) => Promise<Offer>;
}

/** What templates and counts of the parts may add to a text, in tokens. */
const tokensPerText = 8;

/**
 * Embeddings on the same path as answers: held before, called once, settled after. A failure is not tried again and nobody
 * else is asked, because vectors of two models cannot be compared.
 */
export function createEmbed(dependencies: EmbedDependencies): Embed {
  const { ids, log, connection } = dependencies;
  return async function embed(request, signal) {
    try {
      const place = await placeFor(dependencies, request);
      return 'kind' in place ? failed(place) : await embedded(place, request, signal);
    } catch (error) {
      log.error('embedding failed unexpectedly', error);
      return failed(unexpected(error));
    } finally {
      connection.settle();
    }
  };

  async function embedded({ offer }: Place, request: EmbedRequest, signal: AbortSignal): Promise<Embedded> {
    let vectors: (WireEmbedded & { readonly ok: true }) | undefined;
    const call = calledToEmbed(dependencies, request, (found) => (vectors = found));
    // As in createAsk, where the order has its reasons.
    const attempt = limited(dependencies)(booked(dependencies)(observed(dependencies)(call)));
    const id = ids.next();
    const candidate = candidateOf(offer);
    const worstInputTokens = request.input.reduce((sum, text) => sum + utf8Bytes(text) + tokensPerText, 0);
    const inputTokens = Math.min(worstInputTokens, request.input.reduce((sum, text) => sum + sampledTokens(dependencies.countTokens, text), 0));
    const asked: AskRequest = { messages: [], purpose: 'embedding', ...(request.client ? { client: request.client } : {}) };
    const running = attempt({ callId: id, request: asked, question: id, decided: () => undefined, candidate, maxOutputTokens: 0, worstInputTokens, expected: () => ({ inputTokens, outputTokens: 0 }), elsewhere: () => 'nobody' }, signal);
    for (;;) {
      const step = await running.next();
      if (!step.done) continue;
      const { failure, receipt } = step.value;
      if (failure || !receipt || !vectors) return failed(signal.aborted ? { kind: 'cancelled' } : (failure ?? unexpected('vectors without a receipt')), receipt);
      return { ok: true, vectors: vectors.vectors, receipt };
    }
  }
}

interface Place {
  readonly offer: Offer;
}

/** Who makes the vectors, or why nobody does. */
async function placeFor({ askable, saleOf, settings, wire }: EmbedDependencies, { place }: EmbedRequest): Promise<Place | Failure> {
  const slash = place.indexOf('/');
  const id = place.slice(0, Math.max(0, slash));
  const model = place.slice(slash + 1);
  const provider = (await askable()).find((one) => one.id === id);
  if (!provider || model === '') return { kind: 'noCandidate', reason: `${place} cannot be asked now: no provider that is set up offers it.` };
  const { 'models.allowed': allowed, 'models.excluded': excluded } = settings();
  const arm = idOfArm(candidateOf({ provider: id, model, price: undefined, free: false }).arm);
  if (matcher(excluded)?.(arm)) return { kind: 'noCandidate', reason: `${place} is on the list of excluded models.` };
  if (matcher(allowed)?.(arm) === false) return { kind: 'noCandidate', reason: `${place} is not on the list of allowed models.` };
  if (!wire(wireFor(provider, model)).embed) return { kind: 'badRequest', provider: id, detail: `${provider.name} makes no embeddings in the protocol that it is asked in. Name a model of another provider.` };
  return { offer: await saleOf(provider, model) };
}

/** The innermost attempt: reads the key, calls the wire once. */
function calledToEmbed(dependencies: EmbedDependencies, { input, dimensions }: EmbedRequest, onVectors: (found: WireEmbedded & { readonly ok: true }) => void): Attempt {
  const { clock, keyPool, log, wire, limits } = dependencies;
  return async function* call({ request, candidate }, signal) {
    const { offer } = candidate.arm;
    if (signal.aborted) return notSent({ kind: 'cancelled' });
    const reached = await reach(dependencies, offer, request);
    if ('failure' in reached) return reached;
    const { endpoint, chosen } = reached;
    const speaker = wire(wireFor(endpoint.provider, offer.model));
    if (!speaker.embed) return notSent({ kind: 'noProvider' });
    const startedAt = clock.elapsed();
    const ended = (failure: Failure | undefined, usage: AttemptResult['usage']): AttemptResult => {
      if (chosen && !failure) keyPool.succeeded(chosen.name, offer.model);
      const totalMs = clock.elapsed() - startedAt;
      return { stop: failure ? 'unknown' : 'stop', failure, pool: chosen && failure && keyPool.failed(chosen.name, offer.model, failure), usage, timing: { firstTokenMs: failure ? undefined : totalMs, totalMs }, shown: false, sent: true, received: '', receipt: undefined };
    };
    try {
      const reply = await speaker.embed({ endpoint, key: chosen?.key, model: offer.model, input, limits: patienceWith(endpoint, offer.model, limits()), ...(dimensions === undefined ? {} : { dimensions }) }, signal);
      if (!reply.ok) return ended(reply.failure, reply.usage);
      onVectors(reply);
      return ended(undefined, reply.usage);
    } catch (error) {
      log.error(`the wire of ${offer.provider} failed unexpectedly`, error);
      return ended(unexpected(error), undefined);
    }
  };
}

/** For the wrappers, which know arms: a model of which nothing matters but where it is sold and for how much. */
function candidateOf(offer: Offer): Candidate {
  const effort = { effort: 'none', isDefault: true, abilities: {}, verbosity: 1 } as const;
  const arm: Arm = { card: { id: offer.model, name: offer.model, contextTokens: 0, maxOutputTokens: 0, capabilities: [], efforts: [effort], offers: [offer] }, effort, offer };
  return { id: idOfArm(arm), arm, capable: undefined, estimate: undefined, expected: undefined };
}

function failed(failure: Failure, receipt?: Receipt): Embedded {
  return { ok: false, failure, receipt };
}
