import type { Outcome } from '../model/outcome';
import type { Realm } from '../model/provider';
import { type CallLesson, mostOutcomes, type OutcomeStore } from '../ports/outcomeStore';
import { forgottenAfterMs } from './evidence';
import type { Experience } from './learnt';

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
  const since = now - forgottenAfterMs;
  const outcomes = grown ?? { since, outcomes: (await store.list(since, mostOutcomes)).toReversed(), marks: (await store.count(since)).marks };
  return { ...outcomes, lessons: { real, demo }, lessonsAt: stale ? now : before.lessonsAt };
}

/** Undefined: something was taken away, so that all must be read. */
async function withNewOnes(store: OutcomeStore, { since, outcomes, marks }: Remembered): Promise<Pick<Remembered, 'since' | 'outcomes' | 'marks'> | undefined> {
  const newest = outcomes.at(-1)?.at ?? since;
  const [fresh, count] = await Promise.all([store.list(Math.max(since, newest - overlapMs), mostOutcomes), store.count(since)]);
  if (count.marks !== marks) return undefined;
  const replaced = new Set(fresh.flatMap((one) => [one.id, signOf(one)]));
  const grown = [...outcomes.filter((one) => !replaced.has(one.id) && !replaced.has(signOf(one))), ...fresh.toReversed()];
  return grown.length === count.outcomes ? { since, outcomes: grown, marks } : undefined;
}

/** Of which there is at most one. */
function signOf({ id, question, kind, arm }: Outcome): string {
  return question === undefined ? id : JSON.stringify([question, kind, arm]);
}

export function experienceOf({ outcomes, lessons }: Remembered, realm: Realm): Experience {
  return { outcomes: outcomes.filter((one) => one.realm === realm), lessons: lessons[realm] };
}
