import type { Failure } from '../model/failure';
import { globMatcher } from '../model/glob';
import { type Arm, asArmId } from '../model/modelCard';
import { ratesAt } from '../model/price';
import { keyNameOf, type ProviderDefinition, type Realm } from '../model/provider';
import type { CallFigures, CheckResult, ModelOverview, ModelState, ProviderOrigin, ProviderOverview, ProvidersOverview, ProviderState } from '../model/providerOverview';
import type { HealthFigures, HealthStatus, ProviderHealth } from './healthReport';
import type { ProviderState as Registered } from './registry';

export interface OverviewInput {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly realm: Realm;
  /** Every provider there is, in the order of lists. */
  readonly registered: readonly Registered[];
  /** Names under which a key is stored. */
  readonly withKey: readonly string[];
  readonly originOf: (provider: ProviderDefinition) => ProviderOrigin;
  /** What the providers that can be asked sell. */
  readonly arms: readonly Arm[];
  /** How calls went lately, of the providers that were asked. */
  readonly health: readonly ProviderHealth[];
  /** How the last check of a provider's stored key went. */
  readonly checkOf: (provider: ProviderDefinition) => CheckResult | undefined;
  readonly pinned: string;
  readonly allowed: readonly string[];
  readonly excluded: readonly string[];
}

/** Puts together what a person sees of providers and models. Pure; about a millisecond for 400 models. */
export function providersOverview(input: OverviewInput): ProvidersOverview {
  const sold = new Map<string, Map<string, Arm>>();
  for (const arm of input.arms) {
    const models = sold.get(arm.offer.provider) ?? new Map<string, Arm>();
    sold.set(arm.offer.provider, models);
    // The row of a model is about the effort it takes by itself; the others differ in nothing that is shown.
    if (arm.effort.isDefault || !models.has(arm.offer.model)) models.set(arm.offer.model, arm);
  }
  const overviewOf = overviewer(input);
  const providers = input.registered.map((one) => overviewOf(one, [...(sold.get(one.provider.id)?.values() ?? [])]));
  const standing = (provider: ProviderOverview) => (provider.askable ? 0 : provider.hasKey ? 1 : 2);
  return {
    at: input.at,
    realm: input.realm,
    providers: providers.toSorted((one, other) => standing(one) - standing(other)),
    changesAt: earliest(providers.flatMap(({ state, models }) => [state, ...models.map((model) => model.state)]).map(endOf), input.at),
  };
}

function overviewer(input: OverviewInput): (registered: Registered, arms: readonly Arm[]) => ProviderOverview {
  const isAllowed = input.allowed.length === 0 ? () => true : globMatcher(input.allowed);
  const isExcluded = globMatcher(input.excluded);
  const patterns = input.excluded.map((pattern) => ({ pattern, matches: globMatcher([pattern]) }));
  const withKey = new Set(input.withKey);
  const healthOf = new Map(input.health.map((one) => [one.provider, { provider: one, models: new Map(one.models.map((model) => [model.model, model])) }]));

  const modelOverview = (arm: Arm, names: ReadonlyMap<string, number>): ModelOverview => {
    const { card, offer } = arm;
    const id = asArmId(`${offer.provider}/${offer.model}`);
    const excludedBy = isExcluded(id) ? patterns.filter(({ matches }) => matches(id)).map(({ pattern }) => pattern) : [];
    const health = healthOf.get(offer.provider)?.models.get(offer.model);
    return {
      provider: offer.provider,
      model: offer.model,
      arm: id,
      // Two of the same name could not be told apart.
      name: (names.get(card.name) ?? 0) > 1 ? offer.model : card.name,
      price: offer.price,
      free: offer.free,
      contextTokens: card.contextTokens,
      maxOutputTokens: card.maxOutputTokens,
      capabilities: card.capabilities,
      state: excludedBy.length > 0 ? { kind: 'off', why: 'excluded' } : stateFrom(health?.status),
      figures: figuresFrom(health),
      pinned: input.pinned === id || input.pinned.startsWith(`${id}#`) ? asArmId(input.pinned) : undefined,
      excludedBy,
    };
  };

  return ({ provider, askable }, arms) => {
    const names = new Map<string, number>();
    for (const { card } of arms) names.set(card.name, (names.get(card.name) ?? 0) + 1);
    const all = arms.map((arm) => modelOverview(arm, names)).toSorted(byPrice(input.at));
    const open = all.filter(({ arm }) => isAllowed(arm));
    const models = open.filter(({ excludedBy }) => excludedBy.length === 0);
    const excluded = open.filter(({ excludedBy }) => excludedBy.length > 0);
    const hasKey = withKey.has(keyNameOf(provider));
    const health = healthOf.get(provider.id)?.provider;
    const check = input.checkOf(provider);
    // The report also lets a provider rest when all of its models do that were asked. There may be others.
    const rests = !health?.models.some(({ status }) => status === health.status) || models.every(({ state }) => isResting(state));
    return {
      id: provider.id,
      name: provider.name,
      host: /^https?:/.test(provider.baseUrl) && provider.realm === 'real' ? new URL(provider.baseUrl).host : undefined,
      origin: input.originOf(provider),
      wire: provider.wire,
      takesKey: provider.auth !== 'none',
      hasKey,
      switchedOnBy: provider.switchedOnBy,
      askable,
      state: stateOf({ provider, askable, hasKey, check, demo: input.realm === 'demo', asked: stateFrom(rests ? health?.status : undefined), isEmptied: models.length === 0 && excluded.length > 0 }),
      figures: figuresFrom(health),
      check,
      pages: {
        ...(provider.keyUrl === undefined ? {} : { key: provider.keyUrl }),
        ...(provider.billingUrl === undefined ? {} : { billing: provider.billingUrl }),
        ...(provider.statusUrl === undefined ? {} : { status: provider.statusUrl }),
      },
      models,
      excluded,
      notAllowed: all.length - open.length,
      excludedBy: input.excluded.filter((pattern) => pattern.trim().toLowerCase() === `${provider.id}/*`),
    };
  };
}

interface Standing {
  readonly provider: ProviderDefinition;
  readonly demo: boolean;
  readonly askable: boolean;
  readonly hasKey: boolean;
  /** How calls went. */
  readonly asked: AskedState;
  readonly check: CheckResult | undefined;
  /** Every model of it is excluded. */
  readonly isEmptied: boolean;
}

function stateOf({ provider, demo, askable, hasKey, asked, check, isEmptied }: Standing): ProviderState {
  if (!askable) {
    if (provider.auth !== 'none' && !hasKey) return { kind: 'noKey' };
    return { kind: 'off', why: demo ? 'demo' : 'switch' };
  }
  if (isEmptied) return { kind: 'off', why: 'excluded' };
  if (isResting(asked) || asked.kind === 'keyTrouble') return asked;
  if (check === undefined) return asked;
  if (check.failure !== undefined) return isAboutKey(check.failure) ? { kind: 'keyTrouble', failure: check.failure } : { kind: 'down', until: undefined, failure: check.failure };
  return asked.kind === 'untried' ? { kind: 'ok' } : asked;
}

type AskedState = Exclude<ModelState, { kind: 'off' }>;

function isResting({ kind }: Pick<ModelState, 'kind'>): boolean {
  return kind === 'rateLimited' || kind === 'down';
}

function isAboutKey({ kind }: Failure): boolean {
  return kind === 'keyMissing' || kind === 'keyRejected' || kind === 'noCredit';
}

function stateFrom(status: HealthStatus | undefined): AskedState {
  switch (status?.state) {
    case 'ok':
    case 'slow':
      return { kind: status.state };
    case 'rateLimited':
      return { kind: 'rateLimited', until: status.untilMs, failure: status.failure };
    case 'down':
      return { kind: 'down', until: status.untilMs, failure: status.failure };
    case 'noKey':
      // Without a failure nothing is known but that there was no key; whether there is one now, the registry knows.
      return status.failure === undefined ? { kind: 'untried' } : { kind: 'keyTrouble', failure: status.failure };
    case 'unknown':
    case undefined:
      return { kind: 'untried' };
  }
}

function figuresFrom(health: HealthFigures | undefined): CallFigures {
  return { calls: health?.calls ?? 0, successRate: health?.successRate, p50Ms: health?.p50Ms, p95Ms: health?.p95Ms, lastFailure: health?.lastFailure };
}

/** By what a usual call costs now: about three tokens in for one out. Free ones first, unknown prices last. */
function byPrice(at: number): (one: ModelOverview, other: ModelOverview) => number {
  return (one, other) => {
    const difference = blended(one, at) - blended(other, at);
    return Number.isNaN(difference) || difference === 0 ? names.compare(one.name, other.name) : difference;
  };
}

function blended({ price, free }: ModelOverview, at: number): number {
  if (free) return 0;
  if (price === undefined) return Infinity;
  const { input, output } = ratesAt(price, 0, at);
  return 3 * input + output;
}

/** Of two versions the lower one first. */
const names = new Intl.Collator('en', { numeric: true });

function endOf(state: ProviderState | ModelState): number | undefined {
  return state.kind === 'rateLimited' || state.kind === 'down' ? state.until : undefined;
}

function earliest(times: readonly (number | undefined)[], after: number): number | undefined {
  const coming = times.filter((time): time is number => time !== undefined && time > after);
  return coming.length === 0 ? undefined : coming.reduce((least, time) => Math.min(least, time));
}
