type Schema = Readonly<Record<string, unknown>>;

/** Google's form of a schema, with types in capitals and `nullable`, as the JSON schema that everybody else takes. */
export function jsonSchema(schema: Schema): Schema {
  return Object.fromEntries(Object.entries(schema).flatMap(([key, value]) => fieldOf(key, value, schema)));
}

function fieldOf(key: string, value: unknown, { nullable }: Schema): [string, unknown][] {
  switch (key) {
    // The order in which Google's models write.
    case 'propertyOrdering':
    case 'nullable':
      return [];
    case 'type': {
      const type = typeof value === 'string' ? value.toLowerCase() : value;
      return type === 'type_unspecified' ? [] : [[key, nullable === true ? [type, 'null'] : type]];
    }
    case 'properties':
      return [[key, isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, inner(one)])) : value]];
    // Numbers of these are texts in Google's JSON.
    case 'minItems':
    case 'maxItems':
    case 'minLength':
    case 'maxLength':
    case 'minProperties':
    case 'maxProperties':
      return [[key, typeof value === 'string' ? Number(value) : value]];
    case 'items':
    case 'anyOf':
      return [[key, Array.isArray(value) ? value.map(inner) : inner(value)]];
    default:
      return [[key, value]];
  }
}

function inner(value: unknown): unknown {
  return isObject(value) ? jsonSchema(value) : value;
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
