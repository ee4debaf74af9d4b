import type { ExperimentView } from '../../src/shared/experimentsProtocol';

/** The picture's own units. */
export const size = { width: 640, height: 220, left: 48, right: 628, top: 10, bottom: 184 };

/** Fewer pairs than this leave room on the right: the first ones should not fill the picture. */
const fewestPairs = 10;

export interface Picture {
  /** Outline of the interval, from the first pair to the last and back. */
  readonly band: string;
  readonly line: string;
  readonly last: { readonly x: number; readonly y: number } | undefined;
  readonly xTicks: readonly { readonly at: number; readonly text: string }[];
  readonly yTicks: readonly { readonly at: number; readonly text: string }[];
}

/** Where everything stands in the picture of an experiment. */
export function layOut(path: ExperimentView['path']): Picture {
  const most = Math.max(fewestPairs, path.at(-1)?.pairs ?? 0);
  const x = (pairs: number): number => size.left + (pairs / most) * (size.right - size.left);
  const y = (share: number): number => size.bottom - share * (size.bottom - size.top);
  const point = (pairs: number, share: number): string => `${x(pairs).toFixed(1)},${y(share).toFixed(1)}`;
  const seen = path.flatMap(({ pairs, rate }) => (rate === undefined ? [] : [{ pairs, rate }]));
  const last = seen.at(-1);
  const step = most <= 12 ? 2 : most <= 30 ? 5 : most <= 60 ? 10 : most <= 120 ? 20 : 50;
  return {
    band: path.length === 0 ? '' : [...path.map(({ pairs, high }) => point(pairs, high)), ...path.toReversed().map(({ pairs, low }) => point(pairs, low))].join(' '),
    line: seen.map(({ pairs, rate }) => point(pairs, rate)).join(' '),
    last: last && { x: x(last.pairs), y: y(last.rate) },
    xTicks: Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => ({ at: x(index * step), text: String(index * step) })),
    yTicks: [0, 0.25, 0.5, 0.75, 1].map((share) => ({ at: y(share), text: `${100 * share} %` })),
  };
}
