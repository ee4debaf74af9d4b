import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { httpPost } from '../../src/gateway/operations/post';
import type { WebhookEvent } from '../../src/gateway/operations/webhooks/event';
import type { OutboundTrouble, Webhook } from '../../src/core/ports/outbound';
import { Outbox } from '../../src/gateway/operations/webhooks/outbox';
import { Webhooks } from '../../src/gateway/operations/webhooks/webhooks';
import { FakeClock } from '../support/fakeClock';
import { startReceiver } from '../support/receiver';

const secret = 'a secret of sixteen or more';
const ended: WebhookEvent = { type: 'experiment.finished', data: { id: 'experiment-1', why: 'decided' } };

describe('webhooks', () => {
  let folder: string;
  const alive = new Set<string>();
  const open: { close(): unknown }[] = [];

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'farthing-webhooks-'));
    alive.clear();
  });
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function receiver(statuses: readonly number[] = []) {
    const started = await startReceiver(statuses);
    open.push({ close: () => started.stop() });
    return started;
  }

  /** The webhooks of one window. */
  function windowOf(own: string, hooks: readonly Webhook[], clock = new FakeClock(), secrets: Readonly<Record<string, string>> = { ci: secret }) {
    alive.add(own);
    const logged: string[] = [];
    const troubles: OutboundTrouble[] = [];
    let posts = 0;
    let settled = 0;
    let last = 0;
    const waiting: (() => void)[] = [];
    const webhooks = new Webhooks({
      clock,
      ids: { next: () => `${own}-${++last}` },
      log: { info: (message) => logged.push(message), warn: (message) => logged.push(message), error: (message) => logged.push(message) },
      post: async (...request) => {
        posts += 1;
        try {
          return await httpPost(...request);
        } finally {
          settled += 1;
          setImmediate(() => waiting.splice(0).forEach((tell) => tell()));
        }
      },
      outbox: new Outbox(folder, { own, isAlive: (owner) => alive.has(owner) }, { info: () => undefined, warn: () => undefined, error: (message) => logged.push(message) }),
      hooks: () => hooks,
      secret: async (name) => secrets[name],
      onTrouble: (trouble) => troubles.push(trouble),
    });
    open.push(webhooks);
    return {
      webhooks,
      clock,
      logged,
      troubles,
      posts: () => posts,
      /** Once so many tries have ended and were written down. */
      tried: async (count: number): Promise<void> => {
        while (settled < count) await new Promise<void>((resolve) => waiting.push(resolve));
        await new Promise((resolve) => setImmediate(resolve));
      },
    };
  }

  const hookTo = (url: string, events: Webhook['events'] = ['experiment.finished']): Webhook => ({ url, events, secretName: 'ci' });

  it('are signed so that a receiver can check them, and hold an id and a time', async () => {
    const { url, received, has } = await receiver();
    const { webhooks, clock, tried } = windowOf('one', [hookTo(`${url}/hook?team=7`)]);
    webhooks.tell(ended);
    await has(1);
    await tried(1);
    const [request] = received;
    assert.ok(request);
    assert.equal(request.path, '/hook?team=7');
    assert.deepEqual(JSON.parse(request.body), { id: 'one-1', type: 'experiment.finished', createdAt: new Date(clock.now()).toISOString(), data: ended.data });
    assert.equal(request.headers['x-farthing-event'], 'experiment.finished');
    assert.equal(request.headers['x-farthing-delivery'], 'one-1');
    // As docs/operations.md tells receivers to do it.
    const [, seconds, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(request.headers['x-farthing-signature'])) ?? [];
    assert.equal(signature, createHmac('sha256', secret).update(`${seconds}.${request.body}`).digest('hex'));
    assert.equal(Number(seconds), Math.floor(clock.now() / 1000));
    assert.deepEqual(readdirSync(folder), []);
  });

  it('are told only what was asked for', async () => {
    const { url, received, has } = await receiver();
    const { webhooks } = windowOf('one', [hookTo(`${url}/budget`, ['budget.threshold']), hookTo(`${url}/all`, ['budget.threshold', 'experiment.finished'])]);
    webhooks.tell(ended);
    await has(1);
    assert.deepEqual(received.map((one) => one.path), ['/all']);
  });

  it('are tried five times with longer and longer pauses, with one id, a new time and a new signature', async () => {
    const { url, received } = await receiver([500, 404, 429, 503, 500, 200]);
    const { webhooks, clock, tried, logged, troubles } = windowOf('one', [hookTo(`${url}/secret-path`)]);
    webhooks.tell(ended);
    for (const [place, pause] of [10_000, 60_000, 300_000, 600_000].entries()) {
      await tried(place + 1);
      clock.advance(pause - 1);
      assert.equal(received.length, place + 1);
      clock.advance(1);
    }
    await tried(5);
    clock.advance(86_400_000);
    assert.equal(received.length, 5);
    assert.equal(new Set(received.map(({ headers }) => headers['x-farthing-delivery'])).size, 1);
    assert.equal(new Set(received.map(({ headers }) => headers['x-farthing-signature'])).size, 5);
    assert.equal(new Set(received.map(({ body }) => body)).size, 1);
    assert.ok(logged.some((line) => line.includes('given up after 5 tries')));
    assert.deepEqual(troubles, [{ kind: 'webhookGivenUp', host: URL.parse(url)?.host, why: 'status 500' }]);
    assert.ok(logged.every((line) => !line.includes('secret-path') && !line.includes(secret)), 'an address may be a secret');
    assert.deepEqual(readdirSync(folder), []);
  });

  it('go on where they stopped, once the receiver is there', async () => {
    const { url, received, has } = await receiver([500, 200]);
    const { webhooks, clock, tried } = windowOf('one', [hookTo(url)]);
    webhooks.tell(ended);
    await tried(1);
    clock.advance(10_000);
    await has(2);
    await tried(2);
    clock.advance(86_400_000);
    assert.equal(received.length, 2);
  });

  it('follow no redirect', async () => {
    const { url, received } = await receiver([302]);
    const { webhooks, tried } = windowOf('one', [hookTo(`${url}/hook`)]);
    webhooks.tell(ended);
    await tried(1);
    assert.deepEqual(received.map((one) => one.path), ['/hook']);
  });

  it('are not sent unsigned: without the secret they wait for it', async () => {
    const { url, received } = await receiver();
    const secrets: Record<string, string> = {};
    const { webhooks, clock, tried, troubles } = windowOf('one', [hookTo(url)], new FakeClock(), secrets);
    webhooks.tell(ended);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(received.length, 0);
    assert.deepEqual(troubles, [{ kind: 'secretMissing', secretName: 'ci' }]);
    secrets['ci'] = secret;
    clock.advance(10_000);
    await tried(1);
    assert.equal(received.length, 1);
  });

  it('are sent nowhere once their address was taken out of the setting', async () => {
    const { url, received } = await receiver([500]);
    const hooks = [hookTo(url)];
    const { webhooks, clock, tried, posts } = windowOf('one', hooks);
    webhooks.tell(ended);
    await tried(1);
    hooks.pop();
    clock.advance(86_400_000);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([received.length, posts()], [1, 1]);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('survive a reload: the next window takes over what is undelivered, with its id', async () => {
    const { url, received, has } = await receiver([500]);
    const before = windowOf('one', [hookTo(url)]);
    before.webhooks.tell(ended);
    await before.tried(1);
    before.webhooks.close();
    alive.delete('one');
    const after = windowOf('two', [hookTo(url)]);
    await has(2);
    await after.tried(1);
    assert.deepEqual(received.map(({ headers }) => headers['x-farthing-delivery']), ['one-1', 'one-1']);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('are taken over by one window, although several look at the same time', async () => {
    const { url, received, has } = await receiver(Array.from({ length: 20 }, () => 500));
    const before = windowOf('gone', [hookTo(url)]);
    for (let place = 0; place < 20; place++) before.webhooks.tell(ended);
    await before.tried(20);
    before.webhooks.close();
    alive.delete('gone');
    const windows = ['a', 'b', 'c', 'd'].map((own) => windowOf(own, [hookTo(url)]));
    await has(40);
    for (const { clock } of windows) clock.advance(120_000);
    await Promise.all(windows.map((one) => one.tried(one.posts())));
    assert.equal(received.length, 40);
    assert.deepEqual(windows.map((one) => one.posts()).filter((count) => count > 0), [20]);
  });

  it('of a window that is alive are left to it', async () => {
    const { url, received } = await receiver([500]);
    const first = windowOf('one', [hookTo(url)]);
    first.webhooks.tell(ended);
    await first.tried(1);
    const second = windowOf('two', [hookTo(url)]);
    second.clock.advance(86_400_000);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([received.length, second.posts()], [1, 0]);
  });

  it('are kept bounded: the oldest go first', async () => {
    const { webhooks } = windowOf('one', [hookTo('http://127.0.0.1:9/nobody')], new FakeClock(), {});
    for (let place = 0; place < 150; place++) webhooks.tell(ended);
    const [file] = readdirSync(folder);
    const kept: readonly { readonly id: string }[] = JSON.parse(readFileSync(path.join(folder, file ?? ''), 'utf8'));
    assert.equal(kept.length, 100);
    assert.equal(kept[0]?.id, 'one-51');
  });

  it('files that are none of ours, or damaged, are no deliveries and harm nothing', () => {
    writeFileSync(path.join(folder, `${Buffer.from('dead').toString('base64url')}.json`), '[{"id": 7}]');
    writeFileSync(path.join(folder, 'notes.txt'), 'mine');
    const { logged } = windowOf('one', []);
    assert.ok(logged.some((line) => line.includes('could not be read')));
    assert.ok(existsSync(path.join(folder, 'notes.txt')));
  });
});
