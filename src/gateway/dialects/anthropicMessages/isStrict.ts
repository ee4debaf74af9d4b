type Schema = Readonly<Record<string, unknown>>;

/** Whether every object of a schema allows only what it names and demands all of it, as OpenAI wants of what is to be kept to strictly. */
export function isStrict(schema: Schema): boolean {
  const properties = objectOf(schema['properties']) ?? {};
  const names = Object.keys(properties);
  const required = new Set<unknown>(Array.isArray(schema['required']) ? schema['required'] : []);
  if (schema['type'] === 'object' || names.length > 0) {
    if (schema['additionalProperties'] !== false || !names.every((name) => required.has(name))) return false;
  }
  const inner = [schema['items'], schema['anyOf'], ...Object.values(properties), ...Object.values(objectOf(schema['$defs']) ?? {})].flat();
  return inner.every((value) => {
    const one = objectOf(value);
    return one === undefined || isStrict(one);
  });
}

function objectOf(value: unknown): Schema | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
