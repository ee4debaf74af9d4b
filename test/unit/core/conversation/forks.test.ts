import assert from 'node:assert/strict';
import type { ContextItem } from '../../../../src/core/model/contextItem';
import type { ConversationEvent, StoredThread } from '../../../../src/core/model/thread';
import { StorageError } from '../../../../src/core/ports/ledgerStore';
import { answer } from '../../../support/fakeWire';
import { testApp } from '../../../support/testApp';

const item: ContextItem = { id: 'c', kind: 'file', label: 'app.ts', source: 'file:///app.ts', text: 'let a', readAt: 1 };

describe('forks and edited questions', () => {
  /** A conversation of two questions with their answers. */
  async function conversation() {
    const made = testApp();
    const { app, wire, threads } = made;
    for (const text of ['first answer', 'second answer', 'third answer']) wire.will('demo-small', answer(text));
    const send = async (text: string, threadId?: string): Promise<string> => {
      const sent = await app.conversations.send({ threadId, text, purpose: 'chat', ...(threadId === undefined ? { context: [item] } : {}) });
      assert.ok(sent.ok);
      await settled();
      return sent.threadId;
    };
    const settled = async (): Promise<void> => {
      for (let turn = 0; turn < 5000 && app.conversations.isRunning(); turn++) await Promise.resolve();
    };
    const threadId = await send('What does idempotent mean?');
    await send('What does nilpotent mean?', threadId);
    const open = async (id: string): Promise<StoredThread> => {
      const stored = await app.conversations.open(id);
      assert.ok(stored);
      return stored;
    };
    return { ...made, app, wire, threads, threadId, open, settled };
  }

  const textsOf = ({ messages }: StoredThread): readonly string[] => messages.map(({ text }) => text);

  it('a fork is a conversation of its own, with copies up to the message', async () => {
    const { app, threadId, open } = await conversation();
    const [question, reply] = (await open(threadId)).messages;
    assert.ok(question && reply);
    const forked = await app.conversations.fork(threadId, reply.id);
    assert.ok(forked.ok);
    const copy = await open(forked.thread.id);
    assert.deepEqual(textsOf(copy), ['What does idempotent mean?', 'first answer']);
    assert.deepEqual(copy.thread.forkedFrom, { threadId, messageId: reply.id });
    assert.deepEqual(copy.messages[0]?.context, [item]);
    assert.equal(copy.messages[1]?.answer?.cost, reply.answer?.cost);
    assert.ok(copy.messages.every(({ id }) => id !== question.id && id !== reply.id));
    assert.equal((await open(threadId)).messages.length, 4, 'the other one stays as it is');
    assert.equal((await app.conversations.fork(threadId, 'unknown')).ok, false);
  });

  it('an edited question is asked in its place, with what went with it, and what was there is kept', async () => {
    const { app, wire, threadId, open, settled } = await conversation();
    const before = await open(threadId);
    const told: ConversationEvent['type'][] = [];
    app.conversations.onEvent(({ type }) => type !== 'threads-changed' && told.push(type));
    const edited = await app.conversations.editAndResend(threadId, before.messages[0]?.id ?? '', 'What does pure mean?');
    assert.ok(edited.ok && edited.earlier !== undefined);
    await settled();
    const after = await open(threadId);
    assert.deepEqual(textsOf(after), ['What does pure mean?', 'third answer']);
    assert.deepEqual([after.messages[0]?.earlier, after.messages[0]?.context], [edited.earlier, [item]]);
    assert.deepEqual(wire.requests.at(-1)?.messages.filter(({ role }) => role === 'assistant'), []);
    assert.equal(after.thread.title, 'What does pure mean?');
    const kept = await open(edited.earlier);
    assert.deepEqual(textsOf(kept), textsOf(before));
    assert.deepEqual([kept.thread.archived, kept.thread.title, kept.thread.forkedFrom], [true, before.thread.title, { threadId, messageId: before.messages.at(-1)?.id }]);
    assert.deepEqual((await app.conversations.list()).map(({ id }) => id), [threadId]);
    assert.deepEqual((await app.conversations.list({ archived: true })).map(({ id }) => id), [edited.earlier]);
    assert.deepEqual(told.slice(0, 3), ['messages-removed', 'message-added', 'message-added']);
  });

  it('a question asked anew in its own words shows what it showed', async () => {
    const { app, threadId, open, settled, wire } = await conversation();
    wire.will('demo-small', answer('of the selection'));
    await app.conversations.send({ threadId, text: 'Explain: const a = 1', shown: 'Explain', purpose: 'selection' });
    await settled();
    const asked = (await open(threadId)).messages.at(-2);
    for (const text of ['once more', 'in other words']) wire.will('demo-small', answer(text));
    await app.conversations.editAndResend(threadId, asked?.id ?? '', 'Explain: const a = 1');
    await settled();
    const again = (await open(threadId)).messages.at(-2);
    assert.deepEqual([again?.text, again?.shown], ['Explain: const a = 1', 'Explain']);
    await app.conversations.editAndResend(threadId, again?.id ?? '', 'Why?');
    await settled();
    assert.equal((await open(threadId)).messages.at(-2)?.shown, undefined);
  });

  it('a question that could not be kept before it is edited stays as it is', async () => {
    const { app, threads, threadId, open } = await conversation();
    threads.failNext.set('importThread', new StorageError('full', 'full'));
    const before = await open(threadId);
    const edited = await app.conversations.editAndResend(threadId, before.messages[0]?.id ?? '', 'What does pure mean?');
    assert.deepEqual(edited, { ok: false, failure: { kind: 'storage', problem: 'full', detail: 'full' } });
    assert.deepEqual(await open(threadId), before);
  });

  it('when it cannot be asked any more, the result tells where the conversation is kept', async () => {
    const { app, threads, threadId, open } = await conversation();
    threads.failNext.set('append', new StorageError('full', 'full'));
    const before = await open(threadId);
    const edited = await app.conversations.editAndResend(threadId, before.messages[2]?.id ?? '', 'What does pure mean?');
    assert.ok(!edited.ok && edited.earlier !== undefined);
    assert.deepEqual(textsOf(await open(edited.earlier)), textsOf(before));
  });

  it('answers are no questions, and nothing is edited while an answer is written', async () => {
    const { app, wire, threadId, open, settled } = await conversation();
    const { messages } = await open(threadId);
    assert.equal((await app.conversations.editAndResend(threadId, messages[1]?.id ?? '', 'x')).ok, false);
    wire.will('demo-small', answer('fourth answer'));
    await app.conversations.send({ threadId, text: 'more', purpose: 'chat' });
    assert.deepEqual(await app.conversations.editAndResend(threadId, messages[0]?.id ?? '', 'x'), { ok: false, failure: { kind: 'busy' } });
    await settled();
  });

  it('gives all conversations for an export, the archived as well, page by page', async () => {
    const { app, threads } = testApp();
    for (let index = 0; index < 450; index += 1) await threads.create({ id: `t${index}`, title: 'x', createdAt: index, updatedAt: Math.floor(index / 3), realm: 'real', ...(index % 7 === 0 ? { archived: true } : {}), ...(index % 11 === 0 ? { pinned: true } : {}) });
    const seen = new Set<string>();
    for await (const { thread } of app.conversations.everything()) seen.add(thread.id);
    assert.equal(seen.size, 450);
  });
});
