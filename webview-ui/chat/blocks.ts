/** Messages of a block. */
const blockSize = 16;

/** Messages that are drawn at once: a few screens of them, at the end or around the place where one was reading. */
const drawnAtOnce = 32;

/** Messages that are drawn without being asked for, when there is time. What is before them is drawn when it is scrolled to. */
const drawnUnasked = 512;

/**
 * A list in blocks, each the same array as before for as long as its elements are the same: what is drawn of a block that
 * nothing changed in is not looked at again, however long the list.
 */
export function blocksOf<T>(list: readonly T[], before: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / blockSize) }, (_, index) => {
    const block = list.slice(index * blockSize, (index + 1) * blockSize);
    const old = before[index];
    return old?.length === block.length && old.every((element, place) => element === block[place]) ? old : block;
  });
}

/** The first block that is drawn at once of a list of so many, of which the place `at` is read. */
export function firstDrawn(length: number, at: number): number {
  return blockAt(Math.min(length - drawnAtOnce, at - blockSize));
}

/** The block that an element is in. */
export function blockAt(index: number): number {
  return Math.max(0, Math.floor(index / blockSize));
}

/** Whether the block before this one is drawn when there is time. */
export function isDrawnUnasked(first: number, length: number): boolean {
  return first > 0 && length - first * blockSize < drawnUnasked;
}
