import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerEnd, ask, assertBalanced, booksOnDisk, newChat } from '../support/asking';
import { useWorkbench } from '../support/workbench';

type Mood = 'well' | 'pause' | 'down' | 'limited';

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
      const failure = { well: undefined, pause: { status: 429, wait: '2' }, down: { status: 503, wait: undefined }, limited: { status: 429, wait: '3600' } }[this.mood];
      if (failure) {
        if (this.mood === 'pause') this.mood = 'well';
        response.writeHead(failure.status, { 'content-type': 'application/json', ...(failure.wait === undefined ? {} : { 'retry-after': failure.wait }) });
        response.end(JSON.stringify({ error: { message: 'not now', type: 'server_error' } }));
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const chunk = (delta: unknown, more: unknown = {}): string => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: null, ...(more as object) }] })}\n\n`;
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

describe('two hosts of one model', () => {
  const alpha = new Host('Alpha');
  const beta = new Host('Beta');
  const hosts = [alpha, beta];
  before(() => Promise.all(hosts.map((host) => host.open())));
  const model = 'gpt-4o-mini';
  const workbench = useWorkbench(() => ({
    settings: {
      'farthing.providers.custom': hosts.map(({ name, baseUrl }) => ({ id: name.toLowerCase(), name, baseUrl, auth: 'none', models: [model] })),
      'farthing.prices': { [`alpha/${model}`]: { input: 0.1, output: 0.4 }, [`beta/${model}`]: { input: 0.2, output: 0.8 } },
    },
  }));
  after(() => Promise.all(hosts.map((host) => host.close())));

  it('waits a moment for the cheaper one, and says so', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await newChat(window);
    alpha.mood = 'pause';
    await ask(window, 'hello');
    await window.chat.getByText(/Alpha asked for a pause; trying again in \d s/).first().waitFor();
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

  it('leaves alone who asked for a long pause, also after a reload, and says why', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    alpha.mood = 'limited';
    await ask(window, 'once more');
    assert.match(await (await answerEnd(window)).innerText(), /Alpha asked for a pause, so the same model was asked at Beta\./);
    const before = alpha.requests;
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
