import type { Connection } from './connection';

/** How often another process's commits are looked for, in milliseconds. A look takes about two microseconds. */
const pollMs = 500;

/**
 * Tells listeners that the file changed: at once for what this connection wrote, within half a second for what others
 * did. Polls only while somebody listens. Which table another process changed is not known, so all channels are told.
 */
export class Changes {
  readonly #listeners = new Map<Channel, Set<() => void>>([
    ['ledger', new Set()],
    ['threads', new Set()],
    ['health', new Set()],
    ['outcomes', new Set()],
    ['experiments', new Set()],
    ['clients', new Set()],
  ]);
  readonly #due = new Set<Channel>();
  #timer: NodeJS.Timeout | undefined;
  #seen: number | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly onListenerError: (error: unknown) => void,
  ) {
    connection.onReopen(() => {
      this.#seen = undefined;
      this.#notifyAll();
    });
  }

  listen(channel: Channel, listener: () => void): () => void {
    const listeners = this.#listeners.get(channel);
    // Wrapped, so that the same function registered twice is two registrations.
    const entry = (): void => listener();
    listeners?.add(entry);
    this.#adjustPolling();
    return () => {
      listeners?.delete(entry);
      this.#adjustPolling();
    };
  }

  /**
   * In a turn of its own, and once for several changes in one go: what listeners read then, a request that waited for its
   * money need not wait for.
   */
  notify(channel: Channel): void {
    if (this.#due.size === 0) setImmediate(() => this.#flush());
    this.#due.add(channel);
  }

  dispose(): void {
    for (const listeners of this.#listeners.values()) listeners.clear();
    this.#adjustPolling();
  }

  #flush(): void {
    const channels = [...this.#due];
    this.#due.clear();
    for (const channel of channels) {
      for (const listener of [...(this.#listeners.get(channel) ?? [])]) {
        try {
          listener();
        } catch (error) {
          this.onListenerError(error);
        }
      }
    }
  }

  #adjustPolling(): void {
    const wanted = [...this.#listeners.values()].some((listeners) => listeners.size > 0);
    if (wanted && this.#timer === undefined) {
      this.#seen = this.#version();
      this.#timer = setInterval(() => this.#poll(), pollMs).unref();
    } else if (!wanted && this.#timer !== undefined) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  #poll(): void {
    const version = this.#version();
    if (version === undefined || version === this.#seen) return;
    const first = this.#seen === undefined;
    this.#seen = version;
    if (!first) this.#notifyAll();
  }

  #notifyAll(): void {
    for (const channel of this.#listeners.keys()) this.notify(channel);
  }

  /** Undefined when it cannot be read now: whoever needs the database next gets the error. */
  #version(): number | undefined {
    try {
      return this.connection.dataVersion();
    } catch {
      return undefined;
    }
  }
}

export type Channel = 'ledger' | 'threads' | 'health' | 'outcomes' | 'experiments' | 'clients';
