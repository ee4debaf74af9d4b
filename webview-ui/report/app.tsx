import { t } from '../../src/shared/l10n';
import { type ExportFormat, type Period, periods, type SectionView } from '../../src/shared/reportProtocol';
import { makeVisible } from '../../src/shared/visibleText';
import { Chart } from './chart';
import type { PageState } from './connection';

function periodName(period: Period): string {
  return period === 'all' ? t('All') : t('{0} days', period);
}

interface AppProps {
  readonly state: PageState;
  readonly onShow: (period: Period) => void;
  readonly onStop: () => void;
  readonly onSave: (format: ExportFormat) => void;
}

/** The whole page: what the ledger says, first in words, then as charts, each of them also as a table. */
export function App({ state, onShow, onStop, onSave }: AppProps) {
  const { report, reading, error, period, isSaving } = state;
  const isCurrent = report?.period === period;
  return (
    <main class="page" aria-busy={reading !== undefined}>
      <header class="head">
        <h1>{t('Routing Report')}</h1>
        {report?.isDemo ? <span class="tag">{t('Demo: play money')}</span> : null}
      </header>
      <div class="controls">
        <fieldset class="periods">
          <legend class="for-screen-readers">{t('Period')}</legend>
          {periods.map((one) => (
            <label key={one} class={one === period ? 'chosen' : ''}>
              <input type="radio" name="period" value={one} checked={one === period} onChange={() => onShow(one)} />
              {periodName(one)}
            </label>
          ))}
        </fieldset>
        <button type="button" class="button" disabled={reading !== undefined} onClick={() => onShow(period)}>
          <span class="codicon codicon-refresh" aria-hidden="true" /> {t('Read again')}
        </button>
        <button type="button" class="button" disabled={isSaving || !isCurrent || report.isEmpty} onClick={() => onSave('csv')}>
          {t('Save as CSV…')}
        </button>
        <button type="button" class="button" disabled={isSaving || !isCurrent || report.isEmpty} onClick={() => onSave('json')}>
          {t('Save as JSON…')}
        </button>
      </div>
      <div role="status" class="status">
        {reading === undefined ? null : (
          <p>
            {reading > 0 ? t(reading === 1 ? 'Reading the ledger: {0} call…' : 'Reading the ledger: {0} calls…', reading) : t('Reading the ledger…')}{' '}
            <button type="button" class="link" onClick={onStop}>
              {t('Stop')}
            </button>
          </p>
        )}
        {reading === undefined && !isCurrent && error === undefined && state.isHeard ? <p>{t('Stopped. Choose a period, or read again.')}</p> : null}
        {reading === undefined && isCurrent ? <p class="for-screen-readers">{t('The report is shown below.')}</p> : null}
      </div>
      {error === undefined ? null : (
        <p role="alert" class="error">
          {makeVisible(error)}
        </p>
      )}
      {isCurrent ? (
        <>
          <div class="summary">
            {report.summary.map((sentence, index) => (
              <p key={index}>{makeVisible(sentence)}</p>
            ))}
            {report.isEmpty ? <p>{t('Ask something in the chat: from then on the report has something to tell.')}</p> : null}
          </div>
          {report.sections.map((section) => (
            <Section key={section.id} section={section} />
          ))}
        </>
      ) : null}
    </main>
  );
}

function Section({ section: { title, sentences, charts, notes } }: { readonly section: SectionView }) {
  return (
    <section>
      <h2>{makeVisible(title)}</h2>
      {sentences.map((sentence, index) => (
        <p key={index}>{makeVisible(sentence)}</p>
      ))}
      {charts.map((chart, index) => (
        <Chart key={index} chart={chart} />
      ))}
      {notes.length === 0 ? null : (
        <ul class="notes">
          {notes.map((note, index) => (
            <li key={index}>{makeVisible(note)}</li>
          ))}
        </ul>
      )}
    </section>
  );
}
