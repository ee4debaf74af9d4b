import * as z from 'zod';
import type { ListedModel } from '../../core/ports/wire';

const count = z.number().int().positive().max(1e9).nullish().catch(undefined);
const row = z.object({
  id: z.string().min(1).max(300),
  display_name: z.string().max(300).nullish().catch(undefined),
  max_input_tokens: count,
  max_tokens: count,
  lifecycle: z.string().nullish().catch(undefined),
});

/** The models of a list, in the list's order; rows that cannot be read are left out. Undefined when it is no list. It has no prices. */
export function readModels(body: unknown): readonly ListedModel[] | undefined {
  const list = z.object({ data: z.array(z.unknown()) }).safeParse(body);
  if (!list.success) return undefined;
  return list.data.data.flatMap((item) => {
    const parsed = row.safeParse(item);
    if (!parsed.success || parsed.data.lifecycle === 'retired') return [];
    const { id, display_name: name, max_input_tokens: contextTokens, max_tokens: maxOutputTokens } = parsed.data;
    return [{ id, ...(name ? { name } : {}), ...(contextTokens ? { contextTokens } : {}), ...(maxOutputTokens ? { maxOutputTokens } : {}) }];
  });
}
