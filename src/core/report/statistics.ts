import type { Proportion } from '../model/report';

/** The 97.5th percentile of the normal distribution. */
const z = 1.959964;

/**
 * Wilson's score interval (1927): honest with few counts and near 0 and 1, where the usual one passes the ends or has no
 * width. Counts must not be negative, and hits not above all.
 */
export function proportion(hits: number, of: number): Proportion {
  if (of === 0) return { hits, of, low: 0, high: 1 };
  const share = hits / of;
  const centre = share + (z * z) / (2 * of);
  const reach = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  const scale = 1 + (z * z) / of;
  return { hits, of, low: hits === 0 ? 0 : Math.max(0, (centre - reach) / scale), high: hits === of ? 1 : Math.min(1, (centre + reach) / scale) };
}

/** The middle one, or the mean of the two in the middle; undefined of nothing. */
export function median(values: readonly number[]): number | undefined {
  const sorted = Float64Array.from(values).sort();
  const above = sorted[sorted.length >> 1];
  const below = sorted[(sorted.length - 1) >> 1];
  return above === undefined || below === undefined ? undefined : (above + below) / 2;
}
