import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { AxisView, BarView } from '../../../../src/shared/reportProtocol';
import { layOutBars, layOutPlot } from '../../../../webview-ui/report/layOut';

const bar = (value: number, low?: number, high?: number): BarView => ({ label: '', text: '', isOurs: false, value, ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) });

describe('bars', () => {
  it('have one scale, with room for what they may be', () => {
    assert.deepEqual(layOutBars([bar(25), bar(50, 10, 100)]).map(({ width, low, high }) => [width, low, high]), [[25, undefined, undefined], [50, 10, 100]]);
  });

  it('of nothing have no length', () => {
    assert.deepEqual(layOutBars([bar(0), bar(0)]).map(({ width }) => width), [0, 0]);
  });

  it('never leave their place', () => {
    const amount = fc.double({ min: 0, max: 1e15, noNaN: true });
    fc.assert(fc.property(fc.array(fc.tuple(amount, amount, amount)), (rows) => {
      for (const { width, high = 0 } of layOutBars(rows.map((row) => bar(...row)))) assert.ok(width >= 0 && width <= 100.000001 && high <= 100.000001);
    }));
  });
});

describe('a plot', () => {
  const logarithmic: AxisView = { title: '', isLogarithmic: true, low: 10, high: 1000, ticks: [{ at: 10, text: '10' }, { at: 100, text: '100' }, { at: 1000, text: '1000' }] };
  const linear: AxisView = { title: '', isLogarithmic: false, low: 0, high: 1, ticks: [] };
  const point = (x: number, y: number, low?: number, high?: number) => ({ x, y, isFine: true, text: '', ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) });

  it('has equal steps for equal factors', () => {
    const { inner, xTicks, marks } = layOutPlot(logarithmic, logarithmic, [point(100, 100)]);
    assert.deepEqual(xTicks.map(({ at }) => at), [inner.left, (inner.left + inner.right) / 2, inner.right]);
    assert.deepEqual(marks[0]?.at, { x: (inner.left + inner.right) / 2, y: (inner.top + inner.bottom) / 2 });
  });

  it('has the line of equals where both axes have it', () => {
    const { inner, diagonal } = layOutPlot(linear, linear, []);
    assert.deepEqual(diagonal, { x1: inner.left, y1: inner.bottom, x2: inner.right, y2: inner.top });
    assert.equal(layOutPlot(linear, logarithmic, []).diagonal, undefined);
  });

  it('keeps everything inside, also what is off the scale or nothing', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), fc.double({ min: 0, max: 1e12, noNaN: true }), (x, y) => {
      const { inner, marks } = layOutPlot(logarithmic, logarithmic, [point(x, y, 0, y)]);
      const { at, from, to } = marks[0] ?? {};
      assert.ok(at && at.x >= inner.left && at.x <= inner.right && at.y >= inner.top && at.y <= inner.bottom);
      assert.ok(from !== undefined && to !== undefined && from <= inner.bottom && to >= inner.top);
    }));
  });

  it('leaves out ticks that would touch', () => {
    const ticks = Array.from({ length: 12 }, (_, step) => ({ at: 10 ** step, text: String(step) }));
    assert.ok(layOutPlot({ ...logarithmic, low: 1, high: 1e11, ticks }, linear, []).xTicks.length <= 8);
  });
});
