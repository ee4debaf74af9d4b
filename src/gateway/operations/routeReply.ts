import * as z from 'zod/mini';
import type { AskRequest } from '../../core/model/ask';
import type { Failure } from '../../core/model/failure';
import type { Candidate, Route } from '../../core/model/route';
import { amountOf } from './money';
import type { RowRequest } from '../row';
import type { OperationsGround } from './ground';
import { parsed, Refusal } from './refusal';

const routeBody = z.strictObject({
  prompt: z.string().check(z.minLength(1, { error: 'is empty' })),
  language: z.optional(z.string().check(z.maxLength(60))),
  quality: z.optional(z.enum(['economy', 'balanced', 'quality'])),
  tools: z.optional(z.array(z.strictObject({ name: z.string().check(z.minLength(1), z.maxLength(128)), description: z._default(z.string(), ''), parameters: z._default(z.record(z.string(), z.unknown()), {}) })).check(z.maxLength(256))),
});

/** Rejected arms of a reply: every model of the catalogue may be among them. */
const mostRejected = 100;

/** `POST /v1/farthing/route`: whom asking this would ask, in which order and why, without asking. Under the client's own rules. */
export async function routeReply({ door }: OperationsGround, { body, caller }: RowRequest): Promise<object> {
  const { prompt, language, quality, tools } = parsed(routeBody, body, 'body');
  const rules = caller === 'machine' ? undefined : caller;
  const wanted = quality ?? rules?.quality;
  const request: AskRequest = {
    messages: [{ role: 'user', text: prompt }],
    purpose: 'gateway',
    ...(language === undefined ? {} : { language }),
    ...(wanted === undefined ? {} : { quality: wanted }),
    ...(tools === undefined ? {} : { tools }),
    ...(rules?.arm === undefined ? {} : { pin: rules.arm }),
    ...(rules?.models === undefined ? {} : { allow: rules.models }),
    ...(rules === undefined ? {} : { client: { id: rules.id, ...(rules.limit === undefined ? {} : { limit: rules.limit }) } }),
  };
  const route = await door.route(request);
  if ('kind' in route) throw new Refusal(notRouted(route));
  // What a client may not ask it is not told of either: the list of models is kept to the same.
  return toldRoute(route, rules?.models === undefined ? route.rejected : route.rejected.filter(({ why }) => why !== 'notPinned'));
}

function toldRoute({ profile, quality, bar, belowBar, ranked, spare, reasons }: Route, rejected: Route['rejected']): object {
  return {
    quality,
    tier: profile.tier,
    bar,
    belowBar,
    reasons,
    ranked: ranked.map(toldCandidate),
    spare: spare.map(toldCandidate),
    rejected: rejected.slice(0, mostRejected).map(({ candidate, why }) => ({ arm: candidate.id, why })),
    rejectedCount: rejected.length,
  };
}

/** `chance` null: the model is unproven; `estimatedChance` is then what its price and age say. */
function toldCandidate({ id, arm, capable, estimated, estimate, expected }: Candidate): object {
  return {
    arm: id,
    provider: arm.offer.provider,
    model: arm.offer.model,
    name: arm.card.name,
    effort: arm.effort.effort,
    chance: capable?.p ?? null,
    chanceLow: capable?.low ?? null,
    estimatedChance: estimated?.p ?? null,
    likelyCost: amountOf(estimate?.likely),
    highCost: amountOf(estimate?.high),
    worstCost: amountOf(estimate?.worst),
    expectedCost: amountOf(expected),
  };
}

function notRouted(failure: Failure): Refusal['problem'] {
  const said = (status: number, kind: Refusal['problem']['kind'], message: string): Refusal['problem'] => ({ kind, status, message });
  switch (failure.kind) {
    case 'noProvider':
      return said(503, 'unavailable', 'No provider is set up in Farthing.');
    case 'noCandidate':
      return said(422, 'badRequest', `No model can be asked: ${failure.reason}`);
    case 'budgetReached':
      return said(402, 'budget', `The ${failure.scope} budget does not allow it.`);
    case 'contextTooLong':
      return said(413, 'contextTooLong', 'The prompt is longer than any model takes.');
    default:
      return said(503, 'unavailable', `The route could not be worked out (${failure.kind}). The reason is in the log of Farthing.`);
  }
}
