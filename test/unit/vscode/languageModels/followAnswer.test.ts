import assert from 'node:assert/strict';
import type { WireEvent } from '../../../../src/core/ports/wire';
import { followAnswer } from '../../../../src/vscode/languageModels/followAnswer';
import { answer } from '../../../support/fakeWire';
import { testApp } from '../../../support/testApp';

const never = new AbortController().signal;

/** Follows a question to an app on fakes, and keeps what was told. */
async function follow({ app }: ReturnType<typeof testApp>, text: string, signal = never, threadId?: string) {
  const told: string[] = [];
  const phases: string[] = [];
  const followed = await followAnswer(app.conversations, () => app.conversations.send({ threadId, text, purpose: 'chat' }), { text: (piece) => void told.push(piece), changed: (_, phase) => void phases.push(phase) }, signal);
  return { followed, text: told.join(''), phases };
}

describe('followAnswer', () => {
  it('tells text as it comes, and the whole at the end', async () => {
    const made = testApp({ settings: { 'models.pinned': 'demo/demo-small', 'titles.enabled': false } });
    made.wire.will('demo-small', answer('It can be repeated.'));
    const { followed, text, phases } = await follow(made, 'What does idempotent mean?');
    assert.ok(followed.ok);
    assert.deepEqual([text, followed.message.text, followed.message.answer?.state, phases.at(-1)], ['It can be repeated.', 'It can be repeated.', 'complete', 'ended']);
  });

  it('ends with what was written when it is stopped', async () => {
    const made = testApp({ settings: { 'models.pinned': 'demo/demo-small', 'titles.enabled': false } });
    const stop = new AbortController();
    made.wire.will('demo-small', async function* script(_request, signal): AsyncGenerator<WireEvent> {
      yield { type: 'text', text: 'Half' };
      stop.abort();
      assert.ok(signal.aborted);
      yield { type: 'failed', failure: { kind: 'cancelled' }, usage: undefined };
    });
    const { followed, text } = await follow(made, 'Tell me everything', stop.signal);
    assert.ok(followed.ok);
    assert.deepEqual([text, followed.message.answer?.state], ['Half', 'cancelled']);
  });

  it('tells why nothing could be begun', async () => {
    const made = testApp({ settings: { 'models.pinned': 'demo/demo-small', 'titles.enabled': false } });
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    made.wire.will('demo-small', async function* script(): AsyncGenerator<WireEvent> {
      await held;
      yield* answer('ok');
    });
    const sent = await made.app.conversations.send({ threadId: undefined, text: 'one', purpose: 'chat' });
    assert.ok(sent.ok);
    const { followed } = await follow(made, 'two', never, sent.threadId);
    assert.deepEqual(followed, { ok: false, failure: { kind: 'busy' } });
    letGo();
    await made.app.close();
  });
});
