import assert from 'node:assert/strict';
import type { SnapshotCard } from '../../../src/core/catalog/snapshot';
import { type Domain, domains } from '../../../src/core/model/modelCard';
import { pricePerMillion } from '../../../src/core/model/money';
import { explain } from '../../../src/core/routing/explain';
import { answer } from '../../support/fakeWire';
import { collect, question, testApp, textOf } from '../../support/testApp';

const never = new AbortController().signal;
const easy = question('What does idempotent mean?');

function card(id: string, z: number, offers: SnapshotCard['offers'] = []): SnapshotCard {
  const abilities: Partial<Record<Domain, { z: number; sd: number }>> = {};
  for (const domain of domains) abilities[domain] = { z, sd: 0.1 };
  return { id, name: id, contextTokens: 40_000, maxOutputTokens: 8192, capabilities: ['tools', 'json'], efforts: [{ effort: 'none', isDefault: true, abilities, verbosity: 1 }], offers, retired: [], aliases: [] };
}

const price = { input: pricePerMillion(1), output: pricePerMillion(4), asOf: '2026-08-21', source: 'snapshot' } as const;

/** An app outside the demo, with a key for a paid model, and an editor that has one of a subscription. */
function appWith({ on = true, prices = {} }: { readonly on?: boolean; readonly prices?: Readonly<Record<string, unknown>> } = {}) {
  const made = testApp({ settings: { 'demo.enabled': false, 'editorModels.enabled': on, prices }, cards: [card('mini', 1), card('cloud', 1.5, [{ provider: 'openai', model: 'cloud', price, free: false, efforts: [] }])], keys: { openai: 'k' } });
  made.wire.models = [{ id: 'copilot/mini', name: 'Mini', contextTokens: 32_000, knownAs: ['mini'] }];
  made.wire.will('copilot/mini', answer('It can be repeated.', { input: 1000, output: 200 })).will('cloud', answer('ok'));
  return made;
}

describe('the editor\'s models', () => {
  it('are not asked while they are switched off', async () => {
    const { app, ledger } = appWith({ on: false });
    await collect(app.ask(easy, never));
    assert.deepEqual([...ledger.calls.values()].map(({ arm }) => arm), ['openai/cloud']);
  });

  it('are chosen when able, and booked as what a subscription includes', async () => {
    const { app, ledger, wire } = appWith();
    const events = await collect(app.ask(easy, never));
    assert.equal(textOf(events), 'It can be repeated.');
    const [call] = ledger.calls.values();
    assert.deepEqual([call?.arm, call?.realm, call?.charge.amount, call?.charge.source, call?.worst, call?.priceSource], ['editor/copilot/mini', 'real', 0, 'subscription', 0, 'subscription']);
    assert.equal(wire.requests[0]?.key, undefined);
    const routed = events.find((event) => event.type === 'answer-routed');
    assert.ok(routed?.type === 'answer-routed');
    assert.ok(routed.route.reasons.some((reason) => reason.includes('paid for by a subscription')), routed.route.reasons.join('; '));
    assert.deepEqual(explain(routed.route).candidates.map(({ arm, included }) => [arm, included]), [['editor/copilot/mini', true], ['openai/cloud', undefined]]);
  });

  it('are asked where no budget is left', async () => {
    const { app } = appWith();
    app.applySettings({ ...app.settings(), 'budget.day': 0 });
    assert.equal(textOf(await collect(app.ask(easy, never))), 'It can be repeated.');
  });

  it('compete at the price that a person gives them', async () => {
    const { app, ledger } = appWith({ prices: { 'editor/copilot/mini': { input: 50, output: 200 } } });
    await collect(app.ask(easy, never));
    assert.deepEqual([...ledger.calls.values()].map(({ arm }) => arm), ['openai/cloud']);
  });

  it('are read again once the editor says that they changed', async () => {
    const { app, wire } = appWith();
    const ids = async () => (await app.models()).map(({ id }) => id).filter((id) => id.startsWith('editor/'));
    assert.deepEqual(await ids(), ['editor/copilot/mini']);
    wire.models = [{ id: 'copilot/other' }];
    await ids();
    assert.deepEqual(await ids(), ['editor/copilot/mini']);
    app.modelsChanged('editorModel');
    await ids();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(await ids(), ['editor/copilot/other']);
  });
});
