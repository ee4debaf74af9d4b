import { learntKey } from '../model/learnt';
import type { CallLesson } from '../ports/outcomeStore';
import { ageing } from './evidence';

/** A single answer counts as at most so many times longer or shorter than expected: one that went astray is no rule. */
const mostRatio = 8;

/** With so many calls, what was seen of an arm counts as much as what the catalogue says; of all arms together it takes more. */
const pseudoCalls = 5;
const pseudoCallsOfAll = 20;

/** No use makes an arm's answers more than so many times longer or shorter than the catalogue says. */
const mostChange = 4;

/** Changes that are smaller are left out: they would only make another object of every arm. */
const leastChange = 0.02;

/**
 * Verbosity by `learntKey`, from completed calls: a mean of the logarithms of answer length over expectation, in which old
 * calls count less. Two steps, each drawn towards the one before by imaginary calls: how long this person's answers are
 * whoever writes them, then how much each arm differs from that. Without the first step an arm would look
 * wordy or terse only because it is the one that is asked.
 *
 * @param catalogue verbosity of every arm, by `learntKey`
 */
export function learntVerbosity(catalogue: ReadonlyMap<string, number>, lessons: readonly CallLesson[], now: number): ReadonlyMap<string, number> {
  const byKey = new Map<string, { sum: number; weight: number }>();
  const all = { sum: 0, weight: 0 };
  const most = Math.log(mostRatio);
  for (const { card, effort, at, outputTokens, expectedTokens } of lessons) {
    const key = learntKey({ id: card }, { effort });
    const expected = expectedTokens * (catalogue.get(key) ?? Number.NaN);
    if (!(expected > 0)) continue;
    const ratio = Math.max(-most, Math.min(most, Math.log(Math.max(1, outputTokens) / expected)));
    const weight = ageing(at, now);
    const one = byKey.get(key) ?? { sum: 0, weight: 0 };
    byKey.set(key, { sum: one.sum + weight * ratio, weight: one.weight + weight });
    all.sum += weight * ratio;
    all.weight += weight;
  }
  const learnt = new Map<string, number>();
  if (all.weight === 0) return learnt;
  const usual = all.sum / (all.weight + pseudoCallsOfAll);
  const limit = Math.log(mostChange);
  for (const [key, before] of catalogue) {
    const { sum, weight } = byKey.get(key) ?? { sum: 0, weight: 0 };
    const change = Math.max(-limit, Math.min(limit, usual + (sum - weight * usual) / (weight + pseudoCalls)));
    if (Math.abs(change) >= leastChange) learnt.set(key, before * Math.exp(change));
  }
  return learnt;
}
