import type { Keys } from '../ports/keys';
import type { KeyCheck, Wire } from '../ports/wire';
import type { ProviderDefinition } from '../model/provider';
import { endpointOf } from './registry';

/**
 * Asks the provider whether a key works: the stored one, or `candidate` before it is stored. A provider without auth is
 * only reached for. Never throws for an expected trouble; the failure says what to do.
 */
export async function checkKey(deps: { readonly wire: Wire; readonly keys: Keys }, provider: ProviderDefinition, signal: AbortSignal, candidate?: string): Promise<KeyCheck> {
  const key = provider.auth === 'none' ? undefined : (candidate ?? (await deps.keys.get(provider.id)));
  if (provider.auth === 'bearer' && key === undefined) return { ok: false, failure: { kind: 'keyMissing', provider: provider.id } };
  return deps.wire.checkKey(endpointOf(provider), key, signal);
}
