/**
 * Provider keys. Read at the moment of the call and put into one header; never cached by the caller, logged, stored
 * elsewhere or sent to a page.
 */
export interface Keys {
  get(provider: string): Promise<string | undefined>;
  set(provider: string, key: string): Promise<void>;
  delete(provider: string): Promise<void>;
  /** Which providers have a key, without reading the keys again. */
  list(): Promise<readonly string[]>;
  onChange(listener: (provider: string) => void): () => void;
}
