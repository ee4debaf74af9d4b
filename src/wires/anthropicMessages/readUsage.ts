import type { Usage } from '../../core/model/usage';
import { objectOf, type JsonObject } from '../http/jsonValue';

/** More tokens than any model takes or gives. A figure above it is a fault and would be charged. */
const mostTokens = 10_000_000;

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
 * thinking.
 */
export function readUsage(raw: unknown): Usage | undefined {
  const usage = objectOf(raw);
  const fresh = tokens(usage?.['input_tokens']);
  const output = tokens(usage?.['output_tokens'] ?? 0);
  if (usage === undefined || fresh === undefined || output === undefined) return undefined;
  const cached = tokens(usage['cache_read_input_tokens']) ?? 0;
  const written = writtenTokens(usage);
  if (fresh + cached + written + output === 0) return undefined;
  return {
    inputTokens: fresh + cached + written,
    cachedInputTokens: cached,
    cacheWriteTokens: written,
    outputTokens: output,
    reasoningTokens: Math.min(tokens(objectOf(usage['output_tokens_details'])?.['thinking_tokens']) ?? 0, output),
    estimated: false,
  };
}

/**
 * The sum, or where it is missing the parts by how long they are kept. Only five minutes are ever asked for, so that one
 * price is right for all.
 */
function writtenTokens(usage: JsonObject): number {
  const parts = objectOf(usage['cache_creation']);
  const ofParts = (tokens(parts?.['ephemeral_5m_input_tokens']) ?? 0) + (tokens(parts?.['ephemeral_1h_input_tokens']) ?? 0);
  return tokens(usage['cache_creation_input_tokens']) ?? ofParts;
}

function tokens(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostTokens ? value : undefined;
}
