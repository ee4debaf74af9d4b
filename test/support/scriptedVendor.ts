import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';

const question = z.object({ messages: z.array(z.object({ role: z.string(), content: z.string() })) });

/** A vendor on this machine with one model, which says what it is told to and remembers what it was asked. */
export class ScriptedVendor {
  /** The whole prompts but those for titles, the newest last. */
  readonly asked: string[] = [];
  /** What it says next; without one left, the last one. */
  readonly answers: string[] = ['Here it is.'];
  /** Called when a question has come; the answer begins when what it returns resolves, after its first word. */
  pause: () => Promise<void> = async () => undefined;
  readonly #server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part)).on('end', () => void this.#answer(request.url ?? '', Buffer.concat(parts).toString(), response));
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

  /** The settings with which Farthing asks it, and nobody else. */
  get settings(): Readonly<Record<'providers.custom' | 'prices' | 'models.pinned', unknown>> {
    const { port } = z.custom<AddressInfo>((address) => typeof address === 'object').parse(this.#server.address());
    return {
      'providers.custom': [{ id: 'scripted', name: 'Scripted', baseUrl: `http://127.0.0.1:${port}/v1`, auth: 'none', models: ['scripted-1'] }],
      prices: { 'scripted/scripted-1': { input: 1, output: 2 } },
      'models.pinned': 'scripted/scripted-1',
    };
  }

  async #answer(url: string, body: string, response: ServerResponse): Promise<void> {
    if (!url.endsWith('/chat/completions')) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: [{ id: 'scripted-1' }] }));
      return;
    }
    const prompt = question.parse(JSON.parse(body)).messages.map(({ content }) => content).join('\n\n');
    const isTitle = prompt.startsWith('Write a short title');
    if (!isTitle) this.asked.push(prompt);
    const answer = isTitle ? 'A title' : ((this.answers.length > 1 ? this.answers.shift() : this.answers[0]) ?? '');
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const chunk = (value: object) => response.write(`data: ${JSON.stringify({ id: '1', ...value })}\n\n`);
    const [first = '', ...rest] = answer.split(/(?<=\n)/);
    chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: first } }] });
    if (!isTitle) await this.pause();
    if (rest.length > 0) chunk({ choices: [{ index: 0, delta: { content: rest.join('') } }] });
    chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
    chunk({ choices: [], usage: { prompt_tokens: 200, completion_tokens: 20, total_tokens: 220 } });
    response.end('data: [DONE]\n\n');
  }
}
