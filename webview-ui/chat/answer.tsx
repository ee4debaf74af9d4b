import { useMemo } from 'preact/hooks';
import { t } from '../../src/shared/l10n';
import type { AnswerView, FailureView } from '../../src/shared/protocol';
import { makeVisible } from '../../src/shared/visibleText';
import { ActionButtons } from './actionButtons';
import { AnswerFooter, type AnswerProps } from './answerFooter';
import { codicon } from './codicon';
import { Disclosure } from './disclosure';
import { AnswerEdits, Edits } from './edits';
import { Link } from './markdown/link';
import { Markdown } from './markdown/markdown';
import { memo } from './memo';
import { usePage } from './page';
import { Progress } from './progress';
import { Work } from './work';

/** One answer: what was thought, what was said, how it ended, what it cost and why this model gave it. */
export const Answer = memo(function Answer({ message, answer, busy, last, steps }: AnswerProps) {
  const streaming = answer.state === 'streaming';
  const thinking = streaming && message.text === '';
  const reasoning = answer.reasoning ?? '';
  const edits = useMemo(() => ({ edits: answer.edits }), [answer.edits]);
  // Who stopped an answer knows it: one line says so, and nothing has gone wrong.
  const failure = answer.state === 'cancelled' || answer.failure?.kind === 'cancelled' ? undefined : answer.failure;
  return (
    <article class="answer" aria-busy={streaming} data-message-id={message.id}>
      <h2 class="for-screen-readers">{answer.model === undefined ? t('Answer') : t('Answer from {0}', makeVisible(answer.model))}</h2>
      {answer.switches.map((sentence, index) => (
        <p key={index} class="switch muted">
          {codicon('arrow-swap')}
          <span>{makeVisible(sentence)}</span>
        </p>
      ))}
      {reasoning === '' ? null : (
        <Disclosure name={`reasoning ${message.id}`} label={thinking ? t('Thinking') : t('Thoughts')} class="reasoning">
          {() => <Markdown text={reasoning} growing={streaming} messageId={message.id} canReplace={false} />}
        </Disclosure>
      )}
      {answer.work === undefined ? null : <Work messageId={message.id} work={answer.work} running={streaming} />}
      {thinking && answer.work?.progress !== undefined ? null : thinking ? (
        <Progress text={makeVisible(answer.progress ?? t('Working'))} inMs={answer.progressInMs} />
      ) : message.text === '' ? null : (
        <div class={streaming ? 'answer-text growing' : 'answer-text'}>
          <AnswerEdits.Provider value={edits}>
            <Markdown text={message.text} growing={streaming} messageId={message.id} canReplace={answer.canReplace && !streaming} />
          </AnswerEdits.Provider>
        </div>
      )}
      {answer.citations === undefined ? null : <Sources citations={answer.citations} messageId={message.id} />}
      <Ending state={answer.state} failed={failure !== undefined} hasText={message.text !== ''} />
      {failure === undefined ? null : <Failure failure={failure} messageId={message.id} />}
      {answer.edits === undefined ? null : <Edits messageId={message.id} edits={answer.edits} />}
      <AnswerFooter message={message} answer={answer} busy={busy} last={last} steps={steps} />
    </article>
  );
});

function endingOf(state: AnswerView['state'], hasText: boolean): string | undefined {
  switch (state) {
    case 'truncated':
      return t('Cut off: the answer ends before it is finished.');
    case 'cancelled':
      return t('Stopped by you. What came is kept, and counted.');
    case 'interrupted':
      return t('Interrupted: the window was closed or restarted while this was being written.');
    case 'failed':
      return hasText ? t('The answer broke off here. What had come is kept.') : undefined;
    case 'streaming':
    case 'complete':
      return undefined;
  }
}

function Sources({ citations, messageId }: { citations: NonNullable<AnswerView['citations']>; messageId: string }) {
  return (
    <Disclosure name={`sources ${messageId}`} label={citations.length === 1 ? t('1 source') : t('{0} sources', citations.length)}>
      {() => (
        <ol class="sources">
          {citations.map(({ url, title }) => (
            <li key={url}>
              <Link href={url} label={title ?? url}>
                {makeVisible(title ?? url)}
              </Link>
            </li>
          ))}
        </ol>
      )}
    </Disclosure>
  );
}

function Ending({ state, failed, hasText }: { state: AnswerView['state']; failed: boolean; hasText: boolean }) {
  const sentence = endingOf(state, hasText);
  if (sentence === undefined || (failed && !hasText)) return null;
  return (
    <p class={`ending ending-${state}`}>
      {codicon(state === 'cancelled' ? 'circle-slash' : 'warning')}
      <span>{sentence}</span>
    </p>
  );
}

/** Failures whose details are this machine's and not a provider's. */
const nobodySaid: ReadonlySet<string> = new Set(['offline', 'timedOut', 'consentMissing', 'storage', 'keysUnavailable', 'unexpected']);

function Failure({ failure, messageId }: { failure: FailureView; messageId: string }) {
  const { perform } = usePage();
  return (
    <div class="failure" role="group" aria-label={t('What went wrong')} data-kind={failure.kind}>
      <p class="failure-sentence">
        {codicon('error')}
        <span>{makeVisible(failure.sentence)}</span>
      </p>
      {failure.detail === undefined ? null : (
        <Disclosure name={`failure ${messageId}`} label={nobodySaid.has(failure.kind) ? t('Details') : t('What the provider said')}>
          {() => <pre class="failure-detail">{makeVisible(failure.detail ?? '')}</pre>}
        </Disclosure>
      )}
      <ActionButtons actions={failure.actions} onPress={(action) => perform({ type: 'action', action, messageId })} />
    </div>
  );
}
