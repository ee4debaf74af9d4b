import { createServer, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A program on this machine that is told something: a real socket, which answers as it is told and keeps what came. */
export async function startReceiver(statuses: readonly number[] = []) {
  const received: Received[] = [];
  const waiting: (() => void)[] = [];
  const left = [...statuses];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text: string) => (body += text));
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body });
      const status = left.shift() ?? 200;
      response.writeHead(status, status === 302 ? { location: `${url}/elsewhere` } : {}).end('{"ignored": true}');
      for (const tell of waiting.splice(0)) tell();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  return {
    url,
    received,
    /** Once so many requests have come. */
    has: async (count: number): Promise<void> => {
      while (received.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    stop: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
