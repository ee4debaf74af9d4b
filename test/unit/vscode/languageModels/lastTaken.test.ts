import assert from 'node:assert/strict';
import type { Failure } from '../../../../src/core/model/failure';
import type { StoredMessage } from '../../../../src/core/model/thread';
import { lastTaken } from '../../../../src/vscode/languageModels/lastTaken';

/** Answers of a conversation, each with a question before it: `ok`, or how it failed and whether some of it came. */
function conversation(...answers: readonly ('ok' | Failure['kind'] | `${Failure['kind']} after words`)[]): StoredMessage[] {
  return answers.flatMap((how, index) => {
    const kind = how.replace(' after words', '');
    const text = how === 'ok' || kind !== how ? 'words' : '';
    const failure: Failure | undefined = kind === 'noCandidate' ? { kind: 'noCandidate', reason: 'vision' } : kind === 'offline' ? { kind: 'offline', provider: 'acme' } : undefined;
    const base = { threadId: 'thread', createdAt: 0 };
    return [
      { ...base, id: `q${index}`, role: 'user', text: 'question', position: index * 2 },
      { ...base, id: `a${index}`, role: 'assistant', text, position: index * 2 + 1, answer: { state: failure ? 'failed' : 'complete', ...(failure ? { failure } : {}) } },
    ] satisfies StoredMessage[];
  });
}

describe('lastTaken', () => {
  const rows: readonly [string, StoredMessage[], string, string | undefined][] = [
    ['is the answer that is shown last', conversation('ok', 'ok'), 'a1', 'a1'],
    ['is none that came after it', conversation('ok', 'ok', 'ok'), 'a1', 'a1'],
    ['leaves out questions that no model could take', conversation('ok', 'noCandidate', 'noCandidate'), 'a2', 'a0'],
    ['keeps a question that failed otherwise: it may be meant by the next', conversation('ok', 'offline'), 'a1', 'a1'],
    ['keeps what was answered in part', conversation('noCandidate after words'), 'a0', 'a0'],
    ['is nothing where the first could not be taken', conversation('noCandidate'), 'a0', undefined],
    ['is nothing where the answer is gone', conversation('ok'), 'other', undefined],
  ];
  for (const [title, messages, shown, expected] of rows) it(title, () => assert.equal(lastTaken(messages, shown), expected));
});
