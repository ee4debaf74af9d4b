import assert from 'node:assert/strict';
import { asArmId } from '../../../../src/core/model/modelCard';
import type { Comparison, RoutingReport } from '../../../../src/core/model/report';
import { answer, type Script } from '../../../support/fakeWire';
import { collect, question, testApp } from '../../../support/testApp';

const never = new AbortController().signal;
const usage = { input: 1000, output: 200 };
/** Nano-dollars of that at the demo's prices. */
const cost = { small: 180_000, medium: 1_650_000, large: 10_000_000 } as const;

/** What was asked through the whole core, as the report tells it. */
async function reported(ask: (test: ReturnType<typeof testApp>, will: (model: keyof typeof cost, script?: Script) => void) => Promise<unknown>, options: Parameters<typeof testApp>[0] = {}): Promise<RoutingReport> {
  const test = testApp(options);
  await ask(test, (model, script = answer('yes', usage)) => void test.wire.will(`demo-${model}`, script));
  return test.app.routingReport(7, never);
}

const easy = question('What does idempotent mean?');
const against = ({ savings }: RoutingReport, name: Comparison['against']): Comparison => savings.comparisons.find((one) => one.against === name) ?? assert.fail(name);

describe('what was asked is what is reported', () => {
  it('knows what the best model would have cost, and that the cheapest was as good as it got', async () => {
    const report = await reported(async ({ app }, will) => {
      will('small');
      await collect(app.ask(easy, never));
    });
    assert.equal(report.realm, 'demo');
    assert.partialDeepStrictEqual(report.spend, { total: cost.small, calls: 1, questions: 1, side: 0 });
    assert.partialDeepStrictEqual(against(report, 'ablest'), { questions: 1, paid: cost.small, instead: { likely: cost.large }, arm: 'demo/demo-large' });
    assert.partialDeepStrictEqual(against(report, 'mix'), { paid: cost.small, instead: { low: cost.small, likely: cost.small, high: cost.small }, share: 0 });
    assert.equal(report.prediction.all.calls, 1);
  });

  it('knows the pinned model, and saves nothing against it while it is asked', async () => {
    const report = await reported(
      async ({ app }, will) => {
        will('medium');
        await collect(app.ask(easy, never));
      },
      { settings: { 'models.pinned': 'demo/demo-medium' } },
    );
    assert.partialDeepStrictEqual(against(report, 'pinned'), { paid: cost.medium, instead: { low: cost.medium, likely: cost.medium, high: cost.medium }, arm: 'demo/demo-medium' });
  });

  it('charges nobody else with a step up, a judge, or a model that failed before', async () => {
    const report = await reported(async ({ app }, will) => {
      will('small', [{ type: 'failed', failure: { kind: 'providerDown', provider: 'demo', status: 503, mayRetry: false }, usage: { inputTokens: 500, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0, estimated: false } }]);
      will('medium');
      will('large');
      will('small');
      await collect(app.ask(easy, never));
      await collect(app.ask(question('And better?', { step: { direction: 'better', than: asArmId('demo/demo-medium') } }), never));
      await collect(app.ask(question('Which is better?', { purpose: 'judge', pin: asArmId('demo/demo-small') }), never));
    });
    const paid = 50_000 + cost.medium + cost.large + cost.small;
    assert.partialDeepStrictEqual(report.spend, { total: paid, questions: 2, side: cost.small });
    assert.equal(report.savings.extra, cost.large + cost.small);
    assert.partialDeepStrictEqual(against(report, 'ablest'), { questions: 1, paid, instead: { likely: cost.large } });
    assert.equal(report.selection.quiet.of, 1);
  });

  it('knows what the person said of an answer', async () => {
    const report = await reported(async ({ app }, will) => {
      will('small');
      const sent = await app.conversations.send({ threadId: undefined, text: 'What does idempotent mean?', purpose: 'chat' });
      assert.ok(sent.ok);
      while (app.conversations.isBusy(sent.threadId)) await new Promise((resolve) => setImmediate(resolve));
      assert.equal(await app.rate(sent.threadId, sent.messageId, 'down', 'wrong'), undefined);
    });
    assert.partialDeepStrictEqual(report.selection, { enough: { hits: 0, of: 1 }, quiet: { hits: 0, of: 1 } });
    assert.equal(report.selection.calibration.length, 1);
  });

  it('keeps to the last so many days', async () => {
    const report = await reported(async ({ app, clock }, will) => {
      will('small');
      await collect(app.ask(easy, never));
      clock.advance(8 * 24 * 3_600_000);
    });
    assert.equal(report.spend.calls, 0);
  });

  it('tells of calls from before the clock was set back', async () => {
    const report = await reported(async ({ app, clock }, will) => {
      will('small');
      await collect(app.ask(easy, never));
      clock.set(clock.now() - 24 * 3_600_000);
    });
    assert.equal(report.spend.calls, 1);
  });

  it('gives the calls themselves', async () => {
    const test = testApp();
    test.wire.will('demo-small', answer('yes', usage));
    await collect(test.app.ask(easy, never));
    const arms: string[] = [];
    for await (const page of test.app.pastCalls(undefined)) arms.push(...page.map(({ arm }) => arm));
    assert.deepEqual(arms, ['demo/demo-small']);
  });
});
