import type { Candidate, RejectedCandidate, Rejection, Route } from '../model/route';
import type { Explanation } from '../model/thread';

/** What "Why this model" can show without scrolling for ever. */
const mostShown = 12;
/** Of those, arms that were cheaper but not taken: the question people ask first. */
const mostCheaper = 5;

type Shown = Explanation['candidates'][number];

/**
 * A route in storable form: the order of trying, the cheaper arms that were not taken and the nearest dearer ones, the
 * rest counted. One arm of each offer, the likeliest effort.
 */
export function explain(route: Route): Explanation {
  const tried = route.ranked.map((candidate, index) => shown(candidate, index === 0 ? 'chosen' : 'next'));
  const places = new Set(route.ranked.map(placeOf));
  const cost = route.ranked[0]?.estimate?.likely ?? 0;
  const others = onePerPlace(route.rejected.filter(({ candidate }) => !places.has(placeOf(candidate))));
  const known = others.filter(({ candidate, why }) => candidate.estimate && candidate.capable && worthShowing.has(why));
  // The ablest of the cheaper ones: how near they came is what is asked.
  const cheaper = known.filter(({ candidate }) => likelyOf(candidate) < cost).sort((left, right) => (right.candidate.capable?.low ?? 0) - (left.candidate.capable?.low ?? 0));
  const dearer = known.filter(({ candidate }) => likelyOf(candidate) >= cost).sort((left, right) => likelyOf(left.candidate) - likelyOf(right.candidate));
  const room = mostShown - tried.length;
  const picked = cheaper.slice(0, Math.min(mostCheaper, room));
  const rest = spread(dearer, room - picked.length);
  const rows = [...picked, ...rest].sort((left, right) => likelyOf(left.candidate) - likelyOf(right.candidate));
  return {
    reasons: route.reasons,
    tier: route.profile.tier,
    quality: route.quality,
    bar: route.bar,
    inputTokens: route.profile.inputTokens,
    candidates: [...tried, ...rows.map(({ candidate, why }) => shown(candidate, verdicts[why]))],
    notShown: route.ranked.length + route.rejected.length - tried.length - rows.length,
  };
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

function shown({ id, arm, capable, estimate }: Candidate, verdict: string): Shown {
  return {
    arm: id,
    name: arm.effort.isDefault ? arm.card.name : `${arm.card.name} (${arm.effort.effort} effort)`,
    provider: arm.offer.provider,
    ...(capable ? { p: rounded(capable.p), low: rounded(capable.low) } : {}),
    ...(estimate ? { likely: estimate.likely, high: estimate.high } : {}),
    ...(arm.offer.price?.source === 'subscription' ? { included: true } : {}),
    verdict,
  };
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
