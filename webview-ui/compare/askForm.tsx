import { useEffect, useRef, useState } from 'preact/hooks';
import type { CompareRequest, CompareState, ComparisonView } from '../../src/shared/compareProtocol';
import { t } from '../../src/shared/l10n';
import { makeVisible } from '../../src/shared/visibleText';
import type { WorkWishView } from '../../src/shared/workProtocol';
import { codicon } from '../chat/codicon';
import { ForecastLine } from '../chat/forecastLine';
import { WishOptions } from '../chat/wishOptions';
import type { Perform } from './perform';
import type { SavedPage } from './savedPage';

/** Typing is told to the host for a forecast after a pause this long. */
const forecastPauseMs = 250;

interface AskFormProps {
  readonly comparison: Extract<ComparisonView, { phase: 'asking' }>;
  readonly forecast: CompareState['forecast'];
  readonly arms: CompareState['arms'];
  readonly perform: Perform;
  readonly request: (request: CompareRequest) => Promise<void>;
  readonly saved: SavedPage;
  readonly save: (change: Partial<SavedPage>) => void;
}

/** A question to several models, with who they are and what it costs. */
export function AskForm({ comparison, forecast, arms, perform, request, saved, save }: AskFormProps) {
  const [text, setText] = useState(saved.draft ?? comparison.question);
  const [wish, setWish] = useState<WorkWishView>(saved.wish ?? { strategy: 'compare' });
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    // Without a forecast the line says that it is worked out; the next letter asks again.
    const timer = setTimeout(() => request({ type: 'forecast', text, wish }).catch(() => undefined), forecastPauseMs);
    return () => clearTimeout(timer);
  }, [text, wish]);
  const { blocked } = comparison;
  const mayAsk = blocked === undefined && text.trim() !== '';
  const ask = () => {
    if (mayAsk) perform({ type: 'ask', text, wish });
  };
  return (
    <main class="ask-form">
      <h1>{t('Compare models')}</h1>
      <p class="muted">
        {t('Several models answer side by side. You compare, vote and keep one.')} {makeVisible(comparison.about)}
      </p>
      <label class="ask-field">
        <span>{t('Question')}</span>
        <textarea
          ref={field}
          class="text-field"
          rows={4}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            save({ draft: event.currentTarget.value });
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.altKey || event.isComposing || event.keyCode === 229) return;
            event.preventDefault();
            ask();
          }}
        />
      </label>
      <WishOptions
        wish={wish}
        onWish={(next) => {
          setWish(next);
          save({ wish: next });
        }}
        arms={arms}
        onArms={() => void request({ type: 'arms' }).catch(() => undefined)}
      />
      <ForecastLine forecast={forecast} strategy="compare" empty={text.trim() === ''} />
      {blocked === undefined ? null : <p class="compare-failure">{makeVisible(blocked)}</p>}
      <p class="buttons">
        <button type="button" class="button" disabled={!mayAsk} onClick={ask}>
          {codicon('split-horizontal')}
          {t('Compare')}
        </button>
      </p>
    </main>
  );
}
