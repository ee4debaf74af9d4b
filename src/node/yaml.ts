import { parse } from 'yaml';

/** The value of a YAML text, JSON among them. Throws a `YAMLParseError` that names line and column. Aliases are limited, so that a small text cannot grow without end. */
export function parseYaml(text: string): unknown {
  return parse(text, { maxAliasCount: 100, prettyErrors: true });
}
