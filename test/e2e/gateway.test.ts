import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import OpenAI from 'openai';
import { booksOnDisk, smallDemo } from '../support/asking';
import { useWorkbench, type Window } from '../support/workbench';

describe('the gateway', () => {
  const workbench = useWorkbench({ settings: smallDemo });
  let address = '';
  let token = '';
  let second: Window;

  /** Asks as any program on the machine would. */
  function ask(key: string): Promise<Response> {
    return fetch(`${address}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'hello' }] }),
    });
  }

  it('is started by a command, answers whoever has the copied token, and moves the status bar', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    const item = await window.waitForFarthing();
    await item.filter({ hasText: /\$0\.00 / }).waitFor();
    const before = await item.first().innerText();
    await window.command('Farthing: Start Gateway');
    const started = window.toast('The gateway listens at');
    await started.waitFor();
    await window.screenshot('gateway started');
    await started.getByRole('button', { name: 'Copy Address and Token' }).click();
    await window.waitUntil(async () => (await window.clipboard()).startsWith('http'), 'the address on the clipboard');
    [address = '', token = ''] = (await window.clipboard()).split('\n');
    assert.match(address, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.match(token, /^farthing-[\w-]{43}$/);

    const client = new OpenAI({ baseURL: `${address}/v1`, apiKey: token, maxRetries: 0 });
    const answer = await client.chat.completions.create({ model: 'auto', messages: [{ role: 'user', content: 'hello' }] });
    assert.notEqual(answer.choices[0]?.message.content ?? '', '');
    await window.waitUntil(async () => (await item.first().innerText()) !== before, 'the status bar to move');
    assert.equal((await ask('farthing-wrong')).status, 401);
    assert.deepEqual(booksOnDisk(workbench()).calls.map(({ purpose }) => purpose), ['gateway']);
    assert.ok(!workbench().farthingLog().includes(token), 'no token in the log');
  });

  it('shows in the tooltip where it listens, with links to stop it and to copy', async () => {
    const { window } = workbench();
    await window.command('Notifications: Clear All Notifications');
    const item = await window.waitForFarthing();
    const tooltip = await window.hover(item, `The gateway listens at ${address}.`);
    await tooltip.getByText('Copy address and token').waitFor();
    await window.screenshot('gateway tooltip');
    await tooltip.getByText('Stop', { exact: true }).waitFor();
    await window.restMouse();
  });

  it('shows what to paste to connect a program, without the token', async () => {
    const { window } = workbench();
    await window.command('Farthing: Connect a Client to the Gateway…');
    await window.screenshot('gateway connect');
    await window.pick('OpenAI SDK (Python)');
    await window.editor.waitFor();
    await window.waitUntil(async () => (await window.editorText()).includes(address), 'the text to be shown');
    assert.ok(!(await window.editorText()).includes(token));
    assert.equal(await window.clipboard(), token);
    await window.screenshot('gateway client text');
    await window.command('View: Revert and Close Editor');
  });

  it('gives a program a token and a limit of its own, and takes them away', async function () {
    this.timeout(40_000);
    const { window } = workbench();
    await window.command('Farthing: Gateway Clients…');
    await window.pick('Add a client');
    await window.fillQuickInput('Nightly job');
    await window.quickInput.getByText('The most it may cost').waitFor();
    await window.fillQuickInput('0');
    await window.quickInput.getByText('Models it may ask').waitFor();
    await window.fillQuickInput('');
    await window.pick('Never');
    await window.toast('Nightly job may use the gateway').waitFor();
    const own = await window.clipboard();
    assert.notEqual(own, token);
    const refused = await ask(own);
    assert.equal(refused.status, 402);
    assert.match(await refused.text(), /What this client may spend/);

    await window.command('Farthing: Gateway Clients…');
    await window.quickRow('Nightly job').filter({ hasText: '$0.00 of $0.00' }).waitFor();
    await window.screenshot('gateway clients');
    await window.pick('Nightly job');
    await window.pick('Remove it');
    const removed = window.toast('Nightly job can no longer use the gateway');
    await removed.waitFor();
    await window.waitUntil(async () => (await ask(own)).status === 401, 'its token to be refused');
    await removed.getByRole('button', { name: 'Undo' }).click();
    await window.waitUntil(async () => (await ask(own)).status !== 401, 'its token to be back');
    await window.command('Notifications: Clear All Notifications');
  });

  it('makes a new token of the machine, and refuses the old one at the same address', async function () {
    this.timeout(40_000);
    const { window } = workbench();
    await window.command('Farthing: Show Gateway');
    await window.quickRow('Make a New Token').waitFor();
    await window.screenshot('gateway menu');
    await window.pick('Make a New Token');
    await window.dialog.getByText('Running agents and clients with a token of their own go on').waitFor();
    await window.screenshot('gateway new token');
    await window.page.getByRole('dialog').getByRole('button', { name: 'Make a New Token' }).click();
    await window.toast('This machine has a new token').getByRole('button', { name: 'Copy Address and Token' }).click();
    await window.waitUntil(async () => (await window.clipboard()).startsWith(`${address}\n`) && !(await window.clipboard()).includes(token), 'the new token on the clipboard');
    const old = token;
    [, token = ''] = (await window.clipboard()).split('\n');
    await window.waitUntil(async () => (await ask(token).catch(() => undefined))?.status === 200, 'the new token to be good');
    assert.equal((await ask(old)).status, 401);
    await window.command('Notifications: Clear All Notifications');
  });

  it('goes on at the same address when the window that runs it closes', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    second = await workbench().openSecondWindow();
    await second.waitForFarthing();
    await second.hover(await second.waitForFarthing(), 'another window runs it');
    await second.screenshot('gateway second window');
    await window.page.close();
    await second.waitUntil(async () => (await ask(token).catch(() => undefined))?.status === 200, 'the second window to answer', 30_000);
    await second.hover(await second.waitForFarthing(), `listens at ${address}.`);
    await second.restMouse();
  });

  it('is stopped by a command, and nobody answers any more', async () => {
    await second.command('Farthing: Stop Gateway');
    await second.toast('The gateway is off').waitFor();
    await assert.rejects(ask(token), (error: Error) => /ECONNREFUSED/.test(String(error.cause)));
  });

  it('says when another program has its port, and takes a free one instead', async function () {
    this.timeout(40_000);
    const other = createServer((socket) => socket.end('220 something else\r\n'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const taken = other.address();
    assert.ok(typeof taken === 'object' && taken);
    await second.replaceSettings({ ...smallDemo, 'farthing.gateway.enabled': true, 'farthing.gateway.port': taken.port });
    const told = second.toast(`Another program uses port ${taken.port}`);
    await told.waitFor();
    await second.screenshot('gateway port taken');
    await told.getByRole('button', { name: 'Choose a Free Port' }).click();
    await second.waitUntil(async () => (await ask(token).catch(() => undefined))?.status === 200, 'it to serve the port of before');
    other.close();
  });
});
