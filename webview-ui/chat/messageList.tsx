import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../src/shared/l10n';
import type { ChatState, MessageView } from '../../src/shared/protocol';
import { Answer } from './answer';
import { blocksOf } from './blocks';
import { codicon } from './codicon';
import { unmarkFound } from './foundWords';
import { memo } from './memo';
import './messageList.css';
import { anchorOf, distanceToEnd, type Find, type Place, showAnchor, showFound, showOnceDrawn } from './places';
import { Question } from './question';
import { Seen } from './seen';
import { useDrawn } from './useDrawn';

interface MessageListProps {
  readonly messages: readonly MessageView[];
  readonly busy: boolean;
  readonly steps: ChatState['steps'];
  /** Where to begin: as it was before a reload. */
  readonly place: Place;
  readonly onPlace: (place: Place) => void;
  /** A message that was found, to be shown. */
  readonly find: Find | undefined;
}

/** Within this distance of the end the list follows new text. */
const nearEndPx = 24;

/**
 * The conversation. It follows new text only while its end is in view; whoever has scrolled up stays where they are, and
 * gets a button to jump to the end. What a click unfolds opens downwards under the pointer instead of moving away.
 *
 * Of a long one the end is drawn first, or what is read; the rest comes above it when there is time, and moves nothing.
 */
export function MessageList({ messages, busy, steps, place, onPlace, find }: MessageListProps) {
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
    const { anchor } = place;
    const show = () => {
      if (following.current) toEnd();
      else if (anchor !== undefined && find === undefined) showAnchor(scroller.current, anchor);
    };
    const stopShowing = showOnceDrawn(show);
    lastTop.current = scroller.current?.scrollTop ?? 0;
    look();
    // Fonts, folds and the width of the view change heights without a new message.
    const observer = new ResizeObserver(() => {
      if (following.current) toEnd();
      look();
    });
    if (content.current !== null) observer.observe(content.current);
    if (scroller.current !== null) observer.observe(scroller.current);
    return () => {
      stopShowing();
      observer.disconnect();
    };
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

  const blocks = useRef<readonly (readonly MessageView[])[]>([]);
  blocks.current = blocksOf(messages, blocks.current);
  const { first, drawMore } = useDrawn({ messages, at: place.following ? undefined : place.anchor?.messageId, find: find?.messageId, scroller, following, toEnd });

  const isFound = find !== undefined && messages.some(({ id }) => id === find.messageId);
  useLayoutEffect(() => {
    if (find === undefined || !isFound) return undefined;
    following.current = false;
    const stopShowing = showOnceDrawn(() => showFound(scroller.current, find));
    return () => {
      stopShowing();
      unmarkFound();
    };
  }, [find, isFound]);

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
    if (event.target instanceof Element && event.target.closest('[aria-expanded], .question-tools') !== null) following.current = false;
  };

  return (
    <main class="conversation">
      <section class="messages" ref={scroller} onScroll={onScroll} onClickCapture={onClick} tabIndex={0} aria-label={t('Conversation')}>
        <div class="messages-content" ref={content}>
          {first === 0 ? null : (
            <div class="earlier-messages">
              <Seen key={first} onSeen={drawMore} />
              <button
                type="button"
                class="text-button"
                onClick={() => {
                  drawMore();
                  scroller.current?.focus({ preventScroll: true });
                }}
              >
                {t('Show earlier messages')}
              </button>
            </div>
          )}
          {blocks.current.map((block, index) =>
            index < first ? null : <Block key={index} messages={block} busy={busy} hasLast={index === blocks.current.length - 1} steps={block.some(({ id }) => id === steps?.messageId) ? steps : undefined} />,
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
          {codicon('arrow-down')}
          {t('Jump to latest')}
        </button>
      ) : null}
    </main>
  );
}

const Block = memo(function Block({ messages, busy, hasLast, steps }: Pick<MessageListProps, 'messages' | 'busy' | 'steps'> & { readonly hasLast: boolean }) {
  return (
    <div class="block">
      {messages.map((message, index) =>
        message.answer === undefined ? (
          <Question key={message.id} message={message} busy={busy} />
        ) : (
          <Answer key={message.id} message={message} answer={message.answer} busy={busy} last={hasLast && index === messages.length - 1} steps={steps?.messageId === message.id ? steps : undefined} />
        ),
      )}
    </div>
  );
});
