import { type Endpoint, keyNameOf, type ProviderDefinition } from '../model/provider';
import { builtInProviders, demoProvider, editorProvider, ollamaProvider } from './definitions';

/** What decides which providers there are. Plain values, so that the answer can be computed again at any change. */
export interface RegistryInput {
  readonly custom: readonly ProviderDefinition[];
  /** Of plug-ins; one that has the id of another provider is left out. */
  readonly plugins?: readonly ProviderDefinition[];
  readonly demo: boolean;
  /** Names under which a key is stored. */
  readonly withKey: readonly string[];
  /** The settings that switch providers on. One that is not told is off. */
  readonly switches?: Readonly<Partial<Record<NonNullable<ProviderDefinition['switchedOnBy']>, boolean>>>;
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
  return [...ownProviders(input), ...pluginProviders(input)].map((provider) => ({
    provider,
    askable: isOn(provider, input) && (provider.auth === 'none' || withKey.has(keyNameOf(provider))) && provider.realm === (input.demo ? 'demo' : 'real'),
  }));
}

/** Every provider that is no plug-in's. */
export function ownProviders({ custom, demo }: Pick<RegistryInput, 'custom' | 'demo'>): readonly ProviderDefinition[] {
  return [...builtInProviders, ollamaProvider, editorProvider, ...custom, ...(demo ? [demoProvider] : [])];
}

function pluginProviders({ plugins = [], ...own }: RegistryInput): readonly ProviderDefinition[] {
  if (plugins.length === 0) return plugins;
  const taken = new Set(ownProviders(own).map(({ id }) => id));
  return plugins.filter(({ id }) => !taken.has(id));
}

function isOn({ switchedOnBy }: ProviderDefinition, { switches }: RegistryInput): boolean {
  return switchedOnBy === undefined || switches?.[switchedOnBy] === true;
}

/** Those that can be asked now, in the order they are shown. */
export function askableProviders(input: RegistryInput): readonly ProviderDefinition[] {
  return providerStates(input)
    .filter((state) => state.askable)
    .map((state) => state.provider);
}

/** Where a provider with a fixed address is; the demo's is known to whoever started it. */
export function endpointOf(provider: ProviderDefinition): Endpoint {
  return { provider, baseUrl: provider.baseUrl };
}

const fixedProviders: ReadonlyMap<string, ProviderDefinition> = new Map([...builtInProviders, ollamaProvider, editorProvider].map((one) => [one.id, one]));

/** The provider with this id, or undefined. */
export function findProvider(input: Pick<RegistryInput, 'custom' | 'plugins' | 'demo'>, id: string): ProviderDefinition | undefined {
  const { custom, plugins = [], demo } = input;
  // In the order of `providerStates`, without making it: every question looks for several.
  return fixedProviders.get(id) ?? custom.find((one) => one.id === id) ?? (demo && id === demoProvider.id ? demoProvider : plugins.find((one) => one.id === id));
}
