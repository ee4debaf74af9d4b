/**
 * Narrowing of parsed JSON, one field at a time. Replies are read with these and not with a schema because a stream has
 * hundreds of chunks, and because one field of a wrong type must not cost the rest of its chunk.
 */
export type JsonObject = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A string that is not empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Undefined when the text is not JSON. `null` is JSON. */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch {
    return undefined;
  }
}

/**
 * Every value of a text that holds JSON objects or arrays one after the other, with nothing but white space between:
 * some servers glue two chunks into one event. Undefined when anything else is in it, or the last value is cut off.
 */
export function parseJsonValues(text: string): readonly unknown[] | undefined {
  const whole = parseJson(text);
  if (whole !== undefined) return [whole.value];
  const values: unknown[] = [];
  let start = -1;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at += 1;
      else if (character === '"') inString = false;
    } else if (character === '{' || character === '[') {
      if (depth === 0) start = at;
      depth += 1;
    } else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth < 0) return undefined;
      if (depth === 0) {
        const value = parseJson(text.slice(start, at + 1));
        if (value === undefined) return undefined;
        values.push(value.value);
      }
    } else if (depth === 0) {
      if (!/\s/.test(character ?? '')) return undefined;
    } else if (character === '"') {
      inString = true;
    }
  }
  return depth === 0 && values.length > 0 ? values : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
