import assert from 'node:assert/strict';
import type { Experiment, ExperimentPlan } from '../../../../src/core/model/experiment';
import { asArmId, domains } from '../../../../src/core/model/modelCard';
import { nano } from '../../../../src/core/model/money';
import type { WireEvent, WireRequest } from '../../../../src/core/ports/wire';
import { StorageError } from '../../../../src/core/ports/ledgerStore';
import { answer } from '../../../support/fakeWire';
import { testApp } from '../../../support/testApp';

type TestApp = ReturnType<typeof testApp>;
type Plan = Omit<ExperimentPlan, 'alpha' | 'margin'>;

async function settle(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** An app with so many questions that were answered before. */
async function appWithPast(count: number, settings: Parameters<typeof testApp>[0] = {}): Promise<TestApp & { readonly plan: Plan }> {
  const test = testApp(settings);
  for (let index = 0; index < count; index++) {
    const thread = { id: `thread-${index}`, title: 't', createdAt: index, updatedAt: index, realm: 'demo' as const };
    await test.threads.create(thread);
    await test.threads.append({ id: `q-${index}`, threadId: thread.id, position: 0, role: 'user', text: `Question ${index}?`, createdAt: index });
    await test.threads.append({ id: `a-${index}`, threadId: thread.id, position: 1, role: 'assistant', text: 'As it was answered.', createdAt: index, answer: { state: 'complete', purpose: 'chat', realm: 'demo' } });
  }
  const questions = await test.app.experiments().pastQuestions(100);
  assert.equal(questions.length, count);
  return { ...test, plan: { sides: [{ name: 'Small', arm: asArmId('demo/demo-small') }, { name: 'Large', arm: asArmId('demo/demo-large') }], judge: 'model', questions, withNew: false, mostPairs: count, allowance: nano(1e9) } };
}

/** What a model answers each time, by the request. */
function always(test: TestApp, model: string, times: number, events: (request: WireRequest) => readonly WireEvent[]): void {
  for (let time = 0; time < times; time++) {
    test.wire.will(model, async function* (request) {
      yield* events(request);
    });
  }
}

/** A judge that knows good answers from bad ones, in the form it is asked for. */
function verdictOn({ messages }: WireRequest, better = 'good'): readonly WireEvent[] {
  const prompt = messages.at(-1)?.text ?? '';
  const id = /The id is (\S+)\. Which/.exec(prompt)?.[1];
  const [one = '', two = ''] = prompt.split('<<answer 2');
  const has = (text: string): boolean => text.includes(better);
  return answer(JSON.stringify({ id, better: has(one) === has(two) ? 'equal' : has(one) ? '1' : '2', why: 'so' }));
}

function scripted(test: TestApp, pairs: number, large = 'a good answer'): void {
  always(test, 'demo-small', pairs, () => answer('a poor answer'));
  always(test, 'demo-large', pairs, () => answer(large));
  always(test, 'demo-medium', 2 * pairs, (request) => verdictOn(request));
}

async function only({ app }: TestApp): Promise<Experiment> {
  const [experiment] = await app.experiments().list();
  assert.ok(experiment);
  return experiment;
}

describe('an experiment', () => {
  it('asks both, lets a third model judge blind in both orders, and stops when it is decided', async () => {
    const test = await appWithPast(12);
    scripted(test, 12);
    assert.ok((await test.app.experiments().begin(test.plan)).ok);
    await settle();
    const experiment = await only(test);
    assert.deepEqual(experiment.state, { is: 'ended', why: 'decided' });
    assert.equal(experiment.pairs.length, 8, 'no pair more than the rule needs');
    assert.equal(experiment.runs, undefined);
    const { decision, decidedAfter, winsB, agreed, meanCost } = test.app.experiments().result(experiment);
    assert.deepEqual([decision, decidedAfter, winsB, agreed], ['B', 8, 8, 1]);
    assert.ok(meanCost[0] && meanCost[1] && meanCost[0] < meanCost[1]);
    const calls = [...test.ledger.calls.values()];
    assert.deepEqual(new Set(calls.map(({ question }) => question)), new Set([experiment.id]), 'the ledger knows whose they are');
    assert.deepEqual([calls.filter(({ purpose }) => purpose === 'experiment').length, calls.filter(({ purpose }) => purpose === 'judge').length], [16, 16]);
    assert.equal(experiment.spent, calls.reduce((sum, { charge }) => sum + (charge.amount ?? 0), 0));
    const judged = test.wire.requests.filter(({ model }) => model === 'demo-medium').map(({ messages }) => JSON.stringify(messages));
    assert.ok(judged.every((text) => !/demo-small|demo-large|Demo Small|Demo Large/.test(text)), 'no names');
  });

  it('ends undecided when its questions are used up', async () => {
    const test = await appWithPast(4);
    scripted(test, 4);
    await test.app.experiments().begin(test.plan);
    await settle();
    assert.deepEqual((await only(test)).state, { is: 'ended', why: 'questions' });
    assert.equal(test.app.experiments().result(await only(test)).decision, 'undecided');
  });

  it('compares two instructions on the same model', async () => {
    const test = await appWithPast(1);
    always(test, 'demo-small', 2, ({ messages }) => answer(messages[0]?.text.includes('brief') ? 'a good answer' : 'a poor answer'));
    for (const judge of ['demo-medium', 'demo-large']) always(test, judge, 2, (request) => verdictOn(request));
    const arm = asArmId('demo/demo-small');
    await test.app.experiments().begin({ ...test.plan, sides: [{ name: 'Brief', arm, instruction: 'Be brief.' }, { name: 'Long', arm, instruction: 'Be thorough.' }] });
    await settle();
    const [pair] = (await only(test)).pairs;
    assert.equal(pair?.verdict, 'A');
    const asked = test.wire.requests.filter(({ model }) => model === 'demo-small');
    assert.deepEqual(asked.map(({ messages }) => messages[0]?.text), ['Be brief.', 'Be thorough.']);
    assert.ok(asked.every(({ messages }) => messages.filter(({ role }) => role === 'system').length === 1), 'the usual instruction is replaced');
  });

  it('tells beforehand what it may cost, and asks nobody for that', async () => {
    const test = await appWithPast(5);
    const estimate = await test.app.experiments().estimate(test.plan);
    assert.ok(estimate.ok);
    assert.equal(estimate.judge, 'Demo Medium');
    assert.ok(0 < estimate.low && estimate.low < estimate.likely && estimate.likely < estimate.high);
    const byHand = await test.app.experiments().estimate({ ...test.plan, judge: 'person' });
    assert.ok(byHand.ok && byHand.likely < estimate.likely && byHand.judge === undefined);
    const twice = await test.app.experiments().estimate({ ...test.plan, mostPairs: 10 });
    assert.ok(twice.ok && Math.abs(twice.likely - 2 * estimate.likely) <= 1);
    assert.equal(test.wire.requests.length, 0);
    const unknown = await test.app.experiments().estimate({ ...test.plan, sides: [{ name: 'Gone', arm: asArmId('demo/gone') }, test.plan.sides[1]] });
    assert.deepEqual(unknown.ok ? undefined : unknown.failure.kind, 'noCandidate');
  });

  it('shows no third model a question of which a classifier says who may read it', async () => {
    const test = await appWithPast(1, { settings: { classifiers: [{ label: 'own', rule: { pattern: 'Question' }, effect: { allow: ['demo/*'] } }] } });
    scripted(test, 1);
    await test.app.experiments().begin(test.plan);
    await settle();
    assert.match(JSON.stringify((await only(test)).pairs[0]?.verdict), /A classifier of yours says who may read this question/);
    assert.ok(test.wire.requests.every(({ model }) => model !== 'demo-medium'));
  });

  it('has no judge when there is no third model', async () => {
    const test = await appWithPast(2, { settings: { 'models.excluded': ['demo/demo-medium'] } });
    const estimate = await test.app.experiments().estimate(test.plan);
    assert.deepEqual(estimate.ok ? undefined : estimate.failure, { kind: 'noCandidate', reason: 'No model but the two can be asked to judge. Judge them yourself, or add a provider.' });
  });

  it('begins no pair that may pass its allowance', async () => {
    const test = await appWithPast(12);
    const estimate = await test.app.experiments().estimate({ ...test.plan, mostPairs: 1 });
    assert.ok(estimate.ok);
    always(test, 'demo-small', 12, () => answer('a poor answer', { input: 1000, output: 20_000 }));
    always(test, 'demo-large', 12, () => answer('a good answer', { input: 1000, output: 20_000 }));
    always(test, 'demo-medium', 24, (request) => verdictOn(request));
    await test.app.experiments().begin({ ...test.plan, allowance: nano(Math.round(1.2 * estimate.high)) });
    await settle();
    const experiment = await only(test);
    assert.deepEqual(experiment.state, { is: 'ended', why: 'allowance' });
    assert.equal(experiment.pairs.length, 1, 'the first was dearer than expected');
  });

  it('is paused by a budget that is used up in the middle, with the reason, and goes on afterwards', async () => {
    const test = await appWithPast(12, { settings: { 'budget.day': 0.3, 'budget.atLimit': 'stop', maxOutputTokens: 4000 } });
    always(test, 'demo-small', 12, () => answer('a poor answer'));
    always(test, 'demo-large', 12, () => answer('a good answer', { input: 100, output: 2500 }));
    always(test, 'demo-medium', 24, (request) => verdictOn(request));
    const begun = await test.app.experiments().begin(test.plan);
    assert.ok(begun.ok);
    await settle();
    const paused = await only(test);
    assert.equal(paused.state.is, 'paused');
    assert.equal(paused.state.is === 'paused' && paused.state.failure?.kind, 'budgetReached');
    assert.ok(paused.pairs.length > 0 && paused.pairs.length < 8, String(paused.pairs.length));
    assert.equal(test.ledger.held.size, 0);
    test.app.applySettings({ ...test.app.settings(), 'budget.day': null });
    assert.ok((await test.app.experiments().resume(begun.id)).ok);
    await settle();
    assert.deepEqual((await only(test)).state, { is: 'ended', why: 'decided' });
  });

  it('gives the pair under way up when it is paused, keeps the others, and asks that question again', async () => {
    const test = await appWithPast(9);
    scripted(test, 2);
    let reached = (): void => undefined;
    const third = new Promise<void>((resolve) => (reached = resolve));
    for (const model of ['demo-small', 'demo-large']) {
      test.wire.will(model, async function* (_request, signal) {
        reached();
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        yield { type: 'failed', failure: { kind: 'cancelled' }, usage: undefined };
      });
    }
    const begun = await test.app.experiments().begin(test.plan);
    assert.ok(begun.ok);
    await third;
    await test.app.experiments().pause(begun.id);
    const paused = await only(test);
    assert.deepEqual([paused.state, paused.pairs.length, paused.runs], [{ is: 'paused' }, 2, undefined]);
    scripted(test, 7);
    await test.app.experiments().resume(begun.id);
    await settle();
    const { state, pairs } = await only(test);
    assert.deepEqual([state, pairs.length], [{ is: 'ended', why: 'decided' }, 8]);
    assert.deepEqual(pairs.map(({ question }) => question), [8, 7, 6, 5, 4, 3, 2, 1].map((index) => `Question ${index}?`), 'each question once, the newest first');
  });

  it('survives its window: what was judged is there, and it can be taken over', async () => {
    const test = await appWithPast(9);
    scripted(test, 3);
    let closing: Promise<void> | undefined;
    test.wire.will('demo-small', async function* (_request, signal) {
      closing = test.app.close();
      await new Promise((resolve) => (signal.aborted ? resolve(undefined) : signal.addEventListener('abort', resolve)));
      yield { type: 'failed', failure: { kind: 'cancelled' }, usage: undefined };
    });
    always(test, 'demo-large', 1, () => answer('a good answer'));
    await test.app.experiments().begin(test.plan);
    await settle();
    await closing;
    const [row] = await test.experiments.list();
    assert.equal(row?.owner, undefined, 'nobody runs it');
    assert.equal(test.experiments.pairs.get(row?.id ?? '')?.length, 3);
    assert.equal(test.ledger.held.size, 0);
    assert.ok(!test.logged.some((line) => line.includes('unexpectedly')), test.logged.join('\n'));
  });

  it('runs one at a time in a window, and one that runs elsewhere only there', async () => {
    const test = await appWithPast(3);
    test.wire.will('demo-small', async function* (_request, signal) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      yield { type: 'failed', failure: { kind: 'cancelled' }, usage: undefined };
    });
    always(test, 'demo-large', 1, () => answer('a good answer'));
    const both = await Promise.all([test.app.experiments().begin(test.plan), test.app.experiments().begin(test.plan)]);
    assert.deepEqual([both[0].ok, both[1]], [true, { ok: false, why: 'busy' }]);
    assert.deepEqual(await test.app.experiments().begin(test.plan), { ok: false, why: 'busy' });
    const running = await only(test);
    assert.equal(running.runs, 'here');
    await test.app.experiments().stop(running.id);
    assert.deepEqual((await only(test)).state, { is: 'ended', why: 'stopped' });
    assert.deepEqual(await test.app.experiments().resume(running.id), { ok: false, why: 'gone' });

    const elsewhere = { id: 'x9', realm: 'demo' as const, createdAt: 1, state: '{"is":"paused"}', plan: JSON.stringify({ ...test.plan, alpha: 0.05, margin: 0.2 }), owner: 'window-2' };
    await test.experiments.create(elsewhere);
    assert.deepEqual(await test.app.experiments().resume('x9'), { ok: false, why: 'elsewhere' });
    assert.equal((await test.app.experiments().open('x9'))?.runs, 'elsewhere');
  });

  it('stops when another window pauses or deletes it', async () => {
    for (const how of ['pause', 'delete'] as const) {
      const test = await appWithPast(3);
      let stopped = false;
      test.wire.will('demo-small', async function* (_request, signal) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        stopped = true;
        yield { type: 'failed', failure: { kind: 'cancelled' }, usage: undefined };
      });
      always(test, 'demo-large', 1, () => answer('a good answer'));
      const begun = await test.app.experiments().begin(test.plan);
      assert.ok(begun.ok);
      await settle();
      // As the store tells it.
      if (how === 'pause') await test.experiments.update(begun.id, { state: '{"is":"paused"}' });
      else await test.experiments.remove(begun.id);
      await settle();
      assert.ok(stopped, how);
      assert.equal((await test.app.experiments().open(begun.id))?.runs, undefined);
    }
  });

  it('gives up on a judge that cannot be read three times in a row, and says so', async () => {
    const test = await appWithPast(12);
    always(test, 'demo-small', 12, () => answer('a poor answer'));
    always(test, 'demo-large', 12, () => answer('a good answer'));
    always(test, 'demo-medium', 24, () => answer('The second one, obviously!'));
    await test.app.experiments().begin(test.plan);
    await settle();
    const { state, pairs } = await only(test);
    assert.equal(state.is, 'paused');
    assert.match(JSON.stringify(state), /"No model that was asked to judge gave its verdict/);
    assert.deepEqual(pairs.map(({ verdict }) => verdict), [{ kind: 'unreadable' }, { kind: 'unreadable' }]);
    assert.equal(test.app.experiments().result(await only(test)).without, 2);
  });

  it('passes over what one of them refuses, and over questions that were deleted', async () => {
    const test = await appWithPast(3);
    test.wire.will('demo-small', [{ type: 'failed', failure: { kind: 'refused', provider: 'demo' }, usage: undefined }]);
    always(test, 'demo-small', 1, () => answer('a poor answer'));
    always(test, 'demo-large', 2, () => answer('a good answer'));
    always(test, 'demo-medium', 2, (request) => verdictOn(request));
    await test.threads.delete('thread-1', 1);
    await test.app.experiments().begin(test.plan);
    await settle();
    assert.deepEqual((await only(test)).pairs.map(({ verdict }) => (typeof verdict === 'object' ? verdict.kind : verdict)), ['failed', 'gone', 'B']);
  });

  it('waits for a person who judges, three pairs ahead at most, and shows them in an order of chance', async () => {
    const draws = [0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9];
    const test = await appWithPast(9, { random: () => draws.shift() ?? 0.5 });
    always(test, 'demo-small', 9, () => answer('a poor answer by demo-small'));
    always(test, 'demo-large', 9, () => answer('a good answer of Demo Large'));
    const begun = await test.app.experiments().begin({ ...test.plan, judge: 'person' });
    assert.ok(begun.ok);
    await settle();
    const waiting = await only(test);
    assert.deepEqual([waiting.state.is, waiting.pairs.length, waiting.pairs.every(({ verdict }) => verdict === undefined)], ['running', 3, true]);
    assert.deepEqual(new Set(waiting.pairs.map(({ swapped }) => swapped)), new Set([true, false]));
    for (let place = 0; place < 8; place++) {
      const pair = (await only(test)).pairs[place];
      assert.ok(pair);
      assert.deepEqual(pair.shown?.toSorted(), ['a good answer of [model]', 'a poor answer by [model]']);
      // The person always takes the good one, wherever it stands.
      await test.app.experiments().judge(begun.id, place, pair.shown?.[0].includes('good') ? 'first' : 'second');
      await settle();
    }
    const { state, pairs } = await only(test);
    assert.deepEqual(state, { is: 'ended', why: 'decided' });
    assert.deepEqual(pairs.slice(0, 8).map(({ verdict }) => verdict), Array.from({ length: 8 }, () => 'B'));
    await test.app.experiments().judge(begun.id, 0, 'tie');
    assert.equal((await only(test)).pairs[0]?.verdict, 'B', 'a verdict stands');
    assert.equal([...test.ledger.calls.values()].filter(({ purpose }) => purpose === 'judge').length, 0);
  });

  it('takes new questions in as they come', async () => {
    const test = await appWithPast(0, { settings: { 'models.pinned': 'demo/demo-small' } });
    const begun = await test.app.experiments().begin({ ...test.plan, withNew: true, mostPairs: 2 });
    assert.ok(begun.ok);
    await settle();
    assert.equal((await only(test)).state.is, 'running', 'it waits');
    for (const text of ['What does idempotent mean?', 'What does atomic mean?']) {
      test.wire.will('demo-small', answer('It is this.'));
      scripted(test, 1);
      await test.app.conversations.send({ threadId: undefined, text, purpose: 'chat' });
      await settle();
    }
    const { state, pairs } = await only(test);
    assert.deepEqual(pairs.map(({ question, verdict }) => [question, verdict]), [['What does idempotent mean?', 'B'], ['What does atomic mean?', 'B']]);
    assert.deepEqual(state, { is: 'ended', why: 'questions' });
  });

  it('pauses with the reason when the database is full', async () => {
    const test = await appWithPast(3);
    scripted(test, 3);
    test.experiments.fails.set('putPair', new StorageError('full', 'no space'));
    await test.app.experiments().begin(test.plan);
    await settle();
    const { state } = await only(test);
    assert.deepEqual(state, { is: 'paused', failure: { kind: 'storage', problem: 'full', detail: 'no space' } });
  });

  it('rejects nowhere unheard when the database does not answer while it runs', async () => {
    const test = await appWithPast(3);
    scripted(test, 3);
    for (const method of ['update', 'release', 'get'] as const) test.experiments.fails.set(method, new StorageError('locked', 'busy'));
    await test.app.experiments().begin(test.plan);
    await settle();
    assert.ok(test.logged.some((line) => line.includes('could not be written down')), test.logged.join('\n'));
    test.experiments.fails.clear();
    const experiment = await only(test);
    assert.equal(experiment.runs, undefined);
    assert.ok((await test.app.experiments().resume(experiment.id)).ok, 'it can be gone on with');
    await settle();
    assert.deepEqual((await only(test)).state, { is: 'ended', why: 'questions' });
  });

  it('passes over what a newer Farthing wrote', async () => {
    const test = await appWithPast(1);
    for (const plan of ['{', '{}', JSON.stringify({ ...test.plan, alpha: 2, margin: 0.2 })]) {
      await test.experiments.create({ id: plan, realm: 'demo', createdAt: 1, state: '{"is":"running"}', plan, owner: undefined });
    }
    assert.deepEqual(await test.app.experiments().list(), []);
  });

  it('asks no question again because a newer Farthing wrote of it what cannot be read here', async () => {
    const test = await appWithPast(3);
    scripted(test, 2);
    await test.experiments.create({ id: 'newer', realm: 'demo', createdAt: 1, state: '{"is":"paused"}', plan: JSON.stringify({ ...test.plan, alpha: 0.05, margin: 0.2 }), owner: undefined });
    await test.experiments.putPair('newer', { place: 0, pair: '{"place":0,"verdict":"rather B"}' });
    assert.ok((await test.app.experiments().resume('newer')).ok);
    await settle();
    const { state, pairs } = await only(test);
    assert.equal(test.wire.requests.filter(({ model }) => model === 'demo-small').length, 2);
    assert.deepEqual([state, pairs.map(({ place }) => place)], [{ is: 'ended', why: 'questions' }, [0, 1, 2]]);
    assert.equal(test.app.experiments().result(await only(test)).without, 1);
  });

  it('pays in no other money than was agreed to', async () => {
    const test = await appWithPast(1);
    await test.experiments.create({ id: 'real', realm: 'real', createdAt: 1, state: '{"is":"paused"}', plan: JSON.stringify({ ...test.plan, alpha: 0.05, margin: 0.2 }), owner: undefined });
    assert.deepEqual(await test.app.experiments().resume('real'), { ok: false, why: 'otherMoney' });
    assert.equal(test.wire.requests.length, 0);
  });

  it('lists ended ones from memory, until they are deleted', async () => {
    const test = await appWithPast(2);
    scripted(test, 2);
    await test.app.experiments().begin(test.plan);
    await settle();
    const first = await only(test);
    test.experiments.fails.set('get', new StorageError('locked', 'busy'));
    const again = await only(test);
    assert.deepEqual([again.state, again.pairs.length, again.spent], [first.state, first.pairs.length, first.spent]);
    assert.deepEqual(test.app.experiments().result(again), test.app.experiments().result(first));
    test.experiments.fails.clear();
    await test.app.experiments().remove(first.id);
    assert.deepEqual(await test.app.experiments().list(), []);
  });
});

describe('pastQuestions', () => {
  it('takes the newest answered ones, of the realm, and of a domain when one is named', async () => {
    const test = await appWithPast(5);
    const { threads, app } = test;
    await threads.create({ id: 'real', title: 't', createdAt: 99, updatedAt: 99, realm: 'real' });
    await threads.append({ id: 'real-q', threadId: 'real', position: 0, role: 'user', text: 'Real?', createdAt: 99 });
    await threads.append({ id: 'real-a', threadId: 'real', position: 1, role: 'assistant', text: 'x', createdAt: 99, answer: { state: 'complete' } });
    await threads.append({ id: 'failed-q', threadId: 'thread-4', position: 2, role: 'user', text: 'Failed?', createdAt: 99 });
    await threads.append({ id: 'failed-a', threadId: 'thread-4', position: 3, role: 'assistant', text: '', createdAt: 99, answer: { state: 'failed' } });
    assert.deepEqual((await app.experiments().pastQuestions(2)).map(({ messageId }) => messageId), ['q-4', 'q-3']);
    const all = (await app.experiments().pastQuestions(99)).map(({ messageId }) => messageId);
    const byDomain = await Promise.all(domains.map((domain) => app.experiments().pastQuestions(99, domain)));
    assert.deepEqual(byDomain.flat().map(({ messageId }) => messageId).toSorted(), all.toSorted(), 'each question has one main domain');
  });
});
