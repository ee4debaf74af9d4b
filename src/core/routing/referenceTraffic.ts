/**
 * How hard ordinary prompts are: quantiles, at steps of 5 %, of the lower bound of the reference model's chance, hardest first.
 * Of 3238 prompts as typed in an editor. Written by scripts/referenceTraffic.mjs.
 */
export const referenceTraffic: readonly number[] = [0.224, 0.455, 0.532, 0.593, 0.647, 0.69, 0.731, 0.775, 0.822, 0.86, 0.883, 0.903, 0.92, 0.936, 0.952, 0.96, 0.968, 0.973, 0.977, 0.981, 0.99];
