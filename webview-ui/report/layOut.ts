import type { AxisView, BarView, PointView } from '../../src/shared/reportProtocol';

interface LaidOutBar {
  readonly bar: BarView;
  /** Per cent of the place there is. */
  readonly width: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/** Bars on one scale from 0 to the largest of their values and ends. */
export function layOutBars(bars: readonly BarView[]): readonly LaidOutBar[] {
  const most = Math.max(0, ...bars.flatMap(({ value, high }) => [value, high ?? 0]));
  const share = (value: number): number => (most > 0 ? (100 * Math.max(0, value)) / most : 0);
  return bars.map((bar) => ({ bar, width: share(bar.value), low: bar.low === undefined ? undefined : share(bar.low), high: bar.high === undefined ? undefined : share(bar.high) }));
}

interface Tick {
  readonly at: number;
  readonly text: string;
}

/** Where everything of a plot goes, in units of its view box. */
interface LaidOutPlot {
  readonly width: number;
  readonly height: number;
  readonly inner: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  /** Where both axes say the same; undefined when they have nothing in common. */
  readonly diagonal: { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number } | undefined;
  readonly marks: readonly { readonly point: PointView; readonly at: { readonly x: number; readonly y: number }; readonly from: number | undefined; readonly to: number | undefined }[];
}

const width = 640;
const height = 380;
const inner = { left: 92, right: width - 36, top: 12, bottom: height - 52 };
/** Narrower than this, the texts of the upright axis's neighbours would touch. */
const mostTicks = 8;

export function layOutPlot(x: AxisView, y: AxisView, points: readonly PointView[]): LaidOutPlot {
  const across = scale(x, inner.left, inner.right);
  const up = scale(y, inner.bottom, inner.top);
  const [from, to] = [Math.max(x.low, y.low), Math.min(x.high, y.high)];
  return {
    width,
    height,
    inner,
    xTicks: ticks(x, across),
    yTicks: ticks(y, up),
    diagonal: from < to ? { x1: across(from), y1: up(from), x2: across(to), y2: up(to) } : undefined,
    marks: points.map((point) => ({ point, at: { x: across(point.x), y: up(point.y) }, from: point.low === undefined ? undefined : up(point.low), to: point.high === undefined ? undefined : up(point.high) })),
  };
}

/** What lies outside the axis is drawn at its end. */
function scale({ low, high, isLogarithmic }: AxisView, start: number, end: number): (value: number) => number {
  const place = isLogarithmic ? (value: number) => Math.log10(Math.max(value, low)) : (value: number) => value;
  const span = place(high) - place(low);
  return (value) => start + (end - start) * (span > 0 ? Math.min(1, Math.max(0, (place(value) - place(low)) / span)) : 0.5);
}

function ticks({ ticks: all }: AxisView, place: (value: number) => number): readonly Tick[] {
  const step = Math.ceil(all.length / mostTicks);
  return all.filter((_, index) => index % step === 0).map(({ at, text }) => ({ at: place(at), text }));
}
