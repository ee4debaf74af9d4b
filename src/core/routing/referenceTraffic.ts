/**
 * How hard ordinary prompts are: quantiles, at steps of 5 %, of the lower bound of the reference model's chance, hardest first.
 * Of 3238 prompts as typed in an editor. Written by scripts/referenceTraffic.mjs.
 */
export const referenceTraffic: readonly number[] = [0.135, 0.309, 0.421, 0.523, 0.603, 0.671, 0.73, 0.773, 0.819, 0.859, 0.886, 0.903, 0.919, 0.94, 0.958, 0.968, 0.976, 0.981, 0.985, 0.988, 0.995];
