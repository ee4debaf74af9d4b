/**
 * How hard ordinary prompts are: quantiles, at steps of 5 %, of the lower bound of the reference model's chance, hardest first.
 * Of 3315 prompts as typed in an editor. Written by scripts/referenceTraffic.mjs.
 */
export const referenceTraffic: readonly number[] = [0.3, 0.5, 0.567, 0.637, 0.705, 0.749, 0.781, 0.805, 0.828, 0.853, 0.88, 0.901, 0.924, 0.943, 0.955, 0.962, 0.967, 0.971, 0.974, 0.978, 0.989];
