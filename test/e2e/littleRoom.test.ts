import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { type ChatPages, openChatPages } from '../support/chatPage';
import { chatStates } from '../support/chatStates';
import { compareState, works } from '../support/workStates';

/** The sidebar of a window of 1280 × 800 at 200 %. */
const little = { width: 300, height: 300 } as const;

describe('pages in little room, as at 200 %', function () {
  this.timeout(20_000);
  let pages: ChatPages;
  before(async () => {
    pages = await openChatPages();
  });
  after(() => pages.close());

  it('leave some of the conversation to be read, and lead to the composer', async () => {
    const chat = await pages.open({ ...little, state: chatStates.failed });
    const { page } = chat;
    const seen = async () => (await page.locator('.messages').boundingBox())?.height ?? 0;
    assert.ok((await seen()) >= 140, `${await seen()} px`);
    await page.getByRole('textbox').focus();
    const field = await page.getByRole('textbox').boundingBox();
    assert.ok(field !== null && field.y >= 0 && field.y + field.height <= little.height, JSON.stringify(field));
    await page.screenshot({ path: 'out/shots/little-room.png' });
    await chat.close();
  });

  it('leave some of the answers of a comparison', async () => {
    const chat = await pages.open({ width: 600, height: 300, comparison: compareState(works.compare) });
    const { page } = chat;
    const height = (await page.locator('.column-text').first().boundingBox())?.height ?? 0;
    assert.ok(height >= 60, `${height} px`);
    await page.screenshot({ path: 'out/shots/little-room-comparison.png' });
    await chat.close();
  });
});
