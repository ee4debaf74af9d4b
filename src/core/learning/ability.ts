import { type Ability, type Domain, domains, type EffortRow } from '../model/modelCard';
import type { Outcome } from '../model/outcome';
import { abilityVector, type AbilityVector, type Demand, slopes } from '../routing/capable';
import { taskDemand } from '../routing/candidates';
import { effortShare, type Evidence, withoutExtremes } from './evidence';

/** What outcomes make of the ability of one model at one effort. */
export interface LearntAbility {
  readonly abilities: Readonly<Record<Domain, Ability>>;
  /** By how much each was moved, on the scale of abilities; 0 where nothing is known. */
  readonly shifts: Readonly<Record<Domain, number>>;
  /** Questions that count: all but the one that says most for it and the one that says most against it. */
  readonly questions: number;
}

/**
 * How far a model may be from its catalogue ability for one person's tasks, as standard deviations of log odds: in all
 * domains alike, and in each by itself. Round figures, such that some three or four clear ratings one way count for more
 * than the catalogue; about as far apart are the best and the worst of the kinds of programming task that one model was
 * measured at.
 */
const sharedSd = 0.8;
const ownSd = 0.8;

/** What is assumed of a model of which neither measurements nor price tell: below average, and nobody knows. */
const unknown: Ability = { z: -0.5, sd: 1.2 };

/** An unproven model counts as proven after so many questions that went one way or the other, and weigh so much together: silence proves nothing. */
const questionsToProve = 5;
const weightToProve = 3;

/** The most that use may move an ability, in log odds: from a small model to a leading one. */
const mostShift = 4;

/** Use may make an ability surer, down to this share of the catalogue's standard deviation. */
const surest = 0.4;

/**
 * The ability of a model at an effort after what happened to its answers; undefined when that says nothing yet.
 *
 * Bayesian: in each domain the model differs by x from what the catalogue says, on the scale of log odds. Prior: normal
 * with mean 0 and covariance V, which is 0.8² between two domains and (a·sd)² + 0.8² + 0.8² within one (a its slope): what
 * the catalogue is unsure of, and by how much tasks differ from person to person, in all domains alike and in each by itself.
 * An outcome of value v and weight w on a task with domain shares s and difficulty b has the likelihood
 *   σ(η)^(w·v) · (1 − σ(η))^(w·(1−v)),  η = (Σ s·(a·z + x) − b) / c
 * with the catalogue's own link and c for the doubt about the difficulty (`taskDemand`). The logarithm of the posterior
 * is concave, so it has one maximum, found by Newton's method; the curvature there is the new variance (Laplace). The
 * alternative, a Kalman step for each outcome, depends on their order and cannot be aged afterwards. Here age is a factor
 * on w, so that what is old returns to the catalogue's ability.
 *
 * @param questions what the outcomes of the model say now, at any effort (`questionsOf`)
 * @param rows of the model in the catalogue
 */
export function learntAbility(row: EffortRow, questions: readonly (readonly Evidence[])[], rows: readonly EffortRow[] = [row]): LearntAbility | undefined {
  if (questions.length === 0) return undefined;
  const prior = priorOf(row);
  if (!prior) return undefined;
  const priors = new Map(rows.map((one) => [one.effort, priorOf(one)]));
  const covariance = domains.map((_, place) => Float64Array.from(domains, (_, other) => sharedSd ** 2 + (place === other ? ownSd ** 2 + (prior.spread[place] ?? 0) ** 2 : 0)));
  const demands = new Map<Outcome, { readonly demand: Demand; readonly base: number }>();
  const demandFor = (outcome: Outcome): { readonly demand: Demand; readonly base: number } => {
    const known = demands.get(outcome);
    if (known) return known;
    const demand = taskDemand({ domains: outcome.domains, difficulty: outcome.difficulty });
    // An effort that the catalogue no longer has is taken as this one.
    const { mean } = priors.get(outcome.effort) ?? prior;
    const made = { demand, base: demand.domains.index.reduce((sum, index, at) => sum + (demand.domains.share[at] ?? 0) * (mean[index] ?? 0), -demand.difficulty) };
    demands.set(outcome, made);
    return made;
  };
  const shared = questions.map((all) => all.map((one) => ({ ...one, weight: one.weight * effortShare(one.outcome, row.effort) })));
  const counted = withoutExtremes(shared, ({ outcome, weight }) => {
    const { demand, base } = demandFor(outcome);
    return weight * (outcome.value - logistic(base / demand.flatness));
  });
  const asked = new Set(counted.map(({ outcome }) => outcome.question ?? outcome.id)).size;
  if (asked === 0 || (!isMeasured(row) && (asked < questionsToProve || totalOf(counted) < weightToProve))) return undefined;
  const { shift, variance: left } = posterior(
    covariance,
    counted.map(({ outcome, weight }: Evidence) => ({ ...demandFor(outcome), value: outcome.value, weight })),
  );
  const abilities: Partial<Record<Domain, Ability>> = {};
  const shifts: Partial<Record<Domain, number>> = {};
  domains.forEach((domain, place) => {
    const slope = slopes[domain];
    const moved = Math.max(-mostShift, Math.min(mostShift, shift[place] ?? 0)) / slope;
    const surer = Math.max(surest, Math.sqrt((left[place] ?? 0) / (covariance[place]?.[place] ?? 1)));
    shifts[domain] = moved;
    abilities[domain] = { z: (prior.mean[place] ?? 0) / slope + moved, sd: ((prior.spread[place] ?? 0) / slope) * Math.min(1, surer) };
  });
  return { abilities: allDomains(abilities, unknown), shifts: allDomains(shifts, 0), questions: asked };
}

function totalOf(evidence: readonly Evidence[]): number {
  return evidence.reduce((sum, { weight }) => sum + weight, 0);
}

/** Whether the catalogue has a measured ability of it, in any domain. */
export function isMeasured(row: EffortRow): boolean {
  return Object.keys(row.abilities).length > 0;
}

/** What was there before any outcome: measured, else expected from price and age, else next to nothing. */
export function priorOf(row: EffortRow): AbilityVector | undefined {
  return abilityVector(row.abilities) ?? abilityVector(row.estimated ?? {}) ?? abilityVector(unknownEverywhere);
}

const unknownEverywhere = Object.fromEntries(domains.map((domain) => [domain, unknown]));

/** One outcome as the posterior needs it. `base` is Σ share·a·z − b. */
interface Observation {
  readonly demand: Demand;
  readonly base: number;
  readonly value: number;
  readonly weight: number;
}

/** Steps of Newton's method; from 0 it takes four to six. */
const mostSteps = 40;
const closeEnough = 1e-9;

/** Shift of each domain from its prior and its variance, both on the scale of log odds, in the order of `domains`. */
function posterior(covariance: readonly Float64Array[], observations: readonly Observation[]): { readonly shift: Float64Array; readonly variance: Float64Array } {
  const size = covariance.length;
  const precision = covariance.map((_, place) => solve(covariance, unit(size, place)));
  const shift = new Float64Array(size);
  let height = logPosterior(precision, observations, shift);
  for (let step = 0; step < mostSteps; step++) {
    const { gradient, curvature } = slopeAt(precision, observations, shift);
    const whole = solve(curvature, gradient);
    // Newton's step goes uphill but may go too far; half of it does not.
    let share = 1;
    let next = moved(shift, whole, share);
    let reached = logPosterior(precision, observations, next);
    while (reached < height && share > 1e-6) {
      share /= 2;
      next = moved(shift, whole, share);
      reached = logPosterior(precision, observations, next);
    }
    const largest = whole.reduce((most, one) => Math.max(most, Math.abs(one)), 0) * share;
    shift.set(next);
    height = reached;
    if (largest < closeEnough) break;
  }
  const { curvature } = slopeAt(precision, observations, shift);
  return { shift, variance: Float64Array.from(covariance, (_, place) => solve(curvature, unit(size, place))[place] ?? 0) };
}

function logPosterior(precision: readonly Float64Array[], observations: readonly Observation[], shift: Float64Array): number {
  let height = 0;
  precision.forEach((row, place) => (height -= ((shift[place] ?? 0) * dot(row, shift)) / 2));
  for (const { demand, base, value, weight } of observations) {
    const eta = etaOf(demand, base, shift);
    // log σ(η) = −log(1 + e^−η), without overflow.
    height -= weight * (value * softplus(-eta) + (1 - value) * softplus(eta));
  }
  return height;
}

function softplus(x: number): number {
  return x > 30 ? x : Math.log1p(Math.exp(x));
}

/** The gradient, and the negated second derivative, which is positive definite. */
function slopeAt(precision: readonly Float64Array[], observations: readonly Observation[], shift: Float64Array): { readonly gradient: Float64Array; readonly curvature: readonly Float64Array[] } {
  const gradient = Float64Array.from(precision, (row) => -dot(row, shift));
  const curvature = precision.map((row) => Float64Array.from(row));
  for (const { demand, base, value, weight } of observations) {
    const { index, share } = demand.domains;
    const chance = logistic(etaOf(demand, base, shift));
    const pull = (weight * (value - chance)) / demand.flatness;
    const bend = (weight * chance * (1 - chance)) / demand.flatness ** 2;
    for (let at = 0; at < index.length; at++) {
      const row = index[at] ?? 0;
      gradient[row] = (gradient[row] ?? 0) + pull * (share[at] ?? 0);
      const into = curvature[row];
      if (!into) continue;
      for (let other = 0; other < index.length; other++) {
        const column = index[other] ?? 0;
        into[column] = (into[column] ?? 0) + bend * (share[at] ?? 0) * (share[other] ?? 0);
      }
    }
  }
  return { gradient, curvature };
}

function etaOf({ domains: { index, share }, flatness }: Demand, base: number, shift: Float64Array): number {
  let eta = base;
  for (let at = 0; at < index.length; at++) eta += (share[at] ?? 0) * (shift[index[at] ?? 0] ?? 0);
  return eta / flatness;
}

/** Gauss elimination; the matrix is symmetric and positive definite, so that no pivot is 0. */
function solve(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const rows = matrix.map((row) => Float64Array.from(row));
  const solution = Float64Array.from(right);
  const size = rows.length;
  for (let pivot = 0; pivot < size; pivot++) {
    const from = rows[pivot];
    if (!from) continue;
    for (let below = pivot + 1; below < size; below++) {
      const row = rows[below];
      const factor = (row?.[pivot] ?? 0) / (from[pivot] ?? 1);
      if (!row || factor === 0) continue;
      for (let column = pivot; column < size; column++) row[column] = (row[column] ?? 0) - factor * (from[column] ?? 0);
      solution[below] = (solution[below] ?? 0) - factor * (solution[pivot] ?? 0);
    }
  }
  for (let place = size - 1; place >= 0; place--) {
    const row = rows[place];
    let sum = solution[place] ?? 0;
    for (let after = place + 1; after < size; after++) sum -= (row?.[after] ?? 0) * (solution[after] ?? 0);
    solution[place] = sum / (row?.[place] ?? 1);
  }
  return solution;
}

function dot(one: Float64Array, other: Float64Array): number {
  return one.reduce((sum, value, place) => sum + value * (other[place] ?? 0), 0);
}

function moved(from: Float64Array, step: Float64Array, share: number): Float64Array {
  return from.map((one, place) => one + share * (step[place] ?? 0));
}

function unit(size: number, place: number): Float64Array {
  const vector = new Float64Array(size);
  vector[place] = 1;
  return vector;
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function allDomains<Value>(some: Readonly<Partial<Record<Domain, Value>>>, otherwise: Value): Readonly<Record<Domain, Value>> {
  const of = (domain: Domain): Value => some[domain] ?? otherwise;
  return { code: of('code'), agentic_code: of('agentic_code'), math: of('math'), reasoning: of('reasoning'), knowledge: of('knowledge'), writing: of('writing'), chat: of('chat'), tools: of('tools'), instruction: of('instruction'), long_context: of('long_context') };
}
