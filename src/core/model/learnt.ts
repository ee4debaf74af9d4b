import type { Ability, Domain, EffortRow, ModelCard } from './modelCard';

/**
 * What was learnt from the person's own use. Replaced as a whole when something changed, never changed in place:
 * caches are keyed by the object. Empty maps, or no object at all, mean that nothing was learnt.
 */
export interface Learnt {
  /**
   * By `learntKey`. Stands in place of the catalogue's ability in the domains it names, on the same scale; the other
   * domains keep theirs. A model without any measured ability has none to stand in for: it is proven by these alone.
   */
  readonly abilities: ReadonlyMap<string, Readonly<Partial<Record<Domain, Ability>>>>;
  /**
   * By `learntKey`: output tokens relative to the profile's expectation. Stands in place of `EffortRow.verbosity`. Finite
   * and above 0.
   */
  readonly verbosity: ReadonlyMap<string, number>;
}

/** A model at an effort wherever it is served: card id, `#`, effort. */
export function learntKey(card: Pick<ModelCard, 'id'>, effort: Pick<EffortRow, 'effort'>): string {
  return `${card.id}#${effort.effort}`;
}
