import type { Usage } from '../../core/model/usage';
import { objectOf, type JsonObject } from '../http/jsonValue';
import { servedAs } from '../http/servedAs';
import { tokenCount } from '../http/tokenCount';

/**
 * The figures so far: what a later event says replaces what an earlier one said, field by field. All are running totals;
 * the last event leaves out, or sets to null, what has not changed.
 */
export function mergeUsage(before: JsonObject, raw: unknown): JsonObject {
  const said = Object.entries(objectOf(raw) ?? {}).filter(([, value]) => value !== null && value !== undefined);
  return { ...before, ...Object.fromEntries(said) };
}

/**
 * Tokens of a `usage` object in our convention. Undefined when the figures cannot be true. The vendor's `input_tokens` is
 * only what follows the last cached part: what was read from and written to the cache comes on top of it. Output counts
 * thinking. Where inference ran and how fast has a price as well as the tier.
 */
export function readUsage(raw: unknown): Usage | undefined {
  const usage = objectOf(raw);
  const fresh = tokenCount(usage?.['input_tokens']);
  const output = tokenCount(usage?.['output_tokens'] ?? 0);
  if (usage === undefined || fresh === undefined || output === undefined) return undefined;
  const cached = tokenCount(usage['cache_read_input_tokens']) ?? 0;
  const { written, forAnHour } = writtenTokens(usage);
  if (fresh + cached + written + output === 0) return undefined;
  return {
    inputTokens: fresh + cached + written,
    cachedInputTokens: cached,
    cacheWriteTokens: written,
    ...(forAnHour > 0 ? { cacheWrite1hTokens: forAnHour } : {}),
    outputTokens: output,
    reasoningTokens: Math.min(tokenCount(objectOf(usage['output_tokens_details'])?.['thinking_tokens']) ?? 0, output),
    estimated: false,
    ...servedAs(usage['service_tier'], usage['inference_geo'], usage['speed']),
  };
}

/** The parts by how long they are kept, and their sum. Where both are told and do not agree, the larger counts: what the parts leave out is kept for five minutes. */
function writtenTokens(usage: JsonObject): { readonly written: number; readonly forAnHour: number } {
  const parts = objectOf(usage['cache_creation']);
  const forAnHour = tokenCount(parts?.['ephemeral_1h_input_tokens']) ?? 0;
  const ofParts = (tokenCount(parts?.['ephemeral_5m_input_tokens']) ?? 0) + forAnHour;
  return { written: Math.max(tokenCount(usage['cache_creation_input_tokens']) ?? 0, ofParts), forAnHour };
}
