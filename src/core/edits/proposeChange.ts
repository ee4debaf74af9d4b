import { comparedLines } from './comparedLines';
import { type Hunk, hunkBetween, placeHunk } from './hunks';
import { mergeParts } from './mergeParts';
import { namedIn } from './namedPath';
import { type FileDiff, readDiff, readSearchReplace } from './readDiff';
import { isLeftOut, type Syntax, syntaxOf } from './syntax';
import { readLines, type Splice, splice, type TextLines, tight } from './textLines';
import { isLeaf, namesOf, type Unit, unitsOf } from './units';

/** A block of code that is to go into a file. */
export interface Wish {
  readonly code: string;
  /** Of its fence, lower case; empty when it says none. */
  readonly language: string;
  /** Of the file, with `/`. Only its ending matters, and which part of a diff of several files is meant. */
  readonly path: string;
  /** The answer ended before the block did. */
  readonly cutOff?: true;
}

/** What is worth telling of a change besides the change. */
export type ChangeNote =
  /** Parts that the block does not show and that stay. */
  | { readonly kind: 'kept'; readonly names: readonly string[] }
  /** Parts that go, because what replaces them lacks them. */
  | { readonly kind: 'dropped'; readonly names: readonly string[] }
  /** The end of the block never came. */
  | { readonly kind: 'cutOff' };

export type Change =
  | {
      readonly kind: 'change';
      /** The whole new text. */
      readonly text: string;
      readonly how: 'new' | 'whole' | 'diff' | 'part';
      /** False: this is the likeliest place, and a person should look twice. */
      readonly sure: boolean;
      readonly notes: readonly ChangeNote[];
    }
  /** The file has it already. */
  | { readonly kind: 'same' }
  /** Nobody can say where it goes, or it is no change of a text. */
  | { readonly kind: 'unplaced'; readonly why: 'unknownPlace' | 'moves' | 'tooLarge' };

/** Longer files and blocks are not worked on, in characters. */
const mostCharacters = 2_000_000;

/** Places of a diff times lines of the file, about a second: each place is looked for in all of it. */
const mostLookedAt = 10_000_000;

/**
 * How a block of an answer changes a file: as a new file, a whole one, a diff, search-and-replace, or as a part that is
 * put where it belongs though the file has changed since. Never guesses in silence: what has no place is `unplaced`.
 * @param file undefined when there is none yet
 */
export function proposeChange(file: string | undefined, wish: Wish): Change {
  const change = changeOf(file, wish);
  return wish.cutOff && change.kind === 'change' ? { ...change, notes: [...change.notes, { kind: 'cutOff' }] } : change;
}

function changeOf(file: string | undefined, { code, language, path }: Wish): Change {
  if (code.length + (file?.length ?? 0) > mostCharacters) return { kind: 'unplaced', why: 'tooLarge' };
  const text = readLines(file ?? '');
  const diffs = readDiff(code, language);
  if (diffs) return fromDiff(file, text, diffs, path);
  const replacements = readSearchReplace(code);
  if (replacements) {
    const ours = replacements.filter((one) => one.path === undefined || isMeant(one.path, path));
    return fromHunks(file, text, ours.map(({ hunk }) => hunk), 'diff');
  }
  return fromCode(file, text, code, path, syntaxOf(path, language));
}

function fromDiff(file: string | undefined, text: TextLines, diffs: readonly FileDiff[], path: string): Change {
  const ours = diffs.length === 1 ? diffs : diffs.filter(({ newPath, oldPath }) => isMeant(newPath ?? oldPath ?? path, path));
  if (ours.some(({ moves }) => moves)) return { kind: 'unplaced', why: 'moves' };
  return fromHunks(file, text, ours.flatMap(({ hunks }) => hunks), 'diff', ours.at(-1)?.finalNewline);
}

/** Whether a path that is written somewhere is that of the file: models leave out folders. */
function isMeant(written: string, path: string): boolean {
  const [short, long] = [written, path].map((one) => `/${one.replaceAll('\\', '/').replace(/^\.?\//, '')}`).toSorted((a, b) => a.length - b.length);
  return long?.endsWith(short ?? '') === true;
}

function fromHunks(file: string | undefined, text: TextLines, hunks: readonly Hunk[], how: 'diff', finalNewline?: boolean): Change {
  if (hunks.length * text.lines.length > mostLookedAt) return { kind: 'unplaced', why: 'tooLarge' };
  const splices: Splice[] = [];
  let sure = true;
  let shift = 0;
  for (const hunk of hunks) {
    const placed = placeHunk(text.lines, hunk.near === undefined ? hunk : { ...hunk, near: hunk.near + shift });
    // Part of a change is no change that anybody wrote.
    if (!placed) return isDone(text.lines, hunk) ? { kind: 'same' } : { kind: 'unplaced', why: 'unknownPlace' };
    if (hunk.near !== undefined) shift += placed.shift;
    sure &&= placed.sure;
    splices.push(...placed.splices);
  }
  if (overlap(splices)) return { kind: 'unplaced', why: 'unknownPlace' };
  return asChange(file, splice(text, splices, finalNewline), { how: file === undefined ? 'new' : how, sure, notes: [] });
}

/** The lines that it makes are there and those that it takes away are not. */
function isDone(file: readonly string[], { lines }: Hunk): boolean {
  const after = lines.filter(({ kind }) => kind !== '-').map((line): Hunk['lines'][number] => ({ kind: ' ', text: line.text }));
  return after.length > 1 && placeHunk(file, { lines: after })?.sure === true;
}

function overlap(splices: readonly Splice[]): boolean {
  const sorted = splices.toSorted((a, b) => a.from - b.from || a.to - b.to);
  return sorted.some(({ from }, index) => index > 0 && from < (sorted[index - 1]?.to ?? 0));
}

function fromCode(file: string | undefined, text: TextLines, code: string, path: string, syntax: Syntax): Change {
  const block = blockLines(code, text, path);
  if (block.length === 0) return { kind: 'unplaced', why: 'unknownPlace' };
  if (file === undefined || file.trim() === '') {
    const shown = block.filter((line) => !isLeftOut(line, syntax));
    return { kind: 'change', text: splice(text, [{ from: 0, to: text.lines.length, lines: block }], true), how: 'new', sure: shown.length === block.length, notes: [] };
  }
  const lost = lostOfWhole(text.lines, block, syntax);
  if (lost) return asChange(file, splice(text, changedLines(text.lines, block)), { how: 'whole', sure: true, notes: lost.length > 0 ? [{ kind: 'dropped', names: lost }] : [] });
  const merged = mergeParts(text.lines, block, syntax);
  if (!merged || overlap(merged.splices)) return has(text.lines, block) ? { kind: 'same' } : { kind: 'unplaced', why: 'unknownPlace' };
  const result = withCommas(file, splice(text, merged.splices), syntax);
  const notes: ChangeNote[] = [
    ...(merged.kept.length > 0 ? [{ kind: 'kept' as const, names: merged.kept }] : []),
    ...(merged.dropped.length > 0 ? [{ kind: 'dropped' as const, names: merged.dropped }] : []),
  ];
  return asChange(file, result, { how: 'part', sure: merged.sure && balanceOf(file) === balanceOf(result), notes });
}

function asChange(file: string | undefined, text: string, change: Omit<Extract<Change, { kind: 'change' }>, 'kind' | 'text'>): Change {
  return text === file ? { kind: 'same' } : { kind: 'change', text, ...change };
}

/** The lines of a block, without a first one that only names the file. */
function blockLines(code: string, { lines: file }: TextLines, path: string): readonly string[] {
  const lines = code.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n');
  const named = namedIn(lines[0] ?? '');
  const isName = named !== undefined && isMeant(named, path) && tight(lines[0] ?? '') !== tight(file[0] ?? '');
  const from = isName ? (lines[1]?.trim() === '' ? 2 : 1) : 0;
  const rest = lines.slice(from);
  return rest.every((line) => line.trim() === '') ? [] : rest;
}

/** This share of a file's lines must be in parts that a block has as well, to be the whole file. */
const wholeShare = 0.6;

/**
 * What a block that is all of the file lacks of it; undefined for a block that is only a part. It is the whole when it has
 * all parts, or begins like the file and has most of them.
 */
function lostOfWhole(file: readonly string[], block: readonly string[], syntax: Syntax): readonly string[] | undefined {
  if (block.some((line) => isLeftOut(line, syntax))) return undefined;
  const ours = unitsOf(file, 0, file.length, syntax);
  const theirs = unitsOf(block, 0, block.length, syntax);
  const names = new Set(theirs.map(({ name }) => name));
  const texts = new Set(theirs.map(({ text }) => text));
  const isThere = ({ name, text }: Unit) => (name === undefined ? texts.has(text) : names.has(name));
  const lines = (units: readonly Unit[]) => units.reduce((sum, { from, to }) => sum + to - from, 0);
  const there = ours.filter(isThere);
  const isLong = block.length >= file.length / 2;
  if (there.length === ours.length) return isLong || ours.every(isLeaf) ? [] : undefined;
  const [first] = ours;
  const [theirFirst] = theirs;
  const beginsAlike = first !== undefined && theirFirst !== undefined && (first.text === theirFirst.text || (first.isImport ? theirFirst.isImport : first.name !== undefined && first.name === theirFirst.name));
  if (!isLong || !beginsAlike || lines(there) < lines(ours) * wholeShare || theirs.length < ours.length / 2) return undefined;
  const lost = ours.filter((unit) => unit.name !== undefined && !isThere(unit));
  // A text that uses what it lacks is a part.
  const used = new Set(block.join('\n').match(/(?<![.\w$'"`-])[\w$]+/g));
  const brought = new Set(theirs.flatMap(namesOf));
  if (theirs.length < ours.length && lost.some((unit) => namesOf(unit).some((name) => used.has(name) && !brought.has(name)))) return undefined;
  return lost.flatMap(({ isImport, name }) => (isImport ? [] : (name ?? [])));
}

/** The splices between two texts, so that what is alike keeps its line ends. */
function changedLines(before: readonly string[], after: readonly string[]): readonly Splice[] {
  const splices: Splice[] = [];
  let at = 0;
  for (const { kind, lines } of comparedLines(before, after)) {
    if (kind === 'added') splices.push({ from: at, to: at, lines });
    else if (kind === 'removed') splices.push({ from: at, to: at + lines.length, lines: [] });
    if (kind !== 'added') at += lines.length;
  }
  return splices;
}

function has(file: readonly string[], block: readonly string[]): boolean {
  return block.length > 1 && placeHunk(file, hunkBetween(block, block))?.sure === true;
}

/** How many more brackets open than close. A cheap sign of a part that was cut off in the middle. */
function balanceOf(text: string): string {
  const count = (open: string, close: string) => text.split(open).length - text.split(close).length;
  return [count('{', '}'), count('(', ')'), count('[', ']')].join();
}

/** Between the values of a list there are commas, and none after the last. Only where the file was right before. */
function withCommas(before: string, text: string, { commas }: Syntax): string {
  if (!commas || !parses(before) || parses(text)) return text;
  const lines = text.split('\n');
  const next = (index: number) => lines.slice(index + 1).find((line) => line.trim() !== '')?.trim() ?? '';
  const fixed = lines.map((line, index) => {
    const bare = line.trimEnd();
    const end = line.slice(bare.length);
    if (bare === '') return line;
    if (bare.endsWith(',') && /^[}\]]/.test(next(index))) return bare.slice(0, -1) + end;
    if (!/[,{[:]$/.test(bare) && /^["{[\dtfn-]/.test(next(index))) return `${bare},${end}`;
    return line;
  });
  return fixed.join('\n');
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
