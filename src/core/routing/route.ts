import type { AskRequest } from '../model/ask';
import type { Failure, FailureKind } from '../model/failure';
import type { Arm, ArmId } from '../model/modelCard';
import { formatUsd, nano } from '../model/money';
import type { Alternatives, Candidate, Quality, RejectedCandidate, Rejection, Route } from '../model/route';
import { type Standard, standardOf } from './bars';
import { type CandidateInput, exactCost, type Judged, judgeArms, type Judgement, matcher, neededTokens, roughCost, toCandidate } from './candidates';
import { learntReasons } from './learntReasons';
import { byExpected, clearlyBetter, equalFailures, mostTried, rank, type Ranking, type Rated } from './rank';

export interface RouteDependencies {
  /** False for an arm that is cooling down after a failure. */
  readonly isAvailable: (arm: Arm) => boolean;
  /** What such an arm cools down from; undefined when it does not. */
  readonly restingFor: (arm: Arm) => Failure | undefined;
  /** Name of a provider for people. */
  readonly providerName: (provider: string) => string;
}

export interface TaskInput extends Omit<CandidateInput, 'isAvailable'>, Pick<AskRequest, 'step' | 'keep'> {
  /** Everything that can be asked now. The same array as long as nothing changed: facts are kept per array. */
  readonly arms: readonly Arm[];
  readonly quality: Quality;
  /** Ask exactly this arm, from the request or the setting. */
  readonly pinned: ArmId | undefined;
  /** Puts equals into their turn; by default they stand in the order of their ids. */
  readonly spread?: (ranked: readonly Candidate[]) => readonly Candidate[];
  /** Why only these arms are offered, for people. */
  readonly because?: string;
}

/**
 * Chooses who is asked: the cheapest arm that is likely enough to answer, and who comes after it. Returns the decision
 * as data, or why there is none. Pure; never throws.
 */
export function routeTask(dependencies: RouteDependencies, { arms, pinned, step, keep, ...terms }: TaskInput): Route | Failure {
  if (arms.length === 0) return { kind: 'noProvider' };
  const input = { ...terms, standard: standardOf(terms.quality), isAvailable: dependencies.isAvailable, pinned };
  const judgement = judgeArms(arms, input);
  // A step names what it wants relative to an answer, so it wins over a lasting pin.
  if (pinned !== undefined && !step) return pinnedTo(judgement, input, pinned);
  const kept = keep === undefined || step ? undefined : judgement.one(keep);
  if (kept && kept.closed === undefined) return keptAt(dependencies, judgement, kept, input);
  const judged = judgement.all();
  const free = judged.filter(({ closed }) => closed === undefined);
  // Nobody else is left: a person who asks wants it tried, and the provider's own answer says more than our memory of it.
  const open = free.length > 0 ? free : judged.filter(({ closed }) => closed === 'unhealthy');
  if (open.length === 0) return nobody(judged, input);
  return step ? stepped(judged, open, input, step) : chosen(dependencies, judged, open, input);
}

interface Input extends CandidateInput, Pick<TaskInput, 'quality' | 'spread' | 'because' | 'pinned'> {
  readonly standard: Standard;
}

/** Who would be asked without it, in their order. */
function restOf(dependencies: RouteDependencies, judged: readonly Judged[], kept: Judged, input: Input): readonly Candidate[] {
  const open = judged.filter(({ closed, facts }) => closed === undefined && facts.place !== kept.facts.place);
  const { ranked, spare } = chosen(dependencies, judged, open, input);
  return [...ranked, ...spare].slice(0, mostTried - 1);
}

function chosen(dependencies: RouteDependencies, judged: readonly Judged[], open: readonly Judged[], input: Input): Route {
  const resting = judged.filter((one) => one.closed === 'unhealthy' && !open.includes(one));
  const { standard } = input;
  const ranking = rank(open, standard, resting);
  const first = ranking.ranked[0];
  const missed = missedReason(dependencies, ranking);
  const reasons = [...(first ? [...choiceReasons(first, ranking, input), ...learntReasons(first, judged, input, standard.bar)] : []), ...missed, ...leftOut(judged, missed.length > 0 ? ranking.missed : undefined)];
  const spare = rank(resting.filter(({ facts }) => mayBeOver.has(dependencies.restingFor(facts.arm)?.kind)), standard).ranked;
  const resort = spare.slice(0, mostTried - ranking.ranked.length).map((one) => toCandidate(one, input, one.likely, exactCost));
  return toRoute(() => judged, ranking, input, reasons, { spare: () => resort });
}

/** What may be over sooner than is known. What a person must mend, and a model that is gone, stay as they are. */
const mayBeOver: ReadonlySet<FailureKind | undefined> = new Set(['rateLimited', 'providerDown', 'offline', 'timedOut', 'badReply', 'truncated'] as const);

/** A pin is obeyed even when the arm is cooling down or dear: the person named it, and the budget refuses by itself. */
function pinnedTo(judgement: Judgement, input: Input, pin: ArmId): Route | Failure {
  const one = judgement.one(pin);
  if (!one) return { kind: 'noCandidate', reason: `${pin} cannot be asked now: no provider that is set up offers it.` };
  const { card, offer } = one.facts.arm;
  switch (one.closed) {
    case 'contextTooShort':
      return tooLong(one, judgement.all(), input);
    case 'lacksCapability':
      return { kind: 'noCandidate', reason: `${card.name} ${lacking(one, input)}, which this request needs.` };
    case 'excluded':
      return { kind: 'noCandidate', reason: `${card.name} is on the list of excluded models.` };
    case 'notPinned':
      return { kind: 'noCandidate', reason: narrowing(input) ?? `${card.name} is not ${isLeftOut(input, pin) ? 'among the models that this client may ask' : 'on the list of allowed models'}.` };
    case 'priceUnknown':
      return { kind: 'priceUnknown', provider: offer.provider, model: offer.model };
    default:
      return named(judgement, one, input);
  }
}

/** The route to an arm that is open beyond doubt, when somebody wants to know more of it. Undefined: it is not there. */
export function routeToNamed(dependencies: RouteDependencies, { arms, pinned, ...terms }: TaskInput, id: ArmId, kept: boolean): Route | undefined {
  const input = { ...terms, standard: standardOf(terms.quality), isAvailable: dependencies.isAvailable, pinned };
  const judgement = judgeArms(arms, input);
  const one = judgement.one(id);
  return one && (kept ? keptAt(dependencies, judgement, one, input) : named(judgement, one, input));
}

function named(judgement: Judgement, one: Judged, input: Input): Route {
  return toRoute(judgement.all, onlyRanked([one], input), input, [`${one.facts.arm.card.name} was asked for by name`], { otherwise: 'notRequested' });
}

/** In the middle of its work nobody is exchanged for a cheaper one: the others are worked out when it has failed, or when somebody asks why. */
function keptAt(dependencies: RouteDependencies, judgement: Judgement, kept: Judged, input: Input): Route {
  const reason = `It stays with ${kept.facts.arm.card.name}, because it is in the middle of its work`;
  const spare = (): readonly Candidate[] => restOf(dependencies, judgement.all(), kept, input);
  return toRoute(judgement.all, onlyRanked([kept], input), input, [reason], { otherwise: 'notRequested', spare, kept: true });
}

/** The next arm up fails clearly less often; the next one down is clearly cheaper, and the ablest of those. */
function stepped(judged: readonly Judged[], open: readonly Judged[], input: Input, step: NonNullable<AskRequest['step']>): Route | Failure {
  const rated = rank(open, input.standard).rated.toSorted(byExpected);
  const than = judged.find(({ facts }) => facts.id === step.than);
  const name = than?.facts.arm.card.name ?? step.than;
  const others = rated.filter(({ facts }) => facts.id !== step.than);
  const fitting = step.direction === 'better' ? betterThan(others, than) : cheaperThan(others, than);
  const first = fitting[0];
  if (!first) {
    const reason = step.direction === 'better' ? `No model that can be asked now is clearly likelier to succeed than ${name}.` : `No model that can be asked now is clearly cheaper than ${name}.`;
    return { kind: 'noCandidate', reason };
  }
  const now = percent(first.capable.p);
  const reason =
    step.direction === 'better'
      ? `${first.facts.arm.card.name} is the cheapest that is clearly likelier to succeed than ${name} (${now}${than?.capable ? ` instead of ${percent(than.capable.p)}` : ''})`
      : `${first.facts.arm.card.name} is the ablest that is clearly cheaper than ${name} (${isIncluded(first) ? 'included in a subscription' : usd(first.likely)}${than?.likely === undefined ? '' : ` instead of ${usd(than.likely)}`})`;
  const ranking = onlyRanked(onePerPlace(fitting).slice(0, 5), input);
  return toRoute(() => judged, ranking, input, [reason], { otherwise: 'notRequested' });
}

function betterThan(others: readonly Rated[], than: Judged | undefined): readonly Rated[] {
  // Unproven, or gone from the catalogue: a coin flip is the honest guess.
  const p = than?.capable?.p ?? 0.5;
  return others.filter(({ capable }) => clearlyBetter(capable.p, p));
}

/** Less than a fifth saved is not worth asking again for. */
const clearlyCheaper = 0.8;

function cheaperThan(others: readonly Rated[], than: Judged | undefined): readonly Rated[] {
  const cost = than?.likely;
  if (cost === undefined) return others;
  return others.filter(({ likely }) => likely < clearlyCheaper * cost).toSorted((left, right) => right.capable.p - left.capable.p || left.likely - right.likely);
}

function onePerPlace(rated: readonly Rated[]): readonly Rated[] {
  const places = new Set<string>();
  return rated.filter(({ facts }) => !places.has(facts.place) && places.add(facts.place));
}

function onlyRanked(ranked: readonly Judged[], { standard }: Input): Ranking {
  const low = ranked[0]?.capable?.low;
  return { ranked, rated: [], belowBar: low === undefined || low < standard.bar, undercut: undefined, missed: undefined, standIn: undefined };
}

/** Nothing is open: say which one thing stands in the way, the most mendable first. */
function nobody(judged: readonly Judged[], input: Input): Failure {
  const closedBy = (why: Rejection): readonly Judged[] => judged.filter(({ closed }) => closed === why);
  const overBudget = closedBy('overBudget');
  if (overBudget.length > 0) return { kind: 'noCandidate', reason: `Every model that could answer might cost more than the ${formatUsd(input.room)} left in the budget.` };
  const unpriced = closedBy('priceUnknown')[0]?.facts.arm.offer;
  if (unpriced) return { kind: 'priceUnknown', provider: unpriced.provider, model: unpriced.model };
  const tooShort = closedBy('contextTooShort');
  const longest = tooShort.reduce<Judged | undefined>((best, one) => (best && best.facts.arm.card.contextTokens >= one.facts.arm.card.contextTokens ? best : one), undefined);
  if (longest) return tooLong(longest, judged, input);
  const incapable = closedBy('lacksCapability')[0];
  if (incapable) return { kind: 'noCandidate', reason: `None of the models that can be asked ${canDo(input)}.` };
  if (judged.some(({ facts }) => isLeftOut(input, facts.id))) return { kind: 'noCandidate', reason: 'None of the models that this client may ask can be asked now.' };
  return { kind: 'noCandidate', reason: narrowing(input) ?? 'Your lists of allowed and excluded models leave none to ask.' };
}

function tooLong({ facts: { arm } }: Judged, judged: readonly Judged[], { profile, maxOutputTokens }: Input): Failure {
  const isLonger = ({ facts, closed }: Judged): boolean => mayBeChosen.has(closed) && neededTokens(facts.arm, profile, maxOutputTokens) <= facts.arm.card.contextTokens;
  return { kind: 'contextTooLong', neededTokens: neededTokens(arm, profile, maxOutputTokens), availableTokens: arm.card.contextTokens, ...(judged.some(isLonger) ? { longer: true } : {}) };
}

/** What a person can change by naming another, or their lists. */
const mayBeChosen: ReadonlySet<Rejection | undefined> = new Set([undefined, 'unhealthy', 'excluded', 'notPinned'] as const);

function isLeftOut({ only = [] }: Input, id: ArmId): boolean {
  return matcher(only)?.(id) === false;
}

/** What classifiers of the person's own allow; undefined when none says anything of that. */
function narrowing({ profile }: Input): string | undefined {
  const [label] = (profile.labels ?? []).filter(({ effect }) => effect.allow);
  return label && `Your classifier “${label.name}” allows only ${label.effect.allow?.join(', ')}, and nobody of them can be asked this now.`;
}

function toRoute(judged: () => readonly Judged[], ranking: Ranking, input: Input, reasons: readonly string[], { spare: sparing = () => [], otherwise, kept }: { readonly spare?: () => readonly Candidate[]; readonly otherwise?: Rejection; readonly kept?: boolean }): Route {
  // A closed or pinned arm was not compared, so nothing is known of its escalation.
  const expected = (one: Judged): number | undefined => ranking.rated.find(({ facts }) => facts === one.facts)?.expected ?? one.likely;
  let spare: readonly Candidate[] | undefined;
  let rejected: readonly RejectedCandidate[] | undefined;
  let alternatives: Alternatives | undefined;
  const ranked = ranking.ranked.map((one) => toCandidate(one, input, expected(one), exactCost));
  return {
    profile: input.profile,
    quality: input.quality,
    bar: input.standard.bar,
    ranked: input.spread?.(ranked) ?? ranked,
    ...(kept === undefined ? {} : { kept }),
    get spare() {
      spare ??= sparing();
      return spare;
    },
    // Hundreds, of use to explanations alone: worked out when first read, which is not before the request has left.
    get rejected() {
      rejected ??= rejectedBy(judged(), ranking, input, otherwise);
      return rejected;
    },
    get alternatives() {
      alternatives ??= alternativesOf(judged(), input);
      return alternatives;
    },
    reasons: [...(input.because === undefined ? [] : [input.because]), ...reasons, ...input.profile.reasons],
    belowBar: ranking.belowBar,
  };
}

function alternativesOf(judged: readonly Judged[], input: Input): Alternatives {
  const candidate = (one: Judged | undefined): Candidate | undefined => one && toCandidate(one, input, one.likely, exactCost);
  const open = judged.filter(({ closed, capable, likely }) => closed === undefined && capable && likely !== undefined);
  const failures = ({ capable }: Judged): number => 1 - (capable?.p ?? 0);
  const byCost = (one: Judged, than: Judged): number => (one.likely ?? 0) - (than.likely ?? 0) || failures(one) - failures(than);
  const cheapestOf = (ones: readonly Judged[]): Judged | undefined => ones.reduce<Judged | undefined>((found, one) => (found && byCost(one, found) >= 0 ? found : one), undefined);
  const fewest = open.reduce((least, one) => Math.min(least, failures(one)), 1);
  return {
    // Nobody asks the very dearest for a chance that is better by a hair: a saving against that would be none.
    ablest: candidate(cheapestOf(open.filter((one) => failures(one) <= equalFailures * fewest))),
    cheapest: candidate(cheapestOf(open)),
    pinned: candidate(judged.find(({ facts }) => facts.id === input.pinned)),
  };
}

function rejectedBy(judged: readonly Judged[], ranking: Ranking, input: Input, otherwise: Rejection | undefined): readonly RejectedCandidate[] {
  const expected = new Map<ArmId, number>();
  for (const one of ranking.rated) expected.set(one.facts.id, one.expected);
  const rankedIds = new Set(ranking.ranked.map(({ facts }) => facts.id));
  const rejected: RejectedCandidate[] = [];
  for (const one of judged) {
    if (rankedIds.has(one.facts.id)) continue;
    const candidate = toCandidate(one, input, expected.get(one.facts.id) ?? one.likely, roughCost);
    rejected.push({ candidate, why: one.closed ?? otherwise ?? whyNot(one, input.standard.bar) });
  }
  return rejected;
}

function whyNot({ capable, likely }: Judged, bar: number): Rejection {
  if (!capable) return 'unproven';
  if (likely === undefined) return 'priceUnknown';
  return capable.low < bar ? 'notCapable' : 'dearer';
}

function choiceReasons(first: Judged, ranking: Ranking, { standard }: Input): readonly string[] {
  const { bar } = standard;
  const { name } = first.facts.arm.card;
  // Who stands in for another is first for that alone.
  if (ranking.standIn && !ranking.belowBar) return [];
  if (!first.capable) return [`${name} is all that can be asked; how able it is has not been measured${first.estimated ? `, only estimated from price and age (${percent(first.estimated.p)})` : ''}`];
  const low = percent(first.capable.low);
  if (first.likely === undefined) return [`${name} is the ablest that can be asked; its price is not known`];
  const reasons: string[] = [];
  if (ranking.belowBar) {
    const ablest = ranking.rated[0];
    const isAblest = ablest === undefined || ablest.capable.p <= first.capable.p;
    const why = isAblest ? `is the likeliest to succeed (${percent(first.capable.p)}, at least ${low})` : `is the best buy: ${percent(first.capable.p)} likely to succeed for ${usd(first.likely)}, where ${ablest.facts.arm.card.name} is ${percent(ablest.capable.p)} likely for ${usd(ablest.likely)}`;
    reasons.push(`No model that can be asked is sure enough for this (${percent(bar)} wanted); ${name} ${why}`);
  } else if (ranking.undercut) {
    const { facts, capable, likely } = ranking.undercut;
    reasons.push(`${name} is nearly as likely to succeed (${percent(first.capable.p)}) as the cheapest that is sure enough, ${facts.arm.card.name} (${percent(capable.p)}), for ${usd(first.likely)} instead of ${usd(likely)}`);
  } else if (ranking.rated.length === 1) {
    reasons.push(`${name} is the only one that can be asked, and likely enough (${low} ≥ ${percent(bar)})`);
  } else {
    reasons.push(`${name} is the cheapest that is likely enough (${low} ≥ ${percent(bar)})`);
    const cost = first.likely;
    const weaker = models(ranking.rated.filter((one) => one.likely < cost && one.capable.low < bar));
    if (weaker > 0) reasons.push(`${weaker} cheaper ${weaker === 1 ? 'model was' : 'models were'} below the bar`);
  }
  if (isIncluded(first)) reasons.push('It is paid for by a subscription: asking it costs nothing more');
  return reasons;
}

function isIncluded({ facts }: Judged): boolean {
  return facts.arm.offer.price?.source === 'subscription';
}

/** How many rest, besides the one that was told of. */
function leftOut(judged: readonly Judged[], told: Judged | undefined): readonly string[] {
  const unhealthy = models(judged.filter(({ closed, facts }) => closed === 'unhealthy' && facts.arm.card.id !== told?.facts.arm.card.id));
  return unhealthy > 0 ? [`${unhealthy} ${unhealthy === 1 ? 'model was' : 'models were'} left out after a recent failure`] : [];
}

/** Who would have been first, why it is not, and what is done about it. */
function missedReason({ providerName, restingFor }: RouteDependencies, { missed, standIn }: Ranking): readonly string[] {
  const failure = missed && restingFor(missed.facts.arm);
  if (!missed || !failure) return [];
  const { card, offer } = missed.facts.arm;
  const trouble = `${providerName(offer.provider)} ${troubles[failure.kind] ?? 'failed a moment ago'}`;
  return [standIn ? `${trouble}, so the same model is asked at ${providerName(standIn.facts.arm.offer.provider)}` : `${card.name} would come first, but ${trouble}`];
}

/** Also read by people. */
const troubles: Readonly<Partial<Record<FailureKind, string>>> = {
  rateLimited: 'asked for a pause',
  providerDown: 'is down',
  offline: 'cannot be reached',
  timedOut: 'did not answer in time',
  badReply: 'sent no usable answers',
  truncated: 'cut its answers off',
  modelGone: 'no longer offers it',
  keyMissing: 'has no key',
  keyRejected: 'did not accept the key',
  noCredit: 'has no credit left',
};

/** People count models, not the hosts and efforts they come in. */
function models(judged: readonly Judged[]): number {
  return new Set(judged.map(({ facts }) => facts.arm.card.id)).size;
}

function lacking({ facts }: Judged, { profile }: Input): string {
  const missing = profile.needs.filter((need) => !facts.arm.card.capabilities.includes(need));
  return missing.includes('vision') ? 'does not see images' : 'does not call tools';
}

function canDo({ profile }: Input): string {
  const vision = profile.needs.includes('vision');
  const tools = profile.needs.includes('tools');
  if (vision && tools) return 'both sees images and calls tools';
  return vision ? 'sees images' : 'calls tools';
}

function percent(share: number): string {
  // 99.6 % must not read as certain.
  return `${Math.min(99, Math.round(share * 100))} %`;
}

function usd(nanoDollars: number): string {
  return formatUsd(nano(Math.round(nanoDollars)));
}
