import assert from 'node:assert/strict';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ask, newChat } from '../support/asking';
import { useWorkbench } from '../support/workbench';

/** Every failure a person can meet through the demo's test words: the sentence, and that the question stays. */
const cases: readonly { readonly word: string; readonly says: RegExp; readonly button: RegExp }[] = [
  { word: 'demo:bad-key', says: /did not accept the API key/, button: /Set API key/ },
  { word: 'demo:no-credit', says: /has no credit left/, button: /Open billing page/ },
  { word: 'demo:rate-limit', says: /asks for a pause/, button: /Try again/ },
  { word: 'demo:server-error', says: /has a problem of its own/, button: /Try again/ },
  { word: 'demo:html', says: /not an answer/, button: /Check providers/ },
  { word: 'demo:cut', says: /cut off/, button: /Try again/ },
];

describe('failures in the chat', () => {
  const workbench = useWorkbench({ settings: { 'farthing.demo.enabled': true } });

  for (const { word, says, button } of cases) {
    it(`says what ${word} is and offers a way on`, async function () {
      this.timeout(40_000);
      const { window } = workbench();
      await newChat(window);
      await ask(window, `What does idempotent mean? ${word}`);
      const { chat } = window;
      const failure = chat.locator('[class*="failure"]').filter({ hasText: says }).first();
      await failure.waitFor();
      await failure.getByRole('button', { name: button }).first().waitFor();
      assert.ok((await chat.locator('body').innerText()).includes(word), 'the question is still there');
      await window.screenshot(`failure ${word}`);
    });
  }

  it('goes on with another model when only one fails, and says so', async function () {
    this.timeout(40_000);
    const { window } = workbench();
    await newChat(window);
    await ask(window, 'What does idempotent mean? demo:server-error@demo-small');
    const { chat } = window;
    await chat.getByText(/had a problem, so another model was asked/).first().waitFor();
    await chat.getByText('Why this model').first().waitFor();
    await window.screenshot('failover');
  });
});

describe('a provider of one\'s own', () => {
  let server: Server;
  let accepts = '';
  before(async () => {
    server = createServer((request, response) => {
      const good = request.headers.authorization === `Bearer ${accepts}`;
      response.writeHead(good ? 200 : 401, { 'content-type': 'application/json' });
      response.end(good ? JSON.stringify({ object: 'list', data: [{ id: 'works-1', object: 'model' }] }) : JSON.stringify({ error: { message: 'Incorrect API key provided', type: 'invalid_request_error', code: 'invalid_api_key' } }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  // After the server, because the settings name its port.
  const workbench = useWorkbench(() => ({
    settings: {
      'farthing.providers.custom': [{ id: 'works', name: 'Works', baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` }],
    },
  }));

  after(() => new Promise((resolve) => server.close(resolve)));

  it('leads a newcomer without any provider', async function () {
    this.timeout(40_000);
    const { window } = workbench();
    await window.waitForFarthing();
    const chat = await window.openChat();
    await chat.getByRole('button', { name: /demo/i }).first().waitFor();
    await chat.getByRole('button', { name: /key/i }).first().waitFor();
    await window.screenshot('no provider');
  });

  it('refuses a bad key in plain words and does not keep it', async function () {
    this.timeout(40_000);
    const { window } = workbench();
    await window.command('Farthing: Set API Key');
    await window.fillQuickInput('Works');
    await window.fillQuickInput('a-wrong-key-0123456789');
    await window.toast('Works did not accept this key. It was not kept.').waitFor();
    await window.screenshot('bad key');
    await window.command('Notifications: Clear All Notifications');
  });

  it('keeps a good key, checks it again, and sets its price before asking under a budget', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    accepts = 'a-good-key-0123456789';
    await window.command('Farthing: Set API Key');
    await window.fillQuickInput('Works');
    await window.fillQuickInput(accepts);
    const chat = await window.openChat();
    await chat.getByText('Try one of these').first().waitFor();
    await ask(window, 'hello');
    await chat.getByText(/price of works-1 at Works is not known/).first().waitFor();
    await chat.getByRole('button', { name: 'Set a price' }).first().waitFor();
    await window.screenshot('price unknown');
    assert.ok(!workbench().farthingLog().includes(accepts), 'no key in the log');
  });
});

describe('the budget', () => {
  const workbench = useWorkbench({ settings: { 'farthing.demo.enabled': true, 'farthing.budget.day': 0.0001 } });

  it('refuses before spending, and answers once this one is allowed', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await ask(window, 'What does idempotent mean?');
    const { chat } = window;
    await chat.getByText(/Today's budget of .* has no room for this/).first().waitFor();
    await window.screenshot('budget refusal');
    await chat.getByRole('button', { name: 'Allow this one' }).first().click();
    await window.dialog.waitFor();
    await window.screenshot('budget allow');
    await window.answerDialog('Allow');
    await chat.getByText('Simulated answer').first().waitFor();
    await window.screenshot('budget allowed');
  });
});
