import * as z from 'zod/mini';
import type { ProviderDefinition } from '../../../core/model/provider';
import type { ListedModel } from '../../../core/ports/wire';
import { orUnknown, readOr } from './orUnknown';

/** A figure as number or text; anything else is unknown. */
const figure = orUnknown(z.union([z.number(), z.pipe(z.string(), z.transform(Number))]));
const text = orUnknown(z.string());

const host = z.object({ status: text, context_length: figure, pricing: orUnknown(z.object({ input: figure, output: figure })) });

/** Every vendor's row at once: what one does not send is absent. */
const row = z.object({
  id: z.string().check(z.minLength(1), z.maxLength(300)),
  name: text,
  display_name: text,
  object: text,
  created: figure,
  active: orUnknown(z.boolean()),
  context_length: figure,
  context_window: figure,
  max_context_length: figure,
  max_completion_tokens: figure,
  top_provider: orUnknown(z.object({ max_completion_tokens: figure, context_length: figure })),
  pricing: orUnknown(z.object({ prompt: figure, completion: figure, input_cache_read: figure, input_cache_write: figure, internal_reasoning: figure, request: figure, input: figure, output: figure, cached_input: figure })),
  providers: orUnknown(z.array(readOr(z.nullable(host), null))),
});

type Row = z.infer<typeof row>;
type Prices = Pick<ListedModel, 'inputUsd' | 'outputUsd' | 'cacheReadUsd' | 'cacheWriteUsd' | 'reasoningUsd' | 'perCallUsd'>;

/**
 * The models of a list, in the list's order; rows that cannot be read are left out. Undefined when it is no list.
 * Together's list is the bare array, everybody else's is under `data`.
 */
export function readModels(body: unknown, livePrices: ProviderDefinition['livePrices']): readonly ListedModel[] | undefined {
  const list = z.union([z.array(z.unknown()), z.pipe(z.object({ data: z.array(z.unknown()) }), z.transform(({ data }) => data))]).safeParse(body);
  if (!list.success) return undefined;
  return list.data.flatMap((item) => {
    const parsed = row.safeParse(item);
    if (!parsed.success || parsed.data.active === false) return [];
    return [toModel(parsed.data, livePrices)];
  });
}

function toModel(model: Row, livePrices: ProviderDefinition['livePrices']): ListedModel {
  const hosts = model.providers?.flatMap((one) => (one === null ? [] : [one])) ?? [];
  const cheapest = livePrices === 'huggingface' ? cheapestHost(hosts) : undefined;
  const name = model.name ?? model.display_name ?? undefined;
  const contextTokens = count(cheapest?.context_length ?? model.context_length ?? model.context_window ?? model.max_context_length);
  const maxOutputTokens = count(model.top_provider?.max_completion_tokens ?? model.max_completion_tokens);
  return {
    // Google lists `models/x` and answers to `x` as well.
    id: model.id.replace(/^models\//, ''),
    ...(name === undefined ? {} : { name }),
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...pricesOf(model, livePrices, cheapest),
    ...dateOf(model.created),
  };
}

/** Epoch seconds. Before the first chat models, or beyond any of them, it is something else. */
function dateOf(created: Row['created']): Pick<ListedModel, 'created'> {
  if (typeof created !== 'number' || !(created > 1.6e9) || created > 4e9) return {};
  return { created: new Date(created * 1000).toISOString().slice(0, 10) };
}

function pricesOf(model: Row, livePrices: ProviderDefinition['livePrices'], cheapest: z.infer<typeof host> | undefined): Prices {
  const { pricing } = model;
  switch (livePrices) {
    case 'openrouter': {
      // USD per token, as text. Zero is only a price for ids that say so: `openrouter/auto` says 0 and means "depends".
      const free = model.id.endsWith(':free');
      const cacheReadUsd = price(pricing?.input_cache_read, 1e6, false);
      const cacheWriteUsd = price(pricing?.input_cache_write, 1e6, false);
      const reasoningUsd = price(pricing?.internal_reasoning, 1e6, false);
      const perCallUsd = price(pricing?.request, 1, false);
      return both(price(pricing?.prompt, 1e6, free), price(pricing?.completion, 1e6, free), {
        ...(cacheReadUsd === undefined ? {} : { cacheReadUsd }),
        ...(cacheWriteUsd === undefined ? {} : { cacheWriteUsd }),
        ...(reasoningUsd === undefined ? {} : { reasoningUsd }),
        ...(perCallUsd === undefined ? {} : { perCallUsd }),
      });
    }
    case 'together': {
      const cached = price(pricing?.cached_input, 1, false);
      return both(price(pricing?.input, 1, false), price(pricing?.output, 1, false), cached === undefined ? {} : { cacheReadUsd: cached });
    }
    case 'huggingface':
      return both(price(cheapest?.pricing?.input, 1, false), price(cheapest?.pricing?.output, 1, false), {});
    case 'groq':
    case 'none':
      return {};
  }
}

/** Half a price is none: a cost would look lower than it is. */
function both(inputUsd: number | undefined, outputUsd: number | undefined, others: Omit<Prices, 'inputUsd' | 'outputUsd'>): Prices {
  return inputUsd === undefined || outputUsd === undefined ? {} : { inputUsd, outputUsd, ...others };
}

/** USD per 1M tokens. Negative is "depends" with OpenRouter; zero is unknown unless it may be free. */
function price(value: number | null | undefined, perMillion: number, mayBeFree: boolean): number | undefined {
  if (value === null || value === undefined || !Number.isFinite(value) || value < 0 || (value === 0 && !mayBeFree)) return undefined;
  // A price per token times a million is not exact in binary; nano-dollars are fine enough for every published one.
  const usd = Number((value * perMillion).toFixed(9));
  return usd > 100_000 ? undefined : usd;
}

/** The router sends a request to any live host; the cheapest by three parts of input to one of output is taken. */
function cheapestHost(hosts: readonly z.infer<typeof host>[]): z.infer<typeof host> | undefined {
  let best: z.infer<typeof host> | undefined;
  let bestUsd = Infinity;
  for (const one of hosts) {
    if (one.status !== undefined && one.status !== null && one.status !== 'live') continue;
    const input = price(one.pricing?.input, 1, false);
    const output = price(one.pricing?.output, 1, false);
    if (input === undefined || output === undefined) continue;
    const usd = (3 * input + output) / 4;
    if (usd < bestUsd) {
      best = one;
      bestUsd = usd;
    }
  }
  return best;
}

function count(value: number | null | undefined): number | undefined {
  return value !== null && value !== undefined && Number.isInteger(value) && value > 0 && value <= 1e9 ? value : undefined;
}
