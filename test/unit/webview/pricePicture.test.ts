import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { WhyRow } from '../../../src/shared/protocol';
import { describePrices, layOutPrices } from '../../../webview-ui/chat/pricePicture';
import { whyView } from '../../support/chatStates';

const row = (change: Partial<WhyRow>): WhyRow => ({ name: 'm', provider: 'p', p: 0.8, usd: 0.001, cost: '$0.0010', verdict: '', chosen: false, ...change });

describe('layOutPrices', () => {
  it('keeps every mark inside the picture, dearer to the right, likelier higher', () => {
    const picture = layOutPrices(whyView.candidates, whyView.bar);
    assert.ok(picture);
    assert.equal(picture.dots.length, 8, 'the one without a price is not drawn');
    for (const dot of picture.dots) {
      assert.ok(dot.x >= 0 && dot.x <= picture.width && dot.y >= 0 && dot.y <= picture.height);
      assert.ok(dot.lowY === undefined || (dot.lowY >= dot.y && dot.lowY <= picture.height));
    }
    const byCost = picture.dots.toSorted((a, b) => (a.row.usd ?? 0) - (b.row.usd ?? 0)).map(({ x }) => x);
    assert.deepEqual(byCost, byCost.toSorted((a, b) => a - b));
    for (const dot of picture.dots) assert.equal(dot.y <= picture.barY + 1e-9, (dot.row.p ?? 0) >= whyView.bar, dot.row.name);
    assert.deepEqual([picture.cheapest, picture.dearest], ['$0.00004', '$0.031']);
  });

  it('spaces costs by their ratio', () => {
    const picture = layOutPrices([row({ usd: 0.001 }), row({ usd: 0.01 }), row({ usd: 0.1 })], 0.5);
    const [a = 0, b = 0, c = 0] = picture?.dots.map(({ x }) => x) ?? [];
    assert.ok(Math.abs(b - a - (c - b)) < 1e-9);
  });

  const odd: readonly (readonly [name: string, rows: readonly WhyRow[], drawn: number | undefined])[] = [
    ['one model is no picture', [row({})], undefined],
    ['free beside paid', [row({ usd: 0 }), row({})], 2],
    ['all free', [row({ usd: 0 }), row({ usd: 0 })], 2],
    ['all of one price', [row({}), row({})], 2],
    ['figures that are none', [row({ usd: Number.NaN }), row({ usd: Infinity }), row({ usd: -1 }), row({}), row({ p: 7 })], 2],
    ['certain and impossible', [row({ p: 1, low: 1 }), row({ p: 0, low: 0 })], 2],
  ];
  for (const [name, rows, drawn] of odd) {
    it(name, () => {
      const picture = layOutPrices(rows, 0.7);
      assert.equal(picture?.dots.length, drawn);
      for (const dot of picture?.dots ?? []) assert.ok([dot.x, dot.y, dot.lowY ?? 0].every((n) => Number.isFinite(n) && n >= 0));
    });
  }

  it('is told in words as well', () => {
    assert.equal(describePrices(whyView.candidates, 0.7), 'Cost against the chance of a good answer for 9 models; 5 reach 70 %. Chosen: gpt-5.6-luna, $0.00042, 86 % likely to do.');
  });
});
