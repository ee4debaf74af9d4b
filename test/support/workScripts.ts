import type { StoredMessage } from '../../src/core/model/thread';
import type { WorkWish } from '../../src/core/model/work';
import type { WireEvent } from '../../src/core/ports/wire';
import { answer, type Script } from './fakeWire';
import { testApp } from './testApp';

/** A critic, checker or judge that replies in the form it is asked for; `say` is told the prompt. */
export function verdict(say: object | ((prompt: string) => object)): Script {
  return async function* (request) {
    const prompt = request.messages.at(-1)?.text ?? '';
    const id = /\bThe id is (\S+)\. /.exec(prompt)?.[1];
    yield* answer(JSON.stringify({ id, ...(typeof say === 'function' ? say(prompt) : say) }));
  };
}

/** A judge of two versions who knows which text is the better one, wherever it stands. */
export function prefers(text: string): Script {
  return verdict((prompt) => ({ better: prompt.indexOf(text) < prompt.indexOf('<<end of answer 1') ? '1' : '2' }));
}

export const refused: readonly WireEvent[] = [{ type: 'failed', failure: { kind: 'refused', provider: 'demo' }, usage: undefined }];

/** Waits as long as the request is not given up. */
export const forever: Script = async function* (_request, signal) {
  yield { type: 'text', text: 'It begins' };
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  yield { type: 'failed', failure: { kind: 'cancelled' }, usage: undefined };
};

/** Conversations get no title from a model: every call is one of the work. */
export function workApp({ settings = {}, ...options }: NonNullable<Parameters<typeof testApp>[0]> = {}): ReturnType<typeof testApp> {
  return testApp({ ...options, settings: { 'titles.enabled': false, ...settings } });
}

type App = ReturnType<typeof testApp>['app'];

/** Asks, and waits for the end. */
export async function worked(app: App, work: WorkWish, text = 'Which sorting is stable, and why?'): Promise<{ readonly threadId: string; readonly message: StoredMessage }> {
  const sent = await app.conversations.send({ threadId: undefined, text, purpose: 'chat', work });
  if (!sent.ok) throw new Error(sent.failure.kind);
  await idle(app, sent.threadId);
  const message = (await app.conversations.open(sent.threadId))?.messages.find(({ id }) => id === sent.messageId);
  if (!message) throw new Error('no answer');
  return { threadId: sent.threadId, message };
}

export async function idle({ conversations }: App, threadId: string): Promise<void> {
  while (conversations.isBusy(threadId)) await new Promise((resolve) => setImmediate(resolve));
}
