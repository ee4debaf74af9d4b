import type { Arm } from '../../../core/model/modelCard';
import type { NanoPerMillion } from '../../../core/model/money';
import type { ModelName } from '../../models';

/**
 * The models of a client, for clients of OpenAI and of Anthropic at once: both ask for the same address, and each reads
 * what it knows. `createdAt` is epoch milliseconds; when a model was made is not known, and clients want a date.
 */
export function modelsReply(names: readonly ModelName[], createdAt: number): object {
  const data = names.map((name) => modelReply(name, createdAt));
  return { object: 'list', data, has_more: false, first_id: names[0]?.id ?? null, last_id: names.at(-1)?.id ?? null };
}

export function modelReply({ id, arm }: ModelName, createdAt: number): object {
  const shared = { id, object: 'model', created: Math.floor(createdAt / 1000), type: 'model', created_at: new Date(createdAt).toISOString() };
  if (arm === undefined) return { ...shared, owned_by: 'farthing', display_name: id };
  return { ...shared, owned_by: arm.offer.provider, display_name: arm.card.name, farthing: detailsOf(arm) };
}

/** USD per 1M tokens; null where it is not known. */
function detailsOf({ card, effort, offer: { provider, model, price, free } }: Arm): object {
  return {
    provider,
    model,
    effort: effort.effort,
    context_tokens: card.contextTokens,
    max_output_tokens: card.maxOutputTokens,
    capabilities: card.capabilities,
    input_usd: free ? 0 : usd(price?.input),
    output_usd: free ? 0 : usd(price?.output),
  };
}

function usd(price: NanoPerMillion | undefined): number | null {
  return price === undefined ? null : price / 1e9;
}
