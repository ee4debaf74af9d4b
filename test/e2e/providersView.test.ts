import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Locator } from 'playwright-core';
import { answerEnd, ask, booksOnDisk, newChat } from '../support/asking';
import { useWorkbench, type Window } from '../support/workbench';

/** A vendor on this machine: two models, of which one is out of requests for ten minutes. */
class Vendor {
  accepts = 'a-good-key-0123456789-wxyz';
  /** What came in the header for keys. */
  readonly asked: (string | undefined)[] = [];
  readonly #server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => this.#answer(request.headers.authorization, request.url ?? '', body, response));
  });

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  get baseUrl(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/v1`;
  }

  #answer(authorization: string | undefined, url: string, body: string, response: ServerResponse): void {
    const json = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(value));
    };
    this.asked.push(authorization);
    if (url.endsWith('/many/models')) return json(200, { data: Array.from({ length: 320 }, (_, index) => ({ id: `maker/model-${index}` })) });
    if (url.endsWith('/never/models')) return undefined;
    if (url.endsWith('/few/models')) return json(200, { data: [{ id: 'few-1' }] });
    if (authorization !== `Bearer ${this.accepts}`) return json(401, { error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } });
    if (url.endsWith('/models')) return json(200, { data: [{ id: 'plain-1' }, { id: 'busy-1' }, { id: '[x](command:farthing.startDemo) $(flame)' }] });
    if (body.includes('"busy-1"')) return json(429, { error: { message: 'Too many requests', code: 'rate_limit_exceeded' } }, { 'retry-after': '600' });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const chunk = (delta: object, rest: object = {}) => response.write(`data: ${JSON.stringify({ id: '1', choices: [{ index: 0, delta, ...rest }] })}\n\n`);
    chunk({ role: 'assistant', content: 'Here it is.' });
    chunk({}, { finish_reason: 'stop' });
    response.write(`data: ${JSON.stringify({ id: '1', choices: [], usage: { prompt_tokens: 20, completion_tokens: 4, total_tokens: 24 } })}\n\ndata: [DONE]\n\n`);
    response.end();
    return undefined;
  }
}

describe('the providers view', () => {
  const vendor = new Vendor();
  before(() => vendor.start());
  after(() => vendor.stop());
  const workbench = useWorkbench();

  /** A row by how a screen reader names it. */
  const row = (window: Window, name: RegExp): Locator => window.page.getByRole('treeitem', { name });

  /**
   * A choice in the menu of a row. By key: the menu ignores clicks in its first moment. Until it has `reached` what it leads
   * to: while the rows are being read anew the editor knows none of them, and asks which is meant.
   */
  async function choose(window: Window, target: Locator, choice: string, reached: Locator): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      await window.restMouse();
      await target.click({ button: 'right' });
      await window.page.getByRole('menuitem', { name: choice }).hover();
      await window.page.keyboard.press('Enter');
      try {
        await reached.waitFor({ timeout: 5000 });
        return;
      } catch (error) {
        if (attempt >= 4) throw error;
        await window.page.keyboard.press('Escape');
      }
    }
  }

  /** Opens a row until what is below it shows: while the tree is renewed, a click between two drawings is lost. */
  async function unfold(window: Window, target: Locator, below: Locator): Promise<void> {
    await window.waitUntil(async () => {
      if (await below.isVisible()) return true;
      await window.restMouse();
      if ((await target.getAttribute('aria-expanded')) !== 'true') await target.click();
      return false;
    }, 'what is below a row');
  }

  it('takes no room from the chat until it is asked for, and then leads a newcomer to the demo', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.waitForFarthing();
    await window.openChat();
    await window.page.locator('.part.sidebar .composite.title').filter({ hasText: /Farthing: Chat/i }).waitFor();
    assert.equal(await window.page.getByText('No provider is set up yet. Sign in').count(), 0);
    await window.page.getByRole('button', { name: 'Show Providers' }).click();
    await window.page.getByText('No provider is set up yet. Sign in').waitFor();
    await window.screenshot('providers welcome');
    await window.page.getByRole('button', { name: 'Start the Demo' }).click();
    await row(window, /^Demo, /).waitFor();
    for (const name of ['Demo Small', 'Demo Medium', 'Demo Large']) await row(window, new RegExp(`^${name}, not asked yet, \\$`)).waitFor();
    await row(window, /^Not set up/).waitFor();
    await window.screenshot('providers demo');
  });

  it('checks a stored key, says when it is refused, and replaces it only by one that is accepted', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.replaceSettings({
      'farthing.providers.custom': [{ id: 'works', name: 'Works', baseUrl: vendor.baseUrl }, { id: 'slow', name: 'Slow', baseUrl: vendor.baseUrl.replace('/v1', '/never'), auth: 'none', models: ['slow-1'] }, { id: 'broker', name: 'Broker', baseUrl: vendor.baseUrl.replace('/v1', '/many'), auth: 'none' }],
      'farthing.prices': { 'works/plain-1': { input: 0.5, output: 2 } },
    });
    await row(window, /^Broker, /).waitFor();
    await window.command('Farthing: Set API Key');
    await window.fillQuickInput('Works');
    await window.fillQuickInput(vendor.accepts);
    const works = row(window, /^Works, /);
    await works.waitFor();

    vendor.accepts = 'another-key-9876543210-qrst';
    await choose(window, works, 'Check Provider', row(window, /^Works, key refused/));
    await window.screenshot('providers key refused');

    const rotate = async (key: string): Promise<void> => {
      await choose(window, works, 'Rotate API Key', window.quickInput.getByText('API key for Works'));
      await window.fillQuickInput(key);
      await window.waitUntil(() => vendor.asked.includes(`Bearer ${key}`), 'the new key to be checked');
    };
    await rotate('a-third-key-that-is-wrong-too');
    await window.hover(works, 'Key: …wxyz');
    await rotate(vendor.accepts);
    await row(window, /^Works, not asked yet/).waitFor();
    await window.hover(works, 'Key: …qrst');
    await choose(window, works, 'Check Provider', row(window, /^Works, answers/));
    for (const key of [vendor.accepts, 'a-good-key']) assert.ok(!(await window.page.content()).includes(key) && !workbench().farthingLog().includes(key), 'no key is shown or logged');
  });

  it('sets a price, says whose it is, and pins by keyboard; the next question goes there', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    const busy = row(window, /^busy-1, /);
    await unfold(window, row(window, /^Works, /), busy);
    await choose(window, row(window, /^busy-1, .*price unknown/), 'Set Price', window.quickInput.getByText('(1 of 2)'));
    await window.fillQuickInput('much', { accept: false });
    await window.quickInput.getByText('An amount such as 0.15').waitFor();
    await window.fillQuickInput('0,25');
    await window.quickInput.getByText('(2 of 2)').waitFor();
    await window.fillQuickInput('1');
    await row(window, /^busy-1, .*\$0\.25 in, \$1\.00 out/).waitFor();
    await window.hover(busy, '(your price)');
    await window.screenshot('providers tooltip');
    await window.restMouse();

    await busy.click();
    await window.page.keyboard.press('Shift+F10');
    await window.page.getByRole('menuitem', { name: 'Pin Model' }).waitFor();
    await window.page.keyboard.press('ArrowDown');
    await window.page.keyboard.press('Enter');
    await row(window, /^busy-1, pinned/).waitFor();
    await newChat(window);
    await ask(window, 'hello');
    await window.chat.locator('.failure').waitFor();
    await row(window, /^busy-1, pinned, rate limited until \d\d:\d\d/).waitFor();
    await window.screenshot('providers rate limited');
    await window.hover(busy, 'of the last 1 call');
    await window.restMouse();

    const plain = row(window, /^plain-1, /);
    await plain.hover();
    await plain.getByRole('button', { name: 'Pin Model' }).click();
    await row(window, /^plain-1, pinned/).waitFor();
    await newChat(window);
    await ask(window, 'hello');
    await answerEnd(window);
    assert.equal(booksOnDisk(workbench()).calls.at(-1)?.arm, 'works/plain-1');
    await row(window, /^plain-1, pinned, answers/).waitFor();
    await window.hover(plain, 'of the last 1 call');
    await window.restMouse();
    await window.page.mouse.move(900, 400);
    await window.screenshot('providers', window.page.locator('.part.sidebar'));
  });

  it('excludes and takes back, finds one of hundreds, and takes names of others for text', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    const odd = row(window, /command:farthing/);
    const tooltip = await window.hover(odd, 'Id: works/');
    assert.equal(await tooltip.locator('a, img, .codicon').count(), 0);
    const excluded = row(window, /command:farthing.*excluded/);
    await choose(window, odd, 'Exclude from Choice', row(window, /^Excluded/));
    await unfold(window, row(window, /^Excluded/), excluded);
    await choose(window, excluded, 'Include Again', row(window, /command:farthing(?!.*excluded)/));
    await row(window, /^Excluded/).waitFor({ state: 'detached' });
    await unfold(window, row(window, /^Broker, /), row(window, /^maker\/model-0, /));
    await row(window, /^Works, /).press('End');
    await row(window, /^305 more/).waitFor();
    await window.screenshot('providers many');
    await window.command('Farthing: Find Model');
    await window.fillQuickInput('model-277', { accept: false });
    await window.pick('maker/model-277');
    await window.pick('Copy Model Id');
    await window.waitUntil(async () => (await window.clipboard()) === 'broker/maker/model-277', 'the id on the clipboard');
  });

  it('adds a server of one\'s own, and says what is wrong with an address', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.command('Farthing: Add Provider');
    await window.pick('Add a Server');
    await window.quickInput.getByText('(1 of 3)').waitFor();
    await window.fillQuickInput('http://models.example/v1', { accept: false });
    await window.quickInput.getByText('The address must use https').waitFor();
    await window.fillQuickInput(vendor.baseUrl.replace('/v1', '/few'));
    await window.quickInput.getByText('(2 of 3)').waitFor();
    await window.fillQuickInput('My Box');
    await window.quickInput.getByText('(3 of 3)').waitFor();
    await window.pick('It asks for a key');
    await window.quickInput.getByText('API key for My Box').waitFor();
    await window.fillQuickInput('a-key-for-my-box');
    // The list of the other one is longer than the view.
    await window.page.getByRole('button', { name: 'Collapse All' }).click();
    await unfold(window, row(window, /^My Box, /), row(window, /^few-1, /));
  });

  it('says no more of a check that the person stopped', async function () {
    this.timeout(40_000);
    const { window } = workbench();
    await window.command('Farthing: Check Providers');
    await window.toast('Checking providers').getByRole('button', { name: 'Cancel' }).click();
    await window.toast('Checking providers').waitFor({ state: 'detached' });
    assert.equal(await window.quickInput.count(), 0);
    await window.screenshot('check stopped');
  });
});
