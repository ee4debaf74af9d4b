/**
 * Whether any of the patterns fits a text, whatever the case; `*` is any text, also none. No regular expression: patterns
 * come from folders and files of others, and `*a*a*a*…` would make one run for ever.
 */
export function globMatcher(patterns: readonly string[]): (text: string) => boolean {
  const split = patterns.map((pattern) => pattern.trim().toLowerCase().split('*'));
  return (text) => {
    const whole = text.toLowerCase();
    return split.some((parts) => fits(whole, parts));
  };
}

/** Whether the text is the parts in order with anything between them. */
function fits(text: string, parts: readonly string[]): boolean {
  const [first = '', ...others] = parts;
  if (others.length === 0) return text === first;
  const last = others.pop() ?? '';
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
