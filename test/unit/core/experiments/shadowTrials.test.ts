import assert from 'node:assert/strict';
import type { Notice } from '../../../../src/core/app';
import { standingOf } from '../../../../src/core/experiments/shadowTrials';
import type { TrialVerdict } from '../../../../src/core/ports/experimentStore';
import type { AppSettings } from '../../../../src/core/model/settings';
import type { WireEvent, WireRequest } from '../../../../src/core/ports/wire';
import { tellNotice } from '../../../../src/vscode/failureTexts';
import { answer } from '../../../support/fakeWire';
import { testApp } from '../../../support/testApp';

async function settle(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const hard = 'Design a lock-free queue.';
const usual = { 'shadow.share': 0.2, quality: 'balanced', maxOutputTokens: 2000 } as const;

/** A classifier that makes it so hard that the middle demo model is chosen, and the small one just not: bars and profiles may change. */
async function justTooHard(): Promise<unknown> {
  for (let difficulty = -5; difficulty <= 5; difficulty += 0.25) {
    const classifier = { label: 'hard', rule: { pattern: 'lock-free' }, effect: { difficulty, domain: 'code' } };
    const { app } = testApp({ settings: { ...usual, classifiers: [classifier] } });
    for await (const event of app.ask({ messages: [{ role: 'user', text: hard }], purpose: 'chat' }, AbortSignal.abort())) {
      if (event.type !== 'answer-routed') continue;
      const { ranked, bar } = event.route;
      const small = ranked.find(({ id }) => id === 'demo/demo-small')?.capable;
      if (ranked[0]?.id === 'demo/demo-medium' && small && small.low < bar && small.low > bar - 0.25) return classifier;
    }
  }
  throw new Error('no difficulty lies between the small and the middle demo model');
}

let settings: Partial<AppSettings> = usual;
type TestApp = ReturnType<typeof testApp>;

function verdict({ messages }: WireRequest, better: string): readonly WireEvent[] {
  const prompt = messages.at(-1)?.text ?? '';
  const id = /The id is (\S+)\. Which/.exec(prompt)?.[1];
  const [one = '', two = ''] = prompt.split('<<answer 2');
  const [first, second] = [one.includes(better), two.includes(better)];
  return answer(JSON.stringify({ id, better: first === second ? 'equal' : first ? '1' : '2', why: 'so' }));
}

/** Everybody answers by who is asked for what: the usual answer, that of the trial, the verdict. */
function everybody(test: TestApp, better = 'equal', more: (request: WireRequest) => readonly WireEvent[] | undefined = () => undefined): void {
  for (const model of ['demo-small', 'demo-medium', 'demo-large']) {
    for (let time = 0; time < 400; time++) {
      test.wire.will(model, async function* (request) {
        const isJudge = request.messages[0]?.text.startsWith('You compare two answers');
        yield* more(request) ?? (isJudge ? verdict(request, better) : answer(`an answer of ${model === 'demo-small' ? 'the weak' : 'the strong'} one`, { input: 200, output: 100 }));
      });
    }
  }
}

async function ask(test: TestApp, text = hard): Promise<void> {
  const sent = await test.app.conversations.send({ threadId: undefined, text, purpose: 'chat' });
  assert.ok(sent.ok);
  await settle();
}

function purposes({ ledger }: TestApp): readonly string[] {
  return [...ledger.calls.values()].map(({ purpose }) => purpose);
}

describe('a shadow trial', () => {
  before(async () => {
    settings = { ...usual, classifiers: [await justTooHard()] };
  });

  it('asks a cheaper model the same, lets a third judge in both orders, and notes what came of it', async () => {
    const test = testApp({ settings, random: () => 0.1 });
    everybody(test, 'strong');
    await ask(test);
    assert.deepEqual(purposes(test), ['chat', 'shadow', 'judge', 'judge']);
    const [chat, shadow, judge] = [...test.ledger.calls.values()];
    assert.ok(chat && shadow && judge);
    assert.notEqual(shadow.arm, chat.arm);
    assert.ok(judge.arm !== chat.arm && judge.arm !== shadow.arm, 'the judge is neither of the two');
    assert.equal(shadow.threadId, undefined, 'it is in no conversation');
    assert.equal(shadow.question, judge.question);
    assert.notEqual(shadow.question, chat.question);
    const [outcome] = test.outcomes.outcomes;
    assert.ok(outcome);
    assert.deepEqual([outcome.kind, outcome.value, outcome.arm, outcome.question], ['judge', 0, shadow.arm, shadow.question]);
    assert.deepEqual([...test.experiments.begun.values()].map(({ verdict: found, held }) => [found, held]), [['worse', 0]]);
    assert.equal(test.ledger.held.size, 0);
    assert.equal((await test.app.conversations.list()).length, 1, 'nothing of it is shown');
  });

  const untried: readonly (readonly [string, Partial<AppSettings>, (() => number)?])[] = [
    ['without an allowance', { 'shadow.share': 0 }],
    ['when chance does not have it', {}, () => 0.3],
    ['when the month has no money for it', { 'shadow.monthlyUsd': 0 }],
    ['when what is left of the month is less than it may cost', { 'shadow.monthlyUsd': 0.0001 }],
    ['when a budget is nearly used up', { 'budget.month': 0.012 }],
    ['while a model is pinned', { 'models.pinned': 'demo/demo-medium' }],
    ["when the cheaper one has limits of the person's own", { 'providers.limits': { demo: { requestsPerMinute: 1000 } } }],
    ['when there is nobody to judge', { 'models.excluded': ['demo/demo-large'] }],
    ['when a classifier says who may read such prompts', { classifiers: [{ label: 'own', rule: { pattern: 'queue' }, effect: { allow: ['demo/*'] } }] }],
  ];
  for (const [title, change, random = () => 0.1] of untried) {
    it(`is not made ${title}`, async () => {
      const { classifiers = [] } = settings;
      const test = testApp({ settings: { ...settings, ...change, classifiers: [...[classifiers].flat(), ...[change.classifiers ?? []].flat()] }, random });
      // An answer of a cent.
      everybody(test, 'equal', ({ model }) => (model === 'demo-medium' ? answer('a long answer', { input: 2000, output: 2000 }) : undefined));
      await ask(test);
      assert.deepEqual(purposes(test), ['chat']);
    });
  }

  it('is not made again when the answer is rated', async () => {
    const test = testApp({ settings, random: () => 0.1 });
    everybody(test);
    await ask(test);
    const [thread] = await test.app.conversations.list();
    const answered = (await test.app.conversations.open(thread?.id ?? ''))?.messages.at(-1);
    assert.equal(await test.app.rate(thread?.id ?? '', answered?.id ?? '', 'up'), undefined);
    await settle();
    assert.equal(purposes(test).filter((purpose) => purpose === 'shadow').length, 1);
  });

  it('is not made of an easy question, which has the cheapest model anyway', async () => {
    const test = testApp({ settings: { ...settings, quality: 'economy' }, random: () => 0.1 });
    everybody(test);
    await ask(test, 'hello');
    assert.deepEqual(purposes(test), ['chat']);
  });

  it('never passes the allowance of the month', async () => {
    const trialCosts = ({ ledger }: TestApp): number => [...ledger.calls.values()].filter(({ purpose }) => purpose !== 'chat').reduce((sum, { charge }) => sum + (charge.amount ?? 0), 0);
    const trials = (test: TestApp): number => purposes(test).filter((purpose) => purpose === 'shadow').length;
    const rich = testApp({ settings: { ...settings, 'shadow.monthlyUsd': 1 }, random: () => 0.1 });
    everybody(rich);
    await ask(rich);
    const [held = 0] = rich.experiments.holds;
    const cost = trialCosts(rich);
    assert.ok(held > cost && cost > 0);

    const allowance = held + 3.5 * cost;
    // What the trials teach would make the small one the usual one.
    const test = testApp({ settings: { ...settings, 'learning.enabled': false, 'shadow.monthlyUsd': allowance / 1e9 }, random: () => 0.1 });
    everybody(test);
    for (let time = 0; time < 8; time++) await ask(test);
    assert.equal(trials(test), 4, 'a fifth might have passed it');
    assert.ok(trialCosts(test) <= allowance);
    // The next month has an allowance of its own.
    test.clock.advance(31 * 24 * 3_600_000);
    await ask(test);
    assert.equal(trials(test), 5);
  });

  it('comes to nothing, and holds nothing, when the cheaper one fails or the judge cannot be read', async () => {
    for (const more of [
      (request: WireRequest) => (request.model !== 'demo-small' || request.messages[0]?.text.startsWith('You compare') ? undefined : [{ type: 'failed', failure: { kind: 'refused', provider: 'demo' }, usage: undefined } as const]),
      (request: WireRequest) => (request.messages[0]?.text.startsWith('You compare') ? answer('The first!') : undefined),
    ]) {
      const test = testApp({ settings, random: () => 0.1 });
      everybody(test, 'equal', more);
      await ask(test);
      assert.deepEqual([...test.experiments.begun.values()].map(({ verdict: found, held }) => [found, held]), [['none', 0]], purposes(test).join(' '));
      assert.deepEqual(test.outcomes.outcomes, []);
    }
  });

  it('is cancelled when the window closes', async () => {
    const test = testApp({ settings, random: () => 0.1 });
    everybody(test);
    let cancelled = false;
    let began = (): void => undefined;
    const shadow = new Promise<void>((resolve) => (began = resolve));
    test.wire.first('demo-small', async function* (_request, signal) {
      began();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      cancelled = true;
      yield { type: 'failed', failure: { kind: 'cancelled' }, usage: undefined };
    });
    await test.app.conversations.send({ threadId: undefined, text: hard, purpose: 'chat' });
    await shadow;
    await test.app.close();
    assert.ok(cancelled);
    assert.equal(test.ledger.held.size, 0);
    assert.deepEqual([...test.experiments.begun.values()].map(({ verdict: found }) => found), ['none']);
  });

  it('tells once when a cheaper model is found to be enough, and tries it no more', async () => {
    const test = testApp({ settings: { ...settings, 'learning.enabled': false, 'shadow.monthlyUsd': 1000, 'budget.day': null }, random: () => 0.1 });
    everybody(test);
    const notices: Notice[] = [];
    test.app.onNotice((notice) => notices.push(notice));
    for (let time = 0; time < 30; time++) await ask(test);
    const subjects = new Map<string, number>();
    for (const trial of test.experiments.begun.values()) subjects.set(trial.cheaper, (subjects.get(trial.cheaper) ?? 0) + 1);
    assert.equal(notices.length, 1, JSON.stringify([...subjects]));
    assert.deepEqual(notices.map((notice) => tellNotice(notice, (id) => id).sentence), ['For questions about code, Demo Small is enough: in 22 of 22 trials a third model judged its answer as good as that of the dearer one, or better. It will be chosen more often from now on.']);
  });
});

describe('the standing of trials', () => {
  const rows: readonly (readonly [string, readonly TrialVerdict[], ReturnType<typeof standingOf>])[] = [
    ['nothing yet', [], { decided: undefined, trials: 0, asGood: 0 }],
    ['those without a verdict do not count', Array.from({ length: 50 }, () => 'none' as const), { decided: undefined, trials: 0, asGood: 0 }],
    ['21 ties are not enough', Array.from({ length: 21 }, () => 'same' as const), { decided: undefined, trials: 21, asGood: 21 }],
    ['22 are', Array.from({ length: 22 }, () => 'same' as const), { decided: 'enough', trials: 22, asGood: 22 }],
    ['so are wins of the cheaper one', Array.from({ length: 22 }, () => 'better' as const), { decided: 'enough', trials: 22, asGood: 22 }],
    ['eight losses are clearly not', Array.from({ length: 8 }, () => 'worse' as const), { decided: 'notEnough', trials: 8, asGood: 0 }],
    ['what was decided first stands', [...Array.from({ length: 8 }, () => 'worse' as const), ...Array.from({ length: 99 }, () => 'better' as const)], { decided: 'notEnough', trials: 107, asGood: 99 }],
  ];
  for (const [title, verdicts, expected] of rows) it(title, () => assert.deepEqual(standingOf(verdicts), expected));
});
