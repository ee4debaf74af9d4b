/** Back by more than this, in milliseconds, and the time before was the wrong one: a clock of next year must not stop every budget until then. */
const longestBackMs = 32 * 86_400_000;

/** Steps of a time server are no news. */
const toldFromMs = 10 * 60_000;

/**
 * The time that money is counted at: never earlier than it was before, also in another window. A clock that is set back
 * would otherwise open a day anew whose budget is spent. It stands until the machine's clock has caught up.
 */
export class ForwardTime {
  #latest = Number.NEGATIVE_INFINITY;
  #told = false;

  /** `wall`: epoch milliseconds by the machine. `onBack` is told once, by how much, each time the clock is set back. */
  constructor(
    private readonly wall: () => number,
    private readonly onBack: (byMs: number) => void,
  ) {}

  /** Epoch milliseconds. */
  now(): number {
    const wall = this.wall();
    const backMs = this.#latest - wall;
    if (backMs <= 0 || backMs > longestBackMs) {
      this.#latest = wall;
      this.#told = false;
      return wall;
    }
    if (backMs >= toldFromMs && !this.#told) {
      this.#told = true;
      this.onBack(backMs);
    }
    return this.#latest;
  }

  /** The books hold a call of this time, epoch milliseconds. */
  seen(at: number): void {
    if (at > this.#latest && at - this.wall() <= longestBackMs) this.#latest = at;
  }
}
