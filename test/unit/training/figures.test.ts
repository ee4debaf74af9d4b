import assert from 'node:assert/strict';
import { auc, gapRecovered, spearman } from '../../../training/figures';
import { itemDifficulties } from '../../../training/itemDifficulty';

describe('figures of training', () => {
  it('auc is 1 for a perfect order, 0 for its reverse, a half for ties', () => {
    const isHard = [false, false, true, true];
    assert.deepEqual([auc([1, 2, 3, 4], isHard), auc([4, 3, 2, 1], isHard), auc([1, 1, 1, 1], isHard)], [1, 0, 0.5]);
  });

  it('spearman looks at the order alone', () => {
    assert.ok(Math.abs(spearman([1, 2, 3], [1, 10, 1_000]) - 1) < 1e-12);
    assert.ok(Math.abs(spearman([1, 2, 3], [3, 2, 1]) + 1) < 1e-12);
  });

  it('the gap is recovered early when the hard ones go first, late when last, half by chance', () => {
    const weak = [1, 1, 0, 0];
    const strong = [1, 1, 1, 1];
    assert.equal(gapRecovered([1, 1, 2, 2], weak, strong), 0.75);
    assert.equal(gapRecovered([2, 2, 1, 1], weak, strong), 0.25);
    assert.equal(gapRecovered([4, 2, 3, 1], [1, 0, 0, 1], strong), 0.5);
  });
});

describe('itemDifficulties', () => {
  const scale = { known: new Map([['weak', -2], ['strong', 2]]), ability: { mean: 0, sd: 1.5 }, difficulty: { mean: 0, sd: 2 } };
  const item = (weak: number, strong: number, other: number) => ({ scores: new Map([['weak', weak], ['strong', strong], ['other', other]]) });

  it('orders items by who solves them', () => {
    const [easy = 0, middle = 0, hard = 0] = itemDifficulties([item(1, 1, 1), item(0, 1, 1), item(0, 0, 0)], scale);
    assert.ok(easy < middle && middle < hard, [easy, middle, hard].join(' '));
  });

  it('finds the ability of a model that is not known, so that its failures count by it', () => {
    const items = [...Array.from({ length: 30 }, () => item(0, 1, 1)), item(0, 1, 0)];
    const b = itemDifficulties(items, scale);
    assert.ok((b.at(-1) ?? 0) > (b[0] ?? 0) + 0.3);
  });

  it('stays within reason for items that nobody or everybody solves', () => {
    for (const b of itemDifficulties([item(0, 0, 0), item(1, 1, 1)], scale)) assert.ok(Math.abs(b) < 8, String(b));
  });
});
