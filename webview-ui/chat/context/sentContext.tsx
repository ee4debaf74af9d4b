import { useState } from 'preact/hooks';
import type { SentContextView } from '../../../src/shared/contextProtocol';
import { t } from '../../../src/shared/l10n';
import { makeVisible } from '../../../src/shared/visibleText';
import { codicon } from '../codicon';
import { usePage } from '../page';
import { iconName } from './suggestions';

/** So many are shown without unfolding. */
const mostShown = 3;

/** What went with a question, below it; a press shows where it is from. */
export function SentContext({ messageId, items }: { messageId: string; items: readonly SentContextView[] }) {
  const { perform, isUnfolded, setUnfolded } = usePage();
  const name = `context ${messageId}`;
  const [open, setOpen] = useState(isUnfolded(name));
  if (items.length === 0) return null;
  // One that is left over takes no more place than the number that would stand for it.
  const folds = items.length > mostShown + 1;
  const shown = folds && !open ? items.slice(0, mostShown) : items;
  return (
    <ul class="sent-context" aria-label={t('Went with the question')}>
      {shown.map((item, place) => (
        <li key={place}>
          <button
            type="button"
            class="sent-item"
            title={makeVisible([item.label, item.detail, item.tokens].filter((part) => part !== '').join('\n'))}
            onClick={() => perform({ type: 'context', request: { type: 'open-sent-context', messageId, place } })}
          >
            {codicon(iconName(item.icon))}
            <span class="context-label">{makeVisible(item.label)}</span>
          </button>
        </li>
      ))}
      {folds ? (
        <li>
          <button
            type="button"
            class="sent-item"
            aria-expanded={open}
            onClick={() => {
              setUnfolded(name, !open);
              setOpen(!open);
            }}
          >
            {open ? t('Show fewer') : t('+{0} more', items.length - mostShown)}
          </button>
        </li>
      ) : null}
    </ul>
  );
}
