import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { answerEnd, ask, booksOnDisk, lastAnswer, newChat, openComposer, smallDemo } from '../support/asking';
import { useWorkbench, type Window, type Workbench } from '../support/workbench';

function userSettings(workbench: Workbench): string {
  return readFileSync(path.join(workbench.profile.directory, 'user/User/settings.json'), 'utf8');
}

describe('settings that are not valid', () => {
  const workbench = useWorkbench({
    settings: {
      'farthing.budget.day': 'five',
      'farthing.budget.week': -1,
      'farthing.maxOutputTokens': 1.5,
      'farthing.quality': 'best',
      'farthing.providers.custom': [{ id: 'works', baseUrl: 'https://works.example/v1' }, { id: 'UPPER', baseUrl: 'https://works.example/v1' }, { id: 'plain', baseUrl: 'http://works.example/v1' }],
      'farthing.prices': { 'works/one': { input: 'much', output: 1 } },
      'farthing.models.pinned': 'openai/gone',
    },
    environment: { FARTHING_MAX_OUTPUT_TOKENS: '2048', FARTHING_TIMEOUTS_IDLE_SECONDS: 'soon' },
  });

  it('are named by field in one notification, and what is valid is in force', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await (await window.waitForFarthing()).filter({ hasText: '/ $5.00' }).waitFor();
    await window.toast(/farthing\./).waitFor();
    await window.screenshot('invalid settings');
    assert.equal(await window.toast(/farthing\./).count(), 1);
    for (const field of ['farthing.budget.day', 'farthing.budget.week', 'farthing.maxOutputTokens', 'farthing.quality', 'providers.custom[1]', 'providers.custom[2]', 'prices["works/one"]']) {
      await window.waitUntil(() => [field, field.replace('["works/one"]', '.works/one')].some((name) => workbench().farthingLog().includes(name)), `the log to name ${field}`);
    }
    await window.command('Farthing: Set API Key');
    await window.fillQuickInput('works', { accept: false });
    await window.quickRow(/^works/).waitFor();
    assert.equal(await window.quickRow(/UPPER|plain/).count(), 0);
    await window.page.keyboard.press('Escape');
  });

  it('are listed by the configuration check with what else there is to mend, and are mended from there', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.command('Farthing: Check Configuration');
    await window.quickRow('None is set up').waitFor();
    await window.screenshot('configuration check');
    await window.quickInput.getByRole('button', { name: 'Copy this list' }).click();
    await window.waitUntil(async () => (await window.clipboard()).includes('Does not work'), 'the list on the clipboard');
    const list = await window.clipboard();
    for (const text of ['Does not work: Providers: None is set up', 'Could be better: farthing.budget.day: ', 'Good to know: FARTHING_MAX_OUTPUT_TOKENS: The environment overrides', 'FARTHING_TIMEOUTS_IDLE_SECONDS is not a value']) assert.ok(list.includes(text), `${text} is in:\n${list}`);
    await window.pick('None is set up');
    await window.quickInput.getByText('Farthing: Add Provider').waitFor();
    await window.page.keyboard.press('Escape');
  });

  it('come into force once they are mended', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.replaceSettings({ 'farthing.budget.day': 2 });
    const item = await window.waitForFarthing();
    await window.waitUntil(async () => (await item.innerText()).includes('/ $2.00'), 'the new limit');
  });

  it('the walkthrough opens, and its buttons do what they say', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    await window.replaceSettings({});
    await window.waitForFarthing();
    await window.command('Farthing: Get Started');
    const page = window.page.locator('.gettingStartedContainer');
    await page.getByText('Get started with Farthing').first().waitFor();
    const step = async (title: string) => {
      const button = page.locator('.getting-started-step').filter({ hasText: title });
      if ((await button.getAttribute('aria-expanded').catch(() => null)) !== 'true') await button.locator('.step-title').click();
      return button;
    };
    const demo = await step('Try it without a key');
    await window.screenshot('walkthrough demo');
    await demo.getByRole('button', { name: 'Start the Demo' }).click();
    await openComposer(window);
    await window.chat.getByText('Demo: answers are simulated').first().waitFor();
    const key = await step('Add a provider');
    await window.screenshot('walkthrough key');
    await key.getByRole('button', { name: 'Find Models on This Machine' }).waitFor();
    await key.getByRole('button', { name: 'Set API Key' }).click();
    await window.quickInput.getByText('Farthing: Set API Key').waitFor();
    await window.page.keyboard.press('Escape');
    const budget = await step('Set a budget');
    await window.screenshot('walkthrough budget');
    await budget.getByRole('button', { name: 'Set Budget' }).click();
    await window.quickInput.getByText('Farthing: Set Budget').waitFor();
    await window.page.keyboard.press('Escape');
    const selection = await step('Ask about your code');
    await window.screenshot('walkthrough selection');
    await selection.getByRole('button', { name: 'Ask about the Selection' }).click();
    await openComposer(window);
    const elsewhere = await step('Use it where you work');
    await window.screenshot('walkthrough elsewhere');
    await elsewhere.getByRole('button', { name: "Use in the Editor's Chat" }).waitFor();
    await elsewhere.getByRole('button', { name: 'Run Agent in Terminal' }).click();
    await window.quickInput.getByText('Farthing: Run Agent in Terminal').waitFor();
    await window.page.keyboard.press('Escape');
  });
});

describe('settings and status bar', () => {
  const workbench = useWorkbench({ settings: { 'farthing.demo.enabled': true } });

  it('hide and show the status bar item', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const item = await window.waitForFarthing();
    await window.replaceSettings({ ...smallDemo, 'farthing.statusBar.visible': false });
    await item.waitFor({ state: 'detached' });
    await window.replaceSettings(smallDemo);
    await item.waitFor();
  });

  it('take the quality chosen in the page, and the page takes that of the settings', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await openComposer(window);
    await window.chat.getByRole('radio', { name: 'Economy' }).check();
    await window.command('Farthing: Choose Quality');
    await window.quickRow('Economy').filter({ hasText: 'now' }).waitFor();
    assert.match(userSettings(workbench()), /"farthing\.quality": "economy"/);
    await window.pick('Quality');
    await window.waitUntil(() => window.chat.getByRole('radio', { name: 'Quality' }).isChecked(), 'the page to follow');
  });

  it('ask the pinned model, never the excluded one, and say why', async function () {
    this.timeout(120_000);
    const { window } = workbench();
    await window.replaceSettings({ 'farthing.demo.enabled': true });
    await window.command('Farthing: Pin or Unpin a Model');
    await window.screenshot('pin a model');
    await window.pick('Demo Large');
    // At once: what was chosen before a question counts for it, also while the editor is still writing it down.
    await newChat(window);
    await ask(window, 'hello');
    await answerEnd(window);
    assert.equal(booksOnDisk(workbench()).calls.at(-1)?.arm, 'demo/demo-large');
    assert.match(userSettings(workbench()), /"farthing\.models\.pinned": "demo\/demo-large"/);
    await lastAnswer(window.chat).getByText('Why this model').click();
    assert.match(await lastAnswer(window.chat).locator('.why-summary').innerText(), /Demo Large was asked for by name/);
    await window.command('Farthing: Pin or Unpin a Model');
    await window.pick('Choose for each question');
    await window.waitUntil(() => !userSettings(workbench()).includes('models.pinned'), 'the pin to be gone');

    await window.replaceSettings({ 'farthing.demo.enabled': true, 'farthing.models.excluded': ['demo/demo-small'] });
    await newChat(window);
    await ask(window, 'hello');
    await answerEnd(window);
    assert.equal(booksOnDisk(workbench()).calls.at(-1)?.arm, 'demo/demo-medium');
  });

  it('refuse in words when a pin and an exclusion leave nothing', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.replaceSettings({ ...smallDemo, 'farthing.models.excluded': ['demo/*'] });
    await newChat(window);
    await ask(window, 'hello');
    const failure = window.chat.locator('.failure');
    await failure.waitFor();
    await window.screenshot('pinned and excluded');
    assert.match(await failure.innerText(), /exclud|pinned/i);
    assert.ok((await failure.getByRole('button').count()) > 0, 'there is a way on');
  });

  it('the status bar is coloured at 75, 90 and 100 % of the tightest budget', async function () {
    this.timeout(120_000);
    const { window } = workbench();
    await window.replaceSettings(smallDemo);
    await newChat(window);
    await ask(window, 'hello');
    await answerEnd(window);
    const { spent } = booksOnDisk(workbench());
    const item = await window.waitForFarthing();
    const styleOf = async (): Promise<string> => {
      const classes = (await item.getAttribute('class')) ?? '';
      if (/error-kind/.test(classes)) return 'over';
      if (/warning-kind/.test(classes)) return 'high';
      const colour = await item.locator('a').evaluate((element) => element.style.color || (element.parentElement?.style.color ?? ''));
      return colour === '' ? 'ok' : 'warn';
    };
    for (const [percent, level] of [[50, 'ok'], [80, 'warn'], [92, 'high'], [100, 'over']] as const) {
      // Rounded up to whole nano-dollars, so that the share is not above the one that is meant.
      const limit = percent === 100 ? spent : Math.ceil((spent * 100) / percent);
      await window.replaceSettings({ ...smallDemo, 'farthing.budget.month': limit / 1e9 });
      await window.waitUntil(async () => (await styleOf()) === level, `the colour of ${percent} %`);
      await window.screenshot(`status bar ${percent}`, window.page.locator('.part.statusbar'));
    }
    await openComposer(window);
    await window.chat.getByText('limit reached').first().waitFor();
    await window.screenshot('status bar over');
  });

  it('the status bar shows a table of budgets and the last call on hover', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.replaceSettings({ ...smallDemo, 'farthing.budget.week': 20 });
    const item = await window.waitForFarthing();
    await window.waitUntil(async () => (await item.innerText()).includes('/ $5.00'), 'the limit of the day');
    let rows: string[] = [];
    let text = '';
    // The editor closes it for a change.
    await window.waitUntil(async () => {
      const tooltip = await window.hover(item, 'Last call');
      rows = await tooltip.locator('tr').allInnerTexts();
      text = (await tooltip.allInnerTexts()).join('').replaceAll('\u00a0', ' ');
      return rows.length > 3 && text.includes('Last call');
    }, 'the whole tooltip');
    assert.match(rows.find((row) => row.startsWith('Today')) ?? '', /\$0\.\d+\s+\$5\.00\s+0 %\s+in \d+ (hours|min|s)/);
    assert.match(rows.find((row) => row.startsWith('This week')) ?? '', /\$0\.\d+\s+\$20\.00\s+0 %\s+in \d+ (days|hours|min)/);
    assert.match(rows.find((row) => row.startsWith('This month')) ?? '', /none/);
    assert.match(text, /demo, play money/);
    assert.match(text, /Last call: Demo Small, \$0\.\d+, \d+\.\d s, \d\d:\d\d/);
    await window.screenshot('status bar tooltip');
  });

  /** What shows that each row of the menu did what it says. */
  const actions: readonly (readonly [row: string, reached: (window: Window) => Promise<void>])[] = [
    ['Open Chat', async (window) => window.page.locator('iframe.webview.ready').first().waitFor()],
    ['Set Budget', async (window) => window.quickInput.getByText('Farthing: Set Budget').waitFor()],
    ['Choose Quality', async (window) => window.quickInput.getByText('Farthing: Choose Quality').waitFor()],
    ['Pin or Unpin a Model', async (window) => window.quickInput.getByText('Farthing: Pin or Unpin a Model').waitFor()],
    ['Add Provider', async (window) => window.quickInput.getByText('Farthing: Add Provider').waitFor()],
    ['Gateway', async (window) => window.quickInput.getByText('Farthing: Gateway').waitFor()],
    ['Check Configuration', async (window) => window.quickInput.getByText('Farthing: Check Configuration').waitFor()],
    ['Open Settings', async (window) => window.page.locator('.settings-editor').waitFor()],
    ['Show Log', async (window) => window.page.locator('.part.panel .output-view, .part.panel .monaco-editor').first().waitFor()],
    ['Leave Demo', async (window) => window.quickInput.getByText('Farthing: Set API Key').waitFor()],
  ];
  it('the models are read again by command', async function () {
    this.timeout(40_000);
    const { window } = workbench();
    // The editor swallows toasts that come in quick succession, which a person does not do.
    await window.waitUntil(async () => (await window.toast().count()) === 0, 'earlier notifications to go');
    await window.command('Farthing: Refresh Models and Prices');
    await window.toast(/3 models can be asked/).waitFor();
  });

  for (const [row, reached] of actions) {
    it(`the menu leads to "${row}"`, async function () {
      this.timeout(40_000);
      const { window } = workbench();
      await window.page.keyboard.press('Escape');
      await (await window.waitForFarthing()).click();
      await window.quickRow('Today').waitFor();
      if (row === 'Open Chat') {
        await window.screenshot('actions');
        // The editor draws rows that are out of sight only once they are scrolled to.
        const [menu, last] = [await window.quickInput.boundingBox(), await window.quickRow('Show Log').boundingBox()];
        assert.ok(menu && last && last.y + last.height <= menu.y + menu.height, 'all of the menu is seen at once');
      }
      await window.fillQuickInput(row, { accept: false });
      await window.pick(row);
      await reached(window);
      await window.page.keyboard.press('Escape');
    });
  }

  it('sets a budget through the menu, and refuses what is no amount', async function () {
    this.timeout(40_000);
    const { window } = workbench();
    await window.page.keyboard.press('Escape');
    await window.command('Farthing: Set Budget');
    await window.pick('Day');
    await window.fillQuickInput('-3', { accept: false });
    await window.quickInput.getByText('An amount such as 5 or 0.50').waitFor();
    await window.fillQuickInput('1,25');
    const item = await window.waitForFarthing();
    await window.waitUntil(async () => (await item.innerText()).includes('/ $1.25'), 'the new limit');
  });
});
