import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import type { ExperimentPlan, Pair } from '../../src/core/model/experiment';
import { asArmId } from '../../src/core/model/modelCard';
import { nano } from '../../src/core/model/money';
import { answerEnd, ask, booksOnDisk, databaseFile, openComposer } from '../support/asking';
import { panelViolations } from '../support/panelViolations';
import { useWorkbench, type Workbench } from '../support/workbench';

const small = asArmId('demo/demo-small');
const medium = asArmId('demo/demo-medium');

/** Questions that were asked before, and an experiment of a window that was closed after six pairs. */
function seed(workbench: Workbench): void {
  const database = new DatabaseSync(databaseFile(workbench), { timeout: 2000 });
  const questions = Array.from({ length: 9 }, (_, index) => ({ threadId: `seeded-${index}`, messageId: `seeded-q-${index}` }));
  const plan: ExperimentPlan = { sides: [{ name: 'Demo Small', arm: small }, { name: 'Demo Medium', arm: medium }], judge: 'model', questions, withNew: false, mostPairs: 9, allowance: nano(1e9), alpha: 0.05, margin: 0.2 };
  database.exec('BEGIN IMMEDIATE');
  for (const [index, { threadId, messageId }] of questions.entries()) {
    database.prepare("INSERT INTO threads (id, title, created_at, updated_at, realm) VALUES (?, 'hello', ?, ?, 'demo')").run(threadId, index, index);
    database.prepare("INSERT INTO messages (id, thread_id, position, role, text, created_at) VALUES (?, ?, 0, 'user', 'hello', ?)").run(messageId, threadId, index);
    database.prepare("INSERT INTO messages (id, thread_id, position, role, text, created_at, answer) VALUES (?, ?, 1, 'assistant', 'Hi.', ?, ?)").run(`seeded-a-${index}`, threadId, index, JSON.stringify({ state: 'complete', purpose: 'chat', realm: 'demo' }));
  }
  database.prepare("INSERT INTO experiments (id, realm, created_at, state, plan) VALUES ('seeded', 'demo', 1, '{\"is\":\"running\"}', ?)").run(JSON.stringify(plan));
  for (let place = 0; place < 6; place++) {
    const answers = [small, medium].map((arm) => ({ text: 'Hello!', arm, cost: nano(arm === small ? 40_000 : 300_000), totalMs: 900 }));
    const [one, other] = answers;
    assert.ok(one && other);
    const pair: Pair = { place, question: 'hello', answers: [one, other], swapped: false, verdict: 'B', judged: { by: asArmId('demo/demo-large'), agreed: true } };
    database.prepare("INSERT INTO experiment_pairs (experiment, place, pair) VALUES ('seeded', ?, ?)").run(place, JSON.stringify(pair));
  }
  database.exec('COMMIT');
  database.close();
}

describe('experiments', () => {
  const workbench = useWorkbench({ settings: { 'farthing.demo.enabled': true } });

  it('go on after a reload, and stop when they are decided', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await openComposer(window);
    await ask(window, 'hello');
    await answerEnd(window);
    seed(workbench());

    await window.command('Farthing: Show Experiments');
    const { panel } = window;
    const section = panel.getByRole('region', { name: 'Demo Small against Demo Medium' });
    await section.getByText('Paused: its window was closed. 6 of 9 pairs.').waitFor();
    await section.getByText(/^Demo Medium was judged better in 6 of 6 decided pairs\. Not decided: if neither were better, that would be seen in one experiment in 9\.$/).waitFor();
    await section.getByRole('button', { name: 'Continue' }).click();
    await section.getByText('Ended: decided.').waitFor();
    await section.getByText('Demo Medium was judged better in 8 of 8 decided pairs. Decided at 95 % after 8 pairs.').waitFor();
    await section.getByText(/^An answer cost \$[\d.]+ from Demo Small and \$[\d.]+ from Demo Medium: [\d.]+ times as much\.$/).waitFor();
    await section.getByRole('img', { name: /^After 8 pairs Demo Small wins 0 % of the decided pairs; the true share lies between 0 % and 4\d % with 95 % certainty at every look\.$/ }).waitFor();
    const purposes = booksOnDisk(workbench()).calls.map(({ purpose }) => purpose);
    assert.deepEqual([purposes.filter((one) => one === 'experiment').length, purposes.filter((one) => one === 'judge').length], [4, 4], 'two pairs, both orders');
    await window.toast(/Demo Small against Demo Medium: Demo Medium was judged better/).waitFor();
    await window.command('Notifications: Clear All Notifications');
    await window.screenshot('experiment decided');
    assert.deepEqual(await panelViolations(window), []);
    await window.setTheme('highContrast');
    await panel.locator('body.vscode-high-contrast').waitFor();
    await window.screenshot('experiment decided high contrast');
    await window.setTheme('light');
    await panel.locator('body.vscode-light').waitFor();
    assert.deepEqual(await panelViolations(window), []);
  });

  it('are begun in a few steps and judged by the person, blind and by keys', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.command('Farthing: New Experiment…');
    await window.pick(/Two models/);
    await window.fillQuickInput('Demo Small');
    await window.fillQuickInput('Demo Large');
    await window.pick(/All 10 past questions/);
    await window.pick(/^\S* ?You/);
    await window.quickInput.getByText(/10 pairs would likely cost \$[\d.]+, between \$[\d.]+ and \$[\d.]+; it stops sooner/).waitFor();
    await window.screenshot('experiment cost');
    await window.page.keyboard.press('Enter');

    const { panel } = window;
    const judging = panel.getByRole('region', { name: 'Judge a pair' });
    await judging.waitFor();
    await window.screenshot('experiment blind judging');
    const shown = await judging.innerText();
    assert.ok(!/demo-large|Demo Large|Demo Small/.test(shown.replaceAll(/Simulated answer.*/g, '')), 'no names');
    await judging.getByRole('button', { name: /Answer 1 is better/ }).focus();
    await window.page.keyboard.press('0');
    const section = panel.getByRole('region', { name: 'Demo Small against Demo Large' });
    await section.getByText('The one pair so far was judged equal. Not decided yet.').waitFor();
    await section.getByRole('button', { name: 'Stop for Good' }).click();
    await section.getByText('Stopped by you, undecided.').waitFor();
    await judging.waitFor({ state: 'detached' });
  });
});
