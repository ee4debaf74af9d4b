import type { ArmId } from '../model/modelCard';
import type { Candidate } from '../model/route';

/**
 * Spreads questions over the hosts that offer the same model for the same money: the one that rested longest is asked
 * first. A conversation stays with its host for as long as that most likely has its prompt in a cache.
 */
export class HostPool {
  readonly #lastAsked = new Map<string, number>();
  #asked = 0;

  asked(provider: string): void {
    this.#lastAsked.set(provider, ++this.#asked);
  }

  /** The order of trying with the equals of the first in turn. `own` is who answered before in the conversation. */
  spread(ranked: readonly Candidate[], own: ArmId | undefined): readonly Candidate[] {
    const [first] = ranked;
    if (!first) return ranked;
    const equals = ranked.filter((one) => one === first || isEqualHost(one, first));
    if (equals.length < 2) return ranked;
    const rank = ({ id, arm }: Candidate): number => (id === own ? -1 : (this.#lastAsked.get(arm.offer.provider) ?? 0));
    return [...equals.toSorted((one, other) => rank(one) - rank(other)), ...ranked.filter((one) => !equals.includes(one))];
  }
}

/** Whether two candidates are the same model, asked in the same way for the same money, at different hosts. */
export function isEqualHost(one: Candidate, other: Candidate): boolean {
  return (
    one.arm.card.id === other.arm.card.id &&
    one.arm.effort.effort === other.arm.effort.effort &&
    one.expected !== undefined &&
    one.expected === other.expected &&
    one.arm.offer.provider !== other.arm.offer.provider
  );
}
