import { roomLeft } from '../budget/standing';
import { inputTokenBound } from '../budget/tokenBound';
import type { AskRequest } from '../model/ask';
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
import { routeTask } from '../routing/route';
import type { Connection } from './connection';
import type { BudgetTerms } from './terms';

/** A route with what its attempts need. */
export interface Decision {
  readonly route: Route;
  readonly maxOutputTokens: number;
  /** Upper bound of the prompt's tokens, for the reservation. */
  readonly worstInputTokens: number;
  /** Estimated tokens of the prompt. */
  readonly inputTokens: number;
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
  readonly ledger: Pick<LedgerStore, 'status' | 'conversationSpend'>;
  readonly settings: () => AppSettings;
  /** What use has taught of these arms, from memory; undefined when nothing. */
  readonly learnt: (realm: Realm, arms: readonly Arm[]) => Learnt | undefined;
  readonly terms: (realm: Realm) => BudgetTerms;
  readonly clock: Clock;
  /** Judges what is asked. Never rejects. */
  readonly profile: (request: ProfileRequest) => Promise<TaskProfile>;
}

/** Answer lengths tried one after the other when a budget is too tight for the usual one, in tokens. Shorter than the last is no answer. */
const shorterAnswers = [4096, 2048, 1024, 512] as const;

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
export async function decide(dependencies: DecideDependencies, request: AskRequest): Promise<Decision | Failure> {
  const ground = await groundFor(dependencies, request);
  return 'kind' in ground ? ground : decideOn(dependencies, request, ground);
}

/** Reads what decisions about these messages stand on, or says why nothing can be asked. */
export async function groundFor(dependencies: DecideDependencies, request: ProfileRequest & Pick<AskRequest, 'threadId'>): Promise<Ground | Failure> {
  const settings = dependencies.settings();
  const { arms: everywhere, providers, realm } = await dependencies.arms();
  const local = dependencies.connection.isSurelyLost && settings['offline.localModels'] ? localOf(everywhere, dependencies.isLocal) : [];
  const arms = local.length > 0 ? local : everywhere;
  if (providers.length === 0) return { kind: 'noProvider' };
  if (arms.length === 0) return { kind: 'noCandidate', reason: `${providers.join(' and ')} told no models. Refresh the models; those of a server without a list are named in the setting farthing.providers.custom.` };

  // First of all: the books also know how late it is.
  await dependencies.recall();
  const terms = dependencies.terms(realm);
  try {
    return { settings, arms, onlyLocal: local.length > 0, profile: await dependencies.profile(request), terms, learnt: dependencies.learnt(realm, everywhere), statuses: terms.limited ? await standing(dependencies, request, terms) : [] };
  } catch (error) {
    return storageFailure(error);
  }
}

/** The decision on that ground: `request` has its messages. Pure. */
export function decideOn(dependencies: DecideDependencies, request: AskRequest, { settings, arms, onlyLocal, terms, statuses, learnt, profile }: Ground): Decision | Failure {
  const { quality, pin } = wishesOf(profile);
  const degrades = terms.atLimit === 'degrade';
  const room = roomLeft(statuses);
  const worstInputTokens = inputTokenBound(request.messages, request.tools ?? []);
  const longest = Math.min(request.maxOutputTokens ?? settings.maxOutputTokens, settings.maxOutputTokens);
  const lengths = degrades ? [longest, ...shorterAnswers.filter((length) => length < longest)] : [longest];

  const route = (maxOutputTokens: number, room: NanoDollars | undefined) =>
    routeTask(dependencies, {
      profile,
      arms,
      quality: request.quality ?? quality ?? settings.quality,
      // A lasting pin on what cannot be reached would leave nothing to ask.
      pinned: request.pin ?? (onlyLocal ? undefined : (pin ?? asPin(settings['models.pinned']))),
      allowed: settings['models.allowed'],
      excluded: settings['models.excluded'],
      maxOutputTokens,
      worstInputTokens,
      now: terms.now,
      knownPriceOnly: terms.limited,
      room,
      spread: (ranked) => dependencies.hosts.spread(ranked, request.warm?.arm),
      ...(request.step ? { step: request.step } : {}),
      ...(request.warm === undefined ? {} : { warm: request.warm }),
      ...(learnt === undefined ? {} : { learnt }),
      ...(onlyLocal ? { because: 'Nobody elsewhere can be reached, so only models on this machine are asked' } : {}),
    });

  let refusal: Failure | undefined;
  let shortened: Decision | undefined;
  for (const maxOutputTokens of lengths) {
    const found = route(maxOutputTokens, degrades ? room : undefined);
    if ('kind' in found) {
      refusal ??= found;
      continue;
    }
    const decision: Decision = { route: found, maxOutputTokens, worstInputTokens, inputTokens: found.profile.inputTokens, degrades };
    // A shorter answer of an able model beats a long one of a model that is not; when money is not what keeps the able ones out, length does not help.
    if (!found.belowBar || !found.rejected.some(({ why }) => why === 'overBudget')) return decision;
    shortened ??= decision;
  }
  if (shortened) return shortened;
  // Would it be answered if money were no matter? Then the budget is what stands in the way, and says so with its figures.
  const wished = degrades && room !== undefined ? route(longest, undefined) : undefined;
  const needed = wished && !('kind' in wished) ? wished.ranked[0]?.estimate?.worst : undefined;
  return (needed !== undefined && budgetFailure(statuses, needed)) || (refusal ?? { kind: 'noProvider' });
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
  return { kind: 'budgetReached', scope: status.scope, spent: nano(status.spent + status.held), limit, needed, ...(status.resetsAt === undefined ? {} : { resetsAt: status.resetsAt }), mayAllow: true };
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

async function standing({ ledger }: DecideDependencies, request: Pick<AskRequest, 'threadId'>, terms: BudgetTerms): Promise<readonly BudgetStatus[]> {
  const periods = await ledger.status(terms.realm, terms.periods);
  if (request.threadId === undefined || terms.conversationLimit === undefined) return periods;
  const spend = await ledger.conversationSpend(request.threadId, terms.realm);
  return [...periods, { ...spend, scope: 'conversation', realm: terms.realm, limit: nano(terms.conversationLimit + spend.allowed), resetsAt: undefined }];
}
