import { useEffect, useRef, useState } from 'preact/hooks';
import type { ChatState, QualityName } from '../../src/shared/protocol';
import { makeVisible } from '../../src/shared/visibleText';
import { usePage } from './page';

export const qualities: readonly { readonly value: QualityName; readonly label: string; readonly meaning: string }[] = [
  { value: 'economy', label: 'Economy', meaning: 'The cheapest model that will probably do' },
  { value: 'balanced', label: 'Balanced', meaning: 'The cheapest model that will very likely do' },
  { value: 'quality', label: 'Quality', meaning: 'A stronger model when in doubt' },
];

/** How long the page shows a choice that the settings do not have yet, in milliseconds: after that they did not take it. */
const mostPendingMs = 3000;

/** The quality as it is shown: at once the one just chosen, then what the settings say. */
export function useQuality(quality: QualityName): readonly [shown: QualityName, choose: (value: QualityName) => void] {
  const { perform } = usePage();
  const [wanted, setWanted] = useState<QualityName>();
  useEffect(() => setWanted(undefined), [quality]);
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
    const chosen = qualities.find(({ value }) => value === quality);
    if (chosen !== undefined) announce(`${chosen.label}: ${chosen.meaning}. ${wouldAsk(preview, quality)}`);
  }, [quality]);
  const most = qualities.findIndex(({ value }) => value === limit?.most);
  return (
    <div class="quality" role="radiogroup" aria-label="Quality" aria-describedby={limit === undefined ? undefined : 'quality-limit'}>
      {qualities.map(({ value, label, meaning }, place) => {
        const locked = most !== -1 && place > most;
        const asks = wouldAsk(preview, value);
        return (
          <label key={value} class={`quality-choice${value === quality ? ' chosen' : ''}${locked ? ' locked' : ''}`} title={locked ? makeVisible(limit?.why ?? '') : [meaning, asks].filter(Boolean).join('. ')}>
            <input type="radio" name="quality" value={value} checked={value === quality} disabled={locked} aria-label={label} aria-description={[meaning, asks].filter(Boolean).join('. ')} onChange={() => onChoose(value)} />
            <span class="quality-name">
              {locked ? <span class="codicon codicon-lock" aria-hidden="true" /> : null}
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
  return makeVisible(one.model === '' ? one.note : `Your draft: ${one.model}, usually ${one.usual}`);
}
