import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../../scripts/node24.mjs';
import { answerEnd, booksOnDisk, lastAnswer, smallDemo } from '../support/asking';
import { useWorkbench, type Window } from '../support/workbench';

/** A git repository with a change, made of the sample workspace. */
function repository(folder: string): string {
  const git = (...args: readonly string[]) => execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.invalid', ...args], { cwd: folder });
  cpSync(path.join(root, 'test/fixtures/sampleWorkspace'), folder, { recursive: true });
  writeFileSync(path.join(folder, 'data/rates.json'), '{\n  "halfHour": 150,,\n  "day": 900\n}\n');
  const cell = { cell_type: 'code', execution_count: 1, metadata: {}, source: ['print(price)'], outputs: [{ output_type: 'error', ename: 'NameError', evalue: "name 'price' is not defined", traceback: ['NameError'] }] };
  writeFileSync(path.join(folder, 'data/prices.ipynb'), JSON.stringify({ cells: [cell], metadata: { language_info: { name: 'python' } }, nbformat: 4, nbformat_minor: 2 }));
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'Begin with prices');
  writeFileSync(path.join(folder, 'README.md'), '# Bicycles for everyone\n');
  return folder;
}

async function lastPurpose(window: Window, books: () => ReturnType<typeof booksOnDisk>, calls: number): Promise<string | undefined> {
  await window.waitUntil(() => books().calls.length > calls, 'the call in the books');
  return books().calls[calls]?.purpose;
}

describe('commands of the editor', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'farthing-repository-'));
  const workbench = useWorkbench(() => ({ allBuiltIns: true, settings: { ...smallDemo, 'git.enabled': true, 'git.openRepositoryInParentFolders': 'never' }, workspace: repository(folder) }));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const books = () => booksOnDisk(workbench());

  it('are a submenu of the code’s own menu, and ask at once', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.waitForFarthing();
    await window.openFile('pricing.ts');
    await window.selectLines(1, 3);
    await window.editor.locator('.view-line').nth(1).click({ button: 'right', position: { x: 60, y: 8 } });
    const menu = window.page.locator('.monaco-menu');
    await menu.getByText('Farthing', { exact: true }).hover();
    await menu.getByText('Write Tests').waitFor();
    const titles = await menu.last().locator('.action-label:not(.separator)').allTextContents();
    assert.deepEqual(titles.map((title) => title.trim()), ['Ask Cheapest Capable Model', 'Add to Chat', 'Explain', 'Fix', 'Improve', 'Write Tests', 'Document']);
    await window.screenshot('editor submenu');
    // By key: a menu ignores clicks in its first moment.
    await menu.getByText('Explain', { exact: true }).hover();
    await window.page.keyboard.press('Enter');
    const answer = await answerEnd(window);
    await window.chat.locator('article.question').filter({ hasText: 'Explain: src/pricing.ts:1-3' }).waitFor();
    assert.match(await answer.innerText(), /What can be read off the code/);
    assert.equal(await lastPurpose(window, books, 0), 'selection');
    await window.screenshot('editor explained');
  });

  it('fix a problem from the light bulb', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.openFile('rates.json');
    await window.page.locator('.squiggly-error').first().waitFor();
    await window.goTo('2:19');
    const calls = books().calls.length;
    // The bulb shows what it was drawn for. Ctrl+. finds that out anew, and its menu never comes when the editor draws the bulb again just then.
    await window.editor.locator('.codicon-light-bulb').first().click();
    const fixes = window.page.locator('.action-widget');
    await fixes.getByText('Fix with Farthing').waitFor();
    await fixes.getByText('Explain with Farthing').waitFor();
    await window.screenshot('quick fix');
    await fixes.getByText('Fix with Farthing').click();
    await window.chat.locator('article.question').filter({ hasText: /Fix: .*\(data\/rates\.json:1-5\)/ }).waitFor();
    await answerEnd(window);
    await lastAnswer(window.chat).getByRole('button', { name: 'Replace selection' }).waitFor();
    assert.equal(await lastPurpose(window, books, calls), 'selection');
    assert.match(books().messages.findLast(({ role }) => role === 'user')?.text ?? '', /Problems the editor reports there:\n- line 2, error \(json?c? ?\d*\): /);
  });

  it('write a commit message from what was begun, which one undo brings back', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const calls = books().calls.length;
    await window.page.locator('.activitybar [aria-label^="Source Control"]').first().click();
    await window.page.locator('.scm-view .monaco-list-row').filter({ hasText: 'README.md' }).waitFor();
    const box = window.page.locator('.scm-editor');
    await box.locator('.view-line').first().click();
    await window.page.keyboard.type('say who it is for');
    const button = window.page.getByRole('button', { name: 'Write Commit Message' });
    await button.waitFor();
    await window.screenshot('commit begun');
    await button.click();
    await box.getByText('Say who it is for in README.md').waitFor();
    const done = window.toast(/Commit message by Demo Small, \$[\d.]+\. It was written from what stood in the box\./);
    await done.waitFor();
    await window.restMouse();
    await window.screenshot('commit written');
    assert.equal(await lastPurpose(window, books, calls), 'commit');
    await box.locator('.view-line').first().click();
    await window.page.keyboard.press('Control+Z');
    await box.getByText('say who it is for', { exact: true }).waitFor();
  });

  it('ask about a cell of a notebook from its own buttons', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const calls = books().calls.length;
    await window.page.keyboard.press('Control+P');
    await window.fillQuickInput('prices.ipynb', { accept: false });
    await window.takeFocusedRow('prices.ipynb');
    const cell = window.page.locator('.notebookOverlay .code-cell-row').first();
    await cell.click();
    await cell.hover();
    await window.page.locator('.cell-title-toolbar').getByRole('button', { name: 'Farthing' }).first().click();
    await window.page.locator('.monaco-menu').getByText('Fix Cell').waitFor();
    await window.screenshot('notebook cell');
    await window.page.locator('.monaco-menu').getByText('Fix Cell').hover();
    await window.page.keyboard.press('Enter');
    await window.chat.locator('article.question').filter({ hasText: 'Fix: data/prices.ipynb, cell 1' }).waitFor();
    await answerEnd(window);
    assert.equal(await lastPurpose(window, books, calls), 'notebook');
    await lastAnswer(window.chat).getByRole('button', { name: 'Replace selection' }).click();
    const question = window.toast('Replace the selection with this change?');
    // With the mouse on it the editor does not take it away.
    await question.hover();
    await window.screenshot('notebook difference');
    await question.locator('.monaco-button').filter({ hasText: 'Replace' }).click();
    await cell.getByText('Simulated fix').waitFor();
    await window.screenshot('notebook replaced');
  });

  it('ask about the last command of a terminal, and put the right one there without running it', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const calls = books().calls.length;
    await window.command('Terminal: Create New Terminal');
    const terminal = window.page.locator('.terminal-wrapper.active .xterm');
    await terminal.waitFor();
    await terminal.locator('textarea').focus();
    await window.page.keyboard.type('echoo farthing');
    await window.page.keyboard.press('Enter');
    await window.page.locator('.terminal-command-decoration.error, .codicon-terminal-decoration-error').first().waitFor();
    await window.screenshot('terminal');
    await window.command('Farthing: Fix Command with Farthing');
    await window.chat.locator('article.question').filter({ hasText: 'Fix command: echoo farthing' }).waitFor();
    await answerEnd(window);
    assert.equal(await lastPurpose(window, books, calls), 'terminal');
    assert.match(books().messages.findLast(({ role }) => role === 'user')?.text ?? '', /ended with code 127:\n```sh\nechoo farthing\n```\n\nIts output:\n```text\n.*echoo: command not found/);
    await lastAnswer(window.chat).getByRole('button', { name: 'Put into the terminal, without running it' }).click();
    await window.page.locator('.terminal-wrapper.active .xterm.focus').waitFor();
    await window.screenshot('terminal filled');
  });
});
