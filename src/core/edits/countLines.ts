import { comparedLines } from './comparedLines';
import { hunkBetween, placeHunk } from './hunks';
import { readLines, splice, type Splice } from './textLines';

/** How many lines a change adds and takes away. */
export function countLines(before: string, after: string): { readonly added: number; readonly removed: number } {
  let added = 0;
  let removed = 0;
  for (const { kind, lines } of comparedLines(readLines(before).lines, readLines(after).lines)) {
    if (kind === 'added') added += lines.length;
    if (kind === 'removed') removed += lines.length;
  }
  return { added, removed };
}

/** Lines around each place of a change, so that it is found again in a text that has changed since. */
const around = 3;

/**
 * The text with the change from one text to another made in it, although it is neither of them; undefined when some of it
 * has no sure place there. This is how an answer's edit is taken out of a file that somebody has worked on since.
 */
export function carryOver(from: string, to: string, into: string): string | undefined {
  const text = readLines(into);
  const { lines } = hunkBetween(readLines(from).lines, readLines(to).lines);
  const changed = lines.flatMap(({ kind }, index) => (kind === ' ' ? [] : [index]));
  const splices: Splice[] = [];
  for (let first = 0; first < changed.length; ) {
    let last = first;
    while (last + 1 < changed.length && (changed[last + 1] ?? 0) - (changed[last] ?? 0) <= around * 2) last += 1;
    const start = Math.max(0, (changed[first] ?? 0) - around);
    const near = lines.slice(0, start).filter(({ kind }) => kind !== '+').length;
    const placed = placeHunk(text.lines, { lines: lines.slice(start, (changed[last] ?? 0) + around + 1), near });
    if (!placed?.sure) return undefined;
    splices.push(...placed.splices);
    first = last + 1;
  }
  return splice(text, splices);
}
