import { historyOf } from '../conversation/history';
import { warmPrefix } from '../conversation/warmPrefix';
import type { AskRequest, Purpose } from '../model/ask';
import type { ContextItem } from '../model/contextItem';
import type { StoredMessage } from '../model/thread';

/** A question that is not asked yet, as a page has it. */
export interface Draft {
  readonly text: string;
  readonly language?: string | undefined;
  readonly threadId: string | undefined;
  /** The conversation as it is shown: typing reads no database. */
  readonly before: readonly StoredMessage[];
  readonly context?: readonly ContextItem[];
}

/** What would be sent for it. `at` in epoch milliseconds. */
export function requestFor({ text, language, threadId, before, context = [] }: Draft, purpose: Purpose, at: number): AskRequest {
  const last = before.at(-1);
  const position = (last?.position ?? -1) + 1;
  const messages = historyOf([...before, { id: '', threadId: '', position, role: 'user', text, createdAt: at, context }], position);
  return { messages, purpose, ...(language === undefined ? {} : { language }), ...(threadId === undefined ? {} : { threadId }), ...warmPrefix(last, at) };
}
