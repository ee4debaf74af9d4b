import type { Contribution, JudgedPrompt } from '../../core/model/judged';
import { formatUsd } from '../../core/model/money';
import type { Preview } from '../../core/model/preview';
import type { Label, Tier } from '../../core/model/profile';
import type { Quality } from '../../core/model/quality';
import { decimal, grouped, t } from '../../shared/l10n';
import { costText } from '../costText';
import { tell, type TextContext } from '../failureTexts';
import { markdownText } from '../markdownText';
import { domainName, intentName } from '../profileTexts';

/** One thing told of a prompt: what, and of what. */
export interface Told {
  readonly what: string;
  readonly is: string;
}

const qualities: readonly Quality[] = ['economy', 'balanced', 'quality'];

/** How a prompt is judged, a line each, the most important first. */
export function judgedLines({ profile, failures, weights }: JudgedPrompt): readonly Told[] {
  const { tier, tiers, intents = {}, domains, outputTokens, inputTokens, language, framework, entities } = profile;
  const names = (list: readonly string[] | undefined): string => (list ?? []).join(', ');
  const rows: readonly (Told | undefined)[] = [
    { what: t('Tier'), is: tierText(tier, tiers) },
    { what: t('Difficulty'), is: t(weights === undefined ? 'a small model fails at about {0} of 100 like it (judged by the length alone)' : 'a small model fails at about {0} of 100 like it', Math.round(failures)) },
    weights === undefined ? undefined : { what: t('Wish'), is: shares(mapKeys(intents, intentName), 3) },
    { what: t('Domains'), is: shares(mapKeys(domains, domainName), 4) },
    { what: t('Length'), is: t('{0} tokens in, about {1} out, in one of ten more than {2}', count(inputTokens), count(outputTokens.p50), count(outputTokens.p90)) },
    language === undefined ? undefined : { what: t('Language'), is: language },
    framework === undefined ? undefined : { what: t('Framework'), is: framework },
    names(entities?.files) === '' ? undefined : { what: t('Files'), is: names(entities?.files) },
    names(entities?.symbols) === '' ? undefined : { what: t('Names'), is: names(entities?.symbols) },
    names(entities?.errors) === '' ? undefined : { what: t('Errors'), is: names(entities?.errors) },
  ];
  return rows.filter((row) => row !== undefined);
}

/** How sure it is, where there is any doubt. */
function tierText(tier: Tier, tiers: JudgedPrompt['profile']['tiers'] = { simple: 0, moderate: 0, complex: 0 }): string {
  const name = tierName(tier);
  return Object.values(tiers).filter((share) => share >= 0.02).length < 2 ? name : `${name} (${shares(mapKeys(tiers, tierName), 3)})`;
}

/** Which classifiers fit, and why. */
export function labelLines({ profile, classifiers }: JudgedPrompt): readonly Told[] {
  const { labels = [] } = profile;
  if (labels.length > 0) return labels.map((label) => ({ what: t('Classifier “{0}”', label.name), is: `${label.why}${effectText(label)}` }));
  return [{ what: t('Classifiers'), is: classifiers === 0 ? t('you have none; see the setting farthing.classifiers') : classifiers === 1 ? t('yours does not fit') : t('none of your {0} fits', classifiers) }];
}

function effectText({ effect }: Label): string {
  const effects = Object.entries(effect).map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(', ') : String(value)}`);
  return effects.length === 0 ? '' : `; ${t('sets {0}', effects.join('; '))}`;
}

/** Why, in the words of the prompt. */
export function reasonLines({ contributions }: JudgedPrompt): readonly Told[] {
  const told = (kept: readonly Contribution[], figure: (one: Contribution) => string): string => kept.slice(0, 6).map((one) => `${partText(one)} (${figure(one)})`).join(', ');
  const harder = contributions.filter(({ failures }) => failures >= 0.5).toSorted((one, other) => other.failures - one.failures);
  const easier = contributions.filter(({ failures }) => failures <= -0.5).toSorted((one, other) => one.failures - other.failures);
  const wish = contributions.filter(({ kind, intent }) => kind === 'word' && intent >= 0.03).toSorted((one, other) => other.intent - one.intent);
  const rows: readonly Told[] = [
    { what: t('Harder by'), is: told(harder, ({ failures }) => t('+{0} of 100', failures < 10 ? decimal(failures, 1) : Math.round(failures))) },
    { what: t('Easier by'), is: told(easier, ({ failures }) => t('−{0} of 100', failures > -10 ? decimal(-failures, 1) : Math.round(-failures))) },
    { what: t('The wish is told by'), is: told(wish, ({ intent }) => `+${Math.round(100 * intent)} %`) },
  ];
  return rows.filter(({ is }) => is !== '');
}

function partText({ kind, text }: Contribution): string {
  switch (kind) {
    case 'word':
    case 'sentence':
      return `“${text ?? ''}”`;
    case 'code':
      return t('the code');
    case 'log':
      return t('the log lines');
  }
}

/** Who would be asked at each quality, and what it would cost. */
export function choiceLines({ previews, profile }: JudgedPrompt, current: Quality, context: TextContext): readonly Told[] {
  const fixed = profile.labels?.find(({ effect }) => effect.quality !== undefined)?.effect.quality;
  return qualities.map((quality) => ({ what: quality === current ? t('{0} (now)', qualityName(quality)) : qualityName(quality), is: fixed === undefined || fixed === quality ? choiceText(previews[quality], context) : t('{0}, as at {1}, which your classifier sets', choiceText(previews[quality], context), fixed) }));
}

function choiceText(preview: Preview, context: TextContext): string {
  if (!preview.ok) return tell(preview.failure, { ...context, now: preview.at }).sentence;
  const { arm, estimate, capable } = preview.candidate;
  const name = arm.effort.isDefault ? arm.card.name : t('{0} ({1} effort)', arm.card.name, arm.effort.effort);
  const price = arm.offer.price?.source === 'subscription' ? costText(undefined, 'subscription') : estimate ? `${formatUsd(estimate.low)} – ${formatUsd(estimate.high)}` : formatUsd(undefined);
  const choice = t('{0} at {1}, {2}', name, context.nameOf(arm.offer.provider), price);
  return capable ? t('{0}, {1} % likely to succeed', choice, Math.min(99, Math.round(100 * capable.p))) : choice;
}

/** The whole of it as a page. What comes from the prompt is shown as text, never as Markdown. */
export function judgedPage(judged: JudgedPrompt, current: Quality, context: TextContext): string {
  const table = (rows: readonly Told[]): string => ['| | |', '|:--|:--|', ...rows.map(({ what, is }) => `| ${markdownText(what)} | ${markdownText(is)} |`)].join('\n');
  const reasons = reasonLines(judged);
  return [
    `# ${t('How this prompt is judged')}`,
    quotedText(judged.text),
    table(judgedLines(judged)),
    `## ${t('Why')}`,
    reasons.length === 0 ? t('No word of it stands out.') : `${table(reasons)}\n\n${t('Each figure is what changes when the words are left out.')}`,
    `## ${t('Your classifiers')}`,
    table(labelLines(judged)),
    `## ${t('Who would be asked')}`,
    table(choiceLines(judged, current, context)),
    judged.weights === undefined ? t('Judged on this machine, without asking anybody.') : t('Judged on this machine, without asking anybody, by the weights {0}.', markdownText(judged.weights)),
    '',
  ].join('\n\n');
}

const mostQuoted = 1_500;

/** In a fence longer than any in it, so that nothing of it is taken for Markdown. */
function quotedText(text: string): string {
  const shown = text.length <= mostQuoted ? text : `${text.slice(0, mostQuoted)}\n…`;
  const longest = [...shown.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${shown}\n${fence}`;
}

function shares(of: Readonly<Partial<Record<string, number>>>, most: number): string {
  const sorted = Object.entries(of).flatMap(([name, share = 0]) => (share >= 0.02 ? [{ name, share }] : [])).toSorted((one, other) => other.share - one.share);
  return sorted.slice(0, most).map(({ name, share }) => `${name} ${Math.round(100 * share)} %`).join(', ');
}

function mapKeys<Name extends string>(of: Readonly<Partial<Record<Name, number>>>, name: (key: Name) => string): Readonly<Partial<Record<string, number>>> {
  const mapped: Partial<Record<string, number>> = {};
  for (const key in of) mapped[name(key)] = of[key];
  return mapped;
}

function count(tokens: number): string {
  return grouped(tokens);
}

function qualityName(quality: Quality): string {
  return { economy: t('Economy'), balanced: t('Balanced'), quality: t('Quality') }[quality];
}

function tierName(tier: Tier): string {
  return { simple: t('simple'), moderate: t('moderate'), complex: t('complex') }[tier];
}
