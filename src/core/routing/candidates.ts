import { globMatcher } from '../model/glob';
import { type Learnt, learntKey } from '../model/learnt';
import { type Arm, type ArmId, type Capability, type EffortRow, idOfArm } from '../model/modelCard';
import { type NanoDollars, nano, pricePerMillion, zeroDollars } from '../model/money';
import { costOf, dearestRates, type Estimate, type Price, type Rates, ratesAt } from '../model/price';
import type { TaskProfile } from '../model/profile';
import type { Candidate, Rejection } from '../model/route';
import { noUsage } from '../model/usage';
import { type AbilityVector, abilityVector, capability, type Demand, demandOf } from './capable';
import { kindsOf } from './kinds';

/** The part of the prompt that the host of the conversation's last answer still has in its cache. */
interface WarmPrefix {
  readonly arm: ArmId;
  readonly cachedTokens: number;
}

/** What one request may be, may cost and may be sent to. */
export interface CandidateInput {
  readonly profile: TaskProfile;
  /** Output limit that will be sent. */
  readonly maxOutputTokens: number;
  /** Upper bound of the input tokens, as the budget holds it. */
  readonly worstInputTokens: number;
  /** A budget is in force: a model of unknown price cannot be held against it. */
  readonly knownPriceOnly: boolean;
  /** Epoch milliseconds: a price may go by the hour. */
  readonly now: number;
  /** What is left in the tightest budget; undefined is no limit, or leaves it to the reservation. */
  readonly room: NanoDollars | undefined;
  /** Only these may be asked: `provider/model` with `*` for any text. Empty is all. */
  readonly allowed: readonly string[];
  /** The same for this request alone, in addition. */
  readonly only?: readonly string[];
  /** These are never asked. */
  readonly excluded: readonly string[];
  readonly isAvailable: (arm: Arm) => boolean;
  readonly warm?: WarmPrefix;
  /** What the person's own use has taught. A new object when something changed: what is worked out from it is kept by it. */
  readonly learnt?: Learnt;
}

/** One arm measured for one task, in plain numbers so that hundreds of them cost little. Costs in nano-dollars, not rounded. */
export interface Judged {
  readonly facts: ArmFacts;
  /** Undefined: nothing stands against it. */
  readonly closed: Rejection | undefined;
  /** Undefined: unproven. */
  readonly capable: { readonly p: number; readonly low: number } | undefined;
  /** Of an unproven one, what price and age let one expect; undefined when they say nothing either, or it is proven. */
  readonly estimated: { readonly p: number; readonly low: number } | undefined;
  /** Undefined: the price is unknown. */
  readonly likely: number | undefined;
}

/** What never changes about an arm, worked out once. */
export interface ArmFacts {
  readonly arm: Arm;
  readonly id: ArmId;
  /** `provider/model`, the same for all efforts. */
  readonly place: string;
  readonly ability: AbilityVector | undefined;
  /** Of an unproven model. */
  readonly estimate: AbilityVector | undefined;
  /** Output tokens relative to the profile's expectation. */
  readonly verbosity: number;
  /** A bit for each capability; all of them for a card that nobody described: unknown is not "cannot". */
  readonly capabilities: number;
  /** Undefined: unknown. A free offer costs nothing whatever its price row says. */
  readonly price: Price | undefined;
  readonly fees: Fees;
  /** What holds at any hour for prompts up to a length, worked out once: nearly always all that is needed. */
  readonly flat: FlatRates | undefined;
}

interface FlatRates extends HourRates {
  /** The longest prompt it is for, in tokens. */
  readonly upTo: number;
}

interface HourRates {
  /** What a call is expected to be priced by. */
  readonly usual: PlainRates;
  /** What no call can pass. */
  readonly held: PlainRates;
}

/** All with the same fields, because hundreds of them are read in a row: other shapes cost a tenth of a decision. */
type PlainRates = Required<Pick<Rates, 'input' | 'output' | 'cacheRead'>>;
type Fees = Required<Pick<Price, 'perCall' | 'atLeast'>>;

/** Estimates are good to a few per cent at best; the context limit is hard. */
export const contextMargin = 1.1;

/** The arms judged for one request: is it open to it, how able is it, what would it cost. */
export interface Judgement {
  /** All of them, in the order they were given. Judged when first asked for. */
  readonly all: () => readonly Judged[];
  /** One by its id, without judging the others; undefined: it is not among them. */
  readonly one: (id: ArmId) => Judged | undefined;
}

/** Judges arms for one request, each when it is first asked for. Pure: no clock, no network. */
export function judgeArms(arms: readonly Arm[], input: CandidateInput): Judgement {
  const { profile } = input;
  const demand = taskDemand(profile);
  const terms: Terms = {
    needs: capabilityBits(profile.needs),
    promptTokens: promptTokens(profile),
    allowed: named(arms, input.allowed),
    narrowed: [...(profile.labels ?? []).map(({ effect }) => effect.allow), input.only].flatMap((patterns) => (patterns && named(arms, patterns)) ?? []),
    excluded: named(arms, input.excluded),
  };
  const warmPlace = placeOf(input.warm?.arm);
  const warmTokens = Math.min(input.warm?.cachedTokens ?? 0, profile.inputTokens);
  const known = factsOf(arms, input.learnt);
  const judge = (facts: ArmFacts, place: number): Judged => {
    const rates = ratesOf(facts, input);
    const cached = warmPlace !== undefined && facts.place === warmPlace ? warmTokens : 0;
    const likely = rates && tokenCost(facts.fees, rates.usual, profile.inputTokens, cached, outputOf(facts, profile.outputTokens.p50, input.maxOutputTokens));
    const closed = closedBy(facts, place, rates?.held, input, terms);
    const capable = facts.ability && capability(facts.ability, demand);
    const estimated = facts.estimate && capability(facts.estimate, demand);
    return { facts, closed, capable, estimated, likely };
  };
  let all: readonly Judged[] | undefined;
  return {
    all: () => (all ??= known.map(judge)),
    one: (id) => {
      const place = placesOf(arms).get(id);
      const facts = place === undefined ? undefined : known[place];
      return facts && place !== undefined ? judge(facts, place) : undefined;
    },
  };
}

/** An arm by its id; undefined: it is not among them. */
export function armById(arms: readonly Arm[], id: ArmId): Arm | undefined {
  return arms[placesOf(arms).get(id) ?? -1];
}

/** Keyed by the array, as the facts are. */
const knownPlaces = new WeakMap<readonly Arm[], ReadonlyMap<ArmId, number>>();

function placesOf(arms: readonly Arm[]): ReadonlyMap<ArmId, number> {
  const known = knownPlaces.get(arms) ?? new Map(factsOf(arms).map(({ id }, place) => [id, place]));
  knownPlaces.set(arms, known);
  return known;
}

/** What a task asks of an arm's ability. */
export function taskDemand(profile: Pick<TaskProfile, 'domains' | 'difficulty' | 'difficultySd' | 'intents' | 'kinds' | 'language'>): Demand {
  return demandOf({ difficultySd: usualDoubt, ...profile, kinds: profile.kinds ?? kindsOf(profile) });
}

/**
 * Standard deviation of a difficulty read from a text, in logits, where the profile does not say its own: fitted so that
 * the chances hold on problems with known outcomes (docs/routing.md).
 */
const usualDoubt = 1.5;

/**
 * The candidate as data. `expected` in nano-dollars, as ranked. Money is exact for the few that will be tried; for the
 * hundreds that only explain, floating point is ten times faster and at most a nano-dollar away.
 */
export function toCandidate({ facts, capable, estimated }: Judged, input: CandidateInput, expected: number | undefined, cost: CostOfTokens): Candidate {
  const cached = facts.place === placeOf(input.warm?.arm) ? Math.min(input.warm?.cachedTokens ?? 0, input.profile.inputTokens) : 0;
  return {
    id: facts.id,
    arm: facts.arm,
    capable,
    ...(estimated ? { estimated } : {}),
    estimate: estimateOf(facts, input, cached, cost),
    ...(facts.verbosity === facts.arm.effort.verbosity ? {} : { verbosity: facts.verbosity }),
    expected: expected === undefined ? undefined : nano(Math.ceil(expected)),
  };
}

/** Tokens an arm would need in its context: the prompt with a margin, and the output limit that will be sent. */
export function neededTokens(arm: Pick<Arm, 'card'>, profile: Pick<TaskProfile, 'inputTokens'>, maxOutputTokens: number): number {
  return promptTokens(profile) + outputLimit(arm, maxOutputTokens);
}

function promptTokens({ inputTokens }: Pick<TaskProfile, 'inputTokens'>): number {
  return Math.ceil(inputTokens * contextMargin);
}

/** Whether any of the patterns names an arm; undefined for an empty list. A pattern without an effort names all efforts. */
export function matcher(patterns: readonly string[]): ((id: ArmId) => boolean) | undefined {
  if (patterns.length === 0) return undefined;
  const fits = globMatcher(patterns);
  return (id) => {
    const effort = id.lastIndexOf('#');
    return fits(id) || (effort !== -1 && fits(id.slice(0, effort)));
  };
}

/** Keyed by the array: the catalogue returns the same one until something changes. */
const knownFacts = new WeakMap<readonly Arm[], readonly ArmFacts[]>();
/** The last ones with what was learnt, for each array: another `Learnt` takes their place. */
const knownLearnt = new WeakMap<readonly Arm[], { readonly learnt: Learnt; readonly facts: readonly ArmFacts[] }>();

/** What does not depend on the request, worked out once for each list of arms and each state of what was learnt. */
export function factsOf(arms: readonly Arm[], learnt?: Learnt): readonly ArmFacts[] {
  const known = knownFacts.get(arms) ?? allFacts(arms);
  knownFacts.set(arms, known);
  if (learnt === undefined || learnt.abilities.size + learnt.verbosity.size === 0) return known;
  const overlaid = knownLearnt.get(arms);
  if (overlaid?.learnt === learnt) return overlaid.facts;
  const facts = known.map((one) => withLearnt(one, learnt));
  knownLearnt.set(arms, { learnt, facts });
  return facts;
}

/** One model at an effort is sold at many places: its ability is worked out and kept once. */
function allFacts(arms: readonly Arm[]): readonly ArmFacts[] {
  const abilities = new Map<EffortRow, Pick<ArmFacts, 'ability' | 'estimate'>>();
  return arms.map((arm) => {
    const known = abilities.get(arm.effort) ?? abilityFacts(arm.effort);
    abilities.set(arm.effort, known);
    return armFacts(arm, known);
  });
}

function abilityFacts({ abilities, specialties, estimated = {} }: EffortRow): Pick<ArmFacts, 'ability' | 'estimate'> {
  const ability = abilityVector(abilities, specialties);
  return { ability, estimate: ability ? undefined : abilityVector(estimated) };
}

function armFacts(arm: Arm, { ability, estimate }: Pick<ArmFacts, 'ability' | 'estimate'>): ArmFacts {
  const { card, effort, offer } = arm;
  const price = offer.free ? freePrice(offer.price) : offer.price;
  return {
    arm,
    id: idOfArm(arm),
    place: `${offer.provider}/${offer.model}`,
    ability,
    estimate,
    verbosity: effort.verbosity,
    capabilities: card.capabilities.length > 0 ? capabilityBits(card.capabilities) : -1,
    price,
    fees: { perCall: price?.perCall ?? zeroDollars, atLeast: price?.atLeast ?? zeroDollars },
    flat: price && flatRates(price),
  };
}

/** Nearly all arms are as they were: those keep their object. */
function withLearnt(facts: ArmFacts, { abilities, verbosity }: Learnt): ArmFacts {
  const { card, effort } = facts.arm;
  const key = learntKey(card, effort);
  const own = abilities.get(key);
  const tokens = verbosity.get(key);
  if (own === undefined && tokens === undefined) return facts;
  const ability = own ? abilityVector({ ...effort.abilities, ...own }, effort.specialties) : facts.ability;
  return { ...facts, ability, estimate: ability ? undefined : facts.estimate, verbosity: tokens ?? facts.verbosity };
}

const capabilityBit: Readonly<Record<Capability, number>> = { tools: 1, vision: 2, reasoning: 4, structured: 8, json: 16 };

function capabilityBits(capabilities: readonly Capability[]): number {
  return capabilities.reduce((bits, one) => bits | capabilityBit[one], 0);
}

function flatRates(price: Price): FlatRates | undefined {
  const { specials = [] } = price;
  const steps = specials.flatMap(({ above }) => above ?? []);
  // One that goes by the hour or the day is asked each time.
  if (specials.some(({ above, from, until, minutes }) => above === undefined || from !== undefined || until !== undefined || minutes !== undefined)) return undefined;
  const upTo = Math.min(...steps);
  return { upTo, usual: plain(price), held: plain(dearestRates(price, upTo === Infinity ? 0 : upTo, 0)) };
}

function plain({ input, output, cacheRead = input }: Rates): PlainRates {
  return { input, output, cacheRead };
}

function ratesOf({ price, flat }: ArmFacts, { profile, worstInputTokens, now }: CandidateInput): HourRates | undefined {
  if (flat && worstInputTokens <= flat.upTo && profile.inputTokens <= flat.upTo) return flat;
  return price && { usual: plain(ratesAt(price, profile.inputTokens, now)), held: plain(dearestRates(price, worstInputTokens, now)) };
}

function freePrice(price: Price | undefined): Price {
  const nothing = pricePerMillion(0);
  return { input: nothing, output: nothing, asOf: price?.asOf ?? '', source: price?.source ?? 'snapshot' };
}

function placeOf(id: ArmId | undefined): string | undefined {
  return id?.replace(/#[a-z]+$/, '');
}

/** What a request asks of every arm, worked out once. */
interface Terms {
  readonly needs: number;
  /** Tokens of the prompt with the margin. */
  readonly promptTokens: number;
  readonly allowed: Marked | undefined;
  /** What classifiers of the person's own allow, each list by itself. */
  readonly narrowed: readonly Marked[];
  readonly excluded: Marked | undefined;
}

/** 1 for each arm that a list names, by its place. */
type Marked = Uint8Array;

/** Keyed by both arrays: settings keep theirs until they change. */
const knownNamed = new WeakMap<readonly Arm[], WeakMap<readonly string[], Marked>>();

/** The arms that any of the patterns names; undefined for an empty list. */
function named(arms: readonly Arm[], patterns: readonly string[]): Marked | undefined {
  const matches = matcher(patterns);
  if (!matches) return undefined;
  const ofArms = knownNamed.get(arms) ?? new WeakMap<readonly string[], Marked>();
  knownNamed.set(arms, ofArms);
  const known = ofArms.get(patterns) ?? Uint8Array.from(factsOf(arms), ({ id }) => (matches(id) ? 1 : 0));
  ofArms.set(patterns, known);
  return known;
}

/** The first reason that closes an arm, from what the person said over what the task needs to what would pass. */
function closedBy({ arm, fees, capabilities }: ArmFacts, place: number, held: PlainRates | undefined, input: CandidateInput, { needs, promptTokens: prompt, allowed, narrowed, excluded }: Terms): Rejection | undefined {
  if (excluded?.[place] === 1) return 'excluded';
  if (allowed?.[place] === 0 || narrowed.some((marked) => marked[place] === 0)) return 'notPinned';
  if ((capabilities & needs) !== needs) return 'lacksCapability';
  if (prompt + outputLimit(arm, input.maxOutputTokens) > arm.card.contextTokens) return 'contextTooShort';
  if (!held) {
    if (input.knownPriceOnly) return 'priceUnknown';
  } else if (input.room !== undefined && worstCost(fees, held, input, arm) > input.room) return 'overBudget';
  // Last: what only rests may be asked for want of others, the rest may not.
  return input.isAvailable(arm) ? undefined : 'unhealthy';
}

/** Expected output of this arm, in tokens: reasoning efforts write several times as much, and the limit cuts. */
function outputOf({ arm, verbosity }: ArmFacts, plainTokens: number, maxOutputTokens: number): number {
  return Math.min(Math.round(plainTokens * verbosity), outputLimit(arm, maxOutputTokens));
}

function outputLimit({ card }: Pick<Arm, 'card'>, maxOutputTokens: number): number {
  return Math.min(maxOutputTokens, card.maxOutputTokens);
}

/** Nano-dollars of a call at these rates and fees; token counts may be fractions. */
type CostOfTokens = (fees: Fees, rates: PlainRates, inputTokens: number, cachedTokens: number, outputTokens: number) => number;

/** Like `costOf`, in floating point and not rounded. */
const tokenCost: CostOfTokens = ({ perCall, atLeast }, rates, inputTokens, cachedTokens, outputTokens) =>
  Math.max(atLeast, perCall + ((inputTokens - cachedTokens) * rates.input + cachedTokens * rates.cacheRead + outputTokens * rates.output) / 1_000_000);

export const roughCost: CostOfTokens = (fees, rates, inputTokens, cachedTokens, outputTokens) => Math.ceil(tokenCost(fees, rates, inputTokens, cachedTokens, outputTokens));

export const exactCost: CostOfTokens = (fees, rates, inputTokens, cachedTokens, outputTokens) =>
  costOf({ ...noUsage, inputTokens: Math.round(inputTokens), cachedInputTokens: Math.round(cachedTokens), outputTokens }, { ...rates, ...fees });

/** A bound for the filter; what is reserved is worked out again, exactly. */
function worstCost(fees: Fees, held: PlainRates, input: CandidateInput, arm: Arm): number {
  return tokenCost(fees, held, input.worstInputTokens, 0, outputLimit(arm, input.maxOutputTokens));
}

/** Tokenizers of different models differ by about this much from the estimate. */
const dearerTokenizer = 1.15;

function estimateOf(facts: ArmFacts, input: CandidateInput, cached: number, cost: CostOfTokens): Estimate | undefined {
  const { arm, fees, price } = facts;
  const rates = ratesOf(facts, input);
  if (!price || !rates) return undefined;
  const { usual, held } = rates;
  const { profile, maxOutputTokens, worstInputTokens } = input;
  const { p50 } = profile.outputTokens;
  const factor = lengthFactor(facts, profile.outputTokens);
  // As much below the median as above it on a log scale: one answer in ten is shorter.
  const low = cost(fees, usual, profile.inputTokens, cached, outputOf(facts, p50 / factor, maxOutputTokens));
  const likely = cost(fees, usual, profile.inputTokens, cached, outputOf(facts, p50, maxOutputTokens));
  // The dear end counts on no cache: a host may have dropped it.
  const dear = plain(ratesAt(price, profile.inputTokens * dearerTokenizer, input.now));
  const high = cost(fees, dear, profile.inputTokens * dearerTokenizer, 0, outputOf(facts, p50 * factor, maxOutputTokens));
  const bound = cost(fees, held, worstInputTokens, 0, outputLimit(arm, maxOutputTokens));
  return { low: nano(low), likely: nano(likely), high: nano(Math.max(high, likely)), worst: nano(Math.max(bound, high, likely)) };
}

/**
 * How much one model's answer differs in length from what its verbosity and the task let one expect: half the width of the
 * central 80 %, in log units. From CodeRouterBench, train and val, against the median of the five models that answer
 * without reasoning: 0.21 to 0.61 of those, 0.89 to 1.48 of the three that reason (2026-11).
 */
const lengthSpread = { plain: 0.35, reasoning: 1.14 } as const;

/** A model that writes twice as much as an ordinary one thinks before it answers, whatever its effort is called. */
const reasonsFrom = 2;

/** How many times as long as the median the longest answer in ten is. What is unsure of the task and of the model comes together. */
function lengthFactor({ arm, verbosity }: ArmFacts, { p50, p90 }: TaskProfile['outputTokens']): number {
  const isReasoning = arm.effort.effort !== 'none' || verbosity >= reasonsFrom;
  return Math.exp(Math.hypot(Math.log(Math.max(1, p90) / Math.max(1, p50)), lengthSpread[isReasoning ? 'reasoning' : 'plain']));
}
