import type { ServerResponse } from 'node:http';
import type { Clock } from '../core/ports/clock';

/** Characters that are put together before they are sent in any case. */
const mostGathered = 16 * 1024;

/**
 * Bytes to a client, at its pace: what it does not take is not made. What is written in one turn of the event loop is sent
 * together at the end of it, so that a provider that is faster than this machine does not cost a packet for every word.
 */
export class ClientStream {
  #gone = false;
  #writtenAt: number;
  #gathered = '';
  #isDue = false;

  constructor(
    private readonly response: ServerResponse,
    private readonly clock: Clock,
    private readonly stalledMs: number,
  ) {
    this.#writtenAt = clock.elapsed();
    response.once('close', () => (this.#gone = true));
  }

  /** Monotonic milliseconds of the last byte. */
  get writtenAt(): number {
    return this.#writtenAt;
  }

  get gone(): boolean {
    return this.#gone || this.response.destroyed;
  }

  /** Resolves when more may be written; at once where nothing waits. A client that takes nothing for too long is cut off. */
  async write(text: string): Promise<void> {
    if (text === '' || this.gone) return;
    this.#writtenAt = this.clock.elapsed();
    this.#gathered += text;
    if (this.#gathered.length >= mostGathered) this.#send();
    else if (!this.#isDue) {
      this.#isDue = true;
      setImmediate(() => this.#send());
    }
    if (!this.response.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const stop = this.clock.after(this.stalledMs, () => this.response.destroy());
      const end = (): void => {
        stop();
        this.response.off('drain', end).off('close', end);
        resolve();
      };
      this.response.once('drain', end).once('close', end);
    });
  }

  /** The last of it, with what was not sent yet. */
  end(): void {
    const last = this.#gathered;
    this.#gathered = '';
    if (last === '') this.response.end();
    else this.response.end(last);
  }

  #send(): void {
    this.#isDue = false;
    const text = this.#gathered;
    this.#gathered = '';
    if (text !== '' && !this.gone) this.response.write(text);
  }
}
