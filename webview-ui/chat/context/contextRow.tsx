import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ContextItemView } from '../../../src/shared/contextProtocol';
import { t } from '../../../src/shared/l10n';
import { makeVisible } from '../../../src/shared/visibleText';
import { codicon } from '../codicon';
import { IconButton } from '../iconButton';
import { usePage } from '../page';
import { describeItem, stateWord } from './itemTexts';
import { iconName } from './suggestions';

interface ContextRowProps {
  readonly items: readonly ContextItemView[];
  /** Small pictures of what was pasted, as data addresses, by label. */
  readonly pictures: Readonly<Record<string, string>>;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly onAdd: () => void;
  /** Counts the wishes to select the last item. */
  readonly selectRequests: number;
}

/** A chip is cut rather than made narrower than this, in pixels, beside the button and the number of what is folded. */
const leastChipPx = 118;
/** With a word about how it is, and a button to read it again. */
const leastChipWithWordPx = 156;
const besideChipsPx = 66;

/**
 * What goes with the question, as a row of chips that is always there, so that the conversation does not move when the
 * first comes. Those that do not fit are folded. The row is one stop of the Tab key; arrows move in it, Delete takes out.
 */
export function ContextRow({ items, pictures, field, onAdd, selectRequests }: ContextRowProps) {
  const { perform } = usePage();
  const row = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(300);
  const [unfolded, setUnfolded] = useState(false);
  const [current, setCurrent] = useState(0);
  const [looked, setLooked] = useState<ContextItemView>();
  const wanted = useRef<number>(undefined);

  useLayoutEffect(() => {
    const element = row.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const room = Math.max(1, Math.floor((width - besideChipsPx) / (items.every(({ state }) => state === 'fresh') ? leastChipPx : leastChipWithWordPx)));
  const chips = () => [...(row.current?.querySelectorAll<HTMLButtonElement>('.context-open') ?? [])];
  const select = (place: number) => {
    setCurrent(place);
    const chip = chips()[place];
    chip?.focus();
    if (chip !== undefined) return;
    // It is folded away.
    wanted.current = place;
    setUnfolded(true);
  };
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    chips()[wanted.current]?.focus();
    wanted.current = undefined;
  });
  useLayoutEffect(() => {
    if (selectRequests > 0 && items.length > 0) select(items.length - 1);
  }, [selectRequests]);

  // One more than fits takes no more place than the number that would stand for it.
  const folds = items.length > room;
  const shown = folds && !unfolded ? items.slice(0, room) : items;
  const remove = (item: ContextItemView, place: number, next: HTMLElement | undefined) => {
    (next ?? field.current)?.focus();
    setCurrent(Math.max(0, Math.min(place, items.length - 2)));
    setLooked(undefined);
    perform({ type: 'context', request: { type: 'remove-context', itemId: item.id } }, t('{0} no longer goes with the question', makeVisible(item.label)));
  };
  const onKeyDown = (event: KeyboardEvent, item: ContextItemView, place: number) => {
    if (event.key === 'Delete' || event.key === 'Backspace') remove(item, place, chips()[place + 1 < shown.length ? place + 1 : place - 1]);
    else if (event.key === 'ArrowLeft') select(Math.max(0, place - 1));
    else if (event.key === 'ArrowRight' && place + 1 < items.length) select(place + 1);
    else if (event.key === 'ArrowRight' || event.key === 'ArrowDown' || event.key === 'Escape') field.current?.focus();
    else if (event.key === 'Home') select(0);
    else if (event.key === 'End') select(items.length - 1);
    else {
      // Whoever types goes on with the question: the letter lands in the field.
      if (event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey) field.current?.focus();
      return;
    }
    event.preventDefault();
  };
  const pictureOf = (label: string) => (Object.hasOwn(pictures, label) ? pictures[label] : undefined);
  const picture = looked === undefined ? undefined : pictureOf(looked.label);

  return (
    <div class={`context-row${unfolded && folds ? ' unfolded' : ''}`} ref={row}>
      <IconButton icon="mention" label={t('Add context (@)')} description={t('Files, the selection, problems and more. You can also drop files here (hold Shift) or paste a picture')} onPress={onAdd} />
      {items.length === 0 ? (
        <button type="button" class="context-hint muted" tabIndex={-1} aria-hidden="true" onClick={onAdd}>
          {t('Add context')}
        </button>
      ) : (
        <ul class="context-chips" aria-label={t('Goes with the question')}>
          {shown.map((item, place) => (
            <li key={item.id} class={`context-chip context-${item.state}`} onMouseEnter={() => setLooked(item)} onMouseLeave={() => setLooked(undefined)}>
              <button
                type="button"
                class="context-open"
                tabIndex={place === Math.min(current, shown.length - 1) ? 0 : -1}
                title={makeVisible(`${item.label}\n${describeItem(item)}`)}
                aria-description={`${describeItem(item)}. ${t('Delete takes it out.')}`}
                aria-keyshortcuts="Delete"
                onFocus={() => {
                  setCurrent(place);
                  setLooked(item);
                }}
                onBlur={() => setLooked(undefined)}
                onKeyDown={(event) => onKeyDown(event, item, place)}
                onClick={() => perform({ type: 'context', request: { type: 'open-context', itemId: item.id } })}
              >
                {pictureOf(item.label) === undefined ? codicon(stateIcon(item)) : <img class="context-thumbnail" src={pictureOf(item.label)} alt="" />}
                <span class="context-label">{makeVisible(item.label)}</span>{' '}
                <Figure item={item} />
              </button>
              {item.state === 'stale' ? <ChipButton icon="refresh" label={t('Read {0} again', makeVisible(item.label))} onPress={() => perform({ type: 'context', request: { type: 'refresh-context', itemId: item.id } }, t('Read again'))} /> : null}
              <ChipButton icon="close" label={t('Take out {0}', makeVisible(item.label))} onPress={() => remove(item, place, undefined)} />
              {item.share > 0 ? <span class="context-share" style={{ width: `${Math.max(4, Math.min(100, item.share * 100))}%` }} aria-hidden="true" /> : null}
            </li>
          ))}
        </ul>
      )}
      {folds ? (
        <button type="button" class="context-more" aria-expanded={unfolded} aria-label={unfolded ? t('Show fewer') : t('Show {0} more', items.length - shown.length)} title={unfolded ? t('Show fewer') : namesOf(items.slice(shown.length))} onClick={() => setUnfolded(!unfolded)}>
          {unfolded ? codicon('chevron-up') : `+${items.length - shown.length}`}
        </button>
      ) : null}
      {picture === undefined ? null : <img class="context-picture" src={picture} alt={makeVisible(looked?.label ?? '')} />}
    </div>
  );
}

/** How many tokens, or a word about how it is. In little room what the icon shows as well is left to the tooltip. */
function Figure({ item: { state, tokens } }: { item: ContextItemView }) {
  if (state === 'fresh') return <span class="context-figure wide-only">{makeVisible(tokens.split(' ', 1)[0] ?? '')}</span>;
  return <span class={`context-word${state === 'reading' ? ' wide-only' : ''}`}>{stateWord(state)}</span>;
}

/** For the mouse: with the keyboard a chip itself takes Delete. */
function ChipButton({ icon, label, onPress }: { icon: string; label: string; onPress: () => void }) {
  return (
    <button type="button" class="context-button" tabIndex={-1} aria-label={label} title={label} onClick={onPress}>
      {codicon(icon)}
    </button>
  );
}

function stateIcon({ state, icon }: ContextItemView): string {
  switch (state) {
    case 'reading':
      return 'loading spin';
    case 'missing':
      return 'warning';
    case 'refused':
      return 'circle-slash';
    case 'stale':
    case 'fresh':
      return iconName(icon);
  }
}

function namesOf(items: readonly ContextItemView[]): string {
  return makeVisible(items.map(({ label }) => label).join('\n'));
}
