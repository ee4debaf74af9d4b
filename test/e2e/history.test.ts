import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import type { FrameLocator, Locator } from 'playwright-core';
import { answerEnd, ask, assertBalanced, booksOnDisk, databaseFile, editorRemembers, lastAnswer, newChat, openChats, openComposer, smallDemo } from '../support/asking';
import { useWorkbench, type Window } from '../support/workbench';

/** A row of the list by its title. */
function row(window: Window, title: string): Locator {
  return window.chat.locator('.thread[data-thread-id]').filter({ hasText: title });
}

function group(window: Window, name: string): Locator {
  return window.chat.getByRole('list', { name, exact: true });
}

async function choose(window: Window, title: string, item: string): Promise<void> {
  const entry = window.chat.getByRole('menuitem', { name: item, exact: true });
  for (let attempt = 1; ; attempt += 1) {
    await row(window, title).getByRole('button', { name: `More about “${title}”` }).press('Enter');
    try {
      await entry.press('Enter', { timeout: 5000 });
      return;
    } catch (error) {
      // A row that was brought back goes once more until the extension has heard of it, and its menu with it.
      if (attempt >= 4) throw error;
    }
  }
}

function question(chat: FrameLocator, text: string): Locator {
  return chat.locator('article.question').filter({ hasText: text });
}

describe('chats as people keep them', () => {
  const workbench = useWorkbench({ settings: smallDemo });

  it('are found by a word of a message, which is shown where it stands', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    for (const text of ['hello albatross', 'hello bicycle']) {
      await newChat(window);
      await ask(window, text);
      await answerEnd(window);
    }
    await ask(window, 'and the velocipede?');
    await answerEnd(window);
    await newChat(window);
    await openChats(window);
    const field = window.chat.getByRole('searchbox');
    await field.fill('veloci');
    const hit = window.chat.getByRole('list', { name: 'Found' }).getByRole('button', { name: /^hello bicycle You: and the velocipede/ });
    await hit.locator('mark').filter({ hasText: /^veloci/ }).waitFor();
    await window.screenshot('history search', window.page.locator('.part.sidebar'));
    await field.press('ArrowDown');
    await window.chat.locator('.hit .thread-open:focus').waitFor();
    await hit.press('Enter');
    await question(window.chat, 'velocipede').and(window.chat.locator('.found:focus')).waitFor();
    await window.screenshot('history found');
    await openChats(window);
    await field.fill('zzz');
    await window.chat.getByText('Nothing found for “zzz”').first().waitFor();
    await field.press('Escape');
    await row(window, 'hello albatross').waitFor();
  });

  it('are renamed, pinned, archived and deleted with the keyboard, and nothing is lost', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    const before = booksOnDisk(workbench());
    await row(window, 'hello albatross').locator('.thread-open').press('F2');
    await window.chat.getByRole('textbox', { name: 'New title' }).fill('Great birds');
    await window.page.keyboard.press('Enter');
    await row(window, 'Great birds').locator('.thread-open:focus').waitFor();
    await choose(window, 'Great birds', 'Pin');
    await group(window, 'Pinned').getByText('Great birds').waitFor();
    await row(window, 'Great birds').locator(':focus').first().waitFor();
    await row(window, 'hello bicycle').locator('.thread-open').press('Delete');
    await window.chat.getByText('Deleted “hello bicycle”').first().waitFor();
    await window.chat.locator('.undo:focus').press('Enter');
    await row(window, 'hello bicycle').locator('.thread-open:focus').waitFor();
    await choose(window, 'hello bicycle', 'Archive');
    await window.chat.getByText('Archived “hello bicycle”').first().waitFor();
    await window.screenshot('history list');
    const field = window.chat.getByRole('searchbox');
    await field.fill('bicycle');
    await window.chat.getByRole('list', { name: 'Found' }).locator('.hit').filter({ hasText: 'archived' }).first().waitFor();
    await field.fill('');
    await window.chat.getByRole('button', { name: 'Archived', exact: true }).press('Enter');
    await choose(window, 'hello bicycle', 'Unarchive');
    await group(window, 'Archived').waitFor({ state: 'detached' });
    await row(window, 'hello bicycle').waitFor();
    await window.page.keyboard.press('Escape');
    assert.deepEqual(booksOnDisk(workbench()).messages, before.messages);
  });

  it('are forked, and a question edited in its place keeps what stood there', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    await openChats(window);
    await row(window, 'hello bicycle').locator('.thread-open').click();
    await question(window.chat, 'velocipede').waitFor();
    await question(window.chat, 'hello bicycle').hover();
    await question(window.chat, 'hello bicycle').getByRole('button', { name: 'Edit' }).click();
    const field = window.chat.getByRole('textbox', { name: 'Edit your question' });
    await field.fill('hello tricycle');
    await window.screenshot('history edit');
    await field.press('Enter');
    await question(window.chat, 'hello tricycle').waitFor();
    await answerEnd(window);
    assert.equal(await window.chat.locator('article.question').count(), 1);
    await window.chat.getByRole('button', { name: 'Earlier version' }).click();
    await question(window.chat, 'velocipede').waitFor();
    await window.chat.getByText('An earlier version, archived.').first().waitFor();
    await lastAnswer(window.chat).getByRole('button', { name: 'Fork from here' }).click();
    await window.chat.getByText('Forked from another chat.').first().waitFor();
    assert.equal(await window.chat.locator('article.question').count(), 2);
    // The first question once more: what followed it is an earlier version.
    await window.chat.locator('article.answer').first().getByRole('button', { name: 'Regenerate from here' }).click();
    await window.waitUntil(async () => (await window.chat.locator('article.question').count()) === 1, 'what followed to go');
    await answerEnd(window);
    await question(window.chat, 'hello bicycle').getByRole('button', { name: 'Earlier version' }).waitFor();
    assertBalanced(booksOnDisk(workbench()));
  });

  it('are shown a page at a time, however many there are', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const database = new DatabaseSync(databaseFile(workbench()), { timeout: 5000 });
    const insert = database.prepare("INSERT INTO threads (id, title, created_at, updated_at, realm) VALUES (?, ?, 0, ?, 'demo')");
    database.exec('BEGIN');
    for (let index = 0; index < 3000; index += 1) insert.run(`seeded-${index}`, `Seeded ${index}`, index);
    database.exec('COMMIT');
    database.close();
    await openChats(window);
    await row(window, 'Seeded 2999').waitFor();
    const rows = window.chat.locator('.thread[data-thread-id]');
    assert.equal(await rows.count(), 50);
    await rows.first().locator('.thread-open').press('End');
    await window.waitUntil(async () => (await rows.count()) === 100, 'the next page');
    await rows.nth(49).locator('.thread-open:focus').waitFor();
    assert.equal(await rows.count(), 100);
    await window.page.keyboard.press('Escape');
  });

  it('are tabs of the editor too: one stream, two pages, and both there after a reload', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    await newChat(window);
    await ask(window, 'hello from the sidebar');
    await answerEnd(window);
    await window.command('Farthing: Open Chat in Editor');
    await question(window.panel, 'hello from the sidebar').waitFor();
    await window.page.locator('.tabs-container .tab').filter({ hasText: 'hello from the sidebar' }).waitFor();
    const composer = window.panel.locator('textarea[aria-label="Your question"]');
    await composer.fill('hello from the tab');
    await composer.press('Enter');
    for (const page of [window.panel, window.chat]) await question(page, 'hello from the tab').waitFor();
    await answerEnd(window);
    await lastAnswer(window.panel).and(window.panel.locator('[aria-busy="false"]')).locator('.answer-footer').waitFor();
    assert.equal(await lastAnswer(window.panel).locator('.answer-text').innerText(), await lastAnswer(window.chat).locator('.answer-text').innerText());
    await composer.fill('half written in the tab');
    await window.screenshot('history tab');
    // As the page keeps it, which is written down with the tab; the extension's own memory is written sooner.
    await window.waitUntil(() => editorRemembers(window, String.raw`\\\"draft\\\":\\\"half written in the tab`), 'VS Code to write down the tab');
    await window.reload();
    await question(window.panel, 'hello from the tab').waitFor();
    await window.waitUntil(async () => (await composer.inputValue()) === 'half written in the tab', 'the draft');
    await openComposer(window);
    await question(window.chat, 'hello from the tab').waitFor();
  });
});
