import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { WhyRow } from '../../../src/shared/protocol';
import { describePrices, describeRow, layOutPrices, nearest, walk } from '../../../webview-ui/chat/pricePicture';
import { whyView } from '../../support/chatStates';

const row = (change: Partial<WhyRow>): WhyRow => ({ name: 'm', provider: 'p', p: 0.8, usd: 0.001, cost: '$0.0010', verdict: '', chosen: false, ...change });

describe('layOutPrices', () => {
  it('keeps every mark inside the picture, dearer to the right, likelier higher', () => {
    const picture = layOutPrices(whyView.candidates, whyView.bar, whyView.ticks);
    assert.ok(picture);
    assert.equal(picture.dots.length, 9, 'the one without a price is not drawn');
    for (const dot of picture.dots) {
      assert.ok(dot.x >= 0 && dot.x <= 100);
      assert.ok(dot.topY >= 0 && dot.topY <= dot.y && dot.y <= dot.lowY && dot.lowY <= 100, dot.row.name);
      assert.equal(dot.y <= picture.barY + 1e-9, (dot.row.p ?? 0) >= whyView.bar, dot.row.name);
      assert.equal(dot.able, (dot.row.low ?? 0) >= whyView.bar, dot.row.name);
    }
    const costs = picture.dots.map(({ row: { usd } }) => usd ?? 0);
    assert.deepEqual(costs, costs.toSorted((one, other) => one - other));
    assert.deepEqual(picture.dots.map(({ x }) => x), picture.dots.map(({ x }) => x).toSorted((one, other) => one - other));
  });

  it('spaces costs by their ratio, the labels of the axis too', () => {
    const picture = layOutPrices([row({ usd: 0.001 }), row({ usd: 0.01 }), row({ usd: 0.1 })], 0.5, [{ usd: 0.0001, text: 'outside' }, { usd: 0.01, text: '$0.01' }]);
    const [a = 0, b = 0, c = 0] = picture?.dots.map(({ x }) => x) ?? [];
    assert.ok(Math.abs(b - a - (c - b)) < 1e-9);
    assert.deepEqual(picture?.ticks, [{ x: b, text: '$0.01' }]);
  });

  const odd: readonly (readonly [name: string, rows: readonly WhyRow[], drawn: number | undefined])[] = [
    ['one model is no picture', [row({})], undefined],
    ['free beside paid', [row({ usd: 0 }), row({})], 2],
    ['all free', [row({ usd: 0 }), row({ usd: 0 })], 2],
    ['all of one price', [row({}), row({})], 2],
    ['figures that are none', [row({ usd: Number.NaN }), row({ usd: Infinity }), row({ usd: -1 }), row({}), row({ p: 7 })], 2],
    ['certain and impossible', [row({ p: 1, low: 1, top: 1 }), row({ p: 0, low: 0, top: 0 })], 2],
    ['ends on the wrong side', [row({ low: 0.9, top: 0.1 }), row({})], 2],
  ];
  for (const [name, rows, drawn] of odd) {
    it(name, () => {
      const picture = layOutPrices(rows, 0.7);
      assert.equal(picture?.dots.length, drawn);
      for (const dot of picture?.dots ?? []) assert.ok([dot.x, dot.topY, dot.y, dot.lowY].every((n) => Number.isFinite(n) && n >= 0 && n <= 100));
    });
  }

  it('is told in words as well', () => {
    assert.equal(describePrices(whyView.candidates, 0.7), 'Cost against the chance of a good answer for 10 models; 5 reach 70 %. Chosen: gpt-5.6-luna, $0.00042, 86 % likely to do.');
  });
});

describe('a model of the picture in words', () => {
  const rows: readonly (readonly [change: Partial<WhyRow>, says: string])[] = [
    [{ low: 0.7, top: 0.9, verdict: 'dearer' }, '$0.0010 · 80 % (70 to 90 %) · dearer'],
    [{ estimated: true, low: 0.3, top: 0.95, verdict: 'not measured' }, '$0.0010 · estimated 80 % (30 to 95 %) · not measured'],
    [{ p: 0.999, verdict: 'chosen' }, '$0.0010 · 99 % · chosen'],
    [{ cost: 'included' }, 'included · 80 %'],
  ];
  for (const [change, says] of rows) it(says, () => assert.equal(describeRow(row(change)), says));
});

describe('walking through the picture', () => {
  // By cost: cheap and unlikely, middle and likeliest, dear and between.
  const dots = layOutPrices([row({ usd: 0.001, p: 0.5 }), row({ usd: 0.01, p: 0.95 }), row({ usd: 0.1, p: 0.8 })], 0.7)?.dots ?? [];
  const rows: readonly (readonly [from: number, key: string, to: number | undefined])[] = [
    [0, 'ArrowRight', 1],
    [2, 'ArrowRight', 2],
    [2, 'ArrowLeft', 1],
    [0, 'ArrowLeft', 0],
    [0, 'ArrowUp', 2],
    [2, 'ArrowUp', 1],
    [1, 'ArrowUp', 1],
    [1, 'ArrowDown', 2],
    [0, 'ArrowDown', 0],
    [1, 'Home', 0],
    [1, 'End', 2],
    [1, 'Enter', undefined],
  ];
  for (const [from, key, to] of rows) it(`${key} from ${from}`, () => assert.equal(walk(dots, from, key), to));

  it('the pointer finds the nearest mark, and none far from all', () => {
    const size = { width: 300, height: 150 };
    const [, second] = dots;
    assert.ok(second);
    assert.equal(nearest(dots, { x: second.x * 3 + 6, y: second.y * 1.5 - 4 }, size), 1);
    assert.equal(nearest(dots, { x: 75, y: 20 }, size), undefined);
  });
});
