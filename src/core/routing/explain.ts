import type { Candidate, RejectedCandidate, Rejection, Route } from '../model/route';
import type { ExplainedCandidate, ExplainedTask, Explanation } from '../model/thread';
import type { TaskProfile } from '../model/profile';

/** What "Why this model" can show without scrolling for ever. */
const mostShown = 12;
/** Of those, arms that were cheaper but not taken: the question people ask first. */
const mostCheaper = 5;
/** And the likeliest of those that nobody measured: "why not the new one?" is asked next. */
const mostUnproven = 2;

/**
 * A route in storable form: the order of trying, the cheaper arms that were not taken and the nearest dearer ones, the
 * rest counted. One arm of each offer, the likeliest effort.
 */
export function explain(route: Route): Explanation {
  const { profile } = route;
  const tried = route.ranked.map((candidate, index) => ({ ...shown(candidate, index === 0 ? 'chosen' : 'next'), outputTokens: expectedAnswerTokens(candidate, profile) }));
  const places = new Set(route.ranked.map(placeOf));
  const cost = route.ranked[0]?.estimate?.likely ?? 0;
  const others = onePerPlace(route.rejected.filter(({ candidate }) => !places.has(placeOf(candidate))));
  const known = others.filter(({ candidate, why }) => candidate.estimate && candidate.capable && worthShowing.has(why));
  // The ablest of the cheaper ones: how near they came is what is asked.
  const cheaper = known.filter(({ candidate }) => likelyOf(candidate) < cost).sort((left, right) => (right.candidate.capable?.low ?? 0) - (left.candidate.capable?.low ?? 0));
  const dearer = known.filter(({ candidate }) => likelyOf(candidate) >= cost).sort((left, right) => likelyOf(left.candidate) - likelyOf(right.candidate));
  const unproven = others.filter(({ candidate, why }) => why === 'unproven' && candidate.estimate && candidate.estimated).sort((left, right) => (right.candidate.estimated?.p ?? 0) - (left.candidate.estimated?.p ?? 0));
  const room = mostShown - tried.length;
  const picked = [...cheaper.slice(0, mostCheaper), ...unproven.slice(0, mostUnproven)].slice(0, room);
  const rest = spread(dearer, room - picked.length);
  const rows = [...picked, ...rest].sort((left, right) => likelyOf(left.candidate) - likelyOf(right.candidate));
  return {
    reasons: route.reasons,
    tier: profile.tier,
    quality: route.quality,
    bar: route.bar,
    inputTokens: profile.inputTokens,
    candidates: [...tried, ...rows.map(({ candidate, why }) => shown(candidate, verdicts[why]))],
    notShown: route.ranked.length + route.rejected.length - tried.length - rows.length,
    task: taskOf(profile),
    choice: choiceOf(route),
    able: ableModels(route),
    ...(route.shortened ? { shortened: route.shortened } : {}),
    ...ablestOf(route),
    leftOut: leftOutOf(route),
  };
}

/** Shares below this are noise to a reader. */
const leastShare = 0.1;
const mostShares = 3;

function taskOf({ domains, intents, tiers, labels, difficulty }: TaskProfile): ExplainedTask {
  return {
    domains: likeliest(domains),
    ...(intents ? { intents: likeliest(intents) } : {}),
    ...(tiers ? { tiers: likeliest(tiers) } : {}),
    ...(labels && labels.length > 0 ? { labels: labels.map(({ name, why }) => ({ name, why })) } : {}),
    difficulty: rounded(difficulty),
  };
}

function likeliest(shares: Readonly<Partial<Record<string, number>>>): ExplainedTask['domains'] {
  return Object.entries(shares)
    .map(([name, share = 0]) => ({ name, share: rounded(share) }))
    .filter(({ share }) => share >= leastShare)
    .sort((left, right) => right.share - left.share)
    .slice(0, mostShares);
}

function choiceOf({ ranked: [first], rejected, bar, belowBar, alternatives }: Route): NonNullable<Explanation['choice']> {
  if (rejected.some(({ why }) => why === 'notRequested') || (alternatives.pinned && alternatives.pinned.id === first?.id)) return 'asked';
  if (belowBar) return 'bestBuy';
  return first?.capable && first.capable.low < bar ? 'nearly' : 'bar';
}

function ableModels({ ranked, rejected, bar }: Route): number {
  const able = [...ranked, ...rejected.filter(({ why }) => why === 'dearer').map(({ candidate }) => candidate)];
  return new Set(able.filter(({ capable }) => capable && capable.low >= bar).map(({ arm }) => arm.card.id)).size;
}

function ablestOf({ alternatives: { ablest } }: Route): Pick<Explanation, 'ablest'> {
  if (!ablest?.capable || !ablest.estimate) return {};
  return { ablest: { name: nameOf(ablest), p: rounded(ablest.capable.p), likely: ablest.estimate.likely } };
}

/** From the mildest, what stands against an arm: of a model's arms the mildest counts. */
const mildestFirst: readonly Rejection[] = ['dearer', 'notCapable', 'unproven', 'notRequested', 'overBudget', 'unhealthy', 'priceUnknown', 'contextTooShort', 'lacksCapability', 'notPinned', 'excluded'];

function leftOutOf({ ranked, rejected }: Route): NonNullable<Explanation['leftOut']> {
  const tried = new Set(ranked.map(({ arm }) => arm.card.id));
  const mildest = new Map<string, number>();
  for (const { candidate, why } of rejected) {
    const { id } = candidate.arm.card;
    if (!tried.has(id)) mildest.set(id, Math.min(mildest.get(id) ?? Infinity, mildestFirst.indexOf(why)));
  }
  const groups = mildestFirst.map((why, place) => ({ why: verdicts[why], models: [...mildest.values()].filter((one) => one === place).length }));
  return groups.filter(({ models }) => models > 0).sort((left, right) => right.models - left.models);
}

/** Tokens of the answer that is expected of an arm, as they are counted for its cost. */
export function expectedAnswerTokens({ arm, verbosity = arm.effort.verbosity }: Candidate, { outputTokens }: Pick<TaskProfile, 'outputTokens'>): number {
  return Math.min(Math.round(outputTokens.p50 * verbosity), arm.card.maxOutputTokens);
}

/** A person's own lists need no explaining; a model that cannot be asked at all is only counted. */
const worthShowing: ReadonlySet<Rejection> = new Set<Rejection>(['notCapable', 'dearer', 'notRequested', 'overBudget', 'unhealthy', 'contextTooShort']);

/** Also read by people. */
const verdicts: Readonly<Record<Rejection, string>> = {
  notCapable: 'not sure enough',
  dearer: 'dearer',
  unproven: 'not measured',
  priceUnknown: 'price unknown',
  contextTooShort: 'too short a context',
  lacksCapability: 'lacks a capability',
  excluded: 'excluded',
  notPinned: 'not allowed',
  unhealthy: 'failed recently',
  overBudget: 'over budget',
  notRequested: 'not asked for',
};

/** The nearest, and some from the whole range up to the last, so that the dear end is seen too. */
function spread(sorted: readonly RejectedCandidate[], room: number): readonly RejectedCandidate[] {
  if (sorted.length <= room) return sorted;
  if (room <= 0) return [];
  const step = (sorted.length - 1) / Math.max(1, room - 1);
  const picked = new Set<RejectedCandidate>();
  for (let at = 0; at < room; at++) {
    const one = sorted[Math.round(at * step)];
    if (one) picked.add(one);
  }
  return [...picked];
}

function onePerPlace(rejected: readonly RejectedCandidate[]): RejectedCandidate[] {
  const best = new Map<string, RejectedCandidate>();
  for (const one of rejected) {
    const place = placeOf(one.candidate);
    const known = best.get(place);
    if (!known || (one.candidate.capable?.low ?? 0) > (known.candidate.capable?.low ?? 0)) best.set(place, one);
  }
  return [...best.values()];
}

function shown(candidate: Candidate, verdict: string): ExplainedCandidate {
  const { id, arm, estimate } = candidate;
  const chance = candidate.capable ?? candidate.estimated;
  return {
    arm: id,
    name: nameOf(candidate),
    provider: arm.offer.provider,
    ...(chance ? { p: rounded(chance.p), low: rounded(chance.low), top: rounded(topOf(chance)) } : {}),
    ...(chance && !candidate.capable ? { estimated: true } : {}),
    ...(estimate ? { least: estimate.low, likely: estimate.likely, high: estimate.high } : {}),
    ...(arm.offer.price?.source === 'subscription' ? { included: true } : {}),
    verdict,
  };
}

function nameOf({ arm }: Candidate): string {
  return arm.effort.isDefault ? arm.card.name : `${arm.card.name} (${arm.effort.effort} effort)`;
}

/** The upper end of the interval: the lower one mirrored on the scale of log odds, on which it lies even. */
function topOf({ p, low }: { readonly p: number; readonly low: number }): number {
  const odds = p / (1 - p);
  const top = (odds * odds * (1 - low)) / low;
  // Certain or impossible as far as floating point goes: there is no interval to mirror.
  return Number.isFinite(top) ? top / (1 + top) : p;
}

function rounded(share: number): number {
  return Math.round(share * 1000) / 1000;
}

function likelyOf(candidate: Candidate): number {
  return candidate.estimate?.likely ?? Infinity;
}

function placeOf({ arm }: Candidate): string {
  return `${arm.offer.provider}/${arm.offer.model}`;
}
