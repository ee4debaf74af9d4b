import type * as z from 'zod/mini';

/** Material between marks that it cannot close itself: `id` must be unknown to whoever wrote it. */
export function marked(name: string, text: string, id: string): string {
  return `<<${name} ${id}>>\n${text.replaceAll(id, '')}\n<<end of ${name} ${id}>>`;
}

/**
 * What a reply says in the form it was asked for: only an object that repeats the id counts, because nobody else knows
 * it. Undefined when there is none, or two that differ.
 */
export function objectIn<T extends { readonly id: string }>(reply: string, schema: z.ZodMiniType<T>, id: string): T | undefined {
  const found = new Map<string, T>();
  // Some models write prose or a fence around it. Whole first, then what holds no other object: a sentence may hold braces.
  const whole = reply.slice(reply.indexOf('{'), reply.lastIndexOf('}') + 1);
  for (const json of [whole, ...Array.from(reply.matchAll(/\{[^{}]*\}/g), ([one]) => one)]) {
    const read = schema.safeParse(parsed(json));
    if (read.success && read.data.id === id) found.set(JSON.stringify(read.data), read.data);
  }
  return found.size === 1 ? [...found.values()][0] : undefined;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
