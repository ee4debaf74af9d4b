import assert from 'node:assert/strict';
import { asArmId } from '../../../../src/core/model/modelCard';
import type { Outcome } from '../../../../src/core/model/outcome';
import { StorageError } from '../../../../src/core/ports/ledgerStore';
import { answer } from '../../../support/fakeWire';
import { testApp } from '../../../support/testApp';

type TestApp = ReturnType<typeof testApp>;

const simple = 'What does idempotent mean?';

/** Lets everything that waits for nothing but its turn happen, and what is gathered be taken together. */
async function settle({ clock }: TestApp): Promise<void> {
  for (let round = 0; round < 3; round++) {
    for (let turn = 0; turn < 300; turn++) await Promise.resolve();
    clock.advance(500);
  }
  for (let turn = 0; turn < 300; turn++) await Promise.resolve();
}

async function asked(test: TestApp, model: string, threadId?: string, text = simple): Promise<{ readonly threadId: string; readonly messageId: string }> {
  test.wire.will(model, answer('So it is.'));
  const sent = await test.app.conversations.send({ threadId, text, purpose: 'chat' });
  assert.ok(sent.ok);
  await settle(test);
  return sent;
}

/** Which demo model a question would go to now. */
async function routed({ app }: TestApp): Promise<string | undefined> {
  const events = [];
  const stop = new AbortController();
  for await (const event of app.ask({ messages: [{ role: 'user', text: simple }], purpose: 'chat' }, stop.signal)) {
    events.push(event);
    stop.abort();
  }
  const [first] = events;
  return first?.type === 'answer-routed' ? first.route.ranked[0]?.arm.card.id : undefined;
}

async function reasons({ app }: TestApp): Promise<readonly string[]> {
  const stop = new AbortController();
  for await (const event of app.ask({ messages: [{ role: 'user', text: simple }], purpose: 'chat' }, stop.signal)) {
    stop.abort();
    if (event.type === 'answer-routed') return event.route.reasons;
  }
  return [];
}

async function rateDown(test: TestApp, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    const { threadId, messageId } = await asked(test, 'demo-small');
    assert.equal(await test.app.rate(threadId, messageId, 'down', 'wrong'), undefined);
    await settle(test);
  }
}

/** How many thumbs down it took until the smallest demo model was no longer asked. */
async function rateUntilMoved(test: TestApp): Promise<number> {
  for (let thumbs = 1; thumbs <= 10; thumbs++) {
    await rateDown(test, 1);
    if ((await routed(test)) !== 'demo-small') return thumbs;
  }
  assert.fail('ten thumbs down moved nothing');
}

function kinds({ outcomes }: TestApp): readonly string[] {
  return outcomes.outcomes.map(({ kind, card, value }) => `${kind} ${card} ${value}`);
}

describe('what use teaches', () => {
  it('moves the route after a few thumbs down, says so, and goes back with a reset', async () => {
    const test = testApp();
    assert.equal(await routed(test), 'demo-small');
    const thumbs = await rateUntilMoved(test);
    assert.ok(thumbs >= 2 && thumbs <= 5, `${thumbs} thumbs down`);
    assert.ok((await reasons(test)).some((reason) => /^What became of its answers moved Demo Small from \d+ % to \d+ %: no longer sure enough$/.test(reason)), (await reasons(test)).join('\n'));
    await test.app.forgetLearnt();
    assert.equal(await routed(test), 'demo-small');
    assert.equal((await test.app.learningReport()).models.length, 0, 'the calls from before teach nothing either');
    assert.equal(test.app.canTakeBackForgetting, true);
    await test.app.takeBackForgetting();
    assert.notEqual(await routed(test), 'demo-small');
    assert.equal(test.app.canTakeBackForgetting, false);
  });

  it('forgets one model and leaves the others', async () => {
    const test = testApp();
    await rateUntilMoved(test);
    await asked(test, 'demo-medium');
    await test.app.forgetLearnt('demo-medium');
    assert.notEqual(await routed(test), 'demo-small');
    await test.app.forgetLearnt('demo-small');
    assert.equal(await routed(test), 'demo-small');
  });

  it('is not collected and not used while it is switched off', async () => {
    const test = testApp();
    await rateUntilMoved(test);
    const known = test.outcomes.outcomes.length;
    test.app.applySettings({ ...test.app.settings(), 'learning.enabled': false });
    assert.equal(await routed(test), 'demo-small');
    await rateDown(test, 1);
    assert.equal(test.outcomes.outcomes.length, known);
    test.app.applySettings({ ...test.app.settings(), 'learning.enabled': true });
    assert.notEqual(await routed(test), 'demo-small');
  });

  it('of the demo is not used for real money, nor the reverse', async () => {
    const test = testApp();
    await rateUntilMoved(test);
    test.outcomes.outcomes = test.outcomes.outcomes.map((one): Outcome => ({ ...one, realm: 'real' }));
    await test.app.rate('none', 'none', 'up');
    await test.outcomes.remove('none', 'rating');
    await settle(test);
    await test.app.forgetLearnt('another');
    assert.equal(await routed(test), 'demo-small');
  });

  it('is shared by windows: what another one noted is used here', async () => {
    const test = testApp();
    await rateUntilMoved(test);
    const noted = test.outcomes.outcomes;
    const other = testApp();
    assert.equal(await routed(other), 'demo-small');
    for (const one of noted) await other.outcomes.put(one);
    await settle(other);
    assert.notEqual(await routed(other), 'demo-small');
    await other.outcomes.remove(noted[0]?.question ?? '', 'rating');
    await other.outcomes.remove(noted[1]?.question ?? '', 'rating');
    await settle(other);
    assert.equal(await routed(other), 'demo-small');
  });

  it('fades: half a year later the same thumbs move nothing', async () => {
    const test = testApp();
    await rateUntilMoved(test);
    assert.notEqual(await routed(test), 'demo-small');
    test.clock.set(test.clock.now() + 200 * 86_400_000);
    await routed(test);
    await settle(test);
    assert.equal(await routed(test), 'demo-small');
  });

  it('is left out when the store cannot be read, and asking goes on', async () => {
    const test = testApp();
    test.outcomes.fails.set('list', new StorageError('other', 'no'));
    test.outcomes.fails.set('put', new StorageError('other', 'no'));
    const { threadId, messageId } = await asked(test, 'demo-small');
    assert.equal(await test.app.rate(threadId, messageId, 'up'), undefined, 'the rating is kept with the answer');
    assert.equal(await routed(test), 'demo-small');
    assert.ok(test.logged.some((line) => line.startsWith('what was learnt could not be read')));
    assert.ok(test.logged.some((line) => line.startsWith('what an answer was worth could not be noted')));
  });
});

describe('rating an answer', () => {
  it('is kept with it, replaced by the next, and taken back', async () => {
    const test = testApp();
    const { threadId, messageId } = await asked(test, 'demo-small');
    const rating = async () => (await test.app.conversations.open(threadId))?.messages.at(-1)?.answer?.rating;
    await test.app.rate(threadId, messageId, 'down', 'tooLong', 'twice as long as needed');
    assert.deepEqual(await rating(), { value: 'down', reason: 'tooLong', note: 'twice as long as needed' });
    assert.deepEqual(test.outcomes.outcomes.map(({ value, weight, reason, card }) => ({ value, weight, reason, card })), [{ value: 0, weight: 0.3, reason: 'tooLong', card: 'demo-small' }]);
    assert.ok(!JSON.stringify(test.outcomes.outcomes).includes('twice'), 'the note stays with the answer');
    await test.app.rate(threadId, messageId, 'up');
    assert.deepEqual(await rating(), { value: 'up' });
    assert.deepEqual(kinds(test), ['rating demo-small 1']);
    await test.app.rate(threadId, messageId, undefined);
    assert.equal(await rating(), undefined);
    assert.deepEqual(kinds(test), []);
  });

  it('is as it was said last, also when that comes at once', async () => {
    const test = testApp();
    const { threadId, messageId } = await asked(test, 'demo-small');
    await Promise.all([test.app.rate(threadId, messageId, 'down'), test.app.rate(threadId, messageId, 'up'), test.app.rate(threadId, messageId, undefined)]);
    assert.deepEqual(kinds(test), []);
  });

  it('is noted before the window closes', async () => {
    const test = testApp();
    const { threadId, messageId } = await asked(test, 'demo-small');
    void test.app.noteEdit(messageId, { kind: 'kept' });
    await test.app.close();
    assert.deepEqual([threadId !== '', kinds(test)], [true, ['kept demo-small 1']]);
  });

  it('tells the page', async () => {
    const test = testApp();
    const { threadId, messageId } = await asked(test, 'demo-small');
    const told: unknown[] = [];
    test.app.conversations.onEvent((event) => told.push(event.type === 'answer-changed' ? [event.messageId, event.answer.rating, event.phase] : event.type));
    await test.app.rate(threadId, messageId, 'up');
    assert.deepEqual(told.filter((one) => one !== 'threads-changed'), [[messageId, { value: 'up' }, 'ended']]);
  });

  it('fails for an answer that is gone, or still being written', async () => {
    const test = testApp();
    const { threadId } = await asked(test, 'demo-small');
    assert.deepEqual(await test.app.rate(threadId, 'gone', 'up'), { kind: 'unexpected', detail: 'That answer is no longer there.' });
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    test.wire.will('demo-small', async function* () {
      yield { type: 'text', text: 'So' };
      await held;
      yield* answer(' it is.');
    });
    const sent = await test.app.conversations.send({ threadId, text: simple, purpose: 'chat' });
    assert.ok(sent.ok);
    await settle(test);
    assert.deepEqual(await test.app.rate(threadId, sent.messageId, 'up'), { kind: 'busy' });
    go();
    await settle(test);
    assert.equal(await test.app.rate(threadId, sent.messageId, 'up'), undefined);
  });
});

describe('what a person does after an answer', () => {
  const rows = [
    { how: 'same', expected: ['retry demo-small 0'] },
    { how: 'better', expected: ['better demo-small 0'] },
  ] as const;
  for (const { how, expected } of rows) {
    it(`notes that it was asked again: ${how}`, async () => {
      const test = testApp();
      const { threadId, messageId } = await asked(test, 'demo-small');
      for (const model of ['demo-small', 'demo-medium', 'demo-large']) test.wire.will(model, answer('Other.'));
      await test.app.conversations.again(threadId, messageId, how);
      await settle(test);
      assert.deepEqual(kinds(test), expected);
    });
  }

  it('notes a cheaper model asked for, mildly', async () => {
    const test = testApp({ settings: { 'models.pinned': 'demo/demo-large' } });
    const { threadId, messageId } = await asked(test, 'demo-large');
    for (const model of ['demo-small', 'demo-medium']) test.wire.will(model, answer('Other.'));
    await test.app.conversations.again(threadId, messageId, 'cheaper');
    await settle(test);
    assert.deepEqual(kinds(test), ['cheaper demo-large 1']);
  });

  it('notes a conversation that goes on, but not one that goes on with a complaint, nor after a rating', async () => {
    const test = testApp({ settings: { 'models.pinned': 'demo/demo-small' } });
    const { threadId } = await asked(test, 'demo-small');
    await asked(test, 'demo-small', threadId, 'What does commutative mean?');
    assert.deepEqual(kinds(test), ['followed demo-small 1']);
    const third = await asked(test, 'demo-small', threadId, 'No, that is wrong.');
    assert.deepEqual(kinds(test), ['followed demo-small 1']);
    await test.app.rate(threadId, third.messageId, 'down');
    await asked(test, 'demo-small', threadId, simple);
    assert.deepEqual(kinds(test), ['followed demo-small 1', 'rating demo-small 0']);
  });

  it('says nothing of a model when the network or the provider failed', async () => {
    const test = testApp();
    const down = { type: 'failed', failure: { kind: 'truncated', provider: 'demo' } } as const;
    for (const model of ['demo-small', 'demo-medium', 'demo-large']) test.wire.will(model, [{ type: 'text', text: 'So' }, { ...down, usage: undefined }]);
    const sent = await test.app.conversations.send({ threadId: undefined, text: simple, purpose: 'chat' });
    assert.ok(sent.ok);
    await settle(test);
    const state = (await test.app.conversations.open(sent.threadId))?.messages.at(-1)?.answer?.state;
    assert.equal(state, 'truncated');
    test.wire.will('demo-small', answer('Other.'));
    await test.app.conversations.again(sent.threadId, sent.messageId, 'same');
    await settle(test);
    await test.app.rate(sent.threadId, sent.messageId, 'down');
    assert.deepEqual(kinds(test), []);
  });

  it('notes what became of code that was taken from it', async () => {
    const test = testApp();
    const { messageId } = await asked(test, 'demo-small');
    await test.app.noteEdit(messageId, { kind: 'kept' });
    await test.app.noteEdit(messageId, { kind: 'diagnostics', errorsBefore: 1, errorsAfter: 3 });
    await test.app.noteEdit('unknown', { kind: 'undone' });
    assert.deepEqual(kinds(test), ['kept demo-small 1', 'diagnostics demo-small 0']);
    await test.app.noteEdit(messageId, { kind: 'undone' });
    assert.deepEqual(kinds(test), ['diagnostics demo-small 0', 'undone demo-small 0']);
  });

  it('takes what a trial found out', async () => {
    const test = testApp();
    await test.app.noteOutcome({ realm: 'real', arm: asArmId('openai/luna'), card: 'luna', effort: 'low', kind: 'judge', value: 0.75, domains: { code: 1 }, difficulty: 0, tier: 'moderate', question: 'q' });
    assert.partialDeepStrictEqual(test.outcomes.outcomes, [{ kind: 'judge', value: 0.75, weight: 0.7, at: test.clock.now() }]);
  });
});

describe('the report of what was learnt', () => {
  it('names models with what happened, the most changed first', async () => {
    const test = testApp({ settings: { 'models.pinned': 'demo/demo-small' } });
    await rateDown(test, 4);
    test.app.applySettings({ ...test.app.settings(), 'models.pinned': 'demo/demo-medium' });
    const { threadId } = await asked(test, 'demo-medium');
    await asked(test, 'demo-medium', threadId, simple);
    const report = await test.app.learningReport();
    assert.deepEqual([report.enabled, report.realm, report.halfLifeDays], [true, 'demo', 60]);
    const [small, medium] = report.models;
    assert.deepEqual([small?.name, medium?.name], ['Demo Small', 'Demo Medium']);
    assert.deepEqual(small?.outcomes, [{ kind: 'rating', good: 0, bad: 4 }]);
    assert.deepEqual(medium?.outcomes, [{ kind: 'followed', good: 1, bad: 0 }]);
    const [effort] = small?.efforts ?? [];
    assert.equal(effort?.questions, 3);
    assert.equal(effort?.speed?.calls, 4);
    for (const { before, after } of effort?.domains ?? []) assert.ok(before !== undefined && after < before);
    assert.ok((effort?.domains.length ?? 0) > 0);
    assert.deepEqual(medium?.efforts[0]?.domains.map(({ before, after }) => after === before), medium?.efforts[0]?.domains.map(() => true));
  });
});
