import { useEffect, useRef } from 'preact/hooks';
import type { ChatState, QualityName } from '../../src/shared/protocol';
import { makeVisible } from '../../src/shared/visibleText';
import { usePage } from './page';

export const qualities: readonly { readonly value: QualityName; readonly label: string; readonly meaning: string }[] = [
  { value: 'economy', label: 'Economy', meaning: 'The cheapest model that will probably do' },
  { value: 'balanced', label: 'Balanced', meaning: 'The cheapest model that will very likely do' },
  { value: 'quality', label: 'Quality', meaning: 'A stronger model when in doubt' },
];

/** Three settings side by side, each with what the draft would usually cost at it. The choice changes at once, and that is said. */
export function QualitySwitch({ quality, limit, preview }: { quality: QualityName; limit: ChatState['qualityLimit']; preview: ChatState['preview'] }) {
  const { perform, announce } = usePage();
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
            <input type="radio" name="quality" value={value} checked={value === quality} disabled={locked} aria-label={label} aria-description={[meaning, asks].filter(Boolean).join('. ')} onChange={() => perform({ type: 'quality', quality: value })} />
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
