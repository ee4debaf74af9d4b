import type { ListedModel } from '../../core/ports/wire';
import { numberOf, objectOf, textOf } from '../http/jsonValue';

/** Longest id or name that is believed, in characters, and largest limit, in tokens. */
const longestName = 300;
const mostTokens = 1e9;

/** The models of a list, in the list's order; rows that cannot be read are left out. Undefined when it is no list. It has no prices. */
export function readModels(body: unknown): readonly ListedModel[] | undefined {
  const list = objectOf(body)?.['data'];
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((value): readonly ListedModel[] => {
    const model = objectOf(value);
    const id = nameOf(model?.['id']);
    if (id === undefined || model?.['lifecycle'] === 'retired') return [];
    const name = nameOf(model?.['display_name']);
    const contextTokens = limitOf(model?.['max_input_tokens']);
    const maxOutputTokens = limitOf(model?.['max_tokens']);
    const created = /^20\d\d-\d\d-\d\d/.exec(textOf(model?.['created_at']) ?? '')?.[0];
    return [{ id, ...(created === undefined ? {} : { created }), ...(name === undefined ? {} : { name }), ...(contextTokens === undefined ? {} : { contextTokens }), ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }) }];
  });
}

function nameOf(value: unknown): string | undefined {
  const name = textOf(value);
  return name !== undefined && name.length <= longestName ? name : undefined;
}

function limitOf(value: unknown): number | undefined {
  const limit = numberOf(value);
  return limit !== undefined && Number.isInteger(limit) && limit > 0 && limit <= mostTokens ? limit : undefined;
}
