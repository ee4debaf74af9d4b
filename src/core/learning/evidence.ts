import { type Effort } from '../model/modelCard';
import type { Outcome, OutcomeKind } from '../model/outcome';

/** After this many milliseconds an outcome counts half: 60 days. Models are changed by those who serve them, and tasks by those who ask. */
export const halfLifeMs = 60 * 24 * 60 * 60_000;

/** Older than this, nothing is left worth counting: 1/64. */
export const forgottenAfterMs = 6 * halfLifeMs;

/** An outcome with what it counts now. */
export interface Evidence {
  readonly outcome: Outcome;
  readonly weight: number;
}

/**
 * All outcomes of one model that count, however many there are, weigh at most this much together: a model that was good
 * a thousand times can still be found wanting within a week.
 */
const mostTogether = 40;

/** Of a kind that comes by itself, all together weigh at most so much. Ratings and judges have no such limit. */
const mostOfKind: Readonly<Partial<Record<OutcomeKind, number>>> = { cheaper: 3, retry: 5, kept: 8, diagnostics: 8, undone: 8, better: 10 };

/**
 * Silence of somebody who never complains says next to nothing, however long it lasts. Of somebody who does, it says that
 * the rest was not worth a complaint: without it, a person who rates nothing but the one bad answer in twenty would soon
 * be left with no model that seems able. Going on weighs at most so much, or so many times what speaks against the model.
 */
const mostOfSilence = 2;
const mostOfSilenceToBad = 4;

/** The newest outcomes of a model that are looked at: of all kinds, because they are weighed against each other. */
const mostLookedAt = 1500;

/**
 * What the outcomes of one model say now, question by question. Each question counts once: where the person rated the
 * answer, that is what counts, else everything that happened to it, together not more than a rating.
 */
export function questionsOf(outcomes: readonly Outcome[], now: number): readonly (readonly Evidence[])[] {
  const byQuestion = new Map<string, Outcome[]>();
  for (const outcome of newestOf(outcomes)) {
    const question = outcome.question ?? outcome.id;
    const others = byQuestion.get(question);
    if (others) others.push(outcome);
    else byQuestion.set(question, [outcome]);
  }
  const questions = [...byQuestion.values()].map((all) => {
    const ratings = all.filter(({ kind }) => kind === 'rating');
    return scaledTo(1, (ratings.length > 0 ? ratings : all).map((outcome) => ({ outcome, weight: outcome.weight * ageing(outcome.at, now) })));
  });
  const sums = new Map<OutcomeKind, number>();
  for (const { outcome, weight } of questions.flat()) sums.set(outcome.kind, (sums.get(outcome.kind) ?? 0) + weight);
  const shareOf = (kind: OutcomeKind, most = mostOfKind[kind] ?? Infinity): number => Math.min(1, most / (sums.get(kind) ?? 1));
  const bad = questions.flat().reduce((sum, { outcome, weight }) => sum + (outcome.value < 0.5 ? weight * shareOf(outcome.kind) : 0), 0);
  const silence = shareOf('followed', Math.max(mostOfSilence, mostOfSilenceToBad * bad));
  return questions.map((all) => all.map(({ outcome, weight }) => ({ outcome, weight: weight * (outcome.kind === 'followed' ? silence : shareOf(outcome.kind)) })));
}

function newestOf(outcomes: readonly Outcome[]): readonly Outcome[] {
  return outcomes.length <= mostLookedAt ? outcomes : outcomes.toSorted((one, other) => other.at - one.at || (one.id < other.id ? -1 : 1)).slice(0, mostLookedAt);
}

/** From 1 down; a clock that was set back makes nothing count more. */
export function ageing(at: number, now: number): number {
  return 2 ** (-Math.max(0, now - at) / halfLifeMs);
}

/** So that the weights sum to at most `most`. */
function scaledTo(most: number, evidence: readonly Evidence[]): readonly Evidence[] {
  const sum = evidence.reduce((total, { weight }) => total + weight, 0);
  return sum <= most ? evidence : evidence.map((one) => ({ ...one, weight: (one.weight * most) / sum }));
}

/**
 * Without the question that says most for the model and the one that says most against it: a slip of the finger, a mood,
 * or one odd task changes nothing.
 * @param pull how strongly a piece of evidence pulls the ability, below 0: down
 */
export function withoutExtremes(questions: readonly (readonly Evidence[])[], pull: (evidence: Evidence) => number): readonly Evidence[] {
  const pulls = questions.map((all) => all.reduce((sum, one) => sum + pull(one), 0));
  const up = pulls.indexOf(Math.max(...pulls));
  const down = pulls.indexOf(Math.min(...pulls));
  return scaledTo(
    mostTogether,
    questions.flatMap((all, place) => ((place === up && (pulls[up] ?? 0) > 0) || (place === down && (pulls[down] ?? 0) < 0) ? [] : all)),
  );
}

const efforts: readonly Effort[] = ['none', 'low', 'medium', 'high', 'xhigh'];

/** What one effort says of another where it need not hold. */
const elsewhereShare = 0.5;

/**
 * How much an outcome at one effort says of the same model at another: what fails with much thought fails with less, and
 * what succeeds with little succeeds with more; the other way round it is half a hint. So complaints about a model do not
 * lead to the same model thinking less.
 */
export function effortShare({ effort, value }: Pick<Outcome, 'effort' | 'value'>, of: Effort): number {
  const more = efforts.indexOf(of) - efforts.indexOf(effort);
  if (more === 0) return 1;
  return value < 0.5 === more < 0 ? 1 : elsewhereShare;
}
