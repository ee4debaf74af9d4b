import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { booksOnDisk } from '../support/asking';
import { useWorkbench } from '../support/workbench';

/** An answer of the editor's own agent may take so long: its extension and the editor go to and fro for each call of it. Milliseconds. */
const patienceMs = 60_000;

/** The editor's own chat and its agent mode, nobody signed in, with Farthing (the demo) as the model. */
describe("VS Code's own chat", () => {
  const workbench = useWorkbench({ allBuiltIns: true, settings: { 'farthing.demo.enabled': true, 'chat.disableAIFeatures': false }, viewport: { width: 1280, height: 900 } });
  const calls = () => booksOnDisk(workbench()).calls.map(({ arm, purpose, outcome }) => [arm, purpose, outcome] as const);

  /** The last answer in the editor's chat. */
  function answer(): Locator {
    return workbench().window.page.locator('.interactive-session .interactive-response').last();
  }

  async function ask(text: string): Promise<void> {
    const { page } = workbench().window;
    // What is sent while an answer is under way takes its place.
    await page.locator('.interactive-input-part .codicon-stop-circle').waitFor({ state: 'detached' });
    await page.locator('.interactive-input-part .chat-editor-container .monaco-editor').click();
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
    await page.locator('.interactive-session .interactive-request').filter({ hasText: text.replace(/^.*\/[\w-]+ /, '').trim() }).last().waitFor();
  }

  it('has Farthing as a model after one command, with what it costs', async function () {
    this.timeout(120_000);
    const { window } = workbench();
    const { page } = window;
    await window.waitForFarthing();
    await window.command("Farthing: Use in the Editor's Chat");
    const picker = page.getByRole('button', { name: /^Models, Farthing Auto \(balanced\)/ });
    await picker.waitFor({ timeout: 60_000 });
    // The editor's own chat extension says so when it has come up, which takes it a while without a network.
    await page.getByText('Set BYOK utility models', { exact: true }).waitFor({ timeout: 60_000 });
    await picker.click();
    await page.getByRole('option', { name: /Other Models/ }).or(page.getByText('Other Models')).first().click();
    await page.getByText('Farthing Auto (economy)').last().waitFor();
    await window.screenshot('native chat models');
    assert.match(await page.locator('.chat-model-picker-dropdown').innerText(), /Farthing Auto \(balanced\)\s+low price · demo/);
    await page.locator('.chat-model-picker-dropdown').getByText('Farthing Auto (balanced)').click();
    await page.locator('.chat-model-picker-dropdown').waitFor({ state: 'hidden' });
    await page.locator('.tabs-container .tab').filter({ hasText: 'Language Models' }).waitFor({ state: 'detached' });
  });

  it('answers, and the money in the status bar moves', async function () {
    this.timeout(120_000);
    const { window } = workbench();
    await window.statusItem().filter({ hasText: /demo \$0\.00 / }).waitFor();
    await ask('Write a function that adds two numbers in Python');
    await answer().getByText('It returns the rest in the same order').waitFor({ timeout: patienceMs });
    await window.statusItem().filter({ hasNotText: '$0.00 ' }).waitFor();
    await window.screenshot('native chat answer');
    await window.waitUntil(() => calls().length === 1 && booksOnDisk(workbench()).reservations.length === 0, 'the call in the books');
    assert.deepEqual(calls().map(([, purpose, outcome]) => [purpose, outcome]), [['editor-chat', 'complete']]);
  });

  it('calls a tool as an agent, and stays with its model until it is done', async function () {
    this.timeout(120_000);
    const { window } = workbench();
    await ask('Use the tool farthing_spend for a very difficult proof about concurrent garbage collection in a distributed system');
    await answer().getByText('A real model would now use this').waitFor({ timeout: patienceMs });
    await window.screenshot('native chat agent');
    await window.waitUntil(() => calls().length === 3, 'both calls of the agent in the books');
    const [, before, after] = calls();
    assert.deepEqual([before?.[1], before?.[2], after?.[2]], ['editor-chat', 'complete', 'complete']);
    assert.equal(after?.[0], before?.[0]);
    assert.match((await answer().innerText()).replaceAll('\u00a0', ' '), /play money of the demo/);
  });

  it('says why a budget refuses, with a button that helps', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const setDay = async (usd: string) => {
      await window.pick('Day');
      await window.fillQuickInput(usd);
      await window.statusItem().filter({ hasText: `/ $${usd}.00` }).waitFor();
    };
    await window.command('Farthing: Set Budget');
    await setDay('0');
    await ask('Another question');
    await answer().getByText(/Today's budget of \$0\.00 has no room for this/).waitFor();
    assert.doesNotMatch(await answer().innerText(), /\bat \S+\.js|extensionHostProcess/, 'no stack is shown');
    const toast = window.page.locator('.notification-toast').filter({ hasText: "Today's budget" });
    await toast.getByRole('button', { name: 'Allow this one' }).waitFor();
    await window.screenshot('native chat budget');
    await toast.getByRole('button', { name: 'Allow this one' }).click();
    await window.answerDialog('Allow');
    await window.toast('Now ask again').waitFor();
    await window.command('Farthing: Set Budget');
    await window.pick('Day');
    await window.fillQuickInput('5');
    await window.statusItem().filter({ hasText: '/ $5.0' }).waitFor();
    await window.command('Notifications: Clear All Notifications');
  });

  it('has @farthing, which says what it cost and goes on with the chat', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await ask('@farthing /ask What does idempotent mean?');
    await answer().getByText(/^Demo \w+ at Demo · \$0\.0/).waitFor();
    await window.page.getByText('Ask a better model').waitFor();
    await window.screenshot('native chat participant');
    await window.page.getByText('Ask a better model').click();
    await window.waitUntil(() => calls().filter(([, purpose]) => purpose === 'chat').length === 2, 'the better answer in the books');
    const [cheap, better] = calls().filter(([, purpose]) => purpose === 'chat');
    assert.notEqual(better?.[0], cheap?.[0]);
    assert.equal(new Set(booksOnDisk(workbench()).messages.map((message) => message.thread_id)).size, 1);
  });

  it('explains a route and tells what was spent, asking nobody', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const before = calls().length;
    await ask('/explain-route Prove that every planar graph is four-colourable');
    await answer().getByText('Nothing was asked.').waitFor();
    await window.screenshot('native chat route');
    await ask('/refine ');
    await answer().getByText('Nothing was asked: write your question after /refine.').waitFor();
    await ask('/cost ');
    await answer().getByText('Last call:').waitFor();
    await window.screenshot('native chat cost');
    await ask('/compare Compare tabs and spaces');
    await answer().getByText('The comparison is open in a tab').waitFor();
    // The only page of ours that is open; the side bar of the chat is the right one here.
    const question = window.page.frameLocator('iframe.webview.ready[src*="extensionId=farthing.farthing"]').frameLocator('iframe#active-frame').locator('textarea');
    await question.waitFor();
    await window.waitUntil(async () => (await question.inputValue()) === 'Compare tabs and spaces', 'the question in the comparison');
    await window.screenshot('native chat compare');
    assert.equal(calls().length, before);
  });
});
