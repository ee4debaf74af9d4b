import { type BudgetStatus, percentSpent } from '../../core/model/budget';
import type { Candidate } from '../../core/model/route';
import type { Preview, Previews, ShortBudget, StepPreviews } from '../../core/model/preview';
import { formatTotalUsd, formatUsd, fromUsd, type NanoDollars } from '../../core/model/money';
import type { AnswerPhase, StoredAnswer, StoredMessage, Thread } from '../../core/model/thread';
import type { AnswerView, BudgetView, ChatState, MessageView, PreviewView, StepsView, ThreadView } from '../../shared/protocol';
import { costText, includedText } from '../costText';
import { count, duration, tell, type TextContext } from '../failureTexts';
import { questionsLike, toldBefore, whyView } from './whyTexts';

/** The edge where figures become text. Pure: the same thread always shows the same. */
export interface ViewContext extends TextContext {
  /** The answer a selection can be replaced with. */
  readonly replaceable: string | undefined;
  /** Last message of its thread: only there can a question be asked again. */
  readonly lastMessageId: string | undefined;
  readonly phase: AnswerPhase | undefined;
  /** Ratings count for the models; otherwise they are only kept. */
  readonly learning: boolean;
}

export function messageView(message: StoredMessage, context: ViewContext): MessageView {
  const view = { id: message.id, role: message.role, text: message.role === 'user' ? (message.shown ?? message.text) : message.text };
  return message.answer ? { ...view, answer: answerView(message.id, message.answer, context) } : view;
}

export function answerView(messageId: string, answer: StoredAnswer, context: ViewContext): AnswerView {
  const ended = answer.state !== 'streaming';
  const askable = ended && messageId === context.lastMessageId;
  const provider = answer.providerName === undefined ? undefined : context.nameOf(answer.providerName);
  const told = answer.failure ? tell(answer.failure, context) : undefined;
  return {
    state: answer.state,
    demo: answer.realm === 'demo',
    ...(answer.citations === undefined ? {} : { citations: answer.citations }),
    switches: (answer.switches ?? []).map((one) => switchText(one, context)),
    canBetter: askable && answer.arm !== undefined,
    canCheaper: askable && answer.arm !== undefined,
    canReplace: messageId === context.replaceable && (answer.state === 'complete' || answer.state === 'truncated'),
    ...(ended ? costView(answer) : progressView(answer, provider, context)),
    ...(answer.modelName === undefined ? {} : { model: answer.modelName }),
    ...(provider === undefined ? {} : { provider }),
    ...(answer.reasoning === undefined ? {} : { reasoning: answer.reasoning }),
    ...(answer.why === undefined ? {} : { why: whyView(answer.why, answer, context) }),
    ...(told === undefined ? {} : { failure: { kind: answer.failure?.kind ?? '', ...told } }),
    ...(rateable.has(answer.state) && answer.arm !== undefined ? { ratingNote: ratingNote(answer, context) } : {}),
    ...(answer.rating === undefined ? {} : { rating: answer.rating }),
  };
}

const rateable: ReadonlySet<StoredAnswer['state']> = new Set(['complete', 'truncated', 'cancelled']);

/** What a rating does, before and after it is given. */
function ratingNote({ modelName = 'this model', why, state, realm }: StoredAnswer, { learning }: ViewContext): string {
  if (why && why.task === undefined) return 'Kept with the answer. It is of an older version, so it changes no choice.';
  if (!learning) return 'Kept with the answer. Learning is switched off, so it changes no choice.';
  if (state === 'truncated') return `Kept with the answer. It was cut off, so it does not count for ${modelName}.`;
  return `Counts for ${modelName} on ${why ? questionsLike(why) : 'questions like this'}${realm === 'demo' ? ', in the demo' : ''}.`;
}

function progressView(answer: StoredAnswer, provider: string | undefined, context: ViewContext): Pick<AnswerView, 'progress' | 'progressInMs'> {
  const { waiting } = answer;
  if (!waiting) return { progress: progress(answer, provider, context.phase) };
  const name = context.nameOf(waiting.provider);
  if (waiting.reason === 'limit' && waiting.untilMs === undefined) return { progress: `Your own limit for ${name} is reached; waiting for another answer to end` };
  return { progress: waiting.reason === 'limit' ? `Your own limit for ${name} is reached; asking` : `${name} ${switchReason(waiting.reason)}; trying again`, ...(waiting.untilMs === undefined ? {} : { progressInMs: Math.max(0, waiting.untilMs - context.now) }) };
}

/** The same model elsewhere is no other model: then the places are named. */
function switchText({ from, reason, to, same }: NonNullable<StoredAnswer['switches']>[number], context: ViewContext): string {
  if (!same || to === undefined) return `${from} ${switchReason(reason)}, so another model was asked.`;
  return `${context.nameOf(providerOf(from))} ${switchReason(reason)}, so the same model was asked at ${context.nameOf(providerOf(to))}.`;
}

function providerOf(arm: string): string {
  return arm.slice(0, arm.indexOf('/'));
}

function progress(answer: StoredAnswer, provider: string | undefined, phase: AnswerPhase | undefined): string {
  const who = answer.modelName === undefined ? 'the model' : `${answer.modelName}${provider === undefined ? '' : ` at ${provider}`}`;
  switch (phase) {
    case 'waiting':
      return `Waiting for ${who}`;
    case 'thinking':
      return `${who} is thinking`;
    case 'writing':
      return `${who} is writing`;
    default:
      return 'Choosing a model';
  }
}

const sourceNotes: Readonly<Record<string, string>> = {
  billed: 'As billed by the provider.',
  live: "From the provider's current price list.",
  snapshot: 'From a published price list: that of Farthing, or of a plug-in.',
  user: 'From the price you set.',
  subscription: 'Included in the subscription that the editor asks with: no further cost.',
  unknown: 'The price of this model is not known.',
};

function costView(answer: StoredAnswer): Pick<AnswerView, 'cost' | 'costNote' | 'tokens' | 'tokensNote' | 'time' | 'timeNote'> {
  if (answer.costSource === undefined) return {};
  const { inputTokens = 0, cachedInputTokens = 0, outputTokens = 0, reasoningTokens = 0, totalMs = 0 } = answer;
  const about = answer.estimatedUsage ? '≈' : '';
  const told = toldBefore(answer);
  const parts = [`${inputTokens} in`, ...(cachedInputTokens > 0 ? [`${cachedInputTokens} of them cached`] : []), `${outputTokens} out`, ...(reasoningTokens > 0 ? [`${reasoningTokens} of them reasoning`] : [])];
  return {
    cost: answer.cost === undefined ? formatUsd(undefined) : `${answer.costSource === 'subscription' ? '' : about}${costText(answer.cost, answer.costSource)}`,
    costNote: [told === undefined ? '' : `Told before: ${told}.`, answer.realm === 'demo' ? 'Play money: nothing was spent.' : '', sourceNotes[answer.costSource] ?? '', answer.estimatedUsage ? 'The provider sent no token count, so it was counted here.' : ''].filter(Boolean).join(' '),
    tokens: `${about}${count(inputTokens)} → ${count(outputTokens)} tokens`,
    tokensNote: `${parts.join(', ')}.`,
    time: `${(totalMs / 1000).toFixed(1)} s`,
    timeNote: answer.firstTokenMs === undefined ? 'No text came.' : `First word after ${(answer.firstTokenMs / 1000).toFixed(1)} s.`,
  };
}

function switchReason(kind: string): string {
  const words: Readonly<Record<string, string>> = {
    rateLimited: 'asked for a pause',
    limitReached: 'is over your own limit for now',
    providerDown: 'had a problem',
    offline: 'could not be reached',
    timedOut: 'did not answer in time',
    modelGone: 'is no longer offered',
    keyRejected: 'did not accept the key',
    consentMissing: 'was not allowed in the editor',
    keyMissing: 'has no key',
    noCredit: 'has no credit left',
    contextTooLong: 'found the question too long',
    budgetReached: 'did not fit the budget',
    badReply: 'sent no usable answer',
    truncated: 'ended before it began',
  };
  return words[kind] ?? 'failed';
}

export function threadView(thread: Thread, running: boolean, now: number): ThreadView {
  return { id: thread.id, title: thread.title, when: ago(now - thread.updatedAt), demo: thread.realm === 'demo', running };
}

function ago(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ago`;
  const days = Math.floor(hours / 24);
  return days === 1 ? 'yesterday' : `${days} days ago`;
}

const scopeLabels = { day: 'today', week: 'this week', month: 'this month', conversation: 'this chat' } as const;

export function budgetView(status: BudgetStatus, now: number): BudgetView {
  const percent = percentSpent(status);
  return {
    label: scopeLabels[status.scope],
    text: status.limit === undefined ? formatTotalUsd(status.spent) : `${formatSpent(status.spent, status.limit)} / ${formatUsd(status.limit)}`,
    percent,
    level: levelOf(percent),
    resets: status.resetsAt === undefined ? '' : `resets in ${duration(status.resetsAt - now)}`,
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
  const { candidate, profile, outputTokens, short } = preview;
  const { estimate, arm } = candidate;
  const included = arm.offer.price?.source === 'subscription';
  return {
    usual: usualCost(candidate),
    range: included ? `${includedText} in your subscription` : estimate === undefined ? formatUsd(undefined) : estimate.low === estimate.high ? formatUsd(estimate.low) : `${formatUsd(estimate.low)} – ${formatUsd(estimate.high)}`,
    model: `${nameWithEffort(candidate)} at ${nameOf(arm.offer.provider)}`,
    tokens: `≈${count(profile.inputTokens)} → ${count(outputTokens)} tokens`,
    note: `${profile.tier} question`,
    ...(short ? { short: shortText(short) } : {}),
  };
}

function usualCost({ arm, estimate }: Candidate): string {
  return arm.offer.price?.source === 'subscription' ? includedText : formatUsd(estimate?.likely);
}

function nameWithEffort({ arm: { card, effort } }: Candidate): string {
  return effort.isDefault ? card.name : `${card.name} (${effort.effort} effort)`;
}

function shortText({ effect, scope, left, maxOutputTokens }: ShortBudget): string {
  const rest = `Only ${formatUsd(left)} left ${scope === 'conversation' ? 'for' : ''} ${scopeLabels[scope]}`.replace('  ', ' ');
  switch (effect) {
    case 'cheaper':
      return `${rest}: a cheaper model than usual is asked`;
    case 'shorter':
      return `${rest}: the answer may have at most ${count(maxOutputTokens)} tokens`;
    case 'refused':
      return `${rest}: it may not be enough`;
  }
}

/** What the buttons below the last answer would do. */
export function stepsView(messageId: string, { better, cheaper }: StepPreviews, nameOf: (provider: string) => string): StepsView {
  const told = (preview: Preview): string => (preview.ok ? `${nameWithEffort(preview.candidate)} at ${nameOf(preview.candidate.arm.offer.provider)}, usually ${usualCost(preview.candidate)}` : tell(preview.failure, { nameOf, now: preview.at }).sentence);
  return { messageId, better: told(better), cheaper: told(cheaper) };
}
