import assert from 'node:assert/strict';
import { effortShare, questionsOf } from '../../../../src/core/learning/evidence';
import { isComplaint, type Sign, signOfEdit, signOfRating, tellsOfAbility } from '../../../../src/core/learning/outcomes';
import { learntVerbosity } from '../../../../src/core/learning/verbosity';
import { asArmId, type Effort } from '../../../../src/core/model/modelCard';
import type { EditFate, Outcome, Rating } from '../../../../src/core/model/outcome';
import type { StoredAnswer } from '../../../../src/core/model/thread';
import type { CallLesson } from '../../../../src/core/ports/outcomeStore';

const now = Date.UTC(2026, 10, 21, 12);
const day = 86_400_000;

describe('what a rating says', () => {
  const rows: readonly (readonly [rating: Rating, expected: Sign])[] = [
    [{ value: 'up' }, { value: 1, weight: 1 }],
    [{ value: 'down' }, { value: 0, weight: 1 }],
    [{ value: 'down', reason: 'wrong' }, { value: 0, weight: 1 }],
    [{ value: 'down', reason: 'style' }, { value: 0, weight: 0.3 }],
    [{ value: 'down', reason: 'tooSlow' }, { value: 0, weight: 0.1 }],
  ];
  for (const [rating, expected] of rows) it(JSON.stringify(rating), () => assert.deepEqual(signOfRating(rating), expected));
});

describe('what the fate of code says', () => {
  const rows: readonly (readonly [fate: EditFate, value: number])[] = [
    [{ kind: 'kept' }, 1],
    [{ kind: 'undone' }, 0],
    [{ kind: 'diagnostics', errorsBefore: 0, errorsAfter: 1 }, 0],
    [{ kind: 'diagnostics', errorsBefore: 2, errorsAfter: 2 }, 1],
    [{ kind: 'diagnostics', errorsBefore: 2, errorsAfter: 0 }, 1],
  ];
  for (const [fate, value] of rows) it(JSON.stringify(fate), () => assert.equal(signOfEdit(fate).value, value));

  it('is worth more when errors went than when there were none', () => {
    const weight = (errorsBefore: number): number => signOfEdit({ kind: 'diagnostics', errorsBefore, errorsAfter: 0 }).weight;
    assert.ok(weight(1) > weight(0));
  });
});

describe('whether an answer tells of its model', () => {
  const answer: StoredAnswer = { state: 'complete', arm: 'openai/luna' };
  const rows: readonly { readonly name: string; readonly answer: StoredAnswer | undefined; readonly text?: string; readonly expected: boolean }[] = [
    { name: 'a whole one', answer, expected: true },
    { name: 'one that the person stopped', answer: { ...answer, state: 'cancelled' }, expected: true },
    { name: 'one that was stopped before its first word', answer: { ...answer, state: 'cancelled' }, text: ' ', expected: false },
    { name: 'one that broke off', answer: { ...answer, state: 'truncated' }, expected: false },
    { name: 'one that failed', answer: { ...answer, state: 'failed' }, expected: false },
    { name: 'one whose window went away', answer: { ...answer, state: 'interrupted' }, expected: false },
    { name: 'one that is being written', answer: { ...answer, state: 'streaming' }, expected: false },
    { name: 'one that nobody answered', answer: { state: 'complete' }, expected: false },
    { name: 'a question', answer: undefined, expected: false },
  ];
  for (const { name, answer: given, text = 'So it is.', expected } of rows) it(`${name}: ${expected ? 'yes' : 'no'}`, () => assert.equal(tellsOfAbility({ ...(given ? { answer: given } : {}), text }), expected));
});

describe('a complaint', () => {
  const rows: readonly (readonly [text: string, expected: boolean])[] = [
    ['No, that is wrong.', true],
    ['Wrong!', true],
    ['that’s not what I asked', true],
    ["That's not what I asked", true],
    ["It still doesn't work", true],
    ['This does not work: TypeError', true],
    ['Try again', true],
    ['You forgot the imports', true],
    ['Das funktioniert immer noch nicht', true],
    ['Nein, anders', true],
    ['Ça ne marche pas', true],
    ['no funciona', true],
    ['不对，再来', true],
    ['Thanks! Now write tests for it.', false],
    ['Now without the loop', false],
    ['Not sure I follow: why a map?', false],
    ['Notes on this, please', false],
    ['Node version?', false],
    ['How do I say that something is wrong in a log?', false],
    ['None of these are in the file', false],
    ['', false],
  ];
  for (const [text, expected] of rows) it(`${JSON.stringify(text)}: ${expected ? 'yes' : 'no'}`, () => assert.equal(isComplaint(text), expected));
});

function outcome(changes: Partial<Outcome> = {}): Outcome {
  return { id: 'o', at: now, realm: 'real', arm: asArmId('acme/small'), card: 'small', effort: 'none', kind: 'rating', value: 1, weight: 1, domains: { code: 1 }, difficulty: -1.5, tier: 'moderate', ...changes };
}

function silent(count: number): readonly Outcome[] {
  return Array.from({ length: count }, (_, at) => outcome({ id: `${at}`, kind: 'followed', weight: 0.25 }));
}

describe('what the outcomes of a question weigh', () => {
  const rows: readonly { readonly name: string; readonly outcomes: readonly Outcome[]; readonly expected: readonly number[] }[] = [
    { name: 'a rating of today', outcomes: [outcome()], expected: [1] },
    { name: 'a rating of 60 days ago', outcomes: [outcome({ at: now - 60 * day })], expected: [0.5] },
    { name: 'a rating of 120 days ago', outcomes: [outcome({ at: now - 120 * day })], expected: [0.25] },
    { name: 'a rating and a retry', outcomes: [outcome({ question: 'q' }), outcome({ id: 'p', question: 'q', kind: 'retry', value: 0, weight: 0.2 })], expected: [1] },
    { name: 'a better model asked for, code undone and errors', outcomes: (['better', 'undone', 'diagnostics'] as const).map((kind) => outcome({ id: kind, question: 'q', kind, value: 0, weight: 0.5 })), expected: [1] },
    { name: 'many of a kind that comes by itself', outcomes: Array.from({ length: 80 }, (_, at) => outcome({ id: `${at}`, kind: 'retry', value: 0, weight: 0.2 })), expected: Array.from({ length: 80 }, () => 5 / 80) },
    { name: 'going on, of somebody who does not complain', outcomes: silent(80), expected: Array.from({ length: 80 }, () => 2 / 80) },
    { name: 'going on, of somebody who complained twice', outcomes: [...silent(80), outcome({ id: 'a', value: 0 }), outcome({ id: 'b', value: 0 })], expected: [...Array.from({ length: 80 }, () => 8 / 80), 1, 1] },
  ];
  for (const { name, outcomes, expected } of rows) {
    it(name, () => {
      const weights = questionsOf(outcomes, now).map((all) => all.reduce((sum, { weight }) => sum + weight, 0));
      assert.equal(weights.length, expected.length);
      weights.forEach((weight, place) => assert.ok(Math.abs(weight - (expected[place] ?? 0)) < 1e-12, `${weight}`));
    });
  }
});

describe('what an outcome at one effort says of another', () => {
  const rows: readonly (readonly [effort: Effort, value: number, of: Effort, expected: number])[] = [
    ['medium', 0, 'medium', 1],
    ['medium', 0, 'low', 1],
    ['medium', 0, 'high', 0.5],
    ['medium', 1, 'high', 1],
    ['medium', 1, 'none', 0.5],
    ['medium', 0.5, 'xhigh', 1],
  ];
  for (const [effort, value, of, expected] of rows) it(`${value} at ${effort} of ${of}: ${expected}`, () => assert.equal(effortShare({ effort, value }, of), expected));
});

describe('verbosity learnt from calls', () => {
  const catalogue = new Map([
    ['terse#none', 1],
    ['wordy#high', 3],
    ['other#none', 1],
  ]);
  const calls = (count: number, ratio: number, card = 'terse', effort: Effort = 'none', at = now): readonly CallLesson[] => Array.from({ length: count }, () => ({ card, effort, at, outputTokens: Math.round(ratio * 1000), expectedTokens: 1000, firstTokenMs: 300, totalMs: 2000 }));
  const rows: readonly { readonly name: string; readonly lessons: readonly CallLesson[]; readonly key: string; readonly from: number; readonly to: number }[] = [
    { name: 'nothing', lessons: [], key: 'terse#none', from: 1, to: 1 },
    { name: 'one call three times as long as expected', lessons: calls(1, 3), key: 'terse#none', from: 1.1, to: 1.35 },
    { name: 'two hundred', lessons: calls(200, 3), key: 'terse#none', from: 2.8, to: 3 },
    { name: 'two hundred of another model', lessons: calls(200, 3), key: 'other#none', from: 2.5, to: 2.9 },
    { name: 'two hundred that are as long as this model\'s are known to be', lessons: calls(200, 3, 'wordy', 'high'), key: 'wordy#high', from: 3, to: 3 },
    { name: 'two hundred a hundred times as long', lessons: calls(200, 100), key: 'terse#none', from: 4, to: 4 },
    { name: 'two hundred empty ones', lessons: calls(200, 0), key: 'terse#none', from: 0.25, to: 0.25 },
    { name: 'two hundred a year old', lessons: calls(200, 3, 'terse', 'none', now - 365 * day), key: 'terse#none', from: 1.1, to: 2 },
    { name: 'one model longer, another as much shorter', lessons: [...calls(100, 2), ...calls(100, 0.5, 'other')], key: 'terse#none', from: 1.85, to: 2 },
    { name: 'a model that nobody knows', lessons: calls(200, 3, 'gone'), key: 'terse#none', from: 1, to: 1 },
  ];
  for (const { name, lessons, key, from, to } of rows) {
    it(name, () => {
      const reached = learntVerbosity(catalogue, lessons, now).get(key) ?? catalogue.get(key) ?? Number.NaN;
      assert.ok(reached >= from - 1e-9 && reached <= to + 1e-9, `${reached} is not between ${from} and ${to}`);
    });
  }
});
