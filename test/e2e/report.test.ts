import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { answerEnd, ask, booksAtRest, newChat } from '../support/asking';
import { panelViolations } from '../support/panelViolations';
import { useWorkbench } from '../support/workbench';

describe('the Routing Report', () => {
  const workbench = useWorkbench({ settings: { 'farthing.demo.enabled': true } });

  it('says what the ledger says, in words, charts and tables, and can be saved', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    await newChat(window);
    for (const question of ['What does idempotent mean?', 'What does ?? do in TypeScript?']) {
      await ask(window, question);
      await answerEnd(window);
    }
    await window.command('Farthing: Show Routing Report');
    const { panel } = window;
    await panel.getByRole('heading', { name: 'Routing Report' }).waitFor();
    await panel.getByText('Demo: play money').waitFor();

    const { calls, spent } = await booksAtRest(workbench());
    assert.equal(calls.length, 2);
    const summary = panel.locator('.summary');
    await summary.getByText(/^In the last 30 days you spent \$[\d.]+ on 2 questions\.$/).waitFor();
    await summary.getByText(/^Always asking the best model would have cost about \$/).waitFor();
    await summary.getByText('not enough data yet to say how good the predictions of cost are (2 of 30 answers)').waitFor();
    await panel.getByText('The best model was mostly Demo Large at Demo.').waitFor();

    await panel.getByText('As a table').last().click();
    const rows = panel.getByRole('region', { name: 'Spend by model' }).getByRole('row');
    await rows.nth(1).waitFor();
    const cells = await rows.allInnerTexts();
    assert.match(cells[0] ?? '', /Model\s+Cost\s+Share\s+Calls/);
    assert.equal(cells.slice(1).reduce((sum, row) => sum + Number(/(\d+)\s*$/.exec(row)?.[1]), 0), 2);
    assert.ok(spent > 0);

    await window.setTheme('dark');
    await window.screenshot('report dark end');
    await panel.locator('body').evaluate((body) => body.ownerDocument.documentElement.scrollTo(0, 0));
    await window.screenshot('report dark');
    assert.deepEqual(await panelViolations(window), []);
    await window.setTheme('light');
    await panel.locator('body.vscode-light').waitFor();
    assert.deepEqual(await panelViolations(window), []);
    await window.screenshot('report light');

    await panel.getByRole('radio', { name: '7 days' }).press('Space');
    await summary.getByText(/^In the last 7 days/).waitFor();
    await panel.getByRole('button', { name: 'Save as CSV…' }).click();
    await window.saveAs('farthing-calls-7-days.csv');
    await window.toast('2 calls were saved.').waitFor();
    const lines = readFileSync(path.join(workbench().folder, 'farthing-calls-7-days.csv'), 'utf8').trim().split('\r\n');
    assert.equal(lines.length, 3);
    assert.match(lines[1] ?? '', /,chat,demo,demo-/);
  });

  it('says what it cannot tell where nothing was asked', async function () {
    this.timeout(30_000);
    const { window } = workbench();
    await window.replaceSettings({});
    await window.command('Farthing: Show Routing Report');
    await window.panel.getByRole('button', { name: 'Read again' }).click();
    await window.panel.getByText('Nothing was asked in the last 7 days.').waitFor();
    await window.screenshot('report empty');
  });
});
