/**
 * Searches texts for a pattern in time that grows with the text alone. The syntax is that of regular expressions
 * without what makes them run for ever: no references back, no looking ahead or behind. Case does not count, `^` and
 * `$` are the ends of a line, `.` is anything but a line break. The pattern is a machine of states (Thompson 1968);
 * sets of states that were met are kept, so that nearly every character costs one look into a table.
 */
export interface LinearPattern {
  /** Whether the pattern is found anywhere in a text, of which `searchedText` was made. */
  test(searched: string, meter?: Meter): boolean;
}

/** Counts what was done, for tests of the time it takes. */
export interface Meter {
  steps: number;
}

export type ReadPattern = { readonly ok: true; readonly pattern: LinearPattern } | { readonly ok: false; readonly message: string };

/** Of a longer text, in characters. */
const searchedHead = 32_000;
const searchedTail = 8_000;
/** A step costs at most so many looks; what `{}` repeats counts as often. */
const mostInstructions = 400;
const mostRepeats = 100;
const deepestGroup = 20;
/** Sets of states that are kept; beyond it the table is begun anew. */
const mostSets = 256;

/** What is searched of a text: the beginning and the end of a long one, in small letters. Made once for many patterns. */
export function searchedText(text: string): string {
  return (text.length <= searchedHead + searchedTail ? text : `${text.slice(0, searchedHead)}\n${text.slice(-searchedTail)}`).toLowerCase();
}

/** Reads a pattern, or says in words what is wrong with it. */
export function readPattern(source: string): ReadPattern {
  try {
    const whole = new Parser(source).whole();
    return { ok: true, pattern: new Machine(assembled(whole), literalsOf(whole)) };
  } catch (error) {
    if (error instanceof PatternProblem) return { ok: false, message: error.message };
    throw error;
  }
}

class PatternProblem extends Error {}

type Ranges = readonly (readonly [number, number])[];
interface CharacterSet {
  readonly ranges: Ranges;
  readonly negated: boolean;
}
type Border = 'lineStart' | 'lineEnd' | 'wordBorder' | 'noWordBorder';

type Node =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'border'; readonly border: Border }
  | { readonly kind: 'all'; readonly parts: readonly Node[] }
  | { readonly kind: 'any'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly least: number; readonly most: number };

const digits: Ranges = [[48, 57]];
// Capitals are made small before they are compared.
const wordCharacters: Ranges = [[48, 57], [95, 95], [97, 122], [0xaa, 0x1fff], [0x2c00, 0xd7ff], [0xf900, 0xfdff]];
const spaces: Ranges = [[9, 13], [32, 32], [0xa0, 0xa0], [0x2028, 0x2029]];
const lineBreaks: Ranges = [[10, 10], [13, 13]];
const escapedSets: Readonly<Record<string, CharacterSet>> = {
  d: { ranges: digits, negated: false },
  D: { ranges: digits, negated: true },
  w: { ranges: wordCharacters, negated: false },
  W: { ranges: wordCharacters, negated: true },
  s: { ranges: spaces, negated: false },
  S: { ranges: spaces, negated: true },
};
const escapedCharacters: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, '0': 0 };

class Parser {
  #at = 0;
  readonly #text: string;

  constructor(source: string) {
    this.#text = source.toLowerCase() === source ? source : lowered(source);
  }

  whole(): Node {
    const node = this.#alternatives(0);
    if (this.#at < this.#text.length) throw new PatternProblem('has a ) without its (');
    return node;
  }

  #alternatives(depth: number): Node {
    const parts = [this.#sequence(depth)];
    while (this.#take('|')) parts.push(this.#sequence(depth));
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'any', parts };
  }

  #sequence(depth: number): Node {
    const parts: Node[] = [];
    while (this.#at < this.#text.length && this.#text[this.#at] !== '|' && this.#text[this.#at] !== ')') parts.push(this.#repeated(depth));
    return { kind: 'all', parts };
  }

  #repeated(depth: number): Node {
    let part = this.#single(depth);
    for (;;) {
      const [least, most] = this.#quantifier() ?? [-1, -1];
      if (least < 0) return part;
      if (part.kind === 'border') throw new PatternProblem('repeats an end of a line or word');
      // Greedy or not, the same texts fit.
      this.#take('?');
      part = { kind: 'repeat', part, least, most };
    }
  }

  #quantifier(): readonly [number, number] | undefined {
    if (this.#take('*')) return [0, Infinity];
    if (this.#take('+')) return [1, Infinity];
    if (this.#take('?')) return [0, 1];
    const found = /^\{(\d{1,3})(,(\d{0,3}))?\}/.exec(this.#text.slice(this.#at, this.#at + 12));
    if (!found) return undefined;
    this.#at += found[0].length;
    const least = Number(found[1]);
    const most = found[2] === undefined ? least : found[3] === '' ? Infinity : Number(found[3]);
    if (least > most) throw new PatternProblem(`has a repetition from ${least} to ${most}`);
    if (least > mostRepeats || (most !== Infinity && most > mostRepeats)) throw new PatternProblem(`repeats more than ${mostRepeats} times`);
    return [least, most];
  }

  #single(depth: number): Node {
    const character = this.#text[this.#at] ?? '';
    this.#at += 1;
    switch (character) {
      case '(':
        return this.#group(depth + 1);
      case '[':
        return { kind: 'set', set: this.#characterSet() };
      case '.':
        return { kind: 'set', set: { ranges: lineBreaks, negated: true } };
      case '^':
        return { kind: 'border', border: 'lineStart' };
      case '$':
        return { kind: 'border', border: 'lineEnd' };
      case '*':
      case '+':
      case '?':
        throw new PatternProblem(`has nothing before its ${character}`);
      case '\\':
        return this.#escaped();
      default:
        return { kind: 'set', set: one(character.charCodeAt(0)) };
    }
  }

  #group(depth: number): Node {
    if (depth > deepestGroup) throw new PatternProblem(`has groups deeper than ${deepestGroup}`);
    if (this.#take('?') && !this.#take(':')) throw new PatternProblem('has a group with (?, of which only (?: is known: patterns cannot look ahead or behind');
    const node = this.#alternatives(depth);
    if (!this.#take(')')) throw new PatternProblem('has a ( without its )');
    return node;
  }

  #escaped(): Node {
    const character = this.#text[this.#at] ?? '';
    if (character === 'b' || character === 'B') {
      this.#at += 1;
      return { kind: 'border', border: character === 'b' ? 'wordBorder' : 'noWordBorder' };
    }
    const set = this.#escapedSet();
    return { kind: 'set', set: typeof set === 'number' ? one(set) : set };
  }

  /** What stands after a backslash: a set, or one character. */
  #escapedSet(): CharacterSet | number {
    const character = this.#text[this.#at] ?? '';
    this.#at += 1;
    if (character === '') throw new PatternProblem('ends in a \\');
    const set = escapedSets[character];
    if (set) return set;
    const code = escapedCharacters[character];
    if (code !== undefined) return code;
    if (/[1-9]/.test(character)) throw new PatternProblem(`refers back with \\${character}, which takes too long on long texts`);
    if (/[a-z]/i.test(character)) throw new PatternProblem(`has \\${character}, which is not known; known are \\d \\w \\s \\b \\n \\r \\t and their capitals`);
    return character.charCodeAt(0);
  }

  #characterSet(): CharacterSet {
    const negated = this.#take('^');
    const ranges: (readonly [number, number])[] = [];
    for (let first = true; first || this.#text[this.#at] !== ']'; first = false) {
      if (this.#at >= this.#text.length) throw new PatternProblem('has a [ without its ]');
      const from = this.#member();
      if (typeof from !== 'number') {
        if (from.negated) throw new PatternProblem('has a negated set inside [ ]');
        ranges.push(...from.ranges);
        continue;
      }
      if (this.#text[this.#at] !== '-' || (this.#text[this.#at + 1] ?? ']') === ']') {
        ranges.push([from, from]);
        continue;
      }
      this.#at += 1;
      const to = this.#member();
      if (typeof to !== 'number' || to < from) throw new PatternProblem('has a range inside [ ] that ends before it begins');
      ranges.push([from, to]);
    }
    this.#at += 1;
    return { ranges, negated };
  }

  #member(): CharacterSet | number {
    const character = this.#text[this.#at] ?? '';
    this.#at += 1;
    return character === '\\' ? this.#escapedSet() : character.charCodeAt(0);
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }
}

/** Small letters, but for what stands after a backslash: \S is not \s. */
function lowered(source: string): string {
  return source.replace(/\\[^]|[^\\]+/g, (piece) => (piece.startsWith('\\') ? piece : piece.toLowerCase()));
}

function one(code: number): CharacterSet {
  return { ranges: [[code, code]], negated: false };
}

/** Shorter ones are in nearly every text. */
const shortestLiteral = 3;
const mostLiterals = 20;

/** Texts of which one is in whatever fits; undefined when nothing of use must be there. Looking for them first is many times as fast. */
function literalsOf(node: Node): readonly string[] | undefined {
  switch (node.kind) {
    case 'all': {
      const found = [...runsOf(node.parts).map((run) => [run]), ...node.parts.flatMap((part) => (part.kind === 'set' ? [] : [literalsOf(part) ?? []]))];
      return found.filter(isUseful).toSorted((one, other) => shortest(other) - shortest(one))[0];
    }
    case 'any': {
      const found = node.parts.map((part) => literalsOf(part) ?? []);
      const all = found.flat();
      return found.every(isUseful) && all.length <= mostLiterals ? all : undefined;
    }
    case 'repeat':
      return node.least > 0 ? literalsOf(node.part) : undefined;
    case 'set':
    case 'border':
      return undefined;
  }
}

/** What single characters that follow one another spell. */
function runsOf(parts: readonly Node[]): readonly string[] {
  const runs = [''];
  for (const part of parts) {
    const [range, ...more] = part.kind === 'set' && !part.set.negated ? part.set.ranges : [];
    if (range && more.length === 0 && range[0] === range[1]) runs.push(`${runs.pop() ?? ''}${String.fromCharCode(range[0])}`);
    else if (part.kind !== 'border') runs.push('');
  }
  return runs;
}

function isUseful(literals: readonly string[]): boolean {
  return literals.length > 0 && shortest(literals) >= shortestLiteral;
}

function shortest(literals: readonly string[]): number {
  return Math.min(...literals.map((literal) => literal.length));
}

type Instruction =
  | { readonly do: 'read'; readonly set: CharacterSet }
  | { readonly do: 'check'; readonly border: Border }
  | { readonly do: 'fork'; next: number; other: number }
  | { readonly do: 'found' };

/** The pattern as instructions that follow one another; a fork goes on at two places. */
function assembled(node: Node): readonly Instruction[] {
  const program: Instruction[] = [];
  add(program, node);
  program.push({ do: 'found' });
  return program;
}

function add(program: Instruction[], node: Node): void {
  if (program.length > mostInstructions) throw new PatternProblem('is too long, or repeats too much');
  switch (node.kind) {
    case 'set':
      program.push({ do: 'read', set: node.set });
      return;
    case 'border':
      program.push({ do: 'check', border: node.border });
      return;
    case 'all':
      for (const part of node.parts) add(program, part);
      return;
    case 'any': {
      const ends: Extract<Instruction, { do: 'fork' }>[] = [];
      node.parts.forEach((part, index) => {
        if (index === node.parts.length - 1) return add(program, part);
        const fork = forkHere(program);
        add(program, part);
        ends.push(forkHere(program));
        fork.other = program.length;
      });
      for (const end of ends) end.next = end.other = program.length;
      return;
    }
    case 'repeat': {
      for (let times = 0; times < node.least; times++) {
        const before = program.length;
        add(program, node.part);
        // Nothing, however often: without this, repeats of repeats of nothing would go on for ever.
        if (program.length === before) break;
      }
      if (node.most === Infinity) {
        const fork = forkHere(program);
        add(program, node.part);
        const back = forkHere(program);
        back.next = back.other = program.indexOf(fork);
        fork.other = program.length;
        return;
      }
      for (let times = node.least; times < node.most; times++) {
        const fork = forkHere(program);
        add(program, node.part);
        fork.other = program.length;
      }
    }
  }
}

/** A fork whose first way is the next instruction. */
function forkHere(program: Instruction[]): Extract<Instruction, { do: 'fork' }> {
  const fork = { do: 'fork' as const, next: program.length + 1, other: program.length + 1 };
  program.push(fork);
  return fork;
}

/** What borders ask of the character before and after. */
const enum Side {
  /** The beginning or the end of the text, or a line break. */
  Line = 0,
  Word = 1,
  Other = 2,
}

/** A set of instructions to go on from, with the character before it. */
interface StateSet {
  readonly instructions: readonly number[];
  readonly before: Side;
  /** By ASCII code, what comes next: a set, or `true` when the pattern is found. */
  readonly next: (StateSet | true | undefined)[];
}

const ended = 128;

class Machine implements LinearPattern {
  #sets = new Map<string, StateSet>();

  constructor(
    private readonly program: readonly Instruction[],
    private readonly literals: readonly string[] | undefined,
  ) {}

  test(searched: string, meter?: Meter): boolean {
    if (this.literals && !this.literals.some((literal) => searched.includes(literal))) return false;
    let state = this.#set([], Side.Line);
    for (let at = 0; at < searched.length; at++) {
      const code = searched.charCodeAt(at);
      if (meter) meter.steps += 1;
      const known = code < ended ? state.next[code] : undefined;
      const next = known ?? this.#step(state, code, meter);
      if (next === true) return true;
      if (code < ended) state.next[code] = next;
      state = next;
    }
    const last = state.next[ended] ?? this.#step(state, -1, meter);
    state.next[ended] = last;
    return last === true;
  }

  /** `code` −1 is the end of the text. */
  #step({ instructions, before }: StateSet, code: number, meter: Meter | undefined): StateSet | true {
    const after = code === -1 ? Side.Line : sideOf(code);
    const seen = new Uint8Array(this.program.length);
    const next: number[] = [];
    // The pattern may begin at any character.
    const open = [0, ...instructions];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen[at] === 1) continue;
      seen[at] = 1;
      if (meter) meter.steps += 1;
      const instruction = this.program[at];
      if (instruction === undefined || instruction.do === 'found') return true;
      if (instruction.do === 'fork') open.push(instruction.other, instruction.next);
      else if (instruction.do === 'check') {
        if (holds(instruction.border, before, after)) open.push(at + 1);
      } else if (code !== -1 && holdsCharacter(instruction.set, code)) next.push(at + 1);
    }
    return this.#set(next.toSorted((left, right) => left - right), after);
  }

  #set(instructions: readonly number[], before: Side): StateSet {
    const key = `${before} ${instructions.join(' ')}`;
    const known = this.#sets.get(key);
    if (known) return known;
    if (this.#sets.size >= mostSets) this.#sets = new Map();
    const made: StateSet = { instructions, before, next: [] };
    this.#sets.set(key, made);
    return made;
  }
}

function sideOf(code: number): Side {
  if (within(lineBreaks, code)) return Side.Line;
  return within(wordCharacters, code) ? Side.Word : Side.Other;
}

function holds(border: Border, before: Side, after: Side): boolean {
  switch (border) {
    case 'lineStart':
      return before === Side.Line;
    case 'lineEnd':
      return after === Side.Line;
    case 'wordBorder':
      return (before === Side.Word) !== (after === Side.Word);
    case 'noWordBorder':
      return (before === Side.Word) === (after === Side.Word);
  }
}

function holdsCharacter({ ranges, negated }: CharacterSet, code: number): boolean {
  return within(ranges, code) !== negated;
}

function within(ranges: Ranges, code: number): boolean {
  for (const [from, to] of ranges) if (code >= from && code <= to) return true;
  return false;
}
