import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { GatewayClient } from '../core/model/client';
import type { ClientStore } from '../core/ports/clientStore';
import type { Clock } from '../core/ports/clock';
import type { Log } from '../core/ports/log';
import { refused, type Refused } from './guard';
import type { Caller } from './row';

/** How long after a look at the list of clients a token that is not in it is refused without another look, in milliseconds. */
const lookAgainMs = 250;

/** Says whose token a request has. */
export class Callers {
  #clients: readonly { readonly client: GatewayClient; readonly hash: Buffer }[] = [];
  #lookedAt = -Infinity;
  /** The last look found the list. */
  #isRead = false;
  #reading: Promise<void> | undefined;
  #store: ClientStore | undefined;
  #stopListening = (): void => undefined;
  readonly #machine: Buffer;

  constructor(
    private readonly ports: { readonly clients: () => Promise<ClientStore>; readonly clock: Clock; readonly log: Log },
    machineToken: string,
  ) {
    this.#machine = sha256(machineToken);
  }

  async of(headers: IncomingHttpHeaders): Promise<Caller | Refused> {
    const token = tokenIn(headers);
    if (token === undefined) return refused('noToken', 'unauthorized', 401, 'A token of the gateway is needed: Authorization: Bearer <token>, x-api-key or x-goog-api-key. Make one in the editor ("Farthing: Gateway Clients…").');
    const hash = sha256(token);
    if (timingSafeEqual(hash, this.#machine)) return 'machine';
    // A client that another window has just made is not in the list yet.
    if (this.#find(hash) === undefined && this.ports.clock.elapsed() - this.#lookedAt > lookAgainMs) await this.#read();
    const client = this.#find(hash);
    if (client === undefined && !this.#isRead) return refused('unreadable', 'unavailable', 503, "Whose token this is cannot be read now. Farthing's log in the editor says why.", { retryAfterMs: 1000 });
    if (client === undefined) return refused('wrongToken', 'unauthorized', 401, 'This token is not one of the gateway. It may have been removed: make another in the editor ("Farthing: Gateway Clients…").');
    if (client.expiresAt !== undefined && client.expiresAt <= this.ports.clock.now()) return refused('expired', 'unauthorized', 401, 'This token has expired. Make another in the editor ("Farthing: Gateway Clients…").');
    return client;
  }

  close(): void {
    this.#stopListening();
  }

  /** Every one is compared, in constant time each. */
  #find(hash: Buffer): GatewayClient | undefined {
    let found: GatewayClient | undefined;
    for (const one of this.#clients) if (timingSafeEqual(hash, one.hash)) found = one.client;
    return found;
  }

  #read(): Promise<void> {
    this.#reading ??= this.#readNow().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #readNow(): Promise<void> {
    try {
      if (this.#store === undefined) {
        this.#store = await this.ports.clients();
        this.#stopListening = this.#store.onChange(() => void this.#read());
      }
      const clients = await this.#store.list();
      this.#clients = clients.flatMap((client) => (/^[0-9a-f]{64}$/.test(client.tokenHash) ? [{ client, hash: Buffer.from(client.tokenHash, 'hex') }] : []));
      this.#isRead = true;
    } catch (error) {
      // Those that are known go on; a later request looks again.
      this.#isRead = false;
      this.ports.log.error('the clients of the gateway cannot be read', error);
    } finally {
      this.#lookedAt = this.ports.clock.elapsed();
    }
  }
}

/** SHA-256 of a token, as the list of clients has it in hex. */
function sha256(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Where clients of the protocols put their key. */
function tokenIn(headers: IncomingHttpHeaders): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const found = bearer ?? headers['x-api-key'] ?? headers['x-goog-api-key'];
  return typeof found === 'string' && found !== '' && found.length <= 512 ? found : undefined;
}
