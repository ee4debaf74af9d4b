import { diffArrays, diffWordsWithSpace } from 'diff';

export interface Piece {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** Text differs by words, code by lines. */
interface Block {
  readonly kind: 'text' | 'code';
  /** Of code one a line, without the break. */
  readonly pieces: readonly Piece[];
}

export interface Differences {
  readonly blocks: readonly Block[];
  /** Share of the words of both that they have in common, from 0 to 1. */
  readonly same: number;
}

/**
 * Beyond so many words that go or come, two texts have little in common, and the comparison of words takes time with the
 * square of it: they are shown one after the other.
 */
const mostEdits = 1500;

interface Line {
  readonly text: string;
  readonly isCode: boolean;
}

/** What one answer says otherwise than another: first by lines, then by words where lines of text differ. */
export function differences(left: string, right: string): Differences {
  const blocks: Block[] = [];
  const add = (kind: Block['kind'], pieces: readonly Piece[]) => {
    const last = blocks.at(-1);
    if (last?.kind === kind) blocks[blocks.length - 1] = { kind, pieces: [...last.pieces, ...pieces] };
    else if (pieces.length > 0) blocks.push({ kind, pieces });
  };
  const addLines = (lines: readonly Line[], kind: Piece['kind']) => {
    for (const { text, isCode } of lines) add(isCode ? 'code' : 'text', [{ kind, text: isCode ? text : `${text}\n` }]);
  };
  const changes = diffArrays(linesOf(left), linesOf(right), { comparator: (one, other) => one.text === other.text && one.isCode === other.isCode });
  for (let place = 0; place < changes.length; place += 1) {
    const change = changes[place];
    const next = changes[place + 1];
    if (change?.removed && next?.added && [...change.value, ...next.value].every(({ isCode }) => !isCode)) {
      add('text', words(joined(change.value), joined(next.value)));
      place += 1;
    } else if (change) addLines(change.value, change.removed ? 'removed' : change.added ? 'added' : 'same');
  }
  return { blocks, same: sameShare(blocks) };
}

function words(left: string, right: string): readonly Piece[] {
  const changes = diffWordsWithSpace(left, right, { maxEditLength: mostEdits });
  if (!changes) return [{ kind: 'removed', text: left }, { kind: 'added', text: right }];
  return changes.map(({ value, added, removed }) => ({ kind: added ? 'added' : removed ? 'removed' : 'same', text: value }));
}

function joined(lines: readonly Line[]): string {
  return lines.map(({ text }) => `${text}\n`).join('');
}

/** Lines with what is known of fences; their marks are text, so that a missing one does not hide the rest. */
function linesOf(text: string): Line[] {
  let fence: string | undefined;
  return text.trimEnd().split('\n').map((line) => {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    const isCode = fence !== undefined;
    if (fence === undefined) fence = mark;
    else if (mark?.startsWith(fence)) fence = undefined;
    return { text: line, isCode: isCode && fence !== undefined };
  });
}

function sameShare(blocks: readonly Block[]): number {
  let same = 0;
  let all = 0;
  for (const { pieces } of blocks) {
    for (const { kind, text } of pieces) {
      const count = text.split(/\s+/).filter(Boolean).length;
      // What both have is there twice.
      all += kind === 'same' ? 2 * count : count;
      if (kind === 'same') same += 2 * count;
    }
  }
  return all === 0 ? 1 : same / all;
}
