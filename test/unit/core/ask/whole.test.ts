import assert from 'node:assert/strict';
import type { AskRequest } from '../../../../src/core/model/ask';
import { asArmId } from '../../../../src/core/model/modelCard';
import { nano } from '../../../../src/core/model/money';
import type { WireEvent } from '../../../../src/core/ports/wire';
import { answer } from '../../../support/fakeWire';
import { collect, question, testApp } from '../../../support/testApp';

const usual = { contextTokens: 100_000, maxOutputTokens: 50_000, capabilities: [], efforts: [{ effort: 'none', isDefault: true, abilities: {}, verbosity: 1 }], retired: [], aliases: [] } as const;
const cards = [{ ...usual, id: 'm', name: 'm', offers: [{ provider: 'groq', model: 'm', price: undefined, free: false, efforts: [] }] }] as const;
const settings = { 'demo.enabled': false, 'providers.custom': [{ id: 'own', baseUrl: 'http://localhost:1/v1', auth: 'none', models: ['m'] }], prices: { 'own/m': { input: 1, output: 2 }, 'groq/m': { input: 1, output: 2 } } } as const;

describe('an answer that nobody reads before its end', () => {
  const started = () => testApp({ settings, cards, keys: { groq: 'k' } });
  const asked = (request: Partial<AskRequest>) => question('Hello', { purpose: 'gateway', pin: asArmId('groq/m'), maxOutputTokens: 512, whole: true, ...request });

  const rows: readonly (readonly [string, Partial<AskRequest>, true | undefined])[] = [
    ['is asked for in one piece', {}, true],
    ['is not where somebody reads along', { whole: false }, undefined],
    ['is not when it is long: given up midway, too much would be charged', { maxOutputTokens: 513 }, undefined],
    ['is not at a place that may refuse that', { pin: asArmId('own/m') }, undefined],
  ];
  for (const [name, request, whole] of rows) {
    it(name, async () => {
      const { app, wire } = started();
      wire.will('m', answer('ok'));
      const events = await collect(app.ask(asked(request), new AbortController().signal));
      assert.equal(events.at(-1)?.type, 'answer-end');
      assert.deepEqual(wire.requests.map((sent) => [sent.whole, sent.limits.firstTokenMs]), [[whole, whole === true ? 90_000 + 512 * 100 : 90_000]]);
    });
  }

  it('is not over a protocol that tells every word: of those it is known what came, and how fast', async () => {
    const settings = { 'demo.enabled': false, prices: { 'openai/gpt-5': { input: 1, output: 2 } } } as const;
    const { app, ledger, wire } = testApp({ settings, cards: [{ ...usual, id: 'gpt-5', name: 'GPT-5', offers: [{ provider: 'openai', model: 'gpt-5', price: undefined, free: false, efforts: [] }] }], keys: { openai: 'k' } });
    wire.will('gpt-5', answer('ok')).will('gpt-5', [{ type: 'failed', failure: { kind: 'cancelled' }, usage: undefined }]);
    for (const _ of [1, 2]) await collect(app.ask(asked({ pin: asArmId('openai/gpt-5') }), new AbortController().signal));
    assert.deepEqual(wire.requests.map((sent) => [sent.whole, sent.limits.firstTokenMs]), [[undefined, 90_000], [undefined, 90_000]]);
    const [told, cancelled] = [...ledger.calls.values()];
    assert.notEqual(told?.timing.firstTokenMs, undefined);
    assert.equal(cancelled?.usage.outputTokens, 0);
  });

  it('has no first word, which would be taken for the speed of the model', async () => {
    const { app, ledger, wire } = started();
    wire.will('m', answer('ok')).will('m', answer('ok'));
    await collect(app.ask(asked({}), new AbortController().signal));
    await collect(app.ask(asked({ whole: false }), new AbortController().signal));
    assert.deepEqual([...ledger.calls.values()].map(({ timing }) => timing.firstTokenMs === undefined), [true, false]);
  });

  const ends: readonly (readonly [string, WireEvent, number])[] = [
    ['is charged with all that it may have had when it is given up', { type: 'failed', failure: { kind: 'cancelled' }, usage: undefined }, 512],
    ['the same when it does not come', { type: 'failed', failure: { kind: 'timedOut', provider: 'groq', waitedMs: 1, phase: 'firstToken' }, usage: undefined }, 512],
    ['the same when the connection broke after the request had left', { type: 'failed', failure: { kind: 'providerDown', provider: 'groq', mayRetry: false, mayBeBilled: true }, usage: undefined }, 512],
    ['costs nothing when it was refused', { type: 'failed', failure: { kind: 'badRequest', provider: 'groq', detail: '' }, usage: undefined }, 0],
  ];
  for (const [name, event, outputTokens] of ends) {
    it(name, async () => {
      const { app, ledger, wire } = started();
      wire.will('m', [event]).will('m', [event]).will('m', [event]);
      await collect(app.ask(asked({}), new AbortController().signal));
      const [call] = [...ledger.calls.values()];
      assert.equal(call?.usage.outputTokens, outputTokens);
      assert.equal(call?.charge.amount, nano(call.usage.inputTokens * 1000 + outputTokens * 2000));
    });
  }
});
