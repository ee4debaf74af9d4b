/**
 * How hard ordinary prompts are: quantiles, at steps of 5 %, of the lower bound of the reference model's chance, hardest first.
 * Of 3068 prompts as typed in an editor. Written by scripts/referenceTraffic.mjs.
 */
export const referenceTraffic: readonly number[] = [0.369, 0.632, 0.698, 0.744, 0.786, 0.815, 0.834, 0.852, 0.87, 0.884, 0.898, 0.913, 0.928, 0.94, 0.952, 0.961, 0.97, 0.975, 0.98, 0.985, 0.995];
