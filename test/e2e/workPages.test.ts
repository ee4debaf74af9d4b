import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { stateDelta } from '../../src/shared/protocol';
import { stepKey } from '../../src/shared/workProtocol';
import { workView } from '../../src/vscode/chat/workViews';
import { comparisonView } from '../../src/vscode/compare/comparisonView';
import { type ChatPages, openChatPages, pageThemes } from '../support/chatPage';
import { answerText, conversation, readyState } from '../support/chatStates';
import { pageViolations } from '../support/pageViolations';
import { renderRows } from '../support/renderRows';
import { askingState, compareState, doneStep, refusedMessage, underWay, workContext, works, workViews } from '../support/workStates';

const arms = [
  { id: 'openai/luna', name: 'gpt-5.6-luna', provider: 'OpenAI', price: '$0.10 / $0.40' },
  { id: 'anthropic/opus', name: 'claude-opus-5', provider: 'Anthropic', price: '$5.00 / $25.00' },
];
const forecast = { strategy: 'compare', calls: '3 calls', usual: 'usually $0.0021', most: 'seldom over $0.0094', models: [{ name: 'gpt-5.6-luna at OpenAI', cost: '$0.0004' }] } as const;
const blind = { ...works.compare, wish: { strategy: 'compare', blind: true } } as const;

async function assertUsable(page: Page, what: 'everything' | 'theme' = 'everything'): Promise<void> {
  assert.deepEqual(await pageViolations(page, what), []);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth), false, 'the page is wider than its view');
}

describe('the pages of several models', function () {
  this.timeout(30_000);
  let pages: ChatPages;
  before(async () => {
    pages = await openChatPages();
  });
  after(() => pages.close());

  for (const theme of pageThemes) {
    it(`${theme}: can be read and used, narrow and wide`, async () => {
      const what = theme.startsWith('hc-') ? 'theme' : 'everything';
      const chat = await pages.open({ theme, width: 240, state: conversation({ work: workViews.refine }) });
      await chat.page.getByRole('button', { name: /^Refined in 3 rounds/ }).click();
      await assertUsable(chat.page, what);
      for (const work of [workViews.consensus, workViews.cascade, workViews.compare]) {
        await chat.send(stateDelta(conversation({ work })));
        await assertUsable(chat.page, what);
      }
      await chat.page.getByRole('button', { name: /^How to ask/ }).click();
      await chat.page.getByRole('radio', { name: 'Compare' }).check();
      await assertUsable(chat.page, what);
      await chat.close();
      const compare = await pages.open({ theme, width: 1000, comparison: compareState(works.compare) });
      await assertUsable(compare.page, what);
      await compare.page.getByRole('button', { name: 'Differences' }).click();
      await assertUsable(compare.page, what);
      await compare.page.setViewportSize({ width: 240, height: 620 });
      await assertUsable(compare.page, what);
      assert.deepEqual([...chat.errors, ...compare.errors], []);
      await compare.close();
    });
  }

  it('choose the way of asking by keyboard, tell its cost, and go back to one model', async () => {
    const chat = await pages.open({ state: { ...readyState, draft: 'Why?', arms } });
    const { page } = chat;
    const button = page.getByRole('button', { name: /^How to ask/ });
    await button.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('radio', { name: 'Compare' }).and(page.locator(':checked')).waitFor();
    const field = page.getByRole('combobox', { name: 'Choose models' });
    await field.fill('opus');
    await field.press('Enter');
    await page.getByText('claude-opus-5').first().waitFor();
    await page.getByRole('checkbox', { name: /Blind/ }).press('Space');
    const wish = { strategy: 'compare', arms: ['anthropic/opus'], blind: true } as const;
    await page.waitForFunction(() => window.fakeHost.posted.some(({ request }) => request.type === 'work' && request.request.type === 'forecast' && request.request.wish?.blind === true));
    assert.deepEqual((await chat.waitForPosted('work')).at(-1)?.request, { type: 'forecast', text: 'Why?', wish });
    await chat.send(stateDelta({ forecast }));
    await page.locator('.composer-lines').getByText('usually $0.0021, seldom over $0.0094').waitFor();
    await page.keyboard.press('Escape');
    await button.and(page.locator(':focus')).waitFor();
    await page.getByRole('textbox').press('Enter');
    assert.deepEqual(await chat.waitForPosted('send'), [{ type: 'send', text: 'Why?', work: wish }]);
    await page.getByRole('button', { name: 'How to ask: Ask' }).waitFor();
    await button.click();
    await page.getByRole('radio', { name: 'Compare' }).check();
    // What was chosen is remembered.
    await page.getByRole('checkbox', { name: /Blind/, checked: true }).waitFor();
    await chat.close();
  });

  it('keep the way of asking when the question is refused', async () => {
    const chat = await pages.open({ state: { ...readyState, draft: 'Why?' } });
    const { page } = chat;
    await page.getByRole('button', { name: /^How to ask/ }).click();
    await page.getByRole('radio', { name: 'Consensus' }).check();
    await page.keyboard.press('Escape');
    await chat.refuse('send', 'The database is busy.');
    await page.getByRole('textbox').press('Enter');
    await page.getByText(/was not sent: The database is busy/).first().waitFor();
    await page.getByRole('button', { name: 'How to ask: Consensus' }).waitFor();
    await chat.close();
  });

  it('show the text of a step once it is wanted, as it grows, and take it', async () => {
    const chat = await pages.open({ state: conversation({ state: 'streaming', work: workViews.refining }, '', { running: 'a1' }) });
    const { page } = chat;
    await page.locator('.work-progress').getByText('Round 2: gpt-5.6-luna revises its answer').waitFor();
    await chat.send(stateDelta(conversation({ state: 'streaming', work: { ...workViews.refining, progress: 'Round 2: 2 models criticise' } }, '', { running: 'a1' })));
    await page.getByRole('status').getByText('Round 2: 2 models criticise').waitFor();
    await page.getByRole('button', { name: /Revision/ }).click();
    assert.deepEqual((await chat.waitForPosted('work')).map(({ request }) => request), [{ type: 'show-step', messageId: 'a1', stepId: 'r2' }]);
    await chat.send(stateDelta({ stepTexts: { [stepKey('a1', 'r2')]: 'It **be' } }), { type: 'step-appended', messageId: 'a1', stepId: 'r2', at: 7, text: 'gins**' });
    await page.locator('.step-text strong').getByText('begins').waitFor();
    assert.equal((await chat.posted('snapshot')).length, 1);
    await chat.send({ type: 'step-appended', messageId: 'a1', stepId: 'r2', at: 99, text: 'lost' });
    await chat.waitForPosted('snapshot', 2);
    await chat.send(stateDelta(conversation({ work: workViews.refine })));
    await page.getByRole('button', { name: /^Refined in 3 rounds/ }).click();
    await page.getByRole('button', { name: 'Take this round: Answer gpt-5.6-luna' }).click();
    await page.waitForFunction(() => window.fakeHost.posted.some(({ request }) => request.type === 'work' && request.request.type === 'take-step'));
    assert.deepEqual((await chat.posted('work')).at(-1)?.request, { type: 'take-step', messageId: 'a1', stepId: 'r1' });
    await chat.close();
  });

  it('of a comparison ask, stop, vote and keep', async () => {
    const asking = await pages.open({ comparison: askingState });
    await asking.page.getByRole('textbox', { name: 'Question' }).fill('Why?');
    await asking.page.getByRole('textbox', { name: 'Question' }).press('Enter');
    assert.deepEqual(await asking.waitForPosted('ask'), [{ type: 'ask', text: 'Why?', wish: { strategy: 'compare' } }]);
    await asking.close();
    const chat = await pages.open({ comparison: compareState(underWay.compare, 'streaming'), width: 1000 });
    const { page } = chat;
    await page.getByRole('button', { name: 'Stop gpt-5.6-luna' }).click();
    await page.getByRole('button', { name: 'Stop all' }).click();
    assert.deepEqual(await chat.waitForPosted('stop', 2), [{ type: 'stop', column: 's2' }, { type: 'stop' }]);
    await chat.send({ type: 'appended', column: 's2', at: 120, text: 'and so on' });
    await page.locator('[data-column="s2"]').getByText('and so on').waitFor();
    await chat.setState(compareState(blind));
    // A number is missing: everything is asked for again.
    await chat.sendRaw({ type: 'delta', sequence: 99, delta: stateDelta({}) });
    await chat.waitForPosted('snapshot', 2);
    await page.getByRole('heading', { name: 'Answer B' }).waitFor();
    await page.getByRole('button', { name: 'Best Answer B' }).click();
    await page.getByRole('button', { name: 'All the same' }).click();
    await page.getByRole('button', { name: 'Keep in chat Answer A' }).click();
    await chat.waitForPosted('keep');
    const [first, second] = await page.locator('.column').evaluateAll((columns) => columns.map((column) => column.getAttribute('data-column') ?? ''));
    assert.deepEqual(await chat.posted('vote'), [{ type: 'vote', column: second }, { type: 'vote' }]);
    assert.deepEqual(await chat.posted('keep'), [{ type: 'keep', column: first }]);
    await chat.close();
  });

  it('of a refused comparison help as in the chat', async () => {
    const { comparison, ...rest } = compareState(works.compare);
    assert.ok(comparison.phase === 'ended');
    const chat = await pages.open({ comparison: { ...rest, comparison: comparisonView(refusedMessage, comparison.question, workContext) }, width: 500 });
    await chat.shot('compare-refused-500');
    await assertUsable(chat.page);
    await chat.page.getByRole('group', { name: 'What went wrong' }).getByRole('button', { name: 'Change budget' }).click();
    assert.deepEqual(await chat.waitForPosted('action'), [{ type: 'action', action: 'setBudget' }]);
    await chat.close();
  });

  it('of a comparison come back as they were left', async () => {
    const chat = await pages.open({ comparison: compareState(works.compare), width: 500 });
    const { page } = chat;
    await page.getByRole('button', { name: 'C claude-opus-5' }).click();
    await page.getByRole('button', { name: 'Differences' }).click();
    await page.getByRole('combobox', { name: 'To' }).selectOption('s3');
    await page.reload();
    await page.getByRole('combobox', { name: 'To' }).waitFor();
    assert.equal(await page.getByRole('combobox', { name: 'To' }).inputValue(), 's3');
    await page.getByRole('button', { name: 'Differences' }).click();
    assert.equal(await page.locator('.column:visible').getAttribute('data-column'), 's3');
    await chat.close();
  });

  it('of six long answers that grow together keep every letter', async () => {
    const long = answerText.repeat(Math.ceil(20_000 / answerText.length)).slice(0, 20_000);
    const steps = Array.from({ length: 6 }, (_, place) => ({ ...doneStep(`s${place}`, 'small', 'answer', '', 1), state: 'running' as const }));
    const chat = await pages.open({ comparison: compareState({ ...works.compare, steps }, 'streaming'), width: 1200 });
    const size = 200;
    for (let at = 0; at < long.length; at += size) await chat.send(...steps.map(({ id }) => ({ type: 'appended' as const, column: id, at, text: long.slice(at, at + size) })));
    await chat.send({ type: 'state', state: { comparison: compareState({ ...works.compare, steps: steps.map((step) => ({ ...step, state: 'done' as const, text: long })) }).comparison } });
    await chat.page.getByRole('button', { name: 'Differences' }).click();
    await chat.page.getByText('Both say the same, word for word.').waitFor();
    assert.deepEqual(chat.errors, []);
    assert.equal((await chat.posted('snapshot')).length, 1, 'no gap');
    await chat.close();
  });

  it('of hostile text load nothing, run nothing and link nowhere', async () => {
    const chat = await pages.open({ state: conversation({}) });
    const compare = await pages.open({ comparison: compareState(works.compare), width: 900, withoutPolicy: true });
    await compare.page.getByRole('button', { name: 'Differences' }).click();
    const bad = (page: Page) => page.evaluate(() => document.querySelectorAll('#root :is(script, img, iframe, object, embed, form, a[href], [onclick], [onerror], [onload])').length);
    for (const { id, input } of renderRows()) {
      const steps = [{ ...doneStep('s1', 'small', 'answer', input, 1, { note: input }), modelName: input }, doneStep('s2', 'large', 'answer', `${input}\n\nmore`, 1)];
      const record = { ...works.consensus, steps, note: input, agreement: { ...works.consensus.agreement, groups: [{ steps: ['s1'], says: input }], disputed: [input] } };
      await chat.send(stateDelta(conversation({ work: workView('a1', record, false, workContext) })), stateDelta({ stepTexts: { [stepKey('a1', 's1')]: input } }));
      await compare.send({ type: 'state', state: compareState({ ...works.compare, steps }, 'complete', input) });
      assert.deepEqual([await bad(chat.page), await bad(compare.page)], [0, 0], id);
    }
    await compare.page.getByRole('button', { name: 'Differences' }).click();
    assert.equal(await bad(compare.page), 0);
    assert.deepEqual([...chat.errors, ...compare.errors], []);
    assert.equal(pages.strayConnections(), 0);
    await Promise.all([chat.close(), compare.close()]);
  });
});
