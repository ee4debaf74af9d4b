import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { answerEnd, booksOnDisk, lastAnswer, smallDemo } from '../support/asking';
import { useWorkbench, type Window, type Workbench } from '../support/workbench';

const askCommand = 'Farthing: Ask Cheapest Capable Model';
const comment = '// Simulated improvement: a real model would rewrite the code below.';

/** What is asked about, as the command says it before it is sent. */
async function askedAbout(window: Window): Promise<string> {
  await window.command(askCommand);
  await window.quickRow('Explain').waitFor();
  return (await window.quickInput.locator('input.input').getAttribute('placeholder')) ?? '';
}

/** Runs the command, chooses a task and waits for the answer in the chat, which opens by itself. An earlier one is shown there until then. */
async function askFor(window: Window, workbench: Workbench, task: string): Promise<void> {
  const answers = (): string[] => booksOnDisk(workbench).messages.flatMap(({ id, role }) => (role === 'assistant' ? [id] : []));
  const before = answers();
  const added = (): string | undefined => answers().find((id) => !before.includes(id));
  await window.command(askCommand);
  await window.pick(task);
  await window.waitUntil(() => added() !== undefined, 'the answer', 30_000);
  await window.chat.locator(`article.answer[data-message-id="${added()}"]`).waitFor();
  await answerEnd(window);
}

/** Asks for an improvement of what is selected and opens the diff of the first code block. */
async function proposeImprovement(window: Window, workbench: Workbench): Promise<Locator> {
  await askFor(window, workbench, 'Improve');
  await lastAnswer(window.chat).getByRole('button', { name: 'Replace selection' }).click();
  await window.page.locator('.monaco-diff-editor').waitFor();
  const question = window.toast('Replace the selection with this change?');
  // With the mouse on it the editor does not take it away.
  await question.hover();
  return question;
}

async function decide(question: Locator, button: 'Replace' | 'Discard'): Promise<void> {
  await question.locator('.monaco-button').filter({ hasText: button }).click();
  await question.waitFor({ state: 'detached' });
}

async function save(window: Window, workbench: Workbench, name: string, expected: string): Promise<void> {
  await window.page.keyboard.press('Control+S');
  await window.waitUntil(() => readFileSync(path.join(workbench.folder, name), 'utf8') === expected, `the file to be as expected; it is ${JSON.stringify(readFileSync(path.join(workbench.folder, name), 'utf8'))}`);
}

const nested = ['export class Station {', '  price(minutes: number): number {', '    const halfHours = Math.floor(minutes / 30);', '    return halfHours * 150;', '  }', '', '  name(): string {', "    return 'station';", '  }', '}', ''];
const improved = (...lines: readonly [number, number][]) => {
  const [[first, indent]] = lines as [[number, number]];
  return nested.toSpliced(first - 1, 0, `${' '.repeat(indent)}${comment}`);
};

describe('asking about code', () => {
  const workbench = useWorkbench({
    settings: smallDemo,
    files: { 'src/nested.ts': nested.join('\n'), 'src/windows.ts': nested.join('\r\n'), 'src/locked.ts': nested.join('\n'), 'notes.txt': 'one\ntwo\n' },
  });

  it('takes the selection, else the innermost symbol around the caret, else the file', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    await window.openFile('src/nested.ts');
    await window.selectLines(3, 4);
    assert.match(await askedAbout(window), /What to do with the selection of src\/nested\.ts\?/);
    await window.page.keyboard.press('Escape');
    await window.goTo('8:9');
    // The language service takes a moment after the first file is opened.
    await window.page.locator('.breadcrumbs-control').getByText('name').waitFor({ timeout: 40_000 });
    assert.match(await askedAbout(window), /What to do with the symbol "name" of src\/nested\.ts\?/);
    await window.screenshot('ask about a symbol');
    await window.page.keyboard.press('Escape');
    await window.openFile('notes.txt');
    assert.match(await askedAbout(window), /What to do with the whole file of notes\.txt\?/);
    await window.page.keyboard.press('Escape');
  });

  it('is reached from the context menu and by its key', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.openFile('src/nested.ts');
    await window.selectLines(3, 4);
    await window.page.keyboard.press('Control+Alt+A');
    await window.quickRow('Explain').waitFor();
    await window.page.keyboard.press('Escape');
    await window.editor.locator('.view-line').filter({ hasText: 'halfHours * 150' }).click({ button: 'right' });
    // A menu takes no click in its first moments, because the click that opened it may still be under way.
    await window.page.locator('.monaco-menu').getByText('Farthing', { exact: true }).hover();
    await window.page.locator('.monaco-menu').getByText('Ask Cheapest Capable Model').hover();
    await window.page.keyboard.press('Enter');
    await window.quickRow('Explain').waitFor();
    await window.page.keyboard.press('Escape');
  });

  it('sends what was typed, with the code and its place', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.openFile('src/nested.ts');
    await window.selectLines(3, 4);
    await window.command(askCommand);
    await window.fillQuickInput('Is this fix right for tests? $(warning) [x](command:y)', { accept: false });
    await window.quickRow('Ask this').waitFor();
    await window.screenshot('ask in own words');
    await window.page.keyboard.press('Enter');
    await window.chat.locator('article.question').filter({ hasText: 'Is this fix right for tests? $(warning) [x](command:y)' }).waitFor();
    await window.chat.locator('article.question').filter({ hasText: 'src/nested.ts:3-4' }).waitFor();
    await answerEnd(window);
    const sent = booksOnDisk(workbench()).messages.findLast(({ role }) => role === 'user')?.text ?? '';
    assert.ok(sent.includes('```typescript\n    const halfHours = Math.floor(minutes / 30);\n    return halfHours * 150;\n```'), sent);
    assert.equal(booksOnDisk(workbench()).calls.findLast(({ purpose }) => purpose !== 'title')?.purpose, 'selection');
  });

  it('shows the difference first; Discard changes nothing, and neither does closing it', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.openFile('src/nested.ts');
    await window.selectLines(3, 4);
    const question = await proposeImprovement(window, workbench());
    await window.page.locator('.monaco-diff-editor .modified-in-monaco-diff-editor').filter({ hasText: /Simulated.improvement/ }).waitFor();
    await window.screenshot('difference');
    await decide(question, 'Discard');
    await window.page.locator('.monaco-diff-editor').waitFor({ state: 'detached' });
    assert.equal(readFileSync(path.join(workbench().folder, 'src/nested.ts'), 'utf8'), nested.join('\n'));
    await window.openFile('src/nested.ts');
    assert.ok(!(await window.editorText()).includes('Simulated'));
    assert.equal(await window.page.locator('.tab.dirty').count(), 0);
  });

  for (const [how, select, expected] of [
    ['whole lines', (window: Window) => window.selectLines(3, 4), improved([3, 4])],
    [
      'from the first letter of a line',
      async (window: Window) => {
        await window.goTo('3:5');
        await window.page.keyboard.press('Shift+ArrowDown');
        await window.page.keyboard.press('Shift+End');
      },
      improved([3, 4]),
    ],
    [
      'up to the beginning of the next line',
      async (window: Window) => {
        await window.goTo('3:1');
        await window.page.keyboard.press('Shift+ArrowDown');
        await window.page.keyboard.press('Shift+ArrowDown');
      },
      improved([3, 4]),
    ],
    ['a symbol, without a selection', (window: Window) => window.goTo('8:9'), improved([7, 2])],
  ] as const) {
    it(`replaces ${how} with its indentation kept, as one step`, async function () {
      this.timeout(90_000);
      const { window } = workbench();
      await window.openFile('src/nested.ts');
      await select(window);
      await decide(await proposeImprovement(window, workbench()), 'Replace');
      await window.page.locator('.tab.dirty[data-resource-name="nested.ts"]').waitFor();
      await save(window, workbench(), 'src/nested.ts', expected.join('\n'));
      await window.page.keyboard.press('Control+Z');
      await save(window, workbench(), 'src/nested.ts', nested.join('\n'));
    });
  }

  it('keeps the line ends of Windows', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    await window.openFile('src/windows.ts');
    await window.selectLines(3, 4);
    await decide(await proposeImprovement(window, workbench()), 'Replace');
    await window.page.locator('.tab.dirty[data-resource-name="windows.ts"]').waitFor();
    await save(window, workbench(), 'src/windows.ts', improved([3, 4]).join('\r\n'));
  });

  it('finds the code where it has moved to, and refuses when it has changed', async function () {
    this.timeout(120_000);
    const { window } = workbench();
    await window.openFile('src/nested.ts');
    await window.selectLines(3, 4);
    await askFor(window, workbench(), 'Improve');
    // Someone else adds a line above; the editor takes the change over.
    writeFileSync(path.join(workbench().folder, 'src/nested.ts'), ['// moved', ...nested].join('\n'));
    await window.openFile('src/nested.ts');
    await window.waitUntil(async () => (await window.editorText()).startsWith('// moved'), 'the editor to take over the change');
    await lastAnswer(window.chat).getByRole('button', { name: 'Replace selection' }).click();
    const question = window.toast('Replace the selection with this change?');
    await question.waitFor();
    await decide(question, 'Replace');
    await window.page.locator('.tab.dirty[data-resource-name="nested.ts"]').waitFor();
    await save(window, workbench(), 'src/nested.ts', ['// moved', ...improved([3, 4])].join('\n'));

    await window.page.keyboard.press('Control+Z');
    await save(window, workbench(), 'src/nested.ts', ['// moved', ...nested].join('\n'));
    await window.selectLines(4, 5);
    await askFor(window, workbench(), 'Improve');
    writeFileSync(path.join(workbench().folder, 'src/nested.ts'), nested.join('\n').replace('150', '160'));
    await window.openFile('src/nested.ts');
    await window.waitUntil(async () => (await window.editorText()).includes('160'), 'the editor to take over the change');
    await lastAnswer(window.chat).getByRole('button', { name: 'Replace selection' }).click();
    await window.chat.getByText('The code has changed since it was asked about').first().waitFor();
    await window.screenshot('code has changed');
    assert.equal(await window.page.locator('.tab.dirty').count(), 0);
    await window.chat.getByRole('button', { name: 'Dismiss' }).first().click();
  });

  it('works in a file that was never saved', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    await window.command('File: New Untitled Text File');
    // Its tab is there before, over the text of another file.
    await window.page.locator('.editor-group-container.active .monaco-editor[data-uri="untitled:Untitled-1"]:visible').first().waitFor();
    await window.editor.locator('.view-line').first().click();
    await window.page.keyboard.insertText('const a = 1;\nconst b = 2;\n');
    await window.command('Change Language Mode');
    await window.fillQuickInput('TypeScript', { accept: false });
    await window.quickRow(/^TypeScript/).first().click();
    assert.match(await askedAbout(window), /What to do with the whole file of Untitled-1\?/);
    await window.page.keyboard.press('Escape');
    await window.selectLines(1, 2);
    const question = await proposeImprovement(window, workbench());
    await decide(question, 'Replace');
    await window.waitUntil(async () => (await window.editorText()).includes('Simulated improvement'), 'the replacement');
    await window.command('View: Revert and Close Editor');
    await window.page.locator('.tab[data-resource-name="Untitled-1"]').waitFor({ state: 'detached' });
  });

  it('leaves what is on the disk to the editor, also where it may not be written', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    chmodSync(path.join(workbench().folder, 'src/locked.ts'), 0o444);
    await window.openFile('src/locked.ts');
    await window.selectLines(3, 4);
    await decide(await proposeImprovement(window, workbench()), 'Replace');
    await window.page.locator('.tab.dirty[data-resource-name="locked.ts"]').waitFor();
    assert.equal(readFileSync(path.join(workbench().folder, 'src/locked.ts'), 'utf8'), nested.join('\n'));
    await window.command('File: Revert File');
    await window.page.locator('.tab.dirty[data-resource-name="locked.ts"]').waitFor({ state: 'detached' });
  });

  it('without an editor leads to the chat', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.command('View: Close All Editors');
    await window.page.locator('.tabs-container .tab').first().waitFor({ state: 'detached' });
    await window.command(askCommand);
    await window.chat.locator('textarea:focus').waitFor();
  });
});
