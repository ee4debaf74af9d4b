/**
 * How hard ordinary prompts are: quantiles, at steps of 5 %, of the lower bound of the reference model's chance, hardest first.
 * Of 2277 prompts as typed in an editor. Written by scripts/referenceTraffic.mjs.
 */
export const referenceTraffic: readonly number[] = [0.385, 0.564, 0.681, 0.755, 0.797, 0.825, 0.851, 0.874, 0.89, 0.905, 0.919, 0.93, 0.939, 0.948, 0.954, 0.959, 0.963, 0.969, 0.975, 0.981, 0.994];
