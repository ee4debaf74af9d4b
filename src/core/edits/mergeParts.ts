import { isLeftOut, type Syntax } from './syntax';
import { createIndenter, indentOf, type Splice, tight } from './textLines';
import { childrenOf, isLeaf, leavesOut, namesOf, type Unit, unitsOf } from './units';

/** What a partial block makes of a file. */
export interface Merged {
  readonly splices: readonly Splice[];
  readonly sure: boolean;
  /** Parts of what is changed that the block does not show, and that stay. */
  readonly kept: readonly string[];
  /** Parts that go, because what replaces them lacks them. */
  readonly dropped: readonly string[];
}

/**
 * Puts a block that shows only parts of a file where these parts are: by what they define, and by lines that are in both.
 * Undefined when nothing of it is in the file, or as much of it in two places.
 */
export function mergeParts(file: readonly string[], block: readonly string[], syntax: Syntax): Merged | undefined {
  const parts = unitsOf(block, 0, block.length, syntax);
  const found = parentOf(file, parts, syntax);
  if (!found) return undefined;
  const merge = new Merge(file, block, syntax, parts);
  const whole = parts.some(({ leftOut }) => leftOut);
  merge.siblings(found.siblings, parts, found.parent, whole);
  return merge.result();
}

interface Parent {
  readonly siblings: readonly Unit[];
  /** Undefined for the file itself. */
  readonly parent: Unit | undefined;
}

/** Where most of the parts are; undefined when nothing is anywhere, or nobody can say where. */
function parentOf(file: readonly string[], parts: readonly Unit[], syntax: Syntax): Parent | undefined {
  const shown = parts.filter(({ leftOut }) => !leftOut);
  let best: { readonly score: number; readonly parent: Parent } | undefined;
  let alike = false;
  const visit = (parent: Parent) => {
    const names = new Set(parent.siblings.map(({ name }) => name));
    const texts = new Set(parent.siblings.map(({ text }) => text));
    // The outermost braces of data are the file itself.
    const isRoot = parent.parent === undefined && syntax.commas === true && shown.length === 1 && /^[{[]$/.test(shown[0]?.text ?? '') && texts.has(shown[0]?.text ?? '');
    const score = isRoot ? 1 : shown.reduce((sum, { name, text }) => sum + (texts.has(text) ? (text.length > 3 ? 1 : 0) + (name === undefined ? 0 : 1.5) : name !== undefined && names.has(name) ? 2 : 0), 0);
    if (score > 0 && score === best?.score) alike = true;
    if (score > (best?.score ?? 0)) {
      best = { score, parent };
      alike = false;
    }
    for (const unit of parent.siblings) if (!isLeaf(unit)) visit({ siblings: childrenOf(file, unit, syntax), parent: unit });
  };
  visit({ siblings: unitsOf(file, 0, file.length, syntax), parent: undefined });
  return alike ? undefined : best?.parent;
}

/** A part of the block with where it is in the file, if it is there. */
interface Item {
  readonly part: Unit;
  /** Lines are left out before it. */
  readonly gap: boolean;
  at: number | undefined;
}

class Merge {
  readonly #splices: Splice[] = [];
  readonly #kept: string[] = [];
  readonly #dropped: string[] = [];
  readonly #brought: readonly string[];
  readonly #imports: { readonly unit: Unit; readonly part: Unit }[] = [];
  #sure = true;
  readonly #reindent: ReturnType<typeof createIndenter>;

  constructor(
    private readonly file: readonly string[],
    private readonly block: readonly string[],
    private readonly syntax: Syntax,
    parts: readonly Unit[],
  ) {
    this.#brought = parts.flatMap((part) => (part.isImport ? namesOf(part) : []));
    this.#reindent = createIndenter(file, block);
  }

  result(): Merged {
    this.#mergeImports();
    return { splices: this.#splices, sure: this.#sure, kept: this.#kept, dropped: this.#dropped };
  }

  /**
   * Merges parts into their siblings-to-be. `whole`: what stands between two parts of the block stands between them in the
   * file as well, so what is not there goes; otherwise the parts are single ones.
   */
  siblings(siblings: readonly Unit[], parts: readonly Unit[], parent: Unit | undefined, whole: boolean): void {
    const items = this.#items(parts);
    const endsWithGap = parts.at(-1)?.leftOut === true;
    this.#find(siblings, items);
    let previous: number | undefined;
    for (let index = 0; index < items.length; ) {
      const item = items[index];
      if (!item) break;
      if (item.at !== undefined) {
        const between = previous === undefined ? [] : siblings.slice(previous + 1, item.at);
        if (whole && !item.gap && between.length > 0 && !items.some(({ at }) => at !== undefined && at > (previous ?? -1) && at < (item.at ?? 0))) this.#remove(between);
        this.#replace(siblings[item.at], item.part);
        previous = item.at;
        index += 1;
        continue;
      }
      let end = index;
      while (end < items.length && items[end]?.at === undefined && (end === index || items[end]?.gap === false)) end += 1;
      const next = items[end];
      this.#run(siblings, items.slice(index, end), { parent, whole, after: previous, before: next?.at, gapBefore: item.gap, gapAfter: next ? next.gap : endsWithGap });
      index = end;
    }
  }

  /** Whether an import may lose names is known when everything else is: only those that nothing uses any more. */
  #mergeImports(): void {
    for (const { unit, part } of this.#imports) {
      const taken = [...this.#splices, { from: unit.head, to: unit.to, lines: [] }];
      const rest = [...this.file.filter((_, index) => !taken.some(({ from, to }) => index >= from && index < to)), ...taken.flatMap(({ lines }) => lines)];
      const used = new Set(rest.join('\n').match(/[\w$]+/g));
      // What another import of the block brings has moved.
      const names = new Set(this.#brought);
      const missing = namesOf(unit).filter((name) => !names.has(name) && used.has(name));
      const line = missing.length === 0 ? (this.block[part.head] ?? '') : withNames(this.block[part.head] ?? '', missing);
      if (line !== undefined) this.#splices.push({ from: unit.head, to: unit.to, lines: [line] });
      else this.#insert(unit.to, [part], unit, 'after');
    }
  }

  #items(parts: readonly Unit[]): Item[] {
    const items: Item[] = [];
    let gap = false;
    for (const part of parts) {
      if (!part.leftOut) items.push({ part, gap, at: undefined });
      gap = part.leftOut;
    }
    return items;
  }

  /** Finds the parts of the block among the siblings: by name, then by their text, in order. */
  #find(siblings: readonly Unit[], items: readonly Item[]): void {
    const taken = new Set<number>();
    const take = (item: Item, at: number | undefined) => {
      if (at === undefined) return;
      item.at = at;
      taken.add(at);
    };
    for (const item of items) {
      const { name, text } = item.part;
      if (name === undefined) continue;
      const same = siblings.flatMap((unit, at) => (unit.name === name && !taken.has(at) ? [at] : []));
      const exact = same.filter((at) => siblings[at]?.text === text);
      const [first] = exact.length > 0 ? exact : same;
      if ((exact.length > 0 ? exact : same).length > 1 && !this.#isSame(siblings[first ?? 0], item.part)) this.#sure = this.#sure && items.filter((one) => one.part.name === name).length === same.length;
      take(item, first);
    }
    let last = -1;
    for (const item of items) {
      if (item.at === undefined && item.part.name === undefined) {
        const at = siblings.findIndex((unit, index) => index > last && !taken.has(index) && unit.text === item.part.text);
        take(item, at < 0 ? undefined : at);
      }
      last = Math.max(last, item.at ?? -1);
    }
  }

  /** Parts in a row that the file does not have. */
  #run(siblings: readonly Unit[], items: readonly Item[], place: { parent: Unit | undefined; whole: boolean; after: number | undefined; before: number | undefined; gapBefore: boolean; gapAfter: boolean }): void {
    const { parent, whole, after, before, gapBefore, gapAfter } = place;
    const open = siblings.flatMap((unit, index) => (index > (after ?? -1) && index < (before ?? siblings.length) && unit.name === undefined ? [index] : []));
    const left: Unit[] = [];
    for (const { part } of items) {
      const [best] = part.name === undefined ? open.map((index) => ({ index, alike: alikeness(siblings[index]?.text ?? '', part.text) })).toSorted((a, b) => b.alike - a.alike) : [];
      const unit = best && best.alike >= 0.5 ? siblings[best.index] : undefined;
      if (best && unit) {
        open.splice(open.indexOf(best.index), 1);
        this.#replace(unit, part);
      } else left.push(part);
    }
    const [first] = left;
    const imports = siblings.findLast(({ isImport }) => isImport);
    if (!first) return;
    const previous = after === undefined ? undefined : siblings[after];
    const next = before === undefined ? undefined : siblings[before];
    const hasNeighbour = (previous?.isImport && !gapBefore) || (next?.isImport && !gapAfter);
    if (left.every(({ isImport }) => isImport) && imports && !hasNeighbour) return this.#insert(imports.to, left, imports, 'after');
    const between = previous && next && before === (after ?? 0) + 1 ? [] : siblings.slice((after ?? -1) + 1, before ?? siblings.length);
    if (previous && next && !gapBefore && !gapAfter && whole) {
      this.#remove(between);
      return this.#insert(previous.to, left, previous, 'after');
    }
    const isListed = this.syntax.data === true || parent?.isImport === true;
    // A statement between two that are not neighbours: nobody said what becomes of what is between.
    if (!isListed && !whole && between.some(isLeaf) && left.some(isLeaf)) this.#sure = false;
    if (previous && !gapBefore) return this.#insert(previous.to, left, previous, 'after');
    if (next && !gapAfter) return this.#insert(next.from, left, next, 'before');
    if (!isListed && left.some(isLeaf)) this.#sure = false;
    const last = siblings.at(-1);
    if (parent && whole && !gapBefore && !previous) return this.#insert(siblings[0]?.from ?? parent.body, left, siblings[0], 'before');
    if (!parent && whole && !gapBefore && !previous && siblings[0]) return this.#insert(siblings[0].from, left, siblings[0], 'before');
    if (last) return this.#insert(last.to, left, last, 'after');
    this.#insert(parent?.body ?? this.file.length, left, undefined, 'after');
  }

  #insert(at: number, parts: readonly Unit[], beside: Unit | undefined, side: 'before' | 'after'): void {
    const [first] = parts;
    const last = parts.at(-1);
    if (!first || !last) return;
    const from = indentOf(this.block[first.head] ?? '');
    const to = beside ? indentOf(this.file[beside.head] ?? '') : from;
    const shown = this.block.slice(first.from, last.to).filter((line) => !isLeftOut(line, this.syntax));
    if (shown.length < last.to - first.from && !this.syntax.heading) this.#sure = false;
    while (shown.at(-1)?.trim() === '') shown.pop();
    const lines = this.#reindent(shown, from, to);
    // Larger parts stand apart.
    const apart = beside !== undefined && (!isLeaf(beside) || !isLeaf(side === 'after' ? first : last)) && !(this.syntax.data && !this.syntax.selectors) && this.#standApart(beside);
    const blank = apart ? [''] : [];
    this.#splices.push({ from: at, to: at, lines: side === 'after' ? [...blank, ...lines] : [...lines, ...blank] });
  }

  /** Whether there is a blank line beside a part, or nothing at all. */
  #standApart({ from, to }: Unit): boolean {
    const above = this.file[from - 1];
    const below = this.file[to];
    return above === undefined || below === undefined || above.trim() === '' || below.trim() === '' || /^[)\]}]/.test(below.trim());
  }

  #remove(units: readonly Unit[]): void {
    for (const unit of units) {
      if (unit.name !== undefined && !isLeaf(unit)) this.#dropped.push(unit.name);
      const blank = (this.file[unit.to] ?? 'x').trim() === '' && (this.file[unit.from - 1] ?? '').trim() === '' ? 1 : 0;
      this.#splices.push({ from: unit.from, to: unit.to + blank, lines: [] });
    }
  }

  #replace(unit: Unit | undefined, part: Unit): void {
    if (!unit || this.#isSame(unit, part)) return;
    if (unit.isImport && isLeaf(unit) && isLeaf(part)) {
      this.#imports.push({ unit, part });
      return;
    }
    const lost = this.#lost(unit, part);
    const isPart = part.to - part.head < (unit.to - unit.head) / 2 && lost.length > 0;
    const leaves = leavesOut(this.block, part, this.syntax);
    if (leaves || isPart || (unit.isImport && !isLeaf(unit) && lost.length > 0)) {
      if (!leaves) {
        this.#kept.push(...lost);
        if (!unit.isImport) this.#sure = this.#sure && this.syntax.data === true;
      }
      return this.#inside(unit, part, leaves);
    }
    this.#dropped.push(...lost);
    const from = part.from < part.head ? unit.from : unit.head;
    const lines = this.block.slice(part.from < part.head ? part.from : part.head, part.to);
    this.#splices.push({ from, to: unit.to, lines: this.#reindent(lines, indentOf(this.block[part.head] ?? ''), indentOf(this.file[unit.head] ?? '')) });
  }

  /** The part shows only some of what is inside the unit. */
  #inside(unit: Unit, part: Unit, whole: boolean): void {
    if (unit.text !== part.text) {
      if (isLeaf(unit) || isLeaf(part)) this.#sure = false;
      this.#splices.push({ from: unit.head, to: unit.head + 1, lines: this.#reindent([this.block[part.head] ?? ''], indentOf(this.block[part.head] ?? ''), indentOf(this.file[unit.head] ?? '')) });
    }
    this.siblings(childrenOf(this.file, unit, this.syntax), childrenOf(this.block, part, this.syntax), unit, whole);
  }

  /** What the unit defines inside and the part does not. */
  #lost(unit: Unit, part: Unit): readonly string[] {
    const named = childrenOf(this.block, part, this.syntax);
    const isThere = (child: Unit) => named.some(({ name, text }) => (child.name === undefined ? text === child.text : name === child.name));
    return childrenOf(this.file, unit, this.syntax).flatMap((child) => ((this.syntax.data || unit.isImport || !isLeaf(child)) && (child.name !== undefined || unit.isImport) && !isThere(child) ? [child.name ?? child.text] : []));
  }

  #isSame(unit: Unit | undefined, part: Unit): boolean {
    if (!unit) return false;
    const lines = (text: readonly string[], from: number, to: number) => text.slice(from, to).map(tight).filter((line) => line !== '').join('\n');
    const [theirs, ours] = [lines(this.block, part.head, part.to), lines(this.file, unit.head, unit.to)];
    return theirs === ours && (part.from === part.head || lines(this.block, part.from, part.head) === lines(this.file, unit.from, unit.head));
  }
}

/** Shared words of two lines, in [0, 1] (Dice's coefficient). */
function alikeness(a: string, b: string): number {
  const [left, right] = [wordsOf(a), wordsOf(b)];
  if (left.length === 0 || right.length === 0) return 0;
  const rest = [...right];
  const both = left.filter((word) => {
    const at = rest.indexOf(word);
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  }).length;
  return (2 * both) / (left.length + right.length);
}

function wordsOf(text: string): readonly string[] {
  return text.match(/\w+/g) ?? [];
}

/** An import line with more names: in its braces, or at the end of Python's; undefined for other kinds. */
function withNames(line: string, names: readonly string[]): string | undefined {
  if (/\{[^}]*\}/.test(line)) return line.replace(/,?\s*\}/, `, ${names.join(', ')} }`);
  return /^\s*from\s+\S+\s+import\s+[\w, ]+$/.test(line) ? `${line.trimEnd()}, ${names.join(', ')}` : undefined;
}
