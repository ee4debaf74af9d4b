import { type Ability, type Domain, domains, type Specialty, type TaskKind, taskKinds } from '../model/modelCard';

/**
 * How steeply success rises with ability, per domain: slopes of logistic links fitted to published results
 * (`../shared/data/catalogue/link.json`, 2026-08). code: mean of LiveCodeBench easy 1.883, medium 1.933, hard 2.035;
 * agentic_code: LiveBench agentic coding; tools: BFCL v4; instruction: IFBench; reasoning: GPQA. The others have no
 * link of their own: math is right or wrong like code, the rest borrows the mild slope of reasoning.
 */
export const slopes: Readonly<Record<Domain, number>> = {
  code: 1.95,
  agentic_code: 1.309,
  math: 1.95,
  reasoning: 0.84,
  knowledge: 0.84,
  writing: 0.84,
  chat: 0.84,
  tools: 0.681,
  instruction: 0.657,
  long_context: 0.84,
};

/**
 * Difficulty b of known tasks: the negated intercepts of the same links, so that b is the log odds that a model of
 * average ability (z = 0) fails.
 */
export const difficultyAnchors = { easy: -3.934, medium: -1.523, hard: 0.322 } as const;

/** Distance of the lower end of a central 80 % interval, in standard deviations. */
const lower80 = 1.2816;

/** Added to the deviation of an ability that was not measured in this domain but taken from the model's others. */
const borrowedSd = 0.3;

/** π/8 of MacKay's approximation to the mean of a logistic over a normal (1992). */
const widening = Math.PI / 8;

/** What is known of an arm's ability, on the scale of log odds: z and sd times the slope, in the order of `domains`. */
export interface AbilityVector {
  readonly mean: Float64Array;
  readonly spread: Float64Array;
  /** Shift and sd in the order of `taskKinds`; undefined when nothing was measured. */
  readonly specialties: SpecialtyVector | undefined;
}

interface SpecialtyVector {
  readonly shift: Float64Array;
  readonly sd: Float64Array;
}

/** What a task asks of an ability. */
export interface Demand {
  /** Domain shares, as places in `domains`, summing to 1; negligible ones left out. */
  readonly domains: Shares;
  /** Shares of kinds of programming task, as places in `taskKinds`, summing to at most 1. */
  readonly kinds: Shares;
  /** b, in logits. */
  readonly difficulty: number;
  /** By how much being unsure of the difficulty flattens the chance: √(1 + π·sd²/8), at least 1. */
  readonly flatness: number;
}

interface Shares {
  readonly index: readonly number[];
  readonly share: readonly number[];
}

export interface Capable {
  readonly p: number;
  readonly low: number;
}

/** Undefined when nothing was measured: the model is unproven. A missing domain takes the mean of the others, less surely. */
export function abilityVector(abilities: Readonly<Partial<Record<Domain, Ability>>>, specialties?: Readonly<Partial<Record<TaskKind, Specialty>>>): AbilityVector | undefined {
  const known = domains.flatMap((domain) => abilities[domain] ?? []);
  if (known.length === 0) return undefined;
  const mean = known.reduce((sum, { z }) => sum + z, 0) / known.length;
  const widest = Math.max(...known.map(({ sd }) => sd));
  const of = (domain: Domain): Ability => abilities[domain] ?? { z: mean, sd: widest + borrowedSd };
  return {
    mean: Float64Array.from(domains, (domain) => slopes[domain] * of(domain).z),
    spread: Float64Array.from(domains, (domain) => slopes[domain] * of(domain).sd),
    specialties: specialties && {
      shift: Float64Array.from(taskKinds, (kind) => specialties[kind]?.shift ?? 0),
      sd: Float64Array.from(taskKinds, (kind) => specialties[kind]?.sd ?? 0),
    },
  };
}

interface Wanted {
  readonly domains: Readonly<Partial<Record<Domain, number>>>;
  readonly kinds?: Readonly<Partial<Record<TaskKind, number>>>;
  readonly difficulty: number;
  /** Standard deviation of the difficulty. Default 0. */
  readonly difficultySd?: number;
}

/** Domain shares are scaled to sum to 1; none at all is code. Kinds stay as they are: what is missing is no kind. */
export function demandOf({ domains: wanted, kinds, difficulty, difficultySd = 0 }: Wanted): Demand {
  const kept = sharesOf(domains, wanted);
  const total = kept.share.reduce((sum, share) => sum + share, 0);
  return {
    domains: total > 0 ? { index: kept.index, share: kept.share.map((share) => share / total) } : { index: [domains.indexOf('code')], share: [1] },
    kinds: kinds ? sharesOf(taskKinds, kinds) : noShares,
    difficulty,
    flatness: Math.sqrt(1 + widening * difficultySd * difficultySd),
  };
}

const noShares: Shares = { index: [], share: [] };

function sharesOf<Name extends string>(names: readonly Name[], wanted: Readonly<Partial<Record<Name, number>>>): Shares {
  const index: number[] = [];
  const share: number[] = [];
  for (let at = 0; at < names.length; at++) {
    const name = names[at];
    const one = (name && wanted[name]) ?? 0;
    if (one < 0.01) continue;
    index.push(at);
    share.push(one);
  }
  return { index, share };
}

/**
 * Chance that a model is able enough for a task, and the lower end of its 80 % interval.
 *
 * With the ability mixed over the task's domains, m = Σ share·a·z and s = Σ share·a·sd, difficulty b ± t, and the
 * specialty for the task's kinds, d ± e:
 *   p   = σ( (m − b) / √(1 + π(s² + t²)/8) + d )      logistic-normal mean, MacKay's approximation (1992)
 *   low = σ( (m − b)/c + d − 1.2816·√((s/c)² + e²) )  with c = √(1 + π·t²/8); never above p
 * A source with an intercept per kind of task is the same thing with b = −intercept. The specialty stands outside of the
 * root because it is measured as a difference of log odds over tasks of all difficulties.
 */
export function capability(ability: AbilityVector, demand: Demand): Capable {
  const mixed = demand.domains;
  let mean = -demand.difficulty;
  let spread = 0;
  for (let at = 0; at < mixed.index.length; at++) {
    const index = mixed.index[at] ?? 0;
    const share = mixed.share[at] ?? 0;
    mean += share * (ability.mean[index] ?? 0);
    spread += share * (ability.spread[index] ?? 0);
  }
  let shift = 0;
  let doubt = 0;
  if (ability.specialties) {
    const { kinds } = demand;
    for (let at = 0; at < kinds.index.length; at++) {
      const index = kinds.index[at] ?? 0;
      const share = kinds.share[at] ?? 0;
      shift += share * (ability.specialties.shift[index] ?? 0);
      doubt += share * (ability.specialties.sd[index] ?? 0);
    }
  }
  const { flatness } = demand;
  const p = logistic(mean / Math.sqrt(flatness * flatness + widening * spread * spread) + shift);
  const certain = spread / flatness;
  const low = logistic(mean / flatness + shift - lower80 * Math.sqrt(certain * certain + doubt * doubt));
  return { p, low: low < p ? low : p };
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
