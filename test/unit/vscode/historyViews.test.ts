import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Thread } from '../../../src/core/model/thread';
import { currentThread, hitView, piecesOf, questionView, threadView } from '../../../src/vscode/chat/historyViews';

/** A Friday, ten to eleven in the evening here. */
const now = new Date(2026, 10, 20, 22, 50).getTime();
const thread = (changes: Partial<Thread>): Thread => ({ id: 't', title: 'Title', createdAt: 0, updatedAt: now, realm: 'real', ...changes });

describe('threadView', () => {
  const rows: readonly (readonly [name: string, at: Date, group: string, when: string | RegExp])[] = [
    ['a moment ago', new Date(2026, 10, 20, 22, 49, 30), 'today', 'just now'],
    ['of a clock that is ahead', new Date(2026, 10, 20, 22, 58), 'today', 'just now'],
    ['minutes ago', new Date(2026, 10, 20, 22, 8), 'today', '42 min ago'],
    ['this morning', new Date(2026, 10, 20, 0, 0), 'today', '22 h ago'],
    ['last evening, a second before midnight', new Date(2026, 10, 19, 23, 59, 59), 'yesterday', 'yesterday'],
    ['yesterday at midnight, nearly two days ago', new Date(2026, 10, 19, 0, 0), 'yesterday', 'yesterday'],
    ['the day before', new Date(2026, 10, 18, 23, 59), 'earlier', '2 days ago'],
    ['a week ago', new Date(2026, 10, 13, 12, 0), 'earlier', /13/],
    ['another year', new Date(2025, 11, 31, 12, 0), 'earlier', /2025/],
  ];
  for (const [name, at, group, when] of rows) {
    it(name, () => {
      const view = threadView(thread({ updatedAt: at.getTime() }), false, now);
      assert.equal(view.group, group);
      if (typeof when === 'string') assert.equal(view.when, when);
      else assert.match(view.when, when);
    });
  }

  it('counts days across a change of the clocks', () => {
    const afterChange = new Date(2026, 9, 26, 0, 30).getTime();
    assert.equal(threadView(thread({ updatedAt: new Date(2026, 9, 25, 0, 10).getTime() }), false, afterChange).group, 'yesterday');
  });

  it('keeps the pinned on top and the archived out of it, also one that is both', () => {
    assert.equal(threadView(thread({ pinned: true, updatedAt: 0 }), false, now).group, 'pinned');
    assert.equal(threadView(thread({ pinned: true, archived: true }), false, now).group, 'archived');
  });

  it('tells of the demo and of an answer under way', () => {
    assert.deepEqual(threadView(thread({ realm: 'demo' }), true, now), { id: 't', title: 'Title', when: 'just now', group: 'today', demo: true, running: true });
  });
});

describe('piecesOf', () => {
  const rows: readonly (readonly [name: string, text: string, ranges: readonly (readonly [number, number])[], expected: string])[] = [
    ['nothing marked', 'abc', [], 'abc'],
    ['in the middle', 'a race here', [[2, 6]], 'a [race] here'],
    ['at both ends, side by side', 'abcd', [[0, 1], [1, 2], [3, 4]], '[a][b]c[d]'],
    ['everything', 'abc', [[0, 3]], '[abc]'],
    ['nothing at all', '', [], ''],
    ['overlapping, empty and outside: left out', 'abcdef', [[1, 3], [2, 4], [4, 4], [5, 9]], 'a[bc]def'],
  ];
  for (const [name, text, ranges, expected] of rows) it(name, () => assert.equal(piecesOf({ text, ranges }).map((piece) => (piece.marked ? `[${piece.text}]` : piece.text)).join(''), expected));
});

describe('hitView', () => {
  it('is of a message, with when that was written', () => {
    const view = hitView({ thread: thread({ archived: true, updatedAt: now }), message: { id: 'm', role: 'assistant', createdAt: new Date(2026, 10, 19, 12).getTime() }, snippet: { text: 'a race', ranges: [[2, 6]] } }, now);
    assert.deepEqual(view, { threadId: 't', title: 'Title', when: 'yesterday', archived: true, messageId: 'm', role: 'assistant', pieces: [{ text: 'a ', marked: false }, { text: 'race', marked: true }] });
  });

  it('is of a title', () => {
    assert.deepEqual(hitView({ thread: thread({}), snippet: { text: 'Title', ranges: [] } }, now), { threadId: 't', title: 'Title', when: 'just now', archived: false, pieces: [{ text: 'Title', marked: false }] });
  });
});

describe('what a page shows of a conversation', () => {
  it('names what is so, and nothing else', () => {
    assert.deepEqual(currentThread(thread({})), { id: 't', title: 'Title' });
    assert.deepEqual(currentThread(thread({ pinned: true, archived: true, forkedFrom: { threadId: 'o', messageId: 'm' } })), { id: 't', title: 'Title', pinned: true, archived: true, origin: 'o' });
  });

  it('has what was sent only where it is not what is shown', () => {
    const question = { id: 'q', threadId: 't', position: 0, role: 'user' as const, text: 'whole', createdAt: 0 };
    assert.deepEqual(questionView(question), {});
    assert.deepEqual(questionView({ ...question, shown: 'whole' }), {});
    assert.deepEqual(questionView({ ...question, shown: 'short', earlier: 'e' }), { sent: 'whole', earlier: 'e' });
  });
});
