import type { ColumnView } from '../../src/shared/compareProtocol';
import { t } from '../../src/shared/l10n';
import { makeVisible } from '../../src/shared/visibleText';
import { codicon } from '../chat/codicon';
import { IconButton } from '../chat/iconButton';
import { Markdown } from '../chat/markdown/markdown';
import { memo } from '../chat/memo';
import type { Perform } from './perform';

interface ColumnProps {
  readonly column: ColumnView;
  /** Markdown. Untrusted. */
  readonly text: string;
  /** Shown where there is room for one only. */
  readonly front: boolean;
  readonly perform: Perform;
}

/** One of the answers, with who gave it and what can be done with it. */
export const Column = memo(function Column({ column, text, front, perform }: ColumnProps) {
  const { id, letter, model, provider, state, stateText, facts, failure } = column;
  const growing = state === 'running';
  const name = makeVisible(model ?? t('Answer {0}', letter));
  return (
    <section class={`column column-${state}${front ? ' front' : ''}${column.kept ? ' kept' : ''}`} aria-label={model === undefined ? name : `${letter}: ${name}`} aria-busy={growing} data-column={id}>
      <header class="column-head">
        <span class="letter" aria-hidden="true">
          {letter}
        </span>
        <h2 class="row-title">
          {name}
          {provider === undefined ? null : <span class="muted"> {makeVisible(provider)}</span>}
        </h2>
        {growing ? <span class="codicon codicon-loading spin" role="img" aria-label={makeVisible(stateText)} /> : null}
        {column.mayStop ? <IconButton icon="debug-stop" label={t('Stop {0}', name)} onPress={() => perform({ type: 'stop', column: id })} /> : null}
        {column.mayRetry ? <IconButton icon="refresh" label={t('Ask {0} again', name)} onPress={() => perform({ type: 'retry', column: id })} /> : null}
      </header>
      <ul class="facts muted" aria-label={t('Cost, tokens and time')}>
        {facts.length === 0 ? <li>{growing || state === 'done' ? '\u00a0' : makeVisible(stateText)}</li> : null}
        {facts.map((fact) => (
          <li key={fact.name} title={makeVisible(fact.title)}>
            {makeVisible(fact.text)}
          </li>
        ))}
      </ul>
      <div class="column-text" tabIndex={0} role="group" aria-label={t('Text of {0}', name)}>
        {text === '' && state === 'running' ? <p class="muted">{t('Waiting for the first word')}</p> : null}
        <Markdown text={text} growing={growing} messageId={id} canReplace={false} />
        {failure === undefined ? null : (
          <p class="column-failure">
            {codicon('error')} {makeVisible(failure)}
          </p>
        )}
        {state === 'cancelled' ? <p class="muted">{text === '' ? t('{0} before a word came.', makeVisible(stateText)) : t('{0}. What came is kept, and counted.', makeVisible(stateText))}</p> : null}
      </div>
      <footer class="column-foot">
        <button type="button" class={column.voted ? 'button secondary pressed' : 'button secondary'} aria-pressed={column.voted} disabled={!column.mayVote} onClick={() => perform({ type: 'vote', column: id }, t('Voted for {0}', name))}>
          {codicon(column.voted ? 'star-full' : 'star-empty')}
          {column.voted ? t('Your vote') : t('Best')}
          <span class="for-screen-readers"> {name}</span>
        </button>
        {column.kept ? (
          <span class="kept-mark">
            {codicon('pass-filled')} {t('In the chat')}
          </span>
        ) : (
          <button type="button" class="button" disabled={!column.mayKeep} onClick={() => perform({ type: 'keep', column: id }, t('Kept in the chat'))}>
            {t('Keep in chat')}
            <span class="for-screen-readers"> {name}</span>
          </button>
        )}
      </footer>
    </section>
  );
});
