import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nano } from '../../../../src/core/model/money';
import type { OutboundTrouble, Webhook } from '../../../../src/core/ports/outbound';
import { openOutbound } from '../../../../src/gateway/operations/outbound';
import { answer } from '../../../support/fakeWire';
import { collect, question, testApp } from '../../../support/testApp';

const url = 'https://ci.example/hook';
const hook: Webhook = { url, events: ['budget.threshold', 'task.finished', 'agent.finished', 'experiment.finished'], secretName: 'ci' };

describe('what is sent out', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'farthing-outbound-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function room(options: Parameters<typeof testApp>[0] = {}) {
    const core = testApp(options);
    const posts: { readonly url: string; readonly body: { readonly type: string; readonly data: Readonly<Record<string, unknown>> } }[] = [];
    const waiting: (() => void)[] = [];
    const troubles: OutboundTrouble[] = [];
    const outbound = openOutbound({
      app: core.app,
      clock: core.clock,
      ids: { next: () => `delivery-${posts.length}` },
      log: { info: () => undefined, warn: (message) => core.logged.push(message), error: (message) => core.logged.push(message) },
      folder,
      processes: { own: 'window-1', isAlive: () => false },
      secret: async (name) => (name === 'ci' ? 'a secret of sixteen or more' : undefined),
      onTrouble: (trouble) => troubles.push(trouble),
      version: '1.2.3',
      post: async (to, _headers, body) => {
        posts.push({ url: to, body: JSON.parse(body) });
        for (const tell of waiting.splice(0)) tell();
        return { status: 204 };
      },
    });
    const posted = async (count: number): Promise<void> => {
      while (posts.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
    };
    return { ...core, outbound, posts, posted, troubles };
  }

  it('is nothing before an address is set', async () => {
    const { app, wire, outbound, posts, clock } = room();
    wire.will('demo-small', answer('ok'));
    await collect(app.ask(question('Hi'), new AbortController().signal));
    clock.advance(60_000);
    await outbound.close();
    assert.deepEqual(posts, []);
  });

  it('a budget that passes a mark, with exact amounts and nothing of the question', async () => {
    // 180,000 nano-dollars of 200,000 are 90 %.
    const { app, wire, outbound, posts, posted } = room({ settings: { 'budget.day': 0.0002, maxOutputTokens: 64 } });
    outbound.configure({ webhooks: [hook], otlpUrl: '', content: false });
    await app.budgets(undefined);
    wire.will('demo-small', answer('It can be repeated.', { input: 1000, output: 200 }));
    await collect(app.ask(question('What does idempotent mean?'), new AbortController().signal));
    await posted(1);
    const [post] = posts;
    assert.equal(post?.url, url);
    assert.equal(post?.body.type, 'budget.threshold');
    const { resetsAt, ...data } = post?.body.data ?? {};
    assert.deepEqual(data, { scope: 'day', realm: 'demo', percent: 90, spent: { nanoUsd: 180_000, usd: '0.000180000' }, limit: { nanoUsd: 200_000, usd: '0.000200000' } });
    assert.ok(!Number.isNaN(Date.parse(String(resetsAt))));
    assert.ok(!JSON.stringify(posts).includes('idempotent'));
    await outbound.close();
  });

  it('a webhook whose secret is not there is told at once', async () => {
    const { outbound, troubles } = room();
    outbound.configure({ webhooks: [hook, { ...hook, secretName: 'other' }], otlpUrl: '', content: false });
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(troubles, [{ kind: 'secretMissing', secretName: 'other' }]);
    await outbound.close();
  });

  it('a span for every call, to the address of the moment, and what waits when it ends', async () => {
    const { app, wire, outbound, posts, posted, clock } = room();
    outbound.configure({ webhooks: [], otlpUrl: 'https://one.example', content: false });
    wire.will('demo-small', answer('ok')).will('demo-small', answer('ok'));
    await collect(app.ask(question('Hi'), new AbortController().signal));
    clock.advance(5000);
    await posted(1);
    outbound.configure({ webhooks: [], otlpUrl: 'https://two.example', content: false });
    await collect(app.ask(question('Hi again'), new AbortController().signal));
    await outbound.close();
    assert.deepEqual(posts.map((post) => post.url), ['https://one.example/v1/traces', 'https://two.example/v1/traces']);
    assert.ok(!JSON.stringify(posts).includes('Hi'));
  });

  it('with what was asked and answered once the person says so, and not a moment longer', async () => {
    const { app, wire, outbound, posts, posted, clock } = room();
    const ask = (text: string) => collect(app.ask(question(text), new AbortController().signal));
    wire.will('demo-small', answer('A pear.')).will('demo-small', answer('An apple.')).will('demo-small', answer('A fruit of a tree.'));
    outbound.configure({ webhooks: [], otlpUrl: 'https://one.example', content: true });
    await ask('What is a kumquat?');
    clock.advance(5000);
    await posted(1);
    // What still waits was not told to anybody, so that it need not be.
    await ask('What is a medlar?');
    outbound.configure({ webhooks: [], otlpUrl: 'https://one.example', content: false });
    await ask('What is a quince?');
    await outbound.close();
    const sent = JSON.stringify(posts);
    assert.equal(sent.split('farthing.cost.source').length - 1, 3);
    assert.ok(sent.includes('kumquat') && sent.includes('A pear.'));
    for (const word of ['medlar', 'An apple', 'quince', 'A fruit']) assert.ok(!sent.includes(word), word);
  });

  it('work of several models that has ended, once', async () => {
    const { app, wire, outbound, posts, posted } = room();
    outbound.configure({ webhooks: [{ ...hook, events: ['task.finished'] }], otlpUrl: '', content: false });
    for (const model of ['demo-small', 'demo-medium', 'demo-large']) wire.will(model, answer('Yes.', { input: 10, output: 2 })).will(model, answer('Yes.', { input: 10, output: 2 }));
    const thread = await app.conversations.send({ threadId: undefined, purpose: 'chat', text: 'Is water wet?', work: { strategy: 'compare', models: 2 } });
    assert.ok(thread.ok);
    await posted(1);
    await app.close();
    await outbound.close();
    assert.equal(posts.length, 1);
    assert.partialDeepStrictEqual(posts[0]?.body.data, { strategy: 'compare', outcome: 'complete', calls: 2 });
    assert.match(JSON.stringify(posts[0]?.body.data['cost']), /^\{"nanoUsd":[1-9]/);
    assert.ok(!JSON.stringify(posts).includes('water'));
  });

  it('an answer of one model that took a minute, and none that came at once', async () => {
    const { app, wire, clock, outbound, posts, posted } = room();
    outbound.configure({ webhooks: [hook], otlpUrl: '', content: false });
    wire.will('demo-small', answer('Yes.', { input: 10, output: 2 })).will('demo-small', async function* () {
      clock.advance(60_000);
      yield* answer('Still yes.', { input: 10, output: 2 });
    });
    const ended = () => new Promise<void>((resolve) => app.conversations.onEvent((event) => event.type === 'answer-changed' && event.phase === 'ended' && resolve()));
    for (const text of ['Is water wet?', 'And ice, is it wet?']) {
      const over = ended();
      assert.ok((await app.conversations.send({ threadId: undefined, purpose: 'chat', text })).ok);
      await over;
    }
    await posted(1);
    await app.close();
    await outbound.close();
    assert.deepEqual(posts.map(({ body: { type } }) => type), ['task.finished']);
    assert.partialDeepStrictEqual(posts[0]?.body.data, { strategy: 'ask', end: null, outcome: 'complete', calls: null, totalMs: 60_000 });
    assert.ok(!JSON.stringify(posts).includes('wet'));
  });

  it('an agent that has ended, with what it cost', async () => {
    const { app, outbound, posts, posted } = room();
    outbound.configure({ webhooks: [hook], otlpUrl: '', content: false });
    app.agentEnded({ agent: 'claude-code', folder: 'shop', spend: { spent: nano(1_500_000), held: nano(0), calls: 3, unknownCalls: 1 }, totalMs: 90_000 });
    app.agentEnded({ agent: 'aider', spend: { spent: nano(0), held: nano(0), calls: 0, unknownCalls: 0 }, totalMs: undefined });
    await posted(2);
    await outbound.close();
    assert.deepEqual(posts.map(({ body: { type, data } }) => [type, data]), [
      ['agent.finished', { agent: 'claude-code', folder: 'shop', calls: 3, unknownCalls: 1, cost: { nanoUsd: 1_500_000, usd: '0.001500000' }, totalMs: 90_000 }],
      ['agent.finished', { agent: 'aider', folder: null, calls: 0, unknownCalls: 0, cost: { nanoUsd: 0, usd: '0.000000000' }, totalMs: null }],
    ]);
  });
});
