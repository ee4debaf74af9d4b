import assert from 'node:assert/strict';
import { answerEnd, ask, editorRemembers, openComposer, smallDemo } from '../support/asking';
import { startReceiver } from '../support/receiver';
import { useWorkbench } from '../support/workbench';

const foundKey = 'sk-or-v1-found-0123456789abcdef';
const looser = { 'farthing.budget.day': 100, 'farthing.quality': 'quality', 'farthing.maxOutputTokens': 100_000 };
const folderSettings = JSON.stringify(looser);

describe('a folder that is not trusted', () => {
  const mine = { 'farthing.gateway.enabled': true };
  const workbench = useWorkbench({ trust: 'restricted', settings: mine, files: { '.env': `OPENROUTER_API_KEY=${foundKey}\n`, '.vscode/settings.json': JSON.stringify({ ...looser, 'farthing.budget.week': 1 }) } });

  it('is told of, and its keys are not offered', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await openComposer(window);
    await window.chat.getByText('This folder is not trusted').first().waitFor();
    await window.screenshot('restricted folder');
    // The offer comes a moment after the status bar item; asking for a provider's key goes through the same search.
    await window.command('Farthing: Set API Key');
    await window.fillQuickInput('OpenRouter');
    await window.quickInput.getByText('API key for OpenRouter').waitFor();
    assert.equal(await window.quickRow('Use OPENROUTER_API_KEY').count(), 0);
    await window.page.keyboard.press('Escape');
    assert.equal(await window.toast('API key').count(), 0);
  });

  it('changes nothing by its settings, neither looser nor stricter ones', async () => {
    const { window } = workbench();
    await (await window.waitForFarthing()).filter({ hasText: '/ $5.00' }).waitFor();
    await window.hover(await window.waitForFarthing(), /This week\s*\S+?\s*none/);
  });

  it('takes no part in the gateway, and says why when asked for it or for an agent', async () => {
    const { window } = workbench();
    for (const command of ['Farthing: Start Gateway', 'Farthing: Run Agent in Terminal…']) {
      await window.command(command);
      const told = window.toast('This folder is not trusted, so Farthing neither runs the gateway nor starts agents');
      await told.getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
      await window.command('Notifications: Clear All Notifications');
      await told.waitFor({ state: 'detached' });
    }
    assert.ok(!workbench().farthingLog().includes('gateway: serves'));
  });

  it('is nothing to tell a collector the words of, whatever is set', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const receiver = await startReceiver();
    await window.replaceSettings({ ...mine, ...smallDemo, 'farthing.telemetry.otlpUrl': receiver.url, 'farthing.telemetry.content': true });
    await ask(window, 'What is a kumquat?');
    await answerEnd(window);
    await receiver.has(1);
    assert.ok(receiver.received.every(({ body }) => body.includes('gen_ai.request.model') && !body.includes('kumquat') && !body.includes('gen_ai.input.messages')));
    await receiver.stop();
  });
});

describe('a trusted folder', () => {
  const workbench = useWorkbench({ files: { '.env': `# ours\nexport OPENROUTER_API_KEY="${foundKey}"\n`, '.vscode/settings.json': folderSettings }, environment: { GROQ_API_KEY: 'gsk_found_in_the_environment' } });

  it('has its keys and those of the environment offered by name, and none is taken', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.waitForFarthing();
    const offer = window.toast(/Found API keys for/);
    await offer.waitFor();
    const text = await offer.innerText();
    assert.match(text, /OpenRouter \(OPENROUTER_API_KEY in workspace\/\.env\)/);
    assert.match(text, /Groq \(GROQ_API_KEY in the environment\)/);
    assert.ok(!text.includes(foundKey));
    await window.screenshot('found keys');
    await openComposer(window);
    await window.chat.getByRole('button', { name: 'Add a provider key' }).waitFor();
  });

  it('says by name which of its settings are ignored, and keeps mine in force', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    // Where they stay: a toast goes by itself.
    await window.command('Notifications: Show Notifications');
    const listed = window.page.locator('.notifications-center .notification-list-item').filter({ hasText: 'This folder sets' });
    await listed.first().waitFor();
    const told = await listed.allInnerTexts();
    for (const field of ['farthing.budget.day', 'farthing.quality', 'farthing.maxOutputTokens']) {
      assert.ok(told.join(' ').includes(`This folder sets ${field} to a looser value than yours`), told.join('\n'));
      await window.waitUntil(() => workbench().farthingLog().includes(`This folder sets ${field}`), `the log to name ${field}`);
    }
    assert.equal(told.length, 1, 'in one notification');
    await (await window.waitForFarthing()).filter({ hasText: '/ $5.00' }).waitFor();
    await window.chat.getByRole('radio', { name: 'Balanced', checked: true }).waitFor();
  });

  it('has a found key offered where the key is asked for, and one of one\'s own can be entered instead', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.command('Farthing: Set API Key');
    await window.fillQuickInput('OpenRouter');
    await window.quickRow('Use OPENROUTER_API_KEY').waitFor();
    await window.screenshot('found key or own');
    await window.pick('Enter a key');
    await window.quickInput.locator('input[type="password"]').waitFor();
    await window.page.keyboard.press('Escape');
    for (const log of [workbench().farthingLog(), workbench().extensionLog()]) assert.ok(!log.includes(foundKey));
  });

  it('is not asked again about keys after "Do not ask again"', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.command('Notifications: Show Notifications');
    await window.page.locator('.notifications-center .notification-list-item').filter({ hasText: 'Found API keys' }).hover();
    await window.page.locator('.notifications-center .notification-list-item').filter({ hasText: 'Found API keys' }).locator('.monaco-button').filter({ hasText: 'Do not ask again' }).click();
    await window.waitUntil(() => editorRemembers(window, 'farthing.foundKeys.declined'), 'VS Code to write the answer down');
    await window.reload();
    await window.waitForFarthing();
    await openComposer(window);
    // The search for keys follows the first look at the budget, so an answer to a question about keys comes after it.
    await window.command('Farthing: Set API Key');
    await window.fillQuickInput('OpenRouter');
    await window.quickRow('Use OPENROUTER_API_KEY').waitFor();
    assert.equal(await window.toast('Found').count(), 0);
    await window.page.keyboard.press('Escape');
  });
});

describe('a folder with stricter settings', () => {
  const workbench = useWorkbench({ settings: { 'farthing.demo.enabled': true, 'farthing.quality': 'quality' }, files: { '.vscode/settings.json': JSON.stringify({ 'farthing.budget.day': 0.5, 'farthing.quality': 'economy', 'farthing.models.excluded': ['demo/demo-large'] }) } });

  it('is obeyed, without a word', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await openComposer(window);
    await (await window.waitForFarthing()).filter({ hasText: '/ $0.50' }).waitFor();
    await window.chat.getByText('The settings of this folder allow economy at most.').first().waitFor();
    await window.chat.getByRole('radio', { name: 'Economy', checked: true }).waitFor();
    await window.chat.getByRole('radio', { name: 'Quality', disabled: true }).waitFor();
    assert.equal(await window.toast().count(), 0);
  });
});
