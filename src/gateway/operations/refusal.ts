import type * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import type { Problem } from '../dialect';

const { localeError } = en();

/** Thrown by a handler that refuses a request in words. */
export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
    this.name = 'Refusal';
  }
}

/**
 * The value that a client sent, checked.
 * @param whole what the value is called where no field of it is to blame
 * @throws {Refusal} naming the first field that is wrong
 */
export function parsed<Schema extends z.ZodMiniType>(schema: Schema, value: unknown, whole: string): z.infer<Schema> {
  const result = schema.safeParse(value, { error: localeError });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const field = (unknownKey ?? issue?.path.map(String).join('.')) || whole;
  throw new Refusal({ kind: 'badRequest', status: 400, message: `${field}: ${issue?.message ?? 'not valid'}`, field });
}

/** The books do not open now. */
export const booksClosed: Problem = { kind: 'unavailable', status: 503, message: 'The books of Farthing cannot be read now. The reason is in its log.', retryAfterMs: 5000 };

/** The query as an object. @throws {Refusal} when a field is there twice */
export function queryFields(query: URLSearchParams): Readonly<Record<string, string>> {
  const fields = new Map<string, string>();
  for (const [name, value] of query) {
    if (fields.has(name)) throw new Refusal({ kind: 'badRequest', status: 400, message: `${name}: is there more than once`, field: name });
    fields.set(name, value);
  }
  return Object.fromEntries(fields);
}
