import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import { root } from '../../scripts/node24.mjs';
import { answerEnd, ask, booksOnDisk } from '../support/asking';
import { useWorkbench } from '../support/workbench';

const key = 'acme-key-0123456789';
const simulator = new LLMock({ port: 0, logLevel: 'silent' });
let site: Server;
/** What stands at the address that the plug-in is installed from. */
let published: object = {};

const acme = () => ({
  farthing: 1,
  id: 'acme',
  name: 'Acme',
  wire: 'openaiChat',
  baseUrl: `${simulator.url}/v1`,
  auth: 'bearer',
  pricesSeen: '2026-11-20',
  models: [{ id: 'acme-1', price: { input: 1, output: 10 } }],
});

before(async () => {
  await simulator.start();
  simulator.onMessage('idempotent', { content: 'Done twice, it is as done once.', usage: { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 } });
});
after(() => simulator.stop());

describe('a provider plug-in', () => {
  before(async () => {
    site = createServer((_request, response) => response.end(JSON.stringify(published)));
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  });
  const workbench = useWorkbench();
  after(() => new Promise((resolve) => site.close(resolve)));

  const folder = () => path.join(workbench().globalStorage, 'plugins');
  const installed = () => path.join(folder(), 'acme.farthing-provider.json');

  /** Waits until the chat says whether anybody can be asked: what shows that the folder was read again. */
  async function waitForProvider(isThere: boolean): Promise<void> {
    await workbench().window.chat.getByPlaceholder(isThere ? 'Ask about code, or anything else' : 'it can be sent once set-up is done').waitFor();
  }

  /** Up to the question whether to install what stands at the address. */
  async function readFromAddress(): Promise<void> {
    const { window } = workbench();
    await window.command('Farthing: Install Provider Plug-in…');
    await chooseAddress();
  }

  async function chooseAddress(): Promise<void> {
    const { window } = workbench();
    await window.pick('From an https address');
    await window.fillQuickInput(`http://127.0.0.1:${(site.address() as AddressInfo).port}/acme.json`);
  }

  it('shows what it would do, is kept only if that is wanted, and asks for its key', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.waitForFarthing();
    published = { ...acme(), id: 'openai' };
    await readFromAddress();
    const refusal = window.toast('"openai" is already the id of the provider OpenAI');
    await refusal.waitFor();
    published = acme();
    await refusal.getByRole('button', { name: 'Choose another' }).click();
    await chooseAddress();
    await window.dialog.waitFor();
    const preview = await window.dialog.innerText();
    const host = new URL(simulator.url).host;
    for (const part of ['Install the provider Acme?', `Sends your prompts to: ${host}, on this machine`, 'acme-1 ($1.00 in, $10.00 out per 1M tokens)', 'runs no code']) assert.ok(preview.includes(part), `${part} in:\n${preview}`);
    await window.screenshot('plug-in preview');
    await window.answerDialog('Cancel');
    assert.deepEqual(readdirSync(folder()), []);

    // The editor hides notifications that follow one another more quickly than a person makes them.
    await window.command('Notifications: Clear All Notifications');
    writeFileSync(path.join(workbench().folder, 'from-a-friend.json'), JSON.stringify(acme()));
    await window.command('Farthing: Install Provider Plug-in…');
    await window.pick('From a file');
    await window.pick('from-a-friend.json');
    await window.answerDialog('Install');
    await window.toast('The provider Acme is installed').getByRole('button', { name: 'Set API Key' }).click();
    await window.quickInput.getByText('plug-in acme.farthing-provider.json').waitFor();
    await window.screenshot('plug-in key');
    await window.fillQuickInput(key);
    await window.toast('Acme accepted the key').waitFor();
    await window.command('Notifications: Clear All Notifications');
  });

  it('is asked with its key, at its price', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await ask(window, 'What does idempotent mean?');
    const answer = await answerEnd(window);
    assert.match(await answer.innerText(), /Done twice, it is as done once\./);
    await window.screenshot('plug-in answer');
    // The simulator does not keep what it was sent there.
    assert.equal(simulator.getLastRequest()?.headers['authorization'], '[REDACTED]');
    const [call] = booksOnDisk(workbench()).calls;
    // 1,000 tokens at $1 and 100 at $10 per million.
    assert.deepEqual([call?.arm, call?.amount], ['acme/acme-1', 2_000_000]);
    assert.ok(!readFileSync(installed(), 'utf8').includes(key) && !workbench().farthingLog().includes(key));
  });

  it('that is spoilt on the disk is told of once, and mended it is back', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    writeFileSync(installed(), JSON.stringify({ ...acme(), auth: 'basic' }));
    const told = window.toast('The provider plug-in acme.farthing-provider.json is not in force. auth must be');
    await told.waitFor();
    await told.getByRole('button', { name: 'Open File' }).click();
    await window.page.locator('.tabs-container .tab[data-resource-name="acme.farthing-provider.json"]').waitFor();
    await window.screenshot('plug-in not in force');
    await waitForProvider(false);
    writeFileSync(installed(), JSON.stringify(acme()));
    await waitForProvider(true);
    await window.command('Farthing: Check Providers');
    await window.quickRow('Acme').filter({ hasText: 'answers' }).waitFor();
    await window.page.keyboard.press('Escape');
  });

  it('goes, with its key if the person says so, and comes back from the address', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.command('Farthing: Remove Provider Plug-in…');
    await window.pick('Acme');
    await window.answerDialog('Remove with Its Key');
    await window.waitUntil(async () => !existsSync(installed()), 'the file to go');
    await waitForProvider(false);
    await window.command('Farthing: Set API Key');
    await window.quickRow('OpenAI').first().waitFor();
    assert.equal(await window.quickRow('Acme').count(), 0);
    await window.page.keyboard.press('Escape');
    await readFromAddress();
    await window.answerDialog('Install');
    await window.toast('It can be asked once its API key is set').waitFor();
    await window.command('Farthing: Open Plug-ins Folder');
    await window.quickRow('acme.farthing-provider.json').waitFor();
    await window.screenshot('plug-ins folder');
  });
});

describe('a provider of another extension', () => {
  const workbench = useWorkbench(() => ({ extension: path.join(root, 'test/fixtures/testProvider'), environment: { TEST_PROVIDER: JSON.stringify({ ...acme(), auth: 'none' }) } }));

  it('that needs no key is asked only after the person agreed', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const question = window.toast(`The provider Acme of the extension farthing.farthing-test-provider needs no key. Questions it is chosen for are sent to ${new URL(simulator.url).host}. Use it?`);
    await question.waitFor();
    await window.screenshot('contributed provider');
    const chat = await window.openChat();
    await chat.getByText('Add a provider key').first().waitFor();
    // The editor takes away what was not answered after ten seconds; here it stays.
    await window.command('Notifications: Show Notifications');
    await window.page.locator('.notifications-center .notification-list-item').filter({ hasText: 'needs no key' }).locator('.monaco-button').filter({ hasText: 'Use It' }).click();
    await ask(window, 'What does idempotent mean?');
    assert.match(await (await answerEnd(window)).innerText(), /Done twice, it is as done once\./);
    assert.deepEqual(booksOnDisk(workbench()).calls.map(({ arm, amount }) => [arm, amount]), [['acme/acme-1', 2_000_000]]);
  });
});
