import type { FailureKind } from '../../core/model/failure';
import { formatPerMillion, formatUsd } from '../../core/model/money';
import { type Price, type Rates, ratesAt, type SpecialRates } from '../../core/model/price';
import type { CallFigures, CheckResult, ModelOverview, ModelState, ProviderOrigin, ProviderOverview, ProviderState } from '../../core/model/providerOverview';
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
  const description = good ? [models > 0 ? plural(models, 'model') : '', seconds(provider.figures.p50Ms)] : [state];
  return {
    label: name,
    description: joined(description),
    ...stateIcon(provider.state),
    spoken: joined([name, state, provider.askable && models > 0 ? plural(models, 'model') : '', usually(provider.figures)], ', '),
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
      ['State', sentence(state)],
      ...failureDetail(provider.state, context),
      ['From', joined([origins[provider.origin], provider.host === undefined ? '' : plainText(provider.host)], ', ')],
      ...figureDetails(provider.figures, context),
      ...checkDetail(provider.check, context),
      ...(provider.askable ? [['Models', joined([String(models), provider.excluded.length > 0 ? `${provider.excluded.length} excluded` : '', provider.notAllowed > 0 ? `${provider.notAllowed} not in the allowed list` : ''], ', ')] as const] : []),
    ],
  };
}

export function modelRow(model: ModelOverview, context: TextContext): Row {
  const name = plainText(model.name);
  const state = stateWords(model.state, context);
  const good = model.state.kind === 'ok' || model.state.kind === 'untried' || model.state.kind === 'off';
  const pinned = model.pinned === undefined ? '' : 'pinned';
  return {
    label: name,
    // What is cut in a narrow side bar is what matters least.
    description: joined(good ? [pinned, shortPrice(model, context.now), seconds(model.figures.p50Ms)] : [state.replace('rate limited', 'limited'), pinned, shortPrice(model, context.now)]),
    ...stateIcon(model.state),
    spoken: joined([name, pinned, state, longPrice(model, context.now), usually(model.figures)], ', '),
    flags: flags(['model', model.excludedBy.length > 0 ? 'excluded' : 'included', model.pinned === undefined ? 'unpinned' : 'pinned']),
    details: [
      ['State', sentence(state)],
      ...failureDetail(model.state, context),
      ...(model.pinned === undefined ? [] : [['Pinned', `Asked always, as ${plainText(model.pinned)}.`] as const]),
      ...(model.excludedBy.length === 0 ? [] : [['Excluded by', plainText(model.excludedBy.join(', '))] as const]),
      ...figureDetails(model.figures, context),
      ['Price', `${sentence(longPrice(model, context.now))}${priceSource(model)}`],
      ...priceDetails(model, context.now),
      ['Context', `${count(model.contextTokens)} tokens, answers up to ${count(model.maxOutputTokens)}`],
      ...(model.capabilities.length === 0 ? [] : [['Can', model.capabilities.map((capability) => capabilities[capability]).join(', ')] as const]),
      ['Id', plainText(model.arm)],
    ],
  };
}

/** `$0.15 / $0.60`: input and output, per 1M tokens, of a short prompt now. */
export function shortPrice({ price, free }: Priced, now: number): string {
  // Before free: a subscription adds nothing to the bill and is no gift.
  if (price !== undefined && isSubscription(price)) return 'subscription';
  if (free) return 'free';
  if (price === undefined) return 'price unknown';
  const { input, output } = ratesAt(price, 0, now);
  return `${formatPerMillion(input)} / ${formatPerMillion(output)}`;
}

function longPrice({ price, free }: Priced, now: number): string {
  if (price !== undefined && isSubscription(price)) return 'part of a subscription';
  if (free) return 'free';
  return price === undefined ? 'price unknown' : `${rateWords(ratesAt(price, 0, now))} per 1M tokens`;
}

type Priced = Pick<ModelOverview, 'price' | 'free'>;

function rateWords({ input, output, cacheRead }: Rates): string {
  return joined([`${formatPerMillion(input)} in`, `${formatPerMillion(output)} out`, cacheRead === undefined ? '' : `${formatPerMillion(cacheRead)} from its cache`], ', ');
}

/** What a price has besides its usual rates. */
function priceDetails({ price, free }: Priced, now: number): readonly Detail[] {
  if (price === undefined || free) return [];
  const specials = (price.specials ?? []).filter(({ until }) => until === undefined || until > now);
  return [...(price.perCall === undefined ? [] : [['Per call', formatUsd(price.perCall)] as const]), ...specials.map((special): Detail => [sentence(specialWords(special)), rateWords(special)])];
}

function specialWords({ above, from, until, minutes, weekdays }: SpecialRates): string {
  const parts = [
    above === undefined ? '' : `above ${count(above)} tokens`,
    from === undefined ? '' : `from ${isoDate(from)}`,
    until === undefined ? '' : `until ${isoDate(until)}`,
    minutes === undefined ? '' : `${minutes.map((minute) => `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`).join(' to ')} UTC`,
    weekdays === true ? 'on weekdays' : '',
  ];
  return joined(parts, ', ') || 'usually';
}

function isSubscription({ source }: { readonly source: string }): boolean {
  return source === 'subscription';
}

const priceSources: Readonly<Record<string, string>> = {
  user: 'your price',
  live: "the provider's list",
  snapshot: 'a published list',
  subscription: 'paid elsewhere',
};

function priceSource({ price }: { readonly price: Price | undefined }): string {
  if (price === undefined) return '';
  // A person's own price holds until they change it: its day says nothing.
  const date = price.source === 'user' ? '' : `, ${price.asOf}`;
  return ` (${priceSources[price.source] ?? price.source}${date})`;
}

const origins: Readonly<Record<ProviderOrigin, string>> = { builtIn: 'Built in', setting: 'Your settings', plugin: 'A plug-in of yours', extension: 'Another extension' };

const capabilities: Readonly<Record<ModelOverview['capabilities'][number], string>> = { tools: 'tools', vision: 'images', reasoning: 'reasoning', structured: 'structured answers', json: 'JSON' };

/** A state in a few words, for a row. */
function stateWords(state: ProviderState | ModelState, { now }: TextContext): string {
  switch (state.kind) {
    case 'untried':
      return 'not asked yet';
    case 'ok':
      return 'answers';
    case 'slow':
      return 'slow';
    case 'rateLimited':
      return `rate limited until ${clockTime(state.until, now)}`;
    case 'down':
      return `${failureWords(state.failure.kind)}${state.until === undefined ? '' : ` until ${clockTime(state.until, now)}`}`;
    case 'keyTrouble':
      return failureWords(state.failure.kind);
    case 'noKey':
      return 'no key';
    case 'off':
      return { excluded: 'excluded', demo: 'off during the demo', switch: 'switched off' }[state.why];
  }
}

/** What failed, in a few words. A kind that says nothing of a provider is only a failure here. */
export function failureWords(kind: FailureKind): string {
  return shortFailures[kind] ?? 'failed';
}

const shortFailures: Readonly<Partial<Record<FailureKind, string>>> = {
  keyMissing: 'no key',
  keyRejected: 'key refused',
  noCredit: 'no credit left',
  modelGone: 'no longer offered',
  rateLimited: 'rate limited',
  providerDown: 'down',
  offline: 'not reached',
  timedOut: 'did not answer in time',
  badReply: 'sent no answer',
  truncated: 'cut answers off',
  badRequest: 'refused the request',
};

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
  return 'failure' in state ? [['Why', told(tell(state.failure, context))]] : [];
}

function told({ sentence: text, detail }: { readonly sentence: string; readonly detail?: string }): string {
  return plainText(detail === undefined ? text : `${text} (${detail})`);
}

function figureDetails({ calls, successRate, p50Ms, p95Ms, lastFailure }: CallFigures, { now }: TextContext): readonly Detail[] {
  const details: Detail[] = [];
  if (p50Ms !== undefined) details.push(['First word', joined([`${seconds(p50Ms)} for half of the calls`, p95Ms === undefined ? '' : `${seconds(p95Ms)} for 19 in 20`], ', ')]);
  if (calls > 0 && successRate !== undefined) details.push(['Answered', `${Math.floor(successRate * 100)} % of the last ${plural(calls, 'call')}`]);
  if (lastFailure !== undefined) details.push(['Last failure', `${failureWords(lastFailure.kind)}, ${clockTime(lastFailure.at, now)}`]);
  return details;
}

function checkDetail(check: CheckResult | undefined, context: TextContext): readonly Detail[] {
  if (check === undefined) return [];
  const outcome = check.failure === undefined ? joined(['answers', plainText(check.note ?? '')], ', ') : told(tell(check.failure, context));
  return [['Checked', `${clockTime(check.at, context.now)}: ${outcome}`]];
}

function usually({ p50Ms }: CallFigures): string {
  return p50Ms === undefined ? '' : `first word usually after ${seconds(p50Ms)}`;
}

function seconds(ms: number | undefined): string {
  if (ms === undefined) return '';
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** `14:05` of today, with the day when it is another: `22 Nov 14:05`. In the machine's time zone. */
export function clockTime(at: number, now: number): string {
  const moment = new Date(at);
  const time = `${twoDigits(moment.getHours())}:${twoDigits(moment.getMinutes())}`;
  return moment.toDateString() === new Date(now).toDateString() ? time : `${moment.getDate()} ${moment.toLocaleDateString('en', { month: 'short' })} ${time}`;
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

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
