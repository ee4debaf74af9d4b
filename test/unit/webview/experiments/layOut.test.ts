import assert from 'node:assert/strict';
import { layOut, size } from '../../../../webview-ui/experiments/layOut';

describe('the picture of an experiment', () => {
  it('has no lines before the first pair', () => {
    const { band, line, last } = layOut([]);
    assert.deepEqual([band, line, last], ['', '', undefined]);
  });

  it('keeps everything inside, leaves room while there are few pairs, and draws the band there and back', () => {
    const { band, line, last, xTicks, yTicks } = layOut([{ pairs: 1, low: 0, high: 1 }, { pairs: 2, rate: 1, low: 0.1, high: 1 }, { pairs: 3, rate: 0.5, low: 0.1, high: 0.9 }]);
    assert.equal(band.split(' ').length, 6);
    assert.equal(line.split(' ').length, 2, 'no rate before the first decided pair');
    assert.deepEqual(last, { x: size.left + 0.3 * (size.right - size.left), y: (size.top + size.bottom) / 2 });
    for (const point of band.split(' ')) {
      const [x = -1, y = -1] = point.split(',').map(Number);
      assert.ok(x >= size.left && x <= size.right && y >= size.top && y <= size.bottom, point);
    }
    assert.deepEqual(xTicks.map(({ text }) => text), ['0', '2', '4', '6', '8', '10']);
    assert.deepEqual(yTicks.map(({ text }) => text), ['0 %', '25 %', '50 %', '75 %', '100 %']);
  });

  it('has few ticks however many pairs there are', () => {
    for (const pairs of [11, 29, 59, 119, 300]) assert.ok(layOut([{ pairs, rate: 0.5, low: 0.4, high: 0.6 }]).xTicks.length <= 8, String(pairs));
  });
});
