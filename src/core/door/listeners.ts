import type { Log } from '../ports/log';

/** Those who listen to one kind of event. One that throws keeps nobody else from hearing it. */
export class Listeners<Event extends readonly unknown[]> {
  readonly #listeners = new Set<(...event: Event) => void>();

  constructor(private readonly log: Log) {}

  /** Returns how to stop listening. */
  add(listener: (...event: Event) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  readonly tell = (...event: Event): void => {
    for (const listener of this.#listeners) {
      try {
        listener(...event);
      } catch (error) {
        this.log.error('a listener failed', error);
      }
    }
  };
}
