import type { WhyRow } from '../../src/shared/protocol';

/** Where the marks of the price-against-ability picture go, in units of its view box. */
export interface PricePicture {
  readonly width: number;
  readonly height: number;
  readonly barY: number;
  readonly dots: readonly Dot[];
  /** What the cheapest and the dearest of the drawn models cost, for the ends of the axis. */
  readonly cheapest: string;
  readonly dearest: string;
}

export interface Dot {
  readonly row: WhyRow;
  readonly x: number;
  readonly y: number;
  /** Lower end of the whisker: the cautious estimate. */
  readonly lowY: number | undefined;
}

const width = 280;
const height = 120;
const margin = { left: 10, right: 10, top: 10, bottom: 10 };

/**
 * Cost runs to the right on a logarithmic scale, because models differ a thousandfold; the chance of a good answer runs
 * upwards. The scale begins a little under the lowest chance drawn, so that models near the bar can be told apart. Rows
 * without a known cost or chance are only in the table. Undefined when fewer than two can be drawn.
 */
export function layOutPrices(candidates: readonly WhyRow[], bar: number): PricePicture | undefined {
  const known = candidates.flatMap((row) => (row.p === undefined || row.usd === undefined || !(row.usd >= 0) || !Number.isFinite(row.usd) ? [] : [{ row, p: clamp(row.p), low: row.low === undefined ? undefined : clamp(row.low), usd: row.usd }]));
  if (known.length < 2) return undefined;
  const paid = known.map(({ usd }) => usd).filter((usd) => usd > 0);
  // A free model stands at the left edge: a logarithm has no zero.
  const least = paid.length === 0 ? 1 : Math.min(...paid) / (paid.length < known.length ? 2 : 1);
  const most = paid.length === 0 ? 1 : Math.max(...paid);
  const decades = Math.log10(most / least);
  const inner = width - margin.left - margin.right;
  const x = (usd: number) => margin.left + (decades === 0 ? inner / 2 : (inner * Math.log10(Math.max(usd, least) / least)) / decades);
  const lowest = Math.min(bar, ...known.map(({ p, low }) => low ?? p));
  const floor = Math.max(0, lowest - 0.08);
  const y = (p: number) => margin.top + (height - margin.top - margin.bottom) * (1 - (p - floor) / (1 - floor || 1));
  const byCost = known.toSorted((a, b) => a.usd - b.usd);
  return {
    width,
    height,
    barY: y(clamp(bar)),
    dots: known.map(({ row, p, low, usd }) => ({ row, x: x(usd), y: y(p), lowY: low === undefined ? undefined : y(low) })),
    cheapest: byCost[0]?.row.cost ?? '',
    dearest: byCost.at(-1)?.row.cost ?? '',
  };
}

function clamp(p: number): number {
  return Number.isFinite(p) ? Math.min(1, Math.max(0, p)) : 0;
}

/** The picture in one sentence. */
export function describePrices(candidates: readonly WhyRow[], bar: number): string {
  const chosen = candidates.find((row) => row.chosen);
  // The bar is for the cautious estimate, as in the router.
  const able = candidates.filter((row) => (row.low ?? row.p ?? 0) >= bar).length;
  const choice = chosen === undefined ? '' : ` Chosen: ${chosen.name}, ${chosen.cost}${chosen.p === undefined ? '' : `, ${percent(chosen.p)} likely to do`}.`;
  return `Cost against the chance of a good answer for ${candidates.length} models; ${able} reach ${percent(bar)}.${choice}`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
