import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { backUp } from '../../src/node/sqlite/backups';
import { answerEnd, ask, assertBalanced, booksAtRest, booksOnDisk, databaseFile, newChat, smallDemo } from '../support/asking';
import { useWorkbench, type Workbench } from '../support/workbench';

/** How many conversations are in the books. */
function chatsOnDisk(workbench: Workbench): number {
  const database = new DatabaseSync(databaseFile(workbench), { readOnly: true });
  try {
    return Number(database.prepare('SELECT count(*) AS n FROM threads WHERE deleted_at IS NULL').get()?.['n']);
  } finally {
    database.close();
  }
}

function titlesOnDisk(workbench: Workbench): readonly { readonly title: string; readonly by: string }[] {
  const database = new DatabaseSync(databaseFile(workbench), { readOnly: true });
  try {
    return database.prepare('SELECT title, title_by FROM threads').all().map((row) => ({ title: String(row['title']), by: String(row['title_by']) }));
  } finally {
    database.close();
  }
}

/** As a sweep does it, a day after they were deleted. */
function loseAll(workbench: Workbench): void {
  const database = new DatabaseSync(databaseFile(workbench), { timeout: 5000 });
  database.exec('PRAGMA foreign_keys = ON');
  database.exec('DELETE FROM threads');
  database.close();
}

describe('chats in files and backups', () => {
  const workbench = useWorkbench({ settings: smallDemo, files: { 'newer.json': '{"farthing":{"version":99},"chats":[]}', 'wrong.json': '{"farthing":{"version":1},"chats":[{"id":"t","title":7}]}' } });

  it('are exported to read and to keep, and imported again as new ones', async function () {
    this.timeout(90_000);
    const { window, folder } = workbench();
    await newChat(window);
    await ask(window, 'What is a semaphore?');
    await answerEnd(window);
    const { spent } = await booksAtRest(workbench());
    await window.command('Farthing: Export Chat…');
    await window.quickRow('Markdown').waitFor();
    await window.screenshot('export chat');
    await window.pick('Markdown');
    await window.saveAs('What-is-a-semaphore.md');
    await window.toast('The chat is exported.').waitFor();
    const read = readFileSync(path.join(folder, 'What-is-a-semaphore.md'), 'utf8');
    assert.match(read, /^# What is a semaphore\?\n[\s\S]*\*\*Question\*\*[\s\S]*What is a semaphore\?[\s\S]*\*\*Answer\*\* · Demo Small \(Demo\) · \$[\d.]+/);
    await window.toast('The chat is exported.').getByRole('button', { name: 'Open' }).waitFor();

    await window.command('Farthing: Export Chat…');
    await window.quickRow('All Chats as JSON').click();
    await window.saveAs('Farthing-chats.json');
    await window.toast('1 chat is exported.').waitFor();
    assert.match(readFileSync(path.join(folder, 'Farthing-chats.json'), 'utf8'), /"farthing": \{"version":1\}/);

    await window.command('Farthing: Import Chats…');
    await window.pick('Farthing-chats.json');
    await window.toast('1 chat is imported.').getByRole('button', { name: 'Open' }).click();
    await window.waitUntil(() => chatsOnDisk(workbench()) === 2, 'the imported chat');
    await window.chat.locator('article.question').filter({ hasText: 'What is a semaphore?' }).waitFor();
    assert.equal(booksOnDisk(workbench()).spent, spent, 'what it had cost is not spent again');

    for (const [file, sentence] of [['newer.json', 'of a newer version'], ['wrong.json', 'In the file, chats[0].title must be text.']] as const) {
      await window.command('Farthing: Import Chats…');
      await window.pick(file);
      await window.toast(sentence).waitFor();
    }
    assert.equal(chatsOnDisk(workbench()), 2);
  });

  it('come back from a backup, which shows first what is in it', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    await backUp(databaseFile(workbench()), Date.UTC(2026, 2, 17, 12));
    loseAll(workbench());
    await newChat(window);
    await window.command('Farthing: Restore History…');
    // After a minute there is one of today as well.
    const backup = window.quickRow(/17 Mar 2026|Mar 17, 2026/).filter({ hasText: '2 chats' });
    await backup.waitFor();
    await window.screenshot('restore history');
    await backup.click();
    await window.quickRow('What is a semaphore?').filter({ hasText: 'not here' }).first().waitFor();
    await window.screenshot('restore history chats');
    await window.page.keyboard.press('Enter');
    await window.toast('2 chats of').waitFor();
    assert.equal(chatsOnDisk(workbench()), 2);
    await window.toast('2 chats of').getByRole('button', { name: 'Undo' }).click();
    await window.waitUntil(() => chatsOnDisk(workbench()) === 0, 'the chats to be gone again');
    await window.command('Farthing: Check History');
    await window.toast('The database is sound.').waitFor();
    await window.screenshot('check history');
  });

  it('have a title of a few words where the question is too long for one, once, and it is in the books', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await newChat(window);
    await ask(window, 'Explain this error:\nTypeError: semaphore is not a function\n    at acquire (lock.ts:12)');
    await answerEnd(window);
    const titled = (): boolean => titlesOnDisk(workbench()).some(({ title, by }) => by === 'model' && /semaphore/i.test(title));
    await window.waitUntil(titled, 'the title');
    await ask(window, 'And then?');
    await answerEnd(window);
    const books = await booksAtRest(workbench());
    assert.equal(books.calls.filter(({ purpose }) => purpose === 'title').length, 1);
    assertBalanced(books);
  });
});
