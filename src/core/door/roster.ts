import { keyNameOf, type Endpoint, type ProviderDefinition, type Realm } from '../model/provider';
import type { AppSettings } from '../model/settings';
import { keyGroupOf, KeyPool, type SetAside } from '../providers/keyPool';
import { type OwnServer, ownServers } from '../providers/ownServers';
import { Plugins } from '../providers/plugins';
import { askableProviders, endpointOf, findProvider, ownProviders, providerStates, type RegistryInput } from '../providers/registry';
import type { AppPorts } from './appPorts';

/** Which providers there are now, by the settings, the plug-ins and the keys, and where each is asked. */
export class Roster {
  /** Providers that are data of others: a folder of the person's, and other extensions. */
  readonly plugins: Plugins;
  readonly keyPool: KeyPool;
  #own: ReturnType<typeof ownServers>;

  constructor(
    private readonly ports: Pick<AppPorts, 'clock' | 'log' | 'keys' | 'texts' | 'pluginFiles' | 'foreignReaders' | 'demo'>,
    private readonly settings: () => AppSettings,
    onKeySetAside: (name: string, failure: SetAside) => void,
  ) {
    this.#own = ownServers(settings());
    this.plugins = new Plugins({ files: ports.pluginFiles, readers: ports.foreignReaders, texts: ports.texts, clock: ports.clock, log: ports.log, others: () => ownProviders({ custom: this.#ownDefinitions(), demo: true }) });
    this.keyPool = new KeyPool(ports.keys, ports.clock, onKeySetAside);
  }

  /** The settings changed. Returns what of the servers they name is not valid, by field, and servers of before that are no more, or are at another address. */
  settingsChanged(): Pick<ReturnType<typeof ownServers>, 'problems'> & { readonly gone: readonly ProviderDefinition[] } {
    const before = this.#ownDefinitions();
    this.#own = ownServers(this.settings());
    const after = new Set(this.#ownDefinitions().map(placeOf));
    return { problems: this.#own.problems, gone: before.filter((definition) => !after.has(placeOf(definition))) };
  }

  get realm(): Realm {
    return this.settings()['demo.enabled'] ? 'demo' : 'real';
  }

  /** Servers that the settings name. */
  get ownServers(): readonly OwnServer[] {
    return this.#own.providers;
  }

  all(): readonly ProviderDefinition[] {
    return providerStates(this.registry([])).map(({ provider }) => provider);
  }

  /** Also the demo, when it is off: what it answered before keeps its name. */
  find(id: string): ProviderDefinition | undefined {
    // What plug-ins there are is found out only where no other has the id, for it takes longer.
    return findProvider({ custom: this.#ownDefinitions(), demo: true }, id) ?? this.plugins.inForce().find(({ definition }) => definition.id === id)?.definition;
  }

  readonly isLocal = (id: string): boolean => this.find(id)?.local ?? false;

  registry(withKey: readonly string[]): RegistryInput {
    return { custom: this.#ownDefinitions(), plugins: this.plugins.inForce().map(({ definition }) => definition), demo: this.realm === 'demo', withKey, switches: this.settings() };
  }

  /** Where to ask a provider; undefined for one that is gone. The demo's server is started by the first question about it. */
  async endpoint(id: string): Promise<Endpoint | undefined> {
    const provider = this.find(id);
    if (!provider) return undefined;
    return provider.realm === 'demo' ? { provider, baseUrl: await this.ports.demo.baseUrl() } : endpointOf(provider);
  }

  /** Those that can be asked now. Rejects when the storage of keys does not open. */
  async askable(): Promise<readonly ProviderDefinition[]> {
    return askableProviders(this.registry(await this.withKey(true)));
  }

  /**
   * Names of providers' first keys, one for each provider that has any. Whoever needs to know which providers there are
   * asks this first, so the plug-ins are read here. A storage of keys that does not open is a failure to who asks a
   * question (`mustOpen`); providers are listed, and a key set, all the same.
   */
  async withKey(mustOpen = false): Promise<readonly string[]> {
    await this.plugins.opened();
    const names = await this.ports.keys.list().catch((error: unknown) => {
      if (mustOpen) throw error;
      this.ports.log.error('the keys could not be listed', error);
      return [];
    });
    this.keyPool.know(names);
    return [...new Set(names.map(keyGroupOf))];
  }

  /** Providers that use the key of this name. */
  ofKey(name: string): readonly ProviderDefinition[] {
    return this.all().filter((provider) => keyNameOf(provider) === keyGroupOf(name));
  }

  #ownDefinitions(): readonly ProviderDefinition[] {
    return this.#own.providers.map(({ definition }) => definition);
  }
}

function placeOf({ id, baseUrl }: ProviderDefinition): string {
  return `${id} ${baseUrl}`;
}
