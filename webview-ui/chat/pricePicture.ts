import { t } from '../../src/shared/l10n';
import type { WhyRow, WhyView } from '../../src/shared/protocol';

/** Where everything in the picture of price against chance goes, in hundredths of its width and height, from the upper left. */
export interface PricePicture {
  /** From the cheapest to the dearest: the order in which the keyboard walks through them. */
  readonly dots: readonly Dot[];
  readonly barY: number;
  readonly ticks: readonly { readonly x: number; readonly text: string }[];
}

export interface Dot {
  readonly row: WhyRow;
  readonly x: number;
  readonly y: number;
  /** Ends of the whisker: how high and how low the chance may be. */
  readonly topY: number;
  readonly lowY: number;
  /** The cautious end passes the bar. */
  readonly able: boolean;
}

/** Room for the marks at the edges, in hundredths. */
const margin = { x: 5, y: 8 };

/**
 * Cost runs to the right on a logarithmic scale, because models differ a thousandfold; the chance of a good answer runs
 * upwards. The scale begins a little under the lowest chance drawn, so that models near the bar can be told apart. Rows
 * without a known cost or chance are only in the table. Undefined when fewer than two can be drawn.
 */
export function layOutPrices(candidates: readonly WhyRow[], bar: number, ticks: WhyView['ticks'] = []): PricePicture | undefined {
  const known = candidates.flatMap((row) => (row.p === undefined || row.usd === undefined || !(row.usd >= 0) || !Number.isFinite(row.usd) ? [] : [{ row, usd: row.usd, p: clamp(row.p), low: clamp(row.low ?? row.p), top: clamp(row.top ?? row.p) }]));
  if (known.length < 2) return undefined;
  const paid = known.map(({ usd }) => usd).filter((usd) => usd > 0);
  // A free model stands at the left edge: a logarithm has no zero.
  const least = paid.length === 0 ? 1 : Math.min(...paid) / (paid.length < known.length ? 2 : 1);
  const most = paid.length === 0 ? 1 : Math.max(...paid);
  const decades = Math.log10(most / least);
  const inner = 100 - 2 * margin.x;
  const x = (usd: number) => margin.x + (decades === 0 ? inner / 2 : (inner * Math.log10(Math.max(usd, least) / least)) / decades);
  const lowest = Math.min(clamp(bar), ...known.map(({ low, p }) => Math.min(low, p)));
  const floor = Math.max(0, lowest - 0.05);
  const y = (p: number) => margin.y + (100 - 2 * margin.y) * (1 - (p - floor) / (1 - floor || 1));
  return {
    barY: y(clamp(bar)),
    dots: known
      .toSorted((one, other) => one.usd - other.usd || one.p - other.p)
      .map(({ row, usd, p, low, top }) => ({ row, x: x(usd), y: y(p), lowY: y(Math.min(low, p)), topY: y(Math.max(top, p)), able: low >= bar })),
    ticks: ticks.filter(({ usd }) => usd >= least && usd <= most).map(({ usd, text }) => ({ x: x(usd), text })),
  };
}

/** The place of the dot that an arrow key leads to from one; Left and Right go by cost, Up and Down by chance. Undefined for other keys. */
export function walk(dots: readonly Dot[], from: number, key: string): number | undefined {
  const last = dots.length - 1;
  switch (key) {
    case 'ArrowRight':
      return Math.min(last, from + 1);
    case 'ArrowLeft':
      return Math.max(0, from - 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'ArrowUp':
    case 'ArrowDown': {
      const byChance = dots.map((dot, place) => ({ dot, place })).toSorted((one, other) => other.dot.y - one.dot.y || one.place - other.place);
      const now = byChance.findIndex(({ place }) => place === from);
      return byChance[Math.min(last, Math.max(0, now + (key === 'ArrowUp' ? 1 : -1)))]?.place;
    }
    default:
      return undefined;
  }
}

/** The dot nearest to a point of a picture of this size in pixels; undefined when none is near. */
export function nearest(dots: readonly Dot[], point: { readonly x: number; readonly y: number }, size: { readonly width: number; readonly height: number }): number | undefined {
  const nearPx = 36;
  let found: { readonly place: number; readonly distance: number } | undefined;
  for (const [place, dot] of dots.entries()) {
    const distance = Math.hypot((dot.x / 100) * size.width - point.x, (dot.y / 100) * size.height - point.y);
    if (distance <= nearPx && distance < (found?.distance ?? Infinity)) found = { place, distance };
  }
  return found?.place;
}

function clamp(p: number): number {
  return Number.isFinite(p) ? Math.min(1, Math.max(0, p)) : 0;
}

/** The picture in one sentence. */
export function describePrices(candidates: readonly WhyRow[], bar: number): string {
  const chosen = candidates.find((row) => row.chosen);
  // The bar is for the cautious estimate, as in the router.
  const able = candidates.filter((row) => (row.low ?? row.p ?? 0) >= bar).length;
  const picture = t('Cost against the chance of a good answer for {0} models; {1} reach {2}.', candidates.length, able, percent(bar));
  if (chosen === undefined) return picture;
  return `${picture} ${chosen.p === undefined ? t('Chosen: {0}, {1}.', chosen.name, chosen.cost) : t('Chosen: {0}, {1}, {2} likely to do.', chosen.name, chosen.cost, percent(chosen.p))}`;
}

/** One model in words: what is read out and shown below the picture. */
export function describeRow(row: WhyRow): string {
  return [row.cost, chanceOf(row), row.verdict].filter(Boolean).join(' · ');
}

function chanceOf({ p, low, top, estimated }: WhyRow): string {
  if (p === undefined) return '';
  const chance = low === undefined || top === undefined ? percent(p) : t('{0} ({1} to {2})', percent(p), Math.round(low * 100), percent(top));
  return estimated ? t('estimated {0}', chance) : chance;
}

export function percent(share: number): string {
  // 99.6 % must not read as certain.
  return `${Math.min(99, Math.round(share * 100))} %`;
}
