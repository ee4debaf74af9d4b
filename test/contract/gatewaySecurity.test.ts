import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, before, describe, it } from 'mocha';
import { gatewayOn } from '../support/gatewayDoor';

const body = JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'Say the word kumquat.' }] });
const secretText = 'kumquat';

/** Everything that can be said of a request, byte by byte, so that no client library mends what is wrong with it. */
interface Sent {
  readonly method?: string;
  readonly path?: string;
  /** Undefined leaves a usual one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  /** Instead of all that. */
  readonly raw?: (port: number, token: string) => string;
}

interface Row extends Sent {
  readonly name: string;
  readonly status: number;
  /** Part of the answer's text. */
  readonly says?: RegExp;
}

const rows: readonly Row[] = [
  { name: 'a good request', status: 200, says: /Hello/ },
  { name: 'the token as x-api-key', headers: { authorization: undefined, 'x-api-key': 'TOKEN' }, status: 200 },
  { name: 'the token as x-goog-api-key', headers: { authorization: undefined, 'x-goog-api-key': 'TOKEN' }, status: 200 },
  { name: 'localhost as the Host', headers: { host: 'localhost:PORT' }, status: 200 },
  { name: 'a type with a charset', headers: { 'content-type': 'application/json; charset=utf-8' }, status: 200 },
  { name: 'the address without /v1', path: '/chat/completions', status: 200 },
  { name: 'the address with /v1 twice', path: '/v1/v1/chat/completions', status: 200 },
  { name: 'a query', path: '/v1/chat/completions?beta=true', status: 200 },
  { name: 'health without a token', method: 'GET', path: '/health', headers: { authorization: undefined }, body: '', status: 200, says: /"ok"/ },

  { name: 'no token', headers: { authorization: undefined }, status: 401, says: /token of the gateway is needed/ },
  { name: 'an empty token', headers: { authorization: 'Bearer ' }, status: 401 },
  { name: 'a wrong token', headers: { authorization: 'Bearer nobodys-token' }, status: 401, says: /not one of the gateway/ },
  { name: 'a token with a letter more', headers: { authorization: 'Bearer TOKENx' }, status: 401 },
  { name: 'a token as Basic', headers: { authorization: 'Basic TOKEN' }, status: 401 },
  { name: 'a very long token', headers: { authorization: `Bearer ${'a'.repeat(5000)}` }, status: 401 },
  { name: 'a token in the address', path: '/v1/chat/completions?key=TOKEN', status: 401, says: /ends in logs/ },
  { name: 'another name of a token in the address', path: '/v1/models?api_key=TOKEN', method: 'GET', body: '', status: 401 },
  { name: 'no token for the models', method: 'GET', path: '/v1/models', headers: { authorization: undefined }, body: '', status: 401 },
  { name: 'no token for the metrics', method: 'GET', path: '/metrics', headers: { authorization: undefined }, body: '', status: 401 },
  { name: 'no token for an address that is nobody’s', method: 'GET', path: '/nowhere', headers: { authorization: undefined }, body: '', status: 401 },

  { name: 'a Host that a name was pointed from (DNS rebinding)', headers: { host: 'evil.example:PORT' }, status: 403, says: /Host/ },
  { name: 'a Host without a port', headers: { host: '127.0.0.1' }, status: 403 },
  { name: 'a Host with another port', headers: { host: '127.0.0.1:1' }, status: 403 },
  { name: 'a Host that only begins like ours', headers: { host: '127.0.0.1:PORT.evil.example' }, status: 403 },
  { name: 'a Host with a user', headers: { host: 'x@127.0.0.1:PORT' }, status: 403 },
  { name: 'two Hosts', raw: (port, token) => `GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nHost: evil.example\r\nAuthorization: Bearer ${token}\r\n\r\n`, status: 403 },
  { name: 'no Host', raw: (_, token) => `GET /v1/models HTTP/1.1\r\nAuthorization: Bearer ${token}\r\n\r\n`, status: 403 },
  { name: 'no Host in HTTP/1.0', raw: (_, token) => `GET /v1/models HTTP/1.0\r\nAuthorization: Bearer ${token}\r\n\r\n`, status: 403 },
  { name: 'an address of another host', raw: (port, token) => `GET http://evil.example/v1/models HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n\r\n`, status: 400 },

  { name: 'a web page', headers: { origin: 'https://evil.example' }, status: 403, says: /Web pages/ },
  { name: 'a web page from this machine', headers: { origin: 'http://127.0.0.1:PORT' }, status: 403 },
  { name: 'a page of nowhere', headers: { origin: 'null' }, status: 403 },
  { name: 'a page that says so only by Sec-Fetch-Site', headers: { 'sec-fetch-site': 'cross-site' }, status: 403 },
  { name: 'a page that asks for health', method: 'GET', path: '/health', headers: { origin: 'https://evil.example' }, body: '', status: 403 },
  { name: 'a page that asks beforehand', method: 'OPTIONS', headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' }, body: '', status: 403 },
  { name: 'asking beforehand without an Origin', method: 'OPTIONS', body: '', status: 403 },

  { name: 'a form', headers: { 'content-type': 'application/x-www-form-urlencoded' }, status: 415, says: /application\/json/ },
  { name: 'plain text', headers: { 'content-type': 'text/plain' }, status: 415 },
  { name: 'no type', headers: { 'content-type': undefined }, status: 415 },
  { name: 'a compressed body', headers: { 'content-encoding': 'gzip' }, status: 415 },
  { name: 'another method', method: 'PUT', status: 405, says: /takes POST/ },
  { name: 'reading what is to be sent', method: 'GET', body: '', status: 405 },
  { name: 'an address that is nobody’s', path: '/v1/nowhere', status: 404 },
  { name: 'another protocol (WebSocket)', method: 'GET', path: '/v1/responses', headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==', 'sec-websocket-version': '13' }, body: '', status: 405 },
  { name: 'following without proof of the token', method: 'GET', path: '/health', headers: { authorization: undefined, 'x-farthing-challenge': 'a'.repeat(32), 'x-farthing-follow': 'b'.repeat(43) }, body: '', status: 200, says: /^\{"status":"ok"\}$/ },

  { name: 'a body that says to be too large', headers: { 'content-length': '999999999' }, status: 413, says: /MB/ },
  { name: 'a body that is too large without saying so', raw: (port, token) => `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${`10000\r\n${'x'.repeat(0x10000)}\r\n`.repeat(20)}0\r\n\r\n`, status: 413 },
  { name: 'a length and chunks at once (request smuggling)', raw: (port, token) => `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, status: 400 },
  { name: 'no JSON', body: '{"model":', status: 400, says: /not JSON/ },
  { name: 'an empty body', body: '', status: 400 },
  { name: 'JSON that is nested deep', body: '['.repeat(200_000), status: 400, says: /nested/ },
  { name: 'deep JSON that closes', body: `{"model":"auto","messages":[],"x":${'['.repeat(150)}${']'.repeat(150)}}`, status: 400, says: /nested/ },
  { name: 'a few bytes for each of very many objects', body: `{"model":"auto","messages":[],"x":[${'{},'.repeat(300_000)}{}]}`, status: 413, says: /250000 values/ },
  { name: 'commas in a text', body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: ',[{'.repeat(100_000) }] }), status: 200 },
  { name: 'brackets in a text', body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: `\\"${'['.repeat(500)}\\` }] }), status: 200 },
  { name: 'no UTF-8', raw: (port, token) => `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\n"\xff\xfe"`, status: 400, says: /UTF-8/ },

  { name: 'too many headers', headers: Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`x-${index}`, '1'])), status: 431 },
  { name: 'headers that are too large', headers: { 'x-large': 'a'.repeat(20_000) }, status: 431 },
  { name: 'a header in two lines (folding)', raw: (port, token) => `GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nX-A: b\r\n c: d\r\n\r\n`, status: 400 },
  { name: 'a header with a bare line feed', raw: (port, token) => `GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-A: b\rX-B: c\r\nAuthorization: Bearer ${token}\r\n\r\n`, status: 400 },
  { name: 'a very long address', path: `/v1/${'a'.repeat(4000)}`, status: 414 },
  { name: 'no HTTP', raw: () => 'hello\r\n\r\n', status: 400 },

  ...['/v1/../metrics', '/v1/%2e%2e/metrics', '/v1/models/..%2f..%2fmetrics', '//v1/models', '/v1//models', '/v1\\models', '/v1/models/%00', '/v1/models/%5c..%5cx', '/v1/models/a%0d%0aX-B:%20c', '/v1/models/%252e%252e', '/v1/models/%zz', '/v1/models/x#y', '/./v1/models'].map((path): Row => ({
    name: `the path ${path}`,
    method: 'GET',
    path,
    body: '',
    status: 400,
    says: /not plain/,
  })),
  { name: 'the name of a model with a slash', method: 'GET', path: '/v1/models/acme/swift', body: '', status: 200, says: /acme\/swift/ },
  { name: 'the name of a model with an encoded slash', method: 'GET', path: '/v1/models/acme%2Fswift', body: '', status: 200, says: /acme\/swift/ },
];

describe('security of the gateway', () => {
  const room = gatewayOn({ limits: { bodyBytes: 1024 * 1024, lingerMs: 50 } });
  let port = 0;
  before(async () => {
    port = await room.serve();
  });
  after(() => room.gateway.stop());

  for (const row of rows) {
    it(`${row.name}: ${row.status}`, async () => {
      const answer = await send(port, room.token, row);
      assert.equal(answer.status, row.status, answer.text);
      if (row.says) assert.match(answer.text, row.says);
      // No page may read anything, whatever it managed to send.
      assert.doesNotMatch(answer.head, /access-control-/i);
      if (row.status === 401) assert.match(answer.head, /www-authenticate: Bearer/i);
      if (row.status >= 400 && answer.text !== '') assert.equal(typeof JSON.parse(answer.text).error.message, 'string');
      assert.doesNotMatch(answer.text, new RegExp(room.token));
    });
  }

  it('tells the log what was refused, and nothing of what was sent', () => {
    const log = room.logged.join('\n');
    assert.match(log, /refused \(wrongToken, status 401\)/);
    assert.match(log, /refused \(host, status 403\)/);
    for (const secret of [room.token, 'nobodys-token', secretText, 'evil.example', 'Bearer', '/v1/']) assert.ok(!log.includes(secret), `${secret} is in the log:\n${log}`);
  });

  it('tells the log once a minute of each kind', () => {
    assert.equal(room.logged.filter((line) => line.includes('(host,')).length, 1);
  });

  it('asked nobody for what it refused', () => {
    assert.equal(room.asked.length, rows.filter(({ status, method, path = '' }) => status === 200 && method === undefined && !path.includes('models')).length);
  });
});

it('counts what the values of a body take in memory, and gives it back', async () => {
  const room = gatewayOn({ limits: { bodyBytesAtOnce: 200_000, lingerMs: 50 } });
  const port = await room.serve();
  try {
    const many = (count: number): string => `{"model":"auto","messages":[{"role":"user","content":"Hi"}],"x":[${'{},'.repeat(count)}{}]}`;
    for (const [count, status] of [[1000, 200], [5000, 503], [1000, 200]] as const) assert.equal((await send(port, room.token, { body: many(count) })).status, status);
  } finally {
    await room.gateway.stop();
  }
});

/** Sends bytes and reads the one answer. */
async function send(port: number, token: string, { method = 'POST', path = '/v1/chat/completions', headers = {}, body: text = body, raw }: Sent): Promise<{ readonly status: number; readonly head: string; readonly text: string }> {
  const put = (value: string): string => value.replaceAll('PORT', String(port)).replaceAll('TOKEN', token);
  const usual: Record<string, string | undefined> = { host: `127.0.0.1:${port}`, authorization: `Bearer ${token}`, ...(method === 'GET' ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }) };
  const lines = Object.entries({ ...usual, ...headers }).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${put(value)}\r\n`]));
  const socket = connect(port, '127.0.0.1');
  // One that is refused may be cut while it still sends.
  socket.on('error', () => undefined);
  socket.write(raw ? Buffer.from(raw(port, token), 'latin1') : `${method} ${put(path)} HTTP/1.1\r\n${lines.join('')}\r\n${text}`);
  return readAnswer(socket);
}

async function readAnswer(socket: Socket): Promise<{ readonly status: number; readonly head: string; readonly text: string }> {
  let received = '';
  socket.setEncoding('utf8');
  for await (const [chunk] of chunksOf(socket)) {
    received += chunk;
    const end = received.indexOf('\r\n\r\n');
    if (end === -1) continue;
    const head = received.slice(0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const text = received.slice(end + 4);
    if (Buffer.byteLength(text) >= length) {
      socket.destroy();
      return { status: Number(head.slice(9, 12)), head, text };
    }
  }
  throw new Error(`no whole answer: ${received}`);
}

async function* chunksOf(socket: Socket): AsyncGenerator<[string]> {
  const closed = once(socket, 'close');
  for (;;) {
    const next = await Promise.race([once(socket, 'data'), closed.then(() => undefined)]);
    if (next === undefined) return;
    yield [String(next[0])];
  }
}
