import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
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
    const before = await item.innerText();
    const composer = chat.locator('textarea');
    await composer.fill('Write a function in TypeScript that debounces calls, with an explanation');
    await window.page.waitForTimeout(500);
    await window.screenshot('typing');
    await chat.getByRole('button', { name: 'Send (Enter)' }).and(chat.locator(':enabled')).waitFor();
    await composer.press('Enter');
    // Not the line of its progress: that may be gone before a busy machine looks.
    await chat.locator('article.question').first().waitFor();
    await window.page.waitForTimeout(900);
    await window.screenshot('streaming');
    await chat.getByText('Why this model').first().waitFor({ timeout: 30_000 });
    await window.screenshot('answered');
    await window.waitUntil(async () => (await item.innerText()) !== before, 'the status bar to move', 3000);
    assert.match(await item.innerText(), /\$0\.\d+ \/ \$5\.00/);
    await chat.getByText('Why this model').first().click();
    await window.screenshot('why');
    await (await window.hover(item)).waitFor();
    await window.screenshot('tooltip');
  });

  it('asks about a selection and replaces it after showing the difference', async function () {
    this.timeout(60_000);
    const { window, folder } = workbench();
    await window.openFile('pricing.ts');
    await window.selectLines(1, 8);
    await window.screenshot('selected');
    await window.command('Farthing: Ask Cheapest Capable Model');
    await window.page.waitForTimeout(500);
    await window.screenshot('ask-selection');
    await window.pick('Improve');
    const chat = await window.openChat();
    const replace = chat.getByRole('button', { name: /Replace selection/ }).first();
    await replace.waitFor({ timeout: 30_000 });
    await window.screenshot('selection-answered');
    await replace.click();
    await window.page.waitForTimeout(1500);
    await window.screenshot('replace-diff');
    await window.toast('Replace the selection').locator('.monaco-button').filter({ hasText: 'Replace' }).first().click();
    await window.page.waitForTimeout(1000);
    await window.screenshot('replaced');
    assert.ok(readFileSync(path.join(folder, 'src/pricing.ts'), 'utf8'));
  });
});
