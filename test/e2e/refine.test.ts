import assert from 'node:assert/strict';
import { answerEnd, booksAtRest, lastAnswer, openComposer } from '../support/asking';
import { useWorkbench, type Window } from '../support/workbench';

/** Asks it of several models, chosen as a person does with the keyboard. */
async function askSeveral(window: Window, how: string, question: string): Promise<void> {
  const { chat } = window;
  const composer = await openComposer(window);
  const before = await chat.locator('article.question').count();
  await composer.fill(question);
  await chat.getByRole('button', { name: 'How to ask: Ask' }).press('Enter');
  const dialog = chat.getByRole('dialog', { name: 'How to ask' });
  await dialog.getByRole('radio', { name: how }).check();
  await window.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await chat.getByRole('button', { name: 'Send (Enter)' }).and(chat.locator(':enabled')).waitFor();
  await composer.press('Enter');
  await chat.locator('article.question').nth(before).waitFor();
}

describe('several models that make one answer, in the demo', () => {
  const workbench = useWorkbench({ settings: { 'farthing.demo.enabled': true } });

  it('refine an answer round by round, and the best is the answer', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await askSeveral(window, 'Refine', 'How does caching work?');
    await window.chat.locator('.work-live').waitFor();
    await window.screenshot('refine under way');
    const answer = await answerEnd(window, 40_000);
    await answer.locator('.work-done').waitFor();
    assert.match(await answer.locator('.answer-text').innerText(), /Edge cases[\s\S]*In short/);
    await answer.locator('.work-done summary, .work-done button').first().click();
    await answer.locator('.work-groups').waitFor();
    await window.screenshot('refine done');
    const { calls } = await booksAtRest(workbench());
    assert.ok(calls.length >= 8, `${calls.length} calls`);
  });

  it('let an earlier round be taken, and are stopped in the middle', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const { chat } = window;
    const work = lastAnswer(chat).locator('.work');
    await work.getByRole('button', { name: /^Take this round/ }).first().click();
    await work.getByRole('img', { name: /^Scores: round 1 \d+\s% \(taken\)/ }).waitFor();
    await lastAnswer(chat).getByRole('button', { name: 'Ask again' }).click();
    await chat.locator('.work-progress').getByRole('button', { name: 'Stop' }).click();
    const answer = await answerEnd(window);
    await answer.getByText('Stopped by you. What came is kept, and counted.').waitFor();
    assert.equal(await chat.locator('.work-progress').count(), 0);
  });

  it('agree, and say how far', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await askSeveral(window, 'Consensus', 'How does caching work?');
    const answer = await answerEnd(window, 40_000);
    await answer.locator('.work-done').waitFor();
    await answer.locator('.work-done summary, .work-done button').first().click();
    await answer.locator('.agreement').waitFor();
    await window.screenshot('consensus done');
  });
});
