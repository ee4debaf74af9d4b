import type { FailureKind } from '../../core/model/failure';
import { formatPerMillion, formatUsd } from '../../core/model/money';
import { type Price, type Rates, ratesAt, type SpecialRates } from '../../core/model/price';
import type { CallFigures, CheckResult, ModelOverview, ModelState, ProviderOrigin, ProviderOverview, ProviderState } from '../../core/model/providerOverview';
import { momentText, decimal, t } from '../../shared/l10n';
import { count, tell, type TextContext } from '../failureTexts';
import { plainText } from '../plainText';

/** One row of the providers view as text. Pure, so that every state is a row of a test. */
export interface Row {
  readonly label: string;
  readonly description: string;
  /** Name of a codicon, and the theme's colour for it: shape and words say the same as the colour. */
  readonly icon: string;
  readonly colour: string | undefined;
  /** The whole row in words, for a screen reader. */
  readonly spoken: string;
  /** Words that menus look for, with a space around each. */
  readonly flags: string;
  /** Lines of the tooltip: what it is about, and what is known. All of it plain text. */
  readonly details: readonly Detail[];
}

export type Detail = readonly [about: string, text: string];

export function providerRow(provider: ProviderOverview, context: TextContext): Row {
  const name = plainText(provider.name);
  const state = stateWords(provider.state, context);
  const models = provider.models.length;
  const good = provider.state.kind === 'ok' || provider.state.kind === 'untried';
  const description = good ? [models > 0 ? modelsText(models) : '', seconds(provider.figures.p50Ms)] : [state];
  return {
    label: name,
    description: joined(description),
    ...stateIcon(provider.state),
    spoken: joined([name, state, provider.askable && models > 0 ? modelsText(models) : '', usually(provider.figures)], ', '),
    flags: flags([
      'provider',
      `wire:${provider.wire}`,
      provider.askable ? 'askable' : 'idle',
      provider.takesKey ? (provider.hasKey ? 'hasKey' : 'wantsKey') : '',
      Object.keys(provider.pages).length > 0 ? 'hasPage' : '',
      provider.excludedBy.length > 0 ? 'excluded' : provider.askable ? 'included' : '',
      provider.switchedOnBy === undefined ? '' : provider.askable ? 'switchedOn' : 'switchedOff',
    ]),
    details: [
      [t('State'), sentence(state)],
      ...failureDetail(provider.state, context),
      [t('From'), joined([originText(provider.origin), provider.host === undefined ? '' : plainText(provider.host)], ', ')],
      ...figureDetails(provider.figures, context),
      ...checkDetail(provider.check, context),
      ...(provider.askable ? [[t('Models'), joined([String(models), provider.excluded.length > 0 ? t('{0} excluded', provider.excluded.length) : '', provider.notAllowed > 0 ? t('{0} not in the allowed list', provider.notAllowed) : ''], ', ')] as const] : []),
    ],
  };
}

export function modelRow(model: ModelOverview, context: TextContext): Row {
  const name = plainText(model.name);
  const state = stateWords(model.state, context);
  const good = model.state.kind === 'ok' || model.state.kind === 'untried' || model.state.kind === 'off';
  const pinned = model.pinned === undefined ? '' : t('pinned');
  return {
    label: name,
    // What is cut in a narrow side bar is what matters least.
    description: joined(good ? [pinned, shortPrice(model, context.now), seconds(model.figures.p50Ms)] : [model.state.kind === 'rateLimited' ? t('limited until {0}', clockTime(model.state.until, context.now)) : state, pinned, shortPrice(model, context.now)]),
    ...stateIcon(model.state),
    spoken: joined([name, pinned, state, longPrice(model, context.now), usually(model.figures)], ', '),
    flags: flags(['model', model.excludedBy.length > 0 ? 'excluded' : 'included', model.pinned === undefined ? 'unpinned' : 'pinned']),
    details: [
      [t('State'), sentence(state)],
      ...failureDetail(model.state, context),
      ...(model.pinned === undefined ? [] : [[t('Pinned'), t('Asked always, as {0}.', plainText(model.pinned))] as const]),
      ...(model.excludedBy.length === 0 ? [] : [[t('Excluded by'), plainText(model.excludedBy.join(', '))] as const]),
      ...figureDetails(model.figures, context),
      [t('Price'), `${sentence(longPrice(model, context.now))}${priceSource(model)}`],
      ...priceDetails(model, context.now),
      [t('Context'), t('{0} tokens, answers up to {1}', count(model.contextTokens), count(model.maxOutputTokens))],
      ...(model.capabilities.length === 0 ? [] : [[t('Can'), model.capabilities.map(capabilityText).join(', ')] as const]),
      [t('Id'), plainText(model.arm)],
    ],
  };
}

/** `$0.15 / $0.60`: input and output, per 1M tokens, of a short prompt now. */
export function shortPrice({ price, free }: Priced, now: number): string {
  // Before free: a subscription adds nothing to the bill and is no gift.
  if (price !== undefined && isSubscription(price)) return t('subscription');
  if (free) return t('free');
  if (price === undefined) return t('price unknown');
  const { input, output } = ratesAt(price, 0, now);
  return `${formatPerMillion(input)} / ${formatPerMillion(output)}`;
}

function longPrice({ price, free }: Priced, now: number): string {
  if (price !== undefined && isSubscription(price)) return t('part of a subscription');
  if (free) return t('free');
  return price === undefined ? t('price unknown') : t('{0} per 1M tokens', rateWords(ratesAt(price, 0, now)));
}

type Priced = Pick<ModelOverview, 'price' | 'free'>;

function rateWords({ input, output, cacheRead }: Rates): string {
  return joined([t('{0} in', formatPerMillion(input)), t('{0} out', formatPerMillion(output)), cacheRead === undefined ? '' : t('{0} from its cache', formatPerMillion(cacheRead))], ', ');
}

/** What a price has besides its usual rates. */
function priceDetails({ price, free }: Priced, now: number): readonly Detail[] {
  if (price === undefined || free) return [];
  const specials = (price.specials ?? []).filter(({ until }) => until === undefined || until > now);
  return [...(price.perCall === undefined ? [] : [[t('Per call'), formatUsd(price.perCall)] as const]), ...specials.map((special): Detail => [sentence(specialWords(special)), rateWords(special)])];
}

function specialWords({ above, from, until, minutes, weekdays }: SpecialRates): string {
  const parts = [
    above === undefined ? '' : t('above {0} tokens', count(above)),
    from === undefined ? '' : t('from {0}', isoDate(from)),
    until === undefined ? '' : t('until {0}', isoDate(until)),
    minutes === undefined ? '' : t('{0} to {1} UTC', ...minutes.map((minute) => `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`)),
    weekdays === true ? t('on weekdays') : '',
  ];
  return joined(parts, ', ') || t('usually');
}

function isSubscription({ source }: { readonly source: string }): boolean {
  return source === 'subscription';
}

function priceSource({ price }: { readonly price: Price | undefined }): string {
  if (price === undefined) return '';
  // A person's own price holds until they change it: its day says nothing.
  const date = price.source === 'user' ? '' : `, ${price.asOf}`;
  const sources: Readonly<Record<string, string>> = { user: t('your price'), live: t("the provider's list"), snapshot: t('a published list'), subscription: t('paid elsewhere') };
  return ` (${sources[price.source] ?? price.source}${date})`;
}

function originText(origin: ProviderOrigin): string {
  return { builtIn: t('Built in'), setting: t('Your settings'), plugin: t('A plug-in of yours'), extension: t('Another extension') }[origin];
}

function capabilityText(capability: ModelOverview['capabilities'][number]): string {
  return { tools: t('tools'), vision: t('images'), reasoning: t('reasoning'), structured: t('structured answers'), json: 'JSON' }[capability];
}

/** A state in a few words, for a row. */
function stateWords(state: ProviderState | ModelState, { now }: TextContext): string {
  switch (state.kind) {
    case 'untried':
      return t('not asked yet');
    case 'ok':
      return t('answers');
    case 'slow':
      return t('slow');
    case 'rateLimited':
      return t('rate limited until {0}', clockTime(state.until, now));
    case 'down':
      return state.until === undefined ? failureWords(state.failure.kind) : t('{0} until {1}', failureWords(state.failure.kind), clockTime(state.until, now));
    case 'keyTrouble':
      return failureWords(state.failure.kind);
    case 'noKey':
      return t('no key');
    case 'off':
      return { excluded: t('excluded'), demo: t('off during the demo'), switch: t('switched off') }[state.why];
  }
}

/** What failed, in a few words. A kind that says nothing of a provider is only a failure here. */
export function failureWords(kind: FailureKind): string {
  const short: Readonly<Partial<Record<FailureKind, string>>> = {
    keyMissing: t('no key'),
    keyRejected: t('key refused'),
    noCredit: t('no credit left'),
    modelGone: t('no longer offered'),
    rateLimited: t('rate limited'),
    providerDown: t('down'),
    offline: t('not reached'),
    timedOut: t('did not answer in time'),
    badReply: t('sent no answer'),
    truncated: t('cut answers off'),
    badRequest: t('refused the request'),
  };
  return short[kind] ?? t('failed');
}

function stateIcon({ kind }: ProviderState | ModelState): Pick<Row, 'icon' | 'colour'> {
  return icons[kind];
}

const icons: Readonly<Record<(ProviderState | ModelState)['kind'], Pick<Row, 'icon' | 'colour'>>> = {
  untried: { icon: 'circle-outline', colour: undefined },
  ok: { icon: 'pass', colour: 'testing.iconPassed' },
  slow: { icon: 'watch', colour: 'list.warningForeground' },
  rateLimited: { icon: 'debug-pause', colour: 'list.warningForeground' },
  down: { icon: 'error', colour: 'list.errorForeground' },
  keyTrouble: { icon: 'key', colour: 'list.errorForeground' },
  noKey: { icon: 'key', colour: 'disabledForeground' },
  off: { icon: 'circle-slash', colour: 'disabledForeground' },
};

function failureDetail(state: ProviderState | ModelState, context: TextContext): readonly Detail[] {
  return 'failure' in state ? [[t('Why'), told(tell(state.failure, context))]] : [];
}

function told({ sentence: text, detail }: { readonly sentence: string; readonly detail?: string }): string {
  return plainText(detail === undefined ? text : `${text} (${detail})`);
}

function figureDetails({ calls, successRate, p50Ms, p95Ms, lastFailure }: CallFigures, { now }: TextContext): readonly Detail[] {
  const details: Detail[] = [];
  if (p50Ms !== undefined) details.push([t('First word'), joined([t('{0} for half of the calls', seconds(p50Ms)), p95Ms === undefined ? '' : t('{0} for 19 in 20', seconds(p95Ms))], ', ')]);
  if (calls > 0 && successRate !== undefined) details.push([t('Answered'), t(calls === 1 ? '{0} % of the last {1} call' : '{0} % of the last {1} calls', Math.floor(successRate * 100), calls)]);
  if (lastFailure !== undefined) details.push([t('Last failure'), `${failureWords(lastFailure.kind)}, ${clockTime(lastFailure.at, now)}`]);
  return details;
}

function checkDetail(check: CheckResult | undefined, context: TextContext): readonly Detail[] {
  if (check === undefined) return [];
  const outcome = check.failure === undefined ? joined([t('answers'), plainText(check.note ?? '')], ', ') : told(tell(check.failure, context));
  return [[t('Checked'), `${clockTime(check.at, context.now)}: ${outcome}`]];
}

function usually({ p50Ms }: CallFigures): string {
  return p50Ms === undefined ? '' : t('first word usually after {0}', seconds(p50Ms));
}

function seconds(ms: number | undefined): string {
  if (ms === undefined) return '';
  return ms < 1000 ? t('{0} ms', Math.round(ms)) : t('{0} s', decimal(ms / 1000, 1));
}

/** `14:05` of today, with the day when it is another: `22 Nov 14:05`. In the machine's time zone. */
export function clockTime(at: number, now: number): string {
  const moment = new Date(at);
  const time = `${twoDigits(moment.getHours())}:${twoDigits(moment.getMinutes())}`;
  return moment.toDateString() === new Date(now).toDateString() ? time : `${momentText(at, { day: 'numeric', month: 'short' })} ${time}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

function isoDate(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** In a list of hundreds a word is found by what is around it. */
function flags(words: readonly string[]): string {
  return ` ${words.filter((word) => word !== '').join(' ')} `;
}

function joined(parts: readonly string[], separator = ' · '): string {
  return parts.filter((part) => part !== '').join(separator);
}

function modelsText(models: number): string {
  return t(models === 1 ? '{0} model' : '{0} models', models);
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
