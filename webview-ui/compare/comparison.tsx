import { useEffect, useRef, useState } from 'preact/hooks';
import type { CompareState, ComparisonView } from '../../src/shared/compareProtocol';
import { t } from '../../src/shared/l10n';
import { makeVisible } from '../../src/shared/visibleText';
import { ActionButtons } from '../chat/actionButtons';
import { codicon, spinner } from '../chat/codicon';
import type { Page } from '../chat/page';
import { Column } from './column';
import { DifferencesView } from './differencesView';
import type { Perform } from './perform';
import type { SavedPage } from './savedPage';

interface ComparisonProps {
  readonly comparison: Extract<ComparisonView, { phase: 'running' | 'ended' }>;
  readonly texts: CompareState['texts'];
  readonly perform: Perform;
  readonly announce: Page['announce'];
  readonly saved: SavedPage;
  readonly save: (change: Partial<SavedPage>) => void;
}

/** The answers side by side, or how two of them differ, under what they cost. */
export function Comparison({ comparison, texts, perform, announce, saved, save }: ComparisonProps) {
  const { columns, phase, sentence, question } = comparison;
  const [pair, setPair] = useState(saved.pair);
  const [front, setFront] = useState(saved.front);
  const running = phase === 'running';
  const before = useRef(running);
  useEffect(() => {
    // Steps are said, words are not.
    if (sentence !== '' && (running || before.current)) announce(makeVisible(sentence));
    before.current = running;
  }, [sentence, running]);
  const first = columns[0]?.id;
  const second = columns[1]?.id;
  const show = (next: [string, string] | undefined) => {
    setPair(next);
    save({ pair: next });
  };
  const shownPair = pair !== undefined && pair.every((id) => columns.some((column) => column.id === id)) ? pair : undefined;
  const inFront = columns.some(({ id }) => id === front) ? front : first;
  return (
    <>
      <header class="compare-head">
        <h1 class="compare-question" title={makeVisible(question)}>
          {makeVisible(question)}
        </h1>
        <Sum comparison={comparison} />
        <div class="compare-bar">
          <p class="compare-sentence">
            {running ? spinner() : null}
            <span>{makeVisible(sentence)}</span>
            {comparison.vote === '' ? null : <span class="muted"> {makeVisible(comparison.vote)}</span>}
          </p>
          <div class="compare-tools">
            {first === undefined || second === undefined ? null : (
              <Tool icon="diff" label={t('Differences')} title={t('Differences of two answers')} pressed={shownPair !== undefined} onPress={() => show(shownPair === undefined ? [first, second] : undefined)} />
            )}
            {comparison.mayVote ? <Tool icon="star-half" label={t('All the same')} title={t('None is better than the others')} pressed={comparison.votedSame} onPress={() => perform({ type: 'vote' }, t('Voted: all the same'))} /> : null}
            {running ? <Tool icon="debug-stop" label={t('Stop all')} onPress={() => perform({ type: 'stop' })} /> : null}
            <Tool icon="comment-discussion" label={t('Show chat')} onPress={() => perform({ type: 'show-chat' })} />
          </div>
        </div>
        {comparison.failure === undefined ? null : (
          <div class="compare-failure" role="group" aria-label={t('What went wrong')}>
            {codicon('error')} {makeVisible(comparison.failure.sentence)}
            <ActionButtons actions={comparison.failure.actions} onPress={(action) => perform({ type: 'action', action })} />
          </div>
        )}
      </header>
      {shownPair === undefined ? (
        <main class="compare-main">
          {columns.length === 0 ? null : (
            <div class="column-tabs" role="group" aria-label={t('Answers')}>
              {columns.map(({ id, letter, model, stateText }) => (
                <button
                  key={id}
                  type="button"
                  aria-pressed={id === inFront}
                  title={makeVisible(`${model ?? ''} ${stateText}`)}
                  onClick={() => {
                    setFront(id);
                    save({ front: id });
                  }}
                >
                  {letter}
                  {model === undefined ? null : <span class="tab-model"> {makeVisible(model)}</span>}
                </button>
              ))}
            </div>
          )}
          <div class="columns" tabIndex={0} role="region" aria-label={t('Answers side by side')}>
            {columns.map((column) => (
              <Column key={column.id} column={column} text={texts[column.id] ?? ''} front={column.id === inFront} perform={perform} />
            ))}
          </div>
        </main>
      ) : (
        <DifferencesView columns={columns} texts={texts} pair={shownPair} onPair={show} />
      )}
    </>
  );
}

interface ToolProps {
  readonly icon: string;
  readonly label: string;
  /** What it does, where the label alone does not say it. */
  readonly title?: string;
  /** Makes it a button that stays pressed. */
  readonly pressed?: boolean;
  readonly onPress: () => void;
}

/** A button whose label gives way to its icon where there is little room. */
function Tool({ icon, label, title = label, pressed, onPress }: ToolProps) {
  return (
    <button type="button" class={pressed ? 'button secondary pressed' : 'button secondary'} {...(pressed === undefined ? {} : { 'aria-pressed': pressed })} aria-label={label} title={title} onClick={onPress}>
      {codicon(icon)}
      <span class="tool-label">{label}</span>
    </button>
  );
}

/** The cost so far, against what was told before. */
function Sum({ comparison: { total, predicted, spent, hidden, demo, phase } }: Pick<ComparisonProps, 'comparison'>) {
  if (total === '' && predicted === '') return null;
  return (
    <p class="compare-sum">
      {demo ? <span class="tag">{t('demo')}</span> : null}
      {hidden ? <span class="muted">{t('Cost and time show with the names.')}</span> : <span class="compare-total">{makeVisible(total === '' ? '—' : total)}</span>}
      {spent === undefined ? null : (
        <span class="meter" role="img" aria-label={t('{0} % of the most that was told', Math.round(100 * spent))}>
          <span class={phase === 'running' ? 'meter-fill' : 'meter-fill ended'} style={{ width: `${Math.min(100, 100 * spent)}%` }} />
        </span>
      )}
      <span class="muted">{makeVisible(predicted)}</span>
    </p>
  );
}
