import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { Broker } from '../support/broker';
import { useWorkbench, type Window } from '../support/workbench';

describe('signing in with the browser', () => {
  const broker = new Broker();
  before(() => broker.start());
  // After the broker, because the settings name its port.
  const workbench = useWorkbench(() => ({ settings: { 'farthing.providers.custom': [broker.setting, { ...broker.setting, id: 'second', name: 'Second' }] } }));
  after(() => broker.stop());
  // Also forgets notifications: of more than three within 800 ms the editor shows three.
  beforeEach(async () => {
    const { window } = workbench();
    await window.reload();
    await window.waitForFarthing();
  });

  /** Picks the broker and gives the page that the browser opened for it. */
  async function opened(window: Window, provider = 'Broker'): Promise<Page> {
    const page = window.page.context().waitForEvent('page');
    await window.pick(provider);
    await (await page).getByRole('heading', { name: 'Farthing asks for a key' }).waitFor();
    await window.toast('Waiting for your browser').waitFor();
    return page;
  }

  async function begin(window: Window, provider?: string): Promise<Page> {
    await window.command('Farthing: Sign in with OpenRouter');
    return opened(window, provider);
  }

  /** Goes where the page leads, which is a page of the editor's server, and closes it. */
  async function follow(page: Page, link: 'Authorize' | 'Deny'): Promise<void> {
    await page.getByRole('link', { name: link }).click();
    await page.getByText('You can close this page now').waitFor();
    await page.close();
  }

  const addressOf = async (page: Page): Promise<string> => (await page.getByRole('link', { name: 'Authorize' }).getAttribute('href')) ?? '';

  it('is refused in the browser, and nothing is stored', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const chat = await window.openChat();
    await chat.getByRole('button', { name: 'Sign in with OpenRouter' }).click();
    await window.screenshot('sign-in choose');
    await follow(await opened(window), 'Deny');
    await window.toast('The sign-in with Broker was refused there. Nothing was stored.').getByRole('button', { name: 'Try again' }).waitFor();
    assert.equal(broker.keys.length, 0);
  });

  it('does nothing for an address that it did not make', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const page = await begin(window);
    await page.goto((await addressOf(page)).replace(/state%3D[\w-]+/, 'state%3Dguessed'));
    await page.close();
    await window.toast('A sign-in came back that this editor does not wait for').waitFor();
    await window.screenshot('sign-in forged');
    assert.equal(broker.keys.length, 0);
    await window.toast('Waiting for your browser').getByRole('button', { name: 'Cancel' }).click();
    await window.toast('The sign-in with Broker was stopped. Nothing was stored.').waitFor();
  });

  it('says that the exchange failed', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    broker.exchangeFails = { status: 503, body: '{"error":{"message":"back soon"}}' };
    await follow(await begin(window), 'Authorize');
    await window.toast('The sign-in with Broker could not be finished: it has a problem of its own. Nothing was stored.').waitFor();
    await window.screenshot('sign-in failed');
    broker.exchangeFails = undefined;
    assert.equal(broker.keys.length, 0);
  });

  it('stores the key that the browser came back with', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const page = await begin(window);
    await window.screenshot('sign-in waiting');
    await follow(page, 'Authorize');
    await window.toast('Signed in with Broker').waitFor();
    await window.screenshot('sign-in done');
    const chat = await window.openChat();
    await chat.getByText('Try one of these').first().waitFor();
    assert.equal(broker.keys.length, 1);
  });

  it('takes a pasted address where the browser cannot come back', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const page = await begin(window);
    const address = await addressOf(page);
    await page.close();
    await window.toast('Waiting for your browser').getByRole('button', { name: 'Cancel' }).click();
    await window.toast('was stopped').getByRole('button', { name: 'Paste the code' }).click();
    await window.screenshot('sign-in paste');
    const { searchParams } = new URL(address);
    await window.fillQuickInput(`http://localhost:3000/farthing?${searchParams.get('vscode-query')}&code=${searchParams.get('code')}`);
    await window.waitUntil(() => workbench().farthingLog().split('signed in with broker').length === 3, 'the second sign-in');
    assert.equal(broker.keys.length, 2);
    const log = workbench().farthingLog();
    for (const secret of [...broker.keys, searchParams.get('code') ?? '']) assert.equal(log.includes(secret), false, 'no secret in the log');
  });

  it('asks before another window finishes it', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    const page = await begin(window);
    const mine = new URL(await addressOf(page));
    await page.close();
    // The second window waits for a sign-in of its own, so that the editor's server hands it what comes for the first.
    const other = await workbench().openSecondWindow();
    await other.waitForFarthing();
    // The editor numbers what it waits for in each window from one, in a place that all windows share: its first number is
    // also that of the first window, which would then come by its own sign-in after all.
    await (await begin(other, 'Second')).close();
    await other.toast('Waiting for your browser').getByRole('button', { name: 'Cancel' }).click();
    await other.toast('Waiting for your browser').waitFor({ state: 'detached' });
    const theirs = await begin(other, 'Second');
    const crossed = new URL(await addressOf(theirs));
    for (const name of ['vscode-path', 'vscode-query', 'code']) crossed.searchParams.set(name, mine.searchParams.get(name) ?? '');
    assert.notEqual(crossed.searchParams.get('vscode-reqid'), mine.searchParams.get('vscode-reqid'));
    const before = broker.keys.length;
    await theirs.goto(crossed.href);
    await theirs.close();
    await other.dialog.filter({ hasText: 'Use this Broker account for Farthing?' }).waitFor();
    await other.screenshot('sign-in other window');
    assert.equal(broker.keys.length, before, 'nothing is exchanged before the answer');
    await other.answerDialog('Use This Account');
    await other.waitUntil(() => broker.keys.length === before + 1, 'the key');
  });
});
