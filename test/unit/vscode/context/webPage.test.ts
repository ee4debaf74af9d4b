import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { after, before, describe, it } from 'mocha';
import { publicOnly, readWebPage } from '../../../../src/vscode/context/webPage';

type Reply = (request: http.IncomingMessage, response: http.ServerResponse) => void;

const page = (type: string, body: string | Buffer, more: http.OutgoingHttpHeaders = {}): Reply => (_request, response) => void response.writeHead(200, { 'content-type': type, ...more }).end(body);
const leadTo = (location: string): Reply => (_request, response) => void response.writeHead(302, { location }).end();

const asked: http.IncomingMessage[] = [];
const replies: Readonly<Record<string, Reply>> = {
  '/html': page('text/html; charset=utf-8', '<title>T</title><p>Grüße</p>', { 'set-cookie': 'a=b' }),
  '/latin': page('text/html', Buffer.from('<meta charset="iso-8859-1"><p>Gr\xfc\xdfe</p>', 'latin1')),
  '/json': page('application/json', '{"a":1}'),
  '/packed': page('text/plain', gzipSync('packed'), { 'content-encoding': 'gzip' }),
  '/bomb': page('text/plain', gzipSync('a'.repeat(20_000_000)), { 'content-encoding': 'gzip' }),
  '/binary': page('application/octet-stream', 'x'),
  '/empty': page('text/html', '<script>x</script>'),
  '/broken': page('text/plain', 'no gzip', { 'content-encoding': 'gzip' }),
  '/led': leadTo('/html'),
  '/round': leadTo('/round'),
  '/file': leadTo('file:///etc/passwd'),
  '/other': leadTo('http://localhost.example.invalid:1/x'),
  '/gone': (_request, response) => void response.writeHead(404).end('no'),
  '/slow': () => undefined,
};

describe('readWebPage', () => {
  const server = http.createServer((request, response) => {
    asked.push(request);
    (replies[request.url ?? ''] ?? page('text/plain', ''))(request, response);
  });
  let base = '';

  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // Its address is of this machine, so that reading it is what a person has said yes to twice.
    const address: string | AddressInfo | null = server.address();
    base = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const yes = { mayAsk: async () => true, signal: new AbortController().signal };

  const rows: readonly (readonly [path: string, expected: Readonly<Record<string, unknown>>])[] = [
    ['/html', { ok: true, title: 'T', text: 'Grüße', isCut: false }],
    ['/latin', { ok: true, text: 'Grüße' }],
    ['/json', { ok: true, text: '{"a":1}' }],
    ['/packed', { ok: true, text: 'packed' }],
    ['/binary', { ok: false, why: 'noText', detail: 'application/octet-stream' }],
    ['/empty', { ok: false, why: 'noText' }],
    ['/gone', { ok: false, why: 'failed', detail: 'HTTP 404' }],
    ['/broken', { ok: false, why: 'failed' }],
    ['/led', { ok: true, title: 'T' }],
    ['/round', { ok: false, why: 'tooManyRedirects' }],
    ['/file', { ok: false, why: 'notTheWeb' }],
  ];
  for (const [path, expected] of rows) {
    it(path, async () => {
      const read: Readonly<Record<string, unknown>> = { ...(await readWebPage(`${base}${path}`, yes)) };
      for (const [field, value] of Object.entries(expected)) assert.deepEqual(read[field], value, field);
    });
  }

  it('sends no cookie, no language and nothing of the person', async () => {
    asked.length = 0;
    await readWebPage(`${base}/led`, yes);
    assert.deepEqual(asked.map(({ headers }) => Object.keys(headers).toSorted()), [1, 2].map(() => ['accept', 'accept-encoding', 'connection', 'host', 'user-agent']));
  });

  it('reads a bomb only up to its bound', async () => {
    const read = await readWebPage(`${base}/bomb`, yes);
    assert.deepEqual(read.ok && { length: read.text.length, isCut: read.isCut }, { length: 100_000, isCut: true });
  });

  it('asks before each host, says where it is led from, and asks for nothing after a no', async () => {
    asked.length = 0;
    const hosts: string[] = [];
    const read = await readWebPage(`${base}/other`, { ...yes, mayAsk: async ({ host, from, isPrivate }) => hosts.push(`${from ?? ''}>${host} ${isPrivate}`) < 2 });
    assert.deepEqual(read, { ok: false, why: 'declined' });
    assert.deepEqual(hosts, [`>${new URL(base).host} true`, `${new URL(base).host}>localhost.example.invalid:1 false`]);
    assert.equal(asked.length, 1);
    assert.deepEqual(await readWebPage(`${base}/html`, { ...yes, mayAsk: async () => false }), { ok: false, why: 'declined' });
    assert.equal(asked.length, 1);
  });

  it('a name that leads to this machine is not connected to, whatever it looks like', async () => {
    const found = await new Promise((resolve) => {
      publicOnly('localhost', { all: true }, (error) => resolve(error));
    });
    assert.ok(found instanceof Error);
  });

  it('ends when the person has enough, and when it takes too long', async () => {
    const cancel = new AbortController();
    const reading = readWebPage(`${base}/slow`, { ...yes, signal: cancel.signal, mayAsk: async () => true });
    await once(server, 'request');
    cancel.abort();
    assert.deepEqual(await reading, { ok: false, why: 'cancelled' });
    assert.deepEqual(await readWebPage(`${base}/slow`, { ...yes, withinMs: 20 }), { ok: false, why: 'failed', detail: 'it did not answer in time' });
  });
});
