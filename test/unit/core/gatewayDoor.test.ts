import assert from 'node:assert/strict';
import type { CallRecord } from '../../../src/core/model/call';
import type { EmbedRequest } from '../../../src/core/model/embedding';
import { nano } from '../../../src/core/model/money';
import { noUsage } from '../../../src/core/model/usage';
import { StorageError } from '../../../src/core/ports/ledgerStore';
import type { GatewayDoor } from '../../../src/gateway/door';
import { answer } from '../../support/fakeWire';
import { collect, question, testApp } from '../../support/testApp';

const never = new AbortController().signal;
const embeddings = 'own/text-embedding-3-small';
const own = {
  'demo.enabled': false,
  'providers.custom': [{ id: 'own', baseUrl: 'http://localhost:1/v1', auth: 'none', models: ['first'] }],
  prices: { 'own/first': { input: 1, output: 2 }, [embeddings]: { input: 0.02, output: 0 } },
} as const;

/** The app as the gateway sees it: this does not compile when it does not fit. */
function door(options?: Parameters<typeof testApp>[0]) {
  const made = testApp(options);
  const { app }: { readonly app: GatewayDoor } = made;
  return { ...made, door: app };
}

describe('the door of the gateway', () => {
  it('tells what can be asked and whose money that costs', async () => {
    const { door: app } = door();
    const { realm, arms } = await app.askable();
    assert.equal(realm, 'demo');
    assert.ok(arms.some(({ offer }) => offer.model === 'demo-small'));
  });

  it('says whom it would ask, and asks nobody', async () => {
    const { door: app, wire, ledger } = door();
    const route = await app.route(question('What does idempotent mean?'));
    assert.equal('ranked' in route && route.ranked[0]?.id, 'demo/demo-small');
    assert.equal(wire.requests.length + ledger.calls.size + ledger.held.size, 0);
  });

  it('says why nobody can be asked', async () => {
    const { door: app } = door({ settings: { 'demo.enabled': false } });
    assert.deepEqual(await app.route(question('Hello')), { kind: 'noProvider' });
  });

  it('tells of every call once it is in the books, whoever made it', async () => {
    const { door: app, wire, ledger } = door();
    const told: CallRecord[] = [];
    const stop = app.onCall((call) => {
      assert.ok(ledger.calls.has(call.id), 'told before it was booked');
      told.push(call);
    });
    wire.will('demo-small', answer('one')).will('demo-small', answer('two'));
    await collect(app.ask(question('What does idempotent mean?', { purpose: 'gateway', client: { id: 'c', folder: 'shop' } }), never));
    stop();
    await collect(app.ask(question('What does idempotent mean?'), never));
    assert.deepEqual(told.map(({ purpose, client, folder }) => ({ purpose, client, folder })), [{ purpose: 'gateway', client: 'c', folder: 'shop' }]);
  });

  it('tells of a call that the books could not take yet', async () => {
    const { door: app, wire, ledger } = door();
    let told = 0;
    app.onCall(() => told++);
    ledger.failNext.set('settle', new StorageError('full', 'full'));
    wire.will('demo-small', answer('one'));
    await collect(app.ask(question('What does idempotent mean?'), never));
    assert.equal(told, 1);
  });

  it('pages through the calls of the realm in force', async () => {
    const { app, door: gateway, wire } = door();
    wire.will('demo-small', answer('one'));
    await collect(gateway.ask(question('What does idempotent mean?'), never));
    const count = async (): Promise<number> => {
      let found = 0;
      for await (const page of gateway.calls({ from: 0, to: Number.MAX_SAFE_INTEGER })) found += page.length;
      return found;
    };
    assert.equal(await count(), 1);
    app.applySettings({ ...app.settings(), 'demo.enabled': false });
    assert.equal(await count(), 0);
  });

  it('keeps clients with the books', async () => {
    const { door: app } = door();
    const clients = await app.clients();
    await clients.put({ id: 'c', name: 'Claude Code', tokenHash: 'ab', createdAt: 1 });
    assert.deepEqual((await clients.list()).map(({ name }) => name), ['Claude Code']);
  });
});

describe('embeddings', () => {
  const used = { ...noUsage, inputTokens: 1_000 };
  const ask = (changes: Partial<EmbedRequest> = {}): EmbedRequest => ({ place: embeddings, input: ['one', 'two'], ...changes });

  it('are asked once at the place that is named, and are in the books at what they cost', async () => {
    const { door: app, wire, ledger } = door({ settings: own });
    wire.willEmbed({ ok: true, vectors: [[1, 0], [0, 1]], usage: used });
    const embedded = await app.embed(ask({ dimensions: 2, client: { id: 'c', folder: 'shop' } }), never);
    assert.deepEqual(embedded.ok && embedded.vectors, [[1, 0], [0, 1]]);
    assert.deepEqual(wire.embedRequests.map(({ model, input, dimensions, key }) => ({ model, input, dimensions, key })), [{ model: 'text-embedding-3-small', input: ['one', 'two'], dimensions: 2, key: undefined }]);
    const [call] = ledger.calls.values();
    assert.deepEqual([call?.purpose, call?.client, call?.folder, call?.arm, call?.outcome, call?.charge.amount, call?.decided], ['embedding', 'c', 'shop', embeddings, 'complete', 20_000, undefined]);
    assert.equal(embedded.receipt?.charge.amount, 20_000);
    assert.equal(ledger.held.size, 0);
  });

  it('hold every byte as a token before they are sent', async () => {
    const { door: app, wire, ledger } = door({ settings: own });
    const reserve = ledger.reserve.bind(ledger);
    const worst: unknown[] = [];
    ledger.reserve = async (query) => {
      worst.push(query.opening.worst);
      assert.equal(wire.embedRequests.length, 0);
      return reserve(query);
    };
    wire.willEmbed({ ok: true, vectors: [[1]], usage: undefined });
    await app.embed(ask({ input: ['ä'.repeat(1_000)] }), never);
    assert.deepEqual(worst, [(2_000 + 8) * 20]);
  });

  it('count what was sent where the provider tells no usage', async () => {
    const { door: app, wire, ledger } = door({ settings: own });
    wire.willEmbed({ ok: true, vectors: [[1]], usage: undefined });
    await app.embed(ask({ input: ['x'.repeat(400)] }), never);
    const [call] = ledger.calls.values();
    assert.deepEqual([call?.usage.inputTokens, call?.usage.estimated, call?.charge.amount], [100, true, 2_000]);
  });

  const refused: readonly (readonly [string, { readonly request?: Partial<EmbedRequest>; readonly settings?: Parameters<typeof testApp>[0] }, unknown])[] = [
    ['a provider that is not set up', { request: { place: 'openai/text-embedding-3-small' } }, { kind: 'noCandidate', reason: 'openai/text-embedding-3-small cannot be asked now: no provider that is set up offers it.' }],
    ['a name without a provider', { request: { place: 'text-embedding-3-small' } }, { kind: 'noCandidate', reason: 'text-embedding-3-small cannot be asked now: no provider that is set up offers it.' }],
    ['a price that nobody knows while a budget is in force', { request: { place: 'own/other' } }, { kind: 'priceUnknown', provider: 'own', model: 'other' }],
    ['a price that nobody knows while the client has a limit', { request: { place: 'own/other', client: { id: 'c', limit: nano(1e9) } }, settings: { settings: { ...own, 'budget.day': null } } }, { kind: 'priceUnknown', provider: 'own', model: 'other' }],
    ['a model that is excluded', { settings: { settings: { ...own, 'models.excluded': ['own/text-*'] } } }, { kind: 'noCandidate', reason: `${embeddings} is on the list of excluded models.` }],
    ['a model that is not allowed', { settings: { settings: { ...own, 'models.allowed': ['own/first'] } } }, { kind: 'noCandidate', reason: `${embeddings} is not on the list of allowed models.` }],
    ['what the client may not spend', { request: { client: { id: 'c', limit: nano(100) } } }, { kind: 'budgetReached', scope: 'client', spent: 0, limit: 100, needed: 440, mayAllow: false }],
  ];
  for (const [name, { request, settings = { settings: own } }, failure] of refused) {
    it(`are refused for ${name}`, async () => {
      const { door: app, wire, ledger } = door(settings);
      assert.deepEqual(await app.embed(ask(request), never), { ok: false, failure, receipt: undefined });
      assert.equal(wire.embedRequests.length + ledger.calls.size + ledger.held.size, 0);
    });
  }

  it('are refused in a sentence where the protocol has none', async () => {
    const { door: app, wire } = door({ settings: own });
    Object.defineProperty(wire, 'embed', { value: undefined });
    const embedded = await app.embed(ask(), never);
    assert.equal(!embedded.ok && embedded.failure.kind === 'badRequest' && /makes no embeddings/.test(embedded.failure.detail), true);
  });

  it('that fail are told as they failed, and cost nothing that was not used', async () => {
    const { door: app, wire, ledger } = door({ settings: own });
    wire.willEmbed({ ok: false, failure: { kind: 'rateLimited', provider: 'own', retryAfterMs: 1_000 }, usage: undefined });
    const embedded = await app.embed(ask(), never);
    assert.deepEqual(!embedded.ok && embedded.failure, { kind: 'rateLimited', provider: 'own', retryAfterMs: 1_000 });
    assert.deepEqual([...ledger.calls.values()].map(({ outcome, charge }) => [outcome, charge.amount]), [['failed', 0]]);
    assert.equal(wire.embedRequests.length, 1);
  });

  it('that are cancelled before they are sent cost nothing', async () => {
    const { door: app, wire } = door({ settings: own });
    const embedded = await app.embed(ask(), AbortSignal.abort());
    assert.deepEqual(!embedded.ok && embedded.failure, { kind: 'cancelled' });
    assert.equal(wire.embedRequests.length, 0);
  });
});
