import { formatUsd, type NanoDollars, nano } from '../../core/model/money';
import type { ExplainedCandidate, Explanation, StoredAnswer } from '../../core/model/thread';
import { t } from '../../shared/l10n';
import type { ChipView, WhyRow, WhyView } from '../../shared/protocol';
import { includedText } from '../costText';
import { count, type TextContext } from '../failureTexts';
import { domainName, intentName } from '../profileTexts';

/** "Why this model" as it is shown. Pure; an explanation of an older version lacks parts, and they are left out. */
export function whyView(why: Explanation, answer: StoredAnswer, context: TextContext): WhyView {
  const summary = summaryOf(why);
  return {
    summary,
    chips: chipsOf(why),
    difficulty: why.task ? difficultyInWords(why.task.difficulty) : '',
    figures: figuresOf(why, answer),
    reasons: why.reasons.filter((reason) => !isToldBy(summary, reason, why)),
    bar: why.bar,
    candidates: why.candidates.map((row) => rowOf(row, context)),
    ticks: ticksOf(why.candidates),
    // Nobody else was looked at when one was asked for.
    leftOut: (why.choice === 'asked' ? [] : (why.leftOut ?? [])).map(({ why: verdict, models }) => `${models} ${verdict}`).join(', '),
    notShown: why.notShown,
  };
}

/** What a question was, for the end of a sentence: `moderate code questions`. */
export function questionsLike({ tier, task }: Pick<Explanation, 'tier' | 'task'>): string {
  return t('{0} questions', kindOf({ tier, task }));
}

function kindOf({ tier, task }: { readonly tier: string; readonly task: Explanation['task'] }): string {
  const domain = task?.domains[0]?.name;
  return [tier, domain === undefined ? '' : domainWord(domain)].filter(Boolean).join(' ');
}

/** As words before "question". */
function domainWord(domain: string): string {
  const words: Readonly<Partial<Record<string, string>>> = { agentic_code: t('repository'), chat: t('everyday'), tools: t('tool-use'), instruction: t('instruction'), long_context: t('long-text') };
  return words[domain] ?? domainName(domain);
}

function summaryOf(why: Explanation): string {
  const [chosen] = why.candidates;
  const [first = ''] = why.reasons;
  if (!chosen || why.choice === undefined || why.choice === 'asked' || chosen.p === undefined) return first === '' ? '' : sentence(first);
  const kind = kindOf({ tier: why.tier, task: why.task });
  const chance = /^[aeiou]/.test(kind) ? t('{0} for an {1} question', percent(chosen.p), kind) : t('{0} for a {1} question', percent(chosen.p), kind);
  if (chosen.estimated) return sentence(t('Nobody has measured {0}; its price and age let one expect {1}', chosen.name, chance));
  const ablest = ablestInWords(why, chosen);
  if (why.choice === 'bestBuy') return sentence(t('No model is sure enough ({0} wanted); {1} is the best buy: {2}{3}', percent(why.bar), chosen.name, chance, ablest));
  if (why.choice === 'nearly') return sentence(t('Nearly as sure as the cheapest that is sure enough, and far cheaper: {0}{1}', chance, ablest));
  const { able = 0 } = why;
  return sentence(able > 1 ? t('Cheapest of {0} models likely enough: {1}{2}', able, chance, ablest) : t('The only model that is likely enough: {0}{1}', chance, ablest));
}

/** What the choice saved against the ablest; nothing where that is much the same. */
function ablestInWords({ ablest }: Explanation, chosen: ExplainedCandidate): string {
  if (!ablest || chosen.likely === undefined || ablest.name === chosen.name || ablest.p <= (chosen.p ?? 1)) return '';
  if (chosen.likely === 0 || chosen.included) return t('; the ablest ({0}) would have cost {1}', percent(ablest.p), formatUsd(ablest.likely));
  const times = ablest.likely / chosen.likely;
  return times < 1.15 ? '' : t('; the ablest ({0}) would have cost {1} times as much', percent(ablest.p), times < 9.95 ? Number(times.toFixed(1)) : count(Math.round(times)));
}

/** The summary says the same with more in it. */
function isToldBy(summary: string, reason: string, { choice, candidates: [chosen] }: Explanation): boolean {
  return sentence(reason) === summary || (choice === 'bar' && chosen !== undefined && reason.startsWith(`${chosen.name.replace(/ \(\w+ effort\)$/, '')} is the `) && reason.includes('likely enough'));
}

function sentence(text: string): string {
  return `${text}${/[.!?]$/.test(text) ? '' : '.'}`;
}

function chipsOf({ tier, task }: Explanation): readonly ChipView[] {
  if (!task) return [];
  const shareOf = (share: number | undefined): string => (share === undefined ? '' : percent(share));
  return [
    { kind: 'tier', text: tier, share: shareOf(task.tiers?.find(({ name }) => name === tier)?.share), title: t('How demanding the question was judged to be') },
    ...task.domains.map(({ name, share }): ChipView => ({ kind: 'domain', text: domainName(name), share: shareOf(share), title: t('What the question is about') })),
    ...(task.intents ?? []).slice(0, 1).map(({ name, share }): ChipView => ({ kind: 'intent', text: intentName(name), share: shareOf(share), title: t('What is wanted') })),
    ...(task.labels ?? []).map(({ name, why }): ChipView => ({ kind: 'label', text: name, share: '', title: t('Your classifier: {0}', why) })),
  ];
}

/** The log odds that an average model fails, as what people can picture. */
function difficultyInWords(difficulty: number): string {
  const share = 1 / (1 + Math.exp(difficulty));
  const tenths = Math.round(share * 10);
  const part = share >= 0.97 ? t('nearly all') : share <= 0.05 ? t('hardly any') : tenths >= 10 ? t('more than 9 in 10') : t('about {0} in 10', Math.max(1, tenths));
  return t('An average model answers {0} questions like this well.', part);
}

function figuresOf(why: Explanation, answer: StoredAnswer): WhyView['figures'] {
  const expected = why.candidates.find(({ arm }) => arm === answer.arm) ?? (answer.arm === undefined ? why.candidates[0] : undefined);
  if (why.task === undefined || !expected) return [];
  const ended = answer.state !== 'streaming' && answer.costSource !== undefined;
  const tokens = (actual: number | undefined): string => (ended && actual !== undefined ? count(actual) : '');
  return [
    { name: t('Cost'), expected: expected.included ? includedText() : rangeText(expected), actual: ended && answer.costSource !== 'subscription' ? formatUsd(answer.cost) : '' },
    { name: t('Tokens in'), expected: t('about {0}', count(why.inputTokens)), actual: tokens(answer.inputTokens) },
    ...(expected.outputTokens === undefined ? [] : [{ name: t('Tokens out'), expected: t('about {0}', count(expected.outputTokens)), actual: tokens(answer.outputTokens) }]),
  ];
}

/** What the answer was said to cost before it was asked for; undefined where nothing was said. */
export function toldBefore({ why, arm }: StoredAnswer): string | undefined {
  const told = why?.candidates.find((candidate) => candidate.arm === arm);
  return told?.likely === undefined || told.included ? undefined : rangeText(told);
}

function rangeText({ least, likely, high }: ExplainedCandidate): string {
  return least === undefined || high === undefined || least === high ? formatUsd(likely) : `${formatUsd(least)} – ${formatUsd(high)}`;
}

function rowOf(row: ExplainedCandidate, context: TextContext): WhyRow {
  return {
    name: row.name,
    provider: context.nameOf(row.provider),
    cost: row.included === true ? includedText() : formatUsd(row.likely),
    verdict: row.verdict === 'next' ? t('next if it fails') : row.verdict,
    chosen: row.verdict === 'chosen',
    ...(row.p === undefined ? {} : { p: row.p }),
    ...(row.low === undefined ? {} : { low: row.low }),
    ...(row.top === undefined ? {} : { top: row.top }),
    ...(row.estimated ? { estimated: true } : {}),
    ...(row.likely === undefined ? {} : { usd: row.likely / 1e9 }),
  };
}

/** More than this many labels do not fit below the picture in a narrow view. */
const mostTicks = 4;

/** Powers of ten within the costs; with less than two of them, the ends. */
function ticksOf(candidates: readonly ExplainedCandidate[]): WhyView['ticks'] {
  const costs = candidates.flatMap(({ likely, p }) => (likely !== undefined && likely > 0 && p !== undefined ? [likely] : []));
  if (costs.length === 0) return [];
  const [least, most]: readonly [NanoDollars, NanoDollars] = [nano(Math.min(...costs)), nano(Math.max(...costs))];
  const first = Math.ceil(Math.log10(least / 1e9));
  const last = Math.floor(Math.log10(most / 1e9));
  const step = Math.max(1, Math.ceil((last - first + 1) / mostTicks));
  const powers: WhyView['ticks'][number][] = [];
  for (let power = first; power <= last; power += step) powers.push({ usd: 10 ** power, text: power >= 0 ? `$${10 ** power}` : `$${(10 ** power).toFixed(-power)}` });
  if (powers.length > 1 || least === most) return powers;
  return [least, most].map((cost) => ({ usd: cost / 1e9, text: formatUsd(cost) }));
}

function percent(share: number): string {
  // 99.6 % must not read as certain. The space does not break.
  return `${Math.min(99, Math.round(share * 100))}\u00a0%`;
}
