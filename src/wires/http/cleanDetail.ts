const longest = 500;

/**
 * A provider's words made fit for a log and a person: one line, at most 500 characters, nothing in it that is or looks
 * like a key. Undefined when no words are left.
 */
export function cleanDetail(words: string | undefined, key: string | undefined): string | undefined {
  if (words === undefined) return undefined;
  // Cut first where there is far too much, so that a page of a megabyte costs no time; keys are shorter than the margin.
  const line = withoutKeys(words.slice(0, 16 * longest), key)
    // oxlint-disable-next-line no-control-regex -- control characters are what is removed
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\s]+/g, ' ')
    .trim()
    .toWellFormed();
  if (line === '') return undefined;
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}

const removed = '[key removed]';

/** How keys of known vendors begin, then tokens of common kinds, then anything long and mixed enough to be one. */
const keyShapes: readonly RegExp[] = [
  /\b(?:sk|pk|rk|gsk|csk|xai|hf|tgp|nvapi|pplx|fw|r8|ghp|gho|github_pat|glpat|xoxb|AKIA|ASIA)[-_][A-Za-z0-9_-]{8,}/g,
  /\bAIza[A-Za-z0-9_-]{20,}/g,
  /\bAQ\.[A-Za-z0-9_-]{20,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{12,}/g,
  /\bey[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?/g,
  /(?<=\b(?:bearer|basic)\s+)(?=\S*[\d_\-.])[^\s"',;<>]{8,}/gi,
  /(?<=[?&](?:api[-_]?key|key|token|access_token)=)[^\s&"'<>]+/gi,
];

/** Long runs: a key has letters and digits. An id with hyphens in the places of a UUID is kept, support asks for it. */
const longRun = /(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*\d)(?=[A-Za-z0-9_-]*[A-Za-z])[A-Za-z0-9_-]{32,}/g;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Shortest run that is taken for a part of the key in use. */
const partLength = 8;

function withoutKeys(text: string, key: string | undefined): string {
  const inUse = key?.trim() ?? '';
  let clean = inUse.length < 4 ? text : formsOf(inUse).reduce((rest, form) => rest.replaceAll(form, removed), text);
  for (const shape of keyShapes) clean = clean.replace(shape, removed);
  return withoutPartsOf(inUse, clean).replace(longRun, (run) => (uuid.test(run) ? run : removed));
}

/** A key as it may stand in an error: as it is, in an address, in JSON, on a page. */
function formsOf(key: string): readonly string[] {
  const inAddress = encodeURIComponent(key.toWellFormed());
  return [key, inAddress, inAddress.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()), key.replaceAll('/', '\\/'), key.replaceAll('/', '&#x2F;').replaceAll('+', '&#x2B;').replaceAll('=', '&#x3D;')];
}

/** Removes every run of the text that is eight or more characters of the key: providers quote keys cut off at either end. */
function withoutPartsOf(key: string, text: string): string {
  if (key.length < partLength) return text;
  const parts = new Set<string>();
  for (let at = 0; at + partLength <= key.length; at += 1) parts.add(key.slice(at, at + partLength));
  let clean = '';
  let at = 0;
  while (at < text.length) {
    if (!parts.has(text.slice(at, at + partLength))) {
      clean += text[at];
      at += 1;
      continue;
    }
    let end = at + partLength;
    while (end < text.length && parts.has(text.slice(end - partLength + 1, end + 1))) end += 1;
    clean += removed;
    at = end;
  }
  return clean;
}
