import type { Log } from '../../core/ports/log';
import type { GatewayDoor } from '../door';

/** What the clients of the gateway are called, for labels and lists. A client that is gone, or not known yet, is called by its id. */
export class ClientNames {
  #names: ReadonlyMap<string, string> = new Map();
  #reading: Promise<void>;
  #stop: () => void = () => undefined;
  #closed = false;

  constructor(
    private readonly door: Pick<GatewayDoor, 'clients'>,
    private readonly log: Log,
  ) {
    this.#reading = this.#follow();
  }

  /** Undefined: the person in a window. */
  of(id: string | undefined): string | undefined {
    return id === undefined ? undefined : (this.#names.get(id) ?? id);
  }

  /** Once what is known now has been read. Never rejects. */
  ready(): Promise<void> {
    return this.#reading;
  }

  close(): void {
    this.#closed = true;
    this.#stop();
  }

  async #follow(): Promise<void> {
    try {
      const store = await this.door.clients();
      if (!this.#closed) this.#stop = store.onChange(() => void (this.#reading = this.#read()));
    } catch {
      // Reading tells it.
    }
    await this.#read();
  }

  async #read(): Promise<void> {
    try {
      const clients = await (await this.door.clients()).list();
      this.#names = new Map(clients.map(({ id, name }) => [id, name]));
    } catch (error) {
      this.log.error('the clients of the gateway could not be read', error);
    }
  }
}
