import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import { stateDelta } from '../../src/shared/protocol';
import { stepKey } from '../../src/shared/workProtocol';
import { workView } from '../../src/vscode/chat/workViews';
import { type ChatPages, openChatPages, pageThemes } from '../support/chatPage';
import { answerText, chatStates, conversation } from '../support/chatStates';
import { pageViolations } from '../support/pageViolations';
import { fewItems, itemsOfEachState } from '../support/contextStates';
import { askingState, compareState, underWay, workContext, works, workViews } from '../support/workStates';

async function assertReadable(page: Page, what: string, rules: 'everything' | 'theme' = 'everything'): Promise<void> {
  assert.deepEqual(await pageViolations(page, rules), [], what);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth), false, `${what} is wider than its view`);
}

describe('unfolded and opened parts of the pages', function () {
  this.timeout(30_000);
  let pages: ChatPages;
  before(async () => {
    pages = await openChatPages();
  });
  after(() => pages.close());

  for (const theme of pageThemes) {
    it(`${theme}: can be read and used`, async () => {
      const rules = theme.startsWith('hc-') ? 'theme' : 'everything';
      const stepTexts = { [stepKey('a1', 'r1')]: answerText.slice(0, 400) };
      const chat = await pages.open({ theme, width: 300, state: conversation({ state: 'streaming', work: workViews.refining }, '', { running: 'a1', stepTexts, context: [...fewItems, ...itemsOfEachState] }) });
      const { page } = chat;
      await page.locator('.work-step button[aria-expanded="false"]').first().click();
      await page.locator('.step-text').first().waitFor();
      await assertReadable(page, 'an unfolded step and what goes with the question', rules);
      await chat.send(stateDelta({ ...conversation({ work: workViews.consensus }), running: undefined }));
      await page.locator('.work-done button[aria-expanded="false"]').first().click();
      await page.getByRole('button', { name: /^How to ask/ }).click();
      await page.getByRole('radio', { name: 'Refine' }).check();
      await assertReadable(page, 'an unfolded consensus and how to refine', rules);
      await page.keyboard.press('Escape');
      await chat.send(stateDelta({ ...chatStates.chats, threads: chatStates.chats.threads.map((one) => ({ ...one, group: 'archived', running: false })), history: { more: true, archived: 'unfolded', moreArchived: true } }));
      await page.getByRole('button', { name: 'Chats' }).click();
      await page.locator('.thread').first().hover();
      await page.getByRole('button', { name: /^More/ }).first().click();
      await page.getByRole('menu').waitFor();
      await assertReadable(page, 'the archived with the menu of one', rules);
      await chat.shot(`archived-menu-${theme}-300`);
      await chat.close();
      const compare = await pages.open({ theme, width: 300, comparison: askingState });
      await assertReadable(compare.page, 'a comparison that is asked', rules);
      await compare.page.setViewportSize({ width: 900, height: 620 });
      await compare.send({ type: 'state', state: compareState(underWay.compare, 'streaming') });
      await compare.page.locator('.column').nth(2).waitFor();
      await assertReadable(compare.page, 'a comparison under way', rules);
      assert.deepEqual([...chat.errors, ...compare.errors], []);
      await compare.close();
    });
  }
});

describe('what screen readers are told while several models work', () => {
  let pages: ChatPages;
  before(async () => {
    pages = await openChatPages();
  });
  after(() => pages.close());

  /** Everything that the live region says after what it says of the page as it is. */
  const listen = async (page: Page) => {
    await page.locator('[role="status"][aria-live="polite"]').filter({ hasText: /./ }).waitFor({ state: 'attached' });
    await page.evaluate(() => {
      window.said = [];
      const region = document.querySelector('[role="status"][aria-live="polite"]');
      if (region) new MutationObserver(() => window.said.push(region.textContent ?? '')).observe(region, { childList: true, characterData: true, subtree: true });
    });
  };
  /** @param last what is said at the end, which is waited for */
  const said = async (page: Page, last?: string) => {
    if (last !== undefined) await page.waitForFunction((wanted) => window.said.at(-1) === wanted, last);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    return page.evaluate(() => window.said);
  };

  it('in a refinement: each step once, none of its words, costs and scores', async () => {
    const [first, second] = [workView('a1', { ...underWay.refine, steps: underWay.refine.steps.slice(0, 3) }, true, workContext), workViews.refining];
    const chat = await pages.open({ state: conversation({ state: 'streaming', work: first }, '', { running: 'a1', stepTexts: { [stepKey('a1', 'r2')]: '' } }) });
    await listen(chat.page);
    for (const [round, work] of [first, second].entries()) {
      for (let at = 0; at < 60; at += 1) {
        await chat.send(
          { type: 'step-appended', messageId: 'a1', stepId: 'r2', at: round * 120 + at * 2, text: 'ab' },
          { type: 'answer-changed', messageId: 'a1', answer: { ...chatStates.streaming.messages[1]?.answer, state: 'streaming', demo: false, switches: [], canBetter: false, canCheaper: false, canReplace: false, work: { ...work, total: `$0.00${at}` } } },
          stateDelta({ budgets: [{ label: 'today', text: `$0.${at}`, percent: at, level: 'ok', resets: '' }] }),
        );
      }
    }
    assert.deepEqual(await said(chat.page, second.progress), [second.progress ?? '']);
    await chat.send(stateDelta({ ...conversation({ work: workViews.refine }), running: undefined }));
    assert.deepEqual(await said(chat.page, 'Answer finished'), [second.progress ?? '', 'Answer finished']);
    assert.equal(await chat.page.locator('[aria-live], [role="status"], [role="alert"], [role="log"]').count(), 1, 'one region speaks');
    await chat.close();
  });

  it('in a comparison: who has begun and ended, not a word of six answers', async () => {
    const running = compareState(underWay.compare, 'streaming');
    const compare = await pages.open({ comparison: running, width: 900 });
    await listen(compare.page);
    const { comparison } = running;
    if (comparison.phase !== 'running') assert.fail('it is under way');
    for (let at = 0; at < 60; at += 1) {
      const columns = comparison.columns.map((column) => ({ ...column, cost: `$0.00${at}` }));
      await compare.send({ type: 'appended', column: 's2', at: 120 + at * 2, text: 'ab' }, { type: 'state', state: { comparison: { ...comparison, columns } } });
    }
    assert.deepEqual(await said(compare.page), []);
    await compare.send({ type: 'state', state: compareState(works.compare) });
    const all = await said(compare.page);
    assert.ok(all.length <= 1, all.join(' | '));
    assert.equal(await compare.page.locator('[aria-live], [role="status"], [role="alert"], [role="log"]').count(), 1, 'one region speaks');
    assert.deepEqual(compare.errors, []);
    await compare.close();
  });
});

declare global {
  interface Window {
    said: string[];
  }
}
