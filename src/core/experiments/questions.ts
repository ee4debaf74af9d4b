import { historyOf } from '../conversation/history';
import type { QuestionPlace } from '../model/experiment';
import type { Message } from '../model/message';
import type { Domain } from '../model/modelCard';
import type { Realm } from '../model/provider';
import type { ThreadStore } from '../ports/threadStore';
import { mainDomain } from './candidateOf';
import type { RouteFor } from './judge';

/** How many of the newest conversations are looked through for questions. */
const searchedThreads = 200;

interface QuestionDependencies {
  readonly route: RouteFor;
  readonly threads: () => Promise<ThreadStore>;
  readonly realm: () => Realm;
}

/** Questions of the person's conversations that were answered, the newest first; of one domain, or all. */
export async function pastQuestions({ realm, route, threads: opened }: QuestionDependencies, most: number, domain?: Domain): Promise<readonly QuestionPlace[]> {
  const threads = await opened();
  const found: QuestionPlace[] = [];
  for (const { id, realm: of } of await threads.list({ limit: searchedThreads })) {
    if (of !== realm()) continue;
    const stored = await threads.get(id);
    const answered = stored?.messages.filter(({ role, position }) => role === 'user' && stored.messages.some((next) => next.position === position + 1 && next.answer?.state === 'complete')) ?? [];
    for (const question of answered.toReversed()) {
      if (found.length >= most) return found;
      if (domain !== undefined && stored) {
        const judged = await route({ messages: historyOf(stored.messages, question.position), purpose: 'experiment' });
        if ('kind' in judged || mainDomain(judged.profile) !== domain) continue;
      }
      found.push({ threadId: id, messageId: question.id });
    }
  }
  return found;
}

/** The conversation up to a question; undefined when it was deleted. */
export async function historyAt(threads: () => Promise<ThreadStore>, { threadId, messageId }: QuestionPlace): Promise<readonly Message[] | undefined> {
  const stored = await (await threads()).get(threadId);
  const question = stored?.messages.find(({ id }) => id === messageId);
  return stored && question && historyOf(stored.messages, question.position);
}
