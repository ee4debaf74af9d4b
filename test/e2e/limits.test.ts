import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { answerEnd, ask, databaseFile, newChat } from '../support/asking';
import { useWorkbench } from '../support/workbench';

const firstKey = 'the-first-account-0123456789-aaaa';
const secondKey = 'the-second-account-0123456789-bbbb';

/** A vendor on this machine with one model. */
class Vendor {
  accepts: readonly string[] = [firstKey, secondKey];
  /** Keys that were asked with, in order. */
  readonly asked: (string | undefined)[] = [];
  readonly #server = createServer((request, response) => {
    const key = request.headers.authorization?.replace('Bearer ', '');
    request.resume().on('end', () => this.#answer(key, request.url ?? '', response));
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

  #answer(key: string | undefined, url: string, response: ServerResponse): void {
    const isQuestion = url.endsWith('/chat/completions');
    if (isQuestion) this.asked.push(key);
    if (!this.accepts.some((one) => one === key)) {
      response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } }));
      return;
    }
    if (!isQuestion) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: [{ id: 'plain-1' }] }));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const chunk = (value: object) => response.write(`data: ${JSON.stringify({ id: '1', ...value })}\n\n`);
    chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: 'Here it is.' } }] });
    chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
    chunk({ choices: [], usage: { prompt_tokens: 20, completion_tokens: 4, total_tokens: 24 } });
    response.end('data: [DONE]\n\n');
  }
}

describe('limits and several keys', () => {
  const vendor = new Vendor();
  before(() => vendor.start());
  after(() => vendor.stop());
  const settings = () => ({
    'farthing.providers.custom': [{ id: 'works', name: 'Works', baseUrl: vendor.baseUrl }],
    'farthing.prices': { 'works/plain-1': { input: 1, output: 2 } },
  });
  const workbench = useWorkbench(() => ({ settings: { ...settings(), 'farthing.providers.limits': { works: { requestsPerMinute: 2 } } } }));

  it('adds a second key beside the first, and asks with both', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.waitForFarthing();
    await window.command('Farthing: Set API Key');
    await window.fillQuickInput('Works');
    await window.fillQuickInput(firstKey);
    await window.toast('Works accepted the key').waitFor();
    // What the second key is told by is the same sentence.
    await window.command('Notifications: Clear All Notifications');
    await window.toast().first().waitFor({ state: 'detached' });
    await window.command('Farthing: Set API Key');
    await window.fillQuickInput('Works');
    await window.quickInput.getByText('…aaaa').waitFor();
    await window.screenshot('several keys');
    await window.pick('Add another key');
    await window.fillQuickInput(secondKey);
    await window.toast('Works accepted the key').waitFor();
    for (let asked = 0; asked < 2; asked++) {
      await newChat(window);
      await ask(window, 'What does idempotent mean?');
      await answerEnd(window);
    }
    assert.deepEqual(vendor.asked, [firstKey, secondKey]);
  });

  it('lets the third question of two a minute wait, says so, and leaves no trace when it is stopped', async function () {
    this.timeout(40_000);
    const { window } = workbench();
    await ask(window, 'And what does commutative mean?');
    await window.chat.getByText('Your own limit for Works is reached').first().waitFor();
    await window.screenshot('limit reached');
    await window.command('Farthing: Stop Answer');
    await window.chat.getByText('Stopped by you.').first().waitFor();
    const database = new DatabaseSync(databaseFile(workbench()), { readOnly: true });
    assert.deepEqual(database.prepare('SELECT count(*) AS count FROM turns').all().map((row) => row['count']), [2]);
    database.close();
    assert.equal(vendor.asked.length, 2);
  });

  it('lets it go once the limit is raised, and names a key that is refused while the other answers', async function () {
    this.timeout(40_000);
    const { window } = workbench();
    await newChat(window);
    await ask(window, 'What does associative mean?');
    await window.chat.getByText('Your own limit for Works is reached').first().waitFor();
    vendor.accepts = [secondKey];
    await window.replaceSettings(settings());
    await answerEnd(window);
    await window.chat.getByText('Works did not accept the API key …aaaa. Your other keys for Works are used for now.').first().waitFor();
    await window.screenshot('key set aside');
    assert.deepEqual(vendor.asked.slice(2), [firstKey, secondKey]);
    const log = workbench().farthingLog();
    for (const key of [firstKey, secondKey]) assert.ok(!log.includes(key), 'no key in the log');
  });
});
