import { type JsonObject, objectOf } from '../http/jsonValue';

/** Deeper than any schema that a model could be asked to fill. */
const deepest = 40;

/** What a schema of an answer must not say, or is refused. https://platform.claude.com/docs/en/build-with-claude/structured-outputs (November 2026) */
const refused = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength', 'maxItems', 'uniqueItems', 'patternProperties', 'minProperties', 'maxProperties', 'not', 'if', 'oneOf'];

/** Whether the vendor takes a schema for an answer: every object allows only what it names, and no value has bounds. */
export function takesSchema(schema: JsonObject, depth = 0): boolean {
  if (depth > deepest || refused.some((word) => schema[word] !== undefined)) return false;
  if (typeof schema['minItems'] === 'number' && schema['minItems'] > 1) return false;
  if ((schema['type'] === 'object' || schema['properties'] !== undefined) && schema['additionalProperties'] !== false) return false;
  const inner = [schema['items'], ...['anyOf', 'allOf'].map((word) => schema[word]), ...['properties', '$defs', 'definitions'].flatMap((word) => Object.values(objectOf(schema[word]) ?? {}))];
  return inner.flat().every((value) => {
    const one = objectOf(value);
    return one === undefined || takesSchema(one, depth + 1);
  });
}
