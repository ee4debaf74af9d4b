import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/node24.mjs';
import { useBundle } from '../../src/shared/l10n';

/** A translation that leaves none out: every text of ours in ⟦brackets⟧. */
export function textsInBrackets(): Readonly<Record<string, string>> {
  const english = Object.keys(JSON.parse(readFileSync(path.join(root, 'l10n', 'bundle.l10n.json'), 'utf8')));
  return Object.fromEntries(english.map((text) => [text, `⟦${text}⟧`]));
}

/** What is left of a text without what is in brackets, data, figures and signs; undefined when no word is. */
export function plainIn(text: string, data: readonly string[]): string | undefined {
  let rest = text;
  // What stands at a place of a text may be in brackets itself; a text whose places are drawn comes in pieces.
  for (let before = ''; before !== rest; ) [before, rest] = [rest, rest.replace(/⟦[^⟦⟧]*⟧|⟦[^⟦⟧]*$|^[^⟦⟧]*⟧/g, ' ')];
  for (const one of data) {
    const [before, after, ...more] = rest.split(one);
    if (before !== undefined && after !== undefined && more.length === 0 && !/\p{L}$/u.test(before) && !/^\p{L}/u.test(after)) rest = `${before} ${after}`;
  }
  return /\p{L}{2}/u.test(rest) ? rest.trim() : undefined;
}

/** Says in which words of what is made a person of another language would read English. `data` is the same in every language. */
export async function assertTranslated(make: () => unknown, data: readonly string[] = []): Promise<void> {
  useBundle(textsInBrackets());
  try {
    const texts = stringsIn(await make());
    assert.ok(texts.some((text) => text.includes('⟦')), 'no text is translated');
    assert.deepEqual(texts.flatMap((text) => plainIn(text, data) ?? []), []);
  } finally {
    useBundle({});
  }
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
