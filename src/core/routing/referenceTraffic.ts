/**
 * How hard ordinary prompts are: quantiles, at steps of 5 %, of the lower bound of the reference model's chance, hardest first.
 * Of 2797 prompts as typed in an editor. Written by scripts/referenceTraffic.mjs.
 */
export const referenceTraffic: readonly number[] = [0.369, 0.63, 0.696, 0.741, 0.785, 0.813, 0.833, 0.85, 0.869, 0.883, 0.898, 0.913, 0.928, 0.94, 0.953, 0.962, 0.97, 0.976, 0.98, 0.985, 0.995];
