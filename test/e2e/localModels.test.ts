import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { answerEnd, ask, booksOnDisk, lastAnswer, newChat } from '../support/asking';
import { useWorkbench } from '../support/workbench';

/** Ollama as its docs/api.md describes it, with a model that is pulled in steps that the test allows. */
class OllamaStandIn {
  readonly models: string[] = [];
  /** Ends the pull that waits at a percentage of its bytes. */
  goOn: () => void = () => undefined;
  pulls = 0;
  hungUp = 0;
  readonly server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (data) => (body += String(data)));
    request.on('end', () => {
      const json = (value: object) => response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
      const line = (value: object) => response.write(`${JSON.stringify(value)}\n`);
      if (request.url === '/api/tags') json({ models: this.models.map((name) => ({ name, model: name, details: { parameter_size: '8.2B' } })) });
      else if (request.url === '/api/show') json({ capabilities: ['completion', 'tools'], model_info: { 'general.architecture': 'qwen3', 'qwen3.context_length': 40960 } });
      else if (request.url === '/api/pull') {
        this.pulls += 1;
        response.once('close', () => {
          if (!response.writableEnded) this.hungUp += 1;
        });
        const { model } = JSON.parse(body);
        line({ status: 'pulling manifest' });
        if (model === 'nothing:1b') {
          response.end(`${JSON.stringify({ error: 'pull model manifest: file does not exist' })}\n`);
          return;
        }
        for (let percent = 0; percent <= this.pulls * 40; percent += 20) line({ status: 'pulling a3de86cd1c13', digest: 'sha256:a3de86cd1c13', total: 5_200_000_000, completed: percent * 52_000_000 });
        this.goOn = () => {
          this.models.push(model);
          response.end(`${JSON.stringify({ status: 'success' })}\n`);
        };
      } else if (request.url === '/api/chat') {
        line({ model: 'qwen3:8b', message: { role: 'assistant', content: 'Answered on this machine.' }, done: false });
        response.end(`${JSON.stringify({ model: 'qwen3:8b', message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 20, eval_count: 5 })}\n`);
      } else response.writeHead(404).end();
    });
  });
}

/** A server as LM Studio runs one. */
const lmStudio = createServer((request, response) => {
  if (request.url === '/v1/models') response.setHeader('content-type', 'application/json').end(JSON.stringify({ object: 'list', data: [{ id: 'some-local-model', object: 'model', owned_by: 'organization_owner' }] }));
  else response.writeHead(404).end();
});

/** Their usual ports: an Ollama or LM Studio of one's own has to be ended before. */
async function listenAt(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

/** Of more than three notifications within 800 ms the editor shows three. A person does not come near it. */
const betweenNotificationsMs = 900;

describe('models on this machine', () => {
  const ollama = new OllamaStandIn();
  before(() => Promise.all([listenAt(ollama.server, 11434), listenAt(lmStudio, 1234)]));
  after(() => {
    for (const server of [ollama.server, lmStudio]) {
      server.closeAllConnections();
      server.close();
    }
  });
  const workbench = useWorkbench();

  it('are found at their usual ports when the person asks', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.waitForFarthing();
    await window.command('Farthing: Find Models on This Machine');
    await window.quickRow('LM Studio').waitFor();
    await window.screenshot('local servers');
    assert.match(await window.quickInput.innerText(), /Ollama[\s\S]*LM Studio[\s\S]*1 model[\s\S]*some-local-model/);
    await window.page.keyboard.press('Enter');
    await window.toast('Ollama, LM Studio can be asked').waitFor();
  });

  it('are pulled with progress, stopped, and gone on with', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.page.waitForTimeout(betweenNotificationsMs);
    await window.command('Farthing: Pull a Model with Ollama');
    await window.fillQuickInput('qwen3:8b');
    const progress = window.toast('Pulling qwen3:8b');
    await progress.filter({ hasText: '2.08 of 5.20 GB (40 %)' }).waitFor();
    await window.screenshot('pulling a model');
    await progress.getByRole('button', { name: 'Cancel' }).click();
    await window.toast('qwen3:8b was stopped. What was loaded is kept').waitFor();
    await window.waitUntil(() => ollama.hungUp === 1, 'the connection to be closed');

    await window.page.waitForTimeout(betweenNotificationsMs);
    await window.toast('was stopped').getByRole('button', { name: 'Try Again' }).click();
    await window.fillQuickInput('qwen3:8b');
    await progress.filter({ hasText: '(80 %)' }).waitFor();
    await window.page.waitForTimeout(betweenNotificationsMs);
    ollama.goOn();
    await window.toast('qwen3:8b is on this machine').getByRole('button', { name: 'Pin it' }).click();
  });

  it('are asked for nothing, and the books know it', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await newChat(window);
    // It was pinned a moment ago.
    await window.chat.locator('textarea').fill('hello');
    await window.chat.locator('#composer-line').filter({ hasText: 'Qwen3 8B at Ollama' }).waitFor();
    await ask(window, 'hello');
    await answerEnd(window);
    assert.match(await lastAnswer(window.chat).innerText(), /Answered on this machine\./);
    assert.partialDeepStrictEqual(booksOnDisk(workbench()).calls.at(-1), { arm: 'ollama/qwen3:8b', outcome: 'complete' });
    await window.screenshot('answered by ollama');
  });

  it('are not there under every name', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.command('Farthing: Pull a Model with Ollama');
    await window.fillQuickInput('nothing:1b');
    await window.toast('The library of Ollama has no model called nothing:1b').waitFor();
  });
});
