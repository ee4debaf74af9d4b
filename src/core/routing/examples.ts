import { type Features, featuresOf, phraseHash } from './features';
import { readMessage } from './readMessage';

/** Words and their weights by hash, of length 1. */
type Vector = ReadonlyMap<number, number>;

/** What was learnt from a few prompts of one kind. */
export interface Example {
  readonly centroid: Vector;
  readonly prompts: readonly { readonly text: string; readonly vector: Vector }[];
  /** Cosine to the centroid from which on a prompt is one of them. */
  readonly threshold: number;
}

/** How near a prompt is. `excess` is the cosine over the threshold: from 1 on it is one of them. */
export interface Likeness {
  readonly excess: number;
  /** The text of the nearest example. */
  readonly nearest: string;
}

/** What a word counts: in pairs and pieces it counts again, and what is pasted says less than what is said. */
const weights = { word: 1, pair: 0.3, piece: 0.4, shown: 0.3, common: 0.2 };

/** Words of any prompt. That two prompts share them says little. */
const commonWords: ReadonlySet<number> = new Set(
  'a an the of to in on for and or is are be it this that with my our i we how what why when which who where there do does did can cannot could should would will not no from at by as if then than so but also only all any each every some more most other same new one two have has had was were get set make made use used using add write create give show tell help explain fix change need want please just now here after before between without into out up down over about code function class method file line error test value name data type list string number problem wrong work works working doesnt dont like let me you your its their them they he she der die das und ist ein eine wie was le la les de des un une et est que como el los por para'
    .split(' ')
    .map((word) => keyOf(phraseHash(word) ?? 0)),
);

/** Of 2,480 varied prompts (training/prompts) about one in a hundred comes so near to a centroid that is not theirs. */
const lowestThreshold = 0.1;
const highestThreshold = 0.5;
/** A prompt may be so much farther away than the examples are from one another in the middle. */
const tolerance = 0.6;

/** Learns a centroid and its threshold, the latter from how near each example is to the others. Undefined: the texts have no words. */
export function examplesFrom(texts: readonly string[]): Example | undefined {
  const prompts = texts.map((text) => ({ text, vector: vectorOf(featuresOf(readMessage(text))) })).filter(({ vector }) => vector.size > 0);
  if (prompts.length === 0) return undefined;
  const apart = prompts.map(({ vector }, at) => cosine(vector, centroidOf(prompts.filter((_, other) => other !== at).map((one) => one.vector)))).toSorted((left, right) => left - right);
  const middle = apart[Math.floor(apart.length / 2)] ?? 0;
  return { centroid: centroidOf(prompts.map(({ vector }) => vector)), prompts, threshold: Math.min(highestThreshold, Math.max(lowestThreshold, tolerance * middle)) };
}

/** A few microseconds for a prompt of a few lines. */
export function likenessTo({ centroid, prompts, threshold }: Example, features: Features): Likeness {
  const vector = vectorOf(features);
  const excess = cosine(vector, centroid) / threshold;
  if (excess < 1) return { excess, nearest: '' };
  // Turns of phrase alone are no likeness.
  if (!features.said.words.some((word) => centroid.has(keyOf(word)) && !commonWords.has(keyOf(word)))) return { excess: 0, nearest: '' };
  const nearest = prompts.map(({ text, vector: own }) => ({ text, near: cosine(vector, own) })).reduce((best, one) => (one.near > best.near ? one : best), { text: '', near: -1 });
  return { excess, nearest: nearest.text };
}

/** Kept by the features: every classifier with examples asks for the same. */
const known = new WeakMap<Features, Vector>();

function vectorOf(features: Features): Vector {
  const vector = known.get(features) ?? made(features);
  known.set(features, vector);
  return vector;
}

function made({ said, shown }: Features): Vector {
  const vector = new Map<number, number>();
  const add = (hashes: Uint32Array, weight: number): void => {
    for (const hash of hashes) {
      const key = keyOf(hash);
      vector.set(key, (vector.get(key) ?? 0) + (commonWords.has(key) ? weights.common : 1) * weight);
    }
  };
  add(said.words, weights.word);
  add(said.pairs, weights.pair);
  add(said.pieces, weights.piece);
  add(shown.words, weights.shown);
  return unit(vector);
}

/** Of 32 bits 30, which the engine keeps without an object of its own: a map of them is several times as fast. */
function keyOf(hash: number): number {
  return hash >>> 2;
}

function centroidOf(vectors: readonly Vector[]): Vector {
  const sum = new Map<number, number>();
  for (const vector of vectors) for (const [hash, weight] of vector) sum.set(hash, (sum.get(hash) ?? 0) + weight);
  return unit(sum);
}

function unit(vector: Map<number, number>): Vector {
  let squares = 0;
  for (const weight of vector.values()) squares += weight * weight;
  const length = Math.sqrt(squares);
  if (length > 0) for (const [hash, weight] of vector) vector.set(hash, weight / length);
  return vector;
}

function cosine(one: Vector, other: Vector): number {
  const [small, large] = one.size < other.size ? [one, other] : [other, one];
  let sum = 0;
  for (const [hash, weight] of small) sum += weight * (large.get(hash) ?? 0);
  return sum;
}
