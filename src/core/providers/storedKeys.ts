import { type ProviderDefinition } from '../model/provider';
import type { Keys } from '../ports/keys';
import { type KeyPool, numberedKeyName } from './keyPool';
import { maskedKey } from './maskedKey';

/** A stored key as a person may see it. */
export interface StoredKey {
  /** What it is stored under. */
  readonly name: string;
  /** What tells it from another, see `maskedKey`. */
  readonly shown: string;
  /** Why it is not used now; undefined when it is. */
  readonly trouble: ReturnType<KeyPool['troubleOf']>;
}

/** The keys of a provider, the first first. */
export async function storedKeys(pool: KeyPool, keys: Pick<Keys, 'get'>, provider: ProviderDefinition): Promise<readonly StoredKey[]> {
  const found = await Promise.all(pool.namesOf(provider).map(async (name) => ({ name, key: await keys.get(name) })));
  return found.flatMap(({ name, key }) => (key === undefined ? [] : [{ name, shown: maskedKey(key, provider.keyPrefix), trouble: pool.troubleOf(name) }]));
}

/** Stores a key under the first name that is free. False: the provider has this key already. */
export async function addKey(pool: KeyPool, keys: Pick<Keys, 'get' | 'set'>, provider: ProviderDefinition, key: string): Promise<boolean> {
  for (let number = 1; ; number++) {
    const name = numberedKeyName(provider, number);
    const stored = await keys.get(name);
    if (stored === key) return false;
    if (stored !== undefined) continue;
    // One behind a gap may be the same.
    for (const other of pool.namesOf(provider)) if ((await keys.get(other)) === key) return false;
    await keys.set(name, key);
    return true;
  }
}
