import { type BudgetOverview, type BudgetStatus, percentSpent } from '../../core/model/budget';
import type { LastCall } from '../../core/model/call';
import type { JudgedPrompt } from '../../core/model/judged';
import { formatTotalUsd, formatUsd, nano } from '../../core/model/money';
import type { Preview } from '../../core/model/preview';
import type { Quality } from '../../core/model/quality';
import type { StoredAnswer } from '../../core/model/thread';
import { t } from '../../shared/l10n';
import { costText, includedText, lastCallText, wholeTimeText } from '../costText';
import { count, duration, tell, type TextContext } from '../failureTexts';
import { reasonLines } from '../judging/judgedText';
import { markdownText } from '../markdownText';

/** The last line of an answer: who gave it, and what it cost. Markdown; empty when nobody was asked. */
export function answerLine(answer: StoredAnswer, { nameOf }: Pick<TextContext, 'nameOf'>): string {
  const { modelName, providerName, cost, costSource, estimatedUsage, work, realm } = answer;
  if (modelName === undefined && work === undefined) return '';
  const calls = work?.steps.filter(({ costSource: booked }) => booked !== undefined).length ?? 0;
  const who = modelName === undefined ? '' : providerName === undefined ? modelName : t('{0} at {1}', modelName, nameOf(providerName));
  const parts = [who, calls > 1 ? t('{0} calls', calls) : '', `${estimatedUsage ? '≈' : ''}${costText(cost, costSource)}`, wholeTimeText(answer) ?? '', realm === 'demo' ? t('demo, play money') : ''];
  return `*${parts.filter(Boolean).map(markdownText).join(' · ')}*`;
}

/** What was spent, what is left, and the last call. Markdown. */
export function spendPage({ statuses, monthForecast, realm }: BudgetOverview, last: LastCall | undefined, now: number): string {
  const unknown = statuses.find(({ scope }) => scope === 'month')?.unknownCalls ?? 0;
  return [
    realm === 'demo' ? markdownText(t('This is the demo: play money.')) : '',
    // No table: the editor's chat is as narrow as a side bar.
    statuses.map((status) => spendLine(status, now)).join('\n'),
    monthForecast !== undefined && monthForecast > 0 ? markdownText(t('At this pace the month will cost about {0}.', formatTotalUsd(monthForecast))) : '',
    unknown > 0 ? markdownText(t('Calls of unknown price this month, in none of these figures: {0}.', unknown)) : '',
    last ? markdownText(t('Last call: {0}', lastCallText(last, now))) : markdownText(t('Nothing was asked yet.')),
  ].filter(Boolean).join('\n\n');
}

function spendLine(status: BudgetStatus, now: number): string {
  const { scope, spent, held, limit, resetsAt } = status;
  const name = { day: t('Today'), week: t('This week'), month: t('This month'), conversation: t('This chat'), client: t('This client') }[scope];
  const percent = percentSpent(status);
  const parts = [
    limit === undefined ? formatUsd(spent) : t('{0} of {1}', formatUsd(spent), formatUsd(limit)),
    held > 0 ? t('{0} held', formatUsd(held)) : '',
    limit === undefined ? t('no limit') : t('{0} left', `${formatUsd(nano(Math.max(0, limit - spent - held)))}${percent === undefined ? '' : ` (${Math.max(0, 100 - Math.ceil(percent))} %)`}`),
    limit === undefined || resetsAt === undefined ? '' : t('resets in {0}', duration(resetsAt - now)),
  ];
  return `- **${markdownText(name)}:** ${markdownText(parts.filter(Boolean).join(' · '))}`;
}

const qualities: readonly Quality[] = ['economy', 'balanced', 'quality'];

/** What asking at a quality would choose. */
interface Choice {
  readonly quality: Quality;
  readonly model: string;
  readonly cost: string;
  readonly chance: string;
}

/** Who would be asked at each quality, for what price, and with what chance. */
export function choicesOf(previews: JudgedPrompt['previews'], context: TextContext): readonly Choice[] {
  return qualities.map((quality) => {
    const preview = previews[quality];
    if (!preview.ok) return { quality, model: tell(preview.failure, { ...context, now: preview.at }).sentence, cost: '', chance: '' };
    const { arm, capable } = preview.candidate;
    const effort = arm.effort.isDefault ? '' : `, ${t('{0} effort', arm.effort.effort)}`;
    return { quality, model: t('{0} at {1}', `${arm.card.name}${effort}`, context.nameOf(arm.offer.provider)), cost: previewCost(preview), chance: capable ? `${Math.min(99, Math.round(100 * capable.p))} %` : '—' };
  });
}

/** What a preview says of the price, from the usual to what is seldom passed. */
export function previewCost({ candidate: { arm, estimate } }: Extract<Preview, { ok: true }>): string {
  if (arm.offer.price?.source === 'subscription') return includedText();
  if (!estimate) return formatUsd(undefined);
  return estimate.low === estimate.high ? formatUsd(estimate.likely) : t('{0} – {1}, at most {2}', formatUsd(estimate.low), formatUsd(estimate.high), formatUsd(estimate.worst));
}

/** What would be asked and why, without asking. Markdown; what comes from the prompt is shown as text. */
export function routePage(judged: JudgedPrompt, current: Quality, context: TextContext): string {
  const { profile, failures, previews } = judged;
  const names = { economy: t('Economy'), balanced: t('Balanced'), quality: t('Quality') };
  const lines = choicesOf(previews, context).map(({ quality, model, cost, chance }) => `- **${markdownText(`${names[quality]}${quality === current ? ` (${t('now')})` : ''}`)}:** ${markdownText(model)}${cost === '' ? '' : `  \n  ${markdownText(`${cost} · ${t('{0} likely to succeed', chance)}`)}`}`);
  const now = previews[current];
  const reasons = reasonLines(judged);
  return [
    markdownText(t('Nothing was asked. The question was judged on this machine: {0}, about {1} tokens in and {2} out. A small model fails at about {3} of 100 like it.', profile.tier, count(profile.inputTokens), count(now.ok ? now.outputTokens : profile.outputTokens.p50), Math.round(failures))),
    lines.join('\n'),
    // The words in between also keep the two lists apart.
    reasons.length === 0 ? '' : `${markdownText(t('Why, in its own words:'))}\n\n${reasons.map(({ what, is }) => `- **${markdownText(what)}:** ${markdownText(is)}`).join('\n')}`,
  ].filter(Boolean).join('\n\n');
}
