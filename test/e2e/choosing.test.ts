import assert from 'node:assert/strict';
import { answerEnd, ask, booksOnDisk, lastAnswer, newChat, openComposer } from '../support/asking';
import { useWorkbench } from '../support/workbench';

const hard = 'Design a distributed rate limiter that stays correct under clock skew and network partitions, prove that it never lets more than the limit through, and analyse the race conditions of each step.';

describe('how a model is chosen, in the demo', () => {
  const workbench = useWorkbench({ settings: { 'farthing.demo.enabled': true }, viewport: { width: 1280, height: 1000 } });

  it('is told before sending at every quality, and switching the quality changes it', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const composer = await openComposer(window);
    const { chat } = window;
    await composer.fill(hard);
    const line = chat.locator('.composer-lines');
    await chat.getByRole('radio', { name: 'Economy' }).check();
    await line.getByText(/^Usually \$[\d.]+ – \$[\d.]+ · ≈[\d.k]+ → [\d.k]+ tokens$/).waitFor();
    const modelAt = async (quality: string) => {
      const radio = chat.getByRole('radio', { name: quality });
      await radio.check();
      await radio.and(chat.locator('[aria-description*="Your draft: Demo"]')).waitFor();
      const described = /Your draft: (Demo \w+)/.exec((await radio.getAttribute('aria-description')) ?? '')?.[1];
      assert.ok(described, `what ${quality} would ask`);
      await line.getByText(new RegExp(`^${described} at .* · \\w+ question$`)).waitFor();
      return described;
    };
    const economy = await modelAt('Economy');
    const quality = await modelAt('Quality');
    assert.notEqual(economy, quality);
    const [cheap, , dear] = await chat.locator('.quality-cost').allInnerTexts();
    assert.notEqual(cheap, dear);
    await window.screenshot('quality-switch');
    await composer.press('Enter');
    await lastAnswer(chat).locator('.answer-text').waitFor();
    await window.page.keyboard.press('Escape');
    await answerEnd(window);
    assert.equal(await lastAnswer(chat).locator('.fact-model').innerText(), quality, 'the model that was told is asked');
  });

  it('shows why at a glance, and the candidates to the keyboard', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await newChat(window);
    const { chat } = window;
    await chat.getByRole('radio', { name: 'Balanced' }).check();
    await ask(window, 'Write a function in TypeScript that debounces calls, with an explanation');
    const answer = await answerEnd(window);
    await answer.getByRole('button', { name: 'Why this model' }).press('Enter');
    await answer.locator('.why-summary').getByText(/\d\d\s% for an? \w+ code question/).waitFor();
    await answer.getByRole('list', { name: 'What the question was taken for' }).getByText('code').first().waitFor();
    const figures = answer.getByRole('table').first();
    assert.match(await figures.innerText(), /Expected\s+Came to[\s\S]*Cost\s+\$[\d.]+ – \$[\d.]+\s+\$[\d.]+/);
    const chosen = await answer.locator('.fact-model').innerText();
    const readout = answer.locator('.readout-name');
    assert.match(await readout.innerText(), new RegExp(`^${chosen} `));
    await answer.getByRole('listbox', { name: /Cost against/ }).press('End');
    await readout.getByText('Demo Large').waitFor();
    await answer.getByRole('listbox', { name: /Cost against/ }).press('Home');
    await readout.getByText('Demo Small').waitFor();
    const better = answer.getByRole('button', { name: 'Better model' });
    await better.focus();
    await window.waitUntil(async () => /^Ask a better model the same question: Demo \w+ at Demo, usually \$[\d.]+$/.test((await better.getAttribute('title')) ?? ''), 'what "better" would ask');
    await window.screenshot('why-this-model');
  });

  it('is rated with a reason, which is there after a reload and counts in the books', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const answer = lastAnswer(window.chat);
    await answer.getByRole('button', { name: 'Bad answer' }).press('Enter');
    const row = answer.getByRole('group', { name: 'Your rating' });
    await row.getByText(/^Counts for Demo \w+ on \w+ code questions, in the demo\.$/).waitFor();
    await row.getByRole('button', { name: 'Too long' }).press('Enter');
    const note = row.getByRole('textbox', { name: 'A note, optional' });
    await note.fill('half of it would do');
    await note.press('Enter');
    const rating = { value: 'down', reason: 'tooLong', note: 'half of it would do' };
    const stored = () => JSON.parse(booksOnDisk(workbench()).messages.at(-1)?.answer ?? '{}').rating;
    await window.waitUntil(() => JSON.stringify(stored()) === JSON.stringify(rating), 'the rating to be written');
    await window.screenshot('rated');
    await window.reload();
    await openComposer(window);
    const thumb = lastAnswer(window.chat).getByRole('button', { name: 'Bad answer' });
    await window.waitUntil(async () => (await thumb.getAttribute('aria-pressed')) === 'true', 'the rating after the reload');
    assert.match((await thumb.getAttribute('title')) ?? '', /Too long/);
    // Pressing again takes it back.
    await thumb.press('Enter');
    await window.waitUntil(() => stored() === undefined, 'the rating to be gone');
    await window.waitUntil(async () => (await thumb.getAttribute('aria-pressed')) === 'false', 'the thumb to be up again');
  });
});
