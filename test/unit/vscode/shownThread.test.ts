import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { StoredAnswer, StoredMessage, StoredThread } from '../../../src/core/model/thread';
import { ShownThread } from '../../../src/vscode/chat/shownThread';

type ThreadEvent = Parameters<ShownThread['take']>[0];

const question: StoredMessage = { id: 'q', threadId: 't', position: 0, role: 'user', text: 'Why?', createdAt: 0 };
const answer = (changes: Partial<StoredMessage> = {}, about: Partial<StoredAnswer> = {}): StoredMessage => ({ id: 'a', threadId: 't', position: 1, role: 'assistant', text: 'Because', createdAt: 0, answer: { state: 'streaming', ...about }, ...changes });
const stored = (messages: readonly StoredMessage[], updatedAt = 1): StoredThread => ({ thread: { id: 't', title: 'Why?', createdAt: 0, updatedAt, realm: 'real' }, messages });
const piece = (type: 'text-appended' | 'reasoning-appended', at: number, text = '!'): ThreadEvent => ({ type, threadId: 't', messageId: 'a', at, text });

function shown(...messages: readonly StoredMessage[]): ShownThread {
  const thread = new ShownThread();
  thread.read(stored(messages));
  return thread;
}

describe('ShownThread', () => {
  const whole = answer({}, { state: 'complete', arm: 'one/model' });
  const rows: readonly (readonly [name: string, event: ThreadEvent, becomes: readonly StoredMessage[] | undefined])[] = [
    ['takes a message', { type: 'message-added', threadId: 't', message: { ...question, id: 'q2', position: 2 } }, [question, answer(), { ...question, id: 'q2', position: 2 }]],
    ['does not take one twice', { type: 'message-added', threadId: 't', message: answer() }, undefined],
    ['takes messages away', { type: 'messages-removed', threadId: 't', from: 1 }, [question]],
    ['takes another text of a message', { type: 'message-changed', threadId: 't', message: answer({ text: 'Taken' }) }, [question, answer({ text: 'Taken' })]],
    ['has no place for a message that it does not know', { type: 'message-changed', threadId: 't', message: answer({ id: 'b' }) }, undefined],
    ['takes a piece of text that goes on where it ends', piece('text-appended', 7), [question, answer({ text: 'Because!' })]],
    ['has no place for one that comes too early', piece('text-appended', 8), undefined],
    ['has no place for one that it has already', piece('text-appended', 6), undefined],
    ['takes the first piece of the reasoning', piece('reasoning-appended', 0), [question, answer({}, { reasoning: '!' })]],
    ['has no place for reasoning behind a gap', piece('reasoning-appended', 1), undefined],
    ['has no place for text of a step that is not there', { type: 'step-appended', threadId: 't', messageId: 'a', stepId: 's', at: 0, text: '!' }, undefined],
    ['takes what is new of an answer', { type: 'answer-changed', threadId: 't', messageId: 'a', phase: 'ended', answer: { state: 'complete', arm: 'one/model' } }, [question, whole]],
    ['misses nothing of an answer whose message it does not know', { type: 'answer-changed', threadId: 't', messageId: 'b', phase: 'ended', answer: { state: 'complete' } }, [question, answer()]],
  ];
  for (const [name, event, becomes] of rows) {
    it(name, () => {
      const thread = shown(question, answer());
      assert.equal(thread.take(event), becomes !== undefined);
      assert.deepEqual(thread.messages, becomes ?? [question, answer()]);
    });
  }

  it('is of the moment when it was read, unless something was missed meanwhile', () => {
    const thread = shown(question, whole);
    assert.equal(thread.isOf(1), true);
    assert.equal(thread.isOf(2), false);
    assert.equal(thread.isOf(undefined), false);
    thread.beginReading();
    assert.equal(thread.isReading, true);
    thread.take(piece('text-appended', 99));
    thread.read(stored([question, whole]));
    assert.equal(thread.isReading, false);
    assert.equal(thread.isOf(1), false);
  });

  it('is read again while an answer is shown as under way: its window may be gone', () => {
    assert.equal(shown(question, answer()).isOf(1), false);
  });

  const differences: readonly (readonly [name: string, messages: readonly StoredMessage[], isSame: boolean])[] = [
    ['the same', [question, whole], true],
    ['one message less', [question], false],
    ['a longer text', [question, { ...whole, text: 'Because of it' }], false],
    ['another state', [question, answer({}, { state: 'truncated' })], false],
    ['another rating', [question, answer({}, { ...whole.answer, state: 'complete', rating: { value: 'up' } })], false],
  ];
  for (const [name, messages, isSame] of differences) {
    it(`knows what is stored from what it shows: ${name}`, () => {
      const thread = shown(question, whole);
      assert.equal(thread.isSame(stored(messages, 5)), isSame);
      assert.equal(thread.isOf(5), isSame);
    });
  }

  it('keeps what it shows of a conversation that cannot be read, and nothing of another', () => {
    const thread = shown(question, whole);
    thread.beginReading();
    thread.unreadable('t');
    assert.deepEqual([thread.messages.length, thread.isReading, thread.isOf(1)], [2, false, false]);
    thread.unreadable('other');
    assert.deepEqual(thread.messages, []);
  });

  it('finds the last answer that a model gave, and what stands before it', () => {
    const failed: ThreadEvent = { type: 'message-added', threadId: 't', message: answer({ id: 'f', position: 2 }, { state: 'failed' }) };
    const thread = shown(question, whole);
    thread.take(failed);
    assert.equal(thread.lastMessageId, 'a');
    assert.equal(thread.messageBefore('f'), whole);
    assert.equal(thread.messageBefore('q'), undefined);
    assert.equal(thread.messageBefore('unknown'), undefined);
  });
});
