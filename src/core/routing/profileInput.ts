import { type Features, figureNames, type Grams, gramsOf, type Sentence } from './features';

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
  /** The first so many groups name what a person can want done. */
  readonly actCount: number;
  /** Tables have 2^bits rows. */
  readonly saidBits: number;
  readonly shownBits: number;
}

/** Beyond this many deviations a figure says no more; a text unlike all others must not throw the sum off. */
const most = 3.5;

/** Of the sentence that asks: share of the text, words, whether it is a question, how far from the end. */
const askFigures = 4;

/** How many figures the network takes: of structure, of the sentence that asks, and of each group of words three times. */
export function denseLength(groupCount: number): number {
  return figureNames.length + askFigures + 3 * groupCount;
}

/** The features as the network takes them: figures on one scale, and rows of its tables. */
export function networkInput({ mean, scale, groups, groupCount, actCount, saidBits, shownBits }: Preparation, { figures, said, sentences, shown }: Features): NetworkInput {
  const dense = new Float32Array(denseLength(groupCount));
  for (let at = 0; at < figures.length; at++) {
    const value = ((figures[at] ?? 0) - (mean[at] ?? 0)) * (scale[at] ?? 0);
    dense[at] = value > most ? most : value < -most ? -most : value;
  }
  const from = figureNames.length + askFigures;
  countGroups(dense, from, groupCount, groups, said);
  countGroups(dense, from + groupCount, groupCount, groups, shown);
  const at = askingSentence(sentences, groups, actCount);
  const ask = sentences[at];
  if (ask) {
    const all = sentences.reduce((sum, { words }) => sum + words.length, 0);
    dense[figureNames.length] = ask.words.length / all;
    dense[figureNames.length + 1] = Math.log1p(ask.words.length) - 2;
    dense[figureNames.length + 2] = ask.isQuestion ? 1 : 0;
    dense[figureNames.length + 3] = (at + 1) / sentences.length;
    countGroups(dense, from + 2 * groupCount, groupCount, groups, gramsOf(ask.words, []));
  }
  return { dense, said: rowsOf(said, saidBits, ask?.words ?? []), shown: rowsOf(shown, shownBits, []) };
}

/**
 * Which sentence says what is wanted: a question, or one that begins with a verb of wanting; of equals the last. People
 * tell stories around it, whose words must not count as much.
 */
function askingSentence(sentences: readonly Sentence[], groups: Preparation['groups'], actCount: number): number {
  let best = -1;
  let bestPoints = -Infinity;
  sentences.forEach(({ words, isQuestion }, at) => {
    let points = (isQuestion ? 1.5 : 0) + (at === sentences.length - 1 ? 0.3 : at === 0 ? 0.2 : 0) - (words.length < 3 ? 0.6 : 0);
    const acts = words.findIndex((word) => groups.get(word)?.some((group) => group < actCount));
    if (acts !== -1) points += acts < 3 ? 1 : 0.5;
    if (points >= bestPoints) {
      best = at;
      bestPoints = points;
    }
  });
  return best;
}

/** A word counts once however often it stands there, and a second word of a group adds less than the first. */
function countGroups(dense: Float32Array, from: number, groupCount: number, groups: Preparation['groups'], { words, pairs, triples }: Grams): void {
  for (const grams of [words, pairs, triples]) {
    for (const gram of grams) {
      const found = groups.get(gram);
      if (found) for (const group of found) dense[from + group] = (dense[from + group] ?? 0) + 1;
    }
  }
  for (let at = from; at < from + groupCount; at++) {
    const count = dense[at] ?? 0;
    if (count > 0) dense[at] = 0.5 + Math.log2(count + 1) / 2;
  }
}

const askSeed = 0x3c6ef372;

function rowsOf({ words, pairs, pieces }: Grams, bits: number, asked: readonly number[]): Uint16Array {
  const rows = new Uint16Array(words.length + pairs.length + pieces.length + asked.length);
  const shift = 32 - bits;
  let at = 0;
  for (const grams of [words, pairs, pieces]) for (const gram of grams) rows[at++] = Math.imul(gram, 0x9e3779b1) >>> shift;
  for (const word of asked) rows[at++] = Math.imul(word ^ askSeed, 0x9e3779b1) >>> shift;
  return rows;
}
