import assert from 'node:assert/strict';
import { once } from 'node:events';
import { asArmId } from '../../../../src/core/model/modelCard';
import type { WorkWish } from '../../../../src/core/model/work';
import type { WireEvent } from '../../../../src/core/ports/wire';
import { answer } from '../../../support/fakeWire';
import { testApp } from '../../../support/testApp';

const two: WorkWish = { strategy: 'compare', arms: [asArmId('demo/demo-small'), asArmId('demo/demo-large')] };

function opened(test: ReturnType<typeof testApp>) {
  const { conversations } = test.app;
  return {
    conversations,
    idle: async (threadId: string) => {
      while (conversations.isBusy(threadId)) await new Promise((resolve) => setImmediate(resolve));
    },
    read: async (threadId: string, messageId: string) => (await conversations.open(threadId))?.messages.find(({ id }) => id === messageId),
  };
}

/** An answer that takes so long. */
function slow({ clock }: ReturnType<typeof testApp>, ms: number, text: string) {
  return async function* takeTime(): AsyncGenerator<WireEvent> {
    clock.advance(ms);
    yield* answer(text);
  };
}

/** Begins, and waits until it is stopped. */
async function* untilStopped(_request: unknown, signal: AbortSignal): AsyncGenerator<WireEvent> {
  yield { type: 'text', text: 'mer' };
  if (!signal.aborted) await once(signal, 'abort');
  yield { type: 'failed', failure: { kind: 'cancelled' }, usage: undefined };
}

describe('the time of several steps', () => {
  it('is that from the question to the end, without the pause before one is asked again, whichever is kept', async () => {
    const test = testApp();
    const { conversations, idle, read } = opened(test);
    const totalMs = async (messageId: string) => (await read(threadId, messageId))?.answer?.totalMs;
    test.wire.will('demo-small', slow(test, 300, 'merge sort')).will('demo-large', slow(test, 500, 'Merge sort is stable.'));
    const sent = await conversations.send({ threadId: undefined, text: 'Which sorting is stable?', purpose: 'chat', work: two });
    assert.ok(sent.ok);
    const { threadId, messageId } = sent;
    await idle(threadId);
    assert.equal(await totalMs(messageId), 800);
    const [first] = (await read(threadId, messageId))?.answer?.work?.steps ?? [];
    await conversations.takeStep(threadId, messageId, first?.id ?? '');
    assert.deepEqual([await totalMs(messageId), (await read(threadId, messageId))?.answer?.firstTokenMs], [800, undefined]);
    test.clock.advance(60_000);
    test.wire.will('demo-small', slow(test, 200, 'merge sort, surely'));
    assert.ok((await conversations.retryStep(threadId, messageId, first?.id ?? '')).ok);
    await idle(threadId);
    assert.equal(await totalMs(messageId), 1_000);
  });
});

describe('one step of a comparison', () => {
  it('is asked again in its place, and what it cost before still counts', async () => {
    const test = testApp();
    const { conversations, idle, read } = opened(test);
    const usage = { inputTokens: 10, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 5, reasoningTokens: 0, estimated: false };
    test.wire.will('demo-small', [{ type: 'text', text: 'mer' }, { type: 'failed', failure: { kind: 'truncated', provider: 'demo' }, usage }]).will('demo-large', answer('Merge sort is stable.'));
    const sent = await conversations.send({ threadId: undefined, text: 'Which sorting is stable?', purpose: 'chat', work: two });
    assert.ok(sent.ok);
    await idle(sent.threadId);
    const before = (await read(sent.threadId, sent.messageId))?.answer?.work?.steps ?? [];
    assert.deepEqual(before.map(({ state }) => state), ['failed', 'done']);
    test.wire.will('demo-small', answer('merge sort'));
    const again = await conversations.retryStep(sent.threadId, sent.messageId, before[0]?.id ?? '');
    assert.deepEqual(again, { ok: true, threadId: sent.threadId, messageId: sent.messageId });
    await idle(sent.threadId);
    const message = await read(sent.threadId, sent.messageId);
    assert.deepEqual(message?.answer?.work?.steps.map(({ id, text, state }) => ({ id, text, state })), [
      { id: before[0]?.id, text: 'merge sort', state: 'done' },
      { id: before[1]?.id, text: 'Merge sort is stable.', state: 'done' },
    ]);
    assert.equal(message?.answer?.state, 'complete');
    assert.equal(message?.answer?.work?.end, 'done');
    const calls = [...test.ledger.calls.values()];
    assert.equal(calls.length, 3);
    assert.equal(message?.answer?.cost, calls.reduce((sum, { charge }) => sum + (charge.amount ?? 0), 0));
  });

  it('is stopped by itself, and the others go on', async () => {
    const test = testApp();
    const { conversations, idle, read } = opened(test);
    test.wire.will('demo-small', untilStopped).will('demo-large', answer('Merge sort is stable.'));
    const stop = conversations.onEvent((event) => {
      if (event.type === 'step-appended' && event.text === 'mer') conversations.stopStep(event.threadId, event.stepId);
    });
    const sent = await conversations.send({ threadId: undefined, text: 'Which sorting is stable?', purpose: 'chat', work: two });
    assert.ok(sent.ok);
    await idle(sent.threadId);
    stop();
    const message = await read(sent.threadId, sent.messageId);
    assert.deepEqual(message?.answer?.work?.steps.map(({ text, state }) => ({ text, state })), [
      { text: 'mer', state: 'cancelled' },
      { text: 'Merge sort is stable.', state: 'done' },
    ]);
    assert.equal(message?.answer?.state, 'complete');
  });

  it('cannot be asked again where it is not there, or while something is answered', async () => {
    const test = testApp();
    const { conversations, idle } = opened(test);
    test.wire.will('demo-small', answer('merge sort')).will('demo-large', answer('Merge sort is stable.'));
    const sent = await conversations.send({ threadId: undefined, text: 'Which sorting is stable?', purpose: 'chat', work: two });
    assert.ok(sent.ok);
    assert.deepEqual(await conversations.retryStep(sent.threadId, sent.messageId, 'x'), { ok: false, failure: { kind: 'busy' } });
    await idle(sent.threadId);
    assert.equal((await conversations.retryStep(sent.threadId, sent.messageId, 'x')).ok, false);
  });

  it('of the same question asked of several is no verdict on the answer before', async () => {
    const test = testApp();
    const { conversations, idle, read } = opened(test);
    test.wire.will('demo-small', answer('merge sort'));
    const sent = await conversations.send({ threadId: undefined, text: 'Which sorting is stable?', purpose: 'chat' });
    assert.ok(sent.ok);
    await idle(sent.threadId);
    test.wire.will('demo-small', answer('merge sort')).will('demo-large', answer('Merge sort is stable.'));
    const again = await conversations.again(sent.threadId, sent.messageId, 'same', two);
    assert.ok(again.ok);
    await idle(sent.threadId);
    assert.deepEqual((await read(again.threadId, again.messageId))?.answer?.work?.steps.map(({ text }) => text), ['merge sort', 'Merge sort is stable.']);
    assert.deepEqual(test.outcomes.outcomes, []);
  });
});
