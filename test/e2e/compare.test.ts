import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { answerEnd, ask, booksOnDisk, editorRemembers, lastAnswer, longQuestion, newChat, openComposer } from '../support/asking';
import { useWorkbench } from '../support/workbench';

describe('several models beside one another, in the demo', () => {
  const workbench = useWorkbench({ settings: { 'farthing.demo.enabled': true }, viewport: { width: 1440, height: 900 } });

  it('are asked from the composer, with the cost of the whole told before', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const composer = await openComposer(window);
    const { chat } = window;
    await composer.fill(longQuestion);
    await chat.getByRole('button', { name: 'How to ask: Ask' }).press('Enter');
    const dialog = chat.getByRole('dialog', { name: 'How to ask' });
    await dialog.getByRole('radio', { name: 'Compare' }).check();
    await dialog.getByRole('checkbox', { name: /Blind/ }).check();
    await dialog.locator('.forecast').getByText(/^usually \$[\d.]+, seldom over \$[\d.]+ · 3 calls · Demo/).waitFor();
    await window.screenshot('tour compare choose');
    await window.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await composer.press('Enter');
    await lastAnswer(chat).locator('.work').waitFor();
    await window.panel.locator('.column').nth(2).waitFor();
    await chat.getByRole('button', { name: 'How to ask: Ask' }).waitFor();
  });

  it('are there again when the window is loaded in the middle of it', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.panel.locator('.column-text .markdown').first().getByText(/\w/).first().waitFor();
    await window.screenshot('tour compare streaming');
    const messageId = (await lastAnswer(window.chat).getAttribute('data-message-id')) ?? '';
    await window.waitUntil(() => editorRemembers(window, String.raw`\\\"messageId\\\":\\\"${messageId}`), 'the editor to remember the tab');
    await window.reload();
    await window.waitForFarthing();
    await window.panel.locator('.column').nth(2).waitFor();
    await window.panel.locator('.compare-sentence').getByText(/Interrupted/).waitFor();
    await window.screenshot('compare after reload');
  });

  it('hide their names until the vote, show what differs, and one is kept in the chat', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    const { panel, chat } = window;
    const composer = await openComposer(window);
    // The window was just loaded, and the field is there before its conversation.
    await lastAnswer(chat).locator('.work').waitFor();
    await composer.fill('What does idempotent mean?');
    await chat.getByRole('button', { name: 'How to ask: Ask' }).click();
    await chat.getByRole('radio', { name: 'Compare' }).check();
    // What was chosen before.
    await chat.getByRole('checkbox', { name: /Blind/, checked: true }).waitFor();
    // Two quick ones, by name.
    const models = chat.getByRole('combobox', { name: 'Choose models' });
    for (const name of ['Demo Small', 'Demo Medium']) {
      await models.fill(name);
      await chat.getByRole('option', { name: new RegExp(name), selected: true }).waitFor();
      await models.press('Enter');
      await chat.getByRole('button', { name: `Remove demo/${name.toLowerCase().replace(' ', '-')}` }).waitFor();
    }
    await window.page.keyboard.press('Escape');
    await window.page.keyboard.press('Escape');
    await chat.getByRole('dialog', { name: 'How to ask' }).waitFor({ state: 'detached' });
    await composer.press('Enter');
    // In a tab of its own: the interrupted one stays where it was.
    await panel.locator('.compare-sentence').getByText('None is kept yet').waitFor({ timeout: 40_000 });
    assert.deepEqual(await panel.locator('.column h2').allInnerTexts(), ['Answer A', 'Answer B']);
    assert.doesNotMatch(await panel.locator('body').innerText(), /Demo (Small|Medium|Large)|tokens/);
    await panel.getByRole('button', { name: 'Differences' }).press('Enter');
    await panel.getByText(/% of the words are the same|word for word/).waitFor();
    await panel.getByRole('combobox', { name: 'To' }).selectOption('A');
    await panel.getByText('Choose two answers.').waitFor();
    await panel.getByRole('button', { name: 'Swap' }).click();
    await panel.getByRole('combobox', { name: 'To' }).selectOption('B');
    await panel.locator('.difference-text').getByText(/\w/).first().waitFor();
    await window.screenshot('tour compare differences');
    await panel.getByRole('button', { name: 'Differences' }).press('Enter');
    await panel.getByRole('button', { name: 'Best Answer B' }).click();
    await panel.locator('.compare-sentence').getByText(/You voted for Demo \w+\./).waitFor();
    assert.equal((await panel.locator('.column h2').allInnerTexts()).filter((name) => /Demo (Small|Medium)/.test(name)).length, 2);
    await window.screenshot('tour compare voted');
    const name = (await panel.locator('.column h2').nth(1).innerText()).replace(/ Demo$/, '').trim();
    await panel.locator('.column').nth(1).getByRole('button', { name: /^Keep in chat/ }).click();
    await panel.locator('.column').nth(1).getByText('In the chat').waitFor();
    const kept = await answerEnd(window);
    await kept.locator('.answer-text').waitFor();
    await kept.locator('.fact-model').getByText(name, { exact: true }).waitFor();
    await window.screenshot('tour compare kept');
  });

  it('are followed by a question that goes on from what was kept', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const before = booksOnDisk(workbench()).calls.length;
    await ask(window, 'And what is it good for?');
    const answer = await answerEnd(window);
    await answer.locator('.answer-text').waitFor();
    assert.equal(booksOnDisk(workbench()).calls.length, before + 1, 'one model is asked again');
    const { violations } = await new AxeBuilder({ page: window.page }).include([...window.panelFrames]).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
    assert.deepEqual(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`)), []);
    await newChat(window);
  });
});
