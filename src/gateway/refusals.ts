import type { Clock } from '../core/ports/clock';
import type { Log } from '../core/ports/log';
import type { Refusal } from './guard';

const everyMs = 60_000;

/** Tells the log of what was refused, once a minute for each reason: never what was sent. */
export class Refusals {
  readonly #told = new Map<Refusal, { at: number; since: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  note(why: Refusal, status: number): void {
    const now = this.clock.elapsed();
    const told = this.#told.get(why);
    if (told && now - told.at < everyMs) {
      told.since += 1;
      return;
    }
    const more = told && told.since > 0 ? `, and ${told.since} more since the last of these lines` : '';
    this.#told.set(why, { at: now, since: 0 });
    this.log.warn(`gateway: a request was refused (${why}, status ${status})${more}`);
  }
}
