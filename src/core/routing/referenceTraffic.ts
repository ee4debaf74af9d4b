/**
 * How hard ordinary prompts are: quantiles, at steps of 5 %, of the lower bound of the reference model's chance, hardest first.
 * Of 3238 prompts as typed in an editor. Written by scripts/referenceTraffic.mjs.
 */
export const referenceTraffic: readonly number[] = [0.308, 0.503, 0.564, 0.629, 0.696, 0.744, 0.778, 0.801, 0.824, 0.848, 0.874, 0.896, 0.915, 0.939, 0.954, 0.963, 0.968, 0.972, 0.975, 0.978, 0.988];
