/** One line of the table of `npm run bench`. */
export interface Figure {
  readonly name: string;
  /** With its unit. */
  readonly value: string;
  /** What it should be, where the project has said so. Shown, never asserted: a busy machine is no failure. */
  readonly goal?: string;
  readonly how: string;
}

/** A part of the benchmarks: everything it starts it also ends. `print` is for progress, not for figures. */
export type Measure = (print: (line: string) => void) => Promise<readonly Figure[]>;

/** The value below which `share` (0 to 1) of the samples lie; NaN of none. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/** Median and range: `0.42 (0.40 to 0.47)`. */
export function withRange(samples: readonly number[], write: (value: number) => string): string {
  return `${write(median(samples))} (${write(Math.min(...samples))} to ${write(Math.max(...samples))})`;
}

export function asMs(ms: number): string {
  return `${ms.toFixed(2)} ms`;
}

/** For what takes well under a millisecond. */
export function asMicros(ms: number): string {
  return `${Math.round(ms * 1000)} µs`;
}

export function asKilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

export function asMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
