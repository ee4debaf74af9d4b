import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { CompletionsView, CompletionView } from '../../../src/shared/contextProtocol';
import { t } from '../../../src/shared/l10n';
import { usePage } from '../page';
import { editText } from './editText';
import { type Mention, mentionAt, rangeOf } from './mention';

/** What is offered for the `@` that the caret stands behind. */
export interface MentionList {
  readonly open: boolean;
  readonly query: string;
  readonly items: readonly CompletionView[];
  readonly more: boolean;
  /** More may come for the same query. */
  readonly searching: boolean;
  /** Place of the item that Enter takes; -1 without items. */
  readonly active: number;
  readonly point: (place: number) => void;
  readonly take: (item: CompletionView) => void;
  /** Looks where the caret is: after typing, a click, a move. */
  readonly look: () => void;
  /** Opens the list without anybody typing `@`. */
  readonly begin: () => void;
  /** The field has lost the focus: closed until the caret is in it again. */
  readonly blur: () => void;
  /** True: the key was for the list. */
  readonly takeKey: (event: KeyboardEvent) => boolean;
}

const none: readonly CompletionView[] = [];

/**
 * The list behind `@`. What is typed stays in the field until something is taken; Escape closes the list for this `@` and
 * keeps the text. The host answers through the state, so an answer may be one to an earlier query: it is shown until the
 * right one comes, but nothing is taken from it.
 */
export function useMention(field: RefObject<HTMLTextAreaElement | null>, completions: CompletionsView | undefined): MentionList {
  const { request, perform, announce } = usePage();
  const [mention, setMention] = useState<Mention>();
  const [closedAt, setClosedAt] = useState<number>();
  /** Which item is pointed at, of the answer to which letters. */
  const [pointed, setPointed] = useState({ query: '', place: 0 });
  /** The list was opened by its button: its `@` goes when nothing is taken. */
  const begunAt = useRef<number>(undefined);
  /** What stood in the field when Enter came before its answer: the first that comes is taken. */
  const impatientFor = useRef<string>(undefined);

  const open = mention !== undefined && mention.from !== closedAt;
  const query = open ? mention.query : '';
  const answered = open && completions?.query === query;
  const items = open ? (completions?.items ?? none) : none;
  const active = items.length === 0 ? -1 : pointed.query === query ? Math.min(pointed.place, items.length - 1) : 0;
  const point = (place: number) => setPointed({ query, place });
  const searching = open && (!answered || (completions?.searching ?? false));

  // A list that cannot be had leaves the text as it is; there is nothing to tell.
  const ask = (wanted: string | undefined) => void request({ type: 'context', request: { type: 'complete-context', ...(wanted === undefined ? {} : { query: wanted }) } }).catch(() => undefined);
  useEffect(() => {
    if (!open) return;
    ask(query);
  }, [open, query]);
  useEffect(() => {
    if (!open) return undefined;
    return () => ask(undefined);
  }, [open]);
  useEffect(() => {
    if (!answered) return;
    const [first] = items;
    if (impatientFor.current === query && first !== undefined) take(first);
    else if (!searching) {
      impatientFor.current = undefined;
      announce(items.length === 0 ? t('Nothing found') : items.length === 1 ? t('1 suggestion') : t('{0} suggestions', items.length));
    }
  }, [answered, items.length, searching]);

  const look = () => {
    const element = field.current;
    if (element === null) return;
    const found = element.selectionStart === element.selectionEnd && document.activeElement === element ? mentionAt(element.value, element.selectionEnd) : undefined;
    setMention((before) => (before?.from === found?.from && before?.to === found?.to && before?.query === found?.query ? before : found));
    if (found === undefined) leave();
  };
  const leave = () => {
    setMention(undefined);
    setClosedAt(undefined);
    point(0);
    begunAt.current = undefined;
    impatientFor.current = undefined;
  };
  const begin = () => {
    const element = field.current;
    if (element === null) return;
    element.focus();
    const { selectionStart: from, selectionEnd: to, value } = element;
    setClosedAt(undefined);
    if (mentionAt(value, to) === undefined) {
      const space = from === 0 || /[\s([{"'`<]/u.test(value.charAt(from - 1)) ? '' : ' ';
      editText(element, from, to, `${space}@`);
      begunAt.current = from + space.length;
    }
    look();
  };
  const close = () => {
    if (!open) return;
    setClosedAt(mention.from);
    takeBack(mention);
  };
  /** The `@` of the button goes when nothing came of it. */
  const takeBack = ({ from, to, query: typed }: Mention) => {
    const element = field.current;
    if (element !== null && begunAt.current === from && typed === '') {
      element.setRangeText('', from, to, 'end');
      element.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }
    begunAt.current = undefined;
  };
  const blur = () => {
    if (open) takeBack(mention);
    leave();
  };
  const take = (item: CompletionView) => {
    const element = field.current;
    if (!open || element === null) return;
    const { from, to } = rangeOf(element.value, mention);
    editText(element, from, to, '');
    leave();
    perform({ type: 'context', request: { type: 'add-context', candidateId: item.id } });
  };
  const takeKey = (event: KeyboardEvent): boolean => {
    const element = field.current;
    // The field itself: a quick key comes before the last letter is drawn.
    const found = element === null ? undefined : mentionAt(element.value, element.selectionEnd);
    if (found === undefined || found.from === closedAt || event.ctrlKey || event.metaKey || event.altKey) return false;
    const move = (step: number) => {
      if (items.length > 0) point((active + step + items.length) % items.length);
      return items.length > 0;
    };
    switch (event.key) {
      case 'ArrowDown':
        return move(1);
      case 'ArrowUp':
        return move(-1);
      case 'PageDown':
        return move(Math.min(8, items.length - 1 - active));
      case 'PageUp':
        return move(-Math.min(8, active));
      case 'Escape':
        close();
        return true;
      case 'Enter':
      case 'Tab': {
        if (event.shiftKey) return false;
        const isDrawn = found.query === query && open;
        const item = isDrawn && answered ? items[active] : undefined;
        // Nothing is found and nothing will be: the key does what it does without a list.
        if (item === undefined && isDrawn && !searching) return false;
        if (item === undefined) impatientFor.current = found.query;
        else take(item);
        return true;
      }
      default:
        return false;
    }
  };

  return { open, query, items, more: open && (completions?.more ?? false), searching, active, point, take, look, begin, blur, takeKey };
}
