import { comparedLines } from './comparedLines';
import { createIndenter, indentOf, type Splice, tight } from './textLines';

/** Lines of a change in their order: kept, taken away, added. */
export interface HunkLine {
  readonly kind: ' ' | '-' | '+';
  readonly text: string;
}

/** One place of a change: what stands there and what shall. */
export interface Hunk {
  readonly lines: readonly HunkLine[];
  /** Where it says it is, from 0. Models count badly: it only decides between places that are alike. */
  readonly near?: number;
}

interface Placement {
  /** For each line that is kept or taken away: the line of the file; undefined where the file lacks a kept one. */
  readonly at: readonly (number | undefined)[];
  readonly sure: boolean;
}

/** The hunk that makes `after` of `before`. */
export function hunkBetween(before: readonly string[], after: readonly string[]): Hunk {
  const kinds = { same: ' ', removed: '-', added: '+' } as const;
  return { lines: comparedLines(before, after).flatMap(({ kind, lines }) => lines.map((text): HunkLine => ({ kind: kinds[kind], text }))) };
}

/** The splices that make a hunk's change in a file, wherever its lines have gone to; undefined when they are not there. */
export function placeHunk(file: readonly string[], hunk: Hunk): { readonly splices: readonly Splice[]; readonly sure: boolean; readonly shift: number } | undefined {
  const before = hunk.lines.filter(({ kind }) => kind !== '+');
  if (before.every(({ text }) => text.trim() === '')) return placeInsertion(file, hunk);
  const placed = place(file, before, hunk.near);
  if (!placed) return undefined;
  const splices = splicesOf(file, hunk, placed);
  if (!splices) return undefined;
  const first = placed.at.find((at) => at !== undefined) ?? 0;
  return { ...splices, sure: splices.sure && placed.sure, shift: hunk.near === undefined ? 0 : first - hunk.near };
}

/** Nothing to hold on to: only into an empty file is it sure. */
function placeInsertion(file: readonly string[], { lines, near }: Hunk): ReturnType<typeof placeHunk> {
  const added = lines.filter(({ kind }) => kind === '+').map(({ text }) => text);
  if (added.length === 0) return { splices: [], sure: true, shift: 0 };
  const at = near === undefined ? file.length : Math.max(0, Math.min(near, file.length));
  return { splices: [{ from: at, to: at, lines: added }], sure: file.every((line) => line.trim() === ''), shift: 0 };
}

function splicesOf(file: readonly string[], hunk: Hunk, { at }: Placement): { readonly splices: readonly Splice[]; readonly sure: boolean } | undefined {
  const splices: Splice[] = [];
  const reindent = createIndenter(file, hunk.lines.map(({ text }) => text));
  let sure = true;
  let index = 0;
  /** A line that is in both: how deep the hunk's lines are beside the file's. */
  let pair: { readonly theirs: string; readonly ours: string } | undefined;
  for (let line = 0; line < hunk.lines.length; ) {
    if (hunk.lines[line]?.kind === ' ') {
      pair = pairAt(file, hunk.lines[line]?.text ?? '', at[index]) ?? pair;
      index += 1;
      line += 1;
      continue;
    }
    const start = index;
    const added: string[] = [];
    for (; line < hunk.lines.length && hunk.lines[line]?.kind !== ' '; line += 1) {
      const { kind, text } = hunk.lines[line] ?? { kind: '+', text: '' };
      if (kind === '+') added.push(text);
      else {
        if (at[index] === undefined) return undefined;
        pair = pairAt(file, text, at[index]) ?? pair;
        index += 1;
      }
    }
    const previous = at[start - 1];
    const next = at[index];
    const from = index > start ? at[start] : previous === undefined ? next : previous + 1;
    if (from === undefined) return undefined;
    const to = index > start ? (at[index - 1] ?? from) + 1 : from;
    if (to - from !== index - start) return undefined;
    if ((previous !== undefined && previous + 1 !== from) || (next !== undefined && next !== to)) sure = false;
    const beside = pair ?? nextPair(file, hunk, line, at, index);
    splices.push({ from, to, lines: beside === undefined || beside.theirs === beside.ours ? added : reindent(added, beside.theirs, beside.ours) });
  }
  return { splices, sure };
}

function pairAt(file: readonly string[], text: string, at: number | undefined): { readonly theirs: string; readonly ours: string } | undefined {
  return at === undefined || text.trim() === '' ? undefined : { theirs: indentOf(text), ours: indentOf(file[at] ?? '') };
}

function nextPair(file: readonly string[], hunk: Hunk, line: number, at: Placement['at'], index: number): ReturnType<typeof pairAt> {
  const later = hunk.lines.slice(line).filter(({ kind }) => kind !== '+');
  for (const [offset, { text }] of later.entries()) {
    const pair = pairAt(file, text, at[index + offset]);
    if (pair) return pair;
  }
  return undefined;
}

function place(file: readonly string[], before: readonly HunkLine[], near: number | undefined): Placement | undefined {
  for (const same of [(line: string) => line.trimEnd(), tight]) {
    const found = wholePlaces(file.map(same), before.map(({ text }) => same(text)));
    const [first] = found;
    if (first === undefined) continue;
    const nearest = near === undefined ? first : found.reduce((one, other) => (Math.abs(other - near) < Math.abs(one - near) ? other : one));
    // Of several places that are alike, only the very one that is named is meant for sure.
    return { at: before.map((_, index) => nearest + index), sure: found.length === 1 || nearest === near };
  }
  return placeByAnchors(file, before);
}

/** By Knuth, Morris and Pratt: files of equal lines would take time with the square. */
function wholePlaces(file: readonly string[], wanted: readonly string[]): readonly number[] {
  const found: number[] = [];
  /** For each line: how many lines before and with it are also the first ones. */
  const again: number[] = [0];
  const matched = (before: number, line: string | undefined): number => {
    let count = before;
    while (count > 0 && wanted[count] !== line) count = again[count - 1] ?? 0;
    return wanted[count] === line ? count + 1 : count;
  };
  for (let index = 1; index < wanted.length; index += 1) again[index] = matched(again[index - 1] ?? 0, wanted[index]);
  let count = 0;
  for (const [at, line] of file.entries()) {
    count = matched(count, line);
    if (count === wanted.length) found.push(at - count + 1);
  }
  return found;
}

/** Longer pieces are not compared line by line: it would take too long. */
const mostLines = 400;
/** This share of the lines that say something must be there. */
const leastFound = 0.6;
/** And this one to be sure. */
const surelyFound = 0.8;

/** The lines around have changed since: the place is where most of the rare lines of the hunk are. */
function placeByAnchors(file: readonly string[], before: readonly HunkLine[]): Placement | undefined {
  if (before.length > mostLines) return undefined;
  const where = new Map<string, number[]>();
  for (const [index, line] of file.entries()) {
    const key = tight(line);
    if (key.length > 2) where.set(key, [...(where.get(key) ?? []), index].slice(0, 6));
  }
  const votes = new Map<number, number>();
  const wanted = before.map(({ text }) => tight(text));
  for (const [index, key] of wanted.entries()) {
    const places = where.get(key) ?? [];
    for (const place of places.length > 5 ? [] : places) votes.set(place - index, (votes.get(place - index) ?? 0) + 1 / places.length);
  }
  const [best] = [...votes].toSorted(([, a], [, b]) => b - a);
  if (!best) return undefined;
  const start = Math.max(0, best[0] - before.length - 10);
  const window = file.slice(start, best[0] + before.length * 2 + 10).map(tight);
  const at: (number | undefined)[] = before.map(() => undefined);
  let inFile = start;
  let inHunk = 0;
  for (const { kind, lines } of comparedLines(wanted, window)) {
    if (kind === 'same') for (const offset of lines.keys()) at[inHunk + offset] = inFile + offset;
    if (kind !== 'added') inHunk += lines.length;
    if (kind !== 'removed') inFile += lines.length;
  }
  const saying = before.flatMap(({ kind, text }, index) => (tight(text).length > 2 ? [{ kind, at: at[index] }] : []));
  if (saying.some(({ kind, at: found }) => kind === '-' && found === undefined)) return undefined;
  const found = saying.filter((line) => line.at !== undefined).length;
  if (found < 2 || found < saying.length * leastFound) return undefined;
  return { at, sure: found >= saying.length * surelyFound };
}
