import type { ProviderDefinition } from '../model/provider';
import type { StoredKey } from '../model/storedKey';
import type { Keys } from '../ports/keys';
import type { KeyCheck } from '../ports/wire';
import { type KeyPool, numberedKeyName } from './keyPool';
import { maskedKey } from './maskedKey';

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

/** Checks all keys of a provider at once. One that works is enough; those that do not are not used for now. */
export async function checkStoredKeys(pool: KeyPool, keys: Pick<Keys, 'get'>, provider: ProviderDefinition, check: (key: string) => Promise<KeyCheck>): Promise<KeyCheck> {
  const found = await Promise.all(pool.namesOf(provider).map(async (name) => ({ name, key: await keys.get(name) })));
  const checks = await Promise.all(found.flatMap(({ name, key }) => (key === undefined ? [] : [check(key).then((result) => ({ name, result }))])));
  const [first, ...others] = checks;
  if (!first) return { ok: false, failure: { kind: 'keyMissing', provider: provider.id } };
  if (others.length === 0) return first.result;
  for (const { name, result } of checks) {
    if (result.ok) pool.succeeded(name, '');
    else pool.failed(name, '', result.failure);
  }
  const working = checks.filter(({ result }) => result.ok).length;
  return working === 0 ? first.result : { ok: true, note: `${working} of ${checks.length} keys work` };
}
