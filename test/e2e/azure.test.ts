import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { answerEnd, ask, booksOnDisk } from '../support/asking';
import { messageItem, reasoningItem, responseCreated, responseEnd, responsesUsage } from '../support/responsesStream';
import { useWorkbench } from '../support/workbench';

const key = '0123456789abcdef0123456789abcdef';

/** A stand-in for a resource with its v1 interface: it knows one key, and one deployment in the Responses protocol. */
function resource(request: IncomingMessage, response: ServerResponse): void {
  const json = (status: number, value: object) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  if (request.headers['api-key'] !== key) json(401, { error: { code: '401', message: 'Access denied due to invalid subscription key or wrong API endpoint.' } });
  else if (request.url === '/openai/v1/models') json(200, { data: [] });
  else if (request.url !== '/openai/v1/responses') json(404, { error: { code: '404', message: 'Resource not found' } });
  else {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(responseCreated() + reasoningItem([['A greeting.']]) + messageItem(['Hello from ', 'a deployment.'], 1) + responseEnd('completed', { usage: responsesUsage({ input: 1000, output: 500, reasoning: 400 }) }));
  }
}

describe('an Azure OpenAI resource', () => {
  const server = createServer((request, response) => {
    request.resume().once('end', () => resource(request, response));
  });
  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  // After the server, because the settings name its port.
  const workbench = useWorkbench(() => ({
    settings: { 'farthing.providers.azure': [{ id: 'work', name: 'Work', endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, deployments: { 'team-small': 'gpt-5-mini' } }] },
  }));

  it('takes its key by Set API Key, answers, and is billed by the model behind the deployment', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.waitForFarthing();
    await window.command('Farthing: Set API Key');
    await window.fillQuickInput('Work');
    await window.quickInput.locator('input[type="password"]').waitFor();
    await window.fillQuickInput(key);
    await (await window.openChat()).getByText('Try one of these').waitFor();
    await ask(window, 'Say hello.');
    const answer = await answerEnd(window);
    await answer.getByText('Hello from a deployment.').waitFor();
    await window.screenshot('azure');
    const [call] = booksOnDisk(workbench()).calls;
    // 0.25 and 2 USD per million.
    assert.deepEqual([call?.arm, call?.input_tokens, call?.output_tokens, call?.amount], ['work/team-small#low', 1000, 500, 1_250_000]);
    assert.ok(!workbench().farthingLog().includes(key), 'no key in the log');
  });
});
