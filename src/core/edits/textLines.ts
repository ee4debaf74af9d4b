/** A text as its lines, each with the line end it has. */
export interface TextLines {
  /** The byte order mark, or nothing. */
  readonly bom: string;
  readonly lines: readonly string[];
  /** The end of each line: `\n`, `\r\n`, or nothing for a last line without one. */
  readonly ends: readonly string[];
  /** The line end most lines have; what new lines get. */
  readonly eol: string;
}

/** Lines `from` up to but not including `to`, counted from 0, become `lines`. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/** Parts a text into lines and their ends, which may differ; `splice` puts them together again to the last byte. */
export function readLines(text: string): TextLines {
  const bom = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const lines: string[] = [];
  const ends: string[] = [];
  for (const [, line = '', end = ''] of text.slice(bom.length).matchAll(/([^\r\n]*)(\r\n|\n|\r|$)/g)) {
    if (line === '' && end === '') break;
    lines.push(line);
    ends.push(end);
  }
  const windows = ends.filter((end) => end === '\r\n').length;
  return { bom, lines, ends, eol: windows * 2 > ends.length ? '\r\n' : '\n' };
}

/**
 * The text with some lines changed. Lines outside the splices keep what they are to the last byte; the end of the text has
 * or lacks a line end as before, unless `finalNewline` says otherwise. Splices may come in any order, but must not overlap.
 */
export function splice(text: TextLines, splices: readonly Splice[], finalNewline?: boolean): string {
  const out: { line: string; end: string }[] = [];
  let at = 0;
  const keepTo = (to: number) => {
    for (; at < to; at += 1) out.push({ line: text.lines[at] ?? '', end: text.ends[at] ?? '' });
  };
  for (const { from, to, lines } of splices.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    keepTo(from);
    for (const line of lines) out.push({ line, end: text.eol });
    at = Math.max(at, to);
  }
  keepTo(text.lines.length);
  const endsWithNewline = finalNewline ?? (text.lines.length === 0 || text.ends.at(-1) !== '');
  return text.bom + out.map(({ line, end }, index) => line + (index < out.length - 1 ? end || text.eol : endsWithNewline ? end || text.eol : '')).join('');
}

/** What counts of a line when blanks do not. */
export function tight(line: string): string {
  return line.replace(/\s+/g, ' ').trim();
}

/** The spaces and tabs that a line begins with. */
export function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

/** Columns of indentation; a tab reaches to the next multiple of four. */
export function widthOf(line: string): number {
  let width = 0;
  for (const character of indentOf(line)) width = character === '\t' ? width - (width % 4) + 4 : width + 1;
  return width;
}

/** One step of indentation as most lines have it: a tab, or so many blanks; undefined where nothing is indented. */
function stepOf(lines: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  let before = 0;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const indent = indentOf(line);
    const by = indent.length - before;
    before = indent.length;
    if (indent === '' || by <= 0) continue;
    const step = indent.includes('\t') ? '\t' : by <= 8 && by > 1 ? ' '.repeat(by) : undefined;
    if (step !== undefined) counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}

/**
 * Moves lines from one indentation to another, and from the steps of the block to those of the file where they differ
 * (blanks to tabs, two to four).
 */
export function createIndenter(file: readonly string[], block: readonly string[]): (lines: readonly string[], from: string, to: string) => readonly string[] {
  const fileStep = stepOf(file);
  const blockStep = stepOf(block);
  const converts = fileStep !== undefined && blockStep !== undefined && fileStep !== blockStep;
  const convert = (deeper: string): string => {
    if (!converts) return deeper;
    const columns = blockStep === '\t' ? (deeper.match(/\t/g)?.length ?? 0) * 4 : deeper.length;
    const step = blockStep === '\t' ? 4 : blockStep.length;
    // What does not make a whole step lines something up: it stays in blanks.
    return fileStep.repeat(Math.floor(columns / step)) + ' '.repeat(columns % step);
  };
  return (lines, from, to) =>
    lines.map((line) => {
      if (line.trim() === '') return line.trim();
      const indent = indentOf(line);
      const rest = line.slice(indent.length);
      if (indent.startsWith(from)) return to + convert(indent.slice(from.length)) + rest;
      // Less deep than where the piece begins: as much less in the file.
      const less = widthOf(from) - widthOf(indent);
      return to.slice(0, Math.max(0, to.length - (to.includes('\t') ? Math.ceil(less / 4) : less))) + rest;
    });
}
