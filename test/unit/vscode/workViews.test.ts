import assert from 'node:assert/strict';
import { asArmId } from '../../../src/core/model/modelCard';
import { nano } from '../../../src/core/model/money';
import type { WorkEnd, WorkForecast, WorkRecord } from '../../../src/core/model/work';
import { armChoices, forecastView } from '../../../src/vscode/chat/forecastViews';
import { columnsOf, namesHidden, workView } from '../../../src/vscode/chat/workViews';
import { withStepText } from '../../../src/vscode/chat/stepText';
import { comparisonView } from '../../../src/vscode/compare/comparisonView';
import { arm } from '../../support/cards';
import { doneStep, refusedMessage, underWay, workContext, workMessage, works } from '../../support/workStates';

function view(work: WorkRecord, running = false) {
  return workView('a1', work, running, workContext);
}

/** A comparison as its page shows it. */
function shown(work: WorkRecord, state: 'streaming' | 'complete' = 'complete') {
  const comparison = comparisonView(workMessage(work, state), 'Why?', workContext);
  assert.ok(comparison.phase === 'running' || comparison.phase === 'ended');
  return comparison;
}

const blind: WorkRecord = { ...works.compare, wish: { strategy: 'compare', blind: true } };

describe('several models, as the chat shows them', () => {
  it('are the rounds of a refinement, with the score and the cost of each', () => {
    const { title, groups, total, ended, enough } = view(works.refine);
    assert.equal(title, 'Refined in 3 rounds');
    assert.deepEqual(groups.map((group) => [group.title, group.score, group.cost, group.taken]), [
      ['Round 1', 0.55, '$0.0016', false],
      ['Round 2', 0.84, '$0.0016', false],
      ['Round 3', 0.93, '$0.0016', true],
    ]);
    assert.deepEqual([total, ended, enough], ['$0.0049', 'Ended: the score is high enough.', 0.9]);
    assert.deepEqual(groups[0]?.steps.map(({ title: step, says, mayTake }) => [step, says, mayTake]), [
      ['Answer', 'Use a Map: it remembers each key once. const seen = new Map<string, boolean>(); for (const item of items) { if (!seen.has(item)) seen.set(item, true); } The ord…', true],
      ['Criticism', '2 points: objects are left out, and the loop is long', false],
      ['Criticism', '1 point: too long', false],
    ]);
    assert.equal(groups[2]?.steps[0]?.mayTake, false, 'it is taken already');
  });

  it('are the models of a cascade, each with what was said of it', () => {
    assert.deepEqual(view(works.cascade).groups.map(({ title, steps }) => [title, steps.map((step) => step.title)]), [
      ['Model 1', ['Answer', 'Check']],
      ['Model 2', ['Answer', 'Check']],
    ]);
    assert.equal(view(works.cascade).title, 'Went up to model 2');
  });

  it('are the answers of a consensus, and what they agree on', () => {
    const { agreement, groups } = view(works.consensus);
    assert.deepEqual(groups.map(({ title, steps }) => [title, steps.length]), [['Answers', 3], ['What became of them', 1]]);
    assert.deepEqual(agreement, {
      title: '2 of 3 answers agree',
      share: 2 / 3,
      groups: [
        { names: 'gpt-5.6-luna, claude-opus-5', says: '42', answers: 2 },
        { names: 'gpt-oss-20b', says: '41', answers: 1 },
      ],
      disputed: ['Whether it is 41 or 42.'],
      how: 'Counted: what each gives as the result.',
    });
  });

  const agreements: readonly { readonly groups: readonly (readonly string[])[]; readonly title: string }[] = [
    { groups: [['s1', 's2', 's3']], title: 'All 3 answers agree' },
    { groups: [['s1'], ['s2'], ['s3']], title: 'Each of the 3 answers says something else' },
  ];
  for (const { groups, title } of agreements) it(title, () => assert.equal(view({ ...works.consensus, agreement: { ...works.consensus.agreement, groups: groups.map((steps) => ({ steps, says: 'x' })) } }).agreement?.title, title));

  const ends: readonly { readonly end: WorkEnd; readonly work: WorkRecord; readonly says: string }[] = [
    { end: 'agreed', work: works.consensus, says: 'The answers agree.' },
    { end: 'noImprovement', work: works.refine, says: 'Ended: the last round made it no better.' },
    { end: 'rounds', work: works.refine, says: 'Ended: all rounds were used.' },
    { end: 'budget', work: works.refine, says: 'Ended: the money held for it is used up.' },
    { end: 'budget', work: { ...works.refine, steps: [] }, says: '' },
    { end: 'failed', work: works.refine, says: 'Ended: a step failed.' },
    { end: 'failed', work: { ...works.refine, steps: [] }, says: '' },
    { end: 'stopped', work: works.refine, says: '' },
    { end: 'done', work: works.compare, says: 'None is kept yet: the next question goes on from the cheapest.' },
    { end: 'done', work: { ...works.compare, taken: 's1' }, says: 'One is kept: the next question goes on from it.' },
  ];
  for (const { end, work, says } of ends) it(`of a ${work.strategy} with ${work.steps.length} steps that ended by ${end} say why`, () => assert.equal(view({ ...work, end }).ended, says));

  it('say the step under way, and who is at it', () => {
    assert.equal(view(underWay.refine, true).progress, 'Round 2: gpt-5.6-luna revises its answer');
    assert.equal(view({ ...underWay.compare, steps: underWay.compare.steps.map((step) => ({ ...step, state: 'running' as const })) }, true).progress, '3 models are answering');
    assert.equal(view({ strategy: 'refine', wish: { strategy: 'refine' }, steps: [] }, true).progress, 'Choosing the models');
  });

  it('say a cost that is not known as such', () => {
    const unknown: WorkRecord = { ...works.compare, steps: [doneStep('s1', 'small', 'answer', 'x', 1), { ...doneStep('s2', 'large', 'answer', 'y', 1), costSource: 'unknown' }].map(({ cost, ...step }) => (step.costSource === 'unknown' ? step : { ...step, ...(cost === undefined ? {} : { cost }) })) };
    assert.equal(view(unknown).total, '—');
  });
});

describe('a comparison without names', () => {
  it('tells neither names nor prices nor times before the vote, in the chat and on its page', () => {
    for (const text of [JSON.stringify(view(blind)), JSON.stringify(shown(blind))]) {
      // What was told before the start is of all together.
      assert.doesNotMatch(text.replace(/told before[^"]*/g, ''), /gpt-|claude|Groq|OpenAI|Anthropic|\$|tokens|\d s\b/);
    }
  });

  it('tells them after it, in the same order', () => {
    const voted: WorkRecord = { ...blind, vote: { step: 's2', at: 1 } };
    assert.deepEqual(shown(voted).columns.map(({ id }) => id), shown(blind).columns.map(({ id }) => id));
    assert.equal(shown(voted).vote, 'You voted for gpt-5.6-luna.');
    assert.deepEqual(shown(voted).columns.filter((column) => column.voted).map(({ model }) => model), ['gpt-5.6-luna']);
    assert.equal(shown({ ...blind, vote: { step: 'same', at: 1 } }).vote, 'You found none better.');
  });

  it('tells them when one is kept: that says what the person prefers as well', () => assert.equal(namesHidden({ ...blind, taken: 's1' }), false));

  it('has an order that is another one for another answer', () => {
    const orders = new Set(Array.from({ length: 40 }, (_, place) => columnsOf(`answer ${place}`, blind).map(({ id }) => id).join('')));
    assert.equal(orders.size, 6, 'all orders of three');
    assert.deepEqual(columnsOf('a1', works.compare).map(({ id }) => id), ['s1', 's2', 's3'], 'otherwise as they were chosen');
  });

  it('says of one that failed no more than that', () => {
    const failed: WorkRecord = { ...blind, steps: [{ ...doneStep('s1', 'small', 'answer', '', 1), state: 'failed', failure: { kind: 'rateLimited', provider: 'groq' } }, ...blind.steps.slice(1)] };
    assert.equal(shown(failed).columns.find(({ id }) => id === 's1')?.failure, 'This model failed.');
    assert.equal(view(failed).groups[0]?.steps.find(({ id }) => id === 's1')?.says, 'This model failed.');
    assert.match(shown({ ...failed, vote: { step: 'same', at: 1 } }).columns.find(({ id }) => id === 's1')?.failure ?? '', /Groq/);
  });
});

describe('what the end of its window ended', () => {
  const left: WorkRecord = { ...works.compare, steps: works.compare.steps.map((step) => ({ ...step, state: 'cancelled' as const })) };
  const stopped: WorkRecord = { ...left, steps: left.steps.map((step) => ({ ...step, failure: { kind: 'cancelled' as const } })) };
  const interrupted = comparisonView({ ...workMessage(stopped), answer: { state: 'interrupted', work: stopped } }, '', workContext);
  const words = (columns: readonly { readonly stateText: string }[]) => [...new Set(columns.map(({ stateText }) => stateText))];
  it('was stopped by nobody', () => {
    assert.deepEqual(words(shown(left).columns), ['Interrupted']);
    assert.deepEqual(words('columns' in interrupted ? interrupted.columns : []), ['Interrupted']);
    assert.deepEqual(words(workView('a1', stopped, false, { ...workContext, interrupted: true }).groups[0]?.steps ?? []), ['Interrupted']);
  });
  it('is not what a person stopped', () => assert.deepEqual(words(shown(stopped).columns), ['Stopped']));
});

describe('the page of a comparison', () => {
  it('offers what can be done with each answer', () => {
    const { columns, mayVote, total, spent } = shown(underWay.compare, 'streaming');
    assert.deepEqual(columns.map(({ state, mayVote: vote, mayKeep, mayStop, mayRetry }) => ({ state, vote, mayKeep, mayStop, mayRetry })), [
      { state: 'done', vote: true, mayKeep: true, mayStop: false, mayRetry: false },
      { state: 'running', vote: false, mayKeep: false, mayStop: true, mayRetry: false },
      { state: 'waiting', vote: false, mayKeep: false, mayStop: true, mayRetry: false },
    ]);
    assert.deepEqual([mayVote, total], [false, '$0.000040']);
    assert.ok(spent !== undefined && spent > 0 && spent < 0.01);
  });

  it('asks again only what came to nothing, and once all has ended', () => {
    const stopped: WorkRecord = { ...works.compare, steps: works.compare.steps.map((step, place) => (place === 0 ? { ...step, state: 'cancelled' as const } : step)) };
    assert.deepEqual(shown(stopped).columns.map(({ mayRetry }) => mayRetry), [true, false, false]);
    assert.deepEqual(shown(stopped, 'streaming').columns.map(({ mayRetry }) => mayRetry), [false, false, false]);
  });

  it('that a budget refuses has the buttons that help here', () => {
    const view = comparisonView(refusedMessage, 'Why?', workContext);
    assert.ok(view.phase === 'ended');
    assert.equal(view.sentence, '');
    assert.deepEqual(view.failure?.actions.map(({ id }) => id), ['allow', 'setBudget', 'retry']);
  });

  it('of an answer without work is gone', () => assert.equal(comparisonView({ ...workMessage(works.compare), answer: { state: 'complete' } }, '', workContext).phase, 'gone'));
});

describe('what several models would cost', () => {
  const forecast: WorkForecast = { ok: true, arms: [{ arm: asArmId('openai/gpt-5.6-luna'), name: 'gpt-5.6-luna', provider: 'openai', likely: nano(420_000) }], likely: nano(2_100_000), high: nano(9_400_000), worst: nano(31_000_000), needed: nano(12_000_000), calls: 3 };
  it('is told with who is asked', () => {
    assert.deepEqual(forecastView('compare', forecast, workContext), { strategy: 'compare', calls: '3 calls', usual: 'usually $0.0021', most: 'seldom over $0.0094', models: [{ name: 'gpt-5.6-luna at OpenAI', cost: '$0.00042' }] });
    assert.equal(forecastView('refine', forecast, workContext).calls, 'up to 3 calls');
    assert.equal(forecastView('compare', { ...forecast, likely: undefined, high: undefined }, workContext).usual, 'usually —');
  });
  it('says when a budget has less room than it takes to begin', () => {
    const short = (room: number | undefined) => forecastView('compare', forecast, workContext, room === undefined ? undefined : nano(room)).short;
    assert.deepEqual([short(undefined), short(12_000_000)], [undefined, undefined]);
    assert.equal(short(1_000_000), 'Only $0.0010 left in a budget, and $0.012 must be free: it may be refused, or done with less.');
  });
  it('is a sentence where it cannot be asked', () => assert.match(forecastView('compare', { ok: false, failure: { kind: 'noProvider' } }, workContext).failure ?? '', /provider/));
});

describe('the models to choose from', () => {
  it('are listed by name with their price', () => {
    const one = arm({ model: 'luna', provider: 'openai' });
    const other = arm({ model: 'aster', provider: 'groq' });
    const choices = armChoices([{ id: asArmId('openai/luna'), arm: one }, { id: asArmId('groq/aster'), arm: other }], workContext.nameOf, workContext.now);
    assert.deepEqual(choices.map(({ id, provider }) => [id, provider]), [['groq/aster', 'Groq'], ['openai/luna', 'OpenAI']]);
    assert.ok(choices.every(({ price }) => /^\$[\d.]+ \/ \$[\d.]+$/.test(price)), JSON.stringify(choices));
  });
});

describe('a piece of a step', () => {
  const message = workMessage(underWay.compare, 'streaming');
  const text = (changed: typeof message | undefined) => changed?.answer?.work?.steps[1]?.text;
  const piece = { type: 'step-appended', threadId: 't1', messageId: 'a1', stepId: 's2', text: ' more' } as const;
  it('goes where it belongs', () => assert.equal(text(withStepText(message, { ...piece, at: 120 })), `${text(message)} more`));
  it('that does not fit changes nothing', () => assert.equal(withStepText(message, { ...piece, at: 7 }), undefined));
  it('of a step that is not there changes nothing', () => assert.equal(withStepText(message, { ...piece, stepId: 'x', at: 0 }), undefined));
});
