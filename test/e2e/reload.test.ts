import assert from 'node:assert/strict';
import { answerEnd, answerText, ask, assertBalanced, booksOnDisk, editorRemembers, lastAnswer, longQuestion, newChat, openComposer, smallDemo } from '../support/asking';
import { useWorkbench, type Window } from '../support/workbench';

/** Shows another view in the sidebar, which takes the chat's page away. */
async function showExplorer(window: Window): Promise<void> {
  // As long as a finger takes: what the page says when it loses the focus has to arrive before it is closed.
  await window.page.locator('.activitybar .action-item a[aria-label^="Explorer"]').first().click({ delay: 80 });
  await window.page.locator('.explorer-folders-view').waitFor();
}

describe('the chat page, closed and opened again', () => {
  const workbench = useWorkbench({ settings: smallDemo });

  it('while an answer streams: the answer went on without it', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await newChat(window);
    await ask(window, longQuestion);
    const seen = (await (await answerText(window)).innerText()).length;
    await showExplorer(window);
    await window.waitUntil(() => (booksOnDisk(workbench()).messages.at(-1)?.text.length ?? 0) > seen + 200, 'the answer to go on');
    await openComposer(window);
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
    await answerEnd(window);
    const books = booksOnDisk(workbench());
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
    const place = await topParagraph(window);
    await showExplorer(window);
    const again = await openComposer(window);
    await window.waitUntil(async () => (await again.inputValue()) === 'a draft\nof two lines', 'the draft');
    await window.chat.getByRole('button', { name: 'Jump to latest' }).waitFor();
    assert.equal(await topParagraph(window), place);
  });

  it('the whole window: draft, conversation and place come back, nothing twice', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const place = await topParagraph(window);
    const before = booksOnDisk(workbench());
    await window.waitUntil(() => editorRemembers(window, String.raw`\"following\":false`), 'VS Code to write down where the page stands');
    await window.reload();
    const composer = await openComposer(window);
    await window.waitUntil(async () => (await composer.inputValue()) === 'a draft\nof two lines', 'the draft');
    await window.chat.locator('article.answer').first().waitFor();
    await window.chat.getByRole('button', { name: 'Jump to latest' }).waitFor();
    assert.equal(await topParagraph(window), place);
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
    await window.chat.getByText('Interrupted: the window was closed or restarted').waitFor({ timeout: 30_000 });
    assert.ok((await lastAnswer(window.chat).locator('.answer-text').innerText()).length > 200);
    await window.waitUntil(() => booksOnDisk(workbench()).reservations.length === 0, 'the call to be settled');
    const books = booksOnDisk(workbench());
    assertBalanced(books);
    assert.equal(books.calls.length, 2);
    // Asked again in the same conversation, it answers, and the other answer stays above.
    await lastAnswer(window.chat).getByRole('button', { name: 'Ask again' }).click();
    await window.waitUntil(async () => (await window.chat.locator('article.answer').count()) === 2, 'a second answer');
    await answerText(window);
    await window.page.keyboard.press('Escape');
    await window.chat.getByRole('button', { name: 'Stop (Escape)' }).click({ timeout: 1000 }).catch(() => undefined);
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
});

/** The first paragraph of the conversation whose beginning is in view. */
function topParagraph(window: Window): Promise<string> {
  return window.chat.locator('.messages').evaluate((scroller) => {
    const top = scroller.getBoundingClientRect().top;
    const first = [...scroller.querySelectorAll('p, li, h2:not(.for-screen-readers), h3')].find((one) => one.getBoundingClientRect().top >= top - 2);
    return first?.textContent ?? '';
  });
}
