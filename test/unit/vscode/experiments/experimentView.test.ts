import assert from 'node:assert/strict';
import { resultOf } from '../../../../src/core/experiments/result';
import type { Experiment, ExperimentState, Pair, PairAnswer } from '../../../../src/core/model/experiment';
import { asArmId } from '../../../../src/core/model/modelCard';
import { nano } from '../../../../src/core/model/money';
import { endedText, experimentView } from '../../../../src/vscode/experiments/experimentView';
import { assertTranslated } from '../../../support/otherLanguage';

const answerA: PairAnswer = { text: 'of A', arm: asArmId('demo/demo-small'), cost: nano(1_000_000), totalMs: 1200 };
const answerB: PairAnswer = { text: 'of B', arm: asArmId('demo/demo-large'), cost: nano(300_000), totalMs: 3000 };

/** `A`, `B`, `=` judged by a model, `?` waiting for the person, `x` without a verdict. */
function pairsOf(text: string): readonly Pair[] {
  return [...text].map((letter, place): Pair => {
    const pair = { place, question: `Question ${place}`, answers: [answerA, answerB] as const, swapped: place % 2 === 1 };
    if (letter === '?') return { ...pair, shown: [`first of ${place}`, `second of ${place}`] };
    if (letter === 'x') return { ...pair, verdict: { kind: 'unreadable' } };
    return { ...pair, verdict: letter === 'A' ? 'A' : letter === 'B' ? 'B' : 'tie', judged: { by: asArmId('demo/demo-medium'), agreed: letter !== '=' } };
  });
}

function experiment(pairs: string, change: { readonly state?: ExperimentState; readonly runs?: Experiment['runs']; readonly judge?: 'person'; readonly withNew?: true; readonly names?: readonly [string, string] } = {}): Experiment {
  const [nameA, nameB] = change.names ?? ['Small', 'Large'];
  return {
    id: 'x1',
    realm: 'demo',
    createdAt: 1,
    plan: { sides: [{ name: nameA }, { name: nameB }], judge: change.judge ?? 'model', questions: [], withNew: change.withNew ?? false, mostPairs: 50, allowance: nano(5e8), alpha: 0.05, margin: 0.2 },
    state: change.state ?? { is: 'running' },
    pairs: pairsOf(pairs),
    runs: 'runs' in change ? change.runs : 'here',
    spent: nano(2e7),
  };
}

function viewOf(one: Experiment) {
  return experimentView(one, resultOf(one.pairs, one.plan), { nameOf: (id) => id, now: 0 });
}

describe('an experiment in words', () => {
  it('says all of it in another language, too', async () => {
    const ended = (['decided', 'questions', 'allowance', 'stopped'] as const).map((why) => experiment('AB', { state: { is: 'ended', why } }));
    const all = [...['', 'A', 'BBBBB=', '=', '===', 'AAAAAAAA', '='.repeat(22), 'ABx'].map((pairs) => experiment(pairs)), experiment('AB?', { judge: 'person' }), experiment('', { withNew: true }), experiment('AB', { runs: undefined }), experiment('AB', { runs: 'elsewhere' }), experiment('A', { state: { is: 'paused', failure: { kind: 'offline', provider: 'acme' } } }), ...ended];
    await assertTranslated(() => all.map((one) => ({ ...viewOf(one), may: [], pairs: viewOf(one).pairs.map(({ verdict }) => verdict), toJudge: [] })), ['Small', 'Large']);
  });

  const results: readonly (readonly [string, string, string])[] = [
    ['nothing yet', '', 'No pair has been judged yet.'],
    ['one pair', 'A', 'Small was judged better in 1 of 1 decided pair. Not decided: if neither were better, that would be seen in most experiments.'],
    ['undecided', 'BBBBB=', 'Large was judged better in 5 of 5 decided pairs; 1 was equal. Not decided: if neither were better, that would be seen in one experiment in 5.'],
    ['one tie', '=', 'The one pair so far was judged equal. Not decided yet.'],
    ['only ties', '===', 'All 3 pairs so far were judged equal. Not decided yet.'],
    ['decided for A', 'AAAAAAAA', 'Small was judged better in 8 of 8 decided pairs. Decided at 95 % after 8 pairs.'],
    ['decided for B', 'ABBBB==BBBBBBBBBB', 'Large was judged better in 14 of 15 decided pairs; 2 were equal. Decided at 95 % after 14 pairs.'],
    ['equal', '='.repeat(22), 'The two are practically equal: whatever difference there is, it is smaller than 20 in 100 pairs. Decided at 95 % after 22 pairs.'],
  ];
  for (const [title, pairs, expected] of results) it(title, () => assert.equal(viewOf(experiment(pairs)).sentences[0], expected));

  const states: readonly (readonly [string, Experiment, string])[] = [
    ['running', experiment('AB'), 'Running: 2 of 50 pairs.'],
    ['elsewhere', experiment('AB', { runs: 'elsewhere' }), 'Running in another window: 2 of 50 pairs.'],
    ['after a reload', experiment('AB', { runs: undefined }), 'Paused: its window was closed. 2 of 50 pairs.'],
    ['waiting for the person', experiment('AB?', { judge: 'person' }), 'Waits for you to judge. 3 of 50 pairs.'],
    ['waiting for questions', experiment('', { withNew: true }), 'Waits for your next questions. 0 of 50 pairs.'],
    ['paused', experiment('A', { state: { is: 'paused' }, runs: undefined }), 'Paused: 1 of 50 pairs.'],
    ['ended', experiment('AAAAAAAA', { state: { is: 'ended', why: 'decided' } }), 'Ended: decided.'],
    ['out of questions', experiment('AB', { state: { is: 'ended', why: 'questions' } }), 'Ended undecided: all questions were asked.'],
    ['out of money', experiment('AB', { state: { is: 'ended', why: 'allowance' } }), 'Ended undecided: the next pair might have cost more than was allowed.'],
    ['stopped', experiment('AB', { state: { is: 'ended', why: 'stopped' } }), 'Stopped by you, undecided.'],
  ];
  for (const [title, one, expected] of states) it(`says that it is ${title}`, () => assert.equal(viewOf(one).state, expected));

  const notices: readonly (readonly [string, Experiment, RegExp])[] = [
    ['decided', experiment('AAAAAAAA', { state: { is: 'ended', why: 'decided' } }), /^Small was judged better in 8 of 8/],
    ['out of money', experiment('', { state: { is: 'ended', why: 'allowance' } }), /^Ended undecided: the next pair might have cost more than was allowed\. No pair has been judged yet\.$/],
  ];
  for (const [title, one, expected] of notices) it(`tells in its notice that it is ${title}`, () => assert.match(endedText(one, resultOf(one.pairs, one.plan)), expected));

  it('says why it was paused, in the sentence of the failure', () => {
    const { state, may } = viewOf(experiment('A', { state: { is: 'paused', failure: { kind: 'offline', provider: 'acme' } }, runs: undefined }));
    assert.match(state, /^Paused: .*acme.* 1 of 50 pairs\.$/);
    assert.deepEqual(may, ['resume', 'stop', 'remove']);
  });

  it('tells costs, times, and how often the judge agreed with itself', () => {
    assert.deepEqual(viewOf(experiment('AB=x')).sentences.slice(1), [
      'An answer cost $0.0010 from Small and $0.00030 from Large: 0.30 times as much.',
      'It took 1.2 s and 3.0 s.',
      'Spent so far: $0.020 of the $0.50 allowed.',
      'Judged by a third model that saw each pair in both orders, without names. It said the same in both orders for 67 % of the pairs; the others count as equal.',
      '1 pair has no verdict and does not count.',
    ]);
  });

  it('shows a person the pair that waits, and nothing once it has ended', () => {
    assert.deepEqual(viewOf(experiment('??', { judge: 'person' })).toJudge, { place: 0, question: 'Question 0', first: 'first of 0', second: 'second of 0', waiting: 2 });
    assert.deepEqual(viewOf(experiment('A?', { judge: 'person' })).toJudge, { place: 1, question: 'Question 1', first: 'first of 1', second: 'second of 1', waiting: 1 });
    assert.equal(viewOf(experiment('A?', { judge: 'person', state: { is: 'ended', why: 'stopped' } })).toJudge, undefined);
  });

  it('tells two of the same name apart', () => assert.equal(viewOf(experiment('', { names: ['Same', 'Same'] })).title, 'Same (A) against Same (B)'));

  it('describes the chart in words', () => assert.match(viewOf(experiment('AAAAAAAA')).description, /^After 8 pairs Small wins 100 % of the decided pairs; the true share lies between 5\d % and 100 % with 95 % certainty at every look\.$/));
});
