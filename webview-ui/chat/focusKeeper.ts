import { useLayoutEffect, useRef } from 'preact/hooks';

/**
 * What loses its row hands the focus on: to what the caller wishes next, to the same row where it stands now, or to the
 * one that took its place.
 */
export function useFocusKeeper(root: { readonly current: HTMLElement | null }) {
  /** A `data-stop`, or the conversation whose row is wanted. */
  const wanted = useRef<string>(undefined);
  const held = useRef<{ readonly threadId: string; readonly index: number }>(undefined);
  /** The row that had it before its row went, and what has it for that. */
  const strayed = useRef<{ readonly threadId: string; readonly to: HTMLElement }>(undefined);
  useLayoutEffect(() => {
    const element = root.current;
    const hold = (event: Event) => {
      const row = event.target instanceof Element ? event.target.closest<HTMLElement>('.thread') : null;
      const { threadId } = row?.dataset ?? {};
      held.current = threadId === undefined ? undefined : { threadId, index: stopsOf(element).findIndex((one) => row?.contains(one) === true) };
    };
    // A press beside all rows is a wish to be nowhere.
    const drop = (event: Event) => {
      if (event.target instanceof Element && event.target.closest('button, input') === null) held.current = undefined;
    };
    element?.addEventListener('focusin', hold);
    element?.addEventListener('pointerdown', drop);
    return () => {
      element?.removeEventListener('focusin', hold);
      element?.removeEventListener('pointerdown', drop);
    };
  }, []);
  useLayoutEffect(() => {
    const stops = stopsOf(root.current);
    if (wanted.current !== undefined) {
      const target = stops.find((one) => one.dataset['stop'] === wanted.current) ?? rowOf(root.current, wanted.current);
      if (target) {
        wanted.current = undefined;
        target.focus();
        return;
      }
    }
    // A row that went only for a moment, as one that was deleted and brought back at once, gets it again.
    const again = strayed.current && rowOf(root.current, strayed.current.threadId);
    if (again && document.activeElement === strayed.current?.to) again.focus();
    if (again || document.activeElement !== strayed.current?.to) strayed.current = undefined;
    // Taking the focus back must not take it from another part of the window.
    if (held.current === undefined || !document.hasFocus() || (document.activeElement !== null && document.activeElement !== document.body)) return;
    const { threadId, index } = held.current;
    const row = rowOf(root.current, threadId);
    const to = row ?? stops[Math.min(index, stops.length - 1)] ?? root.current?.querySelector<HTMLElement>('input');
    to?.focus();
    if (!row && to) strayed.current = { threadId, to };
  });
  return wanted;
}

/** Where the arrow keys stop. */
export function stopsOf(root: HTMLElement | null): HTMLElement[] {
  return [...(root?.querySelectorAll<HTMLElement>('.thread-open, [data-stop]') ?? [])];
}

/** Where the arrow keys stop in the row of a conversation. */
export function rowOf(root: HTMLElement | null, threadId: string | undefined): HTMLElement | undefined {
  return stopsOf(root).find((one) => threadId !== undefined && one.closest<HTMLElement>('.thread')?.dataset['threadId'] === threadId);
}
