import { roomLeft } from '../budget/standing';
import { inputTokenBound } from '../budget/tokenBound';
import { type AskRequest, isOfProgram } from '../model/ask';
import type { BudgetLimits, BudgetStatus } from '../model/budget';
import type { Failure } from '../model/failure';
import { type Arm, type ArmId, asArmId } from '../model/modelCard';
import { fromUsd, type NanoDollars, nano } from '../model/money';
import type { Realm } from '../model/provider';
import type { LabelEffect, TaskProfile } from '../model/profile';
import type { Route } from '../model/route';
import type { AppSettings } from '../model/settings';
import type { Learnt } from '../model/learnt';
import type { Clock } from '../ports/clock';
import { type LedgerStore, type PeriodLimit, storageFailure } from '../ports/ledgerStore';
import type { HostPool } from '../providers/hostPool';
import type { ProfileRequest } from '../routing/profile';
import { armById } from '../routing/candidates';

import { routeTask, routeToNamed, type TaskInput } from '../routing/route';
import type { AgentTurns } from './agentTurns';
import type { Connection } from './connection';
import { isSurelyOpen, lateRoute } from './lateRoute';
import { type BudgetTerms, isLimited } from './terms';

/** A route with what its attempts need. */
export interface Decision {
  readonly route: Route;
  readonly maxOutputTokens: number;
  /** Upper bound of the prompt's tokens, for the reservation. */
  readonly worstInputTokens: number;
  /** A candidate that no longer fits the budget is passed over instead of ending the request. */
  readonly degrades: boolean;
}

/** What can be asked now, and at whose. The same array of arms as long as nothing changed. */
export interface AskableArms {
  /** Whose money all of these arms cost: demo and real ones are never offered together. */
  readonly realm: Realm;
  readonly arms: readonly Arm[];
  /** Names of the providers that can be asked, for people. */
  readonly providers: readonly string[];
}

export interface DecideDependencies {
  readonly connection: Connection;
  readonly agentTurns: AgentTurns;
  /** Whether a provider is on this machine. */
  readonly isLocal: (provider: string) => boolean;
  readonly arms: () => Promise<AskableArms>;
  /** False for an arm that is left alone for a moment after a failure. */
  readonly isAvailable: (arm: Arm) => boolean;
  /** What such an arm rests for; undefined when it does not. */
  readonly restingFor: (arm: Arm) => Failure | undefined;
  /** Name of a provider for people. */
  readonly providerName: (provider: string) => string;
  /** Sees to it that `isAvailable` knows what other windows and earlier ones found out. Never rejects: without that it goes by what was seen here. */
  readonly recall: () => Promise<void>;
  readonly hosts: HostPool;
  readonly ledger: Pick<LedgerStore, 'status' | 'conversationSpend' | 'clientSpend'>;
  readonly settings: () => AppSettings;
  /** What use has taught of these arms, from memory; undefined when nothing. */
  readonly learnt: (realm: Realm, arms: readonly Arm[]) => Learnt | undefined;
  readonly terms: (realm: Realm) => BudgetTerms;
  readonly clock: Clock;
  /** What judges requests. Never rejects. */
  readonly judging: () => Promise<RequestJudge>;
}

/** Judges what is asked. */
export interface RequestJudge {
  readonly profile: (request: ProfileRequest) => TaskProfile;
  /** Classifiers of the person's own say who may be asked: nothing is known before they were. */
  readonly hasClassifiers: boolean;
}

/** Answer lengths tried one after the other when a budget is too tight for the usual one, in tokens. Shorter than the last is no answer. */
const shorterAnswers = [4096, 2048, 1024, 512] as const;

/** The least for whoever works with tools, in tokens: half a tool call is worth nothing, and an agent that is refused shortens its conversation. */
const shortestWithTools = 4096;

/** What a decision stands on besides the request: read once, whatever is then decided on it. */
export interface Ground {
  readonly settings: AppSettings;
  /** What can be asked now. */
  readonly arms: readonly Arm[];
  /** Those are only the ones on this machine, because nobody else can be reached. */
  readonly onlyLocal: boolean;
  readonly terms: BudgetTerms;
  /** Of the limits in force; empty without any. */
  readonly statuses: readonly BudgetStatus[];
  /** What use has taught of these arms. */
  readonly learnt: Learnt | undefined;
  /** What the messages ask for. */
  readonly profile: TaskProfile;
}

/** Chooses the models to try and how long the answer may be, or says why nothing can be asked. */
export async function decide(dependencies: DecideDependencies, asked: AskRequest): Promise<Decision | Failure> {
  const request = dependencies.agentTurns.continued(asked);
  const scene = await sceneFor(dependencies);
  if ('kind' in scene) return scene;
  try {
    const named = await decideOnNamed(dependencies, request, scene);
    return named ?? decideOn(dependencies, request, await groundOn(dependencies, request, scene));
  } catch (error) {
    return storageFailure(error);
  }
}

/** Reads what decisions about these messages stand on, or says why nothing can be asked. */
export async function groundFor(dependencies: DecideDependencies, request: GroundRequest): Promise<Ground | Failure> {
  const scene = await sceneFor(dependencies);
  if ('kind' in scene) return scene;
  try {
    return await groundOn(dependencies, request, scene);
  } catch (error) {
    return storageFailure(error);
  }
}

type GroundRequest = ProfileRequest & Pick<AskRequest, 'threadId' | 'hold' | 'client'>;

/** Rejects with what the books say when they cannot be read. */
async function groundOn(dependencies: DecideDependencies, request: GroundRequest, scene: Scene): Promise<Ground> {
  const { profile } = await dependencies.judging();
  return { ...scene, profile: profile(request), statuses: await standing(dependencies, request, scene.terms) };
}

/** What a decision stands on whatever is asked. */
type Scene = Omit<Ground, 'profile' | 'statuses'>;

async function sceneFor(dependencies: DecideDependencies): Promise<Scene | Failure> {
  const settings = dependencies.settings();
  const { arms: everywhere, providers, realm } = await dependencies.arms();
  const local = dependencies.connection.isSurelyLost && settings['offline.localModels'] ? localOf(everywhere, dependencies.isLocal) : [];
  const arms = local.length > 0 ? local : everywhere;
  if (providers.length === 0) return { kind: 'noProvider' };
  if (arms.length === 0) return { kind: 'noCandidate', reason: `${providers.join(' and ')} told no models. Refresh the models; those of a server without a list are named in the setting farthing.providers.custom.` };

  // First of all: the books also know how late it is.
  await dependencies.recall();
  return { settings, arms, onlyLocal: local.length > 0, terms: dependencies.terms(realm), learnt: dependencies.learnt(realm, everywhere) };
}

/**
 * The decision for an arm that is named, or in the middle of its work, and open beyond doubt: nobody is compared with it,
 * so that the request need not wait for judging hundreds. Undefined: that takes more than a look.
 */
async function decideOnNamed(dependencies: DecideDependencies, request: AskRequest, scene: Scene): Promise<Decision | undefined> {
  const { settings, arms, terms } = scene;
  if (request.step) return undefined;
  const pinned = pinnedIn(request, scene);
  const id = pinned ?? request.keep;
  const arm = id === undefined ? undefined : armById(arms, id);
  if (id === undefined || !arm) return undefined;
  const { profile, hasClassifiers } = await dependencies.judging();
  if (hasClassifiers) return undefined;
  const kept = pinned === undefined;
  // Whoever is named is asked however dear, and also while it rests, but more briefly where there is little room.
  const room = terms.atLimit === 'degrade' && request.hold === undefined ? roomLeft(await standing(dependencies, request, terms)) : undefined;
  const worstInputTokens = inputTokenBound(request.messages, request.tools ?? [], request.format);
  const maxOutputTokens = longestAnswer(request, settings);
  const isOpen = isSurelyOpen(id, arm, { request, allowed: settings['models.allowed'], excluded: settings['models.excluded'], knownPriceOnly: isLimited(terms, request), worstInputTokens, maxOutputTokens, room, now: terms.now });
  if (!isOpen || (kept && !dependencies.isAvailable(arm))) return undefined;
  const route = lateRoute(id, arm, kept, () => {
    const task = taskInput(dependencies, request, { ...scene, profile: profile(request) }, { pinned, maxOutputTokens, worstInputTokens, room });
    const whole = routeToNamed(dependencies, task, id, kept);
    if (!whole) throw new Error(`${id} is not among the arms it was found in`);
    return whole;
  });
  return { route, maxOutputTokens, worstInputTokens, degrades: terms.atLimit === 'degrade' };
}

/** Programs write whole files in one answer: what a person reads is shorter. */
function longestAnswer({ purpose, maxOutputTokens = Infinity }: AskRequest, settings: AppSettings): number {
  return Math.min(maxOutputTokens, settings[isOfProgram(purpose) ? 'agents.maxOutputTokens' : 'maxOutputTokens']);
}

/** The arm that is named: by the request, a classifier, or the setting. A lasting pin on what cannot be reached would leave nothing to ask. */
function pinnedIn(request: AskRequest, { onlyLocal, settings }: Scene, byClassifier?: ArmId): ArmId | undefined {
  return request.pin ?? (onlyLocal ? undefined : (byClassifier ?? asPin(settings['models.pinned'])));
}

interface TaskTerms {
  readonly pinned: ArmId | undefined;
  readonly maxOutputTokens: number;
  readonly worstInputTokens: number;
  readonly room: NanoDollars | undefined;
}

function taskInput(dependencies: DecideDependencies, request: AskRequest, { settings, arms, onlyLocal, terms, learnt, profile }: Omit<Ground, 'statuses'>, bounds: TaskTerms): TaskInput {
  return {
    ...bounds,
    profile,
    arms,
    quality: request.quality ?? wishesOf(profile).quality ?? settings.quality,
    allowed: settings['models.allowed'],
    excluded: settings['models.excluded'],
    now: terms.now,
    knownPriceOnly: isLimited(terms, request),
    spread: (ranked) => dependencies.hosts.spread(ranked, request.warm?.arm),
    ...(request.step ? { step: request.step } : {}),
    ...(request.keep === undefined ? {} : { keep: request.keep }),
    ...(request.allow === undefined ? {} : { only: request.allow }),
    ...(request.warm === undefined ? {} : { warm: request.warm }),
    ...(learnt === undefined ? {} : { learnt }),
    ...(onlyLocal ? { because: 'Nobody elsewhere can be reached, so only models on this machine are asked' } : {}),
  };
}

/** The decision on that ground: `request` has its messages. Pure. */
export function decideOn(dependencies: DecideDependencies, request: AskRequest, ground: Ground): Decision | Failure {
  const { settings, terms, statuses, profile } = ground;
  const degrades = terms.atLimit === 'degrade';
  const room = roomLeft(statuses);
  const worstInputTokens = inputTokenBound(request.messages, request.tools ?? [], request.format);
  const longest = longestAnswer(request, settings);
  const shortest = (request.tools ?? []).length > 0 ? shortestWithTools : 0;
  const lengths = [longest, ...shorterAnswers.filter((length) => length < longest && length >= shortest)];
  const pinned = pinnedIn(request, ground, wishesOf(profile).pin);
  const route = (maxOutputTokens: number, room: NanoDollars | undefined) => routeTask(dependencies, taskInput(dependencies, request, ground, { pinned, maxOutputTokens, worstInputTokens, room }));

  let refusal: Failure | undefined;
  let shortened: Decision | undefined;
  let tooDear: Decision | undefined;
  for (const maxOutputTokens of lengths) {
    // Money shortens only where the person wants that; a question beside which a whole answer finds no place is answered briefly.
    if (refusal && !degrades && refusal.kind !== 'contextTooLong') break;
    const found = route(maxOutputTokens, degrades ? room : undefined);
    if ('kind' in found) {
      refusal ??= found;
      continue;
    }
    const isShort = maxOutputTokens < longest;
    const decision: Decision = { route: isShort ? { ...found, shortened: { to: maxOutputTokens, by: refusal?.kind === 'contextTooLong' ? 'context' : 'budget' } } : found, maxOutputTokens, worstInputTokens, degrades };
    // A shorter answer of an able model beats a long one of a model that is not; when money is not what keeps the able ones out, length does not help.
    // Whoever was named, or is in the middle of its work, is asked for whatever it can do.
    if (found.kept) return decision;
    if (pinned !== undefined && !request.step) {
      // For a step of several the room is held, and the others count on all of it.
      if (!degrades || request.hold !== undefined || isWithin(room, found)) return decision;
      tooDear ??= decision;
      continue;
    }
    if (!found.belowBar || !found.rejected.some(({ why }) => why === 'overBudget')) return decision;
    shortened ??= decision;
  }
  // Of one that was named the reservation refuses by itself, with its figures.
  const resort = shortened ?? tooDear;
  if (resort) return resort;
  // Would it be answered if money were no matter? Then the budget is what stands in the way, and says so with its figures.
  const wished = degrades && room !== undefined ? route(longest, undefined) : undefined;
  const needed = wished && !('kind' in wished) ? wished.ranked[0]?.estimate?.worst : undefined;
  return (needed !== undefined && budgetFailure(statuses, needed)) || (refusal ?? { kind: 'noProvider' });
}

function isWithin(room: NanoDollars | undefined, { ranked: [first] }: Route): boolean {
  return room === undefined || (first?.estimate?.worst ?? 0) <= room;
}

/** What the person's classifiers want of the choice; of several that want the same thing otherwise the first counts. */
function wishesOf({ labels = [] }: TaskProfile): Pick<LabelEffect, 'quality' | 'pin'> {
  const first = <K extends 'quality' | 'pin'>(key: K): LabelEffect[K] | undefined => labels.find(({ effect }) => effect[key] !== undefined)?.effect[key];
  const [quality, pin] = [first('quality'), first('pin')];
  return { ...(quality === undefined ? {} : { quality }), ...(pin === undefined ? {} : { pin }) };
}

/** Keyed by the array, which stays the same until something changes. */
const knownLocal = new WeakMap<readonly Arm[], readonly Arm[]>();

function localOf(arms: readonly Arm[], isLocal: (provider: string) => boolean): readonly Arm[] {
  const local = knownLocal.get(arms) ?? arms.filter(({ offer }) => isLocal(offer.provider));
  knownLocal.set(arms, local);
  return local;
}

/** The refusal of the budget with the least room. */
function budgetFailure(statuses: readonly BudgetStatus[], needed: NanoDollars): Failure | undefined {
  const rooms = statuses.flatMap((status) => (status.limit === undefined ? [] : [{ status, limit: status.limit, room: status.limit - status.spent - status.held }]));
  const least = rooms.toSorted((one, other) => one.room - other.room)[0];
  if (!least) return undefined;
  const { status, limit } = least;
  return { kind: 'budgetReached', scope: status.scope, spent: nano(status.spent + status.held), limit, needed, ...(status.resetsAt === undefined ? {} : { resetsAt: status.resetsAt }), mayAllow: status.scope !== 'client' };
}

function asPin(setting: string): ArmId | undefined {
  return setting === '' ? undefined : asArmId(setting);
}

/** The budgets in force at a moment for the money of a realm. */
export function termsOf(now: number, periods: readonly PeriodLimit[], settings: AppSettings, realm: Realm): BudgetTerms {
  const limits = limitsOf(settings);
  return { now, realm, periods, conversationLimit: limits.conversation, atLimit: settings['budget.atLimit'], limited: Object.keys(limits).length > 0 };
}

/** Limits as set, in nano-dollars; `null` in the settings is no limit. */
export function limitsOf(settings: AppSettings): BudgetLimits {
  const { 'budget.day': day, 'budget.week': week, 'budget.month': month, 'budget.conversation': conversation } = settings;
  return {
    ...(day === null ? {} : { day: fromUsd(day) }),
    ...(week === null ? {} : { week: fromUsd(week) }),
    ...(month === null ? {} : { month: fromUsd(month) }),
    ...(conversation === null ? {} : { conversation: fromUsd(conversation) }),
  };
}

/** What is held for the request itself is its own room. */
async function standing({ ledger }: DecideDependencies, { threadId, hold, client }: Pick<AskRequest, 'threadId' | 'hold' | 'client'>, { realm, periods, conversationLimit, limited }: BudgetTerms): Promise<readonly BudgetStatus[]> {
  if (!limited && client?.limit === undefined) return [];
  // Where none of them is limited the conversation is, and what a dead window holds is found by all the same.
  const inForce = periods.filter(({ limit }) => limit !== undefined);
  const statuses = limited ? [...(await ledger.status(realm, inForce.length > 0 ? inForce : periods, hold))] : [];
  if (threadId !== undefined && conversationLimit !== undefined) {
    const spend = await ledger.conversationSpend(threadId, realm, hold);
    statuses.push({ ...spend, scope: 'conversation', realm, limit: nano(conversationLimit + spend.allowed), resetsAt: undefined });
  }
  if (client?.limit !== undefined) statuses.push({ ...(await ledger.clientSpend(client.id, realm)), scope: 'client', realm, limit: client.limit, resetsAt: undefined });
  return statuses;
}
