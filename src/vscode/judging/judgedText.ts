import type { Contribution, JudgedPrompt } from '../../core/model/judged';
import { formatUsd } from '../../core/model/money';
import type { Preview } from '../../core/model/preview';
import type { Intent, Label } from '../../core/model/profile';
import type { Quality } from '../../core/model/quality';
import { costText } from '../costText';
import { tell, type TextContext } from '../failureTexts';
import { markdownText } from '../markdownText';

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
    { what: 'Tier', is: tierText(tier, tiers) },
    { what: 'Difficulty', is: `a small model fails at about ${Math.round(failures)} of 100 like it${weights === undefined ? ' (judged by the length alone)' : ''}` },
    weights === undefined ? undefined : { what: 'Wish', is: shares(mapKeys(intents, (intent) => intentNames[intent] ?? intent), 3) },
    { what: 'Domains', is: shares(mapKeys(domains, (domain) => domain.replace('_', ' ')), 4) },
    { what: 'Length', is: `${count(inputTokens)} tokens in, about ${count(outputTokens.p50)} out, in one of ten more than ${count(outputTokens.p90)}` },
    language === undefined ? undefined : { what: 'Language', is: language },
    framework === undefined ? undefined : { what: 'Framework', is: framework },
    names(entities?.files) === '' ? undefined : { what: 'Files', is: names(entities?.files) },
    names(entities?.symbols) === '' ? undefined : { what: 'Names', is: names(entities?.symbols) },
    names(entities?.errors) === '' ? undefined : { what: 'Errors', is: names(entities?.errors) },
  ];
  return rows.filter((row) => row !== undefined);
}

/** How sure it is, where there is any doubt. */
function tierText(tier: string, tiers: JudgedPrompt['profile']['tiers'] = { simple: 0, moderate: 0, complex: 0 }): string {
  return Object.values(tiers).filter((share) => share >= 0.02).length < 2 ? tier : `${tier} (${shares(tiers, 3)})`;
}

/** Which classifiers fit, and why. */
export function labelLines({ profile, classifiers }: JudgedPrompt): readonly Told[] {
  const { labels = [] } = profile;
  if (labels.length > 0) return labels.map((label) => ({ what: `Classifier “${label.name}”`, is: `${label.why}${effectText(label)}` }));
  return [{ what: 'Classifiers', is: classifiers === 0 ? 'you have none; see the setting farthing.classifiers' : classifiers === 1 ? 'yours does not fit' : `none of your ${classifiers} fits` }];
}

function effectText({ effect }: Label): string {
  const effects = Object.entries(effect).map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(', ') : String(value)}`);
  return effects.length === 0 ? '' : `; sets ${effects.join('; ')}`;
}

/** Why, in the words of the prompt. */
export function reasonLines({ contributions }: JudgedPrompt): readonly Told[] {
  const told = (kept: readonly Contribution[], figure: (one: Contribution) => string): string => kept.slice(0, 6).map((one) => `${partText(one)} (${figure(one)})`).join(', ');
  const harder = contributions.filter(({ failures }) => failures >= 0.5).toSorted((one, other) => other.failures - one.failures);
  const easier = contributions.filter(({ failures }) => failures <= -0.5).toSorted((one, other) => one.failures - other.failures);
  const wish = contributions.filter(({ kind, intent }) => kind === 'word' && intent >= 0.03).toSorted((one, other) => other.intent - one.intent);
  const rows: readonly Told[] = [
    { what: 'Harder by', is: told(harder, ({ failures }) => `+${failures < 10 ? failures.toFixed(1) : Math.round(failures)} of 100`) },
    { what: 'Easier by', is: told(easier, ({ failures }) => `−${failures > -10 ? (-failures).toFixed(1) : Math.round(-failures)} of 100`) },
    { what: 'The wish is told by', is: told(wish, ({ intent }) => `+${Math.round(100 * intent)} %`) },
  ];
  return rows.filter(({ is }) => is !== '');
}

function partText({ kind, text }: Contribution): string {
  switch (kind) {
    case 'word':
    case 'sentence':
      return `“${text ?? ''}”`;
    case 'code':
      return 'the code';
    case 'log':
      return 'the log lines';
  }
}

/** Who would be asked at each quality, and what it would cost. */
export function choiceLines({ previews, profile }: JudgedPrompt, current: Quality, context: TextContext): readonly Told[] {
  const fixed = profile.labels?.find(({ effect }) => effect.quality !== undefined)?.effect.quality;
  return qualities.map((quality) => ({ what: `${qualityNames[quality]}${quality === current ? ' (now)' : ''}`, is: `${choiceText(previews[quality], context)}${fixed === undefined || fixed === quality ? '' : `, as at ${fixed}, which your classifier sets`}` }));
}

function choiceText(preview: Preview, context: TextContext): string {
  if (!preview.ok) return tell(preview.failure, { ...context, now: preview.at }).sentence;
  const { arm, estimate, capable } = preview.candidate;
  const effort = arm.effort.isDefault ? '' : ` (${arm.effort.effort} effort)`;
  const price = arm.offer.price?.source === 'subscription' ? costText(undefined, 'subscription') : estimate ? `${formatUsd(estimate.low)} – ${formatUsd(estimate.high)}` : formatUsd(undefined);
  return `${arm.card.name}${effort} at ${context.nameOf(arm.offer.provider)}, ${price}${capable ? `, ${Math.min(99, Math.round(100 * capable.p))} % likely to succeed` : ''}`;
}

/** The whole of it as a page. What comes from the prompt is shown as text, never as Markdown. */
export function judgedPage(judged: JudgedPrompt, current: Quality, context: TextContext): string {
  const table = (rows: readonly Told[]): string => ['| | |', '|:--|:--|', ...rows.map(({ what, is }) => `| ${markdownText(what)} | ${markdownText(is)} |`)].join('\n');
  const reasons = reasonLines(judged);
  return [
    '# How this prompt is judged',
    quotedText(judged.text),
    table(judgedLines(judged)),
    '## Why',
    reasons.length === 0 ? 'No word of it stands out.' : `${table(reasons)}\n\nEach figure is what changes when the words are left out.`,
    '## Your classifiers',
    table(labelLines(judged)),
    '## Who would be asked',
    table(choiceLines(judged, current, context)),
    `Judged on this machine, without asking anybody${judged.weights === undefined ? '' : `, by the weights ${markdownText(judged.weights)}`}.`,
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
  return tokens.toLocaleString('en-US');
}

const qualityNames: Readonly<Record<Quality, string>> = { economy: 'Economy', balanced: 'Balanced', quality: 'Quality' };

const intentNames: Readonly<Partial<Record<Intent, string>>> = { general: 'something else', math: 'mathematics', devops: 'running software', generate: 'writing code', docs: 'documentation', test: 'tests', shell: 'a command', regex: 'a pattern', data: 'working with data', writing: 'text', question: 'knowledge' };
