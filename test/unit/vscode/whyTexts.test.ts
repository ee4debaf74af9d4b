import assert from 'node:assert/strict';
import { nano } from '../../../src/core/model/money';
import type { ExplainedCandidate, Explanation, StoredAnswer } from '../../../src/core/model/thread';
import { questionsLike, whyView } from '../../../src/vscode/chat/whyTexts';

const context = { nameOf: (provider: string) => provider.toUpperCase(), now: 0 };

const chosen: ExplainedCandidate = { arm: 'openai/luna', name: 'Luna', provider: 'openai', p: 0.93, low: 0.86, top: 0.97, least: nano(300_000), likely: nano(420_000), high: nano(1_100_000), outputTokens: 350, verdict: 'chosen' };
const dear: ExplainedCandidate = { arm: 'openai/sol', name: 'Sol', provider: 'openai', p: 0.97, low: 0.93, likely: nano(5_880_000), verdict: 'dearer' };

const why: Explanation = {
  reasons: ['Luna is the cheapest that is likely enough (86 % ≥ 75 %)', '3 cheaper models were below the bar', 'Judged moderate: writing code'],
  tier: 'moderate',
  quality: 'balanced',
  bar: 0.75,
  inputTokens: 214,
  candidates: [chosen, dear],
  notShown: 12,
  task: { domains: [{ name: 'code', share: 0.8 }, { name: 'reasoning', share: 0.2 }], tiers: [{ name: 'moderate', share: 0.71 }], intents: [{ name: 'generate', share: 0.6 }], labels: [{ name: 'billing', why: 'names src/billing' }], difficulty: -1.5 },
  choice: 'bar',
  able: 41,
  ablest: { name: 'Sol', p: 0.97, likely: nano(5_880_000) },
  leftOut: [{ why: 'dearer', models: 20 }, { why: 'not sure enough', models: 12 }],
};

const answer: StoredAnswer = { state: 'complete', arm: 'openai/luna', costSource: 'billed', cost: nano(430_000), inputTokens: 220, outputTokens: 398 };

function view(change: Partial<Explanation>, of: StoredAnswer = answer) {
  return whyView({ ...why, ...change }, of, context);
}

/** As read: the space before the sign does not break. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('the sentence that says why this model', () => {
  const rows: readonly (readonly [name: string, change: Partial<Explanation>, says: string])[] = [
    ['the cheapest of many', {}, 'Cheapest of 41 models likely enough: 93 % for a moderate code question; the ablest (97 %) would have cost 14 times as much.'],
    ['the only one', { able: 1 }, 'The only model that is likely enough: 93 % for a moderate code question; the ablest (97 %) would have cost 14 times as much.'],
    ['itself the ablest', { ablest: { name: 'Luna', p: 0.93, likely: nano(420_000) } }, 'Cheapest of 41 models likely enough: 93 % for a moderate code question.'],
    ['hardly cheaper', { ablest: { name: 'Sol', p: 0.97, likely: nano(440_000) } }, 'Cheapest of 41 models likely enough: 93 % for a moderate code question.'],
    ['a little cheaper', { ablest: { name: 'Sol', p: 0.97, likely: nano(1_050_000) } }, 'Cheapest of 41 models likely enough: 93 % for a moderate code question; the ablest (97 %) would have cost 2.5 times as much.'],
    ['free', { candidates: [{ ...chosen, likely: nano(0) }] }, 'Cheapest of 41 models likely enough: 93 % for a moderate code question; the ablest (97 %) would have cost $0.0059.'],
    ['nobody is sure enough', { choice: 'bestBuy' }, 'No model is sure enough (75 % wanted); Luna is the best buy: 93 % for a moderate code question; the ablest (97 %) would have cost 14 times as much.'],
    ['nearly sure enough', { choice: 'nearly', ablest: { name: 'Luna', p: 0.93, likely: nano(420_000) } }, 'Nearly as sure as the cheapest that is sure enough, and far cheaper: 93 % for a moderate code question.'],
    ['not measured', { candidates: [{ ...chosen, estimated: true }] }, 'Nobody has measured Luna; its price and age let one expect 93 % for a moderate code question.'],
    ['asked by name', { choice: 'asked', reasons: ['Luna was asked for by name'] }, 'Luna was asked for by name.'],
    ['without any chance', { candidates: [{ arm: 'a', name: 'A', provider: 'p', verdict: 'chosen' }], reasons: ['A is all that can be asked'] }, 'A is all that can be asked.'],
    ['an everyday question', { tier: 'moderate', task: { domains: [{ name: 'chat', share: 1 }], difficulty: 0 } }, 'Cheapest of 41 models likely enough: 93 % for a moderate everyday question; the ablest (97 %) would have cost 14 times as much.'],
  ];
  for (const [name, change, says] of rows) it(name, () => assert.equal(plain(view(change).summary), says));
});

describe('why this model, for the page', () => {
  it('says nothing twice', () => {
    assert.deepEqual(view({}).reasons, ['3 cheaper models were below the bar', 'Judged moderate: writing code']);
    assert.deepEqual(view({ choice: 'asked', reasons: ['Luna was asked for by name', 'Judged simple'] }).reasons, ['Judged simple']);
  });

  it('tells what the question was taken for', () => {
    assert.deepEqual(
      view({}).chips.map(({ kind, text, share }) => [kind, text, plain(share)]),
      [['tier', 'moderate', '71 %'], ['domain', 'code', '80 %'], ['domain', 'reasoning', '20 %'], ['intent', 'new code', '60 %'], ['label', 'billing', '']],
    );
    assert.equal(questionsLike(why), 'moderate code questions');
  });

  const difficulties: readonly (readonly [difficulty: number, part: string])[] = [
    [-6, 'nearly all'],
    [-3, 'more than 9 in 10'],
    [-1.5, 'about 8 in 10'],
    [1, 'about 3 in 10'],
    [4, 'hardly any'],
  ];
  for (const [difficulty, part] of difficulties) {
    it(`difficulty ${difficulty}: ${part}`, () => assert.equal(view({ task: { domains: [], difficulty } }).difficulty, `An average model answers ${part} questions like this well.`));
  }

  it('compares what was expected with what came', () => {
    assert.deepEqual(view({}).figures, [
      { name: 'Cost', expected: '$0.00030 – $0.0011', actual: '$0.00043' },
      { name: 'Tokens in', expected: 'about 214', actual: '220' },
      { name: 'Tokens out', expected: 'about 350', actual: '398' },
    ]);
    assert.deepEqual(view({}, { state: 'streaming', arm: 'openai/luna' }).figures.map(({ actual }) => actual), ['', '', ''], 'nothing has come yet');
    assert.deepEqual(view({}, { ...answer, arm: 'elsewhere/other' }).figures, [], 'nothing was expected of who answered');
  });

  it('groups those that were left out and marks the axis', () => {
    const shown = view({});
    assert.equal(shown.leftOut, '20 dearer, 12 not sure enough');
    assert.deepEqual(shown.ticks, [{ usd: 0.00042, text: '$0.00042' }, { usd: 0.00588, text: '$0.0059' }]);
    const wide = view({ candidates: [chosen, { ...dear, likely: nano(90_000_000_000) }] });
    assert.deepEqual(wide.ticks.map(({ text }) => text), ['$0.001', '$0.1', '$10'], 'few enough for a narrow view');
  });

  it('shows an explanation of an older version as far as it goes', () => {
    const { task: _task, choice: _choice, able: _able, ablest: _ablest, leftOut: _leftOut, ...old } = why;
    const shown = whyView(old, answer, context);
    assert.equal(shown.summary, 'Luna is the cheapest that is likely enough (86 % ≥ 75 %).');
    assert.deepEqual([shown.chips, shown.difficulty, shown.figures, shown.leftOut], [[], '', [], '']);
    assert.deepEqual(shown.reasons, old.reasons.slice(1));
    assert.equal(shown.candidates.length, 2);
  });
});
