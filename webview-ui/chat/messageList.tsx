import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ChatState, MessageView } from '../../src/shared/protocol';
import { makeVisible } from '../../src/shared/visibleText';
import { Answer } from './answer';
import { memo } from './memo';
import type { SavedView } from './savedView';

export type Place = Pick<SavedView, 'following' | 'anchor'>;

interface MessageListProps {
  readonly messages: readonly MessageView[];
  readonly busy: boolean;
  readonly steps: ChatState['steps'];
  /** Where to begin: as it was before a reload. */
  readonly place: Place;
  readonly onPlace: (place: Place) => void;
}

/** Within this distance of the end the list follows new text. */
const nearEndPx = 24;

/**
 * The conversation. It follows new text only while its end is in view; whoever has scrolled up stays where they are, and
 * gets a button to jump to the end. What a click unfolds opens downwards under the pointer instead of moving away.
 */
export function MessageList({ messages, busy, steps, place, onPlace }: MessageListProps) {
  const scroller = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef(place.following);
  const lastTop = useRef(0);
  const [awayFromEnd, setAwayFromEnd] = useState(false);
  const lastQuestion = messages.findLast((message) => message.role === 'user')?.id;
  const seenQuestion = useRef(lastQuestion);

  const toEnd = () => {
    const element = scroller.current;
    if (element === null) return;
    element.scrollTop = element.scrollHeight;
    lastTop.current = element.scrollTop;
  };
  const look = () => {
    const element = scroller.current;
    if (element !== null) setAwayFromEnd(!following.current && distanceToEnd(element) > nearEndPx);
  };

  useLayoutEffect(() => {
    if (place.following) toEnd();
    else if (place.anchor !== undefined) showAnchor(scroller.current, place.anchor);
    lastTop.current = scroller.current?.scrollTop ?? 0;
    look();
    // Fonts, folds and the width of the view change heights without a new message.
    const observer = new ResizeObserver(() => {
      if (following.current) toEnd();
      look();
    });
    if (content.current !== null) observer.observe(content.current);
    if (scroller.current !== null) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    if (lastQuestion !== seenQuestion.current) {
      // Whoever asks wants to see the answer.
      seenQuestion.current = lastQuestion;
      following.current = true;
    }
    if (following.current) toEnd();
    look();
  }, [messages]);

  const reported = useRef(0);
  useEffect(() => () => cancelAnimationFrame(reported.current), []);
  const report = () => {
    cancelAnimationFrame(reported.current);
    reported.current = requestAnimationFrame(() => {
      const anchor = anchorOf(scroller.current);
      onPlace(anchor === undefined ? { following: following.current } : { following: following.current, anchor });
    });
  };

  const onScroll = () => {
    const element = scroller.current;
    if (element === null) return;
    // New text makes the end move away without anybody scrolling; only a move upwards is a wish to stay.
    if (distanceToEnd(element) <= nearEndPx) following.current = true;
    else if (element.scrollTop < lastTop.current) following.current = false;
    lastTop.current = element.scrollTop;
    look();
    report();
  };
  const onClick = (event: MouseEvent) => {
    if (event.target instanceof Element && event.target.closest('[aria-expanded]') !== null) following.current = false;
  };

  return (
    <main class="conversation">
      <section class="messages" ref={scroller} onScroll={onScroll} onClickCapture={onClick} tabIndex={0} aria-label="Conversation">
        <div class="messages-content" ref={content}>
          {messages.map((message, index) =>
            message.answer === undefined ? (
              <Question key={message.id} message={message} />
            ) : (
              <Answer key={message.id} message={message} answer={message.answer} busy={busy} last={index === messages.length - 1} steps={steps?.messageId === message.id ? steps : undefined} />
            ),
          )}
        </div>
      </section>
      {awayFromEnd ? (
        <button
          type="button"
          class="to-end"
          onClick={() => {
            following.current = true;
            toEnd();
            look();
            scroller.current?.focus();
          }}
        >
          <span class="codicon codicon-arrow-down" aria-hidden="true" />
          Jump to latest
        </button>
      ) : null}
    </main>
  );
}

const Question = memo(function Question({ message }: { message: MessageView }) {
  return (
    <article class="question" data-message-id={message.id}>
      <h2 class="for-screen-readers">You asked</h2>
      <div class="bubble">{makeVisible(message.text)}</div>
    </article>
  );
});

function distanceToEnd(element: HTMLElement): number {
  return element.scrollHeight - element.clientHeight - element.scrollTop;
}

/** A message and not a number of pixels: heights differ after a reload. */
function anchorOf(element: HTMLElement | null): SavedView['anchor'] {
  if (element === null) return undefined;
  const top = element.getBoundingClientRect().top;
  for (const message of element.querySelectorAll<HTMLElement>('[data-message-id]')) {
    const box = message.getBoundingClientRect();
    if (box.bottom > top) return { messageId: message.dataset['messageId'] ?? '', above: top - box.top };
  }
  return undefined;
}

function showAnchor(element: HTMLElement | null, anchor: NonNullable<SavedView['anchor']>): void {
  const messages = element === null ? [] : [...element.querySelectorAll<HTMLElement>('[data-message-id]')];
  const message = messages.find((one) => one.dataset['messageId'] === anchor.messageId);
  if (element === null || message === undefined) return;
  element.scrollTop += message.getBoundingClientRect().top - element.getBoundingClientRect().top + anchor.above;
}
