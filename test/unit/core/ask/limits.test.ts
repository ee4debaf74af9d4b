import assert from 'node:assert/strict';
import type { AnswerEvent } from '../../../../src/core/model/ask';
import { domains } from '../../../../src/core/model/modelCard';
import type { AppSettings } from '../../../../src/core/model/settings';
import { windowMs } from '../../../../src/core/ports/limitStore';
import { answer } from '../../../support/fakeWire';
import { collect, question, testApp, textOf } from '../../../support/testApp';

const never = new AbortController().signal;
const easy = question('What does idempotent mean?');

/** Lets everything run that does not wait for the clock. */
const flush = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Two servers of one's own with a model each, the first cheaper. */
function twoServers(limits: Parameters<typeof testApp>[0]) {
  return testApp({
    settings: {
      'demo.enabled': false,
      'providers.custom': [
        { id: 'near', baseUrl: 'http://localhost:1/v1', auth: 'none', models: ['small'] },
        { id: 'far', baseUrl: 'http://localhost:2/v1', auth: 'none', models: ['large'] },
      ],
      prices: { 'near/small': { input: 1, output: 2 }, 'far/large': { input: 2, output: 4 } },
      ...limits?.settings,
    },
  });
}

describe('a limit in the settings', () => {
  /** Asks the demo more than it may be asked; the last question waits. */
  const third = async (stop = never) => {
    const tested = testApp({ settings: { 'providers.limits': { demo: { requestsPerMinute: 2 } }, 'models.pinned': 'demo/demo-small' } });
    for (const word of ['one', 'two', 'three']) tested.wire.will('demo-small', answer(word));
    for (let asked = 0; asked < 2; asked++) await collect(tested.app.ask(easy, never));
    const events: AnswerEvent[] = [];
    const ended = (async () => {
      for await (const event of tested.app.ask(easy, stop)) events.push(event);
    })();
    for (let turns = 0; turns < 20; turns++) await flush();
    return { ...tested, events, ended };
  };

  it('lets a question wait, told and with no money held, and answers it then', async () => {
    const { app, clock, ledger, events, ended, wire } = await third();
    assert.deepEqual(events.map(({ type }) => type), ['answer-routed', 'answer-waiting']);
    assert.equal(ledger.held.size, 0);
    assert.equal(wire.requests.length, 2);
    for (let waited = 0; waited < windowMs; waited += 250) {
      clock.advance(250);
      await flush();
    }
    await ended;
    assert.equal(textOf(events), 'three');
    assert.equal(ledger.calls.size, 3);
    await app.close();
  });

  it('counts only when there is one', async () => {
    const { app, limits, wire } = testApp({ settings: { 'providers.limits': { openai: { requestsPerMinute: 1 }, demo: {} } } });
    wire.will('demo-small', answer('ok'));
    await collect(app.ask(easy, never));
    assert.equal(limits.transactions, 0);
  });

  it('lets a waiting question be stopped, and leaves no trace of it', async () => {
    const stop = new AbortController();
    const { events, ended, limits, ledger, wire } = await third(stop.signal);
    stop.abort();
    await ended;
    assert.deepEqual(events.at(-1), { type: 'answer-failed', failure: { kind: 'cancelled' }, receipt: undefined });
    assert.equal(limits.turns.length, 2);
    assert.equal(ledger.calls.size, 2);
    assert.equal(wire.requests.length, 2);
  });

  it('lets it go when the limit is raised meanwhile', async () => {
    const { app, clock, events, ended } = await third();
    app.applySettings({ ...app.settings(), 'providers.limits': {} });
    clock.advance(500);
    await ended;
    assert.equal(textOf(events), 'three');
  });

  it('asks another provider instead when the wait would be long', async () => {
    const { app, wire, ledger } = twoServers({ settings: { 'providers.limits': { near: { requestsPerMinute: 1 } } } });
    wire.will('small', answer('from near')).will('large', answer('from far'));
    assert.equal(textOf(await collect(app.ask(easy, never))), 'from near');
    const events = await collect(app.ask(easy, never));
    assert.equal(textOf(events), 'from far');
    const switched = events.find((event) => event.type === 'answer-switched');
    assert.deepEqual(switched?.failure, { kind: 'limitReached', provider: 'near', retryAfterMs: windowMs });
    assert.equal(switched?.receipt, undefined);
    assert.equal(ledger.calls.size, 2);
  });

  it('waits after all when the other provider fails', async () => {
    const { app, wire, clock } = twoServers({ settings: { 'providers.limits': { near: { requestsPerMinute: 1 } } } });
    wire.will('small', answer('one')).will('small', answer('two')).will('large', [{ type: 'failed', failure: { kind: 'modelGone', provider: 'far', model: 'large' }, usage: undefined }]);
    await collect(app.ask(easy, never));
    const events: AnswerEvent[] = [];
    let ended = false;
    void (async () => {
      for await (const event of app.ask(easy, never)) events.push(event);
      ended = true;
    })();
    for (let waited = 0; waited <= windowMs && !ended; waited += 250) {
      for (let turns = 0; turns < 10; turns++) await flush();
      clock.advance(250);
    }
    await flush();
    assert.deepEqual(events.map(({ type }) => type), ['answer-routed', 'answer-switched', 'answer-start', 'answer-switched', 'answer-waiting', 'answer-start', 'text-delta', 'answer-end']);
    assert.equal(textOf(events), 'two');
  });

  it('says nothing of the health of its provider', async () => {
    const { app, wire, clock } = twoServers({ settings: { 'providers.limits': { near: { requestsPerMinute: 1 } } } });
    wire.will('small', answer('one')).will('large', answer('two')).will('small', answer('three'));
    await collect(app.ask(easy, never));
    await collect(app.ask(easy, never));
    clock.advance(windowMs);
    assert.equal(textOf(await collect(app.ask(easy, never))), 'three');
  });
});

describe('two hosts of one model for the same money', () => {
  const known = { id: 'twin', name: 'Twin', contextTokens: 40_000, maxOutputTokens: 8192, capabilities: [], efforts: [{ effort: 'none', isDefault: true, abilities: Object.fromEntries(domains.map((domain) => [domain, { z: 2, sd: 0.1 }])), verbosity: 1 }], offers: [], retired: [], aliases: [] } as const;
  const twins = (limits: AppSettings['providers.limits'] = {}) =>
    testApp({
      cards: [known],
      settings: {
        'demo.enabled': false,
        'providers.limits': limits,
        'providers.custom': ['left', 'right'].map((id, index) => ({ id, baseUrl: `http://localhost:${index + 1}/v1`, auth: 'none', models: ['twin'] })),
        prices: { 'left/twin': { input: 1, output: 2 }, 'right/twin': { input: 1, output: 2 } },
      },
    });
  const hostsAsked = ({ wire }: ReturnType<typeof testApp>) => wire.requests.map(({ endpoint }) => endpoint.provider.id);

  it('are asked in turn, as the preview said', async () => {
    const tested = twins();
    const previewed: string[] = [];
    for (let asked = 0; asked < 4; asked++) {
      const preview = (await tested.app.preview({ text: 'What does idempotent mean?', threadId: undefined, before: [] }, never))?.balanced;
      if (preview?.ok) previewed.push(preview.candidate.arm.offer.provider);
      tested.wire.will('twin', answer('ok'));
      await collect(tested.app.ask(easy, never));
    }
    assert.deepEqual(hostsAsked(tested), ['left', 'right', 'left', 'right']);
    assert.deepEqual(previewed, ['left', 'right', 'left', 'right']);
  });

  it('stand in for one another at once when one is at its limit', async () => {
    const tested = twins({ left: { requestsPerMinute: 1 } });
    for (let asked = 0; asked < 3; asked++) {
      tested.wire.will('twin', answer('ok'));
      assert.equal(textOf(await collect(tested.app.ask(easy, never))), 'ok');
    }
    assert.deepEqual(hostsAsked(tested), ['left', 'right', 'right']);
    assert.equal(tested.clock.elapsed(), 0);
  });
});
