import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { formatUsd, nano } from '../../src/core/model/money';
import { answerEnd, ask, assertBalanced, booksOnDisk, databaseFile, newChat } from '../support/asking';
import { useWorkbench, type Workbench } from '../support/workbench';

type Mood = 'well' | 'pause' | 'down' | 'limited' | 'cut';

/** A host of one model that does as it is told. */
class Host {
  mood: Mood = 'well';
  requests = 0;
  readonly #server: Server;

  constructor(readonly name: string) {
    this.#server = createServer((request, response) => {
      request.resume();
      if (!request.url?.endsWith('/chat/completions')) {
        response.writeHead(404).end();
        return;
      }
      this.requests += 1;
      const failure = { well: undefined, cut: undefined, pause: { status: 429, wait: '2' }, down: { status: 503, wait: undefined }, limited: { status: 429, wait: '3600' } }[this.mood];
      if (failure) {
        if (this.mood === 'pause') this.mood = 'well';
        response.writeHead(failure.status, { 'content-type': 'application/json', ...(failure.wait === undefined ? {} : { 'retry-after': failure.wait }) });
        response.end(JSON.stringify({ error: { message: 'not now', type: 'server_error' } }));
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const chunk = (delta: unknown, more: unknown = {}): string => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: null, ...(more as object) }] })}\n\n`;
      if (this.mood === 'cut') {
        response.end(chunk({ reasoning_content: 'Let me think about that for a while.' }));
        return;
      }
      response.write(chunk({ content: `An answer from ${this.name}.` }));
      response.write(chunk({}, { finish_reason: 'stop' }));
      response.end(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [], usage: { prompt_tokens: 20, completion_tokens: 5 } })}\n\ndata: [DONE]\n\n`);
    });
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** When whoever rests is asked again, epoch milliseconds. It is written down a moment after it is shown. */
function restsUntil(workbench: Workbench): number | undefined {
  const database = new DatabaseSync(databaseFile(workbench), { readOnly: true });
  try {
    const rows = database.prepare('SELECT until FROM health WHERE until IS NOT NULL').all();
    return rows.length === 0 ? undefined : Math.max(...rows.map((row) => Number(row['until'])));
  } finally {
    database.close();
  }
}

describe('two hosts of one model', () => {
  const alpha = new Host('Alpha');
  const beta = new Host('Beta');
  const hosts = [alpha, beta];
  before(() => Promise.all(hosts.map((host) => host.open())));
  const model = 'gpt-4o-mini';
  const workbench = useWorkbench(() => ({
    settings: {
      'farthing.providers.custom': hosts.map(({ name, baseUrl }) => ({ id: name.toLowerCase(), name, baseUrl, auth: 'none', models: [model] })),
      'farthing.prices': { [`alpha/${model}`]: { input: 100, output: 400 }, [`beta/${model}`]: { input: 200, output: 800 } },
      'farthing.budget.day': 20,
    },
  }));
  after(() => Promise.all(hosts.map((host) => host.close())));

  it('waits a moment for the cheaper one, and says so', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await newChat(window);
    alpha.mood = 'pause';
    // It stands there for two seconds.
    await Promise.all([window.chat.getByText(/Alpha asked for a pause; trying again in \d s/).first().waitFor(), ask(window, 'hello')]);
    await window.screenshot('waiting');
    const answer = await answerEnd(window);
    assert.match(await answer.innerText(), /An answer from Alpha/);
    assert.deepEqual([alpha.requests, beta.requests], [2, 0]);
  });

  it('goes to the other when the cheaper one is down, and says so', async () => {
    const { window } = workbench();
    alpha.mood = 'down';
    await ask(window, 'and now?');
    const answer = await answerEnd(window);
    const text = await answer.innerText();
    assert.match(text, /Alpha had a problem, so the same model was asked at Beta\./);
    assert.match(text, /An answer from Beta/);
    assert.deepEqual([alpha.requests, beta.requests], [5, 1]);
    await window.screenshot('same model elsewhere');
  });

  it('leaves it alone when it stays down, shows so, and goes back to it when it is back', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await ask(window, 'and now again?');
    assert.match(await (await answerEnd(window)).innerText(), /An answer from Beta/);
    const failed = alpha.requests;
    await window.command('Farthing: Show Providers');
    await window.page.getByRole('treeitem', { name: /^Alpha, down until \d/ }).waitFor();
    await window.page.getByRole('treeitem', { name: /^Beta, answers/ }).waitFor();
    await window.screenshot('one host down');

    alpha.mood = 'well';
    await window.waitUntil(() => Date.now() > (restsUntil(workbench()) ?? Infinity), 'the rest to be over');
    await ask(window, 'is it back?');
    assert.match(await (await answerEnd(window)).innerText(), /An answer from Alpha/);
    assert.equal(alpha.requests, failed + 1);
    await window.page.getByRole('treeitem', { name: /^Alpha, answers/ }).waitFor();
  });

  it('counts what the failed tries cost as well', async () => {
    const { window } = workbench();
    const before = booksOnDisk(workbench());
    alpha.mood = 'cut';
    await ask(window, 'what does it cost?');
    const text = await (await answerEnd(window)).innerText();
    assert.match(text, /Alpha ended before it began, so the same model was asked at Beta\./);
    assert.match(text, /An answer from Beta/);
    const books = booksOnDisk(workbench());
    const tries = books.calls.slice(before.calls.length);
    assert.deepEqual(tries.map(({ arm, outcome }) => [arm.split('/')[0], outcome]), [['alpha', 'truncated'], ['alpha', 'truncated'], ['alpha', 'truncated'], ['beta', 'complete']]);
    assert.ok(tries.every(({ amount }) => (amount ?? 0) > 0), 'each cost something');
    const meter = await window.waitForFarthing();
    await window.waitUntil(async () => (await meter.innerHTML()).includes(`: ${formatUsd(nano(books.spent))} of $20.00"`), `the meter to say ${formatUsd(nano(books.spent))}`);
    await window.screenshot('both counted');
  });

  it('leaves alone who asked for a long pause, also after a reload, and says why', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    alpha.mood = 'limited';
    await ask(window, 'once more');
    assert.match(await (await answerEnd(window)).innerText(), /Alpha asked for a pause, so the same model was asked at Beta\./);
    const before = alpha.requests;
    await window.page.getByRole('treeitem', { name: /^Alpha, rate limited until \d/ }).waitFor();
    await window.screenshot('one host limited');
    await window.waitUntil(() => (restsUntil(workbench()) ?? 0) > Date.now(), 'the pause to be written down');
    await window.reload();
    await newChat(window);
    await ask(window, 'after the reload');
    const answer = await answerEnd(window);
    assert.match(await answer.innerText(), /An answer from Beta/);
    assert.equal(alpha.requests, before, 'it was not even tried');
    await answer.getByRole('button', { name: 'Why this model' }).click();
    await answer.getByText('Alpha asked for a pause, so the same model is asked at Beta').waitFor();
    await window.screenshot('why this host');
    const books = booksOnDisk(workbench());
    assertBalanced(books);
    assert.equal(books.calls.length, alpha.requests + beta.requests, 'a row for each try');
  });
});
