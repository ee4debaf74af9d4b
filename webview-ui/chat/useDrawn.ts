import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { MessageView } from '../../src/shared/protocol';
import { blockAt, firstDrawn, isDrawnUnasked } from './blocks';
import { anchorOf, type Place, showAnchor } from './places';

interface Drawn {
  readonly messages: readonly MessageView[];
  /** The message that is read when the list is first drawn, and one that is to be shown. */
  readonly at: string | undefined;
  readonly find: string | undefined;
  readonly scroller: { readonly current: HTMLElement | null };
  readonly following: { readonly current: boolean };
  readonly toEnd: () => void;
}

/** Which blocks of a long conversation are drawn: from `first` on. */
export function useDrawn({ messages, at, find, scroller, following, toEnd }: Drawn): { readonly first: number; readonly drawMore: () => void } {
  const placeOf = (messageId: string | undefined): number => {
    const index = messageId === undefined ? -1 : messages.findIndex(({ id }) => id === messageId);
    return index < 0 ? messages.length : index;
  };
  const [, redraw] = useState(0);
  const [reached] = useState(() => ({ first: firstDrawn(messages.length, placeOf(at)) }));
  // What was drawn once stays.
  reached.first = Math.min(reached.first, blockAt(placeOf(find)), blockAt(messages.length - 1));
  const { first } = reached;
  const read = useRef<Place['anchor']>(undefined);
  const drawMore = () => {
    read.current = anchorOf(scroller.current);
    reached.first = Math.max(0, first - 1);
    redraw(reached.first);
  };
  useLayoutEffect(() => {
    // What is read stays where it is: more stands above it now.
    if (following.current) toEnd();
    else if (read.current !== undefined) showAnchor(scroller.current, read.current);
    read.current = undefined;
  }, [first]);
  useEffect(() => {
    if (!isDrawnUnasked(first, messages.length)) return undefined;
    const idle = requestIdleCallback(drawMore, { timeout: 500 });
    return () => cancelIdleCallback(idle);
  }, [first]);
  return { first, drawMore };
}
