import assert from 'node:assert/strict';
import { editorRemembers, openComposer } from '../support/asking';
import { useWorkbench } from '../support/workbench';

const foundKey = 'sk-or-v1-found-0123456789abcdef';
const looser = { 'farthing.budget.day': 100, 'farthing.quality': 'quality', 'farthing.maxOutputTokens': 100_000 };
const folderSettings = JSON.stringify(looser);

describe('a folder that is not trusted', () => {
  const workbench = useWorkbench({ trust: 'restricted', files: { '.env': `OPENROUTER_API_KEY=${foundKey}\n`, '.vscode/settings.json': JSON.stringify({ ...looser, 'farthing.budget.week': 1 }) } });

  it('is told of, and its keys are not offered', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await openComposer(window);
    await window.chat.getByText('This folder is not trusted').waitFor();
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
    assert.match(await (await window.waitForFarthing()).innerText(), /\/ \$5\.00/);
    const tooltip = await window.hover(await window.waitForFarthing());
    const week = tooltip.locator('tr').filter({ hasText: 'This week' });
    assert.match(await week.innerText(), /none/);
  });
});

describe('a trusted folder', () => {
  const workbench = useWorkbench({ files: { '.env': `# ours\nexport OPENROUTER_API_KEY="${foundKey}"\n`, '.vscode/settings.json': folderSettings }, environment: { GROQ_API_KEY: 'gsk_found_in_the_environment' } });

  it('has its keys and those of the environment offered by name, and none is taken', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.waitForFarthing();
    const offer = window.toast(/Found API keys for/);
    await offer.waitFor({ timeout: 15_000 });
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
    const told = await window.toast('This folder sets').allInnerTexts();
    for (const field of ['farthing.budget.day', 'farthing.quality', 'farthing.maxOutputTokens']) {
      assert.ok(told.join(' ').includes(`This folder sets ${field} to a looser value than yours`), told.join('\n'));
      assert.match(workbench().farthingLog(), new RegExp(`This folder sets ${field}`));
    }
    assert.equal(told.length, 1, 'in one notification');
    assert.match(await (await window.waitForFarthing()).innerText(), /\/ \$5\.00/);
    assert.ok(await window.chat.getByRole('radio', { name: 'Balanced' }).isChecked());
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
    assert.match(await (await window.waitForFarthing()).innerText(), /\/ \$0\.50/);
    assert.ok(await window.chat.getByRole('radio', { name: 'Economy' }).isChecked());
    assert.ok(await window.chat.getByRole('radio', { name: 'Quality' }).isDisabled(), 'the folder allows no more');
    await window.chat.getByText('The settings of this folder allow economy at most.').first().waitFor();
    assert.equal(await window.toast().count(), 0);
  });
});
