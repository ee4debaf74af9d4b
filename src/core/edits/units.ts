import { commentText, isLeftOut, type Syntax } from './syntax';
import { tight, widthOf } from './textLines';

/**
 * A part of a text: a line with the deeper lines below it and the line that closes it, such as a function, a rule or a
 * section. Lines are counted from 0; ends are not included.
 */
export interface Unit {
  /** With comments and decorators above. */
  readonly from: number;
  /** Its first line. */
  readonly head: number;
  /** What is inside, up to the line that closes it. */
  readonly body: number;
  readonly tail: number;
  readonly to: number;
  /** What it defines. */
  readonly name: string | undefined;
  /** Its first line without its blanks. */
  readonly text: string;
  /** It stands for lines that are not shown. */
  readonly leftOut: boolean;
  readonly isImport: boolean;
}

/** Lines at the depth of a part that belong to it all the same: what closes it, and its further branches. */
const goesOn = /^(?:[)\]}]|\/?>|\*\/|<\/|(?:end|fi|done|esac)\b(?!\s*[=.(:[])|(?:then|do)$|(?:else|elif|elsif|elseif|except|catch|finally|rescue|ensure)\b)/;

/** The parts of some lines, those inside them not counted. */
export function unitsOf(lines: readonly string[], from: number, to: number, syntax: Syntax): readonly Unit[] {
  const depths = depthsOf(lines, from, to, syntax);
  const depthAt = (index: number) => depths[index - from] ?? 0;
  const isBlank = (index: number) => (lines[index] ?? '').trim() === '';
  const units: Unit[] = [];
  /** First line of the comments and decorators that have been seen right above. */
  let above: number | undefined;
  for (let head = from; head < to; ) {
    if (isBlank(head)) {
      above = undefined;
      head += 1;
      continue;
    }
    const depth = depthAt(head);
    let end = head + 1;
    let solid = end;
    for (; end < to; end += 1) {
      if (isBlank(end)) continue;
      if (depthAt(end) < depth) break;
      if (depthAt(end) === depth && !continues(lines, depth, end, solid - 1, syntax, depthAt)) break;
      solid = end + 1;
    }
    const text = tight(lines[head] ?? '');
    const leftOut = solid === head + 1 && isLeftOut(lines[head] ?? '', syntax);
    if (!leftOut && solid < to && !isBlank(solid) && depthAt(solid) === depth && goesAbove(lines, head, solid)) {
      above ??= head;
      head = solid;
      continue;
    }
    const closes = solid > head + 1 && depthAt(solid - 1) === depth && goesOn.test((lines[solid - 1] ?? '').trim());
    // Nobody names anything after so many characters.
    const name = nameOf((lines[head] ?? '').trim().slice(0, 1000), solid > head + 1, syntax);
    units.push({ from: above ?? head, head, body: head + 1, tail: closes ? solid - 1 : solid, to: solid, text, leftOut, name, isImport: name?.startsWith('import ') === true });
    above = undefined;
    head = solid;
  }
  return units;
}

/** One line, with nothing inside it. */
export function isLeaf(unit: Unit): boolean {
  return unit.to - unit.head === 1;
}

/** The names that a part brings into its file. */
export function namesOf({ isImport, name, text }: Unit): readonly string[] {
  if (!isImport) return name === undefined ? [] : [name];
  return text.replace(/["'<][^"'<>]*["'>]/g, '').match(/[\w$]+/g)?.filter((word) => !importWords.has(word)) ?? [];
}

const importWords: ReadonlySet<string> = new Set(['import', 'from', 'type', 'as', 'use', 'using', 'include', 'require', 'export', 'const', 'static']);

/** The parts inside a part. */
export function childrenOf(lines: readonly string[], unit: Unit, syntax: Syntax): readonly Unit[] {
  return unitsOf(lines, unit.body, unit.tail, syntax);
}

/** Some line of it stands for lines that are not shown. */
export function leavesOut(lines: readonly string[], unit: Unit, syntax: Syntax): boolean {
  for (let index = unit.head; index < unit.to; index += 1) if (isLeftOut(lines[index] ?? '', syntax)) return true;
  return false;
}

function depthsOf(lines: readonly string[], from: number, to: number, { heading }: Syntax): readonly number[] {
  let fenced = false;
  return lines.slice(from, to).map((line) => {
    if (!heading) return widthOf(line);
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced;
    const depth = fenced ? undefined : heading.exec(line)?.[1]?.length;
    // Lines below a heading are deeper than any heading.
    return depth ?? 1000;
  });
}

function continues(lines: readonly string[], depth: number, index: number, last: number, { heading }: Syntax, depthAt: (index: number) => number): boolean {
  if (heading) return false;
  const line = (lines[index] ?? '').trim();
  if (goesOn.test(line)) return true;
  // A brace on a line of its own, below a line that opens nothing.
  return line.startsWith('{') && last === index - 1 && depthAt(last) === depth && !/[{},;:[(]$/.test((lines[last] ?? '').trim());
}

/** A comment, a decorator or an attribute that stands right above something. */
function goesAbove(lines: readonly string[], head: number, to: number): boolean {
  const first = (lines[head] ?? '').trim();
  if (/^(?:@[\w.]|#\[|\[[A-Z]\w*)/.test(first)) return true;
  if (commentText(first) === undefined) return false;
  return to === head + 1 || /^(?:\/\*|<!--)/.test(first);
}

const importLine = /^(?:import|from|use|using|#\s*include|require|@import|@use|source|export\s+(?:\*|\{[^}]*\})\s*from)\b/;
const declared = /(?:^|\s)(?:function\*?|def|fn|func|class|interface|struct|enum|trait|type|const|let|var|val|module|namespace|record|object|protocol|extension|sub|proc|table|view|procedure|index|resource|service|message)\s+([\w$.-]+)/i;
const goMethod = /^func\s*\(\s*\w*\s*\*?\s*(\w+)[^)]*\)\s*(\w+)/;
const control = /^(?:if|for|while|switch|catch|return|else|elif|with|do|try|match|case|when|unless|until|foreach|await|throw|yield|new|assert|super|this|print|default)\b/;

/** What a part is known by; undefined when only its text tells it apart. */
function nameOf(line: string, hasBody: boolean, syntax: Syntax): string | undefined {
  if (syntax.heading) return syntax.heading.test(line) ? line.toLowerCase() : undefined;
  if (syntax.selectors && hasBody) return tight(line.replace(/\{.*$/, ''));
  if (!syntax.data && importLine.test(line)) {
    const quoted = [...line.matchAll(/["'<]([^"'<>]+)["'>]/g)].at(-1)?.[1];
    return `import ${quoted ?? /^\w+\s+([\w.:]+|\()/.exec(line)?.[1] ?? line}`;
  }
  if (/^package\s+[\w.]+;?$/.test(line)) return 'package';
  const method = goMethod.exec(line);
  if (method) return `${method[1]}.${method[2]}`;
  if (control.test(line)) return undefined;
  const call = /^([\w.$]+)\(\s*(["'`])(.*?)\2/.exec(line);
  if (call) return hasBody ? `${call[1]} ${call[3]}` : undefined;
  const word = syntax.data ? undefined : declared.exec(line.replace(/["'`].*$/, ''))?.[1];
  if (word !== undefined && !/^impl\b/.test(line)) return word;
  if (hasBody && !syntax.data) {
    const before = /^((?:[\w<>[\],.?*&:@]+\s+)*)([~\w$#]+)\s*(?:<[^>]*>)?\s*\(/.exec(line);
    if (before?.[2] !== undefined && !/=/.test(before[0]) && !line.endsWith(');')) return before[2];
  }
  return /^(?:export\s+|readonly\s+|private\s+|public\s+|static\s+|self\.|this\.)*["']?([#\w$.@/-]+)["']?\??\s*(?::(?!:)|=(?![=>])|:=)/.exec(line)?.[1];
}
