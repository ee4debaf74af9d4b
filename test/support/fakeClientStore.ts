import type { ClientSpend, GatewayClient } from '../../src/core/model/client';
import type { ClientStore } from '../../src/core/ports/clientStore';
import type { StorageError } from '../../src/core/ports/ledgerStore';
import { FakeLedgerStore } from './fakeLedgerStore';

/** Clients in memory, with the rules of the real ones; test/unit/node/sqlite/clientStore.test.ts holds both to them. */
export class FakeClientStore implements ClientStore {
  readonly clients = new Map<string, GatewayClient>();
  /** Thrown by every call of the named method. */
  readonly fails = new Map<keyof ClientStore, StorageError>();
  readonly #listeners = new Set<() => void>();

  constructor(private readonly ledger: Pick<FakeLedgerStore, 'clientSpend'> = new FakeLedgerStore()) {}

  async list(): Promise<readonly GatewayClient[]> {
    this.#mayFail('list');
    return [...this.clients.values()].toSorted((one, other) => one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1));
  }

  async put(client: GatewayClient): Promise<void> {
    this.#mayFail('put');
    this.clients.set(client.id, client);
    this.#changed();
  }

  async remove(id: string): Promise<void> {
    this.#mayFail('remove');
    this.clients.delete(id);
    this.#changed();
  }

  async spend(id: string): Promise<ClientSpend> {
    this.#mayFail('spend');
    return this.ledger.clientSpend(id);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #mayFail(method: keyof ClientStore): void {
    const error = this.fails.get(method);
    if (error) throw error;
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
