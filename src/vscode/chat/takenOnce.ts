/** Requests that are remembered: many more than a page makes while one is under way. */
const mostRemembered = 500;

/**
 * The requests of a chat, by the ids that its pages gave them, which differ from page to page. One that comes twice is done
 * once, and the page that comes after a reload can ask what became of one of the page before it.
 */
export class TakenOnce {
  readonly #taken: Map<number, Promise<void>>;

  /** @param done requests that were done before this host was started */
  constructor(done: readonly number[] = []) {
    this.#taken = new Map(done.map((id) => [id, Promise.resolve()]));
  }

  /** Does it, or settles as it did when it was first taken. */
  take(id: number, perform: () => Promise<void>): Promise<void> {
    const before = this.#taken.get(id);
    if (before) return before;
    const settled = perform();
    this.#taken.set(id, settled);
    const [oldest] = this.#taken.keys();
    if (oldest !== undefined && this.#taken.size > mostRemembered) this.#taken.delete(oldest);
    return settled;
  }

  /** Settles as that request does. One that never came is refused with the sentence, and stays refused should it come yet. */
  outcomeOf(id: number, neverCame: string): Promise<void> {
    return this.take(id, () => Promise.reject(new Error(neverCame)));
  }
}
