/**
 * How hard ordinary prompts are: quantiles, at steps of 5 %, of the lower bound of the reference model's chance, hardest first.
 * Of 3238 prompts as typed in an editor. Written by scripts/referenceTraffic.mjs.
 */
export const referenceTraffic: readonly number[] = [0.282, 0.493, 0.572, 0.645, 0.708, 0.754, 0.786, 0.811, 0.835, 0.863, 0.886, 0.908, 0.926, 0.945, 0.958, 0.965, 0.97, 0.974, 0.977, 0.98, 0.99];
