import type { StoredMessage, StoredThread } from '../model/thread';
import type { Clock } from '../ports/clock';
import type { Ids } from '../ports/ids';

/**
 * Conversations of a file as new ones: every id is made anew, so that nothing stored can be overwritten. What refers to
 * another conversation of the same file still does; what refers to one that is not in it no longer does. Nothing is newer
 * than now: a file may say anything.
 */
export function* asNew({ clock, ids }: { readonly clock: Clock; readonly ids: Ids }, chats: readonly StoredThread[]): Generator<StoredThread, void> {
  const now = clock.now();
  const named = chats.map((chat) => ({ chat, id: ids.next(), messageIds: chat.messages.map(() => ids.next()) }));
  // Of two with the same id in the file, what refers to it means the first.
  const byOldId = new Map(named.toReversed().map((one) => [one.chat.thread.id, one]));
  for (const { chat, id, messageIds } of named) {
    const { forkedFrom, ...thread } = chat.thread;
    const origin = forkedFrom && byOldId.get(forkedFrom.threadId);
    const forkedAt = origin?.messageIds[origin.chat.messages.findIndex((message) => message.id === forkedFrom?.messageId)];
    yield {
      thread: {
        ...thread,
        id,
        createdAt: Math.min(thread.createdAt, now),
        updatedAt: Math.min(thread.updatedAt, now),
        ...(origin && forkedAt !== undefined ? { forkedFrom: { threadId: origin.id, messageId: forkedAt } } : {}),
      },
      messages: chat.messages.map(({ earlier, ...message }, position): StoredMessage => {
        const kept = earlier === undefined ? undefined : byOldId.get(earlier);
        return { ...message, id: messageIds[position] ?? ids.next(), threadId: id, createdAt: Math.min(message.createdAt, now), ...(kept ? { earlier: kept.id } : {}) };
      }),
    };
  }
}
