import assert from 'node:assert/strict';
import type { BudgetOverview, BudgetStatus } from '../../../../src/core/model/budget';
import type { JudgedPrompt } from '../../../../src/core/model/judged';
import { asArmId } from '../../../../src/core/model/modelCard';
import { fromUsd, nano } from '../../../../src/core/model/money';
import type { Preview } from '../../../../src/core/model/preview';
import type { StoredAnswer } from '../../../../src/core/model/thread';
import type { WorkRecord } from '../../../../src/core/model/work';
import type { Failure } from '../../../../src/core/model/failure';
import { tell } from '../../../../src/vscode/failureTexts';
import { OfferedButtons } from '../../../../src/vscode/languageModels/offeredButtons';
import { answerLine, choicesOf, routePage, spendPage } from '../../../../src/vscode/languageModels/participantTexts';
import { arm } from '../../../support/cards';

const context = { nameOf: (id: string) => id.toUpperCase(), now: 0 };

describe('answerLine', () => {
  const step = { kind: 'answer', state: 'done', text: '', costSource: 'snapshot' } as const;
  const refined: WorkRecord = { strategy: 'refine', wish: { strategy: 'refine' }, steps: [{ ...step, id: '1' }, { ...step, id: '2' }] };
  const rows: readonly [string, Partial<StoredAnswer>, string][] = [
    ['who answered, for what, how fast', { modelName: 'Fable', providerName: 'acme', cost: nano(420_000), costSource: 'snapshot', totalMs: 1234 }, '*Fable at ACME · \\$0.00042 · 1.2 s*'],
    ['that usage was estimated', { modelName: 'Fable', cost: nano(420_000), costSource: 'snapshot', estimatedUsage: true }, '*Fable · ≈\\$0.00042*'],
    ['that the subscription pays', { modelName: 'Fable', cost: nano(0), costSource: 'subscription' }, '*Fable · included*'],
    ['that the price is not known', { modelName: 'Fable', costSource: 'unknown' }, '*Fable · —*'],
    ['that the demo is one', { modelName: 'Fable', cost: nano(420_000), costSource: 'snapshot', realm: 'demo' }, '*Fable · \\$0.00042 · demo, play money*'],
    ['how long several steps took together', { modelName: 'Fable', cost: nano(420_000), costSource: 'snapshot', totalMs: 1234, work: refined }, '*Fable · 2 calls · \\$0.00042 · 1.2 s*'],
    ['no time of several steps of an earlier version, which is that of one of them', { modelName: 'Fable', cost: nano(420_000), costSource: 'snapshot', totalMs: 1234, firstTokenMs: 100, work: refined }, '*Fable · 2 calls · \\$0.00042*'],
    ['names as text', { modelName: '[x](command:y)', cost: nano(0), costSource: 'snapshot' }, '*\\[x\\]\\(command\\:y\\) · \\$0.00*'],
    ['nothing when nobody was asked', {}, ''],
  ];
  for (const [name, answer, expected] of rows) it(`says ${name}`, () => assert.equal(answerLine({ state: 'complete', ...answer }, context), expected));
});

describe('spendPage', () => {
  const status = (scope: BudgetStatus['scope'], rest: Partial<BudgetStatus> = {}): BudgetStatus => ({ scope, realm: 'real', spent: fromUsd(1.25), held: nano(0), limit: undefined, resetsAt: 3_600_000, unknownCalls: 0, calls: 3, ...rest });
  const overview = (statuses: readonly BudgetStatus[]): BudgetOverview => ({ realm: 'real', statuses, tightest: statuses[0] ?? assert.fail(), room: undefined, monthForecast: undefined });

  it('says what was spent and what is left', () => {
    assert.equal(spendPage(overview([status('day', { limit: fromUsd(5) }), status('month', { held: fromUsd(0.5), unknownCalls: 2 })]), undefined, 0), ['- **Today:** \\$1.25 of \\$5.00 · \\$3.75 \\(75 %\\) left · resets in 60 min', '- **This month:** \\$1.25 · \\$0.50 held · no limit', '', 'Calls of unknown price this month, in none of these figures\\: 2.', '', 'Nothing was asked yet.'].join('\n'));
  });
  it('never says that less than nothing is left', () => assert.match(spendPage(overview([status('day', { limit: fromUsd(1) })]), undefined, 0), /\\\$0\.00 \\\(0 %\\\) left/));
});

const profile: JudgedPrompt['profile'] = { domains: { code: 1 }, tier: 'complex', difficulty: 0, needs: [], inputTokens: 1234, outputTokens: { p50: 400, p90: 1200 }, reasons: [] };
const preview: Preview = { ok: true, at: 0, outputTokens: 400, profile, candidate: { id: asArmId('acme/m'), arm: arm({ model: 'm' }), capable: { p: 0.999, low: 0.8 }, expected: undefined, estimate: { low: nano(1_000_000), likely: nano(2_000_000), high: nano(5_000_000), worst: nano(9_000_000) } } };
const judged: JudgedPrompt = { text: 'why?', profile, failures: 73.1, contributions: [{ text: '](x)', kind: 'word', failures: 12, intent: 0 }], classifiers: 0, weights: '7', previews: { economy: preview, balanced: preview, quality: { ok: false, failure: { kind: 'noProvider' }, at: 0 } } };

describe('choicesOf', () => {
  it('says who would be asked for what, never that it is certain, and why nobody would', () => {
    assert.deepEqual(choicesOf(judged.previews, context).map(({ quality, model, cost, chance }) => [quality, model.slice(0, 24), cost, chance]), [
      ['economy', 'm at ACME', '$0.0010 – $0.0050, at most $0.0090', '99 %'],
      ['balanced', 'm at ACME', '$0.0010 – $0.0050, at most $0.0090', '99 %'],
      ['quality', 'No provider is set up ye', '', ''],
    ]);
  });
});

describe('routePage', () => {
  it('says it all as text', () => {
    const page = routePage(judged, 'balanced', context);
    assert.match(page, /^Nothing was asked\. [^\n]*complex, about 1\.2k tokens in and 400 out\. A small model fails at about 73 of 100 like it\./);
    assert.match(page, /- \*\*Economy:\*\* m at ACME {2}\n {2}\\\$0\.0010 – \\\$0\.0050, at most \\\$0\.0090 · 99 % likely to succeed\n- \*\*Balanced \\\(now\\\):\*\*/);
    assert.match(page, /- \*\*Harder by:\*\* “\\\]\\\(x\\\)”/);
  });
});

describe('OfferedButtons', () => {
  const failure: Failure = { kind: 'budgetReached', scope: 'day', spent: nano(1), limit: nano(1), needed: nano(1), mayAllow: true };

  function offered() {
    const done: unknown[] = [];
    const buttons = new OfferedButtons(async (...action) => done.push(action));
    return { done, buttons };
  }

  it('do what they say, about the failure they are below', async () => {
    const { done, buttons } = offered();
    const rows = buttons.offer(tell(failure, context), failure, 'thread-1');
    assert.deepEqual(rows.map(({ title }) => title), ['Allow this one', 'Change budget']);
    assert.equal(await buttons.press(rows[0]?.arguments?.[0]), true);
    assert.deepEqual(done, [['allow', { failure, threadId: 'thread-1' }]]);
  });

  for (const argument of [undefined, 'allow', { offer: 7, place: 0 }, { offer: 1, place: 9 }, { offer: 1, place: -1 }, { action: 'allow' }]) {
    it(`do nothing that was not offered: ${JSON.stringify(argument)}`, async () => {
      const { done, buttons } = offered();
      buttons.offer(tell(failure, context), failure, undefined);
      assert.equal(await buttons.press(argument), false);
      assert.deepEqual(done, []);
    });
  }
});
