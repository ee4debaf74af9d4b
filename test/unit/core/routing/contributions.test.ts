import assert from 'node:assert/strict';
import { contributionsOf } from '../../../../src/core/routing/contributions';
import { phraseHash } from '../../../../src/core/routing/features';
import type { ProfileModel } from '../../../../src/core/routing/profileModel';
import { fakeModel } from '../../../support/fakeProfile';

const plain = fakeModel('moderate');

/** Harder by what is in this table, and a review where the word stands. */
const hard: Readonly<Record<string, number>> = { deadlock: 2, only: -1.5 };
const model: ProfileModel = {
  version: 'fake',
  judge: (features) => {
    const judged = plain.judge(features);
    const has = (word: string): boolean => features.said.words.includes(phraseHash(word) ?? 0);
    const added = Object.entries(hard).reduce((sum, [word, more]) => sum + (has(word) ? more : 0), 0);
    return { ...judged, difficulty: judged.difficulty + added + (features.shown.words.length > 0 ? 1 : 0), intents: has('review') ? { ...judged.intents, generate: 0.2, review: 0.8 } : judged.intents };
  },
};

function told(text: string): readonly string[] {
  return contributionsOf(model, text).map(({ kind, text: part, failures, intent }) => `${kind} ${part ?? ''} ${failures > 0.5 ? '+' : failures < -0.5 ? '-' : ''}${intent > 0.03 ? ' intent' : ''}`.replaceAll('  ', ' '));
}

describe('contributionsOf', () => {
  it('finds the words that make it harder and easier', () => {
    assert.deepEqual(told('why does this Deadlock, deadlock only here'), ['word deadlock +', 'word only -']);
  });
  it('finds the sentence and the code', () => {
    const found = told('A deadlock again.\nPlease look.\n```go\nmu.Lock()\n```');
    assert.ok(found.includes('sentence A deadlock again. +'), found.join());
    assert.ok(found.includes('code +'), found.join());
  });
  it('finds what makes the intent', () => {
    assert.deepEqual(told('please review the module'), ['word review intent']);
  });
  it('leaves words out as they are written', () => {
    assert.deepEqual(told('deadlocked is another word than only_once'), ['word deadlocked +', 'word only_once -']);
  });
  it('says nothing of a text without reasons', () => {
    assert.deepEqual(told(''), []);
    assert.deepEqual(told('hello'), []);
    assert.deepEqual(told('hello there and good day'), []);
  });
  it('says a few things of a long text, in short', () => {
    const found = contributionsOf(model, `${Array.from({ length: 300 }, (_, at) => `deadlock number ${at} ${'x'.repeat(100)}.`).join('\n')}`);
    assert.ok(found.length <= 16 && found.every(({ text = '' }) => text.length <= 60));
  });
});
