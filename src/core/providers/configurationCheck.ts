import type { Failure } from '../model/failure';
import { globMatcher } from '../model/glob';
import { type Arm, idOfArm } from '../model/modelCard';
import type { Label } from '../model/profile';
import { keyNameOf, type ProviderDefinition } from '../model/provider';
import type { AppSettings } from '../model/settings';
import { type Finding, type Severity, severityOf } from '../model/finding';
import type { KeyCheck } from '../ports/wire';
import { keyGroupOf } from './keyPool';

/** What was found out for the check. Arms are those that can be asked now; `asOf` of a price is an ISO date. */
export interface ConfigurationFacts {
  readonly settings: AppSettings;
  readonly checks: readonly { readonly provider: string; readonly check: KeyCheck }[];
  readonly arms: readonly Arm[];
  /** Undefined: the books can be read and written. */
  readonly books: Failure | undefined;
  readonly keyNames: readonly string[];
  /** All there are, whether they can be asked or not. */
  readonly providers: readonly Pick<ProviderDefinition, 'id' | 'keyName'>[];
  /** What the person's classifiers want of the choice. */
  readonly labels: readonly Pick<Label, 'name' | 'effect'>[];
  /** Why the trained profile could not be read. */
  readonly profileProblem: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A price list older than this is worth reading again: of one broker's prices 16 % changed within 22 days. Days. */
const oldPriceDays = 90;
const dayMs = 24 * 60 * 60 * 1000;

/** What there is to say, the worst first. Pure: nothing is asked here. */
export function findingsOf(facts: ConfigurationFacts): readonly Finding[] {
  const order: readonly Severity[] = ['error', 'warning', 'note', 'ok'];
  return [...aboutProviders(facts), ...aboutChoice(facts), ...aboutMoney(facts), ...aboutNames(facts), ...aboutJudging(facts)].toSorted((one, other) => order.indexOf(severityOf(one)) - order.indexOf(severityOf(other)));
}

function aboutProviders({ settings, checks, arms, books }: ConfigurationFacts): readonly Finding[] {
  const findings: Finding[] = books ? [{ kind: 'books', failure: books }] : [];
  const [only] = checks;
  if (only === undefined) findings.push({ kind: 'noProvider' });
  else if (checks.length === 1 && !settings['demo.enabled']) findings.push({ kind: 'oneProvider', provider: only.provider });
  if (settings['demo.enabled']) findings.push({ kind: 'demo' });
  for (const { provider, check } of checks) {
    const models = new Set(arms.flatMap(({ offer }) => (offer.provider === provider ? [offer.model] : []))).size;
    if (!check.ok) findings.push({ kind: 'providerFails', provider, failure: check.failure });
    else if (models === 0) findings.push({ kind: 'providerWithoutModels', provider });
    else findings.push({ kind: 'providerAnswers', provider, models, ...(check.note === undefined ? {} : { note: check.note }) });
  }
  return findings;
}

function aboutChoice({ settings, arms }: ConfigurationFacts): readonly Finding[] {
  if (arms.length === 0) return [];
  // A pattern without an effort names all efforts of a model.
  const named = (patterns: readonly string[]) => {
    const fits = globMatcher(patterns);
    return (arm: Arm) => fits(idOfArm(arm)) || fits(`${arm.offer.provider}/${arm.offer.model}`);
  };
  const isExcluded = named(settings['models.excluded']);
  const isAllowed = settings['models.allowed'].length === 0 ? () => true : named(settings['models.allowed']);
  const open = arms.filter((arm) => isAllowed(arm) && !isExcluded(arm));
  const pinned = settings['models.pinned'];
  if (pinned !== '') {
    const isPinned = (arm: Arm) => idOfArm(arm) === pinned;
    if (!arms.some(isPinned)) return [{ kind: 'pinUnknown', pinned }];
    return open.some(isPinned) ? [] : [{ kind: 'pinExcluded', pinned }];
  }
  return open.length > 0 ? [] : [{ kind: 'nothingAllowed' }];
}

function aboutMoney({ settings, arms, now }: ConfigurationFacts): readonly Finding[] {
  if (settings['demo.enabled']) return [];
  const limits = [settings['budget.day'], settings['budget.week'], settings['budget.month'], settings['budget.conversation']];
  const limited = limits.some((limit) => limit !== null);
  const findings: Finding[] = limited ? [] : [{ kind: 'noBudget' }];
  for (const [provider, offers] of Map.groupBy(arms.map(({ offer }) => offer), (offer) => offer.provider)) {
    const paid = offers.filter(({ free }) => !free);
    const unknown = new Set(paid.filter(({ price }) => price === undefined).map(({ model }) => model)).size;
    if (limited && unknown > 0) findings.push({ kind: 'pricesUnknown', provider, models: unknown });
    const newest = paid.flatMap(({ price }) => (price && price.source !== 'user' ? [price.asOf] : [])).toSorted().at(-1);
    if (newest !== undefined && now - Date.parse(newest) > oldPriceDays * dayMs) findings.push({ kind: 'pricesOld', provider, asOf: newest });
  }
  return findings;
}

function aboutNames({ keyNames, providers, settings }: ConfigurationFacts): readonly Finding[] {
  const keys = new Set(providers.map(keyNameOf));
  const ids = new Set(providers.map(({ id }) => id));
  return [
    ...keyNames.filter((name) => !keys.has(keyGroupOf(name))).map((keyName): Finding => ({ kind: 'keyWithoutProvider', keyName })),
    ...Object.keys(settings['providers.limits']).filter((id) => !ids.has(id)).map((provider): Finding => ({ kind: 'limitWithoutProvider', provider })),
  ];
}

function aboutJudging({ labels, arms, profileProblem }: ConfigurationFacts): readonly Finding[] {
  const findings: Finding[] = profileProblem === undefined ? [] : [{ kind: 'profileUnread', problem: profileProblem }];
  if (arms.length === 0) return findings;
  for (const { name, effect } of labels) {
    const wanted = [...(effect.pin === undefined ? [] : [effect.pin]), ...(effect.allow ?? [])];
    for (const pattern of wanted) {
      const fits = globMatcher([pattern]);
      if (!arms.some((arm) => fits(idOfArm(arm)) || fits(`${arm.offer.provider}/${arm.offer.model}`))) findings.push({ kind: 'classifierUnknown', label: name, pattern });
    }
  }
  return findings;
}
