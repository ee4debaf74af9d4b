import { type Hunk, hunkBetween, type HunkLine } from './hunks';

/** What a unified diff says of one file. Paths as written, without `a/` and `b/`; undefined for `/dev/null` or when none is named. */
export interface FileDiff {
  readonly oldPath?: string;
  readonly newPath?: string;
  readonly hunks: readonly Hunk[];
  /** It takes the file away, or gives it another name. */
  readonly moves?: true;
  /** The new text has no line end at its end, or has one where there was none. */
  readonly finalNewline?: boolean;
}

const diffLanguages: ReadonlySet<string> = new Set(['diff', 'patch', 'udiff']);

/**
 * Reads a unified diff as models write them: with counts and line numbers that are wrong, without the blank before kept
 * lines, without numbers or headers at all. Undefined when it is none.
 */
export function readDiff(code: string, language: string): readonly FileDiff[] | undefined {
  const lines = code.split('\n');
  const isHeader = (index: number) => /^--- \S/.test(lines[index] ?? '') && /^\+\+\+ \S/.test(lines[index + 1] ?? '');
  const hasChange = lines.some((line) => /^[-+]/.test(line));
  const looksLikeOne = lines.some((line, index) => /^@@ .*@@|^@@\s*$/.test(line) || isHeader(index));
  if (!hasChange || !(looksLikeOne || diffLanguages.has(language))) return undefined;

  const files: { oldPath?: string; newPath?: string; hunks: { near?: number; lines: HunkLine[] }[]; moves?: true; finalNewline?: boolean }[] = [];
  let file: (typeof files)[number] | undefined;
  let hunk: (typeof files)[number]['hunks'][number] | undefined;
  const current = () => {
    if (!file) files.push((file = { hunks: [] }));
    return file;
  };
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const git = /^diff --git (?:"?a\/)?(.+?)"? "?b\/(.+?)"?$/.exec(line);
    if (git || (isHeader(index) && !(file && file.hunks.length === 0))) {
      files.push((file = { hunks: [] }));
      hunk = undefined;
      if (git?.[1] !== undefined && git[2] !== undefined) Object.assign(file, { oldPath: git[1], newPath: git[2] });
    }
    if (git) continue;
    if (isHeader(index)) {
      const [oldPath, newPath] = [pathIn(line.slice(4)), pathIn((lines[index + 1] ?? '').slice(4))];
      delete current().oldPath;
      delete current().newPath;
      Object.assign(current(), oldPath === undefined ? {} : { oldPath }, newPath === undefined ? { moves: true } : { newPath });
      index += 1;
      continue;
    }
    if (line.startsWith('@@')) {
      const numbers = /^@@ -(\d+)/.exec(line)?.[1];
      current().hunks.push((hunk = { lines: [], ...(numbers === undefined ? {} : { near: Math.max(0, Number(numbers) - 1) }) }));
      continue;
    }
    if (!hunk && /^(rename|copy) (from|to) |^deleted file /.test(line)) current().moves = true;
    if (!hunk && /^(index|new file|deleted file|old mode|new mode|similarity|dissimilarity|rename|copy|Index:|=====)/.test(line)) continue;
    if (!hunk && line.trim() === '') continue;
    if (line.startsWith('\\')) {
      const last = hunk?.lines.at(-1)?.kind;
      // Written after the old line it means that the new text ends with a line end.
      current().finalNewline = last === '-';
      continue;
    }
    if (!hunk) current().hunks.push((hunk = { lines: [] }));
    const kind = line[0] === '+' || line[0] === '-' ? line[0] : ' ';
    hunk.lines.push({ kind, text: kind !== ' ' || line.startsWith(' ') ? line.slice(1) : line });
  }
  return files.map((one) => ({ ...one, hunks: one.hunks.map(withoutEdges).filter(({ lines: kept }) => kept.some(({ kind }) => kind !== ' ')) })).filter(({ hunks, moves }) => hunks.length > 0 || moves);
}

/** Blank kept lines at the ends hold on to nothing, and are often lost or added. */
function withoutEdges({ lines, near }: { near?: number; lines: readonly HunkLine[] }): Hunk {
  const isEdge = (line: HunkLine | undefined) => line !== undefined && line.kind === ' ' && line.text.trim() === '';
  let from = 0;
  let to = lines.length;
  while (isEdge(lines[from])) from += 1;
  while (to > from && isEdge(lines[to - 1])) to -= 1;
  return { lines: lines.slice(from, to), ...(near === undefined ? {} : { near: near + from }) };
}

function pathIn(header: string): string | undefined {
  const path = header.replace(/\t.*$/, '').trim().replace(/^"(.*)"$/, '$1');
  return path === '/dev/null' ? undefined : path.replace(/^[ab]\//, '');
}

/** One `SEARCH` block with what replaces it, and the path written above it. */
export interface SearchReplace {
  readonly path?: string;
  readonly hunk: Hunk;
  readonly search: readonly string[];
  readonly replace: readonly string[];
}

/** The first line behind this one that is so; -1 when there is none. */
function nextLine(lines: readonly string[], behind: number, pattern: RegExp): number {
  for (let at = behind + 1; at < lines.length; at += 1) if (pattern.test(lines[at] ?? '')) return at;
  return -1;
}

/** Reads `<<<<<<< SEARCH`, `=======`, `>>>>>>> REPLACE`; undefined when the code has none that is whole. */
export function readSearchReplace(code: string): readonly SearchReplace[] | undefined {
  const found: SearchReplace[] = [];
  const lines = code.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    if (!/^<{5,9} ?(SEARCH|ORIGINAL|HEAD|OLD)?\s*$/i.test(lines[index] ?? '')) continue;
    const middle = nextLine(lines, index, /^={5,9}\s*$/);
    const end = nextLine(lines, middle, /^>{5,9} ?(REPLACE|UPDATED|NEW)?[\w/. ]*$/i);
    if (middle < 0 || end < 0) break;
    const search = lines.slice(index + 1, middle);
    const replace = lines.slice(middle + 1, end);
    const above = (lines[index - 1] ?? '').trim().replace(/^(?:\/\/|#|<!--)\s*/, '').replace(/\s*-->$/, '');
    found.push({ search, replace, hunk: hunkBetween(search, replace), ...(/^[\w@.~:/\\ -]+\.\w+$/.test(above) ? { path: above } : {}) });
    index = end;
  }
  return found.length > 0 ? found : undefined;
}
