/**
 * Keys of providers, by the name of `keyNameOf`. Read at the moment of the call and put into one header; never cached by the caller, logged, stored
 * elsewhere or sent to a page.
 */
export interface Keys {
  get(name: string): Promise<string | undefined>;
  set(name: string, key: string): Promise<void>;
  delete(name: string): Promise<void>;
  /** Names under which there is a key, without reading the keys again. */
  list(): Promise<readonly string[]>;
  onChange(listener: (name: string) => void): () => void;
}
