import assert from 'node:assert/strict';
import { titleFrom, Titles } from '../../../../src/core/conversation/titles';
import { asArmId } from '../../../../src/core/model/modelCard';
import { nano } from '../../../../src/core/model/money';
import type { Candidate, Route } from '../../../../src/core/model/route';
import { answer, type Script } from '../../../support/fakeWire';
import { arm } from '../../../support/cards';
import { FakeClock } from '../../../support/fakeClock';
import { FakeThreadStore } from '../../../support/fakeThreadStore';
import { testApp } from '../../../support/testApp';

const long = 'Explain this stack trace:\nError: boom\n  at foo (app.ts:1)';

describe('titleFrom', () => {
  it('makes one line of visible words of whatever a model says', () => {
    const rows: readonly [string, string | undefined][] = [
      ['Stack trace of foo', 'Stack trace of foo'],
      ['\n\n  "Stack trace"\nHere is why …', 'Stack trace'],
      ['**Title: Stack trace.**', 'Stack trace'],
      ['# Stack trace', 'Stack trace'],
      ['„Stapelspur“', 'Stapelspur'],
      ['[click](https://evil.example) me', 'click me'],
      ['<script>alert(1)</script>', 'alert(1)'],
      ['Safe\u202eevil\u200b \u0007name\u001b[31m', 'Safeevil name31m'],
      ['日本語の題', '日本語の題'],
      ['<'.repeat(200_000), undefined],
      ['***', undefined],
      ['', undefined],
      ['\u200b\u3164', undefined],
      ['word '.repeat(100), `${'word '.repeat(12).slice(0, 59)}…`],
    ];
    for (const [said, expected] of rows) assert.equal(titleFrom(said), expected, JSON.stringify(said));
  });
});

describe('titles', () => {
  async function asked(text: string, { title = answer('Trace of foo'), shown, ...options }: Parameters<typeof testApp>[0] & { readonly title?: Script; readonly shown?: string } = {}) {
    const tested = testApp(options);
    const { app, wire, threads, ledger } = tested;
    wire.will('demo-small', answer('first answer')).will('demo-small', title);
    const sent = await app.conversations.send({ threadId: undefined, text, ...(shown === undefined ? {} : { shown }), purpose: 'chat' });
    assert.ok(sent.ok);
    await settled(() => !app.conversations.isRunning());
    await app.close();
    const thread = threads.threads.get(sent.threadId);
    return { ...tested, threadId: sent.threadId, answerId: sent.messageId, title: thread?.title, titleBy: thread?.titleBy, purposes: [...ledger.calls.values()].map(({ purpose }) => purpose) };
  }

  async function settled(done: () => boolean): Promise<void> {
    for (let turn = 0; turn < 5000 && !done(); turn++) await Promise.resolve();
    for (let turn = 0; turn < 500; turn++) await Promise.resolve();
  }

  it('asks a cheap model once for the title of a question of several lines', async () => {
    const { title, titleBy, purposes, ledger, wire, answerId, threadId } = await asked(long);
    assert.deepEqual([title, titleBy], ['Trace of foo', 'model']);
    assert.deepEqual(purposes, ['chat', 'title']);
    const call = [...ledger.calls.values()].find(({ purpose }) => purpose === 'title');
    assert.deepEqual([call?.question, call?.threadId], [answerId, threadId]);
    assert.equal(wire.requests[1]?.maxOutputTokens, 32);
    assert.ok(JSON.stringify(wire.requests[1]?.messages).length < 1200);
  });

  const without: readonly (readonly [name: string, text: string, options: Parameters<typeof asked>[1]])[] = [
    ['a question that is its own title', 'What does idempotent mean?', {}],
    ['a selection with a short question about it', long, { shown: 'Explain this' }],
    ['titles are switched off', long, { settings: { 'titles.enabled': false } }],
  ];
  for (const [name, text, options] of without) {
    it(`asks nobody: ${name}`, async () => {
      const { purposes, titleBy } = await asked(text, options);
      assert.deepEqual(purposes, ['chat']);
      assert.equal(titleBy, 'question');
    });
  }

  it('leaves the title of the question when nothing came of it', async () => {
    for (const said of ['', '***']) {
      const { title, titleBy } = await asked(long, { title: answer(said) });
      assert.deepEqual([title, titleBy], ['Explain this stack trace:', 'question']);
    }
  });

  it('never takes the place of the title of the person, who gave one meanwhile', async () => {
    const tested = testApp();
    const { app, wire, threads } = tested;
    let threadId = '';
    wire.will('demo-small', answer('first answer')).will('demo-small', async function* () {
      await app.conversations.rename(threadId, 'Mine');
      yield* answer('Trace of foo');
    });
    app.conversations.onEvent((event) => {
      if (event.type === 'message-added') ({ threadId } = event);
    });
    await app.conversations.send({ threadId: undefined, text: long, purpose: 'chat' });
    await settled(() => wire.requests.length === 2);
    await app.close();
    assert.deepEqual([threads.threads.get(threadId)?.title, threads.threads.get(threadId)?.titleBy], ['Mine', 'person']);
  });

  it('holds nothing and asks nobody where a title could cost more than its bound', async () => {
    const dear = arm({ provider: 'openai', model: 'dear', z: 2, price: [3, 15] });
    const { app, wire, ledger } = testApp({ settings: { 'demo.enabled': false }, keys: { openai: 'k' }, cards: [{ ...dear.card, offers: [dear.offer], retired: [], aliases: [] }] });
    wire.will('dear', answer('first answer'));
    const sent = await app.conversations.send({ threadId: undefined, text: long, purpose: 'chat' });
    assert.ok(sent.ok);
    await settled(() => !app.conversations.isRunning());
    await app.close();
    assert.deepEqual([...ledger.calls.values()].map(({ purpose }) => purpose), ['chat']);
    assert.equal(ledger.held.size, 0);
  });

  it('sends nothing elsewhere of a question that a model on this machine answered', async () => {
    for (const [answeredBy, asked, sent] of [['here', 'away', false], ['here', 'here', true], ['away', 'here', true], ['away', 'away', true]] as const) {
      let goesOn = false;
      const threads = new FakeThreadStore();
      await threads.create({ id: 't', title: 'x', titleBy: 'question', createdAt: 1, updatedAt: 1, realm: 'real' });
      await threads.append({ id: 'q', threadId: 't', position: 0, role: 'user', text: long, createdAt: 1 });
      await threads.append({ id: 'a', threadId: 't', position: 1, role: 'assistant', text: 'x', createdAt: 2, answer: { state: 'complete', providerName: answeredBy } });
      const titles = new Titles({
        ask: async function* () {
          const estimate = { low: nano(1), likely: nano(1), high: nano(1), worst: nano(1) };
          yield { type: 'answer-routed', route: routeOf({ id: asArmId('x'), arm: arm({ provider: asked, model: 'x' }), capable: undefined, estimate, expected: nano(1) }) };
          goesOn = true;
        },
        conversations: { open: (id) => threads.get(id), runningIn: () => ({ messageId: 'a', phase: 'ended' }) },
        threads: async () => threads,
        enabled: () => true,
        isOffline: () => false,
        isLocal: (provider) => provider === 'here',
        clock: new FakeClock(),
        log: { info: () => undefined, warn: () => undefined, error: (message) => assert.fail(message) },
      });
      titles.heard({ type: 'answer-changed', threadId: 't', messageId: 'a', phase: 'ended', answer: { state: 'complete' } });
      for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
      await titles.close();
      assert.equal(goesOn, sent, `${answeredBy} ${asked}`);
    }
  });
});

function routeOf(candidate: Candidate): Route {
  return { profile: { domains: { code: 1 }, difficulty: -2.5, tier: 'moderate', needs: [], inputTokens: 100, outputTokens: { p50: 400, p90: 900 }, reasons: [] }, quality: 'economy', bar: 0, ranked: [candidate], spare: [], rejected: [], alternatives: { ablest: undefined, cheapest: undefined, pinned: undefined }, reasons: [], belowBar: false };
}
