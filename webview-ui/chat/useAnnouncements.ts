import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../src/shared/l10n';
import type { ChatState, MessageView } from '../../src/shared/protocol';
import { makeVisible } from '../../src/shared/visibleText';

/** Says when an answer begins and how it ended; never each word of it. */
export function useAnnouncements(state: ChatState | undefined, announce: (sentence: string) => void): void {
  const before = useRef<string>(undefined);
  useEffect(() => {
    const last = before.current;
    before.current = state?.running;
    if (state === undefined || state.running === last) return;
    if (state.running !== undefined) announce(t('Answering'));
    else announce(endInWords(state.messages.find((message) => message.id === last)));
  }, [state?.running]);
  useEffect(() => {
    if (state?.notice !== undefined) announce(makeVisible(state.notice.sentence));
  }, [state?.notice?.sentence]);
  useEffect(() => {
    if (state?.banner !== undefined) announce(makeVisible(state.banner.sentence));
  }, [state?.banner?.sentence]);
}

function endInWords(message: MessageView | undefined): string {
  switch (message?.answer?.state) {
    case 'failed':
      return t('The answer failed. {0}', makeVisible(message.answer.failure?.sentence ?? ''));
    case 'cancelled':
      return t('Answer stopped');
    case 'truncated':
      return t('Answer cut off');
    case 'interrupted':
      return t('Answer interrupted');
    case 'complete':
    case 'streaming':
    case undefined:
      return t('Answer finished');
  }
}
