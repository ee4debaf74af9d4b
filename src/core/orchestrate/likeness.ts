/** From here on two answers say the same without a look at their sense; below the other they surely do not. Between them words do not decide. */
const surelySame = 0.8;
const surelyOther = 0.1;
/** Where nobody can be asked, from here on they are taken to say the same. */
const takenForSame = 0.45;

export interface Clusters {
  /** Places of answers that say the same, the largest group first. */
  readonly groups: readonly (readonly number[])[];
  /** Words alone decided it. */
  readonly sure: boolean;
}

/**
 * Which answers say the same, by their words: cosine of words and pairs of words, without those of the question and the
 * small ones. Not weighted by how rare a word is among the answers: what all of them say is just what they agree on.
 * Different numbers are never surely the same, however alike the rest.
 */
export function clustersOf(question: string, answers: readonly string[]): Clusters {
  const asked = new Set(wordsOf(question));
  const texts = answers.map((answer) => ({ vector: vectorOf(wordsOf(answer).filter((word) => !asked.has(word))), numbers: numbersIn(answer) }));
  const likeness = (one: number, other: number): number => cosine(texts[one]?.vector ?? new Map(), texts[other]?.vector ?? new Map());
  const sameNumbers = (one: number, other: number): boolean => texts[one]?.numbers === texts[other]?.numbers;
  const groups: number[][] = [];
  let sure = true;
  for (let place = 0; place < answers.length; place++) {
    for (let other = 0; other < place; other++) {
      const like = likeness(place, other);
      sure &&= like <= surelyOther || (like >= surelySame && sameNumbers(place, other));
    }
    const group = groups.find((members) => members.every((member) => likeness(place, member) >= takenForSame && sameNumbers(place, member)));
    if (group) group.push(place);
    else groups.push([place]);
  }
  return { groups: groups.toSorted((one, other) => other.length - one.length || (one[0] ?? 0) - (other[0] ?? 0)), sure };
}

const smallWords = new Set('a about all also an and any are as at be because been but by can could do does for from had has have how i if in into is it its more most not of on one or other should so some such than that the their them then there these they this to use used using was we were what when where which while who will with would you your'.split(' '));

function wordsOf(text: string): readonly string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []).filter((word) => !smallWords.has(word));
}

/** Logarithm of how often: a word said ten times is not ten times as much of an answer. */
function vectorOf(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [place, word] of words.entries()) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
    const next = words[place + 1];
    if (next !== undefined) counts.set(`${word} ${next}`, (counts.get(`${word} ${next}`) ?? 0) + 1);
  }
  return new Map([...counts].map(([term, count]) => [term, 1 + Math.log(count)]));
}

function cosine(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number {
  let dot = 0;
  for (const [term, weight] of one) dot += weight * (other.get(term) ?? 0);
  const lengths = lengthOf(one) * lengthOf(other);
  // Two answers of nothing but the question's words say the same.
  return lengths === 0 ? (one.size === other.size ? 1 : 0) : dot / lengths;
}

function lengthOf(vector: ReadonlyMap<string, number>): number {
  // Not as arguments, of which a very long answer would have too many.
  let sum = 0;
  for (const weight of vector.values()) sum += weight * weight;
  return Math.sqrt(sum);
}

function numbersIn(text: string): string {
  return [...new Set(text.match(/\d+(?:\.\d+)?/g))].toSorted().join(' ');
}
