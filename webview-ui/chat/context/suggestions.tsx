import { useLayoutEffect, useRef } from 'preact/hooks';
import type { CompletionView } from '../../../src/shared/contextProtocol';
import { t } from '../../../src/shared/l10n';
import { makeVisible } from '../../../src/shared/visibleText';
import type { MentionList } from './useMention';
import { codicon, spinner } from '../codicon';

const suggestionsId = 'suggestions';

/** What tells screen readers of the list behind a field. The field keeps its role: a combobox has one line. */
export function listAttributes({ open, active }: MentionList) {
  return {
    'aria-autocomplete': 'list',
    'aria-haspopup': 'listbox',
    'aria-controls': open ? suggestionsId : undefined,
    'aria-activedescendant': open && active >= 0 ? `${suggestionsId}-${active}` : undefined,
  } as const;
}

/** What fits what was typed after `@`, above the composer. The focus stays in the field. */
export function Suggestions({ list }: { list: MentionList }) {
  const { open, query, items, active, searching, more } = list;
  const listbox = useRef<HTMLUListElement>(null);
  useLayoutEffect(() => {
    listbox.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active, items]);
  if (!open) return null;
  return (
    // The field must keep the focus, or the list would close before a click in it counts.
    <div class="suggestions" onMouseDown={(event) => event.preventDefault()}>
      <ul ref={listbox} id={suggestionsId} role="listbox" aria-label={t('What can go with the question')} aria-busy={searching}>
        {items.map((item, place) => (
          <Suggestion key={item.id} item={item} place={place} active={place === active} onPoint={() => list.point(place)} onTake={() => list.take(item)} />
        ))}
      </ul>
      <p class="suggestions-foot muted">
        {searching ? (
          <>
            {spinner()} {t('Searching…')}
          </>
        ) : items.length === 0 ? (
          t('Nothing found for “{0}”', makeVisible(query))
        ) : more ? (
          t('More fit: type on to narrow it down')
        ) : (
          t('You can also drop files here (hold Shift) or paste a picture')
        )}
      </p>
    </div>
  );
}

function Suggestion({ item, place, active, onPoint, onTake }: { item: CompletionView; place: number; active: boolean; onPoint: () => void; onTake: () => void }) {
  return (
    <li id={`${suggestionsId}-${place}`} role="option" aria-selected={active} class="suggestion" title={makeVisible(`${item.label} ${item.detail}`.trim())} onMouseMove={active ? undefined : onPoint} onClick={onTake}>
      {codicon(iconName(item.icon))}
      <span class="suggestion-label">{marked(item)}</span>
      <span class="suggestion-detail">{makeVisible(item.detail)}</span>
    </li>
  );
}

/** The name of a codicon as it may stand in a class. */
export function iconName(name: string): string {
  return /^[a-z-]+$/u.test(name) ? name : 'file';
}

function marked({ label, matches }: CompletionView) {
  const visible = makeVisible(label);
  // The places are of the label as it came; and what is cut in two may no longer be what is made visible.
  if (visible !== label) return visible;
  const parts = [];
  let at = 0;
  for (const [from, to] of matches) {
    if (from < at || to > label.length) continue;
    parts.push(label.slice(at, from), <mark key={from}>{label.slice(from, to)}</mark>);
    at = to;
  }
  return [...parts, label.slice(at)];
}
