import assert from 'node:assert/strict';
import { answerEnd, lastAnswer } from '../support/asking';
import { useWorkbench } from '../support/workbench';

describe('the main path, in the demo', () => {
  const workbench = useWorkbench({ settings: { 'farthing.demo.enabled': true } });

  it('answers a question in the chat and moves the status bar', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const item = await window.waitForFarthing();
    await window.screenshot('first-start');
    const chat = await window.openChat();
    await chat.locator('textarea').waitFor();
    await window.screenshot('empty-chat');
    await item.filter({ hasText: '$0.00 / $5.00' }).waitFor();
    const before = await item.innerText();
    const composer = chat.locator('textarea');
    await composer.fill('Write a function in TypeScript that debounces calls, with an explanation');
    await chat.locator('.preview').waitFor();
    await window.screenshot('typing');
    await chat.getByRole('button', { name: 'Send (Enter)' }).and(chat.locator(':enabled')).waitFor();
    await composer.press('Enter');
    // Not the line of its progress: that may be gone before a busy machine looks.
    await chat.locator('article.question').first().waitFor();
    await lastAnswer(chat).locator('.answer-text').waitFor();
    await window.screenshot('streaming');
    await chat.getByText('Why this model').first().waitFor();
    await window.screenshot('answered');
    await window.waitUntil(async () => (await item.innerText()) !== before, 'the status bar to move');
    assert.match(await item.innerText(), /\$0\.\d+ \/ \$5\.00/);
    await chat.getByText('Why this model').first().click();
    await window.screenshot('why');
    await window.hover(item, 'Last call');
    await window.screenshot('tooltip');
  });

  it('asks what was typed about code, however soon Enter comes', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    await window.openFile('pricing.ts');
    await window.command('Farthing: Ask Cheapest Capable Model');
    await window.quickRow('Improve').waitFor();
    // As a task is called: the editor's own search finds that one before what was typed has its row.
    await window.fillQuickInput('Fix', { accept: false });
    await window.page.keyboard.press('Enter');
    await window.chat.locator('article.question').filter({ hasText: /Fix\s*src\/pricing\.ts:\d+-\d+/ }).waitFor();
    await answerEnd(window);
  });

  it('asks about a selection and replaces it after showing the difference', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    await window.openFile('pricing.ts');
    await window.selectLines(1, 8);
    await window.screenshot('selected');
    await window.command('Farthing: Ask Cheapest Capable Model');
    await window.quickRow('Improve').waitFor();
    await window.screenshot('ask-selection');
    await window.fillQuickInput('improve', { accept: false });
    await window.quickRow('Ask this').waitFor();
    await window.page.keyboard.press('ArrowDown');
    await window.page.keyboard.press('Enter');
    await window.chat.locator('article.question').filter({ hasText: 'Improve: src/pricing.ts:1-8' }).waitFor();
    const replace = (await answerEnd(window)).getByRole('button', { name: /Replace selection/ }).first();
    await replace.waitFor();
    await window.screenshot('selection-answered');
    await replace.click();
    const question = window.toast('Replace the selection');
    // With the mouse on it the editor does not take it away.
    await question.hover();
    await window.page.locator('.monaco-diff-editor .modified-in-monaco-diff-editor').getByText('Simulated improvement').first().waitFor();
    await window.screenshot('replace-diff');
    await question.locator('.monaco-button').filter({ hasText: 'Replace' }).first().click();
    await window.page.locator('.monaco-diff-editor:visible').waitFor({ state: 'detached' });
    await window.waitUntil(async () => (await window.editorText()).includes('Simulated improvement'), 'the code to be replaced');
    await window.screenshot('replaced');
  });
});
