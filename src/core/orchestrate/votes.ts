/** What an answer says where the question leaves little to say, in a form that can be compared. */
export interface Vote {
  /** Undefined: it says nothing that could be counted. */
  readonly value: string | undefined;
}

type Closed = 'yesNo' | 'choice' | 'number';

/**
 * The votes of answers to a closed question, in their order; undefined when the question is open. A question is closed
 * when it asks for yes or no, one of lettered options, or a number, or when every answer is one value: JSON, or a few words.
 */
export function votesOf(question: string, answers: readonly string[]): readonly Vote[] | undefined {
  const closed = kindOf(question);
  if (closed) {
    const votes = answers.map((answer) => ({ value: read[closed](answer) }));
    // Two that can be counted make a vote; with fewer it is a question of words.
    return votes.filter(({ value }) => value !== undefined).length >= 2 ? votes : undefined;
  }
  const values = answers.map((answer) => jsonValue(answer) ?? shortValue(answer));
  return values.every((value) => value !== undefined) ? values.map((value) => ({ value })) : undefined;
}

function kindOf(question: string): Closed | undefined {
  if ((question.match(/^[ \t]*\(?[A-H][).:]\s/gm) ?? []).length >= 2) return 'choice';
  const asked = lastSentence(question);
  if (/\b(yes or no|true or false|yes\/no|true\/false)\b/i.test(asked)) return 'yesNo';
  // Who asks whether somebody can do a thing wants it done.
  if (/^(can|could|would|will|do) (you|we)\b/i.test(asked)) return undefined;
  if (/^(is|are|was|were|am|does|do|did|can|could|will|would|should|has|have|had|must|may)\b.*\?$/i.test(asked) && !/\bor\b/i.test(asked)) return 'yesNo';
  if (/\b(?:how (?:many|much)|calculate|compute|evaluate|what (?:is|are) the (?:sum|product|result|value|number|remainder|probability))\b|\bwhat (?:is|are) [-(\d]/i.test(asked)) return 'number';
  return undefined;
}

/** What is asked, which mostly stands at the end. */
function lastSentence(question: string): string {
  const sentences = question.trim().split(/(?<=[.?!])\s+|\n+/).filter((one) => one.trim() !== '');
  return (sentences.findLast((one) => one.trim().endsWith('?')) ?? sentences.at(-1) ?? '').trim();
}

const read: Readonly<Record<Closed, (answer: string) => string | undefined>> = {
  yesNo(answer) {
    const word = /^\W*(yes|no|true|false)\b/i.exec(told(answer) ?? answer)?.[1] ?? /^\W*(yes|no|true|false)\W*$/i.exec(lastLine(answer))?.[1];
    return word && (/yes|true/i.test(word) ? 'yes' : 'no');
  },
  choice(answer) {
    const named = /^\W*(?:option |choice )?([A-H])(?![\p{L}\p{N}'])/iu.exec(told(answer) ?? '');
    // "A list …" is no choice of A.
    const first = /^\W*(?:(?:option |choice )([A-H])\b|([A-H])\W*(?:[).:]|$))/i.exec(plain(answer).split('\n', 1)[0] ?? '');
    return (named?.[1] ?? first?.[1] ?? first?.[2] ?? /^\W*([A-H])\W*$/.exec(lastLine(answer))?.[1])?.toUpperCase();
  },
  number(answer) {
    // Of a long text only what it marks as its result: other numbers are about other things.
    const where = told(answer) ?? boldNumber(answer) ?? (answer.length <= longestSentence ? plain(answer) : undefined);
    const numbers = [...(where ?? '').matchAll(/-?\d[\d,\u00a0 ]*(?:\.\d+)?/g)].map(([one]) => canonicalNumber(one));
    return numbers.at(-1);
  },
};

/** An answer of at most so many characters is about its result. */
const longestSentence = 160;

function lastLine(answer: string): string {
  return plain(answer).split('\n').at(-1) ?? '';
}

/** What follows the words with which most models give a result; the last such place. */
function told(answer: string): string | undefined {
  return [...answer.matchAll(/\b(?:final answer|answer|result|solution)\b\s*(?:is|=|:)(?:\s*:)?\s*([^\n]+)/gi)].at(-1)?.[1];
}

/** The last bold text that is little more than a number. */
function boldNumber(answer: string): string | undefined {
  return [...answer.matchAll(/\*\*([^*\n]+)\*\*/g)].findLast(([, bold = '']) => /^\W{0,3}\d[\d,. \u00a0]*(?:\s?[\p{L}%°]+)?\.?$/u.test(bold))?.[1];
}

function plain(answer: string): string {
  return answer.replaceAll(/[*_`$\\]/g, '').trim();
}

function canonicalNumber(text: string): string {
  return String(Number(text.replaceAll(/[,\u00a0 ]/g, '')));
}

function jsonValue(answer: string): string | undefined {
  const inside = /^\s*```(?:json)?\n([\s\S]*?)\n```\s*$/.exec(answer)?.[1] ?? answer;
  try {
    return JSON.stringify(sorted(JSON.parse(inside)));
  } catch {
    return undefined;
  }
}

/** With the keys of objects in order: it is the same value then. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]));
}

/** Longer than this, in characters, an answer is more than a value. */
const longestValue = 60;

function shortValue(answer: string): string | undefined {
  const text = plain(answer);
  if (text === '' || text.includes('\n') || text.length > longestValue) return undefined;
  return text.toLowerCase().replace(/[\s.!]+$/, '').replace(/^(it is|it's|the|a|an) /, '').replaceAll(/\s+/g, ' ');
}
