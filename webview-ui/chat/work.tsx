import { useEffect } from 'preact/hooks';
import { t } from '../../src/shared/l10n';
import { makeVisible } from '../../src/shared/visibleText';
import type { AgreementView, StepGroup, WorkView } from '../../src/shared/workProtocol';
import { codicon, spinner } from './codicon';
import { Disclosure } from './disclosure';
import { memo } from './memo';
import { usePage } from './page';
import './work.css';
import { percent, Step } from './workStep';

interface WorkProps {
  readonly messageId: string;
  readonly work: WorkView;
  /** The answer is still worked on. */
  readonly running: boolean;
}

/** The calls behind an answer: live while they are made, folded when they are done. */
export const Work = memo(function Work({ messageId, work, running }: WorkProps) {
  useSteps(work, running);
  return (
    <section class={`work work-${work.strategy}`} aria-label={makeVisible(work.title)}>
      {work.progress === undefined ? null : (
        <p class="work-progress">
          {spinner()}
          <span>{makeVisible(work.progress)}</span>
          <span class="spacer" />
          <Stop />
        </p>
      )}
      {work.groups.length === 0 ? null : running || work.canOpen ? (
        <div class="work-live">
          <Heading work={work} />
          <Body messageId={messageId} work={work} running={running} />
        </div>
      ) : (
        <Disclosure name={`work ${messageId}`} label={<Heading work={work} />} class="work-done">
          {() => <Body messageId={messageId} work={work} running={running} />}
        </Disclosure>
      )}
      {work.ended === '' ? null : <p class="work-ended muted">{makeVisible(work.ended)}</p>}
      {work.canOpen && (running || work.groups.length > 0) ? <Comparison messageId={messageId} work={work} /> : null}
    </section>
  );
});

/** Says each step once, and none of its words. */
function useSteps({ progress }: WorkView, running: boolean): void {
  const { announce } = usePage();
  useEffect(() => {
    if (running && progress !== undefined) announce(makeVisible(progress));
  }, [progress]);
}

function Stop() {
  const { perform } = usePage();
  return (
    <button type="button" class="text-button" onClick={() => perform({ type: 'stop' })}>
      {codicon('debug-stop')}
      {t('Stop')}
    </button>
  );
}

function Heading({ work }: { work: WorkView }) {
  return (
    <span class="work-heading">
      <span class="work-title">{makeVisible(work.title)}</span>
      {work.groups.some(({ score }) => score !== undefined) ? <Scores groups={work.groups} enough={work.enough} /> : null}
      {work.agreement === undefined ? null : <Share agreement={work.agreement} />}
      {work.total === '' ? null : (
        <span class="work-total" title={makeVisible(work.predicted)}>
          {makeVisible(work.total)}
        </span>
      )}
    </span>
  );
}

/** The score of each round as a bar, with a line where it is enough. */
function Scores({ groups, enough }: { groups: readonly StepGroup[]; enough: number | undefined }) {
  const scored = groups.flatMap(({ score, taken }, place) => (score === undefined ? [] : [{ score, taken, round: place + 1 }]));
  const words = scored.map(({ score, round, taken }) => `${t('round {0}', round)} ${percent(score)}${taken ? ` (${t('taken')})` : ''}`).join(', ');
  return (
    <span class="scores" role="img" aria-label={`${t('Scores')}: ${words}`} title={words}>
      {enough === undefined ? null : <span class="scores-enough" style={{ bottom: `${100 * enough}%` }} />}
      {scored.map(({ score, taken, round }) => (
        <span key={round} class={taken ? 'bar taken' : 'bar'} style={{ height: `${Math.max(6, 100 * score)}%` }} />
      ))}
    </span>
  );
}

/** How many agree, as the part of a bar. */
function Share({ agreement }: { agreement: AgreementView }) {
  return (
    <span class="share" role="img" aria-label={makeVisible(agreement.title)} title={makeVisible(agreement.title)}>
      <span class="share-part" style={{ width: `${100 * agreement.share}%` }} />
    </span>
  );
}

function Body({ messageId, work, running }: WorkProps) {
  return (
    <>
      {work.agreement === undefined ? null : <Agreement agreement={work.agreement} />}
      <ol class="work-groups">
        {work.groups.map((group, place) => (
          <li key={place} class={group.taken ? 'work-group taken' : 'work-group'}>
            {work.groups.length === 1 && work.strategy === 'compare' ? null : (
              <p class="work-group-title">
                <span>{makeVisible(group.title)}</span>
                {group.score === undefined ? null : (
                  <span class="score">
                    <span class="meter" aria-hidden="true">
                      <span class="meter-fill" style={{ width: `${100 * group.score}%` }} />
                    </span>
                    {percent(group.score)}
                  </span>
                )}
                <span class="spacer" />
                <span class="work-cost">{makeVisible(group.cost)}</span>
              </p>
            )}
            <ul class="work-steps">
              {group.steps.map((step) => (
                <Step key={step.id} messageId={messageId} step={step} running={running} foldable={!work.canOpen} round={work.strategy === 'refine'} />
              ))}
            </ul>
          </li>
        ))}
      </ol>
      {work.predicted === '' ? null : <p class="work-predicted muted">{makeVisible([work.total === '' ? '' : t('{0} in all', work.total), work.predicted].filter(Boolean).join(' · '))}</p>}
    </>
  );
}

function Agreement({ agreement }: { agreement: AgreementView }) {
  return (
    <div class="agreement">
      <p class="agreement-title">{makeVisible(agreement.title)}</p>
      <ul class="agreement-groups">
        {agreement.groups.map(({ names, says, answers }, place) => (
          <li key={place}>
            <span class="group-count" aria-label={answers === 1 ? t('1 answer') : t('{0} answers', answers)}>
              {answers}×
            </span>
            <span>
              {makeVisible(says)} <span class="muted">{makeVisible(names)}</span>
            </span>
          </li>
        ))}
      </ul>
      {agreement.disputed.length === 0 ? null : (
        <>
          <p class="agreement-title">{t('Disputed')}</p>
          <ul class="disputed">
            {agreement.disputed.map((sentence, place) => (
              <li key={place}>{makeVisible(sentence)}</li>
            ))}
          </ul>
        </>
      )}
      <p class="muted">{makeVisible(agreement.how)}</p>
    </div>
  );
}

function Comparison({ messageId, work }: { messageId: string; work: WorkView }) {
  const { perform } = usePage();
  return (
    <p class="comparison-buttons">
      {work.vote === undefined || work.vote === '' ? null : <span class="muted">{makeVisible(work.vote)}</span>}
      <span class="spacer" />
      <button type="button" class="button secondary" onClick={() => perform({ type: 'work', request: { type: 'open-comparison', messageId } })}>
        {codicon('split-horizontal')}
        {t('Open comparison')}
      </button>
    </p>
  );
}
