import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Downloaded, mostPluginBytes } from '../../../src/core/ports/pluginFiles';
import { foreignReaders } from '../../../src/core/providers/foreignReaders';
import { Plugins } from '../../../src/core/providers/plugins';
import { pluginFiles } from '../../../src/node/pluginFiles';
import { systemClock } from '../../../src/node/systemClock';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const never = new AbortController().signal;

describe('pluginFiles', () => {
  let top = '';
  let folder = '';
  beforeEach(() => {
    top = mkdtempSync(path.join(tmpdir(), 'farthing-plugins-'));
    folder = path.join(top, 'plugins');
  });
  afterEach(() => rmSync(top, { recursive: true, force: true }));

  const files = () => pluginFiles({ folder, log });

  it('reads nothing where there is no folder, and makes none', async () => {
    assert.deepEqual(await files().read(), []);
    assert.equal(existsSync(folder), false);
  });

  it('reads the JSON files of the folder and nothing else, by name', async () => {
    mkdirSync(path.join(folder, 'folder.json'), { recursive: true });
    for (const [name, text] of [['b.json', 'b'], ['a.json', 'a'], ['.hidden.json', 'x'], ['notes.txt', 'x'], ['c.json.123-abc.new', 'x'], ['large.json', 'x'.repeat(mostPluginBytes + 1)]] as const) writeFileSync(path.join(folder, name), text);
    symlinkSync('/nowhere', path.join(folder, 'broken.json'));
    assert.deepEqual(await files().read(), [{ name: 'a.json', text: 'a' }, { name: 'b.json', text: 'b' }, { name: 'large.json', text: undefined }]);
  });

  it('writes into the folder only, and leaves no draft', async () => {
    await files().write('a.json', 'text');
    await files().write('a.json', 'newer');
    assert.deepEqual([readdirSync(folder), readFileSync(path.join(folder, 'a.json'), 'utf8')], [['a.json'], 'newer']);
    for (const name of ['../a.json', 'a/b.json', '..', 'a.txt', '.a.json', '']) await assert.rejects(files().write(name, 'x'), /not the name/, name);
    for (const name of ['../a.json', 'a\\b.json']) assert.throws(() => files().remove(name), /not the name/);
    assert.deepEqual(readdirSync(top), ['plugins']);
    await files().remove('a.json');
    await files().remove('a.json');
    assert.deepEqual(readdirSync(folder), []);
  });

  describe('followed by the plug-ins of an app', () => {
    const text = (name: string) => JSON.stringify({ farthing: 1, id: 'acme', name, wire: 'openaiChat', baseUrl: 'https://api.acme.example/v1', auth: 'bearer' });
    let plugins: Plugins;
    beforeEach(async () => {
      plugins = new Plugins({ files: files(), readers: () => foreignReaders, log, clock: systemClock, others: () => [], texts: { read: async () => undefined, write: async () => undefined } });
      await plugins.opened();
    });
    afterEach(() => plugins.close());

    const names = () => plugins.inForce().map(({ definition }) => definition.name);
    /** Does something to the folder and waits until the plug-ins have changed by it. */
    const after = (act: () => void) =>
      new Promise<void>((resolve) => {
        const stop = plugins.onChange(() => {
          stop();
          resolve();
        });
        act();
      });

    it('a file is in force when it is written, changed when it is changed, gone when it is removed', async () => {
      const file = path.join(folder, 'a.json');
      await after(() => writeFileSync(file, text('One')));
      assert.deepEqual(names(), ['One']);
      await after(() => writeFileSync(file, text('Two')));
      assert.deepEqual(names(), ['Two']);
      await after(() => rmSync(file));
      assert.deepEqual(names(), []);
    });

    it('a file that is written in two steps is never a bad one', async () => {
      const seen: number[] = [];
      plugins.onChange(() => seen.push(plugins.bad().length));
      await after(() => {
        writeFileSync(path.join(folder, 'a.json'), text('One').slice(0, 30));
        // A moment later than the folder is quiet, and before a half is taken for a whole.
        setTimeout(() => writeFileSync(path.join(folder, 'a.json'), text('One')), 300);
      });
      assert.deepEqual([names(), seen], [['One'], [0]]);
    });

    it('a folder that is removed is made again, and followed', async () => {
      await after(() => writeFileSync(path.join(folder, 'a.json'), text('One')));
      await after(() => rmSync(folder, { recursive: true }));
      assert.deepEqual(names(), []);
      await after(() => writeFileSync(path.join(folder, 'a.json'), text('Two')));
      assert.deepEqual(names(), ['Two']);
    });
  });

  describe('download', () => {
    let server: Server;
    let answer: RequestListener = (_request, response) => response.end();
    let requests: string[] = [];
    before(async () => {
      server = createServer((request, response) => {
        requests.push(`${request.url} ${request.headers.cookie ?? ''}${request.headers.authorization ?? ''}`);
        answer(request, response);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    after(() => new Promise((resolve) => server.close(resolve)));
    beforeEach(() => (requests = []));

    const here = (at = '/a') => `http://127.0.0.1:${(server.address() as AddressInfo).port}${at}`;
    const reasonOf = (read: Downloaded | undefined) => (read === undefined || read.ok ? '' : read.reason);
    const download = (address = here(), signal = never) => files().download(address, signal);

    it('takes a text whatever its type is said to be', async () => {
      answer = (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('{"a":1}');
      assert.deepEqual(await download(), { ok: true, text: '{"a":1}' });
      assert.deepEqual(requests, ['/a ']);
    });

    const refused: readonly (readonly [string, RequestListener, RegExp])[] = [
      ['a status that is no success', (_request, response) => response.writeHead(404).end('gone'), /status 404/],
      ['more than a plug-in can be', (_request, response) => response.end('x'.repeat(mostPluginBytes + 1)), /larger than 256 kB/],
      ['what is no text', (_request, response) => response.end(Buffer.from([0xff, 0xfe, 0x00, 0x80])), /no text/],
      ['a redirect to plain http, even on this machine', (request, response) => response.writeHead(302, { location: `http://${request.headers.host}/b` }).end(), /not https/],
      ['a redirect to a file', (_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(), /not https/],
      ['a connection that breaks', (_request, response) => response.destroy(), /could not be reached/],
    ];
    for (const [name, listener, reason] of refused) {
      it(`refuses ${name}`, async () => {
        answer = listener;
        assert.match(reasonOf(await download()), reason);
        assert.equal(requests.length, 1);
      });
    }

    for (const address of ['http://acme.example/a.json', 'file:///etc/passwd', 'ftp://acme.example', 'not an address', 'https://me:secret@acme.example/a.json', 'http://127.0.0.1.evil.example/a']) {
      it(`asks nobody at ${address}`, async () => {
        const asked: unknown[] = [];
        const read = await pluginFiles({ folder, log, fetch: async (input) => (asked.push(input), new Response('{}')) }).download(address, never);
        assert.match(reasonOf(read), /must begin with https/);
        assert.deepEqual(asked, []);
      });
    }

    it('follows redirects to https, a few times, without a key of anybody', async () => {
      const asked: string[] = [];
      const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
        asked.push(`${String(input)} ${init?.redirect}`);
        return asked.length < 3 ? new Response(null, { status: 302, headers: { location: `/step${asked.length}` } }) : new Response('done');
      };
      assert.deepEqual(await pluginFiles({ folder, log, fetch }).download('https://acme.example/a', never), { ok: true, text: 'done' });
      assert.deepEqual(asked, ['https://acme.example/a manual', 'https://acme.example/step1 manual', 'https://acme.example/step2 manual']);
      asked.length = 0;
      assert.deepEqual(await pluginFiles({ folder, log, fetch }).download('https://intranet/a', never), { ok: true, text: 'done' });
      const round = await pluginFiles({ folder, log, fetch: async () => new Response(null, { status: 307, headers: { location: '/again' } }) }).download('https://acme.example/a', never);
      assert.match(reasonOf(round), /without an end/);
    });

    for (const location of ['https://127.0.0.1/a', 'https://2130706433/a', 'https://[::1]/a', 'https://[::ffff:10.0.0.1]/a', 'https://169.254.169.254/latest', 'https://localhost/a', 'https://a.localhost/a', 'https://intranet/a', 'https://me:secret@acme.example/a', 'data:application/json,{}']) {
      it(`does not follow a redirect to ${location}`, async () => {
        const asked: string[] = [];
        const fetch = async (input: string | URL | Request): Promise<Response> => (asked.push(String(input)), new Response(null, { status: 302, headers: { location } }));
        assert.match(reasonOf(await pluginFiles({ folder, log, fetch }).download('https://acme.example/a', never)), /leads to one/);
        assert.deepEqual(asked, ['https://acme.example/a']);
      });
    }

    it('ends when it is cancelled', async () => {
      const abort = new AbortController();
      answer = (_request, response) => {
        response.write('{');
        abort.abort();
      };
      assert.equal(await download(here(), abort.signal), undefined);
    });
  });
});
