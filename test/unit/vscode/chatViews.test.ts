import assert from 'node:assert/strict';
import type { StoredAnswer } from '../../../src/core/model/thread';
import { asArmId } from '../../../src/core/model/modelCard';
import { nano } from '../../../src/core/model/money';
import type { Preview, ShortBudget } from '../../../src/core/model/preview';
import { answerView, previewViews, stepsView, type ViewContext } from '../../../src/vscode/chat/chatViews';
import { arm } from '../../support/cards';

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

describe('the cost of an answer', () => {
  const candidate = { arm: 'p/m', name: 'M', provider: 'p', verdict: 'chosen', likely: nano(2_000_000), least: nano(1_000_000), high: nano(4_000_000) };
  const note = (change: object, arm = 'p/m') => view({ state: 'complete', arm, cost: nano(3_000_000), costSource: 'live', why: { reasons: [], tier: 'moderate', quality: 'balanced', bar: 0.7, inputTokens: 1, candidates: [{ ...candidate, ...change }], notShown: 0 } }).costNote;
  it('is told beside what was told before', () => assert.match(note({}) ?? '', /^Told before: \$0\.0010 – \$0\.0040\. From the provider/));
  it('says nothing of before where nothing was told of this model', () => assert.match(note({}, 'other/model') ?? '', /^From the provider/));
  it('of several models is told as that of all, and not at all while names are hidden', () => {
    const several = (work: StoredAnswer['work']) => view({ state: 'complete', arm: 'p/m', cost: nano(3_000_000), costSource: 'live', ...(work ? { work } : {}) });
    assert.equal(several({ strategy: 'refine', wish: { strategy: 'refine' }, steps: [] }).cost, '$0.0030 in all');
    assert.match(several({ strategy: 'refine', wish: { strategy: 'refine' }, steps: [] }).costNote ?? '', /^Of all its calls together\./);
    assert.equal(several({ strategy: 'compare', wish: { strategy: 'compare', blind: true }, steps: [] }).cost, undefined);
    assert.equal(several(undefined).cost, '$0.0030');
  });
  it('comes with the time: of several steps that of the whole, where it is known', () => {
    const timed = (change: Partial<StoredAnswer>) => {
      const { time, timeNote } = view({ state: 'complete', arm: 'p/m', cost: nano(3_000_000), costSource: 'live', ...change });
      return [time, timeNote];
    };
    const work: StoredAnswer['work'] = { strategy: 'refine', wish: { strategy: 'refine' }, steps: [] };
    const ofSteps = 'From the question to the end. That of each step is with it.';
    assert.deepEqual(timed({ totalMs: 2_840, firstTokenMs: 900 }), ['2.8 s', 'First word after 0.9 s.']);
    assert.deepEqual(timed({ totalMs: 2_840 }), ['2.8 s', 'No text came.']);
    assert.deepEqual(timed({ work, totalMs: 62_840 }), ['62.8 s', ofSteps]);
    assert.deepEqual(timed({ work }), ['', ofSteps]);
    assert.deepEqual(timed({ work, totalMs: 2_840, firstTokenMs: 900 }), ['', ofSteps], 'of an earlier version, which kept that of one step');
  });
  it('comes with what kept the answer short, also where it was cut off', () => {
    const why = { reasons: [], tier: 'moderate', quality: 'balanced', bar: 0.7, inputTokens: 1, candidates: [], notShown: 0 };
    const cut = (by: 'budget' | 'context') => view({ state: 'truncated', arm: 'p/m', cost: nano(1), costSource: 'live', inputTokens: 9, outputTokens: 1024, failure: { kind: 'lengthReached', provider: 'p', by }, why: { ...why, shortened: { to: 1024, by } } });
    assert.equal(cut('budget').tokensNote, '9 in, 1024 out. The budget had room for at most 1.0k tokens.');
    assert.deepEqual([cut('budget').failure?.sentence, cut('budget').failure?.actions.map(({ id }) => id)], ['The answer is as long as the budget had room for and stops here. Ask for the rest, or change the budget.', ['goOn', 'setBudget']]);
    assert.equal(cut('context').tokensNote, '9 in, 1024 out. Beside the question there was room for at most 1.0k tokens.');
    assert.match(cut('context').failure?.sentence ?? '', /left no room for a longer answer/);
  });
  it('is not there where the question was too long: then a model that reads more can be chosen, for one answer', () => {
    const buttons = (longer: boolean, change: Partial<StoredAnswer> = {}) => answerView('m', { state: 'failed', failure: { kind: 'contextTooLong', neededTokens: 9_000, availableTokens: 8_000, ...(longer ? { longer: true } : {}) }, ...change }, { nameOf: (id) => id, now: 0, replaceable: undefined, lastMessageId: 'm', phase: undefined, learning: true, mayChoose: true }).failure?.actions.map(({ id }) => id);
    assert.deepEqual(buttons(true), ['longerModel', 'newChat', 'retry']);
    assert.deepEqual(buttons(false), ['newChat', 'retry']);
    assert.deepEqual(buttons(true, { work: { strategy: 'refine', wish: { strategy: 'refine' }, steps: [] } }), ['newChat', 'retry']);
  });
  it('says nothing of before for a subscription', () => assert.match(note({ included: true }) ?? '', /^From the provider/));
});

describe('what a rating does', () => {
  const why = { reasons: [], tier: 'moderate', quality: 'balanced', bar: 0.7, inputTokens: 1, candidates: [], notShown: 0, task: { domains: [{ name: 'code', share: 1 }], difficulty: 0 } };
  const { task: _task, ...old } = why;
  const rows: readonly (readonly [answer: Partial<StoredAnswer>, learning: boolean, says: string | undefined])[] = [
    [{ state: 'complete', arm: 'p/m', modelName: 'M', why }, true, 'Counts for M on moderate code questions.'],
    [{ state: 'complete', arm: 'p/m', modelName: 'M', why, realm: 'demo' }, true, 'Counts for M on moderate code questions, in the demo.'],
    [{ state: 'complete', arm: 'p/m', modelName: 'M', why: old }, true, 'Kept with the answer. It is of an older version, so it changes no choice.'],
    [{ state: 'complete', arm: 'p/m', modelName: 'M' }, true, 'Counts for M on questions like this.'],
    [{ state: 'truncated', arm: 'p/m', modelName: 'M', why }, true, 'Kept with the answer. It was cut off, so it does not count for M.'],
    [{ state: 'complete', arm: 'p/m', modelName: 'M', why }, false, 'Kept with the answer. Learning is switched off, so it changes no choice.'],
    [{ state: 'streaming', arm: 'p/m' }, true, undefined],
    [{ state: 'failed', arm: 'p/m' }, true, undefined],
    [{ state: 'complete' }, true, undefined],
  ];
  for (const [answer, learning, says] of rows) {
    it(`${answer.state}: ${says ?? 'cannot be rated'}`, () => assert.equal(answerView('a', { state: 'complete', ...answer }, { ...context, learning }).ratingNote, says));
  }

  it('is shown with the answer', () => assert.deepEqual(view({ state: 'complete', rating: { value: 'down', reason: 'style' } }).rating, { value: 'down', reason: 'style' }));
});

describe('the preview of a draft, in words', () => {
  const profile = { domains: { code: 1 }, difficulty: -1, tier: 'moderate', needs: [], inputTokens: 1234, outputTokens: { p50: 300, p90: 700 }, reasons: [] } as const;
  const preview = (short?: ShortBudget, sketch = {}): Preview => {
    const luna = arm({ model: 'luna', provider: 'openai', z: 1, ...sketch });
    const estimate = { low: nano(290_000), likely: nano(420_000), high: nano(1_100_000), worst: nano(9_000_000) };
    const candidate = { id: 'openai/luna', arm: luna, capable: { p: 0.9, low: 0.8 }, estimate, expected: nano(420_000) };
    // An id is a branded text, which only the catalogue makes.
    return { ok: true, at: now, profile, outputTokens: 350, ...(short ? { short } : {}), candidate: { ...candidate, id: asArmId(candidate.id) } };
  };
  const nameOf = (provider: string) => provider.toUpperCase();
  const shown = (one: Preview) => previewViews({ economy: one, balanced: one, quality: one }, nameOf).balanced;

  it('has a range, the tokens, the model and the tier', () => {
    assert.deepEqual(shown(preview()), { usual: '$0.00042', range: '$0.00029 – $0.0011', tokens: '≈1.2k → 350 tokens', model: 'luna at OPENAI', note: 'moderate question' });
  });

  it('names the effort where it is not the usual one', () => assert.equal(shown(preview(undefined, { effort: 'high', isDefault: false })).model, 'luna (high effort) at OPENAI'));

  it('says what stands in the way instead', () => {
    const stopped: Preview = { ok: false, failure: { kind: 'noCandidate', reason: 'Every model is too dear.' }, at: now };
    assert.deepEqual([shown(stopped).model, shown(stopped).note], ['', 'No model can take this question: Every model is too dear.']);
  });

  const shorts: readonly (readonly [short: ShortBudget, says: string])[] = [
    [{ effect: 'cheaper', scope: 'day', left: nano(12_000_000), maxOutputTokens: 8192 }, 'Only $0.012 left today: a cheaper model than usual is asked'],
    [{ effect: 'shorter', scope: 'month', left: nano(12_000_000), maxOutputTokens: 1024 }, 'Only $0.012 left this month: the answer may have at most 1.0k tokens'],
    [{ effect: 'refused', scope: 'conversation', left: nano(0), maxOutputTokens: 8192 }, 'Only $0.00 left for this chat: it may not be enough'],
  ];
  for (const [short, says] of shorts) it(says, () => assert.equal(shown(preview(short)).short, says));

  it('is told of the buttons below an answer', () => {
    const stopped: Preview = { ok: false, failure: { kind: 'noCandidate', reason: 'No model that can be asked now is clearly cheaper than luna.' }, at: now };
    assert.deepEqual(stepsView('a', { better: preview(), cheaper: stopped }, nameOf), { messageId: 'a', better: 'luna at OPENAI, usually $0.00042', cheaper: 'No model that can be asked now is clearly cheaper than luna.' });
  });
});
