import assert from 'node:assert/strict';
import type { AnswerEvent } from '../../../../src/core/model/ask';
import type { Failure } from '../../../../src/core/model/failure';
import { nano } from '../../../../src/core/model/money';
import { noUsage } from '../../../../src/core/model/usage';
import type { WireEvent } from '../../../../src/core/ports/wire';
import { answer } from '../../../support/fakeWire';
import { collect, collectPatiently, question, testApp, textOf } from '../../../support/testApp';

const easy = question('What does idempotent mean?');
const never = new AbortController().signal;
const noLimits = { 'budget.day': null } as const;

/** A server of one's own with two models, dear and cheap enough to be asked one after the other. */
const own = {
  'demo.enabled': false,
  'providers.custom': [{ id: 'own', baseUrl: 'http://localhost:1/v1', auth: 'none', models: ['first', 'second'] }],
  prices: { 'own/first': { input: 1, output: 2 }, 'own/second': { input: 2, output: 4 } },
} as const;

function broken(failure: Failure): readonly WireEvent[] {
  return [{ type: 'failed', failure, usage: undefined }];
}

function failureOf(events: readonly AnswerEvent[]): Failure | undefined {
  const event = events.at(-1);
  return event?.type === 'answer-failed' ? event.failure : undefined;
}

/** Cost of everything that the events tell of, in nano-dollars. */
function told(events: readonly AnswerEvent[]): number {
  return events.reduce((sum, event) => sum + ('receipt' in event ? (event.receipt?.charge.amount ?? 0) : 0), 0);
}

describe('whose money an answer costs', () => {
  const down = { kind: 'providerDown', provider: 'demo', mayRetry: false } as const;

  it('is play money when the demo is left between two tries', async () => {
    const { app, ledger, wire } = testApp();
    wire
      .will('demo-small', async function* () {
        app.applySettings({ ...app.settings(), 'demo.enabled': false });
        yield* broken(down);
      })
      .will('demo-medium', answer('from the demo'));
    const events = await collect(app.ask(easy, never));
    assert.equal(textOf(events), 'from the demo');
    assert.deepEqual([...ledger.calls.values()].map(({ realm }) => realm), ['demo', 'demo']);
    assert.deepEqual(events.flatMap((event) => (event.type === 'answer-start' ? [event.realm] : [])), ['demo', 'demo']);
  });

  it('is real money when the demo is started between two tries', async () => {
    const { app, ledger, wire } = testApp({ settings: own });
    const last = answer('from the server');
    for (const [model, other] of [['first', 'second'], ['second', 'first']] as const) {
      wire.will(model, async function* () {
        if (app.realm() === 'real') {
          app.applySettings({ ...app.settings(), 'demo.enabled': true });
          wire.will(other, last);
          yield* broken({ kind: 'badReply', provider: 'own', detail: '' });
        } else yield* last;
      });
    }
    const events = await collect(app.ask(easy, never));
    assert.equal(textOf(events), 'from the server');
    assert.deepEqual([...ledger.calls.values()].map(({ realm }) => realm), ['real', 'real']);
  });

  it('is told by the model that was chosen, when the demo is left between choosing and holding', async () => {
    const { app, ledger, wire } = testApp();
    const status = ledger.status.bind(ledger);
    await app.budgets(undefined);
    ledger.status = async (realm, periods) => {
      app.applySettings({ ...app.settings(), 'demo.enabled': false });
      return status(realm, periods);
    };
    wire.will('demo-small', answer('ok'));
    await collect(app.ask(easy, never));
    assert.deepEqual([...ledger.calls.values()].map(({ realm }) => realm), ['demo']);
  });
});

describe('what never left', () => {
  it('costs nothing when the key cannot be read', async () => {
    const { app, ledger, stored, wire } = testApp({ settings: { ...own, 'providers.custom': [{ ...own['providers.custom'][0], auth: 'bearer' }] }, keys: { 'own@localhost:1': 'sk-secret' } });
    stored.get = () => {
      throw new Error('the keyring is locked');
    };
    const failure = failureOf(await collect(app.ask(easy, never)));
    assert.deepEqual(failure, { kind: 'unexpected', detail: 'the keyring is locked' });
    assert.deepEqual([...ledger.calls.values()].map(({ charge, outcome }) => [charge.amount, outcome]), [[0, 'failed']]);
    assert.equal(ledger.held.size, 0);
    assert.equal(wire.requests.length, 0);
  });

  it('costs nothing when the listener leaves before it is sent', async () => {
    const { app, ledger, wire } = testApp();
    for await (const event of app.ask(easy, never)) if (event.type === 'answer-start') break;
    assert.equal(wire.requests.length, 0);
    assert.deepEqual([...ledger.calls.values()].map(({ charge }) => charge.amount), [0]);
    assert.equal(ledger.held.size, 0);
  });

  it('is in no book when it was stopped while the choice was made', async () => {
    const { app, ledger } = testApp();
    const events = await collect(app.ask(easy, AbortSignal.abort()));
    assert.deepEqual(failureOf(events), { kind: 'cancelled' });
    assert.equal(ledger.calls.size + ledger.held.size, 0);
  });

  it('costs nothing when it was refused, also where the price is not known', async () => {
    const { app, ledger, wire } = testApp({ settings: { ...own, ...noLimits, prices: {} } });
    for (const model of ['first', 'second']) wire.will(model, broken({ kind: 'rateLimited', provider: 'own', retryAfterMs: 3_600_000 }));
    await collect(app.ask(easy, never));
    assert.deepEqual([...ledger.calls.values()].map(({ charge }) => charge.amount), [0, 0]);
    assert.equal((await app.budgets(undefined))?.statuses[0]?.unknownCalls, 0);
  });
});

describe('what ended before a word', () => {
  const rows: readonly (readonly [name: string, failure: Failure, counted: boolean])[] = [
    ['a provider that did not begin in time', { kind: 'timedOut', provider: 'demo', waitedMs: 1, phase: 'firstToken' }, true],
    ['a connection that was not made in time', { kind: 'timedOut', provider: 'demo', waitedMs: 1, phase: 'connect' }, false],
    ['a connection that broke after the request had left', { kind: 'providerDown', provider: 'demo', mayBeBilled: true }, true],
    ['a connection that was refused', { kind: 'providerDown', provider: 'demo' }, false],
    ['a status', { kind: 'providerDown', provider: 'demo', status: 503 }, false],
    ['a network that went away after the request had left', { kind: 'offline', provider: 'demo', mayBeBilled: true }, true],
    ['no network', { kind: 'offline', provider: 'demo' }, false],
    ['a stop', { kind: 'cancelled' }, true],
  ];
  for (const [name, failure, counted] of rows) {
    it(`${name}: ${counted ? 'the prompt is counted, marked as an estimate' : 'costs nothing, and that is no estimate'}`, async () => {
      const { app, clock, ledger, wire } = testApp();
      for (const model of ['demo-small', 'demo-medium', 'demo-large']) for (let tries = 0; tries < 3; tries++) wire.will(model, broken(failure));
      await collectPatiently(app.ask(easy, never), clock);
      assert.notEqual(ledger.calls.size, 0);
      for (const { charge, usage } of ledger.calls.values()) {
        assert.deepEqual([(charge.amount ?? 0) > 0, charge.estimatedUsage, usage.inputTokens > 0, usage.outputTokens], [counted, counted, counted, 0]);
      }
    });
  }
});

describe('what a call costs', () => {
  it('is what the provider billed, also where it told no tokens', async () => {
    const { app, ledger, wire } = testApp();
    wire.will('demo-small', [{ type: 'text', text: 'four words are here' }, { type: 'end', stop: 'stop', toolCalls: [], usage: { ...noUsage, estimated: true, billed: nano(777) } }]);
    await collect(app.ask(easy, never));
    const [call] = ledger.calls.values();
    assert.deepEqual(call?.charge, { amount: 777, source: 'billed', estimatedUsage: false });
    assert.ok(call && call.usage.estimated && call.usage.inputTokens > 0 && call.usage.outputTokens > 0);
  });

  it('is kept with the price it was worked out with', async () => {
    const { app, ledger, wire } = testApp({ settings: own });
    wire.will('first', answer('a', { input: 1000, output: 10 }));
    await collect(app.ask(easy, never));
    app.applySettings({ ...app.settings(), prices: { 'own/first': { input: 9, output: 9 } } });
    const [call] = ledger.calls.values();
    const asOf = new Date(call?.startedAt ?? 0).toISOString().slice(0, 10);
    assert.deepEqual(call?.charge, { amount: 1_020_000, source: 'user', estimatedUsage: false, price: { input: 1e9, output: 2e9, asOf } });
  });

  it('is all that was held when nobody waited for the end', async () => {
    const { app, ledger, wire } = testApp({ settings: own });
    wire.will('first', answer('a'));
    for await (const event of app.ask(easy, never)) if (event.type === 'text-delta') break;
    const [call] = ledger.calls.values();
    assert.deepEqual(call?.charge, { amount: call?.worst, source: 'user', estimatedUsage: true });
    assert.ok(call?.worst);
  });

  it('is not more than was held where a broken answer is counted here, whatever the count', async () => {
    const { app, ledger, wire } = testApp({ settings: own });
    wire.will('first', [{ type: 'text', text: 'long '.repeat(200_000) }, { type: 'failed', failure: { kind: 'providerDown', provider: 'own', mayBeBilled: true }, usage: undefined }]);
    await collect(app.ask(easy, never));
    const [call] = ledger.calls.values();
    assert.ok(call?.charge.estimatedUsage && call.charge.amount !== undefined && call.charge.amount > 0);
    assert.ok(call.charge.amount <= (call.worst ?? 0), `${call.charge.amount} of ${call.worst}`);
  });

  it('goes with the request as the price that must not be passed', async () => {
    const { app, wire } = testApp({ settings: own });
    wire.will('first', answer('a'));
    await collect(app.ask(easy, never));
    assert.deepEqual(wire.requests.map(({ ceiling }) => ceiling), [{ inputUsd: 1, outputUsd: 2, perCallUsd: 0 }]);
  });
});

describe('a failover', () => {
  it('tells the cost of every try exactly once, whichever failure is shown', async () => {
    const { app, ledger, wire } = testApp();
    const waited = { kind: 'timedOut', provider: 'demo', waitedMs: 1, phase: 'firstToken' } as const;
    wire.will('demo-small', broken({ kind: 'keyRejected', provider: 'demo' })).will('demo-medium', broken(waited)).will('demo-large', broken(waited));
    const events = await collect(app.ask(easy, never));
    assert.equal(failureOf(events)?.kind, 'keyRejected');
    const spent = [...ledger.calls.values()].reduce((sum, { charge }) => sum + (charge.amount ?? 0), 0);
    assert.ok(spent > 0);
    assert.equal(told(events), spent);
  });

  it('passes over a provider that was taken out of the settings meanwhile', async () => {
    const other = { id: 'other', baseUrl: 'http://localhost:2/v1', auth: 'none', models: ['third'] } as const;
    const [server] = own['providers.custom'];
    const settings = { ...own, 'providers.custom': [server, other], prices: { ...own.prices, 'other/third': { input: 9, output: 9 } } };
    const { app, wire } = testApp({ settings });
    const removing = async function* (): AsyncGenerator<WireEvent> {
      app.applySettings({ ...app.settings(), 'providers.custom': [other] });
      yield* broken({ kind: 'badReply', provider: 'own', detail: '' });
    };
    wire.will('first', removing).will('second', removing).will('third', answer('from the other'));
    assert.equal(textOf(await collect(app.ask(easy, never))), 'from the other');
  });

  it('keeps what came of a wire that breaks its word, and counts it', async () => {
    const { app, ledger, wire } = testApp();
    wire.will('demo-small', async function* () {
      yield { type: 'text', text: 'half an ans' };
      throw new Error('a bug');
    });
    const events = await collect(app.ask(easy, never));
    assert.equal(textOf(events), 'half an ans');
    assert.deepEqual(failureOf(events), { kind: 'unexpected', detail: 'a bug' });
    const [call] = ledger.calls.values();
    assert.equal(call?.outcome, 'truncated');
    assert.ok((call?.charge.amount ?? 0) > 0);
    assert.equal(told(events), call?.charge.amount);
  });
});

describe('a key', () => {
  const server = { id: 'own', baseUrl: 'https://models.example/v1', models: ['first', 'second'] } as const;
  const settings = { ...own, 'providers.custom': [server] };

  it('goes to the host it was entered for', async () => {
    const { app, stored, wire } = testApp({ settings });
    const own = (await app.providers()).find(({ provider }) => provider.id === 'own');
    assert.ok(own);
    await app.setKey(own.provider, 'sk-secret');
    assert.deepEqual([...stored.keys()], ['own@models.example']);
    for (const model of ['first', 'second']) wire.will(model, answer('ok'));
    assert.equal(textOf(await collect(app.ask(easy, never))), 'ok');
    assert.deepEqual(wire.requests.map(({ key }) => key), ['sk-secret']);
  });

  it('does not follow an address that is edited', async () => {
    const { app, wire } = testApp({ settings, keys: { 'own@models.example': 'sk-secret' } });
    app.applySettings({ ...app.settings(), 'providers.custom': [{ ...server, baseUrl: 'https://elsewhere.example/v1' }] });
    assert.deepEqual((await app.providers()).filter(({ askable }) => askable), []);
    assert.equal(failureOf(await collect(app.ask(easy, never)))?.kind, 'noProvider');
    assert.equal(wire.requests.length, 0);
  });

  it('does not follow it between two tries either', async () => {
    const { app, wire } = testApp({ settings, keys: { 'own@models.example': 'sk-secret' } });
    const moving = async function* (): AsyncGenerator<WireEvent> {
      app.applySettings({ ...app.settings(), 'providers.custom': [{ ...server, baseUrl: 'https://elsewhere.example/v1' }] });
      yield* broken({ kind: 'badReply', provider: 'own', detail: '' });
    };
    wire.will('first', moving).will('second', moving);
    assert.equal(failureOf(await collect(app.ask(easy, never)))?.kind, 'keyMissing');
    assert.equal(wire.requests.length, 1);
  });
});
