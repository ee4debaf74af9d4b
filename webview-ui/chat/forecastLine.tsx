import { t } from '../../src/shared/l10n';
import { makeVisible } from '../../src/shared/visibleText';
import type { ForecastView, StrategyView } from '../../src/shared/workProtocol';
import { codicon } from './codicon';
import './strategyPicker.css';

/** What the whole would cost, in a line that is always there, so that nothing moves when the figures come. */
export function ForecastLine({ forecast, strategy, empty }: { forecast: ForecastView | undefined; strategy: StrategyView; empty: boolean }) {
  const shown = forecast?.strategy === strategy ? forecast : undefined;
  if (empty) return <p class="forecast muted">{t('Write a question to see what it would cost.')}</p>;
  if (shown === undefined) return <p class="forecast muted">{t('Working out what it would cost…')}</p>;
  if (shown.failure !== undefined) return <p class="forecast forecast-failure">{makeVisible(shown.failure)}</p>;
  const models = shown.models.map(({ name, cost }) => `${name}: ${cost}`).join('\n');
  if (shown.short !== undefined)
    return (
      <p class="forecast short" title={makeVisible(`${shown.short} ${shown.usual}, ${shown.most}\n${models}`)}>
        {codicon('warning')} {makeVisible(shown.short)}
      </p>
    );
  return (
    <p class="forecast" title={makeVisible(models)}>
      <span class="forecast-figures">
        {makeVisible(shown.usual)}, {makeVisible(shown.most)}
      </span>{' '}
      <span class="muted">
        · {makeVisible(shown.calls)} · {makeVisible(shown.models.map(({ name }) => name).join(', '))}
      </span>
    </p>
  );
}
