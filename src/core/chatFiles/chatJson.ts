import type { ContextItem } from '../model/contextItem';
import type { Failure } from '../model/failure';
import type { StoredAnswer, StoredMessage, StoredThread } from '../model/thread';
import type { WorkRecord } from '../model/work';

/** Version of the format; docs/history.md describes it. A change that an older reader would take wrongly is a new one. */
export const chatFileVersion = 1;

/**
 * Conversations as the text of a file, piece by piece: of many the text is longer than a string can be.
 * @param at when it is written, epoch milliseconds
 */
export function* jsonOf(chats: Iterable<StoredThread>, at: number): Generator<string, void> {
  yield `{\n  "farthing": ${JSON.stringify({ version: chatFileVersion })},\n  "exportedAt": ${JSON.stringify(isoTime(at))},\n  "chats": [`;
  let separator = '\n    ';
  for (const chat of chats) {
    yield separator + JSON.stringify(chatObject(chat), undefined, 2).replaceAll('\n', '\n    ');
    separator = ',\n    ';
  }
  yield '\n  ]\n}\n';
}

/** A time as the file has it: ISO 8601 in UTC. Those that no calendar has become the last one that it has. */
export function isoTime(ms: number): string {
  return new Date(Math.min(Math.max(ms, 0), Date.UTC(9999, 11, 31))).toISOString();
}

function chatObject({ thread: { id, title, createdAt, updatedAt, ...rest }, messages }: StoredThread): object {
  return { id, title, createdAt: isoTime(createdAt), updatedAt: isoTime(updatedAt), ...rest, messages: messages.map(messageObject) };
}

function messageObject({ id, role, text, createdAt, shown, context, earlier, answer }: StoredMessage): object {
  return { id, role, text, createdAt: isoTime(createdAt), shown, context: context?.map(contextObject), earlier, answer: answer && answerObject(answer) };
}

/** Without the address that it was read from: that is a place on this machine. */
function contextObject({ source: _source, readAt, ...item }: ContextItem): object {
  return { ...item, readAt: isoTime(readAt) };
}

/** What was said and what it cost; not why this model was chosen, and nothing about the window it was written in. */
function answerObject({ why: _why, window: _window, waiting: _waiting, state, failure, work, ...answer }: StoredAnswer): object {
  return { ...answer, state: state === 'streaming' ? 'interrupted' : state, failure: failure && failureObject(failure), work: work && workObject(work) };
}

function workObject({ task: _task, steps, ...work }: WorkRecord): object {
  return { ...work, steps: steps.map(({ failure, ...step }) => ({ ...step, failure: failure && failureObject(failure) })) };
}

function failureObject(failure: Failure): object {
  return { kind: failure.kind, ...('detail' in failure ? { detail: failure.detail } : {}) };
}
