import assert from 'node:assert/strict';
import type { Preview } from '../../../src/core/model/preview';
import type { StoredMessage } from '../../../src/core/model/thread';
import { testApp } from '../../support/testApp';

const never = new AbortController().signal;
const easy = 'What does idempotent mean?';
const hard = 'Design a distributed rate limiter that stays correct under clock skew and network partitions, prove that it never lets more than the limit through, and analyse the race conditions of each step.';

const draft = (text: string) => ({ text, threadId: undefined, before: [] });
const modelOf = (preview: Preview | undefined) => (preview?.ok ? preview.candidate.arm.offer.model : preview?.failure.kind);

describe('the preview of a draft', () => {
  it('is what asking would choose, at each quality', async () => {
    const { app } = testApp();
    const shown = await app.preview(draft(hard), never);
    assert.ok(shown);
    assert.notEqual(modelOf(shown.economy), modelOf(shown.quality), 'the cheaper setting asks a cheaper model');
    for (const quality of ['economy', 'balanced', 'quality'] as const) {
      assert.equal(modelOf((await testApp({ settings: { quality } }).app.preview(draft(hard), never))?.[quality]), modelOf(shown[quality]), 'whatever the setting is');
    }
  });

  it('tells the tokens that are expected', async () => {
    const preview = (await testApp().app.preview(draft(easy), never))?.balanced;
    assert.ok(preview?.ok);
    assert.ok(preview.profile.inputTokens > 0 && preview.outputTokens > 0);
    assert.equal(preview.short, undefined, 'there is money enough');
  });

  it('reads the books once, and again when they changed', async () => {
    const { app, ledger } = testApp();
    await app.preview(draft('W'), never);
    let read = 0;
    const status = ledger.status.bind(ledger);
    ledger.status = (...query) => {
      read += 1;
      return status(...query);
    };
    for (const letters of ['Wh', 'Wha', 'What']) await app.preview(draft(letters), never);
    assert.equal(read, 0, 'typing reads nothing');
    app.applySettings(app.settings());
    await app.preview(draft('What?'), never);
    assert.equal(read, 1);
  });

  it('tells where the context has no room for a whole answer, which is nothing of the budget', async () => {
    const card = { id: 'm', name: 'm', contextTokens: 6_000, maxOutputTokens: 100_000, capabilities: [], efforts: [{ effort: 'none', isDefault: true, abilities: {}, verbosity: 1 }], offers: [], retired: [], aliases: [] } as const;
    const { app } = testApp({ settings: { 'demo.enabled': false, 'budget.day': 5, prices: { 'own/m': { input: 0.1, output: 0.1 } }, 'providers.custom': [{ id: 'own', baseUrl: 'http://localhost:1/v1', auth: 'none', models: ['m'] }] }, cards: [card] });
    const preview = (await app.preview(draft(easy), never))?.balanced;
    assert.ok(preview?.ok);
    assert.deepEqual([preview.mostTokens, preview.short], [4096, undefined]);
  });

  it('is given up when another draft has taken its place', async () => {
    const { app } = testApp();
    const stop = new AbortController();
    const preview = app.preview(draft(hard), stop.signal);
    stop.abort();
    assert.equal(await preview, undefined);
  });

  it('says what stands in the way', async () => {
    const { app } = testApp({ settings: { 'demo.enabled': false } });
    assert.equal(modelOf((await app.preview(draft(easy), never))?.economy), 'noProvider');
  });

  const budgets: readonly (readonly [name: string, settings: Parameters<typeof testApp>[0], effect: string | undefined])[] = [
    ['a cheaper model', { settings: { quality: 'quality', 'budget.day': 0.01 } }, 'cheaper'],
    ['a shorter answer', { settings: { quality: 'quality', 'budget.day': 0.05 } }, 'shorter'],
    ['nothing, with enough', { settings: { quality: 'quality', 'budget.day': 5 } }, undefined],
    ['nothing, without any limit', { settings: { quality: 'quality', 'budget.day': null } }, undefined],
    ['perhaps a refusal', { settings: { quality: 'quality', 'budget.day': 0.05, 'budget.atLimit': 'stop' } }, 'refused'],
  ];
  for (const [name, options, effect] of budgets) {
    it(`of what is left of a budget: ${name}`, async () => {
      const preview = (await testApp(options).app.preview(draft(hard), never))?.quality;
      assert.ok(preview?.ok);
      assert.equal(preview.short?.effect, effect);
      if (effect !== undefined) assert.deepEqual([preview.short?.scope, preview.short?.left], ['day', Math.round((options?.settings?.['budget.day'] ?? 0) * 1e9)]);
    });
  }
});

describe('what the buttons below an answer would ask', () => {
  const answered = (arm: string | undefined): readonly StoredMessage[] => [
    { id: 'q', threadId: 't', position: 0, role: 'user', text: easy, createdAt: 0 },
    { id: 'a', threadId: 't', position: 1, role: 'assistant', text: 'Well.', createdAt: 0, answer: { state: 'complete', purpose: 'chat', ...(arm === undefined ? {} : { arm }) } },
  ];

  it('is one up and one down from the model that answered', async () => {
    const { app } = testApp();
    const up = (await app.previewSteps('a', answered('demo/demo-small')))?.better;
    const down = (await app.previewSteps('a', answered('demo/demo-large')))?.cheaper;
    assert.ok(up?.ok && modelOf(up) !== 'demo-small', 'abler');
    assert.ok(down?.ok && modelOf(down) !== 'demo-large', 'cheaper');
  });

  it('is nothing at the ends, in a sentence', async () => {
    const { app } = testApp();
    const top = await app.previewSteps('a', answered('demo/demo-large'));
    assert.ok(top && !top.better.ok && top.better.failure.kind === 'noCandidate');
    assert.match(top.better.failure.reason, /clearly likelier to succeed/);
    const bottom = await app.previewSteps('a', answered('demo/demo-small'));
    assert.ok(bottom && !bottom.cheaper.ok);
  });

  it('is not asked of an answer that no model gave', async () => {
    const { app } = testApp();
    assert.equal(await app.previewSteps('a', answered(undefined)), undefined);
    assert.equal(await app.previewSteps('gone', answered('demo/demo-small')), undefined);
  });
});
