import { formatUsd } from '../../core/model/money';
import type { AnswerState, StoredMessage } from '../../core/model/thread';
import type { WorkRecord, WorkStep } from '../../core/model/work';
import type { ColumnView, ComparisonView } from '../../shared/compareProtocol';
import { t } from '../../shared/l10n';
import { costText, seconds } from '../costText';
import { type ActionId, count, tell, type TextContext } from '../failureTexts';
import { columnsOf, letterOf, namesHidden, predictedText, stateText, totalText, type WorkContext, workView } from '../chat/workViews';

/** The page of a comparison. Pure: the same message always shows the same, also after a reload. */
export function comparisonView(message: StoredMessage, question: string, texts: TextContext): ComparisonView {
  const { answer } = message;
  const work = answer?.work;
  if (!answer || !work) return { phase: 'gone', sentence: t('This comparison is no longer there.') };
  const running = answer.state === 'streaming';
  const context: WorkContext = { ...texts, interrupted: answer.state === 'interrupted' };
  const hidden = namesHidden(work);
  const { ended, progress, vote = '' } = workView(message.id, work, running, context);
  const failure = answer.failure && answer.failure.kind !== 'cancelled' ? tell(answer.failure, context) : undefined;
  const spent = spentShare(work);
  const columns = columnsOf(message.id, work).map((step, place) => columnView(step, place, work, running, context));
  return {
    phase: running ? 'running' : 'ended',
    question,
    columns,
    hidden,
    total: hidden ? '' : totalText(work),
    predicted: predictedText(work),
    ...(spent === undefined || hidden ? {} : { spent }),
    // Nobody was asked: the failure says why, and there is nothing to keep.
    sentence: running ? (progress ?? '') : (endings[answer.state]?.() ?? (columns.length === 0 ? '' : ended)),
    ...(failure === undefined ? {} : { failure: { sentence: failure.sentence, actions: failure.actions.filter(({ id }) => !onlyInChat.has(id)) } }),
    vote,
    mayVote: !running && columns.filter(({ mayVote }) => mayVote).length > 1,
    votedSame: work.vote?.step === 'same',
    demo: answer.realm === 'demo',
  };
}

/** Buttons that go on with a conversation; the others do here what they do there. */
const onlyInChat: ReadonlySet<ActionId> = new Set(['cheaper', 'goOn', 'newChat', 'sendLater']);

const endings: Readonly<Partial<Record<AnswerState, () => string>>> = {
  cancelled: () => t('Stopped by you. What came is kept, and counted.'),
  interrupted: () => t('Interrupted: the window was closed or restarted meanwhile.'),
};

/** Of what was told as the most. */
function spentShare({ steps, predicted }: WorkRecord): number | undefined {
  if (!predicted || predicted.high === 0) return undefined;
  let sum = 0;
  for (const { cost, costSource } of steps) {
    if (costSource === 'unknown') return undefined;
    sum += cost ?? 0;
  }
  return sum / predicted.high;
}

function columnView(step: WorkStep, place: number, work: WorkRecord, running: boolean, context: WorkContext): ColumnView {
  const hidden = namesHidden(work);
  const ended = step.state !== 'waiting' && step.state !== 'running';
  const has = step.text.trim() !== '';
  return {
    id: step.id,
    letter: letterOf(place),
    state: step.state,
    stateText: stateText(step, context),
    facts: hidden ? [] : factsOf(step),
    voted: work.vote?.step === step.id,
    kept: work.taken === step.id,
    mayVote: ended && has,
    mayKeep: ended && has && work.taken !== step.id,
    mayStop: running && !ended,
    mayRetry: !running && (step.state === 'failed' || step.state === 'cancelled' || step.state === 'skipped'),
    ...(step.failure && step.failure.kind !== 'cancelled' ? { failure: hidden ? t('This model failed.') : tell(step.failure, context).sentence } : {}),
    ...(hidden ? {} : { ...(step.modelName === undefined ? {} : { model: step.modelName }), ...(step.providerName === undefined ? {} : { provider: context.nameOf(step.providerName) }) }),
  };
}

function factsOf({ cost, costSource, expected, inputTokens, outputTokens, firstTokenMs, totalMs }: WorkStep): ColumnView['facts'] {
  const facts: { name: string; text: string; title: string }[] = [];
  if (costSource !== undefined) facts.push({ name: 'cost', text: costText(cost, costSource), title: t('What it cost') });
  else if (expected !== undefined) facts.push({ name: 'cost', text: `≈${formatUsd(expected)}`, title: t('What it usually costs') });
  if (inputTokens !== undefined || outputTokens !== undefined) facts.push({ name: 'tokens', text: t('{0} → {1} tokens', count(inputTokens ?? 0), count(outputTokens ?? 0)), title: t('{0} in, {1} out', inputTokens ?? 0, outputTokens ?? 0) });
  if (totalMs !== undefined) facts.push({ name: 'time', text: firstTokenMs === undefined ? seconds(totalMs) : t('{0}, first word {1}', seconds(totalMs), seconds(firstTokenMs)), title: t('Time in all, and to the first word') });
  return facts;
}
