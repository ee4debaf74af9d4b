import { createContext } from 'preact';
import { useContext, useEffect } from 'preact/hooks';
import { t } from '../../src/shared/l10n';
import type { ChatState } from '../../src/shared/protocol';
import { makeVisible } from '../../src/shared/visibleText';
import { stepKey, type StepView } from '../../src/shared/workProtocol';
import { codicon } from './codicon';
import { Disclosure } from './disclosure';
import { AnswerEdits } from './edits';
import { Markdown } from './markdown/markdown';
import { memo } from './memo';
import { usePage } from './page';

/** Texts of the steps that are unfolded. A context, so that a growing one draws nothing else anew. */
export const StepTexts = createContext<ChatState['stepTexts']>(undefined);

const icons: Readonly<Record<StepView['state'], string>> = { waiting: 'circle-large-outline', running: 'loading spin', done: 'pass', failed: 'error', cancelled: 'circle-slash', skipped: 'debug-step-over' };

interface StepProps {
  readonly messageId: string;
  readonly step: StepView;
  readonly running: boolean;
  readonly foldable: boolean;
  readonly round: boolean;
}

/** One of the calls behind an answer, with its text to unfold. */
export const Step = memo(function Step({ messageId, step, running, foldable, round }: StepProps) {
  const line = <StepLine step={step} />;
  return (
    <li class={`work-step step-${step.state}${step.taken ? ' taken' : ''}`}>
      {foldable && step.hasText ? (
        <Disclosure name={`step ${messageId} ${step.id}`} label={line}>
          {() => <StepText messageId={messageId} step={step} />}
        </Disclosure>
      ) : (
        <div class="step-plain">{line}</div>
      )}
      {step.mayTake ? <Take messageId={messageId} step={step} label={round ? t('Take this round') : running ? t('Take') : foldable ? t('Take this answer') : t('Keep in chat')} /> : null}
    </li>
  );
});

function StepLine({ step }: { step: StepView }) {
  return (
    <span class="step-line">
      <span class={`codicon codicon-${step.taken ? 'pass-filled' : icons[step.state]}`} role="img" aria-label={step.taken ? t('The answer') : makeVisible(step.stateText)} title={step.taken ? t('The answer') : makeVisible(step.stateText)} />
      <span class="step-title">
        {makeVisible(step.title)}
        {step.model === undefined ? null : <span class="muted"> {makeVisible(step.model)}</span>}
        {step.score === undefined ? null : <span class="score"> {percent(step.score)}</span>}
      </span>
      <span class="work-cost" title={makeVisible(step.figures ?? '')}>
        {makeVisible(step.cost ?? '')}
      </span>
      {step.says === '' ? null : <span class="step-says muted">{makeVisible(step.says)}</span>}
    </span>
  );
}

/** The text comes when it is wanted, and goes on while it is seen. */
function StepText({ messageId, step }: { messageId: string; step: StepView }) {
  const { request } = usePage();
  const text = useContext(StepTexts)?.[stepKey(messageId, step.id)];
  useEffect(() => {
    request({ type: 'work', request: { type: 'show-step', messageId, stepId: step.id } }).catch(() => undefined);
    return () => void request({ type: 'work', request: { type: 'hide-step', messageId, stepId: step.id } }).catch(() => undefined);
  }, [messageId, step.id]);
  return (
    <div class="step-text">
      {step.figures === undefined ? null : <p class="muted">{makeVisible([step.model, step.provider, step.figures].filter(Boolean).join(' · '))}</p>}
      {text === undefined ? <p class="muted">{t('Reading…')}</p> : (
        // Only code of the answer itself goes into files.
        <AnswerEdits.Provider value={undefined}>
          <Markdown text={text} growing={step.state === 'running'} messageId={messageId} canReplace={false} />
        </AnswerEdits.Provider>
      )}
    </div>
  );
}

function Take({ messageId, step, label }: { messageId: string; step: StepView; label: string }) {
  const { perform } = usePage();
  return (
    <button
      type="button"
      class="text-button take"
      aria-label={`${label}: ${makeVisible(step.title)}${step.model === undefined ? '' : ` ${makeVisible(step.model)}`}`}
      onClick={() => perform({ type: 'work', request: { type: 'take-step', messageId, stepId: step.id } }, t('Taken as the answer'))}
    >
      {codicon('check')}
      {label}
    </button>
  );
}

/** A score from 0 to 1. */
export function percent(score: number): string {
  return `${Math.round(100 * score)}\u00a0%`;
}
