import { type Features, figureNames, type Grams } from './features';

/** What the network reads of a text. */
export interface NetworkInput {
  /** Figures brought to one scale, then the groups of words found in what is said, then those in what is shown. */
  readonly dense: Float32Array;
  /** Rows of the two tables of words. */
  readonly said: Uint16Array;
  readonly shown: Uint16Array;
}

/** How features become inputs: learnt once, kept with the weights. */
export interface Preparation {
  readonly mean: Float32Array;
  /** One over the deviation. */
  readonly scale: Float32Array;
  /** Groups of words (`training/concepts.txt`) by the hash of a word or phrase. */
  readonly groups: ReadonlyMap<number, readonly number[]>;
  readonly groupCount: number;
  /** Tables have 2^bits rows. */
  readonly saidBits: number;
  readonly shownBits: number;
}

/** Beyond this many deviations a figure says no more; a text unlike all others must not throw the sum off. */
const most = 3.5;

export function denseLength(groupCount: number): number {
  return figureNames.length + 2 * groupCount;
}

export function networkInput({ mean, scale, groups, groupCount, saidBits, shownBits }: Preparation, { figures, said, shown }: Features): NetworkInput {
  const dense = new Float32Array(denseLength(groupCount));
  for (let at = 0; at < figures.length; at++) {
    const value = ((figures[at] ?? 0) - (mean[at] ?? 0)) * (scale[at] ?? 0);
    dense[at] = value > most ? most : value < -most ? -most : value;
  }
  countGroups(dense, figures.length, groups, said);
  countGroups(dense, figures.length + groupCount, groups, shown);
  return { dense, said: rowsOf(said, saidBits), shown: rowsOf(shown, shownBits) };
}

/** A word counts once however often it stands there, and a second word of a group adds less than the first. */
function countGroups(dense: Float32Array, from: number, groups: Preparation['groups'], { words, pairs, triples }: Grams): void {
  for (const grams of [words, pairs, triples]) {
    for (const gram of grams) {
      const found = groups.get(gram);
      if (found) for (const group of found) dense[from + group] = (dense[from + group] ?? 0) + 1;
    }
  }
  for (let at = from; at < dense.length && at < from + (dense.length - figureNames.length) / 2; at++) {
    const count = dense[at] ?? 0;
    if (count > 0) dense[at] = 0.5 + Math.log2(count + 1) / 2;
  }
}

function rowsOf({ words, pairs, pieces }: Grams, bits: number): Uint16Array {
  const rows = new Uint16Array(words.length + pairs.length + pieces.length);
  const shift = 32 - bits;
  let at = 0;
  for (const grams of [words, pairs, pieces]) for (const gram of grams) rows[at++] = Math.imul(gram, 0x9e3779b1) >>> shift;
  return rows;
}
