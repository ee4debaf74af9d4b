import assert from 'node:assert/strict';
import type { AnswerEvent } from '../../../src/core/model/ask';
import type { Failure } from '../../../src/core/model/failure';
import { asArmId } from '../../../src/core/model/modelCard';
import { fromUsd, nano } from '../../../src/core/model/money';
import { StorageError } from '../../../src/core/ports/ledgerStore';
import type { WireEvent } from '../../../src/core/ports/wire';
import { answer } from '../../support/fakeWire';
import { collect, question, testApp, textOf } from '../../support/testApp';

const easy = question('What does idempotent mean?');
const never = new AbortController().signal;

function last(events: readonly AnswerEvent[]): AnswerEvent {
  const event = events.at(-1);
  assert.ok(event, 'an answer has events');
  return event;
}

function failureOf(events: readonly AnswerEvent[]): Failure {
  const event = last(events);
  assert.equal(event.type, 'answer-failed');
  return event.type === 'answer-failed' ? event.failure : { kind: 'cancelled' };
}

function broken(failure: Failure, ...before: readonly WireEvent[]): readonly WireEvent[] {
  return [...before, { type: 'failed', failure, usage: undefined }];
}

describe('ask', () => {
  it('asks the cheapest capable model, streams, and books exactly what it cost', async () => {
    const { app, ledger, wire } = testApp();
    wire.will('demo-small', answer('It can be repeated.', { input: 1000, output: 200 }));
    const events = await collect(app.ask(easy, never));
    assert.deepEqual(events.map(({ type }) => type), ['answer-routed', 'answer-start', 'text-delta', 'answer-end']);
    assert.equal(textOf(events), 'It can be repeated.');
    const [call] = ledger.calls.values();
    // 1,000 tokens at 0.10 USD and 200 at 0.40 USD per 1M.
    assert.equal(call?.charge.amount, 180_000);
    assert.equal(call?.charge.source, 'snapshot');
    assert.equal(call?.outcome, 'complete');
    assert.equal(call?.realm, 'demo');
    assert.equal(ledger.held.size, 0);
  });

  it('holds the worst case before anything is sent', async () => {
    const { app, ledger, wire } = testApp();
    let heldWhenSent = 0;
    wire.will('demo-small', async function* () {
      heldWhenSent = ledger.held.size;
      yield* answer('ok');
    });
    await collect(app.ask(easy, never));
    assert.equal(heldWhenSent, 1);
  });

  it('goes on to the next model when one fails before its first word, and books both', async () => {
    const { app, ledger, wire } = testApp();
    wire.will('demo-small', broken({ kind: 'providerDown', provider: 'demo', status: 503, mayRetry: false })).will('demo-medium', answer('from medium'));
    const events = await collect(app.ask(easy, never));
    assert.equal(textOf(events), 'from medium');
    const switched = events.find(({ type }) => type === 'answer-switched');
    assert.equal(switched?.type === 'answer-switched' && switched.failure.kind, 'providerDown');
    assert.deepEqual([...ledger.calls.values()].map(({ outcome, charge }) => [outcome, charge.amount !== 0]), [['failed', false], ['complete', true]]);
  });

  it('never starts over with another model once something was shown', async () => {
    const { app, ledger, wire } = testApp();
    wire.will('demo-small', broken({ kind: 'truncated', provider: 'demo' }, { type: 'text', text: 'half an ans' }));
    const events = await collect(app.ask(easy, never));
    assert.equal(failureOf(events).kind, 'truncated');
    assert.equal(wire.requests.length, 1);
    const [call] = ledger.calls.values();
    assert.equal(call?.outcome, 'truncated');
    assert.equal(call?.usage.estimated, true);
    assert.ok((call?.charge.amount ?? 0) > 0, 'a partial answer costs');
  });

  it('shows the failure a person can mend when all fail', async () => {
    const { app, wire } = testApp();
    wire.will('demo-small', broken({ kind: 'keyRejected', provider: 'demo' })).will('demo-medium', broken({ kind: 'providerDown', provider: 'demo', mayRetry: false })).will('demo-large', broken({ kind: 'noCredit', provider: 'demo' }));
    assert.equal(failureOf(await collect(app.ask(easy, never))).kind, 'keyRejected');
  });

  it('counts a cancelled answer', async () => {
    const { app, ledger, wire } = testApp();
    const abort = new AbortController();
    wire.will('demo-small', async function* (_request, signal) {
      yield { type: 'text', text: 'a few words before' };
      abort.abort();
      yield { type: 'failed', failure: { kind: 'cancelled' }, usage: undefined };
      assert.equal(signal.aborted, true);
    });
    const events = await collect(app.ask(easy, abort.signal));
    assert.equal(failureOf(events).kind, 'cancelled');
    const [call] = ledger.calls.values();
    assert.equal(call?.outcome, 'cancelled');
    assert.ok((call?.usage.inputTokens ?? 0) > 0 && (call?.usage.outputTokens ?? 0) > 0);
    assert.equal(ledger.held.size, 0);
  });

  it('books a consumer that walks away at the upper bound', async () => {
    const { app, ledger, wire } = testApp();
    wire.will('demo-small', answer('one two three'));
    for await (const event of app.ask(easy, never)) if (event.type === 'text-delta') break;
    assert.equal(ledger.held.size, 0);
    const [call] = ledger.calls.values();
    assert.equal(call?.outcome, 'cancelled');
    assert.equal(call?.charge.amount, call?.worst);
  });

  it('sends nothing when the worst case cannot be held', async () => {
    const { app, ledger, wire } = testApp();
    ledger.failNext.set('reserve', new StorageError('full', 'disk full'));
    const failure = failureOf(await collect(app.ask(easy, never)));
    assert.deepEqual(failure, { kind: 'storage', problem: 'full', detail: 'disk full' });
    assert.equal(wire.requests.length, 0);
  });

  it('keeps an answer whose booking fails, and books it later', async () => {
    const { app, clock, ledger, wire } = testApp();
    wire.will('demo-small', answer('ok'));
    ledger.failNext.set('settle', new StorageError('locked', 'busy'));
    const events = await collect(app.ask(easy, never));
    assert.equal(last(events).type, 'answer-end');
    assert.equal(ledger.calls.size, 0);
    assert.equal(ledger.held.size, 1, 'still held');
    clock.advance(5_000);
    await Promise.resolve();
    await Promise.resolve();
    assert.equal(ledger.calls.size, 1);
    assert.equal(ledger.held.size, 0);
  });

  it('says that no provider is set up', async () => {
    const { app } = testApp({ settings: { 'demo.enabled': false } });
    assert.equal(failureOf(await collect(app.ask(easy, never))).kind, 'noProvider');
  });

  it('turns what nobody expected into a failure, never a throw', async () => {
    const { app, wire } = testApp();
    wire.will('demo-small', async function* () {
      throw new Error('a bug');
    });
    assert.equal(failureOf(await collect(app.ask(easy, never))).kind, 'unexpected');
  });

  it('asks a better model on request', async () => {
    const { app, wire } = testApp();
    wire.will('demo-small', answer('small')).will('demo-medium', answer('better')).will('demo-large', answer('better'));
    const first = await collect(app.ask(easy, never));
    const start = first.find((event) => event.type === 'answer-start');
    assert.ok(start?.type === 'answer-start');
    const second = await collect(app.ask({ ...easy, step: { direction: 'better', than: start.candidate.id } }, never));
    assert.equal(textOf(second), 'better');
  });
});

describe('a server of one\'s own', () => {
  const settings = { 'demo.enabled': false, 'providers.custom': [{ id: 'works', name: 'Works', baseUrl: 'http://127.0.0.1:9/v1' }], prices: { 'works/works-1': { input: 1, output: 2 } } } as const;

  it('is asked for its models by the first question, once', async () => {
    const { app, wire } = testApp({ settings: { ...settings, prices: {}, 'budget.day': null }, keys: { 'works@127.0.0.1:9': 'a-key' } });
    wire.models = [{ id: 'works-1' }];
    wire.will('works-1', answer('one')).will('works-1', answer('two'));
    assert.equal(textOf(await collect(app.ask(easy, never))), 'one');
    wire.models = undefined;
    assert.equal(textOf(await collect(app.ask(easy, never))), 'two');
  });

  it('says so when it tells none', async () => {
    const { app } = testApp({ settings: { ...settings, prices: {} }, keys: { 'works@127.0.0.1:9': 'a-key' } });
    const failure = failureOf(await collect(app.ask(easy, never)));
    assert.match(failure.kind === 'noCandidate' ? failure.reason : failure.kind, /Works told no models/);
  });

  it('is asked under a budget once its price is known', async () => {
    const { app, ledger, wire } = testApp({ settings, keys: { 'works@127.0.0.1:9': 'a-key' } });
    wire.will('works-1', answer('priced', { input: 1_000, output: 1_000 }));
    assert.equal(textOf(await collect(app.ask(easy, never))), 'priced');
    assert.equal([...ledger.calls.values()][0]?.charge.amount, 3_000_000);
    assert.equal([...ledger.calls.values()][0]?.charge.source, 'user');
  });

  it('is not asked under a budget while its price is unknown', async () => {
    const { app, wire } = testApp({ settings: { ...settings, prices: {} }, keys: { 'works@127.0.0.1:9': 'a-key' } });
    wire.models = [{ id: 'works-1' }];
    assert.deepEqual(failureOf(await collect(app.ask(easy, never))), { kind: 'priceUnknown', provider: 'works', model: 'works-1' });
    assert.equal(wire.requests.length, 0);
  });
});

describe('budget', () => {
  const tight = { 'budget.day': 0.0001 } as const;

  it('refuses before sending when stopped at the limit', async () => {
    const { app, wire } = testApp({ settings: { ...tight, 'budget.atLimit': 'stop' } });
    const failure = failureOf(await collect(app.ask(easy, never)));
    assert.equal(failure.kind, 'budgetReached');
    assert.equal(failure.kind === 'budgetReached' && failure.mayAllow, false);
    assert.equal(wire.requests.length, 0);
  });

  it('degrades to a shorter answer that fits', async () => {
    // 8,192 tokens of the cheapest model may cost 0.0033 USD, 512 tokens 0.0002 USD.
    const { app, wire } = testApp({ settings: { 'budget.day': 0.0006 } });
    wire.will('demo-small', answer('short', { input: 20, output: 5 }));
    const events = await collect(app.ask(easy, never));
    assert.equal(textOf(events), 'short');
    assert.ok((wire.requests[0]?.maxOutputTokens ?? Infinity) < 8192);
  });

  it('answers a question briefly, also by a model that is named, and says so', async () => {
    for (const changes of [{}, { pin: asArmId('demo/demo-small') }]) {
      const { app, wire } = testApp({ settings: { 'budget.day': 0.0006 } });
      wire.will('demo-small', answer('short', { input: 20, output: 5 }));
      const events = await collect(app.ask({ ...easy, ...changes }, never));
      assert.equal(textOf(events), 'short');
      const { maxOutputTokens } = wire.requests[0] ?? assert.fail();
      assert.ok(maxOutputTokens >= 512 && maxOutputTokens < 8192);
      const routed = events.find((event) => event.type === 'answer-routed');
      assert.deepEqual(routed?.route.shortened, { to: maxOutputTokens, by: 'budget' });
    }
  });

  it('refuses a model that is named when not even a short answer fits, and asks it whole where the budget does not shorten', async () => {
    const pin = asArmId('demo/demo-small');
    const { app, wire } = testApp({ settings: tight });
    assert.equal(failureOf(await collect(app.ask({ ...easy, pin }, never))).kind, 'budgetReached');
    const asking = testApp({ settings: { 'budget.day': 0.0006, 'budget.atLimit': 'ask' } });
    assert.equal(failureOf(await collect(asking.app.ask({ ...easy, pin }, never))).kind, 'budgetReached');
    assert.deepEqual([wire.requests.length, asking.wire.requests.length], [0, 0]);
  });

  it('names the budget when nothing fits, and asks after an allowance', async () => {
    const { app, wire } = testApp({ settings: tight });
    const failure = failureOf(await collect(app.ask(easy, never)));
    assert.ok(failure.kind === 'budgetReached');
    assert.equal(failure.scope, 'day');
    assert.equal(failure.limit, fromUsd(0.0001));
    await app.allow(failure, undefined);
    wire.will('demo-small', answer('allowed'));
    assert.equal(textOf(await collect(app.ask(easy, never))), 'allowed');
  });

  it('lets exactly as many of ten parallel asks through as the last cent pays for', async () => {
    const { app, ledger, wire } = testApp({ settings: { 'budget.day': 0.01, 'budget.atLimit': 'stop', maxOutputTokens: 8000 } });
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    for (let index = 0; index < 10; index++) {
      wire.will('demo-small', async function* () {
        await gate;
        yield* answer('ok', { input: 30, output: 8000 });
      });
    }
    const asks = Promise.all(Array.from({ length: 10 }, () => collect(app.ask(easy, never))));
    for (let turn = 0; turn < 200; turn++) await Promise.resolve();
    release();
    const all = await asks;
    const spent = [...ledger.calls.values()].reduce((sum, { charge }) => sum + (charge.amount ?? 0), 0);
    const answered = all.filter((events) => last(events).type === 'answer-end').length;
    assert.ok(spent <= fromUsd(0.01), `${spent} is more than a cent`);
    // Each may cost 0.0032 USD and a little input, so three fit.
    assert.equal(answered, 3);
    assert.equal(wire.requests.length, 3);
  });

  it('tells once when a budget newly passes a step', async () => {
    const { app, wire } = testApp({ settings: { 'budget.day': 0.01 } });
    const notices: string[] = [];
    app.onNotice((notice) => notices.push(notice.kind === 'budgetAlert' ? `${notice.percent} ${notice.status.scope}` : notice.kind));
    for (const output of [1_000, 17_500, 1_000, 4_000]) {
      wire.will('demo-small', answer('ok', { input: 10, output }));
      await collect(app.ask(easy, never));
      for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    }
    assert.deepEqual(notices, ['75 day', '90 day']);
  });

  it('tells how much room there is, for a conversation that is not begun all of its limit', async () => {
    const room = async (settings: object, threadId?: string) => (await testApp({ settings }).app.budgets(threadId))?.room;
    assert.equal(await room({ 'budget.day': null }), undefined);
    assert.equal(await room({ 'budget.day': 5 }), nano(5_000_000_000));
    assert.equal(await room({ 'budget.day': 5, 'budget.conversation': 0.001 }), nano(1_000_000));
    assert.equal(await room({ 'budget.day': null, 'budget.conversation': 0.001 }, 'one'), nano(1_000_000));
  });

  it('keeps demo money apart', async () => {
    const { app, wire } = testApp();
    wire.will('demo-small', answer('ok', { input: 1000, output: 1000 }));
    await collect(app.ask(easy, never));
    assert.equal((await app.budgets(undefined))?.tightest.spent, nano(500_000));
    app.applySettings({ ...app.settings(), 'demo.enabled': false });
    assert.equal((await app.budgets(undefined))?.tightest.spent, 0);
  });
});

describe('conversations', () => {
  async function ended(app: ReturnType<typeof testApp>['app'], threadId: string): Promise<void> {
    for (let turn = 0; turn < 1000 && app.conversations.runningIn(threadId); turn++) await Promise.resolve();
    assert.equal(app.conversations.runningIn(threadId), undefined, 'the answer ends');
  }

  it('stores question and answer, titles the thread, and sends the history next time', async () => {
    const { app, wire } = testApp({ settings: { 'titles.enabled': false } });
    wire.will('demo-small', answer('first answer')).will('demo-small', answer('second answer'));
    const sent = await app.conversations.send({ threadId: undefined, text: 'What does idempotent mean?\nreally', purpose: 'chat' });
    assert.ok(sent.ok);
    await ended(app, sent.threadId);
    const again = await app.conversations.send({ threadId: sent.threadId, text: 'What does nilpotent mean?', purpose: 'chat' });
    assert.ok(again.ok);
    await ended(app, sent.threadId);
    const opened = await app.conversations.open(sent.threadId);
    assert.equal(opened?.thread.title, 'What does idempotent mean?');
    assert.deepEqual(opened?.messages.map(({ role, text }) => [role, text]), [
      ['user', 'What does idempotent mean?\nreally'],
      ['assistant', 'first answer'],
      ['user', 'What does nilpotent mean?'],
      ['assistant', 'second answer'],
    ]);
    assert.deepEqual(wire.requests[1]?.messages.map(({ role }) => role), ['system', 'user', 'assistant', 'user']);
    assert.equal(opened?.messages[3]?.answer?.state, 'complete');
    assert.ok(opened?.messages[3]?.answer?.why?.reasons.length);
  });

  it('tells reasoning piece by piece, and keeps it', async () => {
    const { app, wire } = testApp();
    wire.will('demo-small', [{ type: 'reasoning', text: 'hm' }, { type: 'reasoning', text: ', yes' }, ...answer('done')]);
    const told: string[] = [];
    app.conversations.onEvent((event) => {
      if (event.type === 'reasoning-appended' || event.type === 'text-appended') told.push(`${event.type} ${event.at} ${event.text}`);
      else if (event.type === 'answer-changed') told.push(`${event.phase} ${event.answer.reasoning ?? '-'}`);
    });
    const sent = await app.conversations.send({ threadId: undefined, text: 'hello', purpose: 'chat' });
    assert.ok(sent.ok);
    await ended(app, sent.threadId);
    assert.deepEqual(told, ['choosing -', 'waiting -', 'thinking hm', 'reasoning-appended 2 , yes', 'writing hm, yes', 'text-appended 0 done', 'ended hm, yes']);
    assert.equal((await app.conversations.open(sent.threadId))?.messages[1]?.answer?.reasoning, 'hm, yes');
  });

  it('sends a question that got no answer together with the next one', async () => {
    const { app, wire } = testApp();
    wire.will('demo-small', broken({ kind: 'refused', provider: 'demo' })).will('demo-small', answer('both'));
    const sent = await app.conversations.send({ threadId: undefined, text: 'first', purpose: 'chat' });
    assert.ok(sent.ok);
    await ended(app, sent.threadId);
    assert.ok((await app.conversations.send({ threadId: sent.threadId, text: 'second', purpose: 'chat' })).ok);
    await ended(app, sent.threadId);
    assert.deepEqual(wire.requests[1]?.messages.slice(1), [{ role: 'user', text: 'first\n\nsecond' }]);
  });

  it('keeps the partial answer and its cost when stopped', async () => {
    const { app, wire } = testApp();
    wire.will('demo-small', async function* (_request, signal) {
      yield { type: 'text', text: 'partial' };
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      yield { type: 'failed', failure: { kind: 'cancelled' }, usage: undefined };
    });
    const sent = await app.conversations.send({ threadId: undefined, text: 'hello', purpose: 'chat' });
    assert.ok(sent.ok);
    for (let turn = 0; turn < 200; turn++) await Promise.resolve();
    app.conversations.stop(sent.threadId);
    await ended(app, sent.threadId);
    const message = (await app.conversations.open(sent.threadId))?.messages.at(-1);
    assert.equal(message?.text, 'partial');
    assert.equal(message?.answer?.state, 'cancelled');
    assert.ok((message?.answer?.cost ?? 0) > 0);
  });

  it('asks again one model up, beside the first answer, without sending that answer', async () => {
    const { app, wire } = testApp();
    wire.will('demo-small', answer('small')).will('demo-medium', answer('bigger')).will('demo-large', answer('bigger'));
    const sent = await app.conversations.send({ threadId: undefined, text: 'What does idempotent mean?', purpose: 'chat' });
    assert.ok(sent.ok);
    await ended(app, sent.threadId);
    assert.ok((await app.conversations.again(sent.threadId, sent.messageId, 'better')).ok);
    await ended(app, sent.threadId);
    const opened = await app.conversations.open(sent.threadId);
    assert.deepEqual(opened?.messages.map(({ text }) => text), ['What does idempotent mean?', 'small', 'bigger']);
    assert.deepEqual(wire.requests[1]?.messages.map(({ role }) => role), ['system', 'user']);
  });

  it('keeps the text with the caller when it cannot be stored', async () => {
    const { app, threads } = testApp();
    threads.failNext.set('create', new StorageError('full', 'disk full'));
    const sent = await app.conversations.send({ threadId: undefined, text: 'hello', purpose: 'chat' });
    assert.deepEqual(sent, { ok: false, failure: { kind: 'storage', problem: 'full', detail: 'disk full' } });
  });
});
