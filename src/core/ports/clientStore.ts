import type { ClientSpend, GatewayClient } from '../model/client';

/** The programs that may use the gateway, shared by all windows. Each method is one transaction. Failures are StorageError. */
export interface ClientStore {
  list(): Promise<readonly GatewayClient[]>;
  /** Adds a client, or puts another in the place of the one with its id. */
  put(client: GatewayClient): Promise<void>;
  /** Its calls stay in the books. One that is gone is no error. */
  remove(id: string): Promise<void>;
  spend(id: string): Promise<ClientSpend>;
  /** Calls back within a second when any process changed them. */
  onChange(listener: () => void): () => void;
}
