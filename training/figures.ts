/** Chance that a harder item is ranked above an easier one; ties count half. */
export function auc(scores: readonly number[], isHard: readonly boolean[]): number {
  const order = ranks(scores);
  let sum = 0;
  let hard = 0;
  isHard.forEach((is, at) => {
    if (!is) return;
    hard += 1;
    sum += order[at] ?? 0;
  });
  const easy = scores.length - hard;
  return hard === 0 || easy === 0 ? Number.NaN : (sum - (hard * (hard + 1)) / 2) / (hard * easy);
}

export function spearman(left: readonly number[], right: readonly number[]): number {
  return pearson(ranks(left), ranks(right));
}

function pearson(left: readonly number[], right: readonly number[]): number {
  const meanLeft = mean(left);
  const meanRight = mean(right);
  let both = 0;
  let squaresLeft = 0;
  let squaresRight = 0;
  left.forEach((value, at) => {
    const a = value - meanLeft;
    const b = (right[at] ?? 0) - meanRight;
    both += a * b;
    squaresLeft += a * a;
    squaresRight += b * b;
  });
  return both / Math.sqrt(squaresLeft * squaresRight);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** From 1, ties share their mean rank. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((_, at) => at).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const result = values.map(() => 0);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1] ?? 0] === values[order[from] ?? 0]) to += 1;
    for (let at = from; at <= to; at++) result[order[at] ?? 0] = (from + to) / 2 + 1;
    from = to + 1;
  }
  return result;
}

/**
 * How much of the gap between a weak and a strong model is recovered, averaged over the share of questions that the strong
 * one gets (hardest first): 0.5 for a coin. The area of RouteLLM, with every number of questions as a step.
 */
export function gapRecovered(difficulty: readonly number[], weak: readonly number[], strong: readonly number[]): number {
  const order = difficulty.map((_, at) => at).sort((a, b) => (difficulty[b] ?? 0) - (difficulty[a] ?? 0));
  const gap = strong.reduce((sum, one) => sum + one, 0) - weak.reduce((sum, one) => sum + one, 0);
  let won = 0;
  let area = 0;
  for (const at of order) {
    const before = won;
    won += (strong[at] ?? 0) - (weak[at] ?? 0);
    area += (before + won) / 2;
  }
  return area / order.length / gap;
}
