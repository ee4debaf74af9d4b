import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type ContainerNode, h, render } from 'preact';
import type { ChatRequest, ChatState } from '../../../src/shared/protocol';
import { freshView, type SavedView } from '../../../webview-ui/chat/savedView';
import { useDraft } from '../../../webview-ui/chat/useDraft';
import { readyState } from '../../support/chatStates';

type Draft = ReturnType<typeof useDraft>;

/** Nothing is drawn, so that no document is needed. */
const nowhere = (): ContainerNode => ({ nodeType: 1, parentNode: null, firstChild: null, childNodes: [], insertBefore: (node) => node, appendChild: (node) => node, removeChild: (node) => node });

/** A page of which only the draft is there, and what it asks of the host. */
function begin(first?: Pick<ChatState, 'draft' | 'draftTurn'>, kept: Pick<SavedView, 'draft' | 'draftTurn'> = { draft: '' }) {
  let saved: SavedView = { ...freshView, ...kept };
  let state: ChatState | undefined = first && { ...readyState, ...first };
  let draft: Draft | undefined;
  const asked: ChatRequest[] = [];
  const request = async (wish: ChatRequest, onId?: (id: number) => void): Promise<void> => {
    const id = asked.push(wish);
    onId?.(id);
  };
  const save = (change: { readonly [K in keyof SavedView]?: SavedView[K] | undefined }) => {
    saved = { ...freshView, ...saved, ...(change.draft === undefined ? {} : { draft: change.draft }), ...(change.draftTurn === undefined ? {} : { draftTurn: change.draftTurn }) };
  };
  const root = nowhere();
  function Part(): null {
    draft = useDraft({ state, request, saved: () => saved, save, onRefused: () => undefined });
    return null;
  }
  const host = (change: Pick<ChatState, 'draft' | 'draftTurn'>) => {
    state = { ...(state ?? readyState), ...change };
    render(h(Part, {}), root);
  };
  const ofPage = (): Draft => draft ?? assert.fail('not drawn');
  render(h(Part, {}), root);
  return {
    /** The host's word comes. */
    host,
    /** Typed, and told after the pause. */
    type: (text: string) => {
      ofPage().write(text);
      ofPage().tellNow();
    },
    /** Typed and sent before the pause is over. */
    send: (text: string) => {
      ofPage().write(text);
      ofPage().send(text, undefined);
    },
    shown: () => saved.draft,
    turn: () => saved.draftTurn ?? 0,
    told: () => asked.flatMap((wish) => (wish.type === 'draft' ? [wish.text] : [])),
  };
}

describe('the draft of a page', () => {
  it('stays as it was typed when the host tells one from before it heard that', () => {
    const page = begin({ draft: '', draftTurn: 0 });
    page.type('a');
    const early = page.turn();
    page.type('ab');
    // Another conversation comes, read while somebody typed on.
    page.host({ draft: 'a', draftTurn: early });
    assert.equal(page.shown(), 'ab');
    assert.deepEqual(page.told(), ['a', 'ab']);
  });

  it('is not again the question that is on its way, also where the host does not know that it is the draft', () => {
    const page = begin({ draft: '', draftTurn: 0 });
    page.type('helo world');
    const told = page.turn();
    page.send('hello world');
    page.host({ draft: 'helo world', draftTurn: told });
    assert.equal(page.shown(), '');
  });

  it('is what the host gives back, also after questions of which it was not told each letter', () => {
    const page = begin({ draft: '', draftTurn: 3 });
    for (const question of ['one', 'two', 'three']) page.send(question);
    page.host({ draft: 'asked from elsewhere', draftTurn: 4 });
    assert.equal(page.shown(), 'asked from elsewhere');
  });

  it('is emptied when the host asked it without the page', () => {
    const page = begin({ draft: '', draftTurn: 0 });
    page.type('asked by a button');
    page.host({ draft: '', draftTurn: page.turn() + 1 });
    assert.equal(page.shown(), '');
  });

  it('is that of the host when the page begins, and what is given back goes before what was told', () => {
    const page = begin({ draft: 'kept', draftTurn: 5 });
    assert.equal(page.shown(), 'kept');
    page.type('kept and');
    page.host({ draft: 'given back\n\nkept and', draftTurn: page.turn() + 1 });
    assert.equal(page.shown(), 'given back\n\nkept and');
  });

  for (const { name, kept, first, typed, shown } of [
    { name: 'the page remembers less than the host', kept: { draft: '', draftTurn: 3 }, first: { draft: '', draftTurn: 12 }, typed: ['hel', 'hello'], shown: 'hello' },
    { name: 'the host has a draft that the page did not know', kept: { draft: '', draftTurn: 3 }, first: { draft: 'kept', draftTurn: 12 }, typed: ['hello'], shown: 'kept\nhello' },
    { name: 'the host knows more of the same draft', kept: { draft: 'half', draftTurn: 3 }, first: { draft: 'half a', draftTurn: 12 }, typed: ['half a question'], shown: 'half a question' },
    { name: 'the page knows more of the same draft', kept: { draft: 'half a', draftTurn: 4 }, first: { draft: 'half', draftTurn: 3 }, typed: ['half a question'], shown: 'half a question' },
    { name: 'the host has heard the first of it', kept: { draft: '', draftTurn: 0 }, first: { draft: 'hel', draftTurn: 1 }, typed: ['hel', 'hello'], shown: 'hello' },
    { name: 'the host has heard all of it', kept: { draft: '', draftTurn: 0 }, first: { draft: 'hello', draftTurn: 1 }, typed: ['hello'], shown: 'hello' },
  ]) {
    it(`is what was typed before the host's first word, where ${name}`, () => {
      const page = begin(undefined, kept);
      for (const text of typed) page.type(text);
      page.host(first);
      assert.equal(page.shown(), shown);
      assert.ok(first.draft === shown || page.told().at(-1) === shown, 'and the host is told');
      assert.ok(page.turn() >= first.draftTurn);
      page.host(first);
      assert.equal(page.shown(), shown, 'and it stays');
    });
  }
});
