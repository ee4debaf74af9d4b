/** What no header of the person's may take the place of. */
const ours = new Set(['content-type', 'content-length', 'host', 'connection', 'transfer-encoding']);

/** The headers of a secret, written as OTEL_EXPORTER_OTLP_HEADERS is: `name=value,name=value`, values percent-encoded. What is no header is left out. */
export function otlpHeaders(secret: string | undefined): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const pair of (secret ?? '').split(',')) {
    const [, name = '', written = ''] = /^\s*([!#$%&'*+.^_`|~\w-]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    const value = decoded(written);
    if (name !== '' && /^[\t\x20-\x7e]+$/.test(value) && !ours.has(name.toLowerCase())) headers[name.toLowerCase()] = value;
  }
  return headers;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
