import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { answerEnd, ask, booksOnDisk, databaseFile, lastAnswer, newChat, openComposer } from '../support/asking';
import { useWorkbench, type Workbench } from '../support/workbench';

const question = 'What does idempotent mean?';

function onDisk<T>(workbench: Workbench, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(databaseFile(workbench), { timeout: 5000 });
  try {
    return work(database);
  } finally {
    database.close();
  }
}

const outcomeRow = z.object({ kind: z.string(), card: z.string(), value: z.number() });

function outcomes(workbench: Workbench): readonly z.infer<typeof outcomeRow>[] {
  return onDisk(workbench, (database) => z.array(outcomeRow).parse(database.prepare('SELECT kind, card, value FROM outcomes ORDER BY seq').all()));
}

/** Puts ratings into the books, as another window would. */
function rateElsewhere(workbench: Workbench, card: string, times: number): void {
  onDisk(workbench, (database) => {
    const put = database.prepare(`
      INSERT INTO outcomes (id, at, realm, arm, card, effort, kind, value, weight, domains, difficulty, tier, question)
      VALUES (:id, :at, 'demo', 'demo/' || :card, :card, 'none', 'rating', 0, 1, '{"code":0.5,"knowledge":0.5}', -4, 'simple', :id)`);
    for (let time = 0; time < times; time++) put.run({ id: `rated-elsewhere-${time}`, at: Date.now() - time, card });
  });
}

describe('what is learnt from use', () => {
  const workbench = useWorkbench({ settings: { 'farthing.demo.enabled': true }, files: { 'notes.txt': 'one\ntwo\n' } });

  it('shows in the choice of the model, in a page of its own, and is forgotten and brought back', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    await openComposer(window);
    await ask(window, question);
    await answerEnd(window);
    assert.match((await lastAnswer(window.chat).innerText()).replaceAll(/\s+/g, ' '), /Demo Small/);

    rateElsewhere(workbench(), 'demo-small', 8);
    const small = (): number => booksOnDisk(workbench()).calls.filter(({ arm }) => arm === 'demo/demo-small').length;
    // What another window wrote is seen within a second.
    await window.waitUntil(async () => {
      const before = small();
      await newChat(window);
      await ask(window, question);
      await answerEnd(window);
      return small() === before;
    }, 'another model to be asked');
    await lastAnswer(window.chat).getByText('Why this model').click();
    await lastAnswer(window.chat).getByText(/What became of its answers moved Demo Small from \d+ % to \d+ %: no longer sure enough/).waitFor();
    await window.screenshot('an answer of a model that was learnt to be better');

    await window.command('Farthing: Show What Was Learnt');
    const page = window.page.frameLocator('iframe.webview.ready[src*="extensionId=vscode.markdown-language-features"]').frameLocator('iframe#active-frame');
    await page.getByRole('heading', { name: 'What Farthing learnt' }).waitFor();
    await page.getByRole('heading', { name: 'Demo Small' }).waitFor();
    await page.getByText('8 × rated down; the last today.').waitFor();
    await window.screenshot('what was learnt');

    await window.command('Farthing: Reset What Was Learnt…');
    await window.pick('Demo Small');
    await window.dialog.filter({ hasText: 'Forget what was learnt of Demo Small?' }).waitFor();
    await window.answerDialog('Forget');
    const told = window.toast('What was learnt of Demo Small is forgotten.');
    await told.waitFor();
    assert.equal(outcomes(workbench()).filter(({ card }) => card === 'demo-small').length, 0);
    await told.locator('.monaco-button').filter({ hasText: 'Undo' }).click();
    await window.waitUntil(() => outcomes(workbench()).filter(({ card }) => card === 'demo-small').length === 8, 'the ratings to be back');
  });

  it('includes what became of code that was taken into a file', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.openFile('notes.txt');
    await newChat(window);
    await ask(window, 'Write a short function that adds two numbers');
    await answerEnd(window);
    await lastAnswer(window.chat).getByRole('button', { name: 'Insert at cursor' }).first().click();
    await window.waitUntil(async () => (await window.editorText()).length > 20, 'the code in the file');
    await window.editor.click();
    await window.page.keyboard.press('Control+Z');
    await window.waitUntil(() => outcomes(workbench()).some(({ kind, value }) => kind === 'undone' && value === 0), 'the outcome of undone code');
    await window.page.keyboard.press('Control+Shift+Z');
  });
});
