import * as z from 'zod/mini';

/** By another name, because `catch` reads like a promise's. */
export const readOr = z.catch;

/** What may be missing or null, and is unknown where it is anything else than the schema says. */
export function orUnknown<S extends z.ZodMiniType>(schema: S): z.ZodMiniCatch<z.ZodMiniOptional<z.ZodMiniNullable<S>>> {
  return readOr(z.nullish(schema), undefined);
}
