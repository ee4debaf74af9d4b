import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import { type ChatState, type MessageView, stateDelta } from '../../src/shared/protocol';
import { type ChatPage, type ChatPages, openChatPages } from '../support/chatPage';
import { answerText, completeAnswer, conversation, thread } from '../support/chatStates';

declare global {
  interface Window {
    /** Says that there is time for one thing that waits for it; false when there is none. */
    idle: () => boolean;
  }
}

const length = 700;

/** A conversation of questions and answers with code, in which one word occurs once, far up. */
function longConversation(): ChatState {
  const messages = Array.from({ length }, (_, index): MessageView => {
    if (index % 2 === 0) return { id: `m${index}`, role: 'user', text: index === 40 ? 'Where do xylophones come from?' : `Question ${index}` };
    return { id: `m${index}`, role: 'assistant', text: `Answer ${index}\n\n${answerText}`, answer: completeAnswer };
  });
  const hit = { threadId: thread.id, messageId: 'm40', role: 'user', title: thread.title, when: 'just now', archived: false, pieces: [{ text: 'xylophones', marked: true }] } as const;
  return { ...conversation({}), messages, search: { query: 'xylophones', more: false, unfinished: false, hits: [hit] } };
}

describe('a long conversation', function () {
  this.timeout(30_000);
  let pages: ChatPages;
  let chat: ChatPage;
  let page: Page;
  before(async () => {
    pages = await openChatPages();
    chat = await pages.open({ state: longConversation(), width: 400 });
    ({ page } = chat);
    // When there is time is what the tests say.
    await page.addInitScript(() => {
      const waiting = new Map<number, IdleRequestCallback>();
      let last = 0;
      Object.assign(window, {
        requestIdleCallback: (run: IdleRequestCallback) => {
          waiting.set(++last, run);
          return last;
        },
        cancelIdleCallback: (id: number) => waiting.delete(id),
        idle: () => {
          const [next] = waiting;
          if (next === undefined) return false;
          waiting.delete(next[0]);
          next[1]({ didTimeout: false, timeRemaining: () => 10 });
          return true;
        },
      });
    });
    await page.reload();
    await page.locator('[data-message-id="m699"]').waitFor();
  });
  after(() => pages.close());

  const drawn = () => page.locator('article').evaluateAll((all) => all.map((one) => Number(one.getAttribute('data-message-id')?.slice(1))));
  const idle = () =>
    page.evaluate(async () => {
      const was = window.idle();
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      return was;
    });
  const topOf = (id: string) => page.locator(`[data-message-id="${id}"]`).evaluate((element) => Math.round(element.getBoundingClientRect().top));
  const assertInOrder = (ids: readonly number[]) => assert.deepEqual(ids, Array.from({ length: ids.length }, (_, index) => length - ids.length + index));

  it('shows its end at once, and the rest when there is time, without moving what is read', async () => {
    const atOnce = await drawn();
    assert.ok(atOnce.length >= 32 && atOnce.length <= 48, `${atOnce.length} messages at once`);
    assertInOrder(atOnce);
    assert.ok((await topOf('m699')) < 720, 'its end is in view');
    await idle();
    assertInOrder(await drawn());
    assert.ok((await topOf('m699')) < 720, 'it still is');
    await page.locator('.messages').evaluate((element) => element.scrollBy(0, -900));
    await page.getByRole('button', { name: 'Jump to latest' }).waitFor();
    const read = await page.locator('.messages').evaluate((scroller) => [...scroller.querySelectorAll('article')].find((one) => one.getBoundingClientRect().bottom > scroller.getBoundingClientRect().top)?.getAttribute('data-message-id') ?? '');
    const before = await topOf(read);
    while (await idle()) assert.ok(Math.abs((await topOf(read)) - before) <= 1, `${read} moved from ${before} to ${await topOf(read)}`);
    const unasked = await drawn();
    assertInOrder(unasked);
    assert.ok(unasked.length >= 512 && unasked.length < 528, `${unasked.length} messages unasked`);
  });

  it('draws what is before it when that is scrolled to, or by a button', async () => {
    const { length: before } = await drawn();
    await page.getByRole('button', { name: 'Show earlier messages' }).press('Enter');
    await page.waitForFunction((count) => document.querySelectorAll('article').length > count, before);
    assertInOrder(await drawn());
    assert.deepEqual(chat.errors, []);
  });

  it('goes to what was found far up, and comes back to where it was after a reload', async () => {
    await page.reload();
    await page.locator('[data-message-id="m699"]').waitFor();
    await page.getByRole('button', { name: 'Chats' }).click();
    await page.getByRole('searchbox').fill('xylophones');
    await page.getByRole('list', { name: 'Found' }).getByRole('button').click();
    const found = page.locator('[data-message-id="m40"]');
    await found.and(page.locator('.found')).waitFor();
    assertInOrder(await drawn());
    const inView = async () => {
      const top = await topOf('m40');
      return top > 0 && top < 700;
    };
    await page.waitForFunction(() => sessionStorage.getItem('state')?.includes('"m40"') === true || sessionStorage.getItem('state')?.includes('"m39"') === true);
    assert.ok(await inView(), `it is at ${await topOf('m40')}`);
    await idle();
    assert.ok(await inView(), `it is at ${await topOf('m40')}`);
    await page.reload();
    await found.waitFor();
    await idle();
    assert.ok(await inView(), `after the reload it is at ${await topOf('m40')}`);
    assert.ok((await drawn()).length < length, 'not all is drawn for it');
  });

  it('can lose its end and be asked on', async () => {
    await chat.send({ type: 'messages-kept', count: 10 });
    await page.waitForFunction(() => document.querySelectorAll('article').length === 10);
    await chat.send(stateDelta({ running: 'a1' }), { type: 'message-added', message: { id: 'q1', role: 'user', text: 'And now?' } });
    await page.getByText('And now?').waitFor();
    assert.deepEqual(await page.locator('article').last().getAttribute('data-message-id'), 'q1');
    assert.deepEqual(chat.errors, []);
  });
});
