import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import type { CompareState } from '../../src/shared/compareProtocol';
import type { ChatState } from '../../src/shared/protocol';
import { makeVisible } from '../../src/shared/visibleText';
import { type ChatPage, type ChatPages, openChatPages } from '../support/chatPage';
import { type ChatStateName, chatStates, conversation, readyState } from '../support/chatStates';
import { contextStates, firstCompletions } from '../support/contextStates';
import { plainIn } from '../support/otherLanguage';
import { showState } from '../support/showState';
import { askingState, compareState, underWay, works, workViews } from '../support/workStates';

/** Data that stands in no state: names, keys and addresses, the same in every language. */
const sameEverywhere = ['OpenRouter', 'Farthing', 'F2', 'Enter', 'Escape'];

/** What the host says of a state is data here; its texts are those of other modules. */
function stringsIn(value: unknown): readonly string[] {
  // Of a path its last part is shown as well.
  if (typeof value === 'string') return [makeVisible(value), value.slice(value.lastIndexOf('/') + 1)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

/** Everything a person sees or hears of the page, piece by piece. */
async function wordsOf(page: Page): Promise<readonly { readonly text: string; readonly where: string; readonly isPartOfData: boolean }[]> {
  return page.evaluate(() => {
    const found: { text: string; where: string; isPartOfData: boolean }[] = [];
    const add = (text: string | null | undefined, where: string, element: Element) => {
      if (text !== null && text !== undefined && text.trim() !== '') found.push({ text: text.trim(), where, isPartOfData: element.closest('.answer-text, .step-text, .reasoning, .column, .differences, .thread-title, .hit-text') !== null });
    };
    const walker = document.createTreeWalker(document.getElementById('root') ?? document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node instanceof Element) for (const name of ['aria-label', 'title', 'placeholder', 'aria-description', 'aria-valuetext', 'data-head', 'alt']) add(node.getAttribute(name), `${node.tagName.toLowerCase()}.${node.className} ${name}`, node);
      else if (node.parentElement !== null) add(node.nodeValue, `${node.parentElement.tagName.toLowerCase()}.${node.parentElement.className}`, node.parentElement);
    }
    return found;
  });
}

async function assertNothingPlain(chat: ChatPage, state: ChatState | CompareState): Promise<void> {
  const data = [...new Set([...stringsIn(state), ...sameEverywhere])].filter((one) => one.trim() !== '').toSorted((one, other) => other.length - one.length);
  const words = await wordsOf(chat.page);
  assert.ok(words.some(({ text }) => text.includes('⟦')), 'no text is translated');
  const plain = words.flatMap(({ text, where, isPartOfData }) => {
    const found = isPartOfData && data.some((one) => one.includes(text)) ? undefined : plainIn(text, data);
    return found === undefined ? [] : [`${where}: "${found}"`];
  });
  assert.deepEqual(plain, []);
}

describe('texts of the pages in another language', function () {
  this.timeout(30_000);
  let pages: ChatPages;
  before(async () => {
    pages = await openChatPages();
  });
  after(() => pages.close());

  for (const name of Object.keys(chatStates) as ChatStateName[]) {
    it(`chat, ${name}`, async () => {
      const chat = await pages.open({ state: chatStates[name], inBrackets: true });
      await showState(chat, name);
      await assertNothingPlain(chat, chatStates[name]);
      await chat.close();
    });
  }

  it('chat, with what goes with a question, and several models', async () => {
    const states: readonly ChatState[] = [...Object.values(contextStates), { ...readyState, completions: firstCompletions }, ...Object.values(workViews).map((work) => conversation({ work }))];
    const chat = await pages.open({ inBrackets: true });
    for (const [place, state] of states.entries()) {
      await chat.sendRaw({ type: 'snapshot', sequence: 100 + place, state });
      await chat.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      await chat.page.evaluate(() => {
        for (const folded of document.querySelectorAll<HTMLElement>('.messages [aria-expanded=false]:not([aria-haspopup])')) folded.click();
      });
      await assertNothingPlain(chat, state);
    }
    await chat.page.getByRole('button', { name: 'How to ask' }).click();
    await assertNothingPlain(chat, states.at(-1) ?? readyState);
    await chat.close();
  });

  const comparisons: Readonly<Record<string, CompareState>> = { asking: askingState, running: compareState(underWay.compare, 'streaming'), ended: compareState(works.compare) };
  for (const [name, state] of Object.entries(comparisons)) {
    it(`comparison, ${name}`, async () => {
      const compare = await pages.open({ comparison: state, inBrackets: true, width: 900 });
      await assertNothingPlain(compare, state);
      const differences = compare.page.getByRole('button', { name: 'Differences' });
      if ((await differences.count()) > 0) {
        await differences.click();
        await assertNothingPlain(compare, state);
      }
      await compare.close();
    });
  }
});
