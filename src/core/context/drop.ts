/** An item of a draft as far as it decides what is left out. Older items come first. */
export interface Weighed {
  readonly id: string;
  readonly tokens: number;
}

/**
 * What to leave out so that at least `over` tokens are saved: the largest first, of equals the older, and nothing that need
 * not be. Everything, when that is not enough either.
 */
export function whatToDrop(items: readonly Weighed[], over: number): readonly Weighed[] {
  const largestFirst = items.map((item, age) => ({ item, age })).toSorted((one, other) => other.item.tokens - one.item.tokens || one.age - other.age);
  const dropped: Weighed[] = [];
  let saved = 0;
  for (const { item } of largestFirst) {
    if (saved >= over) break;
    dropped.push(item);
    saved += item.tokens;
  }
  // The last one may have made an earlier one needless.
  for (const item of dropped.toReversed()) {
    if (saved - item.tokens < over) continue;
    dropped.splice(dropped.indexOf(item), 1);
    saved -= item.tokens;
  }
  return dropped;
}
