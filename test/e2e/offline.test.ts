import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerEnd, ask, lastAnswer, newChat } from '../support/asking';
import { useWorkbench } from '../support/workbench';

/** A server that speaks OpenAI chat completions and answers everything with one sentence. */
function answering(text: string, model: string): Server {
  return createServer((request, response) => {
    request.resume().on('end', () => {
      if (request.url?.endsWith('/models')) response.setHeader('content-type', 'application/json').end(JSON.stringify({ object: 'list', data: [{ id: model, object: 'model' }] }));
      else {
        response.setHeader('content-type', 'text/event-stream');
        response.write(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: text }, finish_reason: 'stop' }], usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } })}\n\n`);
        response.end('data: [DONE]\n\n');
      }
    });
  });
}

/**
 * Somewhere else is a name that never exists (RFC 6761), which is how a machine without a network sees every name.
 */
describe('without a network', () => {
  const here = answering('Answered on this machine.', 'small-local');
  let port = 0;
  before(async () => {
    here.listen(0, '127.0.0.1');
    await once(here, 'listening');
    port = (here.address() as AddressInfo).port;
  });
  after(() => here.closeAllConnections() ?? here.close());
  const workbench = useWorkbench(() => ({
    settings: {
      'farthing.providers.custom': [
        { id: 'far', name: 'Far Away', baseUrl: 'https://nobody.invalid/v1', auth: 'none', models: ['large-far'] },
        { id: 'here', name: 'This Machine', baseUrl: `http://127.0.0.1:${port}/v1`, auth: 'none', free: true },
      ],
      'farthing.prices': { 'far/large-far': { input: 1, output: 2 } },
      'farthing.models.pinned': 'far/large-far',
    },
  }));

  it('it is said above the conversation, and the question can wait', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await newChat(window);
    await ask(window, 'hello from the train');
    await answerEnd(window);
    const banner = window.chat.locator('aside.notice', { hasText: 'Nobody can be reached since' });
    await banner.waitFor();
    await window.screenshot('offline');
    await lastAnswer(window.chat).getByRole('button', { name: 'Ask when back' }).click();
    await banner.filter({ hasText: '1 question waits.' }).waitFor();
    await window.screenshot('offline waiting');
  });

  it('a model on this machine takes over when the person lets it', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.chat.getByRole('button', { name: 'Use models on this machine' }).click();
    const banner = window.chat.locator('aside.notice', { hasText: 'Models on this machine answer meanwhile.' });
    await banner.waitFor();
    await newChat(window);
    await ask(window, 'hello again');
    await answerEnd(window);
    assert.match(await lastAnswer(window.chat).innerText(), /Answered on this machine\./);
    await lastAnswer(window.chat).getByText('Why this model').click();
    assert.match(await lastAnswer(window.chat).locator('.why').innerText(), /only models on this machine are asked/);
    await window.screenshot('offline taken over');
  });

  it('what waits is kept by a reload of the window, and asked when the network is back', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.reload();
    await window.waitForFarthing();
    await window.openChat();
    await window.chat.locator('aside.notice', { hasText: '1 question could not be sent and waits.' }).waitFor();
    await window.screenshot('back with a question');
    await window.replaceSettings({
      'farthing.providers.custom': [{ id: 'here', name: 'This Machine', baseUrl: `http://127.0.0.1:${port}/v1`, auth: 'none', free: true }],
    });
    await window.chat.getByRole('button', { name: 'Ask now' }).click();
    await window.chat.locator('aside.notice').waitFor({ state: 'detached' });
    await window.chat.getByRole('button', { name: 'Chats' }).click();
    await window.chat.locator('.thread-title').filter({ hasText: 'hello from the train' }).click();
    // The conversation that was open has such an answer as well.
    await window.chat.locator('article.question').filter({ hasText: 'hello from the train' }).waitFor();
    await lastAnswer(window.chat).filter({ hasText: 'Answered on this machine.' }).waitFor();
  });
});
