import assert from 'node:assert/strict';
import { asArmId } from '../../../../src/core/model/modelCard';
import { nano } from '../../../../src/core/model/money';
import type { WorkWish } from '../../../../src/core/model/work';
import { StorageError } from '../../../../src/core/ports/ledgerStore';
import { answer } from '../../../support/fakeWire';
import { forever, idle, refused, verdict, workApp, worked } from '../../../support/workScripts';

const never = new AbortController().signal;
const arms = ['demo-small', 'demo-medium', 'demo-large'].map((name) => asArmId(`demo/${name}`));
const compare: WorkWish = { strategy: 'compare', arms };
const refine: WorkWish = { strategy: 'refine', arms, rounds: 3 };
const question = 'Which sorting is stable, and why?';
const draft = { text: question, threadId: undefined, before: [] };

/** What all of it may cost at the most, in USD. */
async function worstOf(wish: WorkWish, app = workApp().app): Promise<number> {
  const forecast = await app.forecastWork(wish, draft, never);
  assert.ok(forecast.ok && forecast.worst !== undefined);
  return forecast.worst / 1e9;
}

describe('what several models cost', () => {
  it('is told before, call by call: nothing is asked and nothing held', async () => {
    const { app, wire, ledger } = workApp();
    const forecast = await app.forecastWork(refine, draft, never);
    assert.ok(forecast.ok);
    // An answer and two critics, then three times a revision, a comparison in both orders and two critics.
    assert.equal(forecast.calls, 3 + 3 * 5);
    assert.deepEqual(forecast.arms.map(({ arm }) => arm), arms);
    assert.ok((forecast.likely ?? 0) > 0 && (forecast.likely ?? 0) < (forecast.high ?? 0) && (forecast.high ?? 0) < (forecast.worst ?? 0));
    assert.deepEqual([wire.requests.length, ledger.holds.size, ledger.calls.size], [0, 0, 0]);
  });

  it('is no forecast any more once it was given up', async () => {
    assert.deepEqual(await workApp().app.forecastWork(refine, draft, AbortSignal.abort()), { ok: false, failure: { kind: 'cancelled' } });
  });

  it('says what keeps it from being done', async () => {
    const { app } = workApp({ settings: { 'models.excluded': ['demo/demo-medium', 'demo/demo-large'] } });
    const forecast = await app.forecastWork({ strategy: 'refine' }, draft, never);
    assert.ok(!forecast.ok && forecast.failure.kind === 'noCandidate');
    assert.match(forecast.failure.reason, /2 different models, and only one/);
  });

  it('is held as one while it is done, and never more than was told', async () => {
    const { app, wire, ledger } = workApp();
    const worst = await worstOf(compare, app);
    let most = 0;
    ledger.onChange(() => {
      const held = [...ledger.holds.values()].reduce((sum, { amount }) => sum + amount, 0) + [...ledger.held.values()].reduce((sum, one) => sum + (one.worst ?? 0), 0);
      most = Math.max(most, held);
    });
    wire.will('demo-small', answer('one')).will('demo-medium', answer('two')).will('demo-large', answer('three'));
    const { message } = await worked(app, compare);
    assert.equal(most, Math.round(worst * 1e9));
    assert.equal(message.answer?.work?.predicted?.worst, most);
    assert.equal(ledger.holds.size, 0);
  });

  it('begins with less than all it could cost, as long as that is what it takes', async () => {
    const worst = await worstOf(refine);
    const { app, wire } = workApp({ settings: { 'budget.day': worst * 0.9 } });
    wire.will('demo-small', answer('v1')).will('demo-medium', verdict({ score: 0.95 })).will('demo-large', verdict({ score: 0.95 }));
    const { message } = await worked(app, refine);
    assert.deepEqual([message.text, message.answer?.work?.end, message.answer?.work?.note], ['v1', 'enough', undefined]);
  });

  it('is given back when everything fails', async () => {
    const { app, wire, ledger } = workApp();
    wire.will('demo-small', refused).will('demo-medium', refused).will('demo-large', refused);
    const { message } = await worked(app, compare);
    assert.deepEqual([message.answer?.state, message.answer?.failure?.kind, ledger.holds.size], ['failed', 'refused', 0]);
  });

  it('is given back later when the database refuses now', async () => {
    const { app, wire, ledger, clock } = workApp();
    wire.will('demo-small', answer('one')).will('demo-medium', answer('two')).will('demo-large', answer('three'));
    ledger.failNext.set('release', new StorageError('locked', 'busy'));
    await worked(app, compare);
    assert.equal(ledger.holds.size, 1);
    clock.advance(5_000);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(ledger.holds.size, 0);
  });

  it('leaves the dearest out where the budget has no room for all, and says so', async () => {
    const two = await worstOf({ ...compare, arms: arms.slice(0, 2) });
    const { app, wire } = workApp({ settings: { 'budget.day': two * 1.01 } });
    wire.will('demo-small', answer('one')).will('demo-medium', answer('two'));
    const { message } = await worked(app, compare);
    assert.deepEqual(message.answer?.work?.steps.map(({ arm }) => arm), arms.slice(0, 2));
    assert.match(message.answer?.work?.note ?? '', /2 of 3 models/);
  });

  it('makes fewer rounds where the budget has no room for all', async () => {
    const one = await worstOf({ ...refine, rounds: 1 });
    const { app, wire } = workApp({ settings: { 'budget.day': one * 0.5 } });
    wire.will('demo-small', answer('v1')).will('demo-medium', verdict({ score: 0.95 })).will('demo-large', verdict({ score: 0.95 }));
    const { message } = await worked(app, refine);
    assert.match(message.answer?.work?.note ?? '', /2 of 3 rounds/);
    assert.equal(message.text, 'v1');
  });

  it('is refused with its figures when not even the least fits', async () => {
    const { app, wire } = workApp({ settings: { 'budget.day': 0.00001 } });
    const { message } = await worked(app, compare);
    assert.deepEqual([message.answer?.state, message.answer?.failure?.kind, message.answer?.work?.end, wire.requests.length], ['failed', 'budgetReached', 'budget', 0]);
  });

  it('is not made smaller where the person wants to be asked or stopped', async () => {
    const two = await worstOf({ ...compare, arms: arms.slice(0, 2) });
    for (const atLimit of ['ask', 'stop'] as const) {
      const { app, wire } = workApp({ settings: { 'budget.day': two * 1.01, 'budget.atLimit': atLimit } });
      const { message } = await worked(app, compare);
      const failure = message.answer?.failure;
      assert.ok(failure?.kind === 'budgetReached');
      assert.deepEqual([failure.mayAllow, wire.requests.length], [atLimit === 'ask', 0]);
    }
  });

  it('draws every call from what is held, so that another window cannot take it away in between', async () => {
    const worst = await worstOf(compare);
    const { app, wire, ledger } = workApp({ settings: { 'budget.day': worst * 1.001 } });
    wire.will('demo-small', forever).will('demo-medium', forever).will('demo-large', forever);
    const sent = await app.conversations.send({ threadId: undefined, text: question, purpose: 'chat', work: compare });
    assert.ok(sent.ok);
    while (wire.requests.length < 3) await new Promise((resolve) => setImmediate(resolve));
    // All three left although all of the day's room was held before the first.
    const other = await ledger.hold({ hold: { id: 'other', realm: 'demo', threadId: undefined, window: 'window-2', startedAt: Date.UTC(2026, 2, 18, 12), amount: nano(Math.round(worst * 1e9 * 0.01)) }, periods: [{ scope: 'day', from: 0, to: Number.MAX_SAFE_INTEGER, limit: nano(Math.round(worst * 1.001 * 1e9)) }], conversationLimit: undefined });
    assert.equal(other.ok, false);
    app.conversations.stop(sent.threadId);
    await idle(app, sent.threadId);
    assert.equal(ledger.holds.size, 0);
  });
});

describe('work that its window left', () => {
  it('keeps the finished steps and says that the others never ended', async () => {
    const { app, wire, threads } = workApp();
    wire.will('demo-small', answer('one')).will('demo-medium', forever).will('demo-large', forever);
    const sent = await app.conversations.send({ threadId: undefined, text: question, purpose: 'chat', work: compare });
    assert.ok(sent.ok);
    while (wire.requests.length < 3) await new Promise((resolve) => setImmediate(resolve));
    await app.conversations.close();
    const stored = threads.messages.get(sent.messageId);
    assert.equal(stored?.answer?.state, 'interrupted');
    assert.deepEqual(stored.answer.work?.steps.map(({ state, text }) => [state, text]), [
      ['done', 'one'],
      ['cancelled', 'It begins'],
      ['cancelled', 'It begins'],
    ]);
  });

  it('says the same of a window that was killed', async () => {
    const { app, threads } = workApp();
    await threads.create({ id: 't', title: 't', createdAt: 1, updatedAt: 1, realm: 'demo' });
    const step = { kind: 'answer', text: 'half' } as const;
    const work = { strategy: 'compare', wish: compare, steps: [{ ...step, id: 's1', state: 'running' }, { ...step, id: 's2', state: 'done' }, { ...step, id: 's3', state: 'waiting' }] } as const;
    await threads.append({ id: 'm', threadId: 't', position: 0, role: 'assistant', text: '', createdAt: 1, answer: { state: 'streaming', window: 'gone', work } });
    threads.dead.add('gone');
    const message = (await app.conversations.open('t'))?.messages[0];
    assert.deepEqual([message?.answer?.state, message?.answer?.work?.end, message?.answer?.work?.steps.map(({ state }) => state)], ['interrupted', 'stopped', ['cancelled', 'done', 'skipped']]);
  });
});
