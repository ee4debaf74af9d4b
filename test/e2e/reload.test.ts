import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { answerEnd, answerText, ask, assertBalanced, booksAtRest, booksOnDisk, editorRemembers, lastAnswer, longQuestion, newChat, openComposer, smallDemo } from '../support/asking';
import { useWorkbench, type Window } from '../support/workbench';

/** Shows another view in the sidebar, which takes the chat's page away. */
async function showExplorer(window: Window): Promise<void> {
  // Longer than the page gathers what it keeps (200 ms): what it says when it loses the focus has to arrive before it is closed.
  await window.page.locator('.activitybar .action-item a[aria-label^="Explorer"]').first().click({ delay: 300 });
  await window.page.locator('.explorer-folders-view').waitFor();
}

describe('the chat page, closed and opened again', () => {
  // Its answer takes half a minute and more: it is still being written when a page is there again over a slow connection.
  const workbench = useWorkbench({ settings: { ...smallDemo, 'farthing.models.pinned': 'demo/demo-large' } });

  it('while an answer streams: the answer went on without it', async function () {
    this.timeout(180_000);
    const { window } = workbench();
    await newChat(window);
    await ask(window, longQuestion);
    const seen = (await (await answerText(window)).innerText()).length;
    await showExplorer(window);
    await window.waitUntil(() => (booksOnDisk(workbench()).messages.at(-1)?.text.length ?? 0) > seen + 200, 'the answer to go on');
    await window.activityItem.click();
    const back = await answerText(window);
    assert.ok((await back.innerText()).length > seen);
    assert.equal(await lastAnswer(window.chat).getAttribute('aria-busy'), 'true', 'it is still being written');
    await window.chat.getByRole('button', { name: 'Stop (Escape)' }).waitFor();
    // The sidebar hidden and shown again, twice in a row.
    for (let times = 0; times < 2; times += 1) {
      await window.page.keyboard.press('Control+B');
      await window.page.locator('.part.sidebar').waitFor({ state: 'hidden' });
      await window.page.keyboard.press('Control+B');
      await window.page.locator('.part.sidebar').waitFor();
      await openComposer(window);
    }
    await answerEnd(window, 100_000);
    const books = await booksAtRest(workbench());
    assertBalanced(books);
    assert.deepEqual(books.calls.map(({ outcome }) => outcome), ['complete'], 'one call, whole');
    assert.equal(await window.chat.locator('article.question').count(), 1);
    assert.equal(await window.chat.locator('article.answer').count(), 1);
    const stored = books.messages.at(-1)?.text ?? '';
    const shown = (await lastAnswer(window.chat).locator('.answer-text').innerText()).replaceAll(/\W+/g, '');
    // Marks of Markdown are not letters, so letters and digits are the same in both.
    assert.equal(shown, stored.replaceAll(/\W+/g, ''), 'what is shown is what is stored');
  });

  it('keeps draft, conversation and place', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const composer = await openComposer(window);
    await composer.fill('a draft\nof two lines');
    const messages = window.chat.locator('.messages');
    await messages.evaluate((element) => {
      element.scrollTop = Math.round(element.scrollHeight / 3);
    });
    await window.chat.getByRole('button', { name: 'Jump to latest' }).waitFor();
    const place = await topParagraph(window.chat);
    await showExplorer(window);
    const again = await openComposer(window);
    await window.waitUntil(async () => (await again.inputValue()) === 'a draft\nof two lines', 'the draft');
    await window.chat.getByRole('button', { name: 'Jump to latest' }).waitFor();
    await waitForPlace(window, window.chat, place);
  });

  it('the whole window: draft, conversation and place come back, nothing twice', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const place = await topParagraph(window.chat);
    const before = booksOnDisk(workbench());
    await window.waitUntil(() => editorRemembers(window, String.raw`\"following\":false`), 'VS Code to write down where the page stands');
    await window.reload();
    const composer = await openComposer(window);
    await window.waitUntil(async () => (await composer.inputValue()) === 'a draft\nof two lines', 'the draft');
    await window.chat.locator('article.answer').first().waitFor();
    await window.chat.getByRole('button', { name: 'Jump to latest' }).waitFor();
    await waitForPlace(window, window.chat, place);
    assert.deepEqual(booksOnDisk(workbench()), before);
    assert.equal(await window.chat.locator('article.question').count(), 1);
    await window.chat.getByRole('button', { name: 'Jump to latest' }).click();
    await composer.press('Control+A');
    await composer.press('Delete');
  });

  it('the whole window, while an answer streams: it is settled, kept, and says that it was interrupted', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await newChat(window);
    await ask(window, longQuestion);
    await window.waitUntil(async () => ((await (await answerText(window)).innerText())?.length ?? 0) > 300, 'some text');
    await window.reload();
    await openComposer(window);
    await window.chat.getByText('Interrupted: the window was closed or restarted').first().waitFor();
    assert.ok((await lastAnswer(window.chat).locator('.answer-text').innerText()).length > 200);
    const books = await booksAtRest(workbench());
    assertBalanced(books);
    assert.equal(books.calls.length, 2);
    // Asked again in the same conversation, it answers, and the other answer stays above.
    await lastAnswer(window.chat).getByRole('button', { name: 'Ask again' }).click();
    await window.waitUntil(async () => (await window.chat.locator('article.answer').count()) === 2, 'a second answer');
    await answerText(window);
    await window.chat.getByRole('button', { name: 'Stop (Escape)' }).click();
    await answerEnd(window);
  });

  it('a question typed before the page was ready is not lost', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await newChat(window);
    await showExplorer(window);
    await window.activityItem.click();
    const composer = window.chat.locator('textarea');
    await composer.waitFor();
    // At once, without waiting for the first word of the host.
    await composer.fill('typed very early');
    await window.chat.getByRole('button', { name: 'Send (Enter)' }).and(window.chat.locator(':enabled')).waitFor();
    assert.equal(await composer.inputValue(), 'typed very early');
    await composer.press('Enter');
    await window.chat.locator('article.question').filter({ hasText: 'typed very early' }).waitFor();
    await answerEnd(window);
    assert.equal(await window.chat.locator('article.question').count(), 1);
  });

  it('the whole window with two tabs: each has its own conversation, draft, place, way of asking and what goes with the question', async function () {
    this.timeout(120_000);
    const { window } = workbench();
    const { chat, panel, page } = window;
    const composer = panel.locator('textarea[aria-label="Your question"]');
    const chips = panel.locator('.context-chip.context-fresh .context-label');
    const tab = (title: string) => page.locator('.tabs-container .tab').filter({ hasText: title });
    const attach = async (name: string) => {
      await composer.press('End');
      await composer.pressSequentially(`@${name}`);
      await panel.getByRole('option', { name, selected: true }).waitFor();
      await composer.press('Enter');
      await panel.locator('.context-chip.context-fresh').filter({ hasText: name }).waitFor();
    };

    await chat.getByRole('button', { name: 'Chats' }).click();
    await chat.locator('.thread-title').filter({ hasText: longQuestion }).last().click();
    await chat.locator('article.question').filter({ hasText: longQuestion }).waitFor();
    await window.command('Farthing: Open Chat in Editor');
    await panel.locator('article.question').filter({ hasText: longQuestion }).waitFor();
    await composer.fill('left of the first ');
    await attach('hires.ts');
    await composer.evaluate((field) => {
      const clipboardData = new DataTransfer();
      const dot = Uint8Array.from(atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='), (letter) => letter.charCodeAt(0));
      clipboardData.items.add(new File([dot], 'dot.png', { type: 'image/png' }));
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    });
    await panel.locator('.context-chip.context-fresh').nth(1).waitFor();
    const attached = await chips.allInnerTexts();
    await panel.getByRole('button', { name: 'How to ask: Ask' }).click();
    await panel.getByRole('radio', { name: /^Compare/ }).click();
    await page.keyboard.press('Escape');
    await panel.getByRole('button', { name: 'How to ask: Compare' }).waitFor();
    await panel.locator('.messages').evaluate((element) => {
      element.scrollTop = Math.round(element.scrollHeight / 3);
    });
    await panel.getByRole('button', { name: 'Jump to latest' }).waitFor();
    const place = await topParagraph(panel);

    await window.command('Farthing: New Chat in Editor');
    await panel.getByRole('heading', { name: 'Ask anything about code' }).waitFor();
    await composer.fill('a word in the second');
    await panel.getByRole('button', { name: 'Send (Enter)' }).and(panel.locator(':enabled')).waitFor();
    await composer.press('Enter');
    await lastAnswer(panel).and(panel.locator('[aria-busy="false"]')).locator('.answer-footer').waitFor();
    await composer.fill('left of the second ');
    await attach('pricing.ts');
    // What is typed last is remembered last, and with it all of the rest. As the page keeps it, which is written down with
    // the tabs; the extension's own memory is written sooner.
    await composer.pressSequentially('and more');
    await window.waitUntil(() => editorRemembers(window, String.raw`\\\"draft\\\":\\\"left of the second and more`), 'VS Code to write down the tabs');
    await window.reload();
    await window.waitForFarthing();

    await panel.locator('article.question').filter({ hasText: 'a word in the second' }).waitFor();
    await window.waitUntil(async () => (await composer.inputValue()) === 'left of the second and more', 'the draft of the second');
    await window.waitUntil(async () => (await chips.allInnerTexts()).join() === 'pricing.ts', 'what goes with it');
    await panel.getByRole('button', { name: 'How to ask: Ask' }).waitFor();
    await tab(longQuestion).click();
    await panel.locator('article.question').filter({ hasText: longQuestion }).waitFor();
    await window.waitUntil(async () => (await composer.inputValue()) === 'left of the first ', 'the draft of the first');
    await window.waitUntil(async () => (await chips.allInnerTexts()).join() === attached.join(), 'what goes with it, the picture too');
    await panel.getByRole('button', { name: 'How to ask: Compare' }).waitFor();
    await panel.getByRole('button', { name: 'Jump to latest' }).waitFor();
    await waitForPlace(window, panel, place);
    await window.screenshot('reload tabs');
    assert.deepEqual(await chat.locator('.context-chip').count(), 0, 'nothing of it is in the sidebar');
    // It is sent as it stands.
    await tab('a word in the second').click();
    await window.waitUntil(async () => (await chips.allInnerTexts()).join() === 'pricing.ts', 'the second again');
    await composer.press('Enter');
    await panel.getByRole('list', { name: 'Went with the question' }).getByRole('button', { name: 'pricing.ts' }).waitFor();
    await window.waitUntil(async () => (await panel.locator('.context-chip').count()) === 0 && (await composer.inputValue()) === '', 'an empty field');
  });

  it('a tab whose page VS Code had not yet written down has its conversation and draft all the same', async () => {
    const { window } = workbench();
    const { panel, page } = window;
    const composer = panel.locator('textarea[aria-label="Your question"]');
    await lastAnswer(panel).and(panel.locator('[aria-busy="false"]')).locator('.answer-footer').waitFor();
    await composer.fill('written just before');
    await window.waitUntil(() => editorRemembers(window, String.raw`\\\"draft\\\":\\\"written just before`), 'VS Code to write down the tabs');
    await window.waitUntil(() => editorRemembers(window, '.draft":"written just before'), 'the extension to have kept the draft');
    await forgetPage(window, 'a word in the second');
    await window.reload();
    await panel.locator('article.question').filter({ hasText: 'a word in the second' }).first().waitFor();
    await window.waitUntil(async () => (await composer.inputValue()) === 'written just before', 'the draft');
    // The tab behind it has its own.
    await page.locator('.tabs-container .tab').filter({ hasText: longQuestion }).click();
    await panel.locator('article.question').filter({ hasText: longQuestion }).waitFor();
    await window.waitUntil(async () => (await composer.inputValue()) === 'left of the first ', 'the draft of the first');
  });
});

/** Takes from VS Code's own storage what the page of a tab keeps, as where the window went before it was written. */
async function forgetPage(window: Window, title: string): Promise<void> {
  const forgotten = await window.page.evaluate(async (wanted) => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(request.error ?? new Error('no database')));
      });
    // A tab is text within the text of all tabs.
    const without = (_key: string, value: unknown) => {
      if (typeof value !== 'string' || !value.includes('farthing.chatEditor') || !value.includes(wanted)) return value;
      return JSON.stringify({ ...JSON.parse(value), state: undefined });
    };
    let changed = 0;
    for (const { name } of await indexedDB.databases()) {
      if (name === undefined || !name.startsWith('vscode-web-state-db')) continue;
      const database = await settled(indexedDB.open(name));
      for (const storeName of database.objectStoreNames) {
        const store = database.transaction(storeName, 'readwrite').objectStore(storeName);
        const before: unknown = await settled(store.get('memento/workbench.parts.editor'));
        if (typeof before !== 'string') continue;
        const after = JSON.stringify(JSON.parse(before, without));
        if (after === before) continue;
        await settled(store.put(after, 'memento/workbench.parts.editor'));
        changed += 1;
      }
      database.close();
    }
    return changed;
  }, title);
  assert.equal(forgotten, 1);
}

/** Waits until a page stands where it stood. */
async function waitForPlace(window: Window, page: FrameLocator, place: string): Promise<void> {
  await window.waitUntil(async () => (await topParagraph(page)) === place, `the page to stand at "${place}"`);
}

/** The first paragraph of the conversation whose beginning is in view. */
function topParagraph(page: FrameLocator): Promise<string> {
  return page.locator('.messages').evaluate((scroller) => {
    const top = scroller.getBoundingClientRect().top;
    const first = [...scroller.querySelectorAll('p, li, h2:not(.for-screen-readers), h3')].find((one) => one.getBoundingClientRect().top >= top - 2);
    return first?.textContent ?? '';
  });
}
