import assert from 'node:assert/strict';
import type { StoredAnswer } from '../../../src/core/model/thread';
import { answerView, type ViewContext } from '../../../src/vscode/chat/chatViews';

const now = Date.UTC(2026, 2, 18, 12);
const context: ViewContext = { nameOf: (provider) => provider.toUpperCase(), now, replaceable: undefined, lastMessageId: undefined, phase: 'pausing', learning: true };

function view(answer: Partial<StoredAnswer>) {
  return answerView('a', { state: 'streaming', ...answer }, context);
}

describe('the line of an answer that waits', () => {
  const rows: readonly { readonly waiting: NonNullable<StoredAnswer['waiting']>; readonly progress: string; readonly inMs?: number }[] = [
    { waiting: { provider: 'groq', reason: 'rateLimited', untilMs: now + 3000 }, progress: 'GROQ asked for a pause; trying again', inMs: 3000 },
    { waiting: { provider: 'groq', reason: 'providerDown', untilMs: now + 450 }, progress: 'GROQ had a problem; trying again', inMs: 450 },
    { waiting: { provider: 'groq', reason: 'offline', untilMs: now - 5 }, progress: 'GROQ could not be reached; trying again', inMs: 0 },
    { waiting: { provider: 'groq', reason: 'limit', untilMs: now + 20_000 }, progress: 'Your own limit for GROQ is reached; asking', inMs: 20_000 },
    { waiting: { provider: 'groq', reason: 'limit' }, progress: 'Your own limit for GROQ is reached; waiting for another answer to end' },
  ];
  for (const { waiting, progress, inMs } of rows) {
    it(progress, () => {
      const shown = view({ waiting });
      assert.deepEqual([shown.progress, shown.progressInMs], [progress, inMs]);
    });
  }

  it('is gone when the answer has ended', () => {
    const shown = view({ state: 'cancelled', waiting: { provider: 'groq', reason: 'limit' } });
    assert.deepEqual([shown.progress, shown.progressInMs], [undefined, undefined]);
  });
});

describe('the line of a change of models', () => {
  const rows: readonly { readonly change: NonNullable<StoredAnswer['switches']>[number]; readonly says: string }[] = [
    { change: { from: 'openai/gpt', reason: 'providerDown', to: 'openrouter/openai/gpt', same: true }, says: 'OPENAI had a problem, so the same model was asked at OPENROUTER.' },
    { change: { from: 'openai/gpt', reason: 'rateLimited', to: 'groq/llama', same: false }, says: 'openai/gpt asked for a pause, so another model was asked.' },
    { change: { from: 'openai/gpt', reason: 'somethingNew' }, says: 'openai/gpt failed, so another model was asked.' },
  ];
  for (const { change, says } of rows) {
    it(says, () => assert.deepEqual(view({ switches: [change] }).switches, [says]));
  }
});

describe('the sources of an answer', () => {
  it('are passed on', () => assert.deepEqual(view({ state: 'complete', citations: [{ url: 'https://a.example', title: 'A' }] }).citations, [{ url: 'https://a.example', title: 'A' }]));
  it('are no field without any', () => assert.equal('citations' in view({ state: 'complete' }), false));
});
