import type { Endpoint, ProviderDefinition } from '../model/provider';
import { builtInProviders, demoProvider } from './definitions';

/** What decides which providers there are. Plain values, so that the answer can be computed again at any change. */
export interface RegistryInput {
  readonly custom: readonly ProviderDefinition[];
  /** Base URL of the running demo server; undefined while demo mode is off. */
  readonly demoBaseUrl: string | undefined;
  /** Ids of providers a key is stored for. */
  readonly withKey: readonly string[];
}

export interface ProviderState {
  readonly provider: ProviderDefinition;
  /** Can be asked now: has a key, or needs none. */
  readonly askable: boolean;
}

/**
 * Every provider and whether it can be asked now. In demo mode only the demo is askable: play money and real money
 * must not compete for one request.
 */
export function providerStates(input: RegistryInput): readonly ProviderState[] {
  const withKey = new Set(input.withKey);
  const demo = input.demoBaseUrl === undefined ? [] : [demoProvider(input.demoBaseUrl)];
  return [...builtInProviders, ...input.custom, ...demo].map((provider) => ({
    provider,
    askable: (provider.auth === 'none' || withKey.has(provider.id)) && (demo.length === 0 || provider.realm === 'demo'),
  }));
}

export function askableProviders(input: RegistryInput): readonly ProviderDefinition[] {
  return providerStates(input)
    .filter((state) => state.askable)
    .map((state) => state.provider);
}

export function endpointOf(provider: ProviderDefinition): Endpoint {
  return { provider, baseUrl: provider.baseUrl };
}

/** The provider with this id, or undefined. */
export function findProvider(input: Pick<RegistryInput, 'custom' | 'demoBaseUrl'>, id: string): ProviderDefinition | undefined {
  return providerStates({ ...input, withKey: [] }).find((state) => state.provider.id === id)?.provider;
}
