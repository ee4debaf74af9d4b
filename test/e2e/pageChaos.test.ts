import assert from 'node:assert/strict';
import type { FrameLocator, Locator } from 'playwright-core';
import * as z from 'zod';
import { answerEnd, answerText, ask, assertBalanced, booksAtRest, booksOnDisk, lastAnswer, longQuestion, newChat, openComposer } from '../support/asking';
import { useWorkbench, type Window } from '../support/workbench';

const work = z.object({ work: z.object({ steps: z.array(z.object({ id: z.string(), text: z.string() })) }) });

/** Letters: the same in a text and in what is shown of it, whatever its marks and numbers. */
const letters = (text: string): string => text.replaceAll(/[^a-z]/gi, '');

describe('the chat page, killed again and again', () => {
  const workbench = useWorkbench({ settings: { 'farthing.demo.enabled': true }, viewport: { width: 1440, height: 900 } });

  /** Every page of the window is thrown away and made anew, at once and without a word to the extension. */
  async function killPages(window: Window): Promise<void> {
    const pages = [window.chat, window.panel].map((page) => page.locator('html'));
    const living = await Promise.all(pages.map(async (page) => ((await page.count()) === 0 ? [] : [page])));
    for (const page of living.flat()) await page.evaluate((element) => element.setAttribute('data-before', ''));
    await window.command('Developer: Reload Webviews');
    // What is still shown of the page before is not what is looked for. And of two reloads within the loading of one page VS Code (1.139) shows neither to the end.
    for (const page of living.flat()) await window.waitUntil(async () => (await page.count()) === 1 && (await page.getAttribute('data-before')) === null, 'the page to be another');
  }

  async function hideSidebar(window: Window): Promise<void> {
    await window.page.keyboard.press('Control+B');
    await window.page.locator('.part.sidebar').waitFor({ state: 'hidden' });
    await window.page.keyboard.press('Control+B');
    await window.page.locator('.part.sidebar').waitFor();
  }

  /** Waits until these show the last answer as far as it was at least. */
  async function waitForText(window: Window, answers: readonly Locator[], least: number): Promise<number> {
    let shown = 0;
    await window.waitUntil(async () => {
      const lengths = await Promise.all(answers.map(async (one) => ((await one.count()) === 0 ? 0 : (await one.innerText()).length)));
      shown = Math.min(...lengths);
      return shown > least;
    }, 'the text to be back and to grow');
    return shown;
  }

  it('with a tab and another window beside it: all three show what is stored, once', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    const second = await workbench().openSecondWindow();
    await openComposer(second);
    await newChat(window);
    await ask(window, longQuestion);
    await answerText(window);
    await second.chat.getByRole('button', { name: 'Chats' }).click();
    await second.chat.locator('.thread-title').filter({ hasText: longQuestion }).click();
    await window.command('Farthing: Open Chat in Editor');
    const answers = [window.chat, window.panel].map((page) => lastAnswer(page).locator('.answer-text'));
    let shown = await waitForText(window, answers, 0);
    for (let times = 0; times < 2; times += 1) {
      await killPages(window);
      shown = await waitForText(window, answers, shown - 1);
    }
    await hideSidebar(window);
    await killPages(second);
    await openComposer(window);
    await answerEnd(window);
    const books = await booksAtRest(workbench());
    assertBalanced(books);
    assert.deepEqual(books.calls.filter(({ purpose }) => purpose === 'chat').map(({ outcome }) => outcome), ['complete'], 'asked once, whole');
    const stored = letters(books.messages.findLast(({ role }) => role === 'assistant')?.text ?? '');
    for (const [at, page] of [window.chat, window.panel, second.chat].entries()) {
      await second.waitUntil(async () => letters(await textOf(page)) === stored, `page ${at} to show what is stored`);
      assert.deepEqual([await page.locator('article.question').count(), await page.locator('article.answer').count()], [1, 1]);
    }
    await second.page.close();
    // The comparison is to be the only page among the editors.
    await window.closeEditor();
    await window.page.locator('.tabs-container .tab').waitFor({ state: 'detached' });
  });

  it('while several models are compared: each column is whole, and nobody was asked twice', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    await newChat(window);
    const { chat, panel } = window;
    const before = booksOnDisk(workbench()).calls.length;
    const composer = await openComposer(window);
    await composer.fill(longQuestion);
    await chat.getByRole('button', { name: 'How to ask: Ask' }).press('Enter');
    await chat.getByRole('dialog', { name: 'How to ask' }).getByRole('radio', { name: 'Compare' }).check();
    await window.page.keyboard.press('Escape');
    await composer.press('Enter');
    await panel.locator('.column').nth(2).waitFor();
    const columns = [0, 1, 2].map((place) => panel.locator('.column').nth(place).locator('.column-text .markdown'));
    let shown = await waitForText(window, columns, 0);
    for (let times = 0; times < 2; times += 1) {
      await killPages(window);
      shown = await waitForText(window, columns, shown - 1);
    }
    await hideSidebar(window);
    await panel.getByRole('button', { name: 'Stop all' }).click();
    await openComposer(window);
    await answerEnd(window);
    const books = await booksAtRest(workbench());
    assertBalanced(books);
    assert.equal(books.calls.length, before + 3, 'three answers, three calls');
    const { steps } = work.parse(JSON.parse(books.messages.findLast(({ role, answer }) => role === 'assistant' && answer?.includes('"compare"'))?.answer ?? '{}')).work;
    assert.equal(steps.length, 3);
    for (const { id, text } of steps) {
      const column = panel.locator(`[data-column="${id}"] .column-text .markdown`);
      await window.waitUntil(async () => letters(await withoutButtons(column)) === letters(withoutFences(text)), `the column of ${id} to show what is stored`);
    }
    assert.deepEqual([await chat.locator('article.question').count(), await chat.locator('article.answer').count()], [1, 1]);
  });
});

function textOf(page: FrameLocator): Promise<string> {
  return lastAnswer(page).locator('.answer-text').innerText();
}

/** What a model wrote, without what the page adds to blocks of code. */
function withoutButtons(text: Locator): Promise<string> {
  return text.evaluate((element) => [...element.querySelectorAll('figcaption')].reduce((rest, head) => rest.replace(head.textContent ?? '', ' '), element.textContent ?? ''));
}

function withoutFences(text: string): string {
  return text.replaceAll(/^```.*$/gm, ' ');
}
