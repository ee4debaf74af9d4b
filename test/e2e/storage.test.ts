import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Locator } from 'playwright-core';
import { answerEnd, answerText, ask, assertBalanced, booksOnDisk, databaseFile, editorRemembers, longQuestion, newChat, openComposer, smallDemo } from '../support/asking';
import { newProfile, removeProfile, startWorkbench, useWorkbench, type Window, type Workbench } from '../support/workbench';

/** Holds the database's write lock as another program would. */
function lock(workbench: Workbench): { release(): void } {
  const database = new DatabaseSync(databaseFile(workbench), { timeout: 5000 });
  database.exec('BEGIN IMMEDIATE');
  return {
    release: () => {
      database.exec('ROLLBACK');
      database.close();
    },
  };
}

/** Sends what is typed in the composer; a page that is still starting would not. */
async function send(window: Window, composer: Locator): Promise<void> {
  await window.chat.getByRole('button', { name: 'Send (Enter)' }).and(window.chat.locator(':enabled')).waitFor();
  await composer.press('Enter');
}

/** What is said of a question that was refused. The line under the composer says the same of one that is only typed. */
function refusal(window: Window, text: RegExp): Locator {
  return window.chat.locator('.notice-error').filter({ hasText: text });
}

describe('a database in trouble', () => {
  const workbench = useWorkbench({ settings: smallDemo });
  let held: { release(): void } | undefined;
  afterEach(() => {
    held?.release();
    held = undefined;
  });

  it('held by another program refuses a question with a sentence and gives it back, and takes it once the lock is gone', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    await newChat(window);
    await ask(window, 'hello');
    await answerEnd(window);
    await newChat(window);
    held = lock(workbench());
    const composer = await openComposer(window);
    await composer.fill('A question that must not be lost');
    await send(window, composer);
    await refusal(window, /ledger is busy in another window/).waitFor();
    await window.waitUntil(async () => (await composer.inputValue()) === 'A question that must not be lost', 'the question to come back');
    await window.screenshot('database locked');
    held.release();
    held = undefined;
    await send(window, composer);
    await window.chat.locator('article.question').filter({ hasText: 'A question that must not be lost' }).waitFor();
    await answerEnd(window);
    // It goes when it is no longer true.
    await window.chat.getByText(/ledger is busy/).first().waitFor({ state: 'detached' });
    assertBalanced(booksOnDisk(workbench()));
  });

  it('held by another program lets an answer under way finish, and writes answer and cost down when it can', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    await newChat(window);
    await ask(window, longQuestion);
    await answerText(window);
    held = lock(workbench());
    const answer = await answerEnd(window, 60_000);
    const shown = (await answer.locator('.answer-text').innerText()).replaceAll(/\W+/g, '');
    assert.ok(shown.length > 2000, 'the whole answer is shown');
    assert.equal(booksOnDisk(workbench()).reservations.length, 1, 'still held on the disk');
    held.release();
    held = undefined;
    await window.waitUntil(() => booksOnDisk(workbench()).reservations.length === 0, 'the cost to be written down', 30_000);
    await window.waitUntil(() => booksOnDisk(workbench()).messages.some(({ text }) => text.replaceAll(/\W+/g, '') === shown), 'the answer to be written down', 30_000);
    assertBalanced(booksOnDisk(workbench()));
  });

  it('held by another program does not stop the editor', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    held = lock(workbench());
    const composer = await openComposer(window);
    await composer.fill('Another question');
    await send(window, composer);
    await window.command('Farthing: Choose Quality');
    const start = Date.now();
    await window.quickRow('Economy').waitFor();
    assert.ok(Date.now() - start < 4000, `${Date.now() - start} ms`);
    await window.page.keyboard.press('Escape');
    await refusal(window, /ledger is busy in another window/).waitFor();
    await window.waitUntil(async () => (await composer.inputValue()) === 'Another question', 'the question to come back');
    await composer.fill('');
    // A page that is loaded again before that sends it once more.
    await window.waitUntil(async () => !(await editorRemembers(window, String.raw`\"text\":\"Another question`)), 'the editor to forget that it was being sent');
  });

  it('whose folder cannot be written to: it is said in a sentence with a button, the question stays, and all is well once it can', async function () {
    // Root may write anywhere, so rights say nothing; a file in the folder's place does.
    this.timeout(90_000);
    const { window } = workbench();
    await window.waitForFarthing();
    await newChat(window);
    const folder = workbench().globalStorage;
    const aside = `${folder}.aside`;
    const isRoot = process.getuid?.() === 0;
    if (isRoot) {
      if (existsSync(folder)) renameSync(folder, aside);
      writeFileSync(folder, 'in the way');
    } else {
      for (const file of readdirSync(folder)) if (file.startsWith('farthing.db')) chmodSync(path.join(folder, file), 0o444);
      chmodSync(folder, 0o555);
    }
    await window.reload();
    const composer = await openComposer(window);
    // A draft that the editor has not yet forgotten comes with the chat; what is typed before that goes below it.
    await window.chat.getByRole('heading', { name: 'Ask anything about code' }).waitFor();
    await composer.fill('Kept although nothing can be written');
    await send(window, composer);
    await refusal(window, /nothing was sent/).getByRole('button').first().waitFor();
    await window.waitUntil(async () => (await composer.inputValue()) === 'Kept although nothing can be written', 'the question to come back');
    await window.screenshot('database folder not writable');
    await window.chat.getByRole('button', { name: 'Chats' }).click();
    await window.chat.getByText('The chats could not be read. The log says why.').first().waitFor();
    await window.chat.getByRole('button', { name: 'Back to the chat' }).click();
    await (await window.waitForFarthing()).filter({ hasText: '—' }).waitFor();
    if (isRoot) {
      rmSync(folder);
      if (existsSync(aside)) renameSync(aside, folder);
    } else {
      chmodSync(folder, 0o755);
      for (const file of readdirSync(folder)) if (file.startsWith('farthing.db')) chmodSync(path.join(folder, file), 0o644);
    }
    await send(window, composer);
    await window.chat.locator('article.question').filter({ hasText: 'Kept although nothing' }).waitFor();
    await answerEnd(window);
    assertBalanced(booksOnDisk(workbench()));
    await window.waitUntil(async () => /\$/.test(await (await window.waitForFarthing()).innerText()), 'the status bar to be back');
  });
});

describe('a database damaged while nothing ran', () => {
  it('is restored with a notice, and asking goes on', async function () {
    this.timeout(180_000);
    const profile = newProfile();
    try {
      const first = await startWorkbench({ profile, settings: smallDemo });
      await newChat(first.window);
      await ask(first.window, 'Written before the damage');
      await answerEnd(first.window);
      const before = booksOnDisk(first);
      const file = databaseFile(first);
      await first.stop();
      // The beginning of the file is overwritten, and the log that could mend it is gone.
      writeFileSync(file, readFileSync(file).fill(0, 0, 100));
      for (const end of ['-wal', '-shm']) rmSync(file + end, { force: true });
      const second = await startWorkbench({ profile, settings: smallDemo });
      try {
        await openComposer(second.window);
        await second.window.chat.getByText('The database of Farthing was damaged').first().waitFor();
        await second.window.screenshot('database restored');
        const after = booksOnDisk(second);
        assertBalanced(after);
        assert.ok(readdirSync(path.dirname(file)).some((name) => name.includes('.corrupt-')), 'the damaged file is kept');
        assert.ok(after.spent <= before.spent);
        await newChat(second.window);
        await ask(second.window, 'hello');
        await answerEnd(second.window);
        assertBalanced(booksOnDisk(second));
      } catch (error) {
        await second.saveEvidence('a database damaged while nothing ran');
        throw error;
      } finally {
        await second.stop();
      }
    } finally {
      removeProfile(profile);
    }
  });
});
