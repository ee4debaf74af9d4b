import http from 'node:http';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

/** Pieces of text in every answer. */
export const answerPieces = 50;

export interface AnswerServer {
  readonly baseUrl: string;
  stop(): Promise<void>;
}

/**
 * A server on loopback that speaks the OpenAI wire and answers everything with the same text, without delay: as a stream
 * where it is asked for one, else whole. A question of the word "wait" gets one piece of it and nothing more. In a thread of
 * its own, so that its work is not counted as the client's.
 */
export function startAnswerServer(): Promise<AnswerServer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { execArgv: [] });
    worker.once('error', reject);
    worker.once('message', (port: number) => {
      resolve({ baseUrl: `http://127.0.0.1:${port}/v1`, stop: async () => void (await worker.terminate()) });
    });
  });
}

function event(value: object): string {
  return `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_790_000_000, model: 'bench', ...value })}\n\n`;
}

const pieces: readonly string[] = [
  event({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] }),
  ...Array.from({ length: answerPieces }, (_, index) => event({ choices: [{ index: 0, delta: { content: ` word${index}` }, finish_reason: null }] })),
  event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
  event({ choices: [], usage: { prompt_tokens: 50, completion_tokens: answerPieces, total_tokens: 50 + answerPieces } }),
  'data: [DONE]\n\n',
];

const whole = JSON.stringify({
  ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 1_790_000_000, model: 'bench' },
  choices: [{ index: 0, message: { role: 'assistant', content: Array.from({ length: answerPieces }, (_, index) => ` word${index}`).join('') }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 50, completion_tokens: answerPieces, total_tokens: 50 + answerPieces },
});

function answer(request: http.IncomingMessage, response: http.ServerResponse): void {
  if (request.method !== 'POST') {
    request.resume();
    response.writeHead(404).end();
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    if (!body.includes('"stream":true')) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(whole);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (body.includes('"wait"')) {
      response.write(`${pieces[0]}${pieces[1]}`);
      return;
    }
    let sent = 0;
    // A turn of the loop each, so that they leave as packets of their own, as from a model.
    const next = (): void => {
      const piece = pieces[sent++];
      if (piece === undefined) {
        response.end();
        return;
      }
      response.write(piece);
      setImmediate(next);
    };
    next();
  });
}

if (!isMainThread && parentPort) {
  const port = parentPort;
  const server = http.createServer(answer);
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    port.postMessage(address !== null && typeof address === 'object' ? address.port : 0);
  });
}
