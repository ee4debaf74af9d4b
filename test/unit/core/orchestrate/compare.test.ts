import assert from 'node:assert/strict';
import { asArmId } from '../../../../src/core/model/modelCard';
import type { WorkWish } from '../../../../src/core/model/work';
import { answer } from '../../../support/fakeWire';
import { workApp } from '../../../support/workScripts';

const small = asArmId('demo/demo-small');
const large = asArmId('demo/demo-large');
const two: WorkWish = { strategy: 'compare', arms: [small, large] };

/** Asks and waits for the end. */
async function asked(test: ReturnType<typeof workApp>, work: WorkWish, text = 'Which sorting is stable?') {
  const { conversations } = test.app;
  const sent = await conversations.send({ threadId: undefined, text, purpose: 'chat', work });
  assert.ok(sent.ok);
  while (conversations.isBusy(sent.threadId)) await new Promise((resolve) => setImmediate(resolve));
  const read = async () => (await conversations.open(sent.threadId))?.messages.find(({ id }) => id === sent.messageId);
  return { ...sent, read };
}

describe('a comparison', () => {
  it('has every model answer and takes nothing', async () => {
    const test = workApp();
    test.wire.will('demo-small', answer('merge sort')).will('demo-large', answer('Merge sort is stable.'));
    const { read } = await asked(test, two);
    const message = await read();
    assert.equal(message?.text, '');
    assert.equal(message?.answer?.state, 'complete');
    assert.equal(message?.answer?.purpose, 'compare');
    assert.equal(message?.answer?.work?.end, 'done');
    assert.deepEqual(message?.answer?.work?.steps.map(({ arm, text, state }) => ({ arm, text, state })), [
      { arm: small, text: 'merge sort', state: 'done' },
      { arm: large, text: 'Merge sort is stable.', state: 'done' },
    ]);
    const calls = [...test.ledger.calls.values()];
    assert.deepEqual(calls.map(({ purpose, question }) => ({ purpose, question })), Array.from({ length: 2 }, () => ({ purpose: 'compare', question: message?.id })));
    assert.equal(message?.answer?.cost, calls.reduce((sum, { charge }) => sum + (charge.amount ?? 0), 0));
  });

  it('keeps the answer that the person takes, and goes on from it', async () => {
    const test = workApp();
    test.wire.will('demo-small', answer('merge sort')).will('demo-large', answer('Merge sort is stable.'));
    const { threadId, messageId, read } = await asked(test, two);
    const step = (await read())?.answer?.work?.steps[1]?.id ?? '';
    assert.equal(await test.app.takeStep(threadId, messageId, step), undefined);
    const message = await read();
    assert.equal(message?.text, 'Merge sort is stable.');
    assert.equal(message?.answer?.arm, large);
    assert.equal(message?.answer?.work?.taken, step);
  });

  it('sends the cheapest answer as history when nothing was kept', async () => {
    const test = workApp();
    test.wire.will('demo-small', answer('merge sort')).will('demo-large', answer('Merge sort is stable.'));
    const { threadId } = await asked(test, two);
    test.wire.will('demo-small', answer('yes')).will('demo-large', answer('yes')).will('demo-medium', answer('yes'));
    await test.app.conversations.send({ threadId, text: 'Sure?', purpose: 'chat' });
    while (test.app.conversations.isBusy(threadId)) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(test.wire.requests.at(-1)?.messages.filter(({ role }) => role === 'assistant').map(({ text }) => text), ['merge sort']);
  });

  it('is done when one of two fails', async () => {
    const test = workApp();
    test.wire.will('demo-small', [{ type: 'failed', failure: { kind: 'refused', provider: 'demo' }, usage: undefined }]).will('demo-large', answer('Merge sort is stable.'));
    const { read } = await asked(test, two);
    const message = await read();
    assert.equal(message?.answer?.state, 'complete');
    assert.deepEqual(message?.answer?.work?.steps.map(({ state }) => state), ['failed', 'done']);
  });

  it('tells that a step waits, and no longer once it is asked', async () => {
    const test = workApp();
    const notes: (string | undefined)[] = [];
    test.app.conversations.onEvent((event) => event.type === 'answer-changed' && notes.push(event.answer.work?.steps.find(({ arm }) => arm === small)?.note));
    test.wire.will('demo-small', [{ type: 'failed', failure: { kind: 'providerDown', provider: 'demo' }, usage: undefined }]).will('demo-small', answer('merge sort')).will('demo-large', answer('Merge sort is stable.'));
    const sent = await test.app.conversations.send({ threadId: undefined, text: 'Which?', purpose: 'chat', work: two });
    assert.ok(sent.ok);
    while (test.app.conversations.isBusy(sent.threadId)) {
      await new Promise((resolve) => setImmediate(resolve));
      test.clock.advance(100);
    }
    assert.ok(notes.some((note) => /asked again/.test(note ?? '')));
    assert.equal(notes.at(-1), undefined);
    assert.equal((await test.app.conversations.open(sent.threadId))?.messages.at(-1)?.answer?.work?.steps[0]?.text, 'merge sort');
  });

  it('that another window is writing is not changed here', async () => {
    const test = workApp();
    for (const model of ['demo-small', 'demo-large']) test.wire.will(model, answer('An answer.'));
    const { threadId, messageId, read } = await asked(test, two);
    const ended = await read();
    assert.ok(ended?.answer?.work);
    const written = { ...ended, answer: { ...ended.answer, state: 'streaming', window: 'another' } } as const;
    test.threads.messages.set(messageId, written);
    const step = ended.answer.work.steps[0]?.id ?? '';
    const { conversations } = test.app;
    const refused = [await conversations.vote(threadId, messageId, 'same'), await conversations.takeStep(threadId, messageId, step), await conversations.rate(threadId, messageId, { value: 'up' }), await conversations.retryStep(threadId, messageId, step)];
    assert.deepEqual(refused.map((one) => one.ok || one.failure.kind), ['busy', 'busy', 'busy', 'busy']);
    assert.equal(test.threads.messages.get(messageId), written);
  });

  it('keeps a vote and a rating that come at the same moment', async () => {
    const test = workApp();
    for (const model of ['demo-small', 'demo-large']) test.wire.will(model, answer('An answer.'));
    const { threadId, messageId, read } = await asked(test, two);
    assert.deepEqual(await Promise.all([test.app.vote(threadId, messageId, 'same'), test.app.rate(threadId, messageId, 'up')]), [undefined, undefined]);
    const kept = (await read())?.answer;
    assert.deepEqual([kept?.work?.vote?.step, kept?.rating?.value], ['same', 'up']);
  });

  it('learns from a vote, also in place of an earlier one', async () => {
    const test = workApp();
    test.wire.will('demo-small', answer('merge sort')).will('demo-large', answer('Merge sort is stable.'));
    const { threadId, messageId, read } = await asked(test, two);
    const [one, other] = (await read())?.answer?.work?.steps ?? [];
    await test.app.vote(threadId, messageId, one?.id ?? '');
    assert.deepEqual(test.outcomes.outcomes.map(({ arm, kind, value }) => ({ arm, kind, value })), [
      { arm: small, kind: 'judge', value: 1 },
      { arm: large, kind: 'judge', value: 0 },
    ]);
    await test.app.vote(threadId, messageId, other?.id ?? '');
    assert.deepEqual(test.outcomes.outcomes.map(({ arm, value }) => ({ arm, value })), [
      { arm: small, value: 0 },
      { arm: large, value: 1 },
    ]);
    await test.app.vote(threadId, messageId, 'same');
    assert.deepEqual(test.outcomes.outcomes.map(({ value }) => value), [0.5, 0.5]);
  });
});
