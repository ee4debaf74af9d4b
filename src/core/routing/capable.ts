import { type Ability, type Domain, domains } from '../model/modelCard';

/**
 * How steeply success rises with ability, per domain: slopes of logistic links fitted to published results
 * (`../shared/data/catalogue/link.json`, 2026-08). code: mean of LiveCodeBench easy 1.883, medium 1.933, hard 2.035;
 * agentic_code: LiveBench agentic coding; tools: BFCL v4; instruction: IFBench; reasoning: GPQA. The others have no
 * link of their own: math is right or wrong like code, the rest borrows the mild slope of reasoning.
 */
const slopes: Readonly<Record<Domain, number>> = {
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

/** Abilities in the order of `domains`. */
export interface AbilityVector {
  readonly z: Float64Array;
  readonly sd: Float64Array;
}

/** Domain shares of a task as arrays, negligible ones left out. */
export interface DomainMix {
  readonly index: readonly number[];
  readonly share: readonly number[];
}

export interface Capable {
  readonly p: number;
  readonly low: number;
}

/** Undefined when nothing was measured: the model is unproven. A missing domain takes the mean of the others, less surely. */
export function abilityVector(abilities: Readonly<Partial<Record<Domain, Ability>>>): AbilityVector | undefined {
  const known = domains.flatMap((domain) => abilities[domain] ?? []);
  if (known.length === 0) return undefined;
  const mean = known.reduce((sum, { z }) => sum + z, 0) / known.length;
  const widest = Math.max(...known.map(({ sd }) => sd));
  const of = (domain: Domain): Ability => abilities[domain] ?? { z: mean, sd: widest + borrowedSd };
  return { z: Float64Array.from(domains, (domain) => of(domain).z), sd: Float64Array.from(domains, (domain) => of(domain).sd) };
}

/** Shares are scaled to sum to 1; an empty mix is code. */
export function domainMix(shares: Readonly<Partial<Record<Domain, number>>>): DomainMix {
  const kept = domains.flatMap((domain, index) => {
    const share = shares[domain] ?? 0;
    return share >= 0.01 ? [{ index, share }] : [];
  });
  if (kept.length === 0) return { index: [domains.indexOf('code')], share: [1] };
  const total = kept.reduce((sum, { share }) => sum + share, 0);
  return { index: kept.map(({ index }) => index), share: kept.map(({ share }) => share / total) };
}

/**
 * Chance that a model is able enough for a task, and the lower end of its 80 % interval, mixed over the task's domains.
 *
 * Per domain, with ability z ± sd, slope a and difficulty b on the logit scale:
 *   p   = σ((a·z − b) / √(1 + π(a·sd)²/8))   logistic-normal mean, MacKay's approximation (1992)
 *   low = σ(a·(z − 1.2816·sd) − b)           never above p
 * A source with an intercept c per kind of task is the same thing with b = −c.
 */
export function capability(ability: AbilityVector, mix: DomainMix, difficulty: number): Capable {
  let p = 0;
  let low = 0;
  for (let at = 0; at < mix.index.length; at++) {
    const index = mix.index[at] ?? 0;
    const share = mix.share[at] ?? 0;
    const slope = slopeAt[index] ?? 1;
    const z = ability.z[index] ?? 0;
    const sd = ability.sd[index] ?? 0;
    const spread = slope * sd;
    p += share * logistic((slope * z - difficulty) / Math.sqrt(1 + (Math.PI * spread * spread) / 8));
    low += share * logistic(slope * z - lower80 * spread - difficulty);
  }
  return { p, low: Math.min(low, p) };
}

const slopeAt = Float64Array.from(domains, (domain) => slopes[domain]);

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
