import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../src/shared/l10n';
import type { ChatState, QualityName } from '../../src/shared/protocol';
import { makeVisible } from '../../src/shared/visibleText';
import { codicon } from './codicon';
import { usePage } from './page';

export function qualities(): readonly { readonly value: QualityName; readonly label: string; readonly meaning: string }[] {
  return [
    { value: 'economy', label: t('Economy'), meaning: t('The cheapest model that will probably do') },
    { value: 'balanced', label: t('Balanced'), meaning: t('The cheapest model that will very likely do') },
    { value: 'quality', label: t('Quality'), meaning: t('A stronger model when in doubt') },
  ];
}

/** How long the page shows a choice whatever the settings say, in milliseconds: after that they did not take it. */
const mostPendingMs = 3000;

/** The quality as it is shown: at once the one just chosen, then what the settings say. Meanwhile they may tell of choices before it. */
export function useQuality(quality: QualityName): readonly [shown: QualityName, choose: (value: QualityName) => void] {
  const { perform } = usePage();
  const [wanted, setWanted] = useState<QualityName>();
  useEffect(() => {
    if (wanted === undefined) return undefined;
    const timer = setTimeout(() => setWanted(undefined), mostPendingMs);
    return () => clearTimeout(timer);
  }, [wanted]);
  const choose = (value: QualityName) => {
    setWanted(value);
    perform({ type: 'quality', quality: value });
  };
  return [wanted ?? quality, choose];
}

/** Three settings side by side, each with what the draft would usually cost at it. The choice changes at once, and that is said. */
export function QualitySwitch({ quality, onChoose, limit, preview }: { quality: QualityName; onChoose: (value: QualityName) => void; limit: ChatState['qualityLimit']; preview: ChatState['preview'] }) {
  const { announce } = usePage();
  const before = useRef(quality);
  useEffect(() => {
    if (before.current === quality) return;
    before.current = quality;
    const chosen = qualities().find(({ value }) => value === quality);
    if (chosen !== undefined) announce(`${chosen.label}: ${chosen.meaning}. ${wouldAsk(preview, quality)}`);
  }, [quality]);
  const most = qualities().findIndex(({ value }) => value === limit?.most);
  return (
    <div class="quality" role="radiogroup" aria-label={t('Quality')} aria-describedby={limit === undefined ? undefined : 'quality-limit'}>
      {qualities().map(({ value, label, meaning }, place) => {
        const locked = most !== -1 && place > most;
        const asks = wouldAsk(preview, value);
        return (
          <label key={value} class={`quality-choice${value === quality ? ' chosen' : ''}${locked ? ' locked' : ''}`} title={locked ? makeVisible(limit?.why ?? '') : [meaning, asks].filter(Boolean).join('. ')}>
            <input type="radio" class="whole-choice" name="quality" value={value} checked={value === quality} disabled={locked} aria-label={label} aria-description={[meaning, asks].filter(Boolean).join('. ')} onChange={() => onChoose(value)} />
            <span class="quality-name">
              {locked ? codicon('lock') : null}
              {label}
            </span>
            {preview === undefined ? null : (
              <span class="quality-cost" aria-hidden="true">
                {makeVisible(preview[value].usual)}
              </span>
            )}
          </label>
        );
      })}
      {limit === undefined ? null : (
        <span id="quality-limit" class="for-screen-readers">
          {makeVisible(limit.why)}
        </span>
      )}
    </div>
  );
}

/** What the draft would be asked of, in a sentence; empty without a draft. */
function wouldAsk(preview: ChatState['preview'], quality: QualityName): string {
  const one = preview?.[quality];
  if (one === undefined) return '';
  return makeVisible(one.model === '' ? one.note : t('Your draft: {0}, usually {1}', one.model, one.usual));
}
