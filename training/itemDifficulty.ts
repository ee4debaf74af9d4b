/** Scores from 0 to 1, by model. */
export interface Answered {
  readonly scores: ReadonlyMap<string, number>;
}

export interface Scale {
  /** Logits of ability (slope times z) of models that the catalogue knows; they stay as they are. */
  readonly known: ReadonlyMap<string, number>;
  /** Where abilities of the others and difficulties are expected, in logits. */
  readonly ability: { readonly mean: number; readonly sd: number };
  readonly difficulty: { readonly mean: number; readonly sd: number };
}

/**
 * Difficulty of each item on the scale P(right) = σ(ability − difficulty): the Rasch model with normal priors, abilities
 * fixed where they are known, by turns of Newton steps. One ability per model, as the catalogue found sufficient.
 */
export function itemDifficulties(items: readonly Answered[], { known, ability, difficulty }: Scale): number[] {
  const b = items.map(() => difficulty.mean);
  const theta = new Map<string, number>();
  for (const { scores } of items) for (const model of scores.keys()) theta.set(model, known.get(model) ?? ability.mean);
  const free = [...theta.keys()].filter((model) => !known.has(model));
  for (let turn = 0; turn < 40; turn++) {
    items.forEach(({ scores }, at) => {
      let slope = (difficulty.mean - (b[at] ?? 0)) / difficulty.sd ** 2;
      let curve = 1 / difficulty.sd ** 2;
      for (const [model, score] of scores) {
        const p = sigmoid((theta.get(model) ?? 0) - (b[at] ?? 0));
        slope += p - score;
        curve += p * (1 - p);
      }
      b[at] = (b[at] ?? 0) + slope / curve;
    });
    for (const model of free) {
      const now = theta.get(model) ?? 0;
      let slope = (ability.mean - now) / ability.sd ** 2;
      let curve = 1 / ability.sd ** 2;
      items.forEach(({ scores }, at) => {
        const score = scores.get(model);
        if (score === undefined) return;
        const p = sigmoid(now - (b[at] ?? 0));
        slope += score - p;
        curve += p * (1 - p);
      });
      theta.set(model, now + Math.max(-1, Math.min(1, slope / curve)));
    }
  }
  return b;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
