import assert from 'node:assert/strict';
import type { SnapshotCard } from '../../../src/core/catalog/snapshot';
import { type Domain, domains } from '../../../src/core/model/modelCard';
import { pricePerMillion } from '../../../src/core/model/money';
import type { Endpoint } from '../../../src/core/model/provider';
import type { AppSettings } from '../../../src/core/model/settings';
import type { ListedModel, WireEvent } from '../../../src/core/ports/wire';
import { answer } from '../../support/fakeWire';
import { collectPatiently, question, testApp, textOf } from '../../support/testApp';

const never = new AbortController().signal;
const easy = question('What does idempotent mean?');

function card(id: string, z: number | undefined, offers: SnapshotCard['offers'], aliases: readonly string[] = []): SnapshotCard {
  const abilities: Partial<Record<Domain, { z: number; sd: number }>> = {};
  if (z !== undefined) for (const domain of domains) abilities[domain] = { z, sd: 0.1 };
  return { id, name: id, contextTokens: 40_000, maxOutputTokens: 8192, capabilities: ['tools', 'json'], efforts: [{ effort: 'none', isDefault: true, abilities, verbosity: 1 }], offers, retired: [], aliases };
}

const price = { input: pricePerMillion(1), output: pricePerMillion(4), asOf: '2026-08-21', source: 'snapshot' } as const;
const cloud = card('cloud', 2, [{ provider: 'openai', model: 'cloud', price, free: false, efforts: [] }]);
const weak = card('tiny-1b', -3, [], ['tiny:1b']);

const unreachable: readonly WireEvent[] = [{ type: 'failed', failure: { kind: 'offline', provider: 'openai' }, usage: undefined }];

/** One model far away, which cannot be reached so many times, and a weak one on this machine. */
function cut(settings: Partial<AppSettings>, times: number) {
  const made = testApp({ settings: { 'demo.enabled': false, 'ollama.enabled': true, ...settings }, cards: [cloud, weak], keys: { openai: 'k' } });
  const here: { models: readonly ListedModel[] } = { models: [{ id: 'tiny:1b' }] };
  // Nobody far away tells a list.
  made.wire.listModels = async (endpoint?: Endpoint) => (endpoint?.provider.local ? here.models : undefined);
  for (let time = 0; time < times; time += 1) made.wire.will('cloud', unreachable);
  return { ...made, here, askNow: () => collectPatiently(made.app.ask(easy, never), made.clock) };
}

describe('when nobody elsewhere can be reached', () => {
  it('a weak model on this machine answers once it is allowed to, at once the next time, and the reason is told', async () => {
    const { app, wire, ledger, askNow } = cut({ 'offline.localModels': true, 'models.pinned': 'openai/cloud' }, 3);
    wire.will('tiny:1b', answer('from here')).will('tiny:1b', answer('from here again'));
    const first = await askNow();
    assert.equal(textOf(first), 'from here');
    assert.equal(first.filter(({ type }) => type === 'answer-end' || type === 'answer-failed').length, 1);
    assert.ok(first.some((event) => event.type === 'answer-switched' && event.failure.kind === 'offline' && event.to.id === 'ollama/tiny:1b'));
    assert.notEqual(app.connection.lostSince, undefined);

    const calls = ledger.calls.size;
    const second = await askNow();
    assert.equal(textOf(second), 'from here again');
    assert.equal(ledger.calls.size, calls + 1, 'nobody else is asked in vain');
    const routed = second.find((event) => event.type === 'answer-routed');
    assert.match(routed?.route.reasons[0] ?? '', /only models on this machine/);
  });

  it('every receipt is told exactly once', async () => {
    const { wire, ledger, askNow } = cut({ 'offline.localModels': true, 'models.pinned': 'openai/cloud' }, 3);
    wire.will('tiny:1b', answer('from here'));
    const receipts = (await askNow()).flatMap((event) => ('receipt' in event && event.receipt ? [event.receipt.callId] : []));
    assert.deepEqual(receipts.toSorted(), [...ledger.calls.keys()].toSorted());
  });

  it('a failure is told where it is not allowed', async () => {
    const { askNow } = cut({ 'models.pinned': 'openai/cloud' }, 3);
    const events = await askNow();
    assert.partialDeepStrictEqual(events.at(-1), { type: 'answer-failed', failure: { kind: 'offline', provider: 'openai' } });
  });

  it('a failure is told where there is no model on this machine', async () => {
    const { here, askNow } = cut({ 'offline.localModels': true, 'models.pinned': 'openai/cloud' }, 6);
    here.models = [];
    const events = await askNow();
    assert.partialDeepStrictEqual(events.at(-1), { type: 'answer-failed', failure: { kind: 'offline', provider: 'openai' } });
    assert.equal(events.filter(({ type }) => type === 'answer-failed').length, 1);
  });

  it('the best model is asked again when it may be back, and being back is told', async () => {
    const { app, wire, clock, askNow } = cut({ 'offline.localModels': true, 'models.pinned': 'openai/cloud' }, 3);
    wire.will('tiny:1b', answer('from here')).will('cloud', answer('from afar'));
    const told: (number | undefined)[] = [];
    app.connection.onChange(() => told.push(app.connection.lostSince));
    await askNow();
    clock.advance(31_000);
    assert.equal(textOf(await askNow()), 'from afar');
    assert.deepEqual([told.length, told[1]], [2, undefined]);
  });

  it('a try of the connection tells that it is back, without a question', async () => {
    const { app, wire, askNow } = cut({ 'models.pinned': 'openai/cloud' }, 3);
    await askNow();
    wire.keyCheck = { ok: false, failure: { kind: 'offline', provider: 'openai' } };
    assert.equal(await app.tryConnection(never), false);
    wire.keyCheck = { ok: true };
    assert.equal(await app.tryConnection(never), true);
    assert.equal(app.connection.lostSince, undefined);
  });
});

describe('questions that wait for the network', () => {
  /** A question that failed, and waits. */
  async function waiting() {
    const made = cut({ 'models.pinned': 'openai/cloud' }, 3);
    const ended = new Promise<string>((resolve) => made.app.conversations.onEvent((event) => void (event.type === 'answer-changed' && event.phase === 'ended' && resolve(event.messageId))));
    const sent = await made.app.conversations.send({ threadId: undefined, text: 'What does idempotent mean?', purpose: 'chat' });
    assert.ok(sent.ok);
    for (let turn = 0; turn < 200; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      made.clock.advance(100);
    }
    const messageId = await ended;
    await made.app.waiting.add({ threadId: sent.threadId, messageId });
    return { ...made, threadId: sent.threadId };
  }

  it('are asked when the person says so, each once', async () => {
    const { app, wire, threadId } = await waiting();
    wire.will('cloud', answer('from afar'));
    assert.equal((await app.waiting.list()).length, 1);
    const ended = new Promise<void>((resolve) => app.conversations.onEvent((event) => void (event.type === 'answer-changed' && event.phase === 'ended' && resolve())));
    assert.equal(await app.sendWaiting(), 1);
    assert.equal((await app.waiting.list()).length, 0);
    await ended;
    assert.equal((await app.conversations.open(threadId))?.messages.at(-1)?.text, 'from afar');
    assert.equal(await app.sendWaiting(), 0);
  });

  it('are given up by going on with the conversation', async () => {
    const { app, wire, threadId } = await waiting();
    wire.will('cloud', answer('another answer'));
    await app.conversations.send({ threadId, text: 'Something else', purpose: 'chat' });
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(await app.waiting.list(), []);
  });
});
