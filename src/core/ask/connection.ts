import type { Failure, FailureKind } from '../model/failure';
import type { Clock } from '../ports/clock';

/** How long the network is taken to be gone after the last sign of it, in milliseconds. The next request then finds out by itself. */
const believedMs = 30_000;

/**
 * Whether the network is there, judged by what happened to requests and by nothing else: nobody is asked only to find out.
 * Any reply of a provider elsewhere, even a refusal, means that it is. Servers on this machine say nothing about it.
 */
export class Connection {
  readonly #listeners = new Set<() => void>();
  #lostAt: number | undefined;
  #lastSign = -Infinity;
  #toldLost = false;

  constructor(
    private readonly clock: Clock,
    /** Whether a provider is on this machine. */
    private readonly isLocal: (provider: string) => boolean,
  ) {}

  /** What became of a request or a check. `failure` undefined: it was answered. Told to nobody before `settle`. */
  noted(provider: string, failure: Failure | undefined): void {
    if (this.isLocal(provider)) return;
    const sign = failure === undefined ? 'reached' : signOf(failure);
    if (sign === 'lost') {
      this.#lostAt ??= this.clock.now();
      this.#lastSign = this.clock.elapsed();
    } else if (sign === 'reached') this.#lostAt = undefined;
  }

  /** A question is over: what was noted since is now told, once, so that a host that was passed over is not taken for an outage. */
  settle(): void {
    const isLost = this.#lostAt !== undefined;
    if (isLost === this.#toldLost) return;
    this.#toldLost = isLost;
    for (const listener of this.#listeners) listener();
  }

  /** Since when the network is gone, epoch milliseconds; undefined when it is there as far as is known. */
  get lostSince(): number | undefined {
    return this.#toldLost ? this.#lostAt : undefined;
  }

  /** The network was found to be gone so lately that trying it again would only cost time. */
  get isSurelyLost(): boolean {
    return this.#toldLost && this.clock.elapsed() - this.#lastSign < believedMs;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Words of a provider itself. Not a broken answer: a hotel's sign-in page is one as well. */
const replies: ReadonlySet<FailureKind> = new Set(['keyRejected', 'noCredit', 'modelGone', 'rateLimited', 'contextTooLong', 'badRequest', 'refused', 'lengthReached', 'onlyReasoned']);

function signOf(failure: Failure): 'lost' | 'reached' | undefined {
  if (failure.kind === 'offline') return 'lost';
  // Without a status a connection was lost, which can be either side's doing.
  return replies.has(failure.kind) || (failure.kind === 'providerDown' && failure.status !== undefined) ? 'reached' : undefined;
}
