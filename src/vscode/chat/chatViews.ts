import { type BudgetStatus, percentSpent } from '../../core/model/budget';
import type { Candidate } from '../../core/model/route';
import type { Preview, Previews, ShortBudget, StepPreviews } from '../../core/model/preview';
import { formatTotalUsd, formatUsd, fromUsd, type NanoDollars } from '../../core/model/money';
import type { AnswerPhase, StoredAnswer, StoredMessage } from '../../core/model/thread';
import type { AnswerView, BudgetView, ChatState, MessageView, PreviewView, StepsView } from '../../shared/protocol';
import { t } from '../../shared/l10n';
import { costText, includedText, seconds, wholeTimeText } from '../costText';
import { sentContextView } from './contextViews';
import { count, duration, tell, type TextContext } from '../failureTexts';
import { questionView } from './historyViews';
import { questionsLike, toldBefore, whyView } from './whyTexts';
import { namesHidden, workView } from './workViews';

/** The edge where figures become text. Pure: the same thread always shows the same. */
export interface ViewContext extends TextContext {
  /** The answer a selection can be replaced with. */
  readonly replaceable: string | undefined;
  /** Last message of its thread: only there can a question be asked again. */
  readonly lastMessageId: string | undefined;
  readonly phase: AnswerPhase | undefined;
  /** Ratings count for the models; otherwise they are only kept. */
  readonly learning: boolean;
  /** What is to be said of the code of an answer. */
  readonly editsOf?: (messageId: string) => AnswerView['edits'];
}

export function messageView(message: StoredMessage, context: ViewContext): MessageView {
  const view = { id: message.id, role: message.role, text: message.role === 'user' ? (message.shown ?? message.text) : message.text, ...questionView(message), ...(message.context === undefined ? {} : { context: message.context.map(sentContextView) }) };
  return message.answer ? { ...view, answer: answerView(message.id, message.answer, context) } : view;
}

export function answerView(messageId: string, answer: StoredAnswer, context: ViewContext): AnswerView {
  const ended = answer.state !== 'streaming';
  const askable = ended && messageId === context.lastMessageId;
  const provider = answer.providerName === undefined ? undefined : context.nameOf(answer.providerName);
  const told = answer.failure ? tell(answer.failure, answer.work ? { ...context, mayChoose: false } : context) : undefined;
  return {
    state: answer.state,
    demo: answer.realm === 'demo',
    ...(answer.citations === undefined ? {} : { citations: answer.citations }),
    switches: (answer.switches ?? []).map((one) => switchText(one, context)),
    canBetter: askable && answer.arm !== undefined,
    canCheaper: askable && answer.arm !== undefined,
    canReplace: messageId === context.replaceable && (answer.state === 'complete' || answer.state === 'truncated'),
    // What the last one cost that was asked would tell who it is.
    ...(!ended ? progressView(answer, provider, context) : answer.work && namesHidden(answer.work) ? {} : costView(answer)),
    ...(answer.modelName === undefined ? {} : { model: answer.modelName }),
    ...(provider === undefined ? {} : { provider }),
    ...(answer.reasoning === undefined ? {} : { reasoning: answer.reasoning }),
    ...(answer.why === undefined ? {} : { why: whyView(answer.why, answer, context) }),
    ...(told === undefined ? {} : { failure: { kind: answer.failure?.kind ?? '', ...told } }),
    ...(rateable.has(answer.state) && answer.arm !== undefined ? { ratingNote: ratingNote(answer, context) } : {}),
    ...(answer.rating === undefined ? {} : { rating: answer.rating }),
    ...editsOf(messageId, ended, context),
    ...(answer.work === undefined ? {} : { work: workView(messageId, answer.work, !ended, { ...context, interrupted: answer.state === 'interrupted' }) }),
  };
}

function editsOf(messageId: string, ended: boolean, context: ViewContext): Pick<AnswerView, 'edits'> {
  const edits = ended ? context.editsOf?.(messageId) : undefined;
  return edits === undefined ? {} : { edits };
}

const rateable: ReadonlySet<StoredAnswer['state']> = new Set(['complete', 'truncated', 'cancelled']);

/** What a rating does, before and after it is given. */
function ratingNote({ modelName = t('this model'), why, state, realm }: StoredAnswer, { learning }: ViewContext): string {
  if (why && why.task === undefined) return t('Kept with the answer. It is of an older version, so it changes no choice.');
  if (!learning) return t('Kept with the answer. Learning is switched off, so it changes no choice.');
  if (state === 'truncated') return t('Kept with the answer. It was cut off, so it does not count for {0}.', modelName);
  const questions = why ? questionsLike(why) : t('questions like this');
  return realm === 'demo' ? t('Counts for {0} on {1}, in the demo.', modelName, questions) : t('Counts for {0} on {1}.', modelName, questions);
}

function progressView(answer: StoredAnswer, provider: string | undefined, context: ViewContext): Pick<AnswerView, 'progress' | 'progressInMs'> {
  const { waiting } = answer;
  if (!waiting) return { progress: progress(answer, provider, context.phase) };
  const name = context.nameOf(waiting.provider);
  if (waiting.reason === 'limit' && waiting.untilMs === undefined) return { progress: t('Your own limit for {0} is reached; waiting for another answer to end', name) };
  return { progress: waiting.reason === 'limit' ? t('Your own limit for {0} is reached; asking', name) : t('{0} {1}; trying again', name, switchReason(waiting.reason)), ...(waiting.untilMs === undefined ? {} : { progressInMs: Math.max(0, waiting.untilMs - context.now) }) };
}

/** The same model elsewhere is no other model: then the places are named. */
function switchText({ from, reason, to, same }: NonNullable<StoredAnswer['switches']>[number], context: ViewContext): string {
  if (!same || to === undefined) return t('{0} {1}, so another model was asked.', from, switchReason(reason));
  return t('{0} {1}, so the same model was asked at {2}.', context.nameOf(providerOf(from)), switchReason(reason), context.nameOf(providerOf(to)));
}

function providerOf(arm: string): string {
  return arm.slice(0, arm.indexOf('/'));
}

function progress(answer: StoredAnswer, provider: string | undefined, phase: AnswerPhase | undefined): string {
  const who = answer.modelName === undefined ? t('the model') : provider === undefined ? answer.modelName : t('{0} at {1}', answer.modelName, provider);
  switch (phase) {
    case 'waiting':
      return t('Waiting for {0}', who);
    case 'thinking':
      return t('{0} is thinking', who);
    case 'writing':
      return t('{0} is writing', who);
    default:
      return t('Choosing a model');
  }
}

function sourceNote(source: string): string {
  const notes: Readonly<Record<string, string>> = {
    billed: t('As billed by the provider.'),
    live: t("From the provider's current price list."),
    snapshot: t('From a published price list: that of Farthing, or of a plug-in.'),
    user: t('From the price you set.'),
    subscription: t('Included in the subscription that the editor asks with: no further cost.'),
    unknown: t('The price of this model is not known.'),
  };
  return notes[source] ?? '';
}

function costView(answer: StoredAnswer): Pick<AnswerView, 'cost' | 'costNote' | 'tokens' | 'tokensNote' | 'time' | 'timeNote'> {
  if (answer.costSource === undefined) return {};
  const { inputTokens = 0, cachedInputTokens = 0, outputTokens = 0, reasoningTokens = 0 } = answer;
  const about = answer.estimatedUsage ? '≈' : '';
  const told = toldBefore(answer);
  const parts = [t('{0} in', inputTokens), ...(cachedInputTokens > 0 ? [t('{0} of them cached', cachedInputTokens)] : []), t('{0} out', outputTokens), ...(reasoningTokens > 0 ? [t('{0} of them reasoning', reasoningTokens)] : [])];
  return {
    cost: answer.cost === undefined ? formatUsd(undefined) : answer.work && answer.costSource !== 'subscription' ? t('{0} in all', `${about}${costText(answer.cost, answer.costSource)}`) : `${answer.costSource === 'subscription' ? '' : about}${costText(answer.cost, answer.costSource)}`,
    costNote: [told === undefined ? '' : t('Told before: {0}.', told), answer.work ? t('Of all its calls together.') : '', answer.realm === 'demo' ? t('Play money: nothing was spent.') : '', sourceNote(answer.costSource), answer.estimatedUsage ? t('The provider sent no token count, so it was counted here.') : ''].filter(Boolean).join(' '),
    tokens: t('{0} → {1} tokens', `${about}${count(inputTokens)}`, count(outputTokens)),
    tokensNote: [`${parts.join(', ')}.`, shortenedText(answer.why)].filter(Boolean).join(' '),
    time: wholeTimeText(answer) ?? '',
    timeNote: answer.work ? t('From the question to the end. That of each step is with it.') : answer.firstTokenMs === undefined ? t('No text came.') : t('First word after {0}.', seconds(answer.firstTokenMs)),
  };
}

/** Why the answer could not have been as long as usual. */
function shortenedText(why: StoredAnswer['why']): string {
  const { to, by } = why?.shortened ?? {};
  if (to === undefined) return '';
  return by === 'context' ? t('Beside the question there was room for at most {0} tokens.', count(to)) : t('The budget had room for at most {0} tokens.', count(to));
}

function switchReason(kind: string): string {
  const words: Readonly<Record<string, string>> = {
    rateLimited: t('asked for a pause'),
    limitReached: t('is over your own limit for now'),
    providerDown: t('had a problem'),
    offline: t('could not be reached'),
    timedOut: t('did not answer in time'),
    modelGone: t('is no longer offered'),
    keyRejected: t('did not accept the key'),
    consentMissing: t('was not allowed in the editor'),
    keyMissing: t('has no key'),
    noCredit: t('has no credit left'),
    contextTooLong: t('found the question too long'),
    budgetReached: t('did not fit the budget'),
    badReply: t('sent no usable answer'),
    truncated: t('ended before it began'),
  };
  return words[kind] ?? t('failed');
}

function scopeLabel(scope: BudgetStatus['scope']): string {
  return { day: t('today'), week: t('this week'), month: t('this month'), conversation: t('this chat'), client: t('this client') }[scope];
}

export function budgetView(status: BudgetStatus, now: number): BudgetView {
  const percent = percentSpent(status);
  return {
    label: scopeLabel(status.scope),
    text: status.limit === undefined ? formatTotalUsd(status.spent) : `${formatSpent(status.spent, status.limit)} / ${formatUsd(status.limit)}`,
    percent,
    level: levelOf(percent),
    resets: status.resetsAt === undefined ? '' : t('resets in {0}', duration(status.resetsAt - now)),
  };
}

/** Beside a limit of a few cents, `<$0.01` would stand still from the first call to the last. */
function formatSpent(spent: NanoDollars, limit: NanoDollars): string {
  return limit < fromUsd(0.1) ? formatUsd(spent) : formatTotalUsd(spent);
}

/** The alert steps of the budget: 75, 90 and 100 %. */
function levelOf(percent: number | undefined): BudgetView['level'] {
  if (percent === undefined || percent < 75) return 'ok';
  if (percent < 90) return 'warn';
  return percent < 100 ? 'high' : 'over';
}

/** What is being typed at each quality. */
export function previewViews({ economy, balanced, quality }: Previews, nameOf: (provider: string) => string): NonNullable<ChatState['preview']> {
  return { economy: previewView(economy, nameOf), balanced: previewView(balanced, nameOf), quality: previewView(quality, nameOf) };
}

/** The price range of what is being typed; what stands in the way of asking it, when something does. */
function previewView(preview: Preview, nameOf: (provider: string) => string): PreviewView {
  if (!preview.ok) return { usual: formatUsd(undefined), range: formatUsd(undefined), tokens: '', model: '', note: tell(preview.failure, { nameOf, now: preview.at }).sentence };
  const { candidate, profile, outputTokens, short, mostTokens } = preview;
  const { estimate, arm } = candidate;
  const included = arm.offer.price?.source === 'subscription';
  return {
    usual: usualCost(candidate),
    range: included ? t('included in your subscription') : estimate === undefined ? formatUsd(undefined) : estimate.low === estimate.high ? formatUsd(estimate.low) : `${formatUsd(estimate.low)} – ${formatUsd(estimate.high)}`,
    model: t('{0} at {1}', nameWithEffort(candidate), nameOf(arm.offer.provider)),
    tokens: t('{0} → {1} tokens', `≈${count(profile.inputTokens)}`, count(outputTokens)),
    note: t('{0} question', profile.tier),
    ...(short ? { short: shortText(short) } : mostTokens === undefined ? {} : { short: t('Beside the question there is room for at most {0} tokens', count(mostTokens)) }),
  };
}

function usualCost({ arm, estimate }: Candidate): string {
  return arm.offer.price?.source === 'subscription' ? includedText() : formatUsd(estimate?.likely);
}

function nameWithEffort({ arm: { card, effort } }: Candidate): string {
  return effort.isDefault ? card.name : t('{0} ({1} effort)', card.name, effort.effort);
}

function shortText({ effect, scope, left, maxOutputTokens }: ShortBudget): string {
  const rest = scope === 'conversation' ? t('Only {0} left for this chat', formatUsd(left)) : t('Only {0} left {1}', formatUsd(left), scopeLabel(scope));
  switch (effect) {
    case 'cheaper':
      return t('{0}: a cheaper model than usual is asked', rest);
    case 'shorter':
      return t('{0}: the answer may have at most {1} tokens', rest, count(maxOutputTokens));
    case 'refused':
      return t('{0}: it may not be enough', rest);
  }
}

/** What the buttons below the last answer would do. */
export function stepsView(messageId: string, { better, cheaper }: StepPreviews, nameOf: (provider: string) => string): StepsView {
  const told = (preview: Preview): string => (preview.ok ? t('{0} at {1}, usually {2}', nameWithEffort(preview.candidate), nameOf(preview.candidate.arm.offer.provider), usualCost(preview.candidate)) : tell(preview.failure, { nameOf, now: preview.at }).sentence);
  return { messageId, better: told(better), cheaper: told(cheaper) };
}
