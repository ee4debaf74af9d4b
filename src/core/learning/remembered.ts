import type { Outcome } from '../model/outcome';
import type { Realm } from '../model/provider';
import type { CallLesson, OutcomeStore } from '../ports/outcomeStore';
import { forgottenAfterMs } from './evidence';
import type { Experience } from './learnt';

/** The newest outcomes that are looked at: those before them are old, or of models of which enough is known since. */
const mostRead = 5000;

/** The newest calls that are looked at for lengths and speed. */
const mostLessons = 2000;

/** How old the calls in memory may be, in milliseconds: a few more change a mean of many but little. */
const lessonsKeptMs = 10 * 60_000;

/** Rows whose clocks ran apart by less than this are still found as new ones. */
const overlapMs = 60 * 60_000;

/** What the store held when it was last looked at. Values are replaced, never changed. */
export interface Remembered {
  readonly since: number;
  readonly outcomes: readonly Outcome[];
  readonly marks: number;
  readonly lessons: Readonly<Record<Realm, readonly CallLesson[]>>;
  readonly lessonsAt: number;
}

/** What is known from use now. From `before`, only what is new is read, unless something was taken away since. */
export async function remember(store: OutcomeStore, now: number, before?: Remembered): Promise<Remembered> {
  const grown = before && (await withNewOnes(store, before));
  const stale = !before || grown?.marks !== before.marks || now - before.lessonsAt >= lessonsKeptMs;
  const [real, demo] = stale ? await Promise.all([store.lessons('real', mostLessons), store.lessons('demo', mostLessons)]) : [before.lessons.real, before.lessons.demo];
  return { ...(grown ?? (await all(store, now))), lessons: { real, demo }, lessonsAt: stale ? now : before.lessonsAt };
}

type Outcomes = Pick<Remembered, 'since' | 'outcomes' | 'marks'>;

async function all(store: OutcomeStore, now: number): Promise<Outcomes> {
  const since = now - forgottenAfterMs;
  const [newest, { marks }] = await Promise.all([store.list(since, mostRead), store.count(since)]);
  const oldest = newest.at(-1);
  if (newest.length < mostRead || !oldest) return { since, outcomes: newest.toReversed(), marks };
  // From a moment on of which none is missing, so that they can be counted.
  return { since: oldest.at + 1, outcomes: newest.filter(({ at }) => at > oldest.at).toReversed(), marks };
}

/** Undefined: something was taken away, so that all must be read. */
async function withNewOnes(store: OutcomeStore, { since, outcomes, marks }: Remembered): Promise<Outcomes | undefined> {
  const from = Math.max(since, (outcomes.at(-1)?.at ?? since) - overlapMs);
  const [newest, count] = await Promise.all([store.list(from, mostRead), store.count(since)]);
  if (count.marks !== marks) return undefined;
  const known = new Set(outcomes.flatMap(({ id, at }) => (at >= from ? [id] : [])));
  const fresh = newest.filter(({ id }) => !known.has(id));
  const questions = new Set(fresh.map(({ question }) => question));
  const stays = (one: Outcome): boolean => !questions.has(one.question) || !fresh.some((other) => isSameSign(one, other));
  const grown = [...outcomes.filter(stays), ...fresh.toReversed()];
  return grown.length === count.outcomes ? { since, outcomes: grown, marks } : undefined;
}

/** Of which there is at most one. */
function isSameSign(one: Outcome, other: Outcome): boolean {
  return one.question !== undefined && one.question === other.question && one.kind === other.kind && one.arm === other.arm;
}

/** What was learnt with the models of one realm: the demo and real models teach each other nothing. */
export function experienceOf({ outcomes, lessons }: Remembered, realm: Realm): Experience {
  return { outcomes: outcomes.filter((one) => one.realm === realm), lessons: lessons[realm] };
}
