import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { after, before, describe, it } from 'mocha';
import { type ChatPages, openChatPages, pageThemes } from '../support/chatPage';
import { type ChatStateName, chatStates } from '../support/chatStates';

describe('chat page', function () {
  let pages: ChatPages;
  before(async () => {
    pages = await openChatPages();
  });
  after(() => pages.close());

  describe('is readable and usable by everyone', () => {
    for (const name of Object.keys(chatStates) as ChatStateName[]) {
      for (const theme of pageThemes) {
        it(`${name}, ${theme}`, async () => {
          const chat = await pages.open({ state: chatStates[name], theme });
          if (name === 'chats') await chat.page.getByRole('button', { name: 'Chats' }).click();
          if (name === 'switched') await chat.page.getByRole('button', { name: 'Why this model' }).click();
          if (name === 'failed') await chat.page.getByRole('button', { name: /today|this month/ }).click();
          assert.deepEqual(chat.errors, []);
          await chat.shot(`${name}-${theme}-300`);
          if (theme === 'dark') {
            await chat.page.setViewportSize({ width: 800, height: 720 });
            await assertNoSidewaysScroll(chat.page);
            await chat.shot(`${name}-${theme}-800`);
          }
          await assertAccessible(chat.page);
          await chat.close();
        });
      }
    }
  });
});

async function assertAccessible(page: import('playwright-core').Page): Promise<void> {
  await assertNoSidewaysScroll(page);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}\n    ${node.html}\n    ${node.failureSummary ?? ''}`));
  assert.deepEqual(found, []);
}

async function assertNoSidewaysScroll(page: import('playwright-core').Page): Promise<void> {
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  assert.equal(tooWide, false, 'the page is wider than its view');
}
