import { roomLeft } from '../budget/standing';
import { inputTokenBound } from '../budget/tokenBound';
import type { AskRequest } from '../model/ask';
import type { BudgetLimits, BudgetStatus } from '../model/budget';
import type { Failure } from '../model/failure';
import type { Arm } from '../model/modelCard';
import { fromUsd, type NanoDollars } from '../model/money';
import type { Realm } from '../model/provider';
import type { Route } from '../model/route';
import type { AppSettings } from '../model/settings';
import { type LedgerStore, type PeriodLimit, storageFailure } from '../ports/ledgerStore';
import { routeRequest } from '../routing/route';
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

export interface DecideDependencies {
  readonly arms: () => Promise<readonly Arm[]>;
  readonly isAvailable: (arm: Arm) => boolean;
  readonly ledger: Pick<LedgerStore, 'status' | 'conversationSpend'>;
  readonly settings: () => AppSettings;
  readonly periods: () => readonly PeriodLimit[];
  readonly realm: () => Realm;
  readonly countTokens: (text: string) => number;
}

/** Answer lengths tried one after the other when a budget is too tight for the usual one, in tokens. Shorter than the last is no answer. */
const shorterAnswers = [4096, 2048, 1024, 512] as const;

/** Chooses the models to try and how long the answer may be, or says why nothing can be asked. */
export async function decide(dependencies: DecideDependencies, request: AskRequest): Promise<Decision | Failure> {
  const settings = dependencies.settings();
  const arms = await dependencies.arms();
  if (arms.length === 0) return { kind: 'noProvider' };

  const terms = termsOf(dependencies);
  let statuses: readonly BudgetStatus[];
  try {
    statuses = terms.limited ? await standing(dependencies, request, terms) : [];
  } catch (error) {
    return storageFailure(error);
  }
  const degrades = terms.atLimit === 'degrade';
  const room = roomLeft(statuses);
  const worstInputTokens = inputTokenBound(request.messages, request.tools ?? []);
  const longest = Math.min(request.maxOutputTokens ?? settings.maxOutputTokens, settings.maxOutputTokens);
  const lengths = degrades ? [longest, ...shorterAnswers.filter((length) => length < longest)] : [longest];

  let refusal: Failure | undefined;
  for (const maxOutputTokens of lengths) {
    const route = routeRequest(
      { countTokens: dependencies.countTokens, isAvailable: dependencies.isAvailable },
      {
        request,
        arms,
        quality: request.quality ?? settings.quality,
        pinned: request.pin ?? asPinned(settings['models.pinned']),
        maxOutputTokens,
        worstInputTokens,
        knownPriceOnly: terms.limited,
        room: degrades ? room : undefined,
      },
    );
    if (!('kind' in route)) return { route, maxOutputTokens, worstInputTokens, inputTokens: route.profile.inputTokens, degrades };
    refusal ??= route;
  }
  return refusal ?? { kind: 'noProvider' };
}

/** The budgets in force now. */
export function termsOf({ periods, realm, settings }: Pick<DecideDependencies, 'periods' | 'realm' | 'settings'>): BudgetTerms {
  const limits = limitsOf(settings());
  return { realm: realm(), periods: periods(), conversationLimit: limits.conversation, atLimit: settings()['budget.atLimit'], limited: Object.keys(limits).length > 0 };
}

/** Limits as set, in nano-dollars; `null` in the settings is no limit. */
export function limitsOf(settings: AppSettings): BudgetLimits {
  const limit = <K extends keyof BudgetLimits>(name: K, usd: number | null): Partial<Record<K, NanoDollars>> => (usd === null ? {} : ({ [name]: fromUsd(usd) } as Partial<Record<K, NanoDollars>>));
  return { ...limit('day', settings['budget.day']), ...limit('week', settings['budget.week']), ...limit('month', settings['budget.month']), ...limit('conversation', settings['budget.conversation']) };
}

async function standing({ ledger }: DecideDependencies, request: AskRequest, terms: BudgetTerms): Promise<readonly BudgetStatus[]> {
  const periods = await ledger.status(terms.realm, terms.periods);
  if (request.threadId === undefined || terms.conversationLimit === undefined) return periods;
  const spend = await ledger.conversationSpend(request.threadId, terms.realm);
  return [...periods, { ...spend, scope: 'conversation', realm: terms.realm, limit: terms.conversationLimit, resetsAt: undefined }];
}
