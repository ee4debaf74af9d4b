import type { StoredMessage, Thread } from '../model/thread';
import type { Clock } from '../ports/clock';
import type { Ids } from '../ports/ids';

/**
 * A conversation of its own with copies of the messages up to and including `upTo`. An answer that is being written is
 * copied as far as it is: nobody goes on writing the copy.
 */
export function copyOf(
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
  { thread, messages }: { readonly thread: Thread; readonly messages: readonly StoredMessage[] },
  upTo: string,
  changes: Pick<Thread, 'title' | 'archived'>,
): { readonly thread: Thread; readonly messages: readonly StoredMessage[] } {
  const now = clock.now();
  const id = ids.next();
  const last = messages.findIndex((message) => message.id === upTo);
  return {
    thread: { id, createdAt: now, updatedAt: now, realm: thread.realm, ...(thread.titleBy ? { titleBy: thread.titleBy } : {}), forkedFrom: { threadId: thread.id, messageId: upTo }, ...changes },
    messages: messages.slice(0, last + 1).map((message) => ({ ...message, id: ids.next(), threadId: id, ...(message.answer?.state === 'streaming' ? { answer: { ...message.answer, state: 'interrupted' } } : {}) })),
  };
}
