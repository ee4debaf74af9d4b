import assert from 'node:assert/strict';
import { Conversations } from '../../../src/core/conversation/conversations';
import { nano } from '../../../src/core/model/money';
import { StorageError } from '../../../src/core/ports/ledgerStore';
import { opening } from '../../support/calls';
import { FakeClock } from '../../support/fakeClock';
import { FakeThreadStore } from '../../support/fakeThreadStore';
import { answer } from '../../support/fakeWire';
import { testApp } from '../../support/testApp';

async function settle(): Promise<void> {
  for (let turn = 0; turn < 300; turn++) await Promise.resolve();
}

const hello = { threadId: undefined, text: 'hello', purpose: 'chat' } as const;

describe('a listener that throws', () => {
  it('ends no answer, and keeps no other listener from hearing', async () => {
    const { app, ledger, logged, wire } = testApp();
    let heard = 0;
    app.conversations.onEvent(() => {
      throw new Error('a view with a bug');
    });
    app.conversations.onEvent(() => (heard += 1));
    wire.will('demo-small', answer('whole', { input: 10, output: 5 }));
    const sent = await app.conversations.send(hello);
    assert.ok(sent.ok);
    await settle();
    assert.equal(app.conversations.isRunning(), false);
    assert.equal((await app.conversations.open(sent.threadId))?.messages.at(-1)?.answer?.state, 'complete');
    assert.deepEqual([...ledger.calls.values()].map(({ outcome, usage }) => [outcome, usage.estimated]), [['complete', false]]);
    assert.ok(heard > 0);
    assert.ok(logged.some((line) => line.includes('a view with a bug')));
  });

  it('of budgets neither', async () => {
    const { app } = testApp();
    let heard = 0;
    app.onBudgetChanged(() => {
      throw new Error('a view with a bug');
    });
    app.onBudgetChanged(() => (heard += 1));
    app.applySettings(app.settings());
    assert.equal(heard, 1);
  });
});

describe('books that open but cannot be read', () => {
  it('are closed, and opened anew by the next call', async () => {
    const { app, ledger, closed } = testApp();
    ledger.failNext.set('lastCall', new StorageError('other', 'the disk fell out'));
    assert.equal(await app.budgets(undefined), undefined);
    assert.equal(closed(), true);
    assert.ok(await app.budgets(undefined));
  });
});

describe('an answer that ends with a throw', () => {
  it('is marked as failed, and the conversation is free again', async () => {
    const threads = new FakeThreadStore();
    let lastId = 0;
    const conversations = new Conversations({
      ask: async function* () {
        yield { type: 'text-delta', text: 'half' };
        throw new Error('a bug');
      },
      work: () => {
        throw new Error('never asked');
      },
      explain: () => {
        throw new Error('never asked');
      },
      threads: async () => threads,
      clock: new FakeClock(),
      ids: { next: () => String(++lastId) },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      realm: () => 'demo',
      window: 'window-1',
    });
    const sent = await conversations.send(hello);
    assert.ok(sent.ok);
    await settle();
    assert.equal(conversations.isRunning(), false);
    const message = threads.messages.get(sent.messageId);
    assert.deepEqual([message?.text, message?.answer?.state, message?.answer?.failure], ['half', 'failed', { kind: 'unexpected', detail: 'a bug' }]);
  });
});

describe('closing', () => {
  it('ends an answer under way without waiting for a timer', async () => {
    const { app, ledger, threads, wire } = testApp();
    wire.will('demo-small', async function* (_request, signal) {
      yield { type: 'text', text: 'half' };
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      yield { type: 'failed', failure: { kind: 'cancelled' }, usage: undefined };
    });
    const sent = await app.conversations.send(hello);
    assert.ok(sent.ok);
    await settle();
    await app.close();
    assert.equal(ledger.held.size, 0);
    assert.deepEqual([threads.messages.get(sent.messageId)?.text, threads.messages.get(sent.messageId)?.answer?.state], ['half', 'interrupted']);
  });

  it('sends nothing for a question that is just being stored', async () => {
    const { app, ledger, wire } = testApp();
    const sending = app.conversations.send(hello);
    const closing = app.close();
    await Promise.all([sending, closing]);
    await settle();
    assert.equal(wire.requests.length, 0);
    assert.equal(ledger.held.size, 0);
  });

  it('closes the books when the demo cannot be stopped', async () => {
    const { app, closed } = testApp({ demo: { baseUrl: async () => '', stop: () => Promise.reject(new Error('it never started')) } });
    await app.budgets(undefined);
    await app.close();
    assert.equal(closed(), true);
  });
});

describe('the end of a period', () => {
  it('is told, because every budget is another one then', async () => {
    const { app, clock } = testApp();
    const day = (await app.budgets(undefined))?.statuses.find(({ scope }) => scope === 'day');
    let told = 0;
    app.onBudgetChanged(() => (told += 1));
    clock.advance((day?.resetsAt ?? 0) - clock.now() - 1);
    assert.equal(told, 0);
    clock.advance(1);
    assert.equal(told, 1);
    const next = (await app.budgets(undefined))?.statuses.find(({ scope }) => scope === 'day');
    assert.ok((next?.resetsAt ?? 0) > (day?.resetsAt ?? 0));
    await app.close();
    assert.equal(clock.pending, 0);
  });
});

describe('a window that ends unexpectedly while it holds money', () => {
  const rows = [
    ['at once, where hardly any room is left beside what it holds', nano(4_000_000_000), 0],
    ['a second after the last look at the latest, where there is room enough', nano(100), 1_000],
  ] as const;
  for (const [when, worst, afterMs] of rows) {
    it(`is settled ${when}`, async () => {
      const { app, clock, ledger } = testApp({ settings: { 'budget.day': 5 } });
      const day = async () => (await app.budgets(undefined))?.statuses.find(({ scope }) => scope === 'day');
      let told = 0;
      app.onBudgetChanged(() => (told += 1));
      await day();
      const lost = opening('lost', { realm: 'demo', startedAt: clock.now(), worst });
      await ledger.reserve({ opening: lost, periods: [], conversationLimit: undefined });
      assert.deepEqual([(await day())?.held, (await day())?.spent], [worst, 0], 'it runs');
      ledger.dead.add(lost.window);
      if (afterMs > 0) {
        assert.equal((await day())?.held, worst, 'it was looked just now');
        const before = told;
        clock.advance(afterMs);
        assert.equal(told, before + 1, 'who shows it reads it again');
      }
      assert.deepEqual([(await day())?.held, (await day())?.spent], [0, worst]);
      await app.close();
      assert.equal(clock.pending, 0);
    });
  }
});

describe('trouble of one moment', () => {
  it('of the books at their opening leaves one set of listeners', async () => {
    const { app, ledger } = testApp();
    ledger.failNext.set('status', new StorageError('locked', 'busy'));
    await app.budgets(undefined);
    let told = 0;
    app.onBudgetChanged(() => (told += 1));
    await app.budgets(undefined);
    await ledger.allow({ id: 'one', realm: 'demo', scope: 'day', from: 0, threadId: undefined, amount: (await app.budgets(undefined))?.tightest.spent ?? assert.fail('no budget'), at: 0 });
    assert.equal(told, 1);
  });

  it('of the catalogue is no unhandled rejection when settings change', async () => {
    const { app } = testApp({ snapshot: () => Promise.reject(new Error('unreadable')) });
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const models = assert.rejects(app.models(), /unreadable/);
    app.applySettings(app.settings());
    await models;
    // Node tells of them after the microtasks.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    assert.deepEqual(unhandled, []);
  });

  it('models that the settings no longer name are gone', async () => {
    const server = { id: 'own', baseUrl: 'http://localhost:1/v1', auth: 'none' } as const;
    const { app } = testApp({ settings: { 'demo.enabled': false, 'providers.custom': [{ ...server, models: ['one'] }] } });
    assert.deepEqual((await app.models()).map(({ id }) => id), ['own/one']);
    app.applySettings({ ...app.settings(), 'providers.custom': [server] });
    assert.deepEqual(await app.models(), []);
  });
});
