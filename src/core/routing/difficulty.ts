import { difficultyAnchors } from './capable';
import { type Intent, intents, type Meaning, type Meanings, type Subject, subjects } from './lexicon';
import type { Reading } from './reading';
import type { Tier } from '../model/profile';

/**
 * How hard a task is, as a sum of points in logits (the scale of `capability`). The points are hand-set round figures
 * from what makes programming work hard: how much is wanted, how many wishes must hold at once, what field it is in,
 * how far it reaches, and whether something behaves strangely. A trained model replaces this sum later.
 */
export interface Difficulty {
  readonly b: number;
  readonly tier: Tier;
  readonly intent: Intent;
  readonly subjects: readonly Subject[];
  /** Separate wishes found, roughly. */
  readonly wishes: number;
}

/** A bare question of a few words about code. */
const base = -4.4;
const lowest = -6.5;
const highest = 1.2;

/** Half way between the anchors on either side. */
const simpleBelow = (difficultyAnchors.easy + difficultyAnchors.medium) / 2;
const complexFrom = (difficultyAnchors.medium + difficultyAnchors.hard) / 2;

const intentPoints: Readonly<Record<Intent, number>> = {
  prove: 2.2,
  design: 1.5,
  optimise: 0.9,
  debug: 0.8,
  tests: 0.8,
  review: 0.7,
  refactor: 0.5,
  generate: 0.3,
  fix: 0.1,
  translate: -0.3,
  explain: -0.2,
  write: -0.3,
  mechanical: -0.9,
  define: -0.8,
  greet: -1.5,
};

const subjectPoints: Readonly<Record<Subject, number>> = {
  concurrency: 0.9,
  distributed: 1,
  security: 0.8,
  performance: 0.7,
  maths: 0.8,
  types: 0.7,
  lowLevel: 0.9,
  architecture: 1,
  data: 0.4,
};

/** The tier of a difficulty: whichever anchor (easy, medium, hard) is nearest. */
export function tierOf(b: number): Tier {
  if (b < simpleBelow) return 'simple';
  return b < complexFrom ? 'moderate' : 'complex';
}

export function judgeDifficulty(reading: Reading, meanings: Meanings, codeMeanings: Meanings): Difficulty {
  const count = (meaning: Meaning): number => meanings.get(meaning) ?? 0;
  const intent = intentOf(reading, meanings);
  const fields = subjects.filter((subject) => count(subject) > 0);
  const wishes = Math.max(reading.bullets, count('constraint')) + reading.quantities;
  const words = Math.min(reading.contentWords, 250);
  const small = intent === 'mechanical' || intent === 'define' || intent === 'greet' || intent === 'translate';

  let b = base + intentPoints[intent];
  // The length of what is asked, by itself the best single predictor.
  b += 0.95 * Math.log(1 + words / 10);
  b += Math.min(1.5, 0.2 * wishes) + Math.min(0.8, 0.06 * reading.clauses);
  // To name or change a thing of a hard field is not hard itself.
  b += (small ? 0.4 : 1) * strongest(fields.map((field) => subjectPoints[field] * (count(field) > 1 ? 1.3 : 1)));
  if (count('mystery') > 0 && !small) b += Math.min(0.8, 0.35 * count('mystery'));
  // Work on a whole system: the shorter the wish, the more is left to find out.
  if (count('scope') > 0 && reachesFar.has(intent)) b += words < 15 ? 1.6 : 0.5;
  if (count('nothingElse') > 0) b -= 1;
  if (count('restraint') > 0 && words < 40) b -= Math.min(0.9, 0.5 * count('restraint'));
  if (reading.questions === 1 && words < 14 && fields.length < 2) b -= 0.5;
  if (reading.logLines > 0 && words < 20) b -= 0.2;
  if (!small) {
    // What the code is about matters less than what is asked of it; its length says little.
    b += (readsCode.has(intent) ? 0.3 : 0.12) * Math.log(1 + reading.codeLines);
    b += Math.min(0.6, 0.2 * subjects.filter((subject) => (codeMeanings.get(subject) ?? 0) > 1).length);
  }
  b = Math.min(highest, Math.max(lowest, b));
  return { b, tier: tierOf(b), intent, subjects: fields, wishes };
}

/** Wishes that touch everything when they name a whole system. */
const reachesFar: ReadonlySet<Intent> = new Set<Intent>(['design', 'refactor', 'generate']);
/** Wishes that need all of the code to be understood, so that its length counts. */
const readsCode: ReadonlySet<Intent> = new Set<Intent>(['review', 'debug', 'optimise', 'tests']);

/** The first subject counts whole, the second half, further ones a quarter: talk of one thing uses words of many. */
function strongest(points: number[]): number {
  points.sort((left, right) => right - left);
  return Math.min(2.4, (points[0] ?? 0) + 0.5 * (points[1] ?? 0) + 0.25 * (points[2] ?? 0));
}

function intentOf(reading: Reading, meanings: Meanings): Intent {
  const named = intents.filter((intent) => meanings.has(intent));
  // A short question about a word or a mechanical change is just that, whatever else it mentions.
  const short = reading.contentWords < 16;
  if (short && meanings.has('define')) return 'define';
  if (short && meanings.has('mechanical')) return 'mechanical';
  if (short && meanings.has('translate')) return 'translate';
  const first = named[0];
  if (first) return first;
  if (reading.logLines > 0) return 'fix';
  return reading.questions > 0 ? 'explain' : 'generate';
}
