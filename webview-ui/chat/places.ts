import { markFound } from './foundWords';
import type { SavedView } from './savedView';

/** Where one is in a conversation. */
export type Place = Pick<SavedView, 'following' | 'anchor'>;

/** Where something was found, and with which words. */
export interface Find {
  readonly threadId: string;
  readonly messageId: string;
  readonly query: string;
}

/** In pixels. */
export function distanceToEnd(element: HTMLElement): number {
  return element.scrollHeight - element.clientHeight - element.scrollTop;
}

/** A message and not a number of pixels: heights differ after a reload. */
export function anchorOf(element: HTMLElement | null): Place['anchor'] {
  if (element === null) return undefined;
  const top = element.getBoundingClientRect().top;
  const isSeen = (one: Element) => one.getBoundingClientRect().bottom > top;
  // The blocks first: to measure a message of one that is out of sight would lay all of it out.
  const block = [...element.querySelectorAll('.block')].find(isSeen);
  const message = messagesIn(block).find(isSeen);
  return message && { messageId: message.dataset['messageId'] ?? '', above: top - message.getBoundingClientRect().top };
}

/** Brings what was found into view, marks it and puts the focus on its message, where a screen reader goes on. */
export function showFound(element: HTMLElement | null, { messageId, query }: Find): void {
  const message = messageIn(element, messageId);
  if (element === null || message === undefined) return;
  message.tabIndex = -1;
  message.focus({ preventScroll: true });
  message.classList.add('found');
  // Laid out first: what is out of sight has no boxes.
  message.scrollIntoView({ block: 'nearest' });
  const first = markFound(message, query);
  const box = (first ?? message).getBoundingClientRect();
  const view = element.getBoundingClientRect();
  // A third down: what came before it is seen as well.
  element.scrollTop += box.top - view.top - view.height / 3;
}

/** Scrolls to where one was, if it is still there. */
export function showAnchor(element: HTMLElement | null, anchor: NonNullable<Place['anchor']>): void {
  const message = messageIn(element, anchor.messageId);
  if (element === null || message === undefined) return;
  element.scrollTop += message.getBoundingClientRect().top - element.getBoundingClientRect().top + anchor.above;
}

/** Shows now and two frames later: of messages that were never in view the heights are guessed before. Returns what ends it. */
export function showOnceDrawn(show: () => void): () => void {
  show();
  const frame = requestAnimationFrame(() => requestAnimationFrame(show));
  return () => cancelAnimationFrame(frame);
}

function messageIn(element: Element | null, id: string): HTMLElement | undefined {
  return messagesIn(element).find((message) => message.dataset['messageId'] === id);
}

function messagesIn(element: Element | null | undefined): readonly HTMLElement[] {
  return [...(element?.querySelectorAll<HTMLElement>('[data-message-id]') ?? [])];
}
