import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { forgetOldTabs, isTabKept, keptOfSidebar, keptOfTab, keptTabs, newTabId } from '../../../src/vscode/chat/keptChat';

/** The editor's memory of a workspace: what comes out is a copy of what went in, and undefined is nothing. */
function memory(): vscode.Memento {
  const kept = new Map<string, string>();
  return {
    keys: () => [...kept.keys()],
    get: (key: string) => {
      const text = kept.get(key);
      return text === undefined ? undefined : JSON.parse(text);
    },
    update: async (key: string, value: unknown) => {
      if (value === undefined) kept.delete(key);
      else kept.set(key, JSON.stringify(value));
    },
  };
}

const image = (size: number) => [{ kind: 'image', name: 'x', mediaType: 'image/png', base64: 'x'.repeat(size) }];

describe('what is kept of chats', () => {
  it('is of each chat alone: the sidebar, and every tab', async () => {
    const state = memory();
    const chats = [keptOfSidebar(state), keptOfTab(state, 'mf0000000-aa'), keptOfTab(state, 'mf0000000-ab')];
    for (const [place, chat] of chats.entries()) {
      await chat.keepThread(`thread ${place}`);
      await chat.keepDraft(`draft ${place}`, place + 1);
      await chat.keepSent([place]);
      await chat.keepContext([{ kind: 'file', uri: `file:///${place}` }]);
    }
    const again = [keptOfSidebar(state), keptOfTab(state, 'mf0000000-aa'), keptOfTab(state, 'mf0000000-ab')];
    assert.deepEqual(again.map((chat) => [chat.threadId(), chat.draft(), chat.draftTurn(), chat.keptSent(), chat.keptContext()]), chats.map((_, place) => [`thread ${place}`, `draft ${place}`, place + 1, [place], [{ kind: 'file', uri: `file:///${place}` }]]));
  });

  it('is where earlier versions kept that of the sidebar', async () => {
    const state = memory();
    await Promise.all([state.update('farthing.thread', 't'), state.update('farthing.draft', 'd'), state.update('farthing.draftTurn', 7), state.update('farthing.context', [1])]);
    const kept = keptOfSidebar(state);
    assert.deepEqual([kept.threadId(), kept.draft(), kept.draftTurn(), kept.keptSent(), kept.keptContext()], ['t', 'd', 7, [], [1]]);
  });

  it('goes with a tab that is closed, and nothing else does', async () => {
    const state = memory();
    await keptOfSidebar(state).keepThread('sidebar');
    for (const id of ['a', 'ab', 'b']) await keptOfTab(state, id).keepDraft(id, 0);
    assert.ok(isTabKept(state, 'a'), 'also a draft that nobody has changed');
    const closed = keptOfTab(state, 'a');
    await closed.forget();
    // Something was still being read for its draft.
    await closed.keepContext([{ kind: 'page', url: 'https://a.example', title: '', text: 'private', note: '' }]);
    await closed.keepDraft('late', 1);
    assert.deepEqual(state.keys().filter((key) => key.startsWith('farthing.tab.a.')), []);
    assert.deepEqual(['a', 'ab', 'b', '', 'thread'].map((id) => isTabKept(state, id)), [false, true, true, false, false]);
    assert.equal(keptOfSidebar(state).threadId(), 'sidebar');
  });

  it('of more than fifty tabs the oldest are forgotten, however they were written', async () => {
    const state = memory();
    await keptOfSidebar(state).keepThread('sidebar');
    const ids = Array.from({ length: 53 }, (_, place) => newTabId(1_795_000_000_000 + place * 40, 'abcdef0123456789'));
    for (const id of ids.toReversed()) {
      await keptOfTab(state, id).keepDraft('x', 1);
      await keptOfTab(state, id).keepContext([]);
    }
    assert.deepEqual(keptTabs(state), ids.toReversed(), 'the newest first');
    await forgetOldTabs(state);
    assert.deepEqual(ids.filter((id) => !isTabKept(state, id)), ids.slice(0, 3));
    assert.equal(state.keys().length, 50 * 3 + 1);
  });

  it('leaves less room for what goes with a draft the more other tabs hold, and never none', async () => {
    const state = memory();
    const room = () => keptOfTab(state, 'new').contextRoom();
    assert.equal(room(), 2_000_000);
    await keptOfTab(state, 'new').keepContext(image(1_900_000));
    await keptOfTab(state, 'a').keepContext(image(1_900_000));
    assert.equal(room(), 2_000_000, 'its own counts for nothing');
    await keptOfTab(state, 'b').keepContext(image(1_500_000));
    assert.ok(room() > 590_000 && room() < 600_000, `${room()}`);
    await keptOfTab(state, 'c').keepContext(image(1_900_000));
    assert.equal(room(), 100_000);
    assert.equal(keptOfSidebar(state).contextRoom(), 2_000_000);
  });
});
