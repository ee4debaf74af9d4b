import { makerOf } from '../experiments/judge';
import type { Failure } from '../model/failure';
import type { Candidate, Rejection, Route } from '../model/route';
import type { WorkWish } from '../model/work';
import type { WorkGround } from './ground';
import type { Strategy } from './strategy';

/** What does not keep an arm from being asked by name: it only was not the best choice for one answer. */
const stillOpen: ReadonlySet<Rejection> = new Set<Rejection>(['notCapable', 'dearer', 'notRequested']);

/** Nobody is chosen that costs more than this many times the first choice, unless it is less than a cent: "the ablest within reason". */
const mostTimesAsDear = 30;
const aCent = 10_000_000;

/**
 * The models of the work: those that the person named, in their order, and then the router's. The first of its choice is
 * whom it would ask alone; then come the ablest, and others, each of another maker as long as there are any.
 */
export function armsFor({ strategy, arms: named = [] }: WorkWish, { route }: Pick<WorkGround, 'route'>, { least, usual, most }: Strategy['models']): readonly Candidate[] | Failure {
  const taken: Candidate[] = [];
  for (const id of [...new Set(named)].slice(0, most)) {
    const found = route(id);
    if ('kind' in found) return found;
    const [candidate] = found.ranked;
    if (candidate && !(strategy === 'refine' && isSameModel(candidate, taken[0]))) taken.push(candidate);
  }
  // Who named enough of them wants no others.
  if (taken.length >= least) return taken;
  const found = route();
  if ('kind' in found) return found;
  for (const candidate of inOrder(found, taken, strategy)) {
    if (taken.length >= usual) break;
    if (!taken.some((one) => isSameModel(one, candidate))) taken.push(candidate);
  }
  if (taken.length < least) return { kind: 'noCandidate', reason: `This takes ${least} different models, and ${taken.length === 1 ? 'only one' : 'none'} can be asked. Add a provider, or allow more models.` };
  return taken;
}

function inOrder(route: Route, taken: readonly Candidate[], strategy: WorkWish['strategy']): readonly Candidate[] {
  const { alternatives, bar, ranked } = route;
  const [first] = ranked;
  const open = openIn(route);
  const limit = Math.max(aCent, first?.estimate ? mostTimesAsDear * first.estimate.likely : 0);
  const known = open.filter((one) => one.estimate !== undefined && likelyOf(one) <= limit);
  const able = (one: Candidate): number => (one.capable?.p ?? (one.estimated?.p ?? 0) / 2) + ((one.capable?.low ?? 0) >= bar ? 1 : 0);
  // Able enough first, and of those the cheap before the dear.
  const byWorth = known.toSorted((one, other) => Math.floor(able(other)) - Math.floor(able(one)) || (able(one) >= 1 ? likelyOf(one) - likelyOf(other) : able(other) - able(one)) || (one.id < other.id ? -1 : 1));
  const ablest = alternatives.ablest && likelyOf(alternatives.ablest) <= limit ? [alternatives.ablest] : [];
  const wanted = [...(first ? [first] : []), ...(strategy === 'consensus' ? [] : ablest), ...byWorth];
  const makers = new Set(taken.map(({ arm }) => makerOf(arm.card.id)));
  const strangers: Candidate[] = [];
  for (const one of wanted) {
    const maker = makerOf(one.arm.card.id);
    if (makers.has(maker)) continue;
    makers.add(maker);
    strangers.push(one);
  }
  const others = wanted.filter((one) => !strangers.includes(one));
  // Side by side the cheapest and the ablest are what a person wants to see, whoever made them.
  return [...(strategy === 'compare' && taken.length === 0 ? [...ranked.slice(0, 1), ...ablest] : []), ...strangers, ...others];
}

/**
 * Who judges what these answer: another model, of another maker where there is one, at least as able as the weakest of
 * them, and of those the cheapest. Undefined: nobody is left.
 */
export function judgeFor({ route }: Pick<WorkGround, 'route'>, arms: readonly Candidate[]): Candidate | undefined {
  const found = route();
  if ('kind' in found) return undefined;
  const makers = new Set(arms.map(({ arm }) => makerOf(arm.card.id)));
  const least = Math.min(...arms.map(chanceOf));
  const others = openIn(found).filter((one) => one.estimate !== undefined && chanceOf(one) >= least && !arms.some((arm) => isSameModel(arm, one)));
  const near = (one: Candidate): number => (makers.has(makerOf(one.arm.card.id)) ? 1 : 0);
  return others.toSorted((one, other) => near(one) - near(other) || likelyOf(one) - likelyOf(other) || (one.id < other.id ? -1 : 1))[0];
}

/** Whatever its effort and wherever it is served: nobody criticises their own answer. */
function isSameModel(one: Candidate, other: Candidate | undefined): boolean {
  return one.arm.card.id === other?.arm.card.id;
}

/** Chance that it is able to answer; an even one where nothing is known. */
export function chanceOf({ capable, estimated }: Candidate): number {
  return capable?.p ?? estimated?.p ?? 0.5;
}

/** Everybody who can be asked by name. */
function openIn({ ranked, rejected }: Route): readonly Candidate[] {
  return [...ranked, ...rejected.flatMap(({ candidate, why }) => (stillOpen.has(why) ? [candidate] : []))];
}

function likelyOf({ estimate }: Candidate): number {
  return estimate?.likely ?? Number.MAX_SAFE_INTEGER;
}
