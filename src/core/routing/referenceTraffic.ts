/**
 * How hard ordinary prompts are: quantiles, at steps of 5 %, of the lower bound of the reference model's chance, hardest first.
 * Of 3238 prompts as typed in an editor. Written by scripts/referenceTraffic.mjs.
 */
export const referenceTraffic: readonly number[] = [0.388, 0.659, 0.716, 0.758, 0.79, 0.816, 0.839, 0.858, 0.874, 0.888, 0.898, 0.907, 0.916, 0.927, 0.938, 0.949, 0.957, 0.963, 0.969, 0.975, 0.99];
