import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AnswerEvent, AskingClient } from '../../../../src/core/model/ask';
import { asArmId } from '../../../../src/core/model/modelCard';
import { nano } from '../../../../src/core/model/money';
import { noUsage } from '../../../../src/core/model/usage';
import { openDatabase } from '../../../../src/node/sqlite/database';
import { FakeHealthStore } from '../../../support/fakeHealthStore';
import { FakeHistoryBackups } from '../../../support/fakeHistoryBackups';
import { answer } from '../../../support/fakeWire';
import { collect, question, testApp } from '../../../support/testApp';

const never = new AbortController().signal;
const settings = {
  'demo.enabled': false,
  'budget.day': null,
  'providers.custom': [{ id: 'own', baseUrl: 'http://localhost:1/v1', auth: 'none', models: ['dear', 'cheap'] }],
  prices: { 'own/dear': { input: 10, output: 100 }, 'own/cheap': { input: 1, output: 1 } },
  maxOutputTokens: 512,
} as const;
const client = (limit: number): AskingClient => ({ id: 'c', limit: nano(limit), folder: 'shop' });
const last = (events: readonly AnswerEvent[]) => events.at(-1);

describe('what a client may spend', () => {
  it('is refused as its own limit when nothing fits it any more', async () => {
    const { app, wire } = testApp({ settings });
    const event = last(await collect(app.ask(question('Hello', { client: client(1_000) }), never)));
    assert.ok(event?.type === 'answer-failed' && event.failure.kind === 'budgetReached');
    const { scope, spent, limit, mayAllow } = event.failure;
    assert.deepEqual({ scope, spent, limit, mayAllow }, { scope: 'client', spent: 0, limit: 1_000, mayAllow: false });
    assert.equal(wire.requests.length, 0);
  });

  it('makes a cheaper model answer while one fits', async () => {
    const { app, wire } = testApp({ settings });
    wire.will('cheap', answer('ok'));
    await collect(app.ask(question('Hello', { client: client(2_000_000) }), never));
    assert.deepEqual(wire.requests.map(({ model }) => model), ['cheap']);
  });

  it('makes an answer shorter when only a short one fits', async () => {
    const { app, wire } = testApp({ settings: { ...settings, 'models.allowed': ['own/cheap'], maxOutputTokens: 8_192 } });
    wire.will('cheap', answer('ok'));
    await collect(app.ask(question('Hello', { client: client(2_000_000) }), never));
    assert.deepEqual(wire.requests.map(({ maxOutputTokens }) => maxOutputTokens), [1_024]);
  });

  it('of nothing leaves what costs nothing, and refuses answers and vectors that cost', async () => {
    const { app, wire, ledger } = testApp({ settings: { ...settings, prices: { ...settings.prices, 'own/cheap': { input: 0, output: 0 } } } });
    wire.will('cheap', answer('ok'));
    await collect(app.ask(question('Hello', { client: client(0) }), never));
    assert.deepEqual(wire.requests.map(({ model }) => model), ['cheap']);
    const event = last(await collect(app.ask(question('Hello', { client: client(0), pin: asArmId('own/dear') }), never)));
    assert.equal(event?.type === 'answer-failed' && event.failure.kind === 'budgetReached' && event.failure.scope, 'client');
    const embedded = await app.embed({ place: 'own/dear', input: ['one'], client: client(0) }, never);
    assert.equal(!embedded.ok && embedded.failure.kind === 'budgetReached' && embedded.failure.scope, 'client');
    assert.equal(ledger.held.size, 0);
  });

  it('counts vectors and answers together', async () => {
    const { app, wire } = testApp({ settings });
    wire.willEmbed({ ok: true, vectors: [[1]], usage: { ...noUsage, inputTokens: 100 } }).will('cheap', answer('ok', { input: 10, output: 10 }));
    await app.embed({ place: 'own/cheap', input: ['x'.repeat(100)], client: client(1_000_000) }, never);
    await collect(app.ask(question('Hello', { client: client(1_000_000), pin: asArmId('own/cheap') }), never));
    const { spent, held, calls } = await (await app.clients()).spend('c');
    assert.deepEqual({ spent, held, calls }, { spent: 120_000, held: 0, calls: 2 });
  });

  it('lets nothing be asked whose price nobody knows, although no budget is set', async () => {
    const { app } = testApp({ settings: { ...settings, prices: {} } });
    const ask = question('Hello', { pin: asArmId('own/dear') });
    assert.ok('ranked' in (await app.route(ask)));
    assert.deepEqual(await app.route({ ...ask, client: client(1e9) }), { kind: 'priceUnknown', provider: 'own', model: 'dear' });
  });

  it('says nothing of what the person may spend', async () => {
    const { app, wire } = testApp({ settings });
    wire.will('cheap', answer('ok')).will('cheap', answer('ok'));
    await collect(app.ask(question('Hello', { client: client(2_000_000), pin: asArmId('own/cheap') }), never));
    await collect(app.ask(question('Hello', { pin: asArmId('own/cheap') }), never));
    assert.deepEqual((await app.budgets(undefined))?.statuses.map(({ scope, limit }) => [scope, limit]), [['day', undefined], ['week', undefined], ['month', undefined]]);
  });

  it('is never passed by ten requests at once in two windows', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'farthing-clients-'));
    const open = () => openDatabase(path.join(folder, 'farthing.db'));
    const databases = [await open(), await open()];
    const windows = databases.map((database, index) => testApp({ settings, window: `window-${index + 2}`, realBooks: { ...database, health: new FakeHealthStore(), backups: new FakeHistoryBackups(), close: async () => database.close() } }));
    for (const { wire } of windows) for (let index = 0; index < 5; index++) wire.will('cheap', answer('ok', { input: 10, output: 500 }));
    // One may cost about 700,000 and costs 510,000: three of them fit, however the rest goes.
    const limit = 2_000_000;
    const asked = Array.from({ length: 10 }, (_, index) => windows[index % 2]?.app.ask(question('Hello', { client: client(limit), pin: asArmId('own/cheap') }), never));
    const ends = await Promise.all(asked.map(async (stream) => (stream ? last(await collect(stream))?.type : undefined)));
    const spend = await databases[0]?.clients.spend('c');
    assert.equal(spend?.calls, ends.filter((end) => end === 'answer-end').length);
    assert.ok(ends.includes('answer-failed') && ends.includes('answer-end'), ends.join(' '));
    assert.ok((spend?.spent ?? Infinity) <= limit && spend?.held === 0, JSON.stringify(spend));
    for (const { app } of windows) await app.close();
    rmSync(folder, { recursive: true, maxRetries: 5 });
  });
});
