import type { App } from '../../core/app';
import type { Failure } from '../../core/model/failure';
import type { AnswerPhase, ConversationEvent, StoredAnswer, StoredMessage } from '../../core/model/thread';
import { t } from '../../shared/l10n';

type Conversations = App['conversations'];
type Sent = Awaited<ReturnType<Conversations['send']>>;

/** Told what happens to an answer, in order. */
export interface Following {
  changed(answer: StoredAnswer, phase: AnswerPhase): void;
  text(text: string): void;
}

export type Followed = { readonly ok: true; readonly message: StoredMessage } | { readonly ok: false; readonly failure: Failure };

/**
 * Begins an answer in a conversation and follows it to its end. Aborting stops the answer; what came is kept and told as
 * any other end. Never rejects for expected trouble.
 */
export async function followAnswer(conversations: Pick<Conversations, 'onEvent' | 'open' | 'stop'>, begin: () => Promise<Sent>, following: Following, signal: AbortSignal): Promise<Followed> {
  // The first events come before it is known which answer it is.
  const early: ConversationEvent[] = [];
  let messageId: string | undefined;
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const follow = (event: ConversationEvent): void => {
    if (!('messageId' in event) || event.messageId !== messageId) return;
    if (event.type === 'text-appended') following.text(event.text);
    if (event.type !== 'answer-changed') return;
    following.changed(event.answer, event.phase);
    if (event.phase === 'ended') end();
  };
  const stopListening = conversations.onEvent((event) => (messageId === undefined ? void early.push(event) : follow(event)));
  try {
    const sent = await begin();
    if (!sent.ok) return sent;
    ({ messageId } = sent);
    const stop = (): void => conversations.stop(sent.threadId);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    for (const event of early) follow(event);
    await ended;
    signal.removeEventListener('abort', stop);
    const message = (await conversations.open(sent.threadId))?.messages.find(({ id }) => id === sent.messageId);
    return message ? { ok: true, message } : { ok: false, failure: { kind: 'unexpected', detail: t('The conversation was deleted meanwhile.') } };
  } finally {
    stopListening();
  }
}
