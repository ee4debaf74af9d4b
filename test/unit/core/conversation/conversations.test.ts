import assert from 'node:assert/strict';
import { Conversations } from '../../../../src/core/conversation/conversations';
import { asArmId } from '../../../../src/core/model/modelCard';
import { nano } from '../../../../src/core/model/money';
import type { WireEvent } from '../../../../src/core/ports/wire';
import { StorageError } from '../../../../src/core/ports/ledgerStore';
import { opening } from '../../../support/calls';
import { FakeClock } from '../../../support/fakeClock';
import { FakeThreadStore } from '../../../support/fakeThreadStore';
import { answer } from '../../../support/fakeWire';
import { collect, question, testApp, textOf } from '../../../support/testApp';

type TestApp = ReturnType<typeof testApp>;

async function settle(): Promise<void> {
  for (let turn = 0; turn < 300; turn++) await Promise.resolve();
}

async function asked({ app }: TestApp, threadId?: string, text = 'What does idempotent mean?') {
  const sent = await app.conversations.send({ threadId, text, purpose: 'chat' });
  assert.ok(sent.ok);
  return sent;
}

/** The thread's last message as the app would show it. */
async function shown({ app }: TestApp, threadId: string) {
  const message = (await app.conversations.open(threadId))?.messages.at(-1);
  return [message?.text, message?.answer?.state];
}

describe('an answer that the database refuses at its end', () => {
  it('is shown and sent with the next question all the same, and written down later', async () => {
    const test = testApp();
    const { clock, threads, wire } = test;
    wire.will('demo-small', async function* () {
      threads.failNext.set('update', new StorageError('locked', 'busy'));
      yield* answer('kept in memory');
    });
    const sent = await asked(test);
    await settle();
    assert.equal(threads.messages.get(sent.messageId)?.text, '', 'the database does not have it');
    assert.deepEqual(await shown(test, sent.threadId), ['kept in memory', 'complete']);
    wire.will('demo-small', answer('next'));
    await asked(test, sent.threadId, 'And then?');
    await settle();
    assert.ok(wire.requests.at(-1)?.messages.some((message) => message.role === 'assistant' && message.text === 'kept in memory'));
    clock.advance(5_000);
    await settle();
    assert.equal(threads.messages.get(sent.messageId)?.text, 'kept in memory');
    assert.equal(clock.pending, 0, 'nothing waits any more');
  });

  it('is tried again until it is written', async () => {
    const test = testApp();
    const { clock, threads, wire } = test;
    const refuse = () => threads.failNext.set('update', new StorageError('full', 'disk full'));
    wire.will('demo-small', async function* () {
      refuse();
      yield* answer('late');
    });
    const sent = await asked(test);
    await settle();
    for (let tries = 0; tries < 3; tries++) {
      refuse();
      clock.advance(5_000);
      await settle();
      assert.equal(threads.messages.get(sent.messageId)?.text, '');
    }
    clock.advance(5_000);
    await settle();
    assert.equal(threads.messages.get(sent.messageId)?.text, 'late');
  });
});

describe('asking in a conversation that is busy', () => {
  it('is over, and not busy for ever, where the part that asks several models cannot be loaded', async () => {
    const threads = new FakeThreadStore();
    const conversations = new Conversations({
      ask: () => assert.fail('not asked'),
      work: () => {
        throw new Error('no such file');
      },
      explain: () => assert.fail('nothing to explain'),
      threads: async () => threads,
      clock: new FakeClock(),
      ids: { next: () => String(threads.messages.size + threads.threads.size) },
      log: { info() {}, warn() {}, error() {} },
      realm: () => 'real',
      window: 'w',
    });
    const sent = await conversations.send({ threadId: undefined, text: 'x', purpose: 'chat', work: { strategy: 'compare' } });
    assert.ok(sent.ok);
    while (conversations.isBusy(sent.threadId)) await new Promise((resolve) => setImmediate(resolve));
    const answer = threads.messages.get(sent.messageId)?.answer;
    assert.deepEqual([answer?.state, answer?.failure?.kind], ['failed', 'unexpected']);
  });

  it('is done where the answer is shown as ended and is still being written down', async () => {
    const test = testApp();
    const { app, wire } = test;
    wire.will('demo-small', answer('first'));
    let again: ReturnType<typeof app.conversations.again> | undefined;
    app.conversations.onEvent((event) => {
      if (again || event.type !== 'answer-changed' || event.phase !== 'ended') return;
      wire.will('demo-small', answer('second'));
      again = app.conversations.again(event.threadId, event.messageId, 'same');
    });
    const { threadId } = await asked(test);
    await settle();
    assert.equal((await again)?.ok, true);
    assert.deepEqual(await shown(test, threadId), ['second', 'complete']);
  });

  it('is refused from the first moment on, so that two clicks are one question', async () => {
    const test = testApp();
    const { app, wire } = test;
    wire.will('demo-small', answer('first'));
    const { threadId, messageId } = await asked(test);
    await settle();
    wire.will('demo-small', answer('again'));
    const both = await Promise.all([app.conversations.again(threadId, messageId, 'same'), app.conversations.again(threadId, messageId, 'same'), app.conversations.send({ threadId, text: 'meanwhile', purpose: 'chat' })]);
    assert.deepEqual(both.map((one) => (one.ok ? 'ok' : one.failure.kind)), ['ok', 'busy', 'busy']);
    await settle();
    assert.equal(app.conversations.isBusy(threadId), false);
    assert.equal((await app.conversations.open(threadId))?.messages.length, 3);
  });
});

describe('the end of an answer', () => {
  const half = { type: 'text', text: 'half an ans' } as const;
  const usage = { inputTokens: 10, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 3, reasoningTokens: 0, estimated: false };
  const toolCall = { id: 'c', name: 'send', arguments: '{"to":"al' };
  const rows: readonly { readonly name: string; readonly end: WireEvent; readonly state: string; readonly outcome: string; readonly failure?: string }[] = [
    { name: 'complete', end: { type: 'end', stop: 'stop', toolCalls: [], usage }, state: 'complete', outcome: 'complete' },
    { name: 'without a reason told', end: { type: 'end', stop: 'unknown', toolCalls: [], usage: undefined }, state: 'complete', outcome: 'complete' },
    { name: 'as long as allowed', end: { type: 'end', stop: 'length', toolCalls: [toolCall], usage }, state: 'truncated', outcome: 'truncated', failure: 'lengthReached' },
    { name: 'held back', end: { type: 'end', stop: 'contentFilter', toolCalls: [toolCall], usage }, state: 'truncated', outcome: 'complete', failure: 'refused' },
    { name: 'cut off', end: { type: 'failed', failure: { kind: 'truncated', provider: 'demo' }, usage: undefined }, state: 'truncated', outcome: 'truncated', failure: 'truncated' },
    { name: 'an error in the stream', end: { type: 'failed', failure: { kind: 'providerDown', provider: 'demo' }, usage }, state: 'failed', outcome: 'truncated', failure: 'providerDown' },
    { name: 'silence', end: { type: 'failed', failure: { kind: 'timedOut', provider: 'demo', waitedMs: 45_000, phase: 'stall' }, usage: undefined }, state: 'failed', outcome: 'truncated', failure: 'timedOut' },
    { name: 'stopped', end: { type: 'failed', failure: { kind: 'cancelled' }, usage: undefined }, state: 'cancelled', outcome: 'cancelled', failure: 'cancelled' },
  ];
  for (const { name, end, state, outcome, failure } of rows) {
    it(`keeps what came and marks it: ${name}`, async () => {
      const test = testApp();
      test.wire.will('demo-small', [half, end]);
      const sent = await asked(test);
      await settle();
      assert.deepEqual(await shown(test, sent.threadId), ['half an ans', state]);
      const kept = test.threads.messages.get(sent.messageId);
      assert.deepEqual([kept?.text, kept?.answer?.state, kept?.answer?.failure?.kind], ['half an ans', state, failure]);
      assert.deepEqual([...test.ledger.calls.values()].map((call) => [call.outcome, (call.charge.amount ?? 0) > 0]), [[outcome, true]]);
      assert.equal(test.wire.requests.length, 1);
    });
  }

  it('lets no call of a tool through that was cut off or held back', async () => {
    for (const stop of ['length', 'contentFilter', 'toolCalls'] as const) {
      const { app, wire } = testApp();
      wire.will('demo-small', [{ type: 'end', stop, toolCalls: [toolCall], usage }]);
      const events = await collect(app.ask(question('hi'), new AbortController().signal));
      assert.equal(events.some(({ type }) => type === 'tool-call'), stop === 'toolCalls', stop);
    }
  });
});

describe('a question for one model', () => {
  it('is asked of it, again and first, whatever is chosen for the others', async () => {
    const test = testApp({ settings: { 'models.pinned': 'demo/demo-small' } });
    const { app, wire } = test;
    const arms = async (threadId: string) => (await app.conversations.open(threadId))?.messages.flatMap(({ answer: given }) => given?.arm ?? []);
    wire.will('demo-large', answer('first')).will('demo-medium', answer('again')).will('demo-small', answer('after'));
    const sent = await app.conversations.send({ threadId: undefined, text: 'hello', purpose: 'chat', pin: asArmId('demo/demo-large') });
    assert.ok(sent.ok);
    await settle();
    assert.ok((await app.conversations.again(sent.threadId, sent.messageId, { pin: asArmId('demo/demo-medium') })).ok);
    await settle();
    await asked(test, sent.threadId);
    await settle();
    assert.deepEqual(await arms(sent.threadId), ['demo/demo-large', 'demo/demo-medium', 'demo/demo-small']);
  });
});

describe('an answer that is cut off', () => {
  for (const [settings, by] of [[{}, undefined], [{ 'budget.day': 0.0006 }, 'budget']] as const) {
    it(`says ${by ?? 'nothing of what'} had no room for more`, async () => {
      const test = testApp({ settings });
      test.wire.will('demo-small', [{ type: 'text', text: 'so far' }, { type: 'end', stop: 'length', toolCalls: [], usage: { inputTokens: 9, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 5, reasoningTokens: 0, estimated: false } }]);
      const { threadId } = await asked(test);
      await settle();
      const stored = (await test.app.conversations.open(threadId))?.messages.at(-1)?.answer;
      assert.deepEqual([stored?.state, stored?.failure], ['truncated', { kind: 'lengthReached', provider: 'demo', ...(by ? { by } : {}) }]);
    });
  }
});

describe('an answer that is tried again', () => {
  it('says what it waits for and until when, and forgets what the try before thought', async () => {
    const test = testApp();
    const { app, clock, wire } = test;
    wire.will('demo-small', [{ type: 'reasoning', text: 'first thought' }, { type: 'failed', failure: { kind: 'providerDown', provider: 'demo', status: 503 }, usage: undefined }]);
    wire.will('demo-small', [{ type: 'reasoning', text: 'second thought' }, ...answer('ok')]);
    const phases: string[] = [];
    app.conversations.onEvent((event) => {
      if (event.type === 'answer-changed') phases.push(`${event.phase}${event.answer.waiting ? ` for ${event.answer.waiting.provider} (${event.answer.waiting.reason}) until ${(event.answer.waiting.untilMs ?? 0) - clock.now()}` : ''}`);
    });
    const sent = await asked(test);
    await settle();
    assert.deepEqual(phases, ['choosing', 'waiting', 'thinking', 'pausing for demo (providerDown) until 450']);
    const before = (await app.conversations.open(sent.threadId))?.messages.at(-1)?.answer;
    assert.deepEqual([before?.reasoning, before?.state], ['first thought', 'streaming']);
    clock.advance(450);
    await settle();
    const after = (await app.conversations.open(sent.threadId))?.messages.at(-1)?.answer;
    assert.deepEqual([after?.reasoning, after?.state, after?.waiting], ['second thought', 'complete', undefined]);
    assert.deepEqual([after?.firstTokenMs, after?.totalMs], [450, 450], 'from the question, what was waited for included');
  });

  it('ends at once when it is stopped while it waits', async () => {
    const test = testApp();
    test.wire.will('demo-small', [{ type: 'failed', failure: { kind: 'providerDown', provider: 'demo', status: 503 }, usage: undefined }]);
    const sent = await asked(test);
    await settle();
    test.app.conversations.stop(sent.threadId);
    await settle();
    assert.deepEqual(await shown(test, sent.threadId), ['', 'cancelled']);
    assert.equal(test.app.conversations.isRunning(), false);
    assert.equal((await test.app.conversations.open(sent.threadId))?.messages.at(-1)?.answer?.waiting, undefined);
  });
});

describe('what another window does', () => {
  it('is told to whoever shows conversations', async () => {
    const test = testApp();
    await asked(test).catch(() => undefined);
    await settle();
    let told = 0;
    test.app.conversations.onEvent((event) => {
      if (event.type === 'threads-changed') told += 1;
    });
    await test.threads.create({ id: 'elsewhere', title: 'Elsewhere', createdAt: 1, updatedAt: 1, realm: 'demo' });
    assert.equal(told, 1);
  });

  it('shows an answer as interrupted when the window that wrote it is gone', async () => {
    const test = testApp();
    const { app, threads } = test;
    await app.budgets(undefined);
    await threads.create({ id: 'theirs', title: 'Theirs', createdAt: 1, updatedAt: 1, realm: 'demo' });
    await threads.append({ id: 'half', threadId: 'theirs', position: 0, role: 'assistant', text: 'half an', createdAt: 1, answer: { state: 'streaming', window: 'window-2' } });
    assert.deepEqual(await shown(test, 'theirs'), ['half an', 'streaming']);
    threads.dead.add('window-2');
    assert.deepEqual(await shown(test, 'theirs'), ['half an', 'interrupted']);
  });

  it('gives back the room that a window held which died', async () => {
    const test = testApp({ settings: { 'budget.day': 0.004, 'budget.atLimit': 'stop' } });
    const { app, clock, ledger, wire } = test;
    await app.budgets(undefined);
    ledger.held.set('theirs', opening('theirs', { realm: 'demo', window: 'window-2', startedAt: clock.now(), worst: nano(3_000_000) }));
    assert.equal((await app.budgets(undefined))?.tightest.held, 3_000_000);
    ledger.dead.add('window-2');
    // Looked for once in a second.
    clock.advance(1_000);
    assert.equal((await app.budgets(undefined))?.tightest.held, 0);
    assert.equal((await app.budgets(undefined))?.tightest.spent, 3_000_000);
    app.applySettings({ ...app.settings(), 'budget.day': 0.1 });
    wire.will('demo-small', answer('there is room'));
    assert.equal(textOf(await collect(app.ask(question('hello'), new AbortController().signal))), 'there is room');
  });
});
