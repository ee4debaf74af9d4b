import * as assert from 'node:assert/strict';
import { useWorkbench } from '../support/workbench';

describe('the workbench', () => {
  const workbench = useWorkbench();

  it('shows Farthing in the activity bar and the status bar', async () => {
    const { window } = workbench();
    await window.activityItem.waitFor();
    await window.waitForFarthing();
  });

  it('opens the chat page', async () => {
    const chat = await workbench().window.openChat();
    await chat.locator('body').waitFor();
  });

  it('lists commands with their category', async () => {
    const titles = await workbench().window.paletteTitles('Farthing:');
    assert.ok(titles.includes('Farthing: Ask Cheapest Capable Model'), titles.join('\n'));
  });

  it('raises no error', async () => {
    const { window } = workbench();
    assert.equal(await window.toast().count(), 0);
    const errors = workbench()
      .extensionLog()
      .split('\n')
      .filter((line) => line.includes('[error]') && /farthing/i.test(line));
    assert.deepEqual(errors, []);
  });
});
